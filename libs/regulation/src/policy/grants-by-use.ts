import type { Action, GrantState } from '@qiongtong/contracts';

const NONE: readonly GrantState[] = [];

/**
 * Grants of one department for one resource, of every status: a revoked one explains a refusal better than none. Nearly
 * always it is one, so that one is found without a further table.
 */
class Pair {
  private readonly grants: GrantState[] = [];
  private sorted = true;
  private byAction: Map<Action, readonly GrantState[]> | null = null;

  /** A grant whose former version, if any, was removed before. */
  put(grant: GrantState): void {
    this.grants.push(grant);
    this.sorted = this.grants.length === 1;
    this.byAction = null;
  }

  /** @returns whether any grant is left */
  remove(grant: GrantState): boolean {
    const at = this.grants.indexOf(grant);
    if (at >= 0) this.grants.splice(at, 1);
    this.byAction = null;
    return this.grants.length > 0;
  }

  /** By id, so that no decision depends on the order in which grants arrived. */
  all(): readonly GrantState[] {
    if (!this.sorted) this.grants.sort((a, b) => (a.id < b.id ? -1 : 1));
    this.sorted = true;
    return this.grants;
  }

  of(action: Action): readonly GrantState[] {
    const [only] = this.grants;
    if (only && this.grants.length === 1) return only.actions.includes(action) ? this.grants : NONE;
    this.byAction ??= new Map();
    let found = this.byAction.get(action);
    if (!found) this.byAction.set(action, (found = this.all().filter((grant) => grant.actions.includes(action))));
    return found;
  }
}

/** The index a decision stands on: department, resource, action. */
export class GrantsByUse {
  private readonly pairs = new Map<string, Map<string, Pair>>();

  put(grant: GrantState): void {
    let ofHolder = this.pairs.get(grant.holderId);
    if (!ofHolder) this.pairs.set(grant.holderId, (ofHolder = new Map()));
    let pair = ofHolder.get(grant.resourceId);
    if (!pair) ofHolder.set(grant.resourceId, (pair = new Pair()));
    pair.put(grant);
  }

  remove(grant: GrantState): void {
    const ofHolder = this.pairs.get(grant.holderId);
    const pair = ofHolder?.get(grant.resourceId);
    if (!ofHolder || !pair || pair.remove(grant)) return;
    ofHolder.delete(grant.resourceId);
    if (ofHolder.size === 0) this.pairs.delete(grant.holderId);
  }

  of(departmentId: string, resourceId: string): readonly GrantState[] {
    return this.pairs.get(departmentId)?.get(resourceId)?.all() ?? NONE;
  }

  for(departmentId: string, resourceId: string, action: Action): readonly GrantState[] {
    return this.pairs.get(departmentId)?.get(resourceId)?.of(action) ?? NONE;
  }
}
