import type { Item } from './item';
import type { Role } from './principal';
import type { RowFilter } from './row-filter';

/** Every state on a `policy.*` topic carries its version; a projection ignores a lower one than it has. */
export type Versioned = Readonly<{ id: string; version: number }>;

export const ORGANISATION_TYPES = [
  'PARTY',
  'POWER_ORGAN',
  'ADMINISTRATIVE',
  'CPPCC',
  'JUDICIAL',
  'PROCURATORIAL',
  'PUBLIC_INSTITUTION_REF_CIVIL_SERVICE',
  'OTHER',
] as const;
/** The seven kinds of body of Article 2, and OTHER because its list ends in 等. [R2.1] */
export type OrganisationType = (typeof ORGANISATION_TYPES)[number];
export const LEVELS = ['PROVINCE', 'CITY', 'COUNTY'] as const;
export type Level = (typeof LEVELS)[number];

/** A registered duty: purposes are codes `<duty>.<purpose>` under it. */
export type Duty = Readonly<{ code: string; title: string; basis: string; purposes: readonly string[] }>;

export type Admission = 'NONE' | 'ACTIVE' | 'SUSPENDED' | 'REVOKED';

/** `policy.organisations` */
export type OrganisationState = Versioned &
  Readonly<{
    name: string;
    type: OrganisationType;
    level: Level;
    regionCode: string;
    /** Nearest organisation above, null at the root. */
    parentId: string | null;
    /** Departments are bodies of Article 2; a VENDOR only runs systems for one and can never hold a grant. */
    kind: 'DEPARTMENT' | 'VENDOR';
    status: 'ACTIVE' | 'SUSPENDED' | 'ABOLISHED';
    /** Roles assigned to the body by data with dates. */
    roles: readonly Readonly<{ role: Role; from: string; until: string | null }>[];
    duties: readonly Duty[];
    /** A responsible unit is in office now. [R15.1] */
    hasResponsibleUnit: boolean;
    /** First access [R11.1–R11.3]; gates use, never providing [R11.5]. */
    admission: Admission;
    /** Text version of the pledge in force, null when none. [R11.2] */
    pledgeVersion: string | null;
    /**
     * From this instant on that pledge admits no more, because a newer text's grace period has ended; null while its text
     * is the newest. [R11.2]
     */
    pledgeValidUntil: string | null;
    /** Names it had before, the last one last, and until when. */
    formerNames?: readonly FormerName[];
    /** Bodies that took its place when it ended; absent or empty while it exists. */
    successorIds?: readonly string[];
  }>;
export type FormerName = Readonly<{ name: string; until: string }>;

/** `policy.officers`: a person's appointments; checked at use. */
export type OfficerState = Versioned &
  Readonly<{
    name: string;
    status: 'ACTIVE' | 'DEPARTED';
    appointments: readonly Appointment[];
  }>;
export type Appointment = Readonly<{
  organisationId: string;
  unit: string;
  post: string;
  roles: readonly Role[];
  from: string;
  until: string | null;
  /** The officer in whose absence, from its beginning to its end, it is exercised; null or absent in one's own right. */
  deputyFor?: string | null;
}>;

/** `policy.systems` */
export type SystemState = Versioned &
  Readonly<{
    name: string;
    /** Who runs it: the department itself or a vendor. */
    ownerId: string;
    /** Exactly one department for whom it acts. */
    departmentId: string;
    /** The authority attested who owns it. [R14.7] */
    ownerAttested: boolean;
    zone: 'GOV_EXTRANET';
    /** CIDR ranges the system calls from; empty means any (embedded mode only). */
    addresses: readonly string[];
    /** SHA-256 thumbprints (base64url, RFC 8705 x5t#S256) of its certificates. */
    certificates: readonly string[];
    status: 'ACTIVE' | 'SUSPENDED' | 'RETIRED';
    /** Resources it may push. */
    provides: readonly string[];
    /** It chose to push by messages: its `push.` and `receipts.` topics exist. */
    kafka: boolean;
  }>;

export type SharingType = 'UNCONDITIONAL' | 'CONDITIONAL' | 'NOT_SHARED';
export type DeliveryMode = 'HOSTED' | 'EXCHANGE_CHANNEL' | 'REFERENCE_ONLY' | 'NONE';

/** `policy.resources`: what the gateway must know of a catalogue entry. */
export type ResourceState = Versioned &
  Readonly<{
    name: string;
    providerId: string;
    sharingType: SharingType;
    deliveryMode: DeliveryMode;
    status: 'PUBLISHED' | 'SUSPENDED' | 'WITHDRAWN';
    specialRegime: 'GEOGRAPHIC_INFORMATION' | 'PUBLIC_SECURITY_VIDEO' | null;
    items: readonly Item[];
    /** A matter number is bound to one subject. */
    matterNumberPerSubject: boolean;
    /** Resources whose obtained data it re-provides. [R13.6] */
    derivedFrom: readonly string[];
    /** How often its data is updated; absent in a state that was published before the platform asked. [R8.3] */
    updateCycle?: UpdateCycle | null;
  }>;

export const UPDATE_CYCLES = ['REALTIME', 'DAILY', 'WEEKLY', 'MONTHLY', 'QUARTERLY', 'YEARLY'] as const;
export type UpdateCycle = (typeof UPDATE_CYCLES)[number];

export const ACTIONS = ['query', 'verify', 'batch', 'subscribe', 'download', 'push'] as const;
export type Action = (typeof ACTIONS)[number];

/** How an item's value is shown: whole, or masked by a named rule. */
export const MASK_RULES = ['name', 'idNumber', 'phone', 'address', 'full'] as const;
export type MaskRule = (typeof MASK_RULES)[number];
export type Mask = Readonly<Record<string, MaskRule>>;

export type Limits = Readonly<{ rowsPerRequest?: number; requestsPerMinute?: number; rowsPerDay?: number }>;

/** Who inside the holder may know. An empty list in a dimension means no restriction by that dimension. [R12.2] */
export type ScopeOfKnowledge = Readonly<{
  units: readonly string[];
  posts: readonly string[];
  officers: readonly string[];
}>;

/** `policy.grants` */
export type GrantState = Versioned &
  Readonly<{
    /** null for a grant of the provider, else the grant it was transferred from. [R13.2] */
    parentId: string | null;
    resourceId: string;
    providerId: string;
    /** The department whose grant it is. [R13.1] */
    holderId: string;
    /** Set on a transfer that lets a third party's systems act for the holder; null otherwise. */
    recipientOwnerId: string | null;
    status: 'ACTIVE' | 'SUSPENDED' | 'REVOKED' | 'EXPIRED';
    items: readonly string[];
    rowFilter: RowFilter | null;
    mask: Mask;
    actions: readonly Action[];
    purposes: readonly string[];
    matterNumber: 'required' | 'optional';
    scopeOfKnowledge: ScopeOfKnowledge;
    /** Named systems; empty means any of the holder's own. */
    systems: readonly string[];
    /** RFC 3339, from inclusive, until exclusive. */
    period: Readonly<{ from: string; until: string }>;
    limits: Limits;
    /** Rule pack under which it was issued, e.g. `HN-2014-176@1`. [R23.1] */
    rulePack: string;
    /** Why it ended or was narrowed. */
    ground: string | null;
  }>;

/** Ways in which published data can be had. */
export const RELEASE_FORMS = ['JSON', 'CSV'] as const;
export type ReleaseForm = (typeof RELEASE_FORMS)[number];

/** `policy.permits`: leave to publish to society, and what is shown of the release that is served under it. [R13.3] */
export type PermitState = Versioned &
  Readonly<{
    resourceId: string;
    providerId: string;
    /** The department that publishes: the provider itself, or one that obtained the data. */
    publisherId: string;
    /** The grant by which the publisher has the data; null where it has them by right. */
    grantId: string | null;
    /** Resources that the data are derived from, whose providers consented as well. [R13.6] */
    origins: readonly string[];
    title: string;
    purpose: string;
    forms: readonly ReleaseForm[];
    status: 'ACTIVE' | 'REVOKED' | 'EXPIRED';
    items: readonly string[];
    rowFilter: RowFilter | null;
    mask: Mask;
    /** RFC 3339, from inclusive, until exclusive. */
    period: Readonly<{ from: string; until: string }>;
    issuedAt: string;
  }>;

export const STOP_TARGETS = [
  'token',
  'client',
  'session',
  'system',
  'officer',
  'organisation',
  'grant',
  'resource',
] as const;
export type StopTarget = (typeof STOP_TARGETS)[number];

/** `policy.stops`: something stopped at once. */
export type StopState = Versioned &
  Readonly<{
    target: StopTarget;
    targetId: string;
    /**
     * Hits callers of this department only, so that who names a token, session or client stops nobody else's; null hits
     * whoever it is.
     */
    departmentId: string | null;
    status: 'ACTIVE' | 'LIFTED';
    reason: string;
    until: string | null;
  }>;

/**
 * `policy.throttles`: a caller is slowed because of a misuse alert. It takes nothing away: only a person stops. [R13.5]
 */
export type ThrottleState = Versioned &
  Readonly<{
    target: 'system' | 'officer';
    targetId: string;
    status: 'ACTIVE' | 'LIFTED';
    requestsPerMinute: number;
    /** RFC 3339, exclusive: a throttle always ends by itself. */
    until: string;
  }>;

/** Topic name → state type. */
export type PolicyStates = {
  'policy.organisations': OrganisationState;
  'policy.officers': OfficerState;
  'policy.systems': SystemState;
  'policy.resources': ResourceState;
  'policy.grants': GrantState;
  'policy.permits': PermitState;
  'policy.stops': StopState;
  'policy.throttles': ThrottleState;
};
export type PolicyTopic = keyof PolicyStates;
