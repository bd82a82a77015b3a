import {
  officerWith,
  Refusal,
  type Action,
  type Mask,
  type OrganisationType,
  type Principal,
  type ResourceState,
  type RowFilter,
  type StandingConsentApproved,
  type StandingConsentRegistered,
  type StandingConsentRejected,
  type StandingConsentWithdrawn,
} from '@qiongtong/contracts';
import { scopeWithin, type GrantScope } from '@qiongtong/regulation';

export const STANDING_CONSENT_STATUSES = ['PROPOSED', 'ACTIVE', 'REJECTED', 'WITHDRAWN'] as const;
export type StandingConsentStatus = (typeof STANDING_CONSENT_STATUSES)[number];

/** The uses for which a provider consents beforehand. */
export type NamedUses = Readonly<{
  items: readonly string[];
  rowFilter: RowFilter | null;
  mask: Mask;
  actions: readonly Action[];
  purposes: readonly string[];
  matterNumber: GrantScope['matterNumber'];
  /** Departments by name, by type, or both; one match is enough. */
  applicants: Readonly<{ ids: readonly string[]; types: readonly OrganisationType[] }>;
  /** In words, for people to read; what the platform holds an application against stands in the other fields. */
  conditions: string;
  /** Of the consent; a use may not go beyond it either. */
  period: Readonly<{ from: string; until: string }>;
}>;

export type StandingConsent = NamedUses &
  Readonly<{
    id: string;
    resourceId: string;
    providerId: string;
    status: StandingConsentStatus;
    registeredBy: string;
    registeredAt: string;
    decision: Readonly<{ by: string; at: string; reason: string | null }> | null;
    withdrawal: Readonly<{ by: string; at: string; reason: string }> | null;
    revision: number;
  }>;

const NEXT: Readonly<Record<StandingConsentStatus, readonly StandingConsentStatus[]>> = {
  PROPOSED: ['ACTIVE', 'REJECTED', 'WITHDRAWN'],
  ACTIVE: ['WITHDRAWN'],
  REJECTED: [],
  WITHDRAWN: [],
};

/** @param uses checked against the items of the resource */
export function register(
  id: string,
  uses: NamedUses,
  resource: ResourceState,
  by: Principal,
  now: Date,
): Readonly<{ state: StandingConsent; event: StandingConsentRegistered }> {
  const registeredBy = officerWith(['SUBMITTER'], by);
  if (resource.providerId !== by.departmentId || resource.sharingType !== 'CONDITIONAL')
    throw new Refusal('standing.resource_invalid', { about: [resource.id] });
  if (uses.applicants.ids.length + uses.applicants.types.length === 0) throw new Refusal('standing.applicants_missing');
  const state: StandingConsent = {
    ...uses,
    id,
    resourceId: resource.id,
    providerId: resource.providerId,
    status: 'PROPOSED',
    registeredBy,
    registeredAt: now.toISOString(),
    decision: null,
    withdrawal: null,
    revision: 1,
  };
  const { items, actions, purposes, period } = uses;
  const data = { ...told(state, registeredBy), items, actions, purposes, period };
  return {
    state,
    event: { type: 'authorisation.standing-consent-registered.v1', key: id, at: state.registeredAt, data },
  };
}

/** Another officer of the provider decides: from then on it answers applications. [R14.10] */
export function decide(
  standing: StandingConsent,
  { to, reason }: Readonly<{ to: 'ACTIVE' | 'REJECTED'; reason: string | null }>,
  by: Principal,
  now: Date,
): Readonly<{ state: StandingConsent; event: StandingConsentApproved | StandingConsentRejected }> {
  const officer = reviewerOf(standing, by);
  if (officer === standing.registeredBy) throw new Refusal('standing.own_submission');
  checkOpen(standing, to);
  const at = now.toISOString();
  const state = { ...standing, status: to, decision: { by: officer, at, reason }, revision: standing.revision + 1 };
  const name = to === 'ACTIVE' ? 'approved' : 'rejected';
  const type = `authorisation.standing-consent-${name}.v1` as const;
  return { state, event: { type, key: state.id, at, data: told(state, officer) } };
}

/** For applications from now on; what was consented to under it stays. */
export function withdraw(
  standing: StandingConsent,
  reason: string,
  by: Principal,
  now: Date,
): Readonly<{ state: StandingConsent; event: StandingConsentWithdrawn }> {
  const officer = reviewerOf(standing, by);
  checkOpen(standing, 'WITHDRAWN');
  const at = now.toISOString();
  const withdrawal = { by: officer, at, reason };
  const state = { ...standing, status: 'WITHDRAWN' as const, withdrawal, revision: standing.revision + 1 };
  return {
    state,
    event: { type: 'authorisation.standing-consent-withdrawn.v1', key: state.id, at, data: told(state, officer) },
  };
}

export type Applying = Readonly<{ id: string; type: OrganisationType; submittedBy: string }>;

/** Is this application one of the uses it names, wholly? Its decider has not submitted it. [R14.10] */
export function covers(standing: StandingConsent, scope: GrantScope, applicant: Applying, now: Date): boolean {
  const { applicants, period, decision } = standing;
  const at = now.toISOString();
  return (
    standing.status === 'ACTIVE' &&
    period.from <= at &&
    at < period.until &&
    (applicants.ids.includes(applicant.id) || applicants.types.includes(applicant.type)) &&
    decision!.by !== applicant.submittedBy &&
    scopeWithin({ ...scope, matterNumber: standing.matterNumber }, scopeOf(standing, scope)).length === 0
  );
}

/** What it names bounds an application; of what it does not name it says nothing. */
function scopeOf(standing: StandingConsent, asked: GrantScope): GrantScope {
  const { resourceId, providerId, items, rowFilter, mask, actions, purposes, matterNumber, period } = standing;
  return { ...asked, resourceId, providerId, items, rowFilter, mask, actions, purposes, matterNumber, period };
}

function reviewerOf({ providerId }: StandingConsent, by: Principal): string {
  if (by.departmentId !== providerId) throw new Refusal('application.not_provider');
  return officerWith(['REVIEWER'], by);
}

function checkOpen({ status }: StandingConsent, to: StandingConsentStatus): void {
  if (!NEXT[status].includes(to)) throw new Refusal('standing.already_decided', { about: [status] });
}

export const told = ({ id, resourceId, providerId, revision }: StandingConsent, by: string) => ({
  standingConsentId: id,
  resourceId,
  providerId,
  revision,
  by,
});
