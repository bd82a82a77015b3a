import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { TOPICS } from '@qiongtong/contracts';
import { Drain, KafkaDriver, Lease, type FetchedBatch, type LeaseTerm } from '@qiongtong/platform';
import { DataSource } from 'typeorm';
import { LogMetrics } from './log.metrics';
import { OutsideCheckpoints } from './outside';
import { SealQueue } from './seal-queue';
import { Sealer } from './sealer';
import { partitionKey } from './sealing.store';

const FACTS = TOPICS.filter((topic) => topic.kind === 'facts');
/** Others are answered between two batches. */
const MAX_BATCH = 1000;
const LINGER_MS = 150;
const HEARTBEAT_MS = 3000;

/**
 * Feeds the sealer from every facts topic, in one process at a time. The place in each partition is kept in the log's
 * own transaction, not in the broker: after a restore of the database it goes on where that database is.
 */
@Injectable()
export class SealerWorker implements OnApplicationBootstrap {
  private readonly log = new Logger(SealerWorker.name);
  private readonly stopping = new AbortController();
  private attempts = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly driver: KafkaDriver,
    private readonly sealer: Sealer,
    private readonly outside: OutsideCheckpoints,
    private readonly metrics: LogMetrics,
    private readonly drain: Drain,
  ) {}

  onApplicationBootstrap(): void {
    const lease = new Lease(this.dataSource, 'sealer');
    const held = lease.hold((term) => this.serve(term), this.stopping.signal);
    this.drain.add('sealer', 'consumers', () => {
      this.stopping.abort();
      return held;
    });
  }

  private async serve(term: LeaseTerm): Promise<void> {
    const offsets = new Map(await this.sealer.begin(term.confirm, await this.outside.highest(term.signal)));
    const queue = new SealQueue(
      async (messages) => {
        const stop = this.metrics.seconds.startTimer();
        await this.sealer.seal(messages, term.confirm);
        stop();
      },
      { maxBatch: MAX_BATCH, lingerMs: LINGER_MS },
    );
    if (term.signal.aborted) return;
    let crash: Error | null = null;
    const end = (): void => queue.end(new Error('the term has ended'));
    term.signal.addEventListener('abort', end, { once: true });
    const consumer = this.driver.consumer({
      // A group of this term's own: it need not wait until the broker has given up a member that died.
      groupId: `audit-sealer-${term.epoch}-${(this.attempts += 1)}-${term.holder}`,
      topics: FACTS.map((topic) => topic.name),
      concurrency: FACTS.reduce((sum, topic) => sum + topic.partitions, 0),
      startAt: (topic, partition) => offsets.get(partitionKey(topic, partition))?.toString() ?? null,
      eachBatch: (batch) => this.submit(queue, batch, offsets),
      onCrash: (error) => {
        crash = error;
        queue.end(error);
      },
    });
    const sealing = queue.run();
    try {
      await Promise.race([consumer.start(), sealing]);
      this.metrics.leader.set(1);
      await sealing;
      if (crash) throw crash;
    } finally {
      this.metrics.leader.set(0);
      term.signal.removeEventListener('abort', end);
      queue.end(new Error('the term has ended'));
      await sealing.catch(() => undefined);
      await consumer.stop().catch((error: Error) => this.log.warn(`the consumer did not stop: ${error.message}`));
    }
  }

  private async submit(queue: SealQueue, batch: FetchedBatch, offsets: Map<string, bigint>): Promise<void> {
    const { topic, partition, messages } = batch;
    // Whoever does not report leaves the group; sealing may wait for the database.
    const beat = setInterval(() => void batch.heartbeat().catch(() => undefined), HEARTBEAT_MS);
    try {
      for (let from = 0; from < messages.length && batch.running(); from += MAX_BATCH) {
        const part = messages.slice(from, from + MAX_BATCH);
        await queue.submit(
          part.map((m) => ({
            topic,
            partition,
            offset: m.offset,
            key: m.key ?? '',
            headers: m.headers,
            value: m.value,
          })),
        );
        const last = part.at(-1)?.offset ?? '';
        offsets.set(partitionKey(topic, partition), BigInt(last) + 1n);
        batch.resolve(last);
      }
    } finally {
      clearInterval(beat);
    }
  }
}
