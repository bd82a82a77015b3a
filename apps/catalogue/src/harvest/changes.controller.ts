import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal } from '@qiongtong/platform';
import type { FastifyReply } from 'fastify';
import { ChangesQuery } from './changes.dto';
import { ChangesService, type ChangePage } from './changes.service';

@Controller('v1/catalogue/changes')
export class ChangesController {
  constructor(private readonly changes: ChangesService) {}

  @Get()
  @ApiOperation({ summary: 'What was published, changed and removed since a cursor, as the caller may see it' })
  async read(
    @Query() { limit, cursor, wait }: ChangesQuery,
    @CurrentPrincipal() by: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ChangePage> {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    void reply.header('cache-control', 'no-store');
    return this.changes.read({ limit, waitMs: wait * 1000, ...(cursor !== undefined && { cursor }) }, by, gone.signal);
  }
}
