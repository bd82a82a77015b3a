import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, Roles } from '@qiongtong/platform';
import { sent } from '../fields';
import { ApplyForManyDto } from './applications.dto';
import { BatchesService } from './batches.service';

@Controller('v1/sharing-application-batches')
export class BatchesController {
  constructor(private readonly batches: BatchesService) {}

  @Post()
  @Roles('SUBMITTER')
  @Idempotent()
  submit(@Body() { resources, limits, ...common }: ApplyForManyDto, @CurrentPrincipal() by: Principal) {
    const rows = resources.map(({ resourceId, ...scope }) => ({
      resourceId,
      asked: { ...common, ...scope, limits: sent(limits) },
    }));
    return this.batches.submit(rows, by);
  }

  @Get(':id')
  find(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.batches.find(id, by);
  }
}
