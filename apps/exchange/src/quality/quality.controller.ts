import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, IfMatch, PageQuery, Roles } from '@qiongtong/platform';
import { QualityRulesDto } from './quality.dto';
import { QualityService, type QualityRulesView, type QualityView } from './quality.service';

@Controller('v1/resources/:resourceId')
export class QualityController {
  constructor(private readonly quality: QualityService) {}

  @Put('quality-rules')
  @Roles('SUBMITTER', 'RESPONSIBLE_OFFICER')
  @ApiOperation({
    summary: 'Say what is expected of the rows of a resource; by an officer of its provider, `If-Match: "0"` at first',
  })
  set(
    @Param('resourceId') resourceId: string,
    @Body() { rules }: QualityRulesDto,
    @IfMatch() revision: number,
    @CurrentPrincipal() by: Principal,
  ): Promise<QualityRulesView> {
    return this.quality.set(resourceId, rules, revision, by);
  }

  @Get('quality-rules')
  @ApiOperation({ summary: 'What is expected of the rows of a resource; for its provider, overseers and the operator' })
  rules(@Param('resourceId') resourceId: string, @CurrentPrincipal() by: Principal): Promise<QualityRulesView> {
    return this.quality.rules(resourceId, by);
  }

  @Get('quality')
  @ApiOperation({
    summary:
      'How the batches of a resource, and its messages hour by hour, fared, the latest first; for its provider, overseers and the operator',
  })
  trend(
    @Param('resourceId') resourceId: string,
    @Query() page: PageQuery,
    @CurrentPrincipal() by: Principal,
  ): Promise<QualityView> {
    return this.quality.trend(resourceId, page, by);
  }
}
