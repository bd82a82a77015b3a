import {
  lawsOf,
  Refusal,
  type AmendmentGround,
  type GrantAmended,
  type Principal,
  type RowFilter,
  type ScopeOfKnowledge,
} from '@qiongtong/contracts';
import { rowFilterWithin, scopeWithin, type GrantScope, type ScopeDimension } from '@qiongtong/regulation';
import { end } from './ending';
import {
  checkAtOnce,
  checkLive,
  descendants,
  holdersOfficer,
  isLive,
  next,
  proposalsBesides,
  providersOfficer,
  scopeOf,
  statutory,
  told,
  type Amendment,
  type Cause,
  type ChangedGrant,
  type Consented,
  type Grant,
  type Narrowing,
} from './grant';

/** Parts that one row filter may be made of; beyond that nothing can be said in it any more. */
const MOST_FILTER_PARTS = 20;

/**
 * Gives less than was granted, at once: on misuse, when the duty has ended, or because the holder itself asks for less.
 * What is derived from it is narrowed with it, so that it stays inside; what would have nothing left ends. [R10.4, R13.2]
 */
export function narrow(
  grant: Grant,
  chain: readonly Grant[],
  change: Narrowing,
  cause: Cause<AmendmentGround>,
  by: Principal,
  now: Date,
): ChangedGrant[] {
  const officer =
    cause.ground === 'HOLDER_ASKED' ? holdersOfficer(grant, by, ['REVIEWER']) : providersOfficer(grant, by);
  checkMayBeNarrowed(grant, change, now);
  checkAtOnce(cause);
  return narrowAll(grant, chain, changed(scopeOf(grant), change), cause, officer, now);
}

/** More than was granted takes a new application, and what changes nothing is no act. */
export function checkMayBeNarrowed(grant: Grant, change: Narrowing, now: Date): void {
  checkLive(grant);
  const scope = scopeOf(grant);
  const narrowed = changed(scope, change);
  const wider = beyond(narrowed, scope);
  if (wider.length > 0) throw new Refusal('grant.wider_than_granted', { about: wider });
  if (beyond(scope, narrowed).length === 0) throw new Refusal('grant.nothing_narrowed');
  if (isEmpty(narrowed) || narrowed.period.until <= now.toISOString()) throw new Refusal('grant.nothing_left');
}

/** @returns the grant within what it has become meanwhile, first, and then what was derived from it */
export function narrowWithConsent(
  grant: Grant,
  chain: readonly Grant[],
  change: Narrowing,
  consented: Consented,
  now: Date,
): ChangedGrant[] {
  checkLive(grant);
  const answered: Grant = { ...grant, proposals: proposalsBesides(grant, consented.caseId) };
  const scope = scopeOf(answered);
  const to = narrowedInto(changed(scope, change), scope);
  if (to && beyond(scope, to).length === 0) return [{ state: next(answered, {}), event: null }];
  return narrowAll(answered, chain, to, statutory(consented), consented.proposedBy, now);
}

/** @param to null where nothing is left: it ends */
function narrowAll(
  grant: Grant,
  chain: readonly Grant[],
  to: GrantScope | null,
  cause: Cause<AmendmentGround>,
  by: string,
  now: Date,
): ChangedGrant[] {
  return withDerived(narrowedTo(grant, to, cause, null, by, now), chain, cause, by, now);
}

/** What was derived from a grant that has changed is narrowed with it, so that it stays inside. [R13.2] */
export function withDerived(
  changed: ChangedGrant,
  chain: readonly Grant[],
  cause: Cause<AmendmentGround>,
  by: string,
  now: Date,
): ChangedGrant[] {
  const grant = changed.state;
  const results = new Map([[grant.id, changed]]);
  // Nearest first, so that each is held against what the one above it has become.
  for (const derived of descendants(grant, chain).filter(isLive)) {
    const above = results.get(derived.parentId!)?.state ?? chain.find(({ id }) => id === derived.parentId);
    if (!above || (isLive(above) && scopeWithin(derived, above).length === 0)) continue;
    const inside = isLive(above) ? narrowedInto(scopeOf(derived), above) : null;
    results.set(derived.id, narrowedTo(derived, inside, cause, grant.id, by, now));
  }
  return [...results.values()];
}

function narrowedTo(
  grant: Grant,
  to: GrantScope | null,
  cause: Cause<AmendmentGround>,
  becauseOf: string | null,
  by: string,
  now: Date,
): ChangedGrant {
  if (!to) {
    const given = cause.ground === 'HOLDER_ASKED' || cause.ground === 'AGREED';
    const ground = given ? 'RELINQUISHED' : cause.ground;
    return end(grant, { ...cause, ground }, becauseOf, by, now);
  }
  const at = now.toISOString();
  const narrowed = beyond(scopeOf(grant), to);
  const amendment: Amendment = { ...cause, by, at, narrowed, becauseOf };
  const state = next(grant, { ...to, amendment });
  const { ground, statutoryBasis } = cause;
  const event: GrantAmended = {
    type: 'authorisation.grant-amended.v1',
    key: state.id,
    at,
    data: { ...told(state, by), ground, statutoryBasis: lawsOf(statutoryBasis), narrowed, becauseOf },
  };
  return { state, event };
}

/** The part of a scope that lies inside another, in every dimension; null where a dimension has nothing in common. */
export function narrowedInto(scope: GrantScope, outer: GrantScope): GrantScope | null {
  const items = common(scope.items, outer.items);
  const knowledge = knowledgeIn(scope.scopeOfKnowledge, outer.scopeOfKnowledge);
  const systems = systemsIn(scope, outer);
  const rowFilter = rowFilterIn(scope.rowFilter, outer.rowFilter);
  if (!knowledge || !systems || rowFilter === undefined) return null;
  const inside: GrantScope = {
    ...scope,
    items,
    rowFilter,
    mask: maskIn(items, scope.mask, outer.mask),
    actions: common(scope.actions, outer.actions),
    purposes: common(scope.purposes, outer.purposes),
    matterNumber: outer.matterNumber === 'required' ? 'required' : scope.matterNumber,
    scopeOfKnowledge: knowledge,
    systems,
    period: {
      from: scope.period.from > outer.period.from ? scope.period.from : outer.period.from,
      until: scope.period.until < outer.period.until ? scope.period.until : outer.period.until,
    },
    limits: limitsIn(scope.limits, outer.limits),
  };
  return isEmpty(inside) || beyond(inside, outer).length > 0 ? null : inside;
}

export const isEmpty = ({ items, actions, purposes, period }: GrantScope): boolean =>
  items.length === 0 || actions.length === 0 || purposes.length === 0 || period.until <= period.from;
const common = <T>(one: readonly T[], other: readonly T[]): T[] => one.filter((value) => other.includes(value));
/** In which dimensions one goes beyond the other. Who the recipient is was decided by the transfer; narrowing changes nothing of it. */
export const beyond = (scope: GrantScope, outer: GrantScope): ScopeDimension[] =>
  scopeWithin(scope, outer).flatMap(({ dimension }) => (dimension === 'recipient' ? [] : [dimension]));
/** A mask on an item that is given no more says nothing. */
export function changed(scope: GrantScope, change: Narrowing): GrantScope {
  const to = { ...scope, ...change };
  return { ...to, mask: Object.fromEntries(Object.entries(to.mask).filter(([item]) => to.items.includes(item))) };
}

function rowFilterIn(filter: RowFilter | null, outer: RowFilter | null): RowFilter | null | undefined {
  if (rowFilterWithin(filter, outer)) return filter;
  const parts = [...partsOf(filter), ...partsOf(outer).filter((part) => !rowFilterWithin(filter, part))];
  if (parts.length > MOST_FILTER_PARTS) return undefined;
  return parts.length === 1 ? parts[0]! : { all: parts };
}
const partsOf = (filter: RowFilter | null): readonly RowFilter[] =>
  filter === null ? [] : 'all' in filter ? filter.all : [filter];

/** An item masked above is masked below: by the same rule, or wholly where both have a rule of their own. */
function maskIn(items: readonly string[], mask: GrantScope['mask'], outer: GrantScope['mask']): GrantScope['mask'] {
  const rules = items.flatMap((item) => {
    const [own, above] = [mask[item], outer[item]];
    if (own === undefined || above === undefined) return (own ?? above) ? [[item, (own ?? above)!] as const] : [];
    return [[item, own === above ? own : ('full' as const)] as const];
  });
  return Object.fromEntries(rules);
}

/** An empty list is everybody, so nobody in common leaves nothing. */
function knowledgeIn(scope: ScopeOfKnowledge, outer: ScopeOfKnowledge): ScopeOfKnowledge | null {
  const inside = (own: readonly string[], above: readonly string[]) =>
    above.length === 0 ? own : own.length === 0 ? above : common(own, above);
  const [units, posts, officers] = [
    inside(scope.units, outer.units),
    inside(scope.posts, outer.posts),
    inside(scope.officers, outer.officers),
  ];
  const lost = (['units', 'posts', 'officers'] as const).some(
    (dimension) =>
      scope[dimension].length + outer[dimension].length > 0 && { units, posts, officers }[dimension].length === 0,
  );
  return lost ? null : { units, posts, officers };
}

/** Systems of another recipient are its own and cannot be named from above. */
function systemsIn(scope: GrantScope, outer: GrantScope): readonly string[] | null {
  if (outer.systems.length === 0) return scope.systems;
  const oneRecipient = scope.holderId === outer.holderId && scope.recipientOwnerId === outer.recipientOwnerId;
  if (!oneRecipient) return scope.systems.length > 0 ? scope.systems : null;
  const systems = scope.systems.length === 0 ? outer.systems : common(scope.systems, outer.systems);
  return systems.length > 0 ? systems : null;
}

function limitsIn(limits: GrantScope['limits'], outer: GrantScope['limits']): GrantScope['limits'] {
  const tighter = (['rowsPerRequest', 'requestsPerMinute', 'rowsPerDay'] as const).flatMap((limit) => {
    const both = [limits[limit], outer[limit]].filter((value) => value !== undefined);
    return both.length === 0 ? [] : [[limit, Math.min(...both)] as const];
  });
  return Object.fromEntries(tighter);
}
