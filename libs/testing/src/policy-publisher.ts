import { Kafka, logLevel, type Producer } from 'kafkajs';
import { POLICY_TOPICS, type PolicyStates, type PolicyTopic } from '@qiongtong/contracts';

const HEARTBEAT_MS = 500;
const AT_ONCE = 1_000;

/**
 * Stands where the services that own the policy would: writes states to the `policy.*` topics and keeps their
 * heartbeat, so that a gateway or an exchange can be tested alone.
 */
export class PolicyPublisher {
  private timer: NodeJS.Timeout | null = null;

  private constructor(
    private readonly producer: Producer,
    private readonly prefix: string,
  ) {}

  static async start(brokers: string, prefix: string): Promise<PolicyPublisher> {
    const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    const publisher = new PolicyPublisher(producer, prefix);
    await publisher.beat();
    publisher.resume();
    return publisher;
  }

  async publish<T extends PolicyTopic>(topic: T, ...states: PolicyStates[T][]): Promise<void> {
    for (let at = 0; at < states.length; at += AT_ONCE)
      await this.send(
        topic,
        states.slice(at, at + AT_ONCE).map((state) => ({ key: state.id, type: 'state', value: state })),
      );
  }

  /** Stops the heartbeat, as when the owners of the policy are away. */
  pause(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }

  resume(): void {
    this.timer ??= setInterval(() => void this.beat().catch(() => undefined), HEARTBEAT_MS);
  }

  /** @param at what the heartbeat says; ahead of the clock when somebody's clock is off */
  async beat(at = new Date()): Promise<void> {
    for (const topic of POLICY_TOPICS)
      await this.send(topic, [{ key: '_heartbeat', type: 'heartbeat', value: { at: at.toISOString() } }]);
  }

  async stop(): Promise<void> {
    this.pause();
    await this.producer.disconnect();
  }

  private async send(topic: string, messages: { key: string; type: string; value: object }[]): Promise<void> {
    await this.producer.send({
      topic: this.prefix + topic,
      acks: -1,
      messages: messages.map(({ key, type, value }) => ({
        key,
        value: JSON.stringify(value),
        headers: { ce_specversion: '1.0', ce_type: type, ce_source: 'test', ce_id: key },
      })),
    });
  }
}
