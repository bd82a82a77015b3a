import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { POLICY_TOPICS, type PolicyTopic, type Versioned } from '@qiongtong/contracts';
import { PolicyIndex, type Freshness } from '@qiongtong/regulation';
import { Drain, Health, StateProjection } from '@qiongtong/platform';
import { GatewayConfig } from '../config';

type Listener = (topic: PolicyTopic, id: string) => void;

/** What the gateway knows: the policy topics in memory. It has no other memory and no database. */
@Injectable()
export class LivePolicy implements OnApplicationBootstrap {
  readonly index = new PolicyIndex();
  private readonly projection: StateProjection;
  private readonly listeners: Listener[] = [];

  constructor(config: GatewayConfig, health: Health, drain: Drain) {
    this.projection = new StateProjection({
      config,
      service: 'gateway',
      topics: [...POLICY_TOPICS],
      apply: (topic, key, state) => {
        const changed = this.index.apply(topic as PolicyTopic, key, state as Versioned | null);
        if (changed) for (const listener of this.listeners) listener(topic as PolicyTopic, key);
      },
    });
    health.register('policy', () => this.projection.ready);
    drain.add('policy projection', 'connections', () => this.projection.stop());
  }

  onApplicationBootstrap(): void {
    this.projection.start();
  }

  onChange(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** Whether the projection may be decided on; a decision on anything but `fresh` is indeterminate. */
  freshness(): Freshness {
    return this.projection.staleness();
  }
}
