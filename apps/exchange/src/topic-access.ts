import { Injectable } from '@nestjs/common';
import type { BrokerAccess } from '@qiongtong/contracts';
import { allow, forbid, KafkaDriver } from '@qiongtong/platform';
import { ExchangeConfig } from './config';

/** Who may read and write the topics of systems, said to a broker that asks. [R14.7] */
@Injectable()
export class TopicAccess {
  constructor(
    private readonly driver: KafkaDriver,
    private readonly config: ExchangeConfig,
  ) {}

  async allow(rules: readonly BrokerAccess[]): Promise<void> {
    if (this.config.KAFKA_ACLS) await allow(this.driver, rules);
  }

  async forbid(rules: readonly BrokerAccess[]): Promise<void> {
    if (this.config.KAFKA_ACLS) await forbid(this.driver, rules);
  }
}
