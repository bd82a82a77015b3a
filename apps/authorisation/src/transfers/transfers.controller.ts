import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, Roles } from '@qiongtong/platform';
import { ActDto, RejectionDto, sent } from '../fields';
import type { Source } from './transfer-desk';
import { AuthorisationDto, ListTransfersQuery, RequestTransferDto } from './transfers.dto';
import { TransfersService } from './transfers.service';

@Controller('v1/onward-transfers')
export class TransfersController {
  constructor(private readonly transfers: TransfersService) {}

  @Post()
  @Roles('SUBMITTER')
  @Idempotent()
  request(@Body() body: RequestTransferDto, @CurrentPrincipal() by: Principal) {
    const { grantId, resourceId, recipientId, why, basis, ...scope } = sent(body);
    const limits = scope.limits && { limits: sent(scope.limits) };
    return this.transfers.request(
      { source: sourceOf(grantId, resourceId), recipientId, why, basis, scope: { ...scope, ...limits } },
      by,
    );
  }

  @Get()
  list(@Query() { limit, cursor, ...filter }: ListTransfersQuery, @CurrentPrincipal() by: Principal) {
    return this.transfers.list(filter, { limit, cursor }, by);
  }

  @Get(':id')
  find(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.transfers.find(id, by);
  }

  @Post(':id/authorisation')
  @HttpCode(200)
  @Idempotent()
  authorise(@Param('id') id: string, @Body() { reason }: AuthorisationDto, @CurrentPrincipal() by: Principal) {
    return this.transfers.authorise(id, reason ?? '', by);
  }

  @Post(':id/rejection')
  @HttpCode(200)
  @Idempotent()
  reject(@Param('id') id: string, @Body() { reason }: RejectionDto, @CurrentPrincipal() by: Principal) {
    return this.transfers.reject(id, reason, by);
  }

  @Post(':id/withdrawal')
  @HttpCode(200)
  @Idempotent()
  withdraw(@Param('id') id: string, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.transfers.withdraw(id, by);
  }
}

function sourceOf(grantId: string | undefined, resourceId: string | undefined): Source {
  if (grantId !== undefined && resourceId === undefined) return { grantId };
  if (grantId === undefined && resourceId !== undefined) return { resourceId };
  throw new Refusal('request.invalid', { errors: [{ pointer: '/grantId', message: 'either grantId or resourceId' }] });
}
