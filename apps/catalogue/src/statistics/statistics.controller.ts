import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal } from '@qiongtong/platform';
import { StatisticsService, type Statistics } from './statistics.service';

@Controller('v1/catalogue/entries/:id')
export class StatisticsController {
  constructor(private readonly statistics: StatisticsService) {}

  @Get('statistics')
  @ApiOperation({ summary: 'Item dictionary, whether there are data, when they came last, and who uses them' })
  of(@Param('id') id: string, @CurrentPrincipal() by: Principal): Promise<Statistics> {
    return this.statistics.of(id, by);
  }
}
