import type { Action, GrantState } from '@qiongtong/contracts';

const NONE: readonly GrantState[] = [];

/** Several grants of one department for one resource, of every status: a revoked one explains a refusal better than none. */
class Several {
  private sorted = false;
  private readonly byAction = new Map<Action, readonly GrantState[]>();

  constructor(private readonly grants: GrantState[]) {}

  put(grant: GrantState): void {
    this.grants.push(grant);
    this.sorted = false;
    this.byAction.clear();
  }

  /** @returns how many are left */
  remove(grant: GrantState): number {
    const at = this.grants.indexOf(grant);
    if (at >= 0) this.grants.splice(at, 1);
    this.byAction.clear();
    return this.grants.length;
  }

  /** By id, so that no decision depends on the order in which grants arrived. */
  all(): readonly GrantState[] {
    if (!this.sorted) this.grants.sort((a, b) => (a.id < b.id ? -1 : 1));
    this.sorted = true;
    return this.grants;
  }

  of(action: Action): readonly GrantState[] {
    let found = this.byAction.get(action);
    if (!found) this.byAction.set(action, (found = this.all().filter((grant) => grant.actions.includes(action))));
    return found;
  }
}

/**
 * The index a decision stands on: department, resource, action. Nearly always a department has one grant for a
 * resource; that one stands in the table itself, because every further object is a wait for memory.
 */
export class GrantsByUse {
  private readonly holders = new Map<string, Map<string, GrantState | Several>>();

  /** A grant whose former version, if any, was removed before. */
  put(grant: GrantState): void {
    let held = this.holders.get(grant.holderId);
    if (!held) this.holders.set(grant.holderId, (held = new Map()));
    const known = held.get(grant.resourceId);
    if (known instanceof Several) known.put(grant);
    else held.set(grant.resourceId, known ? new Several([known, grant]) : grant);
  }

  remove(grant: GrantState): void {
    const held = this.holders.get(grant.holderId);
    const known = held?.get(grant.resourceId);
    if (!held || (known instanceof Several ? known.remove(grant) > 0 : known !== grant)) return;
    held.delete(grant.resourceId);
    if (held.size === 0) this.holders.delete(grant.holderId);
  }

  of(departmentId: string, resourceId: string): readonly GrantState[] {
    const known = this.holders.get(departmentId)?.get(resourceId);
    if (known === undefined) return NONE;
    return known instanceof Several ? known.all() : [known];
  }

  for(departmentId: string, resourceId: string, action: Action): readonly GrantState[] {
    const known = this.holders.get(departmentId)?.get(resourceId);
    if (known === undefined) return NONE;
    if (known instanceof Several) return known.of(action);
    return known.actions.includes(action) ? [known] : NONE;
  }
}
