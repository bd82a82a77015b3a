import { Injectable, Logger } from '@nestjs/common';
import { pushTopic, receiptsTopic } from '@qiongtong/contracts';
import { ensureTopics, KafkaDriver } from '@qiongtong/platform';
import { ExchangeConfig } from '../config';
import { LivePolicy } from '../policy/live-policy';

const AGAIN_MS = 2_000;

/** The topics of systems that chose to push by messages: made when the system is registered, or found missing. */
@Injectable()
export class PushTopics {
  private readonly log = new Logger(PushTopics.name);
  private readonly made = new Map<string, Promise<void>>();

  constructor(
    private readonly driver: KafkaDriver,
    private readonly config: ExchangeConfig,
    policy: LivePolicy,
  ) {
    policy.onChange((topic, id) => {
      if (topic === 'policy.systems' && policy.index.system(id)?.kafka) this.makeInTime(id);
    });
  }

  /** Resolves when the system's topics are there. */
  ensure(systemId: string): Promise<void> {
    let making = this.made.get(systemId);
    if (!making) {
      making = this.make(systemId).catch((error: unknown) => {
        this.made.delete(systemId);
        throw error;
      });
      this.made.set(systemId, making);
    }
    return making;
  }

  private makeInTime(systemId: string): void {
    this.ensure(systemId).catch((error: Error) => {
      this.log.warn(`topics of ${systemId} could not be made yet: ${error.message}`);
      setTimeout(() => this.makeInTime(systemId), AGAIN_MS).unref();
    });
  }

  private async make(systemId: string): Promise<void> {
    await ensureTopics(this.driver, [pushTopic(systemId), receiptsTopic(systemId)], {
      replicationFactor: this.config.TOPIC_REPLICATION_FACTOR,
      minInsyncReplicas: this.config.TOPIC_MIN_INSYNC_REPLICAS,
      correct: true,
    });
  }
}
