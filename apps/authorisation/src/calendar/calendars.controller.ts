import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, IfMatch, PageQuery, Roles } from '@qiongtong/platform';
import { CalendarChangesQuery, PublishCalendarDto } from './calendars.dto';
import { CalendarsService } from './calendars.service';

@Controller('v1/calendars')
export class CalendarsController {
  constructor(private readonly calendars: CalendarsService) {}

  @Get()
  list(@Query() page: PageQuery) {
    return this.calendars.list(page);
  }

  @Get(':year')
  current(@Param('year') year: string) {
    return this.calendars.current(numberOf(year));
  }

  @Get(':year/versions')
  versions(@Param('year') year: string, @Query() page: PageQuery) {
    return this.calendars.versions(numberOf(year), page);
  }

  @Get(':year/versions/:version')
  version(@Param('year') year: string, @Param('version') version: string) {
    return this.calendars.version(numberOf(year), numberOf(version));
  }

  @Get(':year/versions/:version/changes')
  changes(@Param('year') year: string, @Param('version') version: string, @Query() { since }: CalendarChangesQuery) {
    return this.calendars.changes(numberOf(year), numberOf(version), since);
  }

  /** `If-Match` names the version it is to follow, `"0"` where the year has none yet. */
  @Post(':year/versions')
  @Roles('PROVINCIAL_AUTHORITY')
  @Idempotent()
  publish(
    @Param('year') year: string,
    @IfMatch() revision: number,
    @Body() body: PublishCalendarDto,
    @CurrentPrincipal() by: Principal,
  ) {
    return this.calendars.publish({ ...body, year: numberOf(year) }, revision, by);
  }
}

/** What is no number names nothing. */
function numberOf(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Refusal('request.not_found');
  return Number(text);
}
