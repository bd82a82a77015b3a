import { BODY_ROLES, LEVELS, ORGANISATION_TYPES, type Duty, type OrganisationType } from '@qiongtong/contracts';
import { Given, PageQuery } from '@qiongtong/platform';
import { IsEmail, Matches } from 'class-validator';
import { DUTY_CODE, Instant, Nullable, OneOf, Parts, PURPOSE_CODE, REGION_CODE, Slug, Text, Texts } from '../fields';
import { type NewOrganisation, type OrganisationChange, type RoleAssignment } from './domain/organisation';
import type { Contact, NewResponsibleUnit } from './domain/responsible-unit';

export class RoleAssignmentDto implements RoleAssignment {
  @OneOf(BODY_ROLES) role: RoleAssignment['role'];
  @Instant() from: string;
  @Nullable() @Instant() until: string | null = null;
}

export class RegisterOrganisationDto implements NewOrganisation {
  @Slug() id: string;
  @Text(200) name: string;
  @OneOf(ORGANISATION_TYPES) type: OrganisationType;
  @OneOf(LEVELS) level: NewOrganisation['level'];
  /** Six digits of GB/T 2260. */
  @Matches(REGION_CODE) regionCode: string;
  @Nullable() @Slug() parentId: string | null = null;
  @OneOf(['DEPARTMENT', 'VENDOR']) kind: NewOrganisation['kind'] = 'DEPARTMENT';
  /** Unified social credit code; may be missing. */
  @Nullable() @Text(18) creditCode: string | null = null;
  @Parts(() => RoleAssignmentDto, 20) roles: RoleAssignmentDto[] = [];
}

/** A field left out stays as it is. */
export class AmendOrganisationDto implements OrganisationChange {
  @Given() @Text(200) name?: string;
  @Given() @OneOf(ORGANISATION_TYPES) type?: OrganisationType;
  @Nullable() @Slug() parentId?: string | null;
  @Nullable() @Text(18) creditCode?: string | null;
  @Given() @Parts(() => RoleAssignmentDto, 20) roles?: RoleAssignmentDto[];
}

export class DutyDto implements Duty {
  @Matches(DUTY_CODE) code: string;
  @Text(200) title: string;
  @Text(500) basis: string;
  /** Codes `<duty>.<purpose>`. */
  @Texts(50, 81) @Matches(PURPOSE_CODE, { each: true }) purposes: string[];
}

export class RegisterDutiesDto {
  @Parts(() => DutyDto, 100) duties: DutyDto[];
}

export class ContactDto implements Contact {
  @Text(100) name: string;
  @Text(40) phone: string;
  @Nullable() @IsEmail() email: string | null = null;
}

export class RegisterResponsibleUnitDto implements NewResponsibleUnit {
  @Text(200) name: string;
  @Text(100) head: string;
  @Parts(() => ContactDto, 10, 1) contacts: ContactDto[];
  @Text(2000) dutyText: string;
  /** Not in the future. */
  @Instant() from: string;
  /** Number of the document by which it was appointed. */
  @Text(200) appointmentDocument: string;
}

export class ListOrganisationsQuery extends PageQuery {
  @Given() @OneOf(['DEPARTMENT', 'VENDOR']) kind?: NewOrganisation['kind'];
  /** First digits of the region code: `46`, `4601`, `460105`. */
  @Given() @Matches(/^\d{2}(\d{2}(\d{2})?)?$/) regionPrefix?: string;
  @Given() @Text(100) name?: string;
}
