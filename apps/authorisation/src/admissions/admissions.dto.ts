import {
  ACCESS_REMARK_FIELDS,
  ADMISSION_GROUNDS,
  type AccessRemarkField,
  type Admission,
  type AdmissionGround,
} from '@qiongtong/contracts';
import { Given, PageQuery } from '@qiongtong/platform';
import {
  Equals,
  IsBoolean,
  IsInt,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  ValidateIf,
} from 'class-validator';
import { Instant, OneOf, Part, Parts, Slug, Text } from '../fields';
import type { Remark } from './domain/access-application';
import type { Cause } from './domain/admission';
import type { NewPledgeText, Parts as TextParts } from './domain/pledge-text';
import { ACCESS_APPLICATION_STATUSES, type AccessApplicationStatus } from './domain/transitions';

export class PledgeDto {
  /** Of `GET /v1/pledge-texts/current`. */
  @Text(40) textVersion: string;
  /** In whose name it is signed: the head of the department, or whom the head authorised. */
  @Text(100) signerName: string;
  @Text(100) signerPost: string;
  /** Both parts are promised, or there is no pledge. */
  @Equals(true) acceptsSharingRules: true;
  @Equals(true) acceptsConfidentiality: true;
}

/** A draft is signed when it is submitted. */
const WithoutPledge = () =>
  ValidateBy({
    name: 'isWithoutPledge',
    validator: {
      validate: (draft, args) => draft !== true || (args?.object as { pledge?: unknown }).pledge === undefined,
      defaultMessage: () => '$property is signed when it is submitted: leave the pledge out',
    },
  });

export class ApplyForAccessDto {
  /** What the department wants to use the platform for. */
  @IsString() @MaxLength(4000) statement: string = '';
  @ValidateIf(({ draft }: ApplyForAccessDto) => !draft) @Part(() => PledgeDto) pledge?: PledgeDto;
  /** Kept for the applicant, not submitted yet. */
  @IsBoolean() @WithoutPledge() draft: boolean = false;
}

export class AmendAccessApplicationDto {
  @Text(4000) statement: string;
}

export class SignDto {
  @Part(() => PledgeDto) pledge: PledgeDto;
}

export class RemarkDto implements Remark {
  @OneOf(ACCESS_REMARK_FIELDS) field: AccessRemarkField;
  @Text(1000) what: string;
}

export class ReturnDto {
  @Parts(() => RemarkDto, 20, 1) remarks: RemarkDto[];
}

export class ListAccessApplicationsQuery extends PageQuery {
  @Given() @Slug() organisationId?: string;
  @Given() @OneOf(ACCESS_APPLICATION_STATUSES) status?: AccessApplicationStatus;
}

export class RevokeAdmissionDto implements Cause {
  @OneOf(ADMISSION_GROUNDS) ground: AdmissionGround;
  @Text(2000) reason: string;
}

export class SuspendAdmissionDto extends RevokeAdmissionDto {
  /** It resumes by itself then. */
  @Instant() until: string;
}

export class RelinquishAdmissionDto {
  @Text(2000) reason: string;
}

export class ListAdmissionsQuery extends PageQuery {
  @Given() @OneOf(['NONE', 'ACTIVE', 'SUSPENDED', 'REVOKED']) status?: Admission;
}

export class PledgePartsDto implements TextParts {
  @Text(20_000) sharingRules: string;
  @Text(20_000) confidentiality: string;
}

export class PledgeWordingDto {
  @Part(() => PledgePartsDto) zh: PledgePartsDto;
  @Part(() => PledgePartsDto) en: PledgePartsDto;
}

export class PublishPledgeTextDto implements NewPledgeText {
  @Matches(/^[\w.-]{1,40}$/) version: string;
  @Part(() => PledgeWordingDto) text: PledgeWordingDto;
  @Instant() effectiveFrom: string;
  /** In which a pledge on a former text still admits. */
  @IsInt() @Min(1) @Max(366) graceDays: number;
}

export class ListPledgesQuery extends PageQuery {
  @Slug() organisationId: string;
}
