import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, Roles } from '@qiongtong/platform';
import { ConfirmStopDto, LiftStopDto, ListStopsQuery, PlaceStopDto } from './stops.dto';
import { StopsService } from './stops.service';

/** Which of them may stop what, is the domain's to say. */
const STOPPERS = [
  'PROVINCIAL_AUTHORITY',
  'LOCAL_AUTHORITY',
  'LEADING_GROUP',
  'PLATFORM_OPERATOR',
  'RESPONSIBLE_OFFICER',
  'REVIEWER',
] as const;

@Controller('v1/stops')
export class StopsController {
  constructor(private readonly stops: StopsService) {}

  @Post()
  @Roles(...STOPPERS)
  @Idempotent()
  stop(@Body() body: PlaceStopDto, @CurrentPrincipal() by: Principal) {
    return this.stops.stop(body, by);
  }

  @Get()
  list(@Query() { limit, cursor, ...filter }: ListStopsQuery, @CurrentPrincipal() by: Principal) {
    return this.stops.list(filter, { limit, cursor }, by);
  }

  @Get(':id')
  find(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.stops.find(id, by);
  }

  @Post(':id/confirmation')
  @Roles('PROVINCIAL_AUTHORITY', 'LOCAL_AUTHORITY', 'LEADING_GROUP')
  @HttpCode(200)
  @Idempotent()
  confirm(@Param('id') id: string, @Body() body: ConfirmStopDto, @CurrentPrincipal() by: Principal) {
    return this.stops.confirm(id, body, by);
  }

  @Post(':id/lift')
  @Roles(...STOPPERS)
  @HttpCode(200)
  @Idempotent()
  lift(@Param('id') id: string, @Body() { reason }: LiftStopDto, @CurrentPrincipal() by: Principal) {
    return this.stops.release(id, reason, by);
  }
}
