import type { GrantState, Reason, ResourceState } from '@qiongtong/contracts';
import { compiledGrant, grantReasons } from './grant-match';
import { reason, type EntryItems, type Question } from './question';

export type FoundGrant =
  Readonly<{ grant: GrantState; reasons?: undefined }> | Readonly<{ grant?: undefined; reasons: readonly Reason[] }>;

/**
 * The grant this use rests on. Of several that cover it, the one that gives most (items, then fewest masks, then no row
 * filter), so that the answer does not depend on which was issued first. When none covers it, the reasons are those of
 * the closest one alone: what several grants lack together is noise.
 */
export function findGrant(
  question: Question,
  resource: ResourceState,
  entry: EntryItems,
  acceptable: (grant: GrantState) => boolean = () => true,
): FoundGrant {
  const { policy, use, thirdParty } = question;
  let best: GrantState | null = null;
  let closest: Closest | null = null;
  for (const grant of policy.grantsFor(use.departmentId, resource.id, use.action)) {
    if (grant.recipientOwnerId !== thirdParty) continue;
    const reasons = grantReasons(question, resource, entry, grant);
    if (reasons.length > 0) closest = closer(closest, { grant, reasons });
    else if (acceptable(grant) && (best === null || givesMore(grant, best))) best = grant;
  }
  if (best) return { grant: best };
  if (!closest)
    for (const grant of policy.grantsOf(use.departmentId, resource.id))
      if (grant.recipientOwnerId === thirdParty)
        closest = closer(closest, { grant, reasons: grantReasons(question, resource, entry, grant) });
  if (closest) return { reasons: closest.reasons };
  return {
    reasons: [reason(thirdParty === null ? 'access.no_grant' : 'access.onward_transfer_needed', [resource.id])],
  };
}

type Closest = Readonly<{ grant: GrantState; reasons: readonly Reason[] }>;

/** A grant that stands is closer than one that has ended; then the one that lacks least. Grants come by id. */
function closer(a: Closest | null, b: Closest): Closest {
  if (a === null) return b;
  const [standsA, standsB] = [a.grant.status === 'ACTIVE', b.grant.status === 'ACTIVE'];
  if (standsA !== standsB) return standsA ? a : b;
  return b.reasons.length < a.reasons.length ? b : a;
}

function givesMore(a: GrantState, b: GrantState): boolean {
  const items = compiledGrant(a).items.size - compiledGrant(b).items.size;
  if (items !== 0) return items > 0;
  const masks = Object.keys(a.mask).length - Object.keys(b.mask).length;
  if (masks !== 0) return masks < 0;
  return a.rowFilter === null && b.rowFilter !== null;
}
