import type { EndGround, GrantPassed } from '@qiongtong/contracts';
import { scopeWithin, type GrantScope, type ScopeDimension } from '@qiongtong/regulation';
import {
  formerOf,
  mayUse,
  purposesKept,
  resourceAfter,
  systemsKept,
  useAfter,
  type Because,
  type SucceedingBodies,
  type Effect,
  type Succeeded,
  type Succession,
} from '@qiongtong/regulation';
import { end } from './ending';
import { descendants, isLive, next, scopeOf, told, type Cause, type ChangedGrant, type Grant } from './grant';
import { narrowedInto } from './narrowing';

type SucceededGrant = Succeeded<ChangedGrant>;

/**
 * What becomes of the grants of one chain when bodies give way to others. A grant goes on with who has its duty, never
 * wider than it was; where nobody has, it ends as on an ended duty. [R10.4, R13.2]
 *
 * @param chain all grants with the same root
 * @returns those that change, each after the one above it; nothing a second time
 */
export function succeedChain(
  chain: readonly Grant[],
  s: Succession,
  bodies: SucceedingBodies,
  now: Date,
): SucceededGrant[] {
  const after = new Map(chain.map((grant) => [grant.id, grant]));
  const changed = new Map<string, SucceededGrant>();
  const keep = (id: string, succeeded: SucceededGrant | null) => {
    if (!succeeded) return;
    after.set(id, succeeded.changed.state);
    changed.set(id, succeeded);
  };
  const topDown = [...chain].sort((a, b) => a.depth - b.depth);
  for (const grant of topDown) {
    const above = grant.parentId === null ? null : (after.get(grant.parentId) ?? null);
    const around = { above, aboveOutcome: (above && changed.get(above.id)?.effect.outcome) ?? null };
    keep(grant.id, isLive(grant) ? succeed(grant, around, s, bodies, now) : succeedEnded(grant, s, now));
  }
  // What has become the provider's own is left where others stand on it; otherwise nothing is left to grant.
  for (const before of topDown.reverse()) {
    const grant = after.get(before.id)!;
    const own = isLive(grant) && grant.providerId === grant.holderId && grant.recipientOwnerId === null;
    if (own && !descendants(grant, [...after.values()]).some(isLive)) keep(grant.id, becameOwn(before, grant, s, now));
  }
  return topDown.reverse().flatMap(({ id }) => changed.get(id) ?? []);
}

/** The grant above, as it has become, and what became of it just now. */
type Around = Readonly<{ above: Grant | null; aboveOutcome: Effect['outcome'] | null }>;

function succeed(
  grant: Grant,
  around: Around,
  s: Succession,
  bodies: SucceedingBodies,
  now: Date,
): SucceededGrant | null {
  const { above, aboveOutcome } = around;
  if (above && aboveOutcome === 'ENDED') return ended(grant, above.revocation!, 'ABOVE_ENDED', s, now, above.id);
  const providerId = resourceAfter(s, grant.resourceId, grant.providerId);
  if (providerId === null) return ended(grant, withdrawn(s, grant.resourceId), 'RESOURCE_WITHDRAWN', s, now);
  const holderId = holderAfter(grant, above, s);
  if (holderId === null)
    return ended(grant, dutyEnded(s), s.kind === 'ABOLITION' ? 'BODY_ENDED' : 'DUTY_ENDED', s, now);
  const ofHolder = s.from.includes(grant.holderId);
  const purposes = ofHolder ? purposesKept(s, bodies, grant.holderId, holderId, grant.purposes) : grant.purposes;
  if (purposes.length === 0) return ended(grant, dutyEnded(s), 'DUTY_ENDED', s, now);
  const systems = ofHolder ? systemsKept(s, grant.holderId, holderId, grant.systems) : grant.systems;
  if (systems === null) return ended(grant, dutyEnded(s), 'SYSTEMS_ENDED', s, now);
  const whole: GrantScope = { ...scopeOf(grant), providerId, holderId, purposes, systems };
  const scope = above && (aboveOutcome !== null || ofHolder) ? inside(whole, above) : whole;
  if (!scope) return ended(grant, dutyEnded(s), 'ABOVE_ENDED', s, now, above!.id);
  const waits = holderId !== grant.holderId && !(mayUse(bodies, grant.holderId, now) && mayUse(bodies, holderId, now));
  return passed(grant, scope, waits, s, now);
}

/** A third party acts under a department's grant: it stays under it. */
function holderAfter(grant: Grant, above: Grant | null, s: Succession): string | null {
  if (grant.recipientOwnerId !== null && above) return above.holderId;
  return useAfter(s, 'grants', grant.id, grant.holderId, grant.purposes);
}

/** As much of it as the grant above still covers; null where nothing. */
const inside = (scope: GrantScope, above: Grant): GrantScope | null =>
  scopeWithin(scope, above).length === 0 ? scope : narrowedInto(scope, above);

function passed(grant: Grant, scope: GrantScope, waits: boolean, s: Succession, now: Date): SucceededGrant | null {
  const former = formerOf<GrantScope>(grant, scope, ['providerId', 'holderId']);
  const narrowed = narrowedIn(grant, scope);
  if (Object.keys(former).length === 0 && narrowed.length === 0) return null;
  const holderChanges = scope.holderId !== grant.holderId;
  const at = now.toISOString();
  const suspension = { ...dutyEnded(s), by: s.decidedBy, at, until: scope.period.until, caseId: null };
  const state = next(grant, {
    ...scope,
    ...(waits && { status: 'SUSPENDED' as const, suspension }),
    // Business has changed: the provider looks at it now. [R8.5]
    ...(holderChanges && { review: { ...grant.review, dueAt: at, overdueAt: null } }),
  });
  const event: GrantPassed = {
    type: 'authorisation.grant-passed.v1',
    key: state.id,
    at,
    data: { ...told(state, s.decidedBy), changeId: s.changeId, former, narrowed, suspended: waits },
  };
  const outcome = waits ? 'SUSPENDED' : narrowed.length > 0 ? 'NARROWED' : 'PASSED';
  const because = waits ? 'NOT_ADMITTED' : narrowed.length > 0 ? 'DUTY_ENDED' : null;
  return { changed: { state, event }, effect: effectOn(grant, outcome, scope.holderId, scope.providerId, because) };
}

/** Who the parties are says nothing of how much it gives. */
function narrowedIn(grant: Grant, scope: GrantScope): ScopeDimension[] {
  const { providerId, holderId } = scope;
  return scopeWithin({ ...scopeOf(grant), providerId, holderId }, scope).flatMap(({ dimension }) =>
    dimension === 'recipient' ? [] : [dimension],
  );
}

function ended(
  grant: Grant,
  { ground, statutoryBasis, narrative }: Cause<EndGround>,
  because: Because,
  s: Succession,
  now: Date,
  becauseOf: string | null = null,
): SucceededGrant {
  const { state, event } = end(grant, { ground, statutoryBasis, narrative }, becauseOf, s.decidedBy, now);
  const disposal = state.disposal && { ...state.disposal, reporterId: reporterFor(grant, s) };
  const provider = resourceAfter(s, grant.resourceId, grant.providerId) ?? grant.providerId;
  return {
    changed: { state: { ...state, disposal, providerId: provider }, event },
    effect: effectOn(grant, 'ENDED', null, null, because),
  };
}

/** Nothing left the provider's hands that it would have to dispose of. @param after as it has passed already */
function becameOwn(before: Grant, after: Grant, s: Succession, now: Date): SucceededGrant {
  const { changed, effect } = ended(before, dutyEnded(s), 'OWN_RESOURCE', s, now);
  const { providerId, holderId } = after;
  return { changed: { ...changed, state: { ...changed.state, providerId, holderId, disposal: null } }, effect };
}

/** Who says what became of the data when the holder itself cannot. */
const reporterFor = ({ holderId }: Grant, s: Succession): string | null =>
  s.ending.includes(holderId) ? (s.remainderTo ?? s.heirs[0] ?? null) : null;

/** Ended before, and nobody has said yet what became of the data. */
function succeedEnded(grant: Grant, s: Succession, now: Date): SucceededGrant | null {
  const { disposal } = grant;
  if (!disposal || disposal.report) return null;
  const providerId = resourceAfter(s, grant.resourceId, grant.providerId) ?? grant.providerId;
  const reporterId = reporterFor(grant, s) ?? disposal.reporterId ?? null;
  if (providerId === grant.providerId && reporterId === (disposal.reporterId ?? null)) return null;
  const state = next(grant, { providerId, disposal: { ...disposal, reporterId } });
  const former = formerOf<Grant>(grant, state, ['providerId']);
  const event: GrantPassed = {
    type: 'authorisation.grant-passed.v1',
    key: state.id,
    at: now.toISOString(),
    data: { ...told(state, s.decidedBy), changeId: s.changeId, former, narrowed: [], suspended: false },
  };
  const effect = effectOn(grant, 'PASSED', reporterId, providerId, null);
  return { changed: { state, event }, effect: { ...effect, thing: 'disposal-report' } };
}

const dutyEnded = ({ documentNumber }: Succession): Cause => ({
  ground: 'DUTY_ENDED',
  statutoryBasis: [],
  narrative: documentNumber,
});
const withdrawn = ({ withdrawals, documentNumber }: Succession, resourceId: string): Cause => ({
  ground: 'STATUTORY',
  statutoryBasis: withdrawals[resourceId] ?? [],
  narrative: documentNumber,
});

/** Told of the side that changes; where both do, of the holder's. */
function effectOn(
  grant: Grant,
  outcome: Effect['outcome'],
  holderId: string | null,
  providerId: string | null,
  because: Because | null,
): Effect {
  const ofHolder = outcome === 'ENDED' || holderId !== grant.holderId || providerId === grant.providerId;
  const [fromId, toId] = ofHolder ? [grant.holderId, holderId] : [grant.providerId, providerId];
  return { thing: 'grant', id: grant.id, outcome, fromId, toId, because };
}
