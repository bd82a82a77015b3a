import {
  isConcerned,
  officerWith,
  Refusal,
  type AmendmentGround,
  type DisposalMethod,
  type EndGround,
  type Fact,
  type GrantIssued,
  type GrantState,
  type GrantSubject,
  type MeasureGround,
  type Principal,
  type ReviewConclusion,
  type Role,
  type StatutoryBasis,
} from '@qiongtong/contracts';
import { monthsLater, rulesUnder, type GrantScope, type ScopeDimension } from '@qiongtong/regulation';

export const GRANT_STATUSES = [
  'ACTIVE',
  'SUSPENDED',
  'REVOKED',
  'EXPIRED',
] as const satisfies readonly GrantState['status'][];
export type GrantStatus = GrantState['status'];

/** Why less is given than was granted. Anything but misuse or an ended duty rests on the law. [R10.4] */
export type Cause<G = MeasureGround> = Readonly<{
  ground: G;
  statutoryBasis: readonly StatutoryBasis[];
  narrative: string;
}>;
type Done = Readonly<{ by: string; at: string }>;

export type Suspension = Cause &
  Done &
  Readonly<{
    /** It resumes by itself then. [R13.5] */
    until: string;
    /** The case in which the authority has yet to confirm an emergency; null when nothing is awaited. */
    caseId: string | null;
  }>;
export type Amendment = Cause<AmendmentGround> &
  Done &
  Readonly<{
    narrowed: readonly ScopeDimension[];
    /** The grant above, whose narrowing this one followed; null for a narrowing of its own. */
    becauseOf: string | null;
    /** The version of the agreement that says so; absent where none does. */
    agreementId?: string;
  }>;
export type Revocation = Cause<EndGround> & Done & Readonly<{ becauseOf: string | null }>;

/** What the authority consented to, as its case has it. */
export type Consented = Readonly<{
  caseId: string;
  statutoryBasis: readonly StatutoryBasis[];
  narrative: string;
  proposedBy: string;
}>;
export const statutory = ({ statutoryBasis, narrative }: Consented): Cause => ({
  ground: 'STATUTORY',
  statutoryBasis,
  narrative,
});

/** What a narrowing may set; each dimension left out stays as it is. */
export const NARROWABLE = [
  'items',
  'rowFilter',
  'mask',
  'actions',
  'purposes',
  'matterNumber',
  'scopeOfKnowledge',
  'systems',
  'period',
  'limits',
] as const satisfies readonly (keyof GrantScope)[];
export type Narrowing = Partial<Pick<GrantScope, (typeof NARROWABLE)[number]>>;

/** A measure that waits for the authority's consent; grounds and narrative stand in its case. [R10.4] */
export type Proposal = Readonly<{ caseId: string }> &
  (
    | Readonly<{ kind: 'GRANT_SUSPENSION'; until: string }>
    | Readonly<{ kind: 'GRANT_NARROWING'; change: Narrowing }>
    | Readonly<{ kind: 'GRANT_REVOCATION' }>
  );

export type Renewal = Done & Readonly<{ until: string; reason: string }>;
/** The yearly look at whether it is still needed as it is. [R8.5] */
export type Review = Readonly<{
  dueAt: string;
  overdueAt: string | null;
  last: (Done & Readonly<{ conclusion: ReviewConclusion; note: string }>) | null;
}>;
/** What the holder did with the data after the end. */
export type Disposal = Readonly<{
  dueAt: string;
  overdueAt: string | null;
  report: (Done & Readonly<{ method: DisposalMethod; disposedAt: string; statement: string }>) | null;
  /** Who reports in the place of a holder that exists no longer; absent or null: the holder. */
  reporterId?: string | null;
}>;

/** What a department, or a third party for it, may do with a resource (授权). [R12.7, R13.1] */
export type Grant = GrantScope &
  Readonly<{
    id: string;
    parentId: string | null;
    /** The first grant of its chain; itself where nothing is above. Its row is the lock of the whole chain. */
    rootId: string;
    /** Transfers between it and the root. */
    depth: number;
    status: GrantStatus;
    origin: GrantIssued['data']['origin'];
    suspension: Suspension | null;
    amendment: Amendment | null;
    revocation: Revocation | null;
    proposals: readonly Proposal[];
    /** When an emergency last ended without the authority's confirmation. */
    unconfirmedAt: string | null;
    renewal: Renewal | null;
    review: Review;
    disposal: Disposal | null;
    rulePack: string;
    revision: number;
    issuedAt: string;
    issuedBy: string;
  }>;
/** `event` is null where only a proposal came or went: what happened then is told by its case. */
export type ChangedGrant = Readonly<{ state: Grant; event: Fact | null }>;

const NEXT: Readonly<Record<GrantStatus, readonly GrantStatus[]>> = {
  ACTIVE: ['SUSPENDED', 'REVOKED', 'EXPIRED'],
  SUSPENDED: ['ACTIVE', 'REVOKED', 'EXPIRED'],
  REVOKED: [],
  EXPIRED: [],
};
export const mayBecome = ({ status }: Grant, to: GrantStatus): boolean => NEXT[status].includes(to);
export const isLive = (grant: Grant): boolean => mayBecome(grant, 'REVOKED');

/** By the rules under which the grant was issued. [R8.5, R23.1] */
export const nextReview = ({ rulePack }: Pick<Grant, 'rulePack'>, now: Date): string =>
  monthsLater(now, rulesUnder(rulePack).grantReviewMonths).toISOString();

/** A grant comes into being only by a provider's decision on an application or a transfer, which decided the scope. */
export function issue(
  scope: GrantScope,
  given: Readonly<{ id: string; parent: Grant | null; origin: Grant['origin']; rulePack: string; by: string }>,
  now: Date,
): Readonly<{ state: Grant; event: GrantIssued }> {
  const { id, parent, origin, rulePack, by } = given;
  const state: Grant = {
    ...scope,
    id,
    parentId: parent?.id ?? null,
    rootId: parent?.rootId ?? id,
    depth: parent ? parent.depth + 1 : 0,
    status: 'ACTIVE',
    origin,
    suspension: null,
    amendment: null,
    revocation: null,
    proposals: [],
    unconfirmedAt: null,
    renewal: null,
    review: { dueAt: nextReview({ rulePack }, now), overdueAt: null, last: null },
    disposal: null,
    rulePack,
    revision: 1,
    issuedAt: now.toISOString(),
    issuedBy: by,
  };
  const { parentId, resourceId, providerId, holderId, recipientOwnerId, items, actions, purposes, systems, period } =
    state;
  const event: GrantIssued = {
    type: 'authorisation.grant-issued.v1',
    key: id,
    at: state.issuedAt,
    data: {
      grantId: id,
      parentId,
      resourceId,
      providerId,
      holderId,
      recipientOwnerId,
      origin,
      items,
      actions,
      purposes,
      systems,
      period,
      rowsRestricted: state.rowFilter !== null,
      rulePack,
      revision: 1,
      by,
    },
  };
  return { state, event };
}

/** The next revision. */
export const next = (grant: Grant, change: Partial<Grant>): Grant => ({
  ...grant,
  ...change,
  revision: grant.revision + 1,
});

/** An officer of the provider who may decide on the grant: also on a derived one, which is of the provider's chain. [R13.2] */
export function providersOfficer(grant: Grant, by: Principal, roles: readonly Role[] = ['REVIEWER']): string {
  const officer = officerWith(roles, by);
  if (by.departmentId !== grant.providerId) throw new Refusal('grant.not_provider');
  return officer;
}
export function holdersOfficer({ holderId }: Pick<Grant, 'holderId'>, by: Principal, roles: readonly Role[]): string {
  const officer = officerWith(roles, by);
  if (by.departmentId !== holderId) throw new Refusal('grant.not_holder');
  return officer;
}
export function checkLive(grant: Grant): void {
  if (!isLive(grant)) throw new Refusal('grant.already_ended', { about: [grant.status] });
}

/** A statutory ground is the authority's to weigh first. [R10.4] */
export function checkAtOnce({ ground }: Cause<EndGround | AmendmentGround>): void {
  if (ground === 'STATUTORY') throw new Refusal('grant.consent_needed');
}

/** Waits for the answer of the authority. */
export const withProposal = (grant: Grant, proposal: Proposal): ChangedGrant => ({
  state: next(grant, { proposals: [...grant.proposals, proposal] }),
  event: null,
});
export const proposalsBesides = ({ proposals }: Grant, caseId: string): readonly Proposal[] =>
  proposals.filter((proposal) => proposal.caseId !== caseId);

/** What every fact of a grant tells; `by` is `platform` where time did it. */
export const told = (state: Grant, by: string): GrantSubject & { revision: number; by: string } => {
  const { id: grantId, parentId, resourceId, providerId, holderId, revision } = state;
  return { grantId, parentId, resourceId, providerId, holderId, revision, by };
};

/** Everything below a grant, nearest first. */
export function descendants(grant: Grant, chain: readonly Grant[]): Grant[] {
  const children = chain.filter(({ parentId }) => parentId === grant.id);
  return [...children, ...children.flatMap((child) => descendants(child, chain))];
}

/** Everything above a grant, nearest first. */
export function ancestors(grant: Grant, chain: readonly Grant[]): Grant[] {
  const parent = chain.find(({ id }) => id === grant.parentId);
  return parent ? [parent, ...ancestors(parent, chain)] : [];
}

/** The parties, and who oversees the region of one of them. */
export const isKnownTo = (
  { providerId, holderId }: Pick<Grant, 'providerId' | 'holderId'>,
  regions: readonly string[],
  by: Principal,
): boolean => isConcerned([providerId, holderId], regions, by);

export const scopeOf = (grant: GrantScope): GrantScope => {
  const { resourceId, providerId, holderId, recipientOwnerId, items, rowFilter, mask, actions, purposes } = grant;
  const { matterNumber, scopeOfKnowledge, systems, period, limits } = grant;
  return {
    resourceId,
    providerId,
    holderId,
    recipientOwnerId,
    items,
    rowFilter,
    mask,
    actions,
    purposes,
    matterNumber,
    scopeOfKnowledge,
    systems,
    period,
    limits,
  };
};

export const grantState = (grant: Grant): GrantState => ({
  ...scopeOf(grant),
  id: grant.id,
  version: grant.revision,
  parentId: grant.parentId,
  status: grant.status,
  rulePack: grant.rulePack,
  ground: grant.revocation?.ground ?? grant.suspension?.ground ?? grant.amendment?.ground ?? null,
});

/** What is between provider and authority is not the holder's to see before it is answered. [R12.5] */
export const seenBy = (grant: Grant, by: Principal): Grant =>
  by.departmentId === grant.holderId && by.departmentId !== grant.providerId ? { ...grant, proposals: [] } : grant;
