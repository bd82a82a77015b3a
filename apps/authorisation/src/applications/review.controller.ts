import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { CurrentPrincipal, Idempotent, Roles } from '@qiongtong/platform';
import { ActDto, sent } from '../fields';
import {
  ConsentDto,
  ExtensionDto,
  OfferDto,
  PartialConsentDto,
  ReasonsDto,
  SupplementRequestDto,
  TermsDto,
} from './applications.dto';
import type { Terms } from './domain/review';
import { ReviewService } from './review.service';

/** What a provider does with an application. The authority's part is under `/v1/consent-cases`. */
@Controller('v1/sharing-applications/:id')
@Roles('REVIEWER')
export class ReviewController {
  constructor(private readonly reviews: ReviewService) {}

  @Post('review')
  @HttpCode(200)
  @Idempotent()
  startReview(@Param('id') id: string, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.reviews.startReview(id, by);
  }

  @Post('supplement-request')
  @HttpCode(200)
  @Idempotent()
  askForSupplement(
    @Param('id') id: string,
    @Body() { missing }: SupplementRequestDto,
    @CurrentPrincipal() by: Principal,
  ) {
    return this.reviews.askForSupplement(id, missing, by);
  }

  @Post('consent')
  @HttpCode(200)
  @Idempotent()
  consent(@Param('id') id: string, @Body() body: ConsentDto, @CurrentPrincipal() by: Principal) {
    return this.reviews.consent(id, body, by);
  }

  @Post('offer')
  @HttpCode(200)
  @Idempotent()
  offer(@Param('id') id: string, @Body() { terms, reason }: OfferDto, @CurrentPrincipal() by: Principal) {
    return this.reviews.offer(id, { terms: termsOf(terms), reason }, by);
  }

  @Post('partial-consent')
  @HttpCode(200)
  @Idempotent()
  proposePartialConsent(
    @Param('id') id: string,
    @Body() { terms, ...reasons }: PartialConsentDto,
    @CurrentPrincipal() by: Principal,
  ) {
    return this.reviews.proposePartialConsent(id, { terms: termsOf(terms), reasons }, by);
  }

  @Post('refusal')
  @HttpCode(200)
  @Idempotent()
  proposeRefusal(@Param('id') id: string, @Body() reasons: ReasonsDto, @CurrentPrincipal() by: Principal) {
    return this.reviews.proposeRefusal(id, reasons, by);
  }

  @Post('proposal/withdrawal')
  @HttpCode(200)
  @Idempotent()
  takeBackProposal(@Param('id') id: string, @Body() _act: ActDto, @CurrentPrincipal() by: Principal) {
    return this.reviews.takeBackProposal(id, by);
  }

  @Post('extension')
  @HttpCode(200)
  @Idempotent()
  askForExtension(@Param('id') id: string, @Body() body: ExtensionDto, @CurrentPrincipal() by: Principal) {
    return this.reviews.askForExtension(id, body, by);
  }
}

function termsOf(body: TermsDto): Terms {
  const terms = sent(body);
  return terms.limits ? { ...terms, limits: sent(terms.limits) } : terms;
}
