import {
  DISPOSAL_METHODS,
  MEASURE_GROUNDS,
  REVIEW_CONCLUSIONS,
  type Action,
  type AmendmentGround,
  type DisposalMethod,
  type Mask,
  type MeasureGround,
  type ReviewConclusion,
  type RowFilter,
} from '@qiongtong/contracts';
import { Given, PageQuery } from '@qiongtong/platform';
import { IsBoolean } from 'class-validator';
import { StatutoryBases, StatutoryBasisDto } from '../consents/consents.dto';
import { Instant, OneOf, Part, Slug, Slugs, SomeOf, Text, Texts } from '../fields';
import { GRANT_STATUSES, type Cause, type GrantStatus, type Narrowing } from './domain/grant';
import {
  GRANT_ACTIONS,
  ItemCodes,
  LimitsDto,
  MaskMap,
  PeriodDto,
  RowFilterExpression,
  ScopeOfKnowledgeDto,
} from './scope.dto';

export class RevokeGrantDto implements Cause {
  @OneOf(MEASURE_GROUNDS) ground: MeasureGround;
  /** Needed where the ground is statutory; the competent authority is then asked first. */
  @StatutoryBases() statutoryBasis: StatutoryBasisDto[] = [];
  @Text(2000) narrative: string;
}

export class SuspendGrantDto extends RevokeGrantDto {
  /** It resumes by itself then. */
  @Instant() until: string;
  /** On a statutory ground: takes effect at once, and lapses unless the authority confirms it. */
  @IsBoolean() emergency: boolean = false;
}

/** Each dimension left out stays as it is; none may become wider. */
export class NarrowingDto implements Narrowing {
  @Given() @ItemCodes() items?: string[];
  @Given() @RowFilterExpression() rowFilter?: RowFilter;
  @Given() @MaskMap() mask?: Mask;
  @Given() @SomeOf(GRANT_ACTIONS) actions?: Action[];
  @Given() @Texts(20, 81, 1) purposes?: string[];
  @Given() @OneOf(['required', 'optional']) matterNumber?: 'required' | 'optional';
  @Given() @Part(() => ScopeOfKnowledgeDto) scopeOfKnowledge?: ScopeOfKnowledgeDto;
  @Given() @Slugs(50, 1) systems?: string[];
  @Given() @Part(() => PeriodDto) period?: PeriodDto;
  @Given() @Part(() => LimitsDto) limits?: LimitsDto;
}

export class AmendGrantDto {
  /** `HOLDER_ASKED` is the holder's own act. */
  @OneOf([...MEASURE_GROUNDS, 'HOLDER_ASKED']) ground: AmendmentGround;
  @StatutoryBases() statutoryBasis: StatutoryBasisDto[] = [];
  @Text(2000) narrative: string;
  @Part(() => NarrowingDto) change: NarrowingDto;
}

export class RelinquishGrantDto {
  @Text(2000) narrative: string;
}

export class RequestRenewalDto {
  @Instant() until: string;
  @Text(2000) reason: string;
}

export class ReviewGrantDto {
  @OneOf(REVIEW_CONCLUSIONS) conclusion: ReviewConclusion;
  @Text(2000) note: string;
}

export class ReportDisposalDto {
  @OneOf(DISPOSAL_METHODS) method: DisposalMethod;
  @Instant() disposedAt: string;
  @Text(2000) statement: string;
}

export class ListGrantsQuery extends PageQuery {
  @Given() @OneOf(GRANT_STATUSES) status?: GrantStatus;
  @Given() @Slug() resourceId?: string;
  @Given() @Slug() holderId?: string;
  @Given() @Slug() providerId?: string;
}
