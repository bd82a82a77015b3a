import type { SystemState } from '@qiongtong/contracts';
import type { PolicyView } from './policy-index';

/**
 * The policy where a system is asked about that is not calling, or is known by something better than its connection:
 * there is neither address nor certificate to compare.
 */
export function unaddressed(policy: PolicyView): PolicyView {
  const seen = new WeakMap<SystemState, SystemState>();
  return {
    organisation: (id) => policy.organisation(id),
    officer: (id) => policy.officer(id),
    resource: (id) => policy.resource(id),
    grant: (id) => policy.grant(id),
    grantsFor: (...use) => policy.grantsFor(...use),
    grantsOf: (...use) => policy.grantsOf(...use),
    stops: (target, id) => policy.stops(target, id),
    system: (id) => {
      const state = policy.system(id);
      if (!state) return undefined;
      const known = seen.get(state) ?? { ...state, addresses: [], certificates: [] };
      seen.set(state, known);
      return known;
    },
  };
}
