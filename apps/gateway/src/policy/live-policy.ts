import { Injectable } from '@nestjs/common';
import { POLICY_TOPICS, type PolicyTopic } from '@qiongtong/contracts';
import { PolicyIndex } from '@qiongtong/regulation';
import { Drain, Health, LiveIndex } from '@qiongtong/platform';
import { GatewayConfig } from '../config';

/** What the gateway knows: the policy topics in memory. It has no other memory and no database. */
@Injectable()
export class LivePolicy extends LiveIndex<PolicyTopic, PolicyIndex> {
  constructor(config: GatewayConfig, health: Health, drain: Drain) {
    super(new PolicyIndex(), { config, service: 'gateway', topics: POLICY_TOPICS }, drain);
    health.register('policy', () => this.projection.ready);
  }
}
