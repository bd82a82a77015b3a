import type { Readable } from 'node:stream';
import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal } from '@qiongtong/platform';
import { IsIn, IsOptional } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { DcatService } from './dcat.service';
import { DCAT_FORMS, DCAT_MEDIA_TYPES, formFor, type DcatForm } from './forms';

const CONTENT = {
  'application/ld+json': { schema: { type: 'object', additionalProperties: true } },
  'text/turtle': { schema: { type: 'string' } },
};

class DcatQuery {
  /** Where it cannot be said by `Accept`. */
  @IsOptional() @IsIn([...DCAT_FORMS]) format?: DcatForm;
}

@Controller('v1/catalogue/dcat')
export class DcatController {
  constructor(private readonly dcat: DcatService) {}

  @Get()
  @ApiOperation({ summary: 'The catalogue in DCAT 3, JSON-LD or Turtle, as far as the caller may see it' })
  @ApiOkResponse({ content: CONTENT })
  async catalogue(
    @Query() { format }: DcatQuery,
    @Headers('accept') accept: string | undefined,
    @CurrentPrincipal() by: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const form = format ?? formFor(accept);
    await send(reply, form, await this.dcat.catalogue(form, by));
  }

  @Get(':id')
  @ApiOperation({ summary: 'One entry in DCAT 3; its IRI is this address' })
  @ApiOkResponse({ content: CONTENT })
  async entry(
    @Param('id') id: string,
    @Query() { format }: DcatQuery,
    @Headers('accept') accept: string | undefined,
    @CurrentPrincipal() by: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const form = format ?? formFor(accept);
    await send(reply, form, await this.dcat.entry(id, form, by));
  }
}

const send = (reply: FastifyReply, form: DcatForm, body: Readable) =>
  reply.headers({ 'content-type': DCAT_MEDIA_TYPES[form], 'cache-control': 'no-store', vary: 'accept' }).send(body);
