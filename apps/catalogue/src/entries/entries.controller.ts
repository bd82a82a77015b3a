import { Body, Controller, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, IfMatch } from '@qiongtong/platform';
import type { ContentChange } from './domain/content';
import { EntriesService } from './entries.service';
import { ActDto, ApprovalDto, DraftEntryDto, ListEntriesQuery, ReturnDto, ReviseEntryDto, SecrecyReviewDto, SubmissionDto } from './entries.dto'; // prettier-ignore

@Controller('v1/catalogue/entries')
export class EntriesController {
  constructor(private readonly entries: EntriesService) {}

  @Post()
  @Idempotent()
  draft(@Body() { resourceCode, ...body }: DraftEntryDto, @CurrentPrincipal() by: Principal) {
    const { classification, name } = body;
    return this.entries.draft(resourceCode, { ...given(body), classification, name }, by);
  }

  @Get()
  list(@Query() { limit, cursor, ...filter }: ListEntriesQuery, @CurrentPrincipal() by: Principal) {
    return this.entries.list(filter, limit, cursor, by);
  }

  @Get(':id')
  find(@Param('id') id: string, @CurrentPrincipal() by: Principal) {
    return this.entries.find(id, by);
  }

  @Patch(':id')
  revise(
    @Param('id') id: string,
    @IfMatch() revision: number,
    @Body() body: ReviseEntryDto,
    @CurrentPrincipal() by: Principal,
  ) {
    return this.entries.revise(id, revision, given(body), by);
  }

  @Put(':id/secrecy-review')
  declareSecrecyReview(
    @Param('id') id: string,
    @IfMatch() revision: number,
    @Body() body: SecrecyReviewDto,
    @CurrentPrincipal() by: Principal,
  ) {
    return this.entries.declareSecrecyReview(id, revision, body, by);
  }

  @Post(':id/internal-review')
  @HttpCode(200)
  @Idempotent()
  passInternalReview(@Param('id') id: string, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.entries.passInternalReview(id, by);
  }

  @Post(':id/submission')
  @HttpCode(200)
  @Idempotent()
  submit(@Param('id') id: string, @Body() said: SubmissionDto, @CurrentPrincipal() by: Principal) {
    return this.entries.submit(id, said, by);
  }

  @Post(':id/review')
  @HttpCode(200)
  @Idempotent()
  startReview(@Param('id') id: string, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.entries.startReview(id, by);
  }

  @Post(':id/approval')
  @HttpCode(200)
  @Idempotent()
  approve(@Param('id') id: string, @Body() said: ApprovalDto, @CurrentPrincipal() by: Principal) {
    return this.entries.approve(id, said, by);
  }

  @Post(':id/return')
  @HttpCode(200)
  @Idempotent()
  returnWithRemarks(@Param('id') id: string, @Body() said: ReturnDto, @CurrentPrincipal() by: Principal) {
    return this.entries.returnWithRemarks(id, said, by);
  }

  @Post(':id/publication')
  @HttpCode(200)
  @Idempotent()
  publish(@Param('id') id: string, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.entries.publish(id, by);
  }
}

/** The fields that were sent. */
const given = (body: ReviseEntryDto): ContentChange =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
