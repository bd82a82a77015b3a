import { Injectable } from '@nestjs/common';
import { TOPICS } from '@qiongtong/contracts';
import { KafkaDriver, newId, type FetchedBatch } from '@qiongtong/platform';
import { partitionKey } from '../log/sealing.store';

const FACTS = TOPICS.filter(({ kind }) => kind === 'facts').map(({ name }) => name);
/** Nothing came for this long after the partitions were given: nothing is there. */
const QUIET_MS = 1_500;
const PATIENCE_MS = 10_000;

/** Offset after the last of each partition, by `topic/partition`. */
export type Ends = ReadonlyMap<string, bigint>;

/** What waits on the facts topics. The end of a partition does not tell: markers of transactions stand there as well. */
@Injectable()
export class WaitingFacts {
  constructor(private readonly driver: KafkaDriver) {}

  ends(): Promise<Ends> {
    return this.driver.withAdmin(async (admin) => {
      const ends = new Map<string, bigint>();
      for (const topic of FACTS)
        for (const { partition, high, low } of await admin.fetchTopicOffsets(this.driver.wireName(topic)))
          if (high !== low) ends.set(partitionKey(topic, partition), BigInt(high));
      return ends;
    });
  }

  /** Those of the places, each a partition from an offset on, at which there is a message. */
  async at(places: ReadonlyMap<string, bigint>, ends: Ends): Promise<Set<string>> {
    const waiting = new Set<string>();
    let finished: () => void = () => undefined;
    let crashed: (error: Error) => void = () => undefined;
    const read = new Promise<void>((resolve, reject) => {
      finished = resolve;
      crashed = reject;
    });
    let timer: NodeJS.Timeout | undefined;
    const wait = (milliseconds: number): void => {
      clearTimeout(timer);
      timer = setTimeout(finished, milliseconds);
    };
    const consumer = this.driver.consumer({
      // Nobody else is in this group, and nothing is committed to it.
      groupId: `audit-waiting-${newId()}`,
      topics: [...new Set([...places.keys()].map((place) => place.slice(0, place.lastIndexOf('/'))))],
      concurrency: 1,
      fetchBytes: 64 * 1024,
      startAt: (topic, partition) => {
        const place = partitionKey(topic, partition);
        return (places.get(place) ?? ends.get(place) ?? 0n).toString();
      },
      eachBatch: async ({ topic, partition, messages, resolve }: FetchedBatch) => {
        if (places.has(partitionKey(topic, partition))) waiting.add(partitionKey(topic, partition));
        resolve(messages.at(-1)!.offset);
        wait(waiting.size === places.size ? 0 : QUIET_MS);
        return Promise.resolve();
      },
      onJoin: () => wait(QUIET_MS),
      onCrash: crashed,
    });
    const giveUp = setTimeout(() => crashed(new Error('the facts topics could not be read')), PATIENCE_MS);
    try {
      await Promise.all([consumer.start(), read]);
      return waiting;
    } finally {
      clearTimeout(giveUp);
      clearTimeout(timer);
      await consumer.stop();
    }
  }
}
