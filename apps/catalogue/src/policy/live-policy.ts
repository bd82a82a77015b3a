import { Inject, Injectable } from '@nestjs/common';
import { POLICY_TOPICS, type PolicyTopic } from '@qiongtong/contracts';
import { Drain, LiveIndex, PLATFORM_CONFIG, type PlatformConfig } from '@qiongtong/platform';
import { PolicyIndex } from '@qiongtong/regulation';

/**
 * What the catalogue knows of who may use what, to say it beside what is found. It decides nothing by it, so it serves
 * without it as well: then it says that it does not know.
 */
@Injectable()
export class LivePolicy extends LiveIndex<PolicyTopic, PolicyIndex> {
  constructor(@Inject(PLATFORM_CONFIG) config: PlatformConfig, drain: Drain) {
    super(new PolicyIndex(), { config, service: 'catalogue', topics: POLICY_TOPICS }, drain);
  }
}
