import type { AnyAccessReviewFact } from './facts-access-reviews';
import type { AnyAccessApplicationFact, AnyAdmissionFact, PledgeTextPublished } from './facts-admissions';
import type { AnyCalendarFact } from './calendar';
import type { AnyMisuseFact } from './facts-misuse';
import type { AnyOrganisationChangeFact, Passed } from './facts-organisations';
import type { Fact } from './fact';
import type { AnyAgreementFact } from './facts-agreement';
import type { AnyPublicationFact } from './facts-publication';
import type { AnyConsentFact } from './facts-consents';
import type { StopFact } from './facts-stops';
import type { AnyGrantFact } from './facts-grants';
import type { AnySharingFact } from './facts-sharing-applications';
import type { Action } from './policy';
import type { Role } from './principal';

/** What happened to one aggregate, which revision of it that made, and which officer did it (`platform` at bootstrap). */
export type AuthorisationFact<Name extends string, Data> = Fact<
  `authorisation.${Name}.v1`,
  Readonly<{ revision: number; by: string }> & Readonly<Data>
>;

export type OrganisationRegistered = AuthorisationFact<
  'organisation-registered',
  { organisationId: string; kind: 'DEPARTMENT' | 'VENDOR'; regionCode: string; parentId: string | null }
>;
export type OrganisationAmended = AuthorisationFact<
  'organisation-amended',
  { organisationId: string; changed: readonly string[] }
>;
/** Roles are the body's, with dates; who held the authority when must be readable from the log. [R4.5] */
export type RolesAssigned = AuthorisationFact<
  'roles-assigned',
  { organisationId: string; roles: readonly Readonly<{ role: Role; from: string; until: string | null }>[] }
>;
export type DutiesRegistered = AuthorisationFact<
  'duties-registered',
  { organisationId: string; duties: readonly Readonly<{ code: string; purposes: readonly string[] }>[] }
>;
export type ResponsibleUnitRegistered = AuthorisationFact<
  'responsible-unit-registered',
  { organisationId: string; unitId: string; from: string; appointmentDocument: string; formerUnitId: string | null }
>;

export type OfficerRegistered = AuthorisationFact<
  'officer-registered',
  { officerId: string; appointments: readonly AppointmentFact[] }
>;
export type OfficerAmended = AuthorisationFact<
  'officer-amended',
  { officerId: string; status: 'ACTIVE' | 'DEPARTED'; appointments: readonly AppointmentFact[] }
>;
export type AppointmentFact = Readonly<{
  organisationId: string;
  roles: readonly Role[];
  from: string;
  until: string | null;
  deputyFor: string | null;
}>;

export type SystemRegistered = AuthorisationFact<
  'system-registered',
  { systemId: string; departmentId: string; ownerId: string; kafka: boolean; provides: readonly string[] }
>;
export type SystemAmended = AuthorisationFact<
  'system-amended',
  { systemId: string; departmentId: string; ownerId: string; changed: readonly string[]; ownerAttested: boolean }
>;
export type SystemOwnerAttested = AuthorisationFact<
  'system-owner-attested',
  { systemId: string; departmentId: string; ownerId: string; organisationId: string }
>;

export type GrantIssued = AuthorisationFact<
  'grant-issued',
  {
    grantId: string;
    parentId: string | null;
    resourceId: string;
    providerId: string;
    holderId: string;
    recipientOwnerId: string | null;
    /** The application or the transfer it came from. */
    origin: Readonly<{ kind: 'sharing-application' | 'onward-transfer'; id: string }>;
    items: readonly string[];
    actions: readonly Action[];
    purposes: readonly string[];
    systems: readonly string[];
    period: Readonly<{ from: string; until: string }>;
    /** A row filter restricts it; its values may be personal and are not told here. */
    rowsRestricted: boolean;
    rulePack: string;
  }
>;

type OnwardTransferSubject = {
  transferId: string;
  /** null where the holder has the resource by right, without a grant. */
  parentGrantId: string | null;
  resourceId: string;
  providerId: string;
  holderId: string;
  recipientId: string;
};
export type OnwardTransferRequested = AuthorisationFact<
  'onward-transfer-requested',
  OnwardTransferSubject & { rulePack: string }
>;
export type OnwardTransferAuthorised = AuthorisationFact<
  'onward-transfer-authorised',
  OnwardTransferSubject & { grantId: string }
>;
export type OnwardTransferRejected = AuthorisationFact<'onward-transfer-rejected', OnwardTransferSubject>;
export type OnwardTransferWithdrawn = AuthorisationFact<'onward-transfer-withdrawn', OnwardTransferSubject>;
export type OnwardTransferPassed = Passed<'onward-transfer', OnwardTransferSubject>;

export type AnyAuthorisationFact =
  | AnyConsentFact
  | OrganisationRegistered
  | OrganisationAmended
  | RolesAssigned
  | DutiesRegistered
  | ResponsibleUnitRegistered
  | OfficerRegistered
  | OfficerAmended
  | SystemRegistered
  | SystemAmended
  | SystemOwnerAttested
  | AnyAccessApplicationFact
  | AnyAdmissionFact
  | PledgeTextPublished
  | AnyAccessReviewFact
  | AnySharingFact
  | GrantIssued
  | AnyGrantFact
  | OnwardTransferRequested
  | OnwardTransferAuthorised
  | OnwardTransferRejected
  | OnwardTransferWithdrawn
  | OnwardTransferPassed
  | AnyOrganisationChangeFact
  | AnyAgreementFact
  | AnyPublicationFact
  | AnyMisuseFact
  | AnyCalendarFact
  | StopFact;
