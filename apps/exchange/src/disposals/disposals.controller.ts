import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, PageQuery, type Page } from '@qiongtong/platform';
import { OrderDto, ReasonDto } from './disposals.dto';
import { DisposalsService } from './disposals.service';
import type { Disposal } from './domain/disposal';

type DisposalView = ReturnType<typeof viewOf>;

@Controller('v1/resources/:resourceId/disposals')
export class DisposalsController {
  constructor(private readonly disposals: DisposalsService) {}

  @Get()
  @ApiOperation({ summary: 'What becomes of the data of a withdrawn resource; for its provider and who oversees it' })
  async list(
    @Param('resourceId') resourceId: string,
    @Query() page: PageQuery,
    @CurrentPrincipal() by: Principal,
  ): Promise<Page<DisposalView>> {
    const { items, next } = await this.disposals.list(resourceId, by, page);
    return { items: items.map(viewOf), next };
  }

  @Get(':disposalId')
  @ApiOperation({ summary: 'A disposal, and when it is done the certificate of deletion' })
  async one(
    @Param('resourceId') resourceId: string,
    @Param('disposalId') id: string,
    @CurrentPrincipal() by: Principal,
  ): Promise<DisposalView> {
    return viewOf(await this.disposals.one(resourceId, id, by));
  }

  @Post(':disposalId/hold')
  @HttpCode(200)
  @ApiOperation({ summary: 'Delete nothing for now; by the provider’s responsible officer or the authority' })
  async hold(
    @Param('resourceId') resourceId: string,
    @Param('disposalId') id: string,
    @Body() { reason }: ReasonDto,
    @CurrentPrincipal() by: Principal,
  ): Promise<DisposalView> {
    return viewOf(await this.disposals.hold(resourceId, id, reason, by));
  }

  @Post(':disposalId/release')
  @HttpCode(200)
  @ApiOperation({ summary: 'End a hold; what is due by then is deleted' })
  async release(
    @Param('resourceId') resourceId: string,
    @Param('disposalId') id: string,
    @Body() { reason }: ReasonDto,
    @CurrentPrincipal() by: Principal,
  ): Promise<DisposalView> {
    return viewOf(await this.disposals.release(resourceId, id, reason, by));
  }

  @Post(':disposalId/order')
  @HttpCode(200)
  @ApiOperation({ summary: 'Delete before the retention is over, by a rule of law' })
  async order(
    @Param('resourceId') resourceId: string,
    @Param('disposalId') id: string,
    @Body() { reason, basis }: OrderDto,
    @CurrentPrincipal() by: Principal,
  ): Promise<DisposalView> {
    return viewOf(await this.disposals.order(resourceId, id, reason, basis, by));
  }
}

const viewOf = (disposal: Disposal) => {
  const { id, resourceId, providerId, status, ground, basis, orderedBy, reason, hold, counts } = disposal;
  return {
    id,
    resourceId,
    providerId,
    status,
    scheduledAt: disposal.scheduledAt.toISOString(),
    dueAt: disposal.dueAt.toISOString(),
    ground,
    basis,
    orderedBy,
    reason,
    hold: hold && { ...hold, at: hold.at.toISOString() },
    startedAt: disposal.startedAt?.toISOString() ?? null,
    endedAt: disposal.endedAt?.toISOString() ?? null,
    counts,
    /** Of what was deleted; only when everything is. */
    digest: status === 'DISPOSED' ? disposal.digest : null,
  };
};
