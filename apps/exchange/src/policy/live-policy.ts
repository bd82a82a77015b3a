import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import {
  POLICY_TOPICS,
  type Decision,
  type PolicyTopic,
  type SystemState,
  type Use,
  type Versioned,
} from '@qiongtong/contracts';
import { Clock, Drain, Health, StateProjection } from '@qiongtong/platform';
import { decide, PolicyIndex, type Freshness, type PolicyView } from '@qiongtong/regulation';
import { ExchangeConfig } from '../config';

type Listener = (topic: PolicyTopic, id: string) => void;

/** What exchange knows of the policy: the same topics, the same index and the same `decide` as the gateway. */
@Injectable()
export class LivePolicy implements OnApplicationBootstrap {
  readonly index = new PolicyIndex();
  readonly projection: StateProjection;
  private readonly listeners: Listener[] = [];
  private readonly byTopic: PolicyView;

  constructor(
    config: ExchangeConfig,
    private readonly clock: Clock,
    drain: Drain,
    health: Health,
  ) {
    this.projection = new StateProjection({
      config,
      service: 'exchange',
      topics: [...POLICY_TOPICS],
      apply: (topic, key, state) => {
        const changed = this.index.apply(topic as PolicyTopic, key, state as Versioned | null);
        if (changed) for (const listener of this.listeners) listener(topic as PolicyTopic, key);
      },
    });
    this.byTopic = identifiedByTopic(this.index);
    health.register('policy projection', () => this.freshness() === 'fresh');
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

  decide(use: Use): Decision {
    return decide(this.index, use, this.clock.now(), this.freshness());
  }

  /** The same for a message: the broker's ACL on the topic has proved who sent it. */
  decideMessage(use: Use): Decision {
    return decide(this.byTopic, use, this.clock.now(), this.freshness());
  }
}

/** A message has neither address nor certificate to compare; its topic stands for both. */
function identifiedByTopic(index: PolicyIndex): PolicyView {
  const seen = new WeakMap<SystemState, SystemState>();
  return {
    organisation: (id) => index.organisation(id),
    officer: (id) => index.officer(id),
    resource: (id) => index.resource(id),
    grant: (id) => index.grant(id),
    grantsFor: (...use) => index.grantsFor(...use),
    grantsOf: (...use) => index.grantsOf(...use),
    stops: (target, id) => index.stops(target, id),
    system: (id) => {
      const state = index.system(id);
      if (!state) return undefined;
      const known = seen.get(state) ?? { ...state, addresses: [], certificates: [] };
      seen.set(state, known);
      return known;
    },
  };
}
