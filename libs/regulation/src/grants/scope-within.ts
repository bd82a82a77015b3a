import type { GrantState, ScopeOfKnowledge } from '@qiongtong/contracts';
import { instantOf } from '../policy/instants';
import { rowFilterWithin } from '../rows/row-filter-within';

export type ScopeDimension =
  | 'resource'
  | 'recipient'
  | 'items'
  | 'rowFilter'
  | 'mask'
  | 'actions'
  | 'purposes'
  | 'matterNumber'
  | 'scopeOfKnowledge'
  | 'systems'
  | 'period'
  | 'limits';

/** Where a transfer goes beyond the grant it comes from. */
export type ScopeViolation = Readonly<{ dimension: ScopeDimension; about: readonly string[] }>;

/** What a scope is made of, so that a request can be checked before a grant exists. */
export type GrantScope = Omit<GrantState, 'id' | 'version' | 'parentId' | 'status' | 'rulePack' | 'ground'>;

/** Every dimension in which the child is not inside the parent; empty when the transfer stays inside. [R13.2] */
export function scopeWithin(child: GrantScope, parent: GrantScope): ScopeViolation[] {
  const violations: ScopeViolation[] = [];
  const wider = (dimension: ScopeDimension, about: readonly string[] = []) => violations.push({ dimension, about });
  const beyond = (dimension: ScopeDimension, asked: readonly string[], given: readonly string[]) => {
    const extra = asked.filter((value) => !given.includes(value));
    if (extra.length > 0) wider(dimension, extra);
  };

  if (child.resourceId !== parent.resourceId || child.providerId !== parent.providerId) wider('resource');
  if (!mayPassOn(child, parent)) wider('recipient', [child.recipientOwnerId ?? child.holderId]);
  beyond('items', child.items, parent.items);
  if (!rowFilterWithin(child.rowFilter, parent.rowFilter)) wider('rowFilter');
  const unmasked = child.items.filter((item) => !maskedAtLeast(child, parent, item));
  if (unmasked.length > 0) wider('mask', unmasked);
  beyond('actions', child.actions, parent.actions);
  beyond('purposes', child.purposes, parent.purposes);
  if (parent.matterNumber === 'required' && child.matterNumber !== 'required') wider('matterNumber');
  const known = knowledgeBeyond(child.scopeOfKnowledge, parent.scopeOfKnowledge);
  if (known) wider('scopeOfKnowledge', known);
  const systems = systemsBeyond(child, parent);
  if (systems) wider('systems', systems);
  if (!periodWithin(child.period, parent.period)) wider('period');
  const limits = limitsBeyond(child, parent);
  if (limits.length > 0) wider('limits', limits);
  return violations;
}

/** A third party passes nothing on, and acts only for the department whose grant it is under. */
function mayPassOn(child: GrantScope, parent: GrantScope): boolean {
  if (parent.recipientOwnerId !== null) return false;
  return child.recipientOwnerId === null || child.holderId === parent.holderId;
}

/** Is an item hidden by the child as much as by the parent? */
export function maskedAtLeast(
  child: Pick<GrantScope, 'mask'>,
  parent: Pick<GrantScope, 'mask'>,
  item: string,
): boolean {
  if (!Object.hasOwn(parent.mask, item)) return true;
  if (!Object.hasOwn(child.mask, item)) return false;
  return child.mask[item] === 'full' || child.mask[item] === parent.mask[item];
}

function knowledgeBeyond(child: ScopeOfKnowledge, parent: ScopeOfKnowledge): string[] | null {
  const extra: string[] = [];
  for (const dimension of ['units', 'posts', 'officers'] as const) {
    if (parent[dimension].length === 0) continue;
    if (child[dimension].length === 0) extra.push(dimension);
    else extra.push(...child[dimension].filter((value) => !parent[dimension].includes(value)));
  }
  return extra.length > 0 ? extra : null;
}

/**
 * Between grants of one recipient the named systems only become fewer. A new recipient brings systems of its own: who
 * it is is what the transfer decides; but where the parent names systems, the child names them too.
 */
function systemsBeyond(child: GrantScope, parent: GrantScope): string[] | null {
  if (parent.systems.length === 0) return null;
  if (child.systems.length === 0) return [];
  if (child.holderId !== parent.holderId || child.recipientOwnerId !== parent.recipientOwnerId) return null;
  const extra = child.systems.filter((system) => !parent.systems.includes(system));
  return extra.length > 0 ? extra : null;
}

const periodWithin = (child: GrantState['period'], parent: GrantState['period']): boolean =>
  instantOf(child.from) >= instantOf(parent.from) && instantOf(child.until) <= instantOf(parent.until);

function limitsBeyond(child: GrantScope, parent: GrantScope): string[] {
  return (['rowsPerRequest', 'requestsPerMinute', 'rowsPerDay'] as const).filter((limit) => {
    const [given, asked] = [parent.limits[limit], child.limits[limit]];
    return given !== undefined && !(asked !== undefined && asked <= given);
  });
}
