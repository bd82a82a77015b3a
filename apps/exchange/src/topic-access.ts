import { Injectable } from '@nestjs/common';
import { systemOfBrokerUser, type BrokerAccess } from '@qiongtong/contracts';
import { allow, forbid, KafkaDriver, usersLet } from '@qiongtong/platform';
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

  /** Systems that may write a push topic, as the broker has it. */
  async pushing(): Promise<string[]> {
    if (!this.config.KAFKA_ACLS) return [];
    const users = await usersLet(this.driver, 'push.', 'Write');
    return users.map(({ user }) => systemOfBrokerUser(user)).filter((system) => system !== null);
  }
}
