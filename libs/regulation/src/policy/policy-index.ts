import type {
  Action,
  GrantState,
  OfficerState,
  OrganisationState,
  PermitState,
  PolicyStates,
  PolicyTopic,
  Principal,
  ResourceState,
  StopState,
  StopTarget,
  SystemState,
  ThrottleState,
  Versioned,
} from '@qiongtong/contracts';
import { GrantsByUse } from './grants-by-use';
import { principalOf, type TokenSubject } from './principals';
import { SharingPool } from './sharing-pool';

const NO_STOPS: readonly StopState[] = [];
const NO_THROTTLES: readonly ThrottleState[] = [];

/**
 * The `policy.*` topics in memory: what a decision reads. States are kept as they come, equal parts shared. A state
 * with a version not higher than the known one is ignored, so redelivery and a lagging republication do no harm.
 */
export class PolicyIndex {
  private readonly states: { readonly [T in PolicyTopic]: Map<string, PolicyStates[T]> } = {
    'policy.organisations': new Map(),
    'policy.officers': new Map(),
    'policy.systems': new Map(),
    'policy.resources': new Map(),
    'policy.grants': new Map(),
    'policy.permits': new Map(),
    'policy.stops': new Map(),
    'policy.throttles': new Map(),
  };
  private readonly pool = new SharingPool();
  private readonly grantsByUse = new GrantsByUse();
  /** Stops that are not lifted, by target and its id: a question builds no key. */
  private readonly stopsByTarget = new Map<StopTarget, Map<string, readonly StopState[]>>();
  private readonly throttlesByTarget = new Map<string, readonly ThrottleState[]>();

  /**
   * @param given the whole current state, null for a tombstone
   * @returns whether anything changed
   */
  apply(topic: PolicyTopic, id: string, given: Versioned | null): boolean {
    const states: Map<string, Versioned> | undefined = this.states[topic];
    if (!states) return false;
    const known = states.get(id);
    let state: Versioned | null = null;
    if (given === null) {
      if (!known) return false;
      states.delete(id);
    } else {
      if (!Number.isFinite(given.version) || given.id !== id || (known && !(given.version > known.version)))
        return false;
      state = this.pool.shared(given);
      states.set(id, state);
    }
    if (topic === 'policy.grants') this.reindexGrant(known as GrantState | undefined, state as GrantState | null);
    if (topic === 'policy.stops') this.reindexStop(known as StopState | undefined, state as StopState | null);
    if (topic === 'policy.throttles')
      this.reindexThrottle(known as ThrottleState | undefined, state as ThrottleState | null);
    return true;
  }

  organisation(id: string): OrganisationState | undefined {
    return this.states['policy.organisations'].get(id);
  }

  officer(id: string): OfficerState | undefined {
    return this.states['policy.officers'].get(id);
  }

  system(id: string): SystemState | undefined {
    return this.states['policy.systems'].get(id);
  }

  /** All of them, in no order. */
  resources(): IterableIterator<ResourceState> {
    return this.states['policy.resources'].values();
  }

  resource(id: string): ResourceState | undefined {
    return this.states['policy.resources'].get(id);
  }

  grant(id: string): GrantState | undefined {
    return this.states['policy.grants'].get(id);
  }

  permit(id: string): PermitState | undefined {
    return this.states['policy.permits'].get(id);
  }

  /** Every state of a topic, e.g. the systems whose topics must exist. */
  all<T extends PolicyTopic>(topic: T): IterableIterator<PolicyStates[T]> {
    return this.states[topic].values();
  }

  /** Grants the department holds for the resource that name the action, of every status, by id. */
  grantsFor(departmentId: string, resourceId: string, action: Action): readonly GrantState[] {
    return this.grantsByUse.for(departmentId, resourceId, action);
  }

  /** The same for whatever action. */
  grantsOf(departmentId: string, resourceId: string): readonly GrantState[] {
    return this.grantsByUse.of(departmentId, resourceId);
  }

  /** Stops of this target that are not lifted; their end is for the caller to compare. */
  stops(target: StopTarget, targetId: string): readonly StopState[] {
    return this.stopsByTarget.get(target)?.get(targetId) ?? NO_STOPS;
  }

  /** Throttles of this caller that are not lifted; their end is for the caller to compare. [R13.5] */
  throttles(target: ThrottleState['target'], targetId: string): readonly ThrottleState[] {
    if (this.throttlesByTarget.size === 0) return NO_THROTTLES;
    return this.throttlesByTarget.get(`${target} ${targetId}`) ?? NO_THROTTLES;
  }

  /** Who the subject of a verified token is; null when the platform knows nobody by it. */
  principalOf(subject: TokenSubject, now: Date): Principal | null {
    return principalOf(this, subject, now);
  }

  private reindexGrant(known: GrantState | undefined, state: GrantState | null): void {
    if (known) this.grantsByUse.remove(known);
    if (state) this.grantsByUse.put(state);
  }

  private reindexStop(known: StopState | undefined, state: StopState | null): void {
    if (known) this.replaceStops(known, []);
    if (state && state.status !== 'LIFTED') this.replaceStops(state, [state]);
  }

  private reindexThrottle(known: ThrottleState | undefined, state: ThrottleState | null): void {
    if (known) {
      const { id, target, targetId } = known;
      const rest = this.throttles(target, targetId).filter((throttle) => throttle.id !== id);
      if (rest.length > 0) this.throttlesByTarget.set(`${target} ${targetId}`, rest);
      else this.throttlesByTarget.delete(`${target} ${targetId}`);
    }
    if (state?.status === 'ACTIVE')
      this.throttlesByTarget.set(`${state.target} ${state.targetId}`, [
        ...this.throttles(state.target, state.targetId),
        state,
      ]);
  }

  private replaceStops({ id, target, targetId }: StopState, by: readonly StopState[]): void {
    let ofTarget = this.stopsByTarget.get(target);
    if (!ofTarget) this.stopsByTarget.set(target, (ofTarget = new Map()));
    const rest = [...(ofTarget.get(targetId) ?? NO_STOPS).filter((stop) => stop.id !== id), ...by];
    if (rest.length > 0) ofTarget.set(targetId, rest);
    else ofTarget.delete(targetId);
    if (ofTarget.size === 0) this.stopsByTarget.delete(target);
  }
}

/** What a decision may ask of the policy. */
export type PolicyView = Pick<
  PolicyIndex,
  'organisation' | 'officer' | 'system' | 'resource' | 'grant' | 'grantsFor' | 'grantsOf' | 'stops'
>;
