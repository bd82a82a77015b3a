import type { Action, Mask, RowFilter } from '@qiongtong/contracts';
import { Given, PageQuery } from '@qiongtong/platform';
import { Matches } from 'class-validator';
import { Nullable, OneOf, Part, PURPOSE_CODE, Slug, Slugs, SomeOf, Text, Texts } from '../fields';
import {
  GRANT_ACTIONS,
  ItemCodes,
  LimitsDto,
  MaskMap,
  PeriodDto,
  RowFilterExpression,
  ScopeOfKnowledgeDto,
} from '../grants/scope.dto';
import { ONWARD_TRANSFER_STATUSES, type OnwardTransferStatus } from './domain/onward-transfer';

export class RequestTransferDto {
  /** The grant it comes from. */
  @Given() @Slug() grantId?: string;
  /** Instead of a grant, where the department has the resource by right: unconditional, or its own. */
  @Given() @Slug() resourceId?: string;
  /** Department or vendor. */
  @Slug() recipientId: string;
  @Text(2000) why: string;
  @Text(1000) basis: string;
  @ItemCodes() items: string[];
  @SomeOf(GRANT_ACTIONS) actions: Action[];
  @Texts(20, 81, 1) @Matches(PURPOSE_CODE, { each: true }) purposes: string[];
  @Part(() => PeriodDto) period: PeriodDto;
  /** The recipient's; a vendor's must be named. */
  @Slugs(50) systems: string[] = [];
  /** This and what follows: left out it is as in the grant. */
  @Nullable() @RowFilterExpression() rowFilter?: RowFilter | null;
  @Given() @MaskMap() mask?: Mask;
  @Given() @OneOf(['required', 'optional']) matterNumber?: 'required' | 'optional';
  @Given() @Part(() => ScopeOfKnowledgeDto) scopeOfKnowledge?: ScopeOfKnowledgeDto;
  @Given() @Part(() => LimitsDto) limits?: LimitsDto;
}

export class AuthorisationDto {
  @Given() @Text(2000) reason?: string;
}

export class ListTransfersQuery extends PageQuery {
  @Given() @OneOf(ONWARD_TRANSFER_STATUSES) status?: OnwardTransferStatus;
  @Given() @Slug() resourceId?: string;
  @Given() @Slug() grantId?: string;
}
