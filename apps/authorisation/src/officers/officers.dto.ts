import { ROLES, type Appointment, type Role } from '@qiongtong/contracts';
import { Given, PageQuery } from '@qiongtong/platform';
import { ArrayMaxSize, ArrayUnique, IsArray, IsIn } from 'class-validator';
import { Instant, Nullable, OneOf, Parts, Slug, Text } from '../fields';
import type { NewOfficer, OfficerChange } from './domain/officer';

const OFFICER_ROLES = ROLES.filter((role) => role !== 'SYSTEM');

export class AppointmentDto implements Appointment {
  @Slug() organisationId: string;
  @Text(100) unit: string;
  @Text(100) post: string;
  @IsArray() @ArrayMaxSize(10) @ArrayUnique() @IsIn(OFFICER_ROLES, { each: true }) roles: Role[];
  @Instant() from: string;
  @Nullable() @Instant() until: string | null = null;
  /** Who is absent from `from` to `until`; the officer acts for them in that time. */
  @Nullable() @Slug() deputyFor: string | null = null;
}

export class RegisterOfficerDto implements NewOfficer {
  @Slug() id: string;
  @Text(100) name: string;
  @Parts(() => AppointmentDto, 20, 1) appointments: AppointmentDto[];
}

/** A field left out stays as it is; `appointments` replaces those within the caller's reach. */
export class AmendOfficerDto implements OfficerChange {
  @Given() @Text(100) name?: string;
  @Given() @OneOf(['ACTIVE', 'DEPARTED']) status?: 'ACTIVE' | 'DEPARTED';
  @Given() @Parts(() => AppointmentDto, 20) appointments?: AppointmentDto[];
}

export class ListOfficersQuery extends PageQuery {
  @Given() @Slug() organisationId?: string;
}
