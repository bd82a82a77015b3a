import type { Reason, ResourceState, Use } from '@qiongtong/contracts';
import { findGrant } from './grants';
import { reason, type Question } from './question';
import { itemsOfEntry, resourceReasons } from './resource';

/** A resource that goes back to more origins than this is not decided on, and so denied. */
const MOST_ORIGINS = 64;

/**
 * Data obtained and re-provided keeps its strings: whoever uses a derived resource must have been given each origin as
 * well, whole rows and unmasked, because a filter or mask of the origin cannot be applied to what was derived. [R13.6]
 */
export function derivationReasons(question: Question, resource: ResourceState, reasons: Reason[]): void {
  if (resource.derivedFrom.length === 0) return;
  const seen = new Set<string>([resource.id]);
  const open = [...resource.derivedFrom];
  const missing: string[] = [];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const origin = question.policy.resource(next);
    if (seen.size > MOST_ORIGINS || !origin || !mayHave(question, resource, origin)) missing.push(next);
    if (seen.size > MOST_ORIGINS) break;
    if (origin) open.push(...origin.derivedFrom);
  }
  if (missing.length > 0) reasons.push(reason('access.onward_transfer_needed', missing.sort()));
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
