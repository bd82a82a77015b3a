import { Body, Controller, Get, HttpCode, Param, ParseIntPipe, Post, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent } from '@qiongtong/platform';
import { ConfirmItemDto, EndItemDto, ListAccessReviewsQuery } from './access-reviews.dto';
import { AccessReviewsService } from './access-reviews.service';

@Controller('v1/access-reviews')
export class AccessReviewsController {
  constructor(private readonly reviews: AccessReviewsService) {}

  @Get()
  list(@Query() { limit, cursor, ...filter }: ListAccessReviewsQuery, @CurrentPrincipal() by: Principal) {
    return this.reviews.list(filter, { limit, cursor }, by);
  }

  @Get(':id')
  find(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.reviews.find(id, by);
  }

  @Post(':id/items/:no/confirmation')
  @HttpCode(200)
  @Idempotent()
  confirm(
    @Param('id') id: string,
    @Param('no', ParseIntPipe) no: number,
    @Body() { revision, note }: ConfirmItemDto,
    @CurrentPrincipal() by: Principal,
  ) {
    return this.reviews.confirm(id, no, { seen: revision, note }, by);
  }

  @Post(':id/items/:no/end')
  @HttpCode(200)
  @Idempotent()
  end(
    @Param('id') id: string,
    @Param('no', ParseIntPipe) no: number,
    @Body() { revision, reason }: EndItemDto,
    @CurrentPrincipal() by: Principal,
  ) {
    return this.reviews.end(id, no, { seen: revision, reason }, by);
  }
}
