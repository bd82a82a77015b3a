import { Injectable } from '@nestjs/common';
import { KafkaDriver, newId, type FetchedBatch } from '@qiongtong/platform';
import { openNote } from './domain/note';
import type { TreeHead } from './domain/proofs';
import { SigningKey } from './signing-key';

const TOPIC = 'audit.checkpoints';
/** Nothing more came for this long after the partition was given: all of the topic is read. */
const QUIET_MS = 600;
const PATIENCE_MS = 15_000;

/** What is known of this log outside its database: the checkpoints it published. */
@Injectable()
export class OutsideCheckpoints {
  constructor(
    private readonly driver: KafkaDriver,
    private readonly key: SigningKey,
  ) {}

  /** The highest checkpoint under our own key; anything else on the topic is not ours to believe. */
  async highest(signal: AbortSignal): Promise<TreeHead | null> {
    let highest: TreeHead | null = null;
    let timer: NodeJS.Timeout | undefined;
    let finished: () => void = () => undefined;
    let crashed: (error: Error) => void = () => undefined;
    const read = new Promise<void>((resolve, reject) => {
      finished = resolve;
      crashed = reject;
    });
    const wait = (milliseconds: number): void => {
      clearTimeout(timer);
      timer = setTimeout(finished, milliseconds);
    };
    // Nobody else is in this group, and nothing is committed to it: it always reads from the start.
    const consumer = this.driver.consumer({
      groupId: `audit-outside-${newId()}`,
      topics: [TOPIC],
      concurrency: 1,
      eachBatch: async (batch) => {
        for (const head of this.headsOf(batch)) if (head.size >= (highest?.size ?? 0)) highest = head;
        const last = batch.messages.at(-1);
        if (last) batch.resolve(last.offset);
        wait(QUIET_MS);
      },
      onJoin: () => wait(QUIET_MS),
      onCrash: crashed,
    });
    const giveUp = setTimeout(() => crashed(new Error(`${TOPIC} could not be read`)), PATIENCE_MS);
    const end = (): void => crashed(new Error('the term has ended'));
    signal.addEventListener('abort', end, { once: true });
    try {
      await Promise.all([consumer.start(), read]);
      return highest;
    } finally {
      signal.removeEventListener('abort', end);
      clearTimeout(giveUp);
      clearTimeout(timer);
      await consumer.stop();
    }
  }

  private headsOf(batch: FetchedBatch): TreeHead[] {
    return batch.messages.flatMap(({ value }) => {
      try {
        const { note } = JSON.parse(value?.toString() ?? '') as { note?: unknown };
        const head = openNote(String(note), this.key.verifierKey);
        return head ? [head] : [];
      } catch {
        return [];
      }
    });
  }
}
