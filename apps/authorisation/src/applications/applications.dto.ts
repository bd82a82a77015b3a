import type { Action, Mask, RowFilter } from '@qiongtong/contracts';
import { PageQuery } from '@qiongtong/platform';
import { Matches } from 'class-validator';
import { Given, Nullable, OneOf, Part, PURPOSE_CODE, Slug, Slugs, SomeOf, Text, Texts } from '../fields';
import {
  GRANT_ACTIONS,
  ItemCodes,
  LimitsDto,
  MaskMap,
  PeriodDto,
  RowFilterExpression,
  ScopeOfKnowledgeDto,
} from '../grants/scope.dto';
import { FREQUENCIES, METHODS, SHARING_APPLICATION_STATUSES, type Asked, type SharingApplicationStatus, type Terms } from './domain/sharing-application'; // prettier-ignore

export class ApplyForSharingDto implements Asked {
  @Slug() resourceId: string;
  @ItemCodes() items: string[];
  @Nullable() @RowFilterExpression() rowFilter: RowFilter | null = null;
  @MaskMap() mask: Mask = {};
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

/** What is left out is agreed as asked. */
export class ConsentDto implements Terms {
  @Given() @ItemCodes() items?: string[];
  @Nullable() @RowFilterExpression() rowFilter?: RowFilter | null;
  @Given() @MaskMap() mask?: Mask;
  @Given() @SomeOf(GRANT_ACTIONS) actions?: Action[];
  @Given() @Texts(20, 81, 1) purposes?: string[];
  @Given() @Part(() => ScopeOfKnowledgeDto) scopeOfKnowledge?: ScopeOfKnowledgeDto;
  @Given() @Slugs(50) systems?: string[];
  @Given() @Part(() => PeriodDto) period?: PeriodDto;
  @Given() @Part(() => LimitsDto) limits?: LimitsDto;
  /** The provider's rule for every use. */
  @OneOf(['required', 'optional']) matterNumber: Terms['matterNumber'];
  /** The law, where less is agreed than was asked. */
  @Nullable() @Text(1000) statutoryBasis: string | null = null;
}

export class ListSharingApplicationsQuery extends PageQuery {
  @Given() @OneOf(SHARING_APPLICATION_STATUSES) status?: SharingApplicationStatus;
  @Given() @Slug() resourceId?: string;
  @Given() @Slug() applicantId?: string;
  @Given() @Slug() providerId?: string;
}
