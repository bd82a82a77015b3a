import { Injectable, Logger } from '@nestjs/common';
import { ACCESS_TYPES, Refusal, type AccessRecord } from '@qiongtong/contracts';
import { Clock, Drain, newId, RecordProducer } from '@qiongtong/platform';
import { GatewayConfig } from '../config';

const TOPIC = 'facts.access';

/** Writes access records to `facts.access`. Nothing is released before its record is on the broker. [R14.9] */
@Injectable()
export class AccessLog {
  private readonly log = new Logger(AccessLog.name);

  private readonly producer: RecordProducer;

  constructor(
    private readonly clock: Clock,
    private readonly config: GatewayConfig,
    drain: Drain,
  ) {
    this.producer = new RecordProducer({ config, clientId: 'gateway', lingerMs: config.RECORD_LINGER_MS });
    this.producer.start();
    drain.add('access records', 'connections', () => this.producer.stop());
  }

  /**
   * Resolves when every replica that must have it has the record; otherwise refuses with `access.record_not_durable`.
   * A record that lands after it was given up is followed by its `aborted`, so that the log does not claim a release.
   */
  async durable(record: AccessRecord): Promise<void> {
    try {
      await this.producer.append(TOPIC, [this.message(record)], {
        deadlineMs: this.config.RECORD_DEADLINE_MS,
        onLate: () =>
          this.followUp({
            ...record,
            outcome: 'aborted',
            rows: null,
            bytes: null,
            digest: null,
            delivery: null,
            status: 503,
          }),
      });
    } catch {
      throw new Refusal('access.record_not_durable');
    }
  }

  /** Writes a record nobody waits for: the end of a stream, an abort. Its absence is found by the missing number. */
  followUp(record: AccessRecord): void {
    this.producer
      .append(TOPIC, [this.message(record)], { deadlineMs: 10 * this.config.RECORD_DEADLINE_MS })
      .catch(() => this.log.error(`no closing record for decision ${record.decisionId}`));
  }

  /** Counts of refusals before authentication, one record for a while. */
  counted(type: string, data: object): void {
    const message = { key: newId(), value: data, headers: this.headers(type, newId()) };
    this.producer
      .append(TOPIC, [message], { deadlineMs: this.config.RECORD_DEADLINE_MS })
      .catch(() => this.log.error('refusals before authentication could not be recorded'));
  }

  private message(record: AccessRecord) {
    return { key: record.decisionId, value: record, headers: this.headers(ACCESS_TYPES[record.outcome], newId()) };
  }

  private headers(type: string, id: string): Record<string, string> {
    return {
      ce_specversion: '1.0',
      ce_id: id,
      ce_source: 'gateway',
      ce_type: type,
      ce_time: this.clock.now().toISOString(),
      'content-type': 'application/json',
    };
  }
}
