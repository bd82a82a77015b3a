import {
  ORGANISATION_TYPES,
  type Action,
  type Mask,
  type OrganisationType,
  type RowFilter,
} from '@qiongtong/contracts';
import { Given, PageQuery } from '@qiongtong/platform';
import { ArrayMaxSize, ArrayUnique, IsArray, IsIn, Matches } from 'class-validator';
import { Nullable, OneOf, Part, PURPOSE_CODE, Slug, Slugs, SomeOf, Text, Texts } from '../fields';
import { GRANT_ACTIONS, ItemCodes, MaskMap, PeriodDto, RowFilterExpression } from '../grants/scope.dto';
import { STANDING_CONSENT_STATUSES, type NamedUses, type StandingConsentStatus } from './domain/standing-consent';

export class NamedApplicantsDto {
  @Slugs(200) ids: string[] = [];
  @IsArray()
  @ArrayMaxSize(ORGANISATION_TYPES.length)
  @ArrayUnique()
  @IsIn([...ORGANISATION_TYPES], { each: true })
  types: OrganisationType[] = [];
}

export class RegisterStandingConsentDto implements NamedUses {
  @Slug() resourceId: string;
  @ItemCodes() items: string[];
  @Nullable() @RowFilterExpression() rowFilter: RowFilter | null = null;
  @MaskMap() mask: Mask = {};
  @SomeOf(GRANT_ACTIONS) actions: Action[];
  @Texts(20, 81, 1) @Matches(PURPOSE_CODE, { each: true }) purposes: string[];
  @OneOf(['required', 'optional']) matterNumber: NamedUses['matterNumber'];
  /** At least one department or one type. */
  @Part(() => NamedApplicantsDto) applicants: NamedApplicantsDto;
  @Text(2000) conditions: string;
  @Part(() => PeriodDto) period: PeriodDto;
}

export class WithdrawStandingConsentDto {
  @Text(2000) reason: string;
}

export class ListStandingConsentsQuery extends PageQuery {
  @Given() @OneOf(STANDING_CONSENT_STATUSES) status?: StandingConsentStatus;
  @Given() @Slug() resourceId?: string;
}
