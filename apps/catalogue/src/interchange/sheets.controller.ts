import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal } from '@qiongtong/platform';
import type { FastifyReply } from 'fastify';
import { ExportQuery, TemplateQuery } from './interchange.dto';
import { SheetsService, type SheetFormat } from './sheets.service';

const BYTES = { schema: { type: 'string', format: 'binary' } };
export const MEDIA_TYPES: Readonly<Record<SheetFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};
const CONTENT = { 'text/csv': BYTES, [MEDIA_TYPES.xlsx]: BYTES };

@Controller('v1')
export class SheetsController {
  constructor(private readonly sheets: SheetsService) {}

  @Get('catalogue-template')
  @ApiOperation({ summary: 'An empty sheet in the national guide’s columns, with explanations and code lists' })
  @ApiOkResponse({ content: CONTENT })
  async template(@Query() { format, part }: TemplateQuery, @Res() reply: FastifyReply): Promise<void> {
    await file(reply, format, `catalogue-${part}`).send(this.sheets.template(format, part));
  }

  @Get('catalogue-export')
  @ApiOperation({ summary: 'The catalogue in the columns of the template, as far as the caller may see it' })
  @ApiOkResponse({ content: CONTENT })
  async export(
    @Query() { format, ...chosen }: ExportQuery,
    @CurrentPrincipal() by: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await file(reply, format, 'catalogue').send(this.sheets.export(format, chosen, by));
  }
}

const file = (reply: FastifyReply, format: SheetFormat, name: string) =>
  reply.headers({
    'content-type': MEDIA_TYPES[format],
    'content-disposition': `attachment; filename="${name}.${format}"`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
