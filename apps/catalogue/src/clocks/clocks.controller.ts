import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent } from '@qiongtong/platform';
import { AnswerDto } from '../entries/entries.dto';
import { ClockListsService } from './clock-lists.service';
import { ClocksQuery, ConfirmationDto, ExtensionDto, NoticedChangeDto } from './clocks.dto';
import { UpdatesService } from './updates.service';

@Controller('v1/catalogue')
export class ClocksController {
  constructor(
    private readonly updates: UpdatesService,
    private readonly lists: ClockListsService,
  ) {}

  @Get('entry-clocks')
  list(@Query() { limit, cursor, ...filter }: ClocksQuery, @CurrentPrincipal() by: Principal) {
    return this.lists.list(filter, limit, cursor, by);
  }

  @Get('entries/:id/clocks')
  of(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.lists.of(id, by);
  }

  @Post('entries/:id/noticed-changes')
  @HttpCode(200)
  @Idempotent()
  noticeChange(@Param('id') id: string, @Body() given: NoticedChangeDto, @CurrentPrincipal() by: Principal) {
    return this.updates.noticeChange(id, given, by);
  }

  @Post('entries/:id/update-extension')
  @HttpCode(200)
  @Idempotent()
  askExtension(@Param('id') id: string, @Body() given: ExtensionDto, @CurrentPrincipal() by: Principal) {
    return this.updates.askExtension(id, given, by);
  }

  @Post('entries/:id/update-extension/consent')
  @HttpCode(200)
  @Idempotent()
  consent(@Param('id') id: string, @Body() { reason }: AnswerDto, @CurrentPrincipal() by: Principal) {
    return this.updates.answerExtension(id, true, reason, by);
  }

  @Post('entries/:id/update-extension/rejection')
  @HttpCode(200)
  @Idempotent()
  reject(@Param('id') id: string, @Body() { reason }: AnswerDto, @CurrentPrincipal() by: Principal) {
    return this.updates.answerExtension(id, false, reason, by);
  }

  @Post('entries/:id/confirmation')
  @HttpCode(200)
  @Idempotent()
  confirm(@Param('id') id: string, @Body() { version }: ConfirmationDto, @CurrentPrincipal() by: Principal) {
    return this.updates.confirm(id, version, by);
  }
}
