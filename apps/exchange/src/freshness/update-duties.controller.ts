import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, type Page } from '@qiongtong/platform';
import { UpdateDutiesQuery } from './update-duties.dto';
import { UpdateDutiesService } from './update-duties.service';
import { UpdateDutyDesk, viewOf, type UpdateDutyView } from './update-duty-desk';

@Controller('v1')
export class UpdateDutiesController {
  constructor(
    private readonly duties: UpdateDutiesService,
    private readonly desk: UpdateDutyDesk,
  ) {}

  @Get('update-duties')
  @ApiOperation({
    summary: 'What has to be updated until when, the most urgent first: one’s own, or those of one’s region',
  })
  list(@Query() query: UpdateDutiesQuery, @CurrentPrincipal() principal: Principal): Promise<Page<UpdateDutyView>> {
    return this.desk.list(query, principal);
  }

  @Get('resources/:resourceId/update-duty')
  @ApiOperation({ summary: 'How current a hosted resource is; for its provider, who oversees it, and who may use it' })
  one(@Param('resourceId') resourceId: string, @CurrentPrincipal() principal: Principal): Promise<UpdateDutyView> {
    return this.desk.one(resourceId, principal);
  }

  @Post('resources/:resourceId/no-change-confirmations')
  @ApiOperation({ summary: 'State that nothing has changed since the last batch; by an officer of the provider' })
  async confirm(
    @Param('resourceId') resourceId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<UpdateDutyView> {
    return viewOf(await this.duties.confirmNoChange(resourceId, principal));
  }

  @Post('resources/:resourceId/source-heartbeats')
  @HttpCode(200)
  @ApiOperation({ summary: 'Say that the source is there and has nothing to send; by the system that provides it' })
  async hear(
    @Param('resourceId') resourceId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<UpdateDutyView> {
    return viewOf(await this.duties.hear(resourceId, principal));
  }
}
