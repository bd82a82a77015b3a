import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal } from '@qiongtong/platform';
import { AlarmQuery } from './alarms.dto';
import { AlarmsService } from './alarms.service';
import { AlarmPageView } from './alarms.views';

@ApiTags('audit')
@Controller('v1/audit/alarms')
export class AlarmsController {
  constructor(private readonly alarms: AlarmsService) {}

  /** What is, or was, wrong with the log's completeness: since when, what was seen, what to do, and what healed it. */
  @Get()
  @ApiOkResponse({ type: AlarmPageView })
  list(@CurrentPrincipal() by: Principal, @Query() query: AlarmQuery): Promise<AlarmPageView> {
    const { limit, cursor, ...filter } = query;
    return this.alarms.list(by, filter, limit, cursor);
  }
}
