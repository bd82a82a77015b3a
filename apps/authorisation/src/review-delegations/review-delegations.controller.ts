import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, PageQuery, Roles } from '@qiongtong/platform';
import { ActDto } from '../fields';
import { DelegateReviewDto } from './review-delegations.dto';
import { ReviewDelegationsService } from './review-delegations.service';

@Controller('v1/review-delegations')
export class ReviewDelegationsController {
  constructor(private readonly delegations: ReviewDelegationsService) {}

  @Post()
  @Roles('REVIEWER', 'RESPONSIBLE_OFFICER')
  @Idempotent()
  delegate(@Body() body: DelegateReviewDto, @CurrentPrincipal() by: Principal) {
    return this.delegations.delegate(body, by);
  }

  @Get()
  list(@Query() { limit, cursor }: PageQuery, @CurrentPrincipal() by: Principal) {
    return this.delegations.list({ limit, cursor }, by);
  }

  @Get(':id')
  find(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.delegations.find(id, by);
  }

  @Post(':id/end')
  @Roles('REVIEWER', 'RESPONSIBLE_OFFICER')
  @HttpCode(200)
  @Idempotent()
  end(@Param('id') id: string, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.delegations.end(id, by);
  }
}
