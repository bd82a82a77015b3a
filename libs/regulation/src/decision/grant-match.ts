import type { GrantState, Reason, ResourceState } from '@qiongtong/contracts';
import { inForce, spanOf, type Span } from '../policy/instants';
import { memo } from '../policy/memo';
import { heldNow } from '../policy/principals';
import { isStopped } from '../policy/stops';
import { chainReasons } from './chain';
import { reason, type EntryItems, type Question } from './question';
import { named } from './resource';

/** Lists of items are shared by many grants, see `SharingPool`; so are these. */
const setOf = memo((items: readonly string[]): ReadonlySet<string> => new Set(items));

type Compiled = Span & Readonly<{ items: ReadonlySet<string>; knowsAnybody: boolean }>;
export const compiledGrant: (grant: GrantState) => Compiled = memo((grant: GrantState) => {
  const { units, posts, officers } = grant.scopeOfKnowledge;
  return {
    items: setOf(grant.items),
    ...spanOf(grant.period.from, grant.period.until),
    knowsAnybody: units.length === 0 && posts.length === 0 && officers.length === 0,
  };
});

/** Why this grant does not cover this use; empty when it does. */
export function grantReasons(
  question: Question,
  resource: ResourceState,
  entry: EntryItems,
  grant: GrantState,
): Reason[] {
  const { policy, use, now } = question;
  // A grant that has ended says no more about the use than that it has ended.
  if (grant.status !== 'ACTIVE') return [reason('access.grant_not_active', [grant.id])];
  const compiled = compiledGrant(grant);
  const reasons: Reason[] = [];
  if (isStopped(policy, 'grant', grant.id, now)) reasons.push(reason('access.stopped', [`grant:${grant.id}`]));
  if (!inForce(compiled, now)) reasons.push(reason('access.grant_outside_period', [grant.id]));
  chainReasons(question, resource, grant, reasons);
  if (!grant.actions.includes(use.action)) reasons.push(reason('access.action_beyond_grant', [use.action]));
  if (!use.purpose) reasons.push(reason('access.purpose_missing'));
  else if (!grant.purposes.includes(use.purpose)) reasons.push(reason('access.purpose_beyond_grant', [use.purpose]));
  if (grant.systems.length > 0 && !grant.systems.some((named) => named === use.systemId))
    reasons.push(reason('access.system_beyond_grant', use.systemId === null ? [] : [use.systemId]));
  if (!compiled.knowsAnybody) knowledgeReasons(question, grant, reasons);
  if (grant.matterNumber !== 'optional' && !named(use.matterNumber))
    reasons.push(reason('access.matter_number_missing'));
  itemReasons(question, entry, grant, compiled.items, reasons);
  return reasons;
}

/** One and the same appointment must be of the unit and of the post. [R12.2] */
function knowledgeReasons({ policy, use, now }: Question, grant: GrantState, reasons: Reason[]): void {
  if (use.officerId === null) {
    reasons.push(reason('access.officer_missing'));
    return;
  }
  const { units, posts, officers } = grant.scopeOfKnowledge;
  const officer = policy.officer(use.officerId);
  const inside =
    officer !== undefined &&
    (officers.length === 0 || officers.includes(officer.id)) &&
    heldNow(policy, officer, now).some(
      (held) =>
        held.organisationId === use.departmentId &&
        (units.length === 0 || units.includes(held.unit)) &&
        (posts.length === 0 || posts.includes(held.post)),
    );
  if (!inside) reasons.push(reason('access.officer_beyond_scope', [use.officerId]));
}

/**
 * Whatever is returned, filtered or sorted on must be granted. Filtering or sorting on a masked item would let the
 * caller find its value by trying, so that needs the item unmasked.
 */
function itemReasons(
  { use }: Question,
  entry: EntryItems,
  grant: GrantState,
  items: ReadonlySet<string>,
  reasons: Reason[],
): void {
  let beyond: string[] | null = null;
  for (const item of use.items ?? []) if (!items.has(item) && entry.positions.has(item)) (beyond ??= []).push(item);
  for (const item of use.touchedItems)
    if ((!items.has(item) || Object.hasOwn(grant.mask, item)) && entry.positions.has(item)) (beyond ??= []).push(item);
  if (beyond) reasons.push(reason('access.items_beyond_grant', [...new Set(beyond)]));
  else if (use.items === null && !entry.codes.some((code) => items.has(code)))
    reasons.push(reason('access.items_beyond_grant', entry.codes));
}
