import type { Reason, ResourceState, Use } from '@qiongtong/contracts';
import { findGrant } from './grants';
import { originsOf } from './origins';
import { reason, type Question } from './question';
import { itemsOfEntry, resourceReasons } from './resource';

/**
 * Data obtained and re-provided keeps its strings: whoever uses a derived resource must have been given each origin as
 * well, whole rows and unmasked, because a filter or mask of the origin cannot be applied to what was derived. [R13.6]
 */
export function derivationReasons(question: Question, resource: ResourceState, reasons: Reason[]): void {
  if (resource.derivedFrom.length === 0) return;
  const { ids, complete } = originsOf(resource, (id) => question.policy.resource(id));
  const missing = ids.filter((id) => {
    const origin = question.policy.resource(id);
    return !origin || !mayHave(question, resource, origin);
  });
  // Too many to follow are too many to have been given.
  if (missing.length > 0 || !complete) reasons.push(reason('access.onward_transfer_needed', missing.sort()));
}

function mayHave(question: Question, derived: ResourceState, origin: ResourceState): boolean {
  const { use, thirdParty } = question;
  if (origin.providerId === use.departmentId && thirdParty === null) return true;
  const gone: Reason[] = [];
  resourceReasons(question, origin, gone);
  if (gone.length > 0) return false;
  const of: Use = { ...use, resourceId: origin.id, items: sharedItems(use, derived, origin), touchedItems: [] };
  return (
    findGrant({ ...question, use: of }, origin, itemsOfEntry(origin), (grant) => {
      return grant.rowFilter === null && Object.keys(grant.mask).length === 0;
    }).grant !== undefined
  );
}

/** What is asked of the derived resource under a name the origin has too. */
function sharedItems(use: Use, derived: ResourceState, origin: ResourceState): readonly string[] {
  const asked = new Set([...(use.items ?? itemsOfEntry(derived).codes), ...use.touchedItems]);
  return itemsOfEntry(origin).codes.filter((code) => asked.has(code));
}
