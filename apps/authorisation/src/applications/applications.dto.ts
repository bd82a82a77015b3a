import type { Action, Mask, RowFilter } from '@qiongtong/contracts';
import { Flag, Given, PageQuery } from '@qiongtong/platform';
import { IsBoolean, IsInt, Matches, Max, Min } from 'class-validator';
import { StatutoryBasisDto } from '../consents/consents.dto';
import { Instant, Nullable, OneOf, Part, Parts, PURPOSE_CODE, Slug, Slugs, SomeOf, Text, Texts } from '../fields';
import {
  GRANT_ACTIONS,
  ItemCodes,
  LimitsDto,
  MaskMap,
  PeriodDto,
  RowFilterExpression,
  ScopeOfKnowledgeDto,
} from '../grants/scope.dto';
import type { Consent } from './domain/consent';
import type { Reasons } from './domain/proposal';
import type { Terms } from './domain/review';
import { FREQUENCIES, METHODS, type Asked, type Missing } from './domain/sharing-application';
import { SHARING_APPLICATION_STATUSES, type SharingApplicationStatus } from './domain/transitions';

/** What an applicant must say, whatever it applies for. */
export class CommonAskDto {
  @SomeOf(GRANT_ACTIONS) actions: Action[];
  /** Codes of the department's registered duties. */
  @Texts(20, 81, 1) @Matches(PURPOSE_CODE, { each: true }) purposes: string[];
  /** The law by which the department has the duty. */
  @Text(1000) dutyBasis: string;
  @Part(() => ScopeOfKnowledgeDto) scopeOfKnowledge: ScopeOfKnowledgeDto;
  @Text(2000) securityMeasures: string;
  @OneOf(METHODS) method: Asked['method'];
  @OneOf(FREQUENCIES) frequency: Asked['frequency'];
  @Part(() => PeriodDto) period: PeriodDto;
  /** None means any of the department's own. */
  @Slugs(50) systems: string[] = [];
  @Part(() => LimitsDto) limits: LimitsDto = new LimitsDto();
}

export class ApplyForSharingDto extends CommonAskDto implements Asked {
  @Slug() resourceId: string;
  @ItemCodes() items: string[];
  @Nullable() @RowFilterExpression() rowFilter: RowFilter | null = null;
  @MaskMap() mask: Mask = {};
  /** Kept for the applicant alone, until it is submitted. */
  @IsBoolean() draft = false;
}

/** What is left out stays as it is. */
export class ChangedAskDto implements Partial<Asked> {
  @Given() @ItemCodes() items?: string[];
  @Nullable() @RowFilterExpression() rowFilter?: RowFilter | null;
  @Given() @MaskMap() mask?: Mask;
  @Given() @SomeOf(GRANT_ACTIONS) actions?: Action[];
  @Given() @Texts(20, 81, 1) @Matches(PURPOSE_CODE, { each: true }) purposes?: string[];
  @Given() @Text(1000) dutyBasis?: string;
  @Given() @Part(() => ScopeOfKnowledgeDto) scopeOfKnowledge?: ScopeOfKnowledgeDto;
  @Given() @Text(2000) securityMeasures?: string;
  @Given() @OneOf(METHODS) method?: Asked['method'];
  @Given() @OneOf(FREQUENCIES) frequency?: Asked['frequency'];
  @Given() @Part(() => PeriodDto) period?: PeriodDto;
  @Given() @Slugs(50) systems?: string[];
  @Given() @Part(() => LimitsDto) limits?: LimitsDto;
}

export class SupplementDto {
  @Part(() => ChangedAskDto) change: ChangedAskDto = new ChangedAskDto();
  @Text(2000) note: string;
}

/** The provider's own rules for every use; the scope is what was asked. */
export class ConsentDto implements Consent {
  @OneOf(['required', 'optional']) matterNumber: Consent['matterNumber'];
  /** Required: there is no grant before both sides have accepted the agreement. */
  @OneOf(['REQUIRED', 'NONE']) agreement: Consent['agreement'] = 'NONE';
}

/** What is left out is as asked. */
export class TermsDto extends ConsentDto implements Terms {
  @Given() @ItemCodes() items?: string[];
  @Nullable() @RowFilterExpression() rowFilter?: RowFilter | null;
  @Given() @MaskMap() mask?: Mask;
  @Given() @SomeOf(GRANT_ACTIONS) actions?: Action[];
  @Given() @Texts(20, 81, 1) purposes?: string[];
  @Given() @Part(() => ScopeOfKnowledgeDto) scopeOfKnowledge?: ScopeOfKnowledgeDto;
  @Given() @Slugs(50) systems?: string[];
  @Given() @Part(() => PeriodDto) period?: PeriodDto;
  @Given() @Part(() => LimitsDto) limits?: LimitsDto;
}

export class OfferDto {
  @Part(() => TermsDto) terms: TermsDto;
  @Text(2000) reason: string;
}

export class ReasonsDto implements Reasons {
  /** May not be empty; the refusal says what an entry lacks. */
  @Parts(() => StatutoryBasisDto, 20) statutoryBasis: StatutoryBasisDto[];
  @Text(4000) narrative: string;
}

export class PartialConsentDto extends ReasonsDto {
  @Part(() => TermsDto) terms: TermsDto;
}

export class MissingDto implements Missing {
  /** The field of the application, or the document. */
  @Text(100) field: string;
  @Text(500) what: string;
}

export class SupplementRequestDto {
  /** Everything that is missing: it is asked for once. */
  @Parts(() => MissingDto, 50, 1) missing: MissingDto[];
}

export class ExtensionDto {
  @IsInt() @Min(1) @Max(60) workingDays: number;
  @Text(2000) reason: string;
}

export class ListSharingApplicationsQuery extends PageQuery {
  @Given() @OneOf(SHARING_APPLICATION_STATUSES) status?: SharingApplicationStatus;
  @Given() @Slug() resourceId?: string;
  @Given() @Slug() applicantId?: string;
  @Given() @Slug() providerId?: string;
  @Given() @Slug() batchId?: string;
  /** The answer is missing although its time is over. */
  @Given() @Flag() overdue?: boolean;
  /** Still to be answered, and due before this instant. */
  @Given() @Instant() dueBefore?: string;
  /** Submitted by the caller. */
  @Given() @Flag() mine?: boolean;
}

export class ResourceAskDto {
  @Slug() resourceId: string;
  @ItemCodes() items: string[];
  @Nullable() @RowFilterExpression() rowFilter: RowFilter | null = null;
  @MaskMap() mask: Mask = {};
}

/** One purpose, basis and set of measures for all of them; one application each. */
export class ApplyForManyDto extends CommonAskDto {
  @Parts(() => ResourceAskDto, 100, 1) resources: ResourceAskDto[];
}
