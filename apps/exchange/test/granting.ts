import type { GrantState } from '@qiongtong/contracts';
import { aGrant } from '@qiongtong/testing';
import { LivePolicy } from '../src/policy/live-policy';
import { until, type TestExchange } from './exchange';

/** States a grant anew, each time as a later version, and waits until exchange decides by it. */
export function granting(
  exchange: () => TestExchange,
  base: Partial<GrantState>,
): (over?: Partial<GrantState>) => Promise<void> {
  let version = 1;
  return async (over = {}) => {
    const state = aGrant({ ...base, ...over, version: ++version });
    await exchange().state('policy.grants', state);
    const { index } = exchange().service.app.get(LivePolicy);
    await until(() => index.grant(state.id)?.version === version);
  };
}
