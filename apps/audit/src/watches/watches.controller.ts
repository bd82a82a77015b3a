import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent } from '@qiongtong/platform';
import type { FastifyReply } from 'fastify';
import {
  NoticesQuery,
  NoticesView,
  SaveWatchDto,
  WatchesQuery,
  WatchPageView,
  WatchPath,
  WatchView,
} from './watches.dto';
import { WatchesService } from './watches.service';

@ApiTags('audit')
@Controller('v1/audit/watches')
export class WatchesController {
  constructor(private readonly watches: WatchesService) {}

  /** Says what one wants to be told of from now on. */
  @Post()
  @Idempotent()
  @ApiCreatedResponse({ type: WatchView })
  save(@CurrentPrincipal() by: Principal, @Body() body: SaveWatchDto): Promise<WatchView> {
    return this.watches.save(by, body);
  }

  /** One's own watches, in the order in which they were saved. */
  @Get()
  @ApiOkResponse({ type: WatchPageView })
  list(@CurrentPrincipal() by: Principal, @Query() { limit, cursor }: WatchesQuery): Promise<WatchPageView> {
    return this.watches.list(by, limit, cursor);
  }

  @Get(':id')
  @ApiOkResponse({ type: WatchView })
  find(@CurrentPrincipal() by: Principal, @Param() { id }: WatchPath): Promise<WatchView> {
    return this.watches.find(by, id);
  }

  /** Notices after a number; told again as often as asked with the same one, so that nothing is lost on the way. */
  @Get(':id/notices')
  @ApiOkResponse({ type: NoticesView })
  notices(
    @CurrentPrincipal() by: Principal,
    @Param() { id }: WatchPath,
    @Query() { after, limit, wait }: NoticesQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NoticesView> {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    void reply.header('cache-control', 'no-store');
    return this.watches.notices(by, id, { after, limit, waitMs: wait * 1000 }, gone.signal);
  }

  /** What is sealed meanwhile is none of its matches. */
  @Post(':id/pause')
  @HttpCode(200)
  @Idempotent()
  @ApiOkResponse({ type: WatchView })
  pause(@CurrentPrincipal() by: Principal, @Param() { id }: WatchPath): Promise<WatchView> {
    return this.watches.change(by, id, 'pause');
  }

  @Post(':id/resumption')
  @HttpCode(200)
  @Idempotent()
  @ApiOkResponse({ type: WatchView })
  resume(@CurrentPrincipal() by: Principal, @Param() { id }: WatchPath): Promise<WatchView> {
    return this.watches.change(by, id, 'resume');
  }

  @Post(':id/end')
  @HttpCode(200)
  @Idempotent()
  @ApiOkResponse({ type: WatchView })
  end(@CurrentPrincipal() by: Principal, @Param() { id }: WatchPath): Promise<WatchView> {
    return this.watches.change(by, id, 'end');
  }
}
