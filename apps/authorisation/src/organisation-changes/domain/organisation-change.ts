import {
  Refusal,
  type EntryAllotment,
  type OrganisationChangeBegun,
  type OrganisationChangeBlocked,
  type OrganisationChangeCancelled,
  type OrganisationChangeCarriedOut,
  type OrganisationChangeDecided,
  type OrganisationChangeKind,
  type OrganisationState,
  type Principal,
  type StatutoryBasis,
} from '@qiongtong/contracts';
import { instantOf } from '@qiongtong/regulation';
import { ALLOTTED, type Allotted, type Succession } from '@qiongtong/regulation';
import { deciderOf, type Parties } from './authority';

export const ORGANISATION_CHANGE_STATUSES = ['DECIDED', 'IN_PROGRESS', 'CARRIED_OUT', 'CANCELLED'] as const;
export type OrganisationChangeStatus = (typeof ORGANISATION_CHANGE_STATUSES)[number];

export type NewSuccessor = Pick<OrganisationState, 'id' | 'name' | 'type' | 'level' | 'regionCode' | 'parentId'> &
  Readonly<{ creditCode: string | null }>;
/** Where one thing goes; null: it ends. */
export type Allotment = Readonly<{ id: string; to: string | null }>;

/** What a decision on organisations says (机构变更决定). */
export type Terms = Readonly<{
  kind: OrganisationChangeKind;
  /** Bodies that are renamed, merged, split or abolished. */
  organisationIds: readonly string[];
  /** Bodies that exist afterwards; a body that is split and goes on is one of them. */
  successorIds: readonly string[];
  /** Successors that come into being by it. */
  founded: readonly NewSuccessor[];
  /** Of a body that is renamed. */
  name: string | null;
  document: Readonly<{ number: string; date: string }>;
  /** The day in Hainan from whose beginning it has effect. */
  effectiveOn: string;
  /** To whom everything goes that is not listed, such as what nobody has published yet. */
  remainderTo: string | null;
  withdrawals: readonly Readonly<{ id: string; statutoryBasis: readonly StatutoryBasis[] }>[];
}> &
  Readonly<Record<Allotted, readonly Allotment[]>>;

type Blocked = Readonly<{ code: string; about: readonly string[]; at: string }>;

export type OrganisationChange = Terms &
  Readonly<{
    id: string;
    status: OrganisationChangeStatus;
    effectiveAt: string;
    decidedBy: string;
    authorityId: string;
    decidedAt: string;
    /** Its day has come and it cannot be carried out yet. */
    blocked: Blocked | null;
    begunAt: string | null;
    endedAt: string | null;
    cancelledBy: string | null;
    revision: number;
  }>;

const NEXT: Readonly<Record<OrganisationChangeStatus, readonly OrganisationChangeStatus[]>> = {
  DECIDED: ['IN_PROGRESS', 'CANCELLED'],
  IN_PROGRESS: ['CARRIED_OUT'],
  CARRIED_OUT: [],
  CANCELLED: [],
};

/** Something that came in at the very moment is looked for once more, so long after the end. */
export const SETTLED_AFTER_MS = 24 * 3_600_000;

/** @param terms found possible by `checkPossible` */
export function decide(id: string, terms: Terms, parties: Parties, by: Principal, now: Date) {
  const decidedBy = deciderOf(parties, by);
  const { departmentId: authorityId } = by;
  const state: OrganisationChange = {
    ...terms,
    id,
    status: 'DECIDED',
    effectiveAt: new Date(instantOf(terms.effectiveOn)).toISOString(),
    decidedBy,
    authorityId,
    decidedAt: now.toISOString(),
    blocked: null,
    begunAt: null,
    endedAt: null,
    cancelledBy: null,
    revision: 1,
  };
  const type = 'authorisation.organisation-change-decided.v1';
  const event: OrganisationChangeDecided = {
    type,
    key: id,
    at: state.decidedAt,
    data: { ...told(state, decidedBy), authorityId },
  };
  return { state, event };
}

/** What nobody has begun to carry out is taken back by who might decide it. */
export function cancel(change: OrganisationChange, parties: Parties, by: Principal, now: Date) {
  const officer = deciderOf(parties, by);
  const state = next(change, 'CANCELLED', { endedAt: now.toISOString(), cancelledBy: officer });
  const type = 'authorisation.organisation-change-cancelled.v1';
  const event: OrganisationChangeCancelled = { type, key: state.id, at: now.toISOString(), data: told(state, officer) };
  return { state, event };
}

/** @returns null where that was told before */
export function block(change: OrganisationChange, { code, details }: Refusal, now: Date) {
  const about = details.about ?? [];
  const same = change.blocked?.code === code && JSON.stringify(change.blocked.about) === JSON.stringify(about);
  if (same) return null;
  const at = now.toISOString();
  const state: OrganisationChange = { ...change, blocked: { code, about, at }, revision: change.revision + 1 };
  const type = 'authorisation.organisation-change-blocked.v1';
  const event: OrganisationChangeBlocked = {
    type,
    key: state.id,
    at,
    data: { ...told(state, 'platform'), code, about },
  };
  return { state, event };
}

/** From here on it is carried out to its end: nothing is taken back half done. */
export function begin(change: OrganisationChange, now: Date) {
  const state = next(change, 'IN_PROGRESS', { begunAt: now.toISOString(), blocked: null });
  const type = 'authorisation.organisation-change-begun.v1';
  const data = { ...told(state, 'platform'), ...decided(state) };
  const event: OrganisationChangeBegun = { type, key: state.id, at: now.toISOString(), data };
  return { state, event };
}

export function complete(change: OrganisationChange, counts: Readonly<Record<string, number>>, now: Date) {
  const state = next(change, 'CARRIED_OUT', { endedAt: now.toISOString() });
  const type = 'authorisation.organisation-change-carried-out.v1';
  const data = { ...told(state, 'platform'), ...decided(state), counts };
  const event: OrganisationChangeCarriedOut = { type, key: state.id, at: now.toISOString(), data };
  return { state, event };
}

/** Who takes the place of whom by these terms; null where the body stays what it is under another name. */
export function successionOf(
  terms: Terms,
  { id: changeId, decidedBy, authorityId }: Pick<OrganisationChange, 'id' | 'decidedBy' | 'authorityId'>,
): Succession | null {
  const { kind, organisationIds: from, successorIds: heirs } = terms;
  if (kind === 'RENAME') return null;
  const listed = Object.fromEntries(
    ALLOTTED.map((what) => [what, Object.fromEntries(terms[what].map(({ id, to }) => [id, to]))]),
  ) as Succession['listed'];
  return {
    changeId,
    kind,
    decidedBy,
    authorityId,
    documentNumber: terms.document.number,
    from,
    ending: from.filter((id) => !heirs.includes(id)),
    heirs,
    remainderTo: remainderOf(terms),
    listed,
    withdrawals: Object.fromEntries(terms.withdrawals.map(({ id, statutoryBasis }) => [id, statutoryBasis])),
  };
}

/** A merger and an abolition have one successor at most; a body that is split and goes on keeps what is not listed. */
function remainderOf({ kind, organisationIds, successorIds, remainderTo }: Terms): string | null {
  if (kind !== 'SPLIT') return successorIds[0] ?? null;
  return remainderTo ?? successorIds.find((id) => organisationIds.includes(id)) ?? null;
}

const decided = (change: OrganisationChange) => {
  const { decidedBy, authorityId } = change;
  return { decidedBy, authorityId, entries: entriesOf(change) };
};

/** What the catalogue must know to move its entries. */
function entriesOf(terms: Terms): EntryAllotment {
  const { kind, organisationIds, successorIds, resources, withdrawals } = terms;
  const ending = kind === 'RENAME' ? [] : organisationIds.filter((id) => !successorIds.includes(id));
  return {
    listed: resources.map(({ id, to }) => ({ entryId: id, toId: to })),
    rest: ending.map((fromId) => ({ fromId, toId: remainderOf(terms) })),
    withdrawals: withdrawals.map(({ id, statutoryBasis }) => ({
      entryId: id,
      statutoryBasis: statutoryBasis.map(({ law, article }) => ({ law, article })),
    })),
  };
}

function next(
  change: OrganisationChange,
  to: OrganisationChangeStatus,
  more: Partial<OrganisationChange>,
): OrganisationChange {
  if (!NEXT[change.status].includes(to)) throw new Refusal('succession.already_begun', { about: [change.status] });
  return { ...change, ...more, status: to, revision: change.revision + 1 };
}

const told = (change: OrganisationChange, by: string) => ({
  changeId: change.id,
  kind: change.kind,
  organisationIds: change.organisationIds,
  successorIds: change.successorIds,
  documentNumber: change.document.number,
  documentDate: change.document.date,
  effectiveOn: change.effectiveOn,
  revision: change.revision,
  by,
});
