import type { Action, Mask, RowFilter } from '@qiongtong/contracts';
import { Given } from '@qiongtong/platform';
import { Matches } from 'class-validator';
import { Nullable, OneOf, Part, PURPOSE_CODE, Slugs, SomeOf, Text, Texts } from '../fields';
import type { Narrowing } from '../grants/domain/grant';
import {
  GRANT_ACTIONS,
  ItemCodes,
  LimitsDto,
  MaskMap,
  PeriodDto,
  RowFilterExpression,
  ScopeOfKnowledgeDto,
} from '../grants/scope.dto';

/** Each dimension left out stays as it is; a row filter of null is none, no systems are any of the department's own. */
export class AgreedChangeDto implements Narrowing {
  @Given() @ItemCodes() items?: string[];
  @Nullable() @RowFilterExpression() rowFilter?: RowFilter | null;
  @Given() @MaskMap() mask?: Mask;
  @Given() @SomeOf(GRANT_ACTIONS) actions?: Action[];
  @Given() @Texts(20, 81, 1) @Matches(PURPOSE_CODE, { each: true }) purposes?: string[];
  @Given() @OneOf(['required', 'optional']) matterNumber?: 'required' | 'optional';
  @Given() @Part(() => ScopeOfKnowledgeDto) scopeOfKnowledge?: ScopeOfKnowledgeDto;
  @Given() @Slugs(50) systems?: string[];
  @Given() @Part(() => PeriodDto) period?: PeriodDto;
  @Given() @Part(() => LimitsDto) limits?: LimitsDto;
}

export class AmendAgreementDto {
  @Part(() => AgreedChangeDto) change: AgreedChangeDto;
  @Text(2000) reason: string;
}
