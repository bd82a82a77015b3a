import { Injectable } from '@nestjs/common';
import { POLICY_TOPICS, type PolicyTopic, type Versioned } from '@qiongtong/contracts';
import { PolicyIndex, type Freshness } from '@qiongtong/regulation';
import { StateProjection } from '@qiongtong/platform';
import { GatewayConfig } from '../config';

/** What the gateway knows: the policy topics in memory. It has no other memory and no database. */
@Injectable()
export class LivePolicy {
  readonly index = new PolicyIndex();
  readonly projection: StateProjection;

  constructor(config: GatewayConfig) {
    this.projection = new StateProjection({
      config,
      topics: [...POLICY_TOPICS],
      apply: (topic, key, state) => this.index.apply(topic as PolicyTopic, key, state as Versioned | null),
    });
  }

  /** Whether the projection may be decided on; a decision on anything but `fresh` is indeterminate. */
  freshness(): Freshness {
    return this.projection.staleness();
  }
}
