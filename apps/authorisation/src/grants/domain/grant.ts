import {
  officerWith,
  oversees,
  Refusal,
  type GrantIssued,
  type GrantRevoked,
  type GrantState,
  type Principal,
  type RevocationGround,
} from '@qiongtong/contracts';
import type { GrantScope } from '@qiongtong/regulation';

export const GRANT_STATUSES = [
  'ACTIVE',
  'SUSPENDED',
  'REVOKED',
  'EXPIRED',
] as const satisfies readonly GrantState['status'][];
export type GrantStatus = GrantState['status'];

/** Why it ended. Anything but misuse or an ended duty needs a statutory basis. [R10.4] */
export type Revocation = Readonly<{ ground: RevocationGround; statutoryBasis: string | null; narrative: string }>;

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
    revocation: (Revocation & Readonly<{ by: string; at: string; becauseOf: string | null }>) | null;
    rulePack: string;
    revision: number;
    issuedAt: string;
    issuedBy: string;
  }>;

const NEXT: Readonly<Record<GrantStatus, readonly GrantStatus[]>> = {
  ACTIVE: ['SUSPENDED', 'REVOKED', 'EXPIRED'],
  SUSPENDED: ['ACTIVE', 'REVOKED', 'EXPIRED'],
  REVOKED: [],
  EXPIRED: [],
};

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
    revocation: null,
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

/**
 * Ends a grant at once, with every grant that was derived from it. The provider alone may: a transferred grant belongs
 * to the original provider's chain, its holder cannot end somebody else's permission. [R13.2]
 *
 * @param chain all grants with the same root, in any order
 */
export function revoke(grant: Grant, chain: readonly Grant[], revocation: Revocation, by: Principal, now: Date) {
  const officer = officerWith(['REVIEWER'], by);
  if (by.departmentId !== grant.providerId) throw new Refusal('grant.not_provider');
  if (!NEXT[grant.status].includes('REVOKED')) throw new Refusal('grant.already_ended', { about: [grant.status] });
  if (revocation.ground === 'STATUTORY' && !revocation.statutoryBasis)
    throw new Refusal('grant.statutory_basis_missing');
  const derived = descendants(grant, chain).filter(({ status }) => NEXT[status].includes('REVOKED'));
  return [grant, ...derived].map((each) => end(each, revocation, each === grant ? null : grant.id, officer, now));
}

function end(grant: Grant, revocation: Revocation, becauseOf: string | null, by: string, now: Date) {
  const at = now.toISOString();
  const state: Grant = {
    ...grant,
    status: 'REVOKED',
    revocation: { ...revocation, by, at, becauseOf },
    revision: grant.revision + 1,
  };
  const { id, parentId, resourceId, providerId, holderId, revision } = state;
  const { ground, statutoryBasis } = revocation;
  const event: GrantRevoked = {
    type: 'authorisation.grant-revoked.v1',
    key: id,
    at,
    data: { grantId: id, parentId, resourceId, providerId, holderId, ground, statutoryBasis, becauseOf, revision, by },
  };
  return { state, event };
}

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
): boolean =>
  [providerId, holderId].includes(by.departmentId) || regions.some((regionCode) => oversees(by, regionCode));

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
  ground: grant.revocation?.ground ?? null,
});
