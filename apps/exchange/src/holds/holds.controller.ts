import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Roles } from '@qiongtong/platform';
import type { BatchReport } from '../batches/batch.store';
import { DiscardRequest, ReleaseRequest } from './holds.dto';
import { HoldsService } from './holds.service';

@Controller('v1/resources/:resourceId/batches/:batchId')
export class HoldsController {
  constructor(private readonly holds: HoldsService) {}

  @Post('release')
  @Roles('SUBMITTER', 'RESPONSIBLE_OFFICER')
  @HttpCode(200)
  @ApiOperation({ summary: 'Apply a batch that a rule of quality held; by an officer of the resource’s provider' })
  release(
    @Param('resourceId') resourceId: string,
    @Param('batchId') batchId: string,
    @Body() asked: ReleaseRequest,
    @CurrentPrincipal() by: Principal,
  ): Promise<BatchReport> {
    return this.holds.release(resourceId, batchId, asked, by);
  }

  @Post('discard')
  @Roles('SUBMITTER', 'RESPONSIBLE_OFFICER')
  @HttpCode(200)
  @ApiOperation({ summary: 'Drop a batch that a rule of quality held; by an officer of the resource’s provider' })
  discard(
    @Param('resourceId') resourceId: string,
    @Param('batchId') batchId: string,
    @Body() { reason }: DiscardRequest,
    @CurrentPrincipal() by: Principal,
  ): Promise<BatchReport> {
    return this.holds.discard(resourceId, batchId, reason, by);
  }
}
