import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, Roles } from '@qiongtong/platform';
import { ActDto, RejectionDto, sent } from '../fields';
import type { Source } from './publication-desk';
import { ListPublicationRequestsQuery, PublicationConsentDto, RequestPublicationDto } from './publications.dto';
import { PublicationsService } from './publications.service';

@Controller('v1/publication-requests')
export class PublicationsController {
  constructor(private readonly publications: PublicationsService) {}

  @Post()
  @Roles('SUBMITTER')
  @Idempotent()
  request(@Body() body: RequestPublicationDto, @CurrentPrincipal() by: Principal) {
    const { grantId, resourceId, ...wanted } = sent(body);
    return this.publications.request(sourceOf(grantId, resourceId), wanted, by);
  }

  @Get()
  list(@Query() { limit, cursor, ...filter }: ListPublicationRequestsQuery, @CurrentPrincipal() by: Principal) {
    return this.publications.list(filter, { limit, cursor }, by);
  }

  @Get(':id')
  find(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.publications.find(id, by);
  }

  @Post(':id/consent')
  @HttpCode(200)
  @Idempotent()
  consent(@Param('id') id: string, @Body() { reason }: PublicationConsentDto, @CurrentPrincipal() by: Principal) {
    return this.publications.consent(id, reason ?? '', by);
  }

  @Post(':id/rejection')
  @HttpCode(200)
  @Idempotent()
  reject(@Param('id') id: string, @Body() { reason }: RejectionDto, @CurrentPrincipal() by: Principal) {
    return this.publications.reject(id, reason, by);
  }

  @Post(':id/withdrawal')
  @HttpCode(200)
  @Idempotent()
  withdraw(@Param('id') id: string, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.publications.withdraw(id, by);
  }
}

function sourceOf(grantId: string | undefined, resourceId: string | undefined): Source {
  if (grantId !== undefined && resourceId === undefined) return { grantId };
  if (grantId === undefined && resourceId !== undefined) return { resourceId };
  throw new Refusal('request.invalid', { errors: [{ pointer: '/grantId', message: 'either grantId or resourceId' }] });
}
