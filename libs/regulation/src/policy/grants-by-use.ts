import type { Action, GrantState } from '@qiongtong/contracts';

const NONE: readonly GrantState[] = [];

/** Grants of one department for one resource, of every status: a revoked one explains a refusal better than none. */
class Pair {
  private readonly grants = new Map<string, GrantState>();
  private sorted: readonly GrantState[] | null = null;
  private byAction = new Map<Action, readonly GrantState[]>();

  put(grant: GrantState): void {
    this.grants.set(grant.id, grant);
    this.forget();
  }

  /** @returns whether any grant is left */
  remove(id: string): boolean {
    this.grants.delete(id);
    this.forget();
    return this.grants.size > 0;
  }

  /** By id, so that no decision depends on the order in which grants arrived. */
  all(): readonly GrantState[] {
    return (this.sorted ??= [...this.grants.values()].sort((a, b) => (a.id < b.id ? -1 : 1)));
  }

  of(action: Action): readonly GrantState[] {
    let found = this.byAction.get(action);
    if (!found) this.byAction.set(action, (found = this.all().filter((grant) => grant.actions.includes(action))));
    return found;
  }

  private forget(): void {
    this.sorted = null;
    if (this.byAction.size > 0) this.byAction = new Map();
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
    if (!ofHolder || !pair || pair.remove(grant.id)) return;
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
