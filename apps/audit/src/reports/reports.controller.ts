import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Principal } from '@qiongtong/contracts';
import { BYTE_ORDER_MARK, csvLine, CurrentPrincipal, languageOf, markedAsText } from '@qiongtong/platform';
import type { FastifyReply } from 'fastify';
import { cellsOf } from './report-words';
import { UseReportQuery, UseReportView } from './reports.dto';
import { ReportsService } from './reports.service';

@ApiTags('audit')
@Controller('v1/audit/reports')
export class ReportsController {
  constructor(private readonly reports: ReportsService) {}

  /** Uses of a period, counted; as JSON or as a sheet, in Chinese or English. */
  @Get('uses')
  @ApiProduces('application/json', 'text/csv')
  @ApiOkResponse({ type: UseReportView })
  async uses(
    @CurrentPrincipal() principal: Principal,
    @Query() { format, by, ...scope }: UseReportQuery,
    @Headers('accept-language') preferred: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UseReportView | string> {
    const language = languageOf(preferred);
    const report = await this.reports.uses(principal, scope, by, language);
    void reply.header('content-language', language).header('vary', 'accept-language');
    if (format === 'json') return report;
    void reply.type('text/csv; charset=utf-8');
    void reply.header('content-disposition', `attachment; filename="uses-${scope.from}.csv"`);
    const lines = cellsOf(report, language).map((cells) => csvLine(cells.map(markedAsText)));
    return BYTE_ORDER_MARK + lines.join('');
  }
}
