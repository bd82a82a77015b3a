import { Injectable } from '@nestjs/common';
import { POLICY_TOPICS, type Decision, type PolicyTopic, type Use } from '@qiongtong/contracts';
import { Clock, Drain, Health, LiveIndex } from '@qiongtong/platform';
import { decide, PolicyIndex, unaddressed, type PolicyView } from '@qiongtong/regulation';
import { ExchangeConfig } from '../config';

/** What exchange knows of the policy: the same topics, the same index and the same `decide` as the gateway. */
@Injectable()
export class LivePolicy extends LiveIndex<PolicyTopic, PolicyIndex> {
  private readonly byTopic: PolicyView;

  constructor(
    config: ExchangeConfig,
    private readonly clock: Clock,
    drain: Drain,
    health: Health,
  ) {
    super(new PolicyIndex(), { config, service: 'exchange', topics: POLICY_TOPICS }, drain);
    // Its topic stands for both address and certificate.
    this.byTopic = unaddressed(this.index);
    health.register('policy projection', () => this.freshness() === 'fresh');
  }

  decide(use: Use): Decision {
    return decide(this.index, use, this.clock.now(), this.freshness());
  }

  /** The same for a message: the broker's ACL on the topic has proved who sent it. */
  decideMessage(use: Use): Decision {
    return decide(this.byTopic, use, this.clock.now(), this.freshness());
  }
}
