import type { Topic } from '@qiongtong/contracts';
import { pause } from '../database/lease';
import { KafkaDriver, TOPIC_RESOURCE, type Admin } from './kafka';

export type CreateTopicsOptions = Readonly<{
  /** Copies of each partition, default 1. Production: 3. */
  replicationFactor?: number;
  /** Copies that must have a message before it is acknowledged, default 1. Production: 2. */
  minInsyncReplicas?: number;
}>;

export type TopicsReport = Readonly<{
  created: string[];
  /** Settings that differed and were set: `topic: retention.ms 1 → 2`. */
  adjusted: string[];
  /** What cannot be changed without moving keys to other partitions: number of partitions. */
  differing: string[];
}>;

/** Makes topics be as the table says. Running it again changes nothing. */
export async function createTopics(
  brokers: string,
  prefix: string,
  topics: readonly Topic[],
  options: CreateTopicsOptions = {},
): Promise<TopicsReport> {
  return ensureTopics(
    new KafkaDriver({ settings: { KAFKA_BROKERS: brokers, TOPIC_PREFIX: prefix }, clientId: 'topics' }),
    topics,
    options,
  );
}

export async function ensureTopics(
  driver: KafkaDriver,
  topics: readonly Topic[],
  options: CreateTopicsOptions = {},
): Promise<TopicsReport> {
  return driver.withAdmin(async (admin) => {
    const report = { created: [] as string[], adjusted: [] as string[], differing: [] as string[] };
    const listed = new Set(await admin.listTopics());
    const missing = topics.filter((t) => !listed.has(driver.wireName(t.name)));
    if (missing.length > 0) {
      await admin.createTopics({
        waitForLeaders: false,
        topics: missing.map((topic) => ({
          topic: driver.wireName(topic.name),
          numPartitions: topic.partitions,
          replicationFactor: options.replicationFactor ?? 1,
          configEntries: entriesOf(topic, options),
        })),
      });
      report.created.push(...missing.map((t) => t.name));
      await untilLed(
        admin,
        missing.map((t) => driver.wireName(t.name)),
      );
    }
    const existing = topics.filter((t) => listed.has(driver.wireName(t.name)));
    if (existing.length === 0) return report;
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: existing.map((t) => ({ type: TOPIC_RESOURCE, name: driver.wireName(t.name) })),
    });
    const current = new Map(
      resources.map((r) => [r.resourceName, new Map(r.configEntries.map((e) => [e.configName, e.configValue]))]),
    );
    const changed = existing.filter((topic) => {
      const differences = entriesOf(topic, options).flatMap(({ name, value }) => {
        const now = current.get(driver.wireName(topic.name))?.get(name);
        return now === value ? [] : [`${topic.name}: ${name} ${now ?? 'unset'} → ${value}`];
      });
      report.adjusted.push(...differences);
      return differences.length > 0;
    });
    if (changed.length > 0)
      await admin.alterConfigs({
        validateOnly: false,
        resources: changed.map((topic) => ({
          type: TOPIC_RESOURCE,
          name: driver.wireName(topic.name),
          configEntries: entriesOf(topic, options),
        })),
      });
    const { topics: described } = await admin.fetchTopicMetadata({
      topics: existing.map((t) => driver.wireName(t.name)),
    });
    const counts = new Map(described.map((t) => [t.name, t.partitions.length]));
    for (const topic of existing) {
      const count = counts.get(driver.wireName(topic.name));
      if (count !== topic.partitions)
        report.differing.push(`${topic.name}: ${count} partitions, not ${topic.partitions}`);
    }
    return report;
  });
}

function entriesOf(topic: Topic, { minInsyncReplicas = 1 }: CreateTopicsOptions): { name: string; value: string }[] {
  const always = [
    { name: 'min.insync.replicas', value: String(minInsyncReplicas) },
    { name: 'unclean.leader.election.enable', value: 'false' },
    { name: 'retention.ms', value: String(topic.retentionMs) },
    { name: 'cleanup.policy', value: topic.compacted ? 'compact' : 'delete' },
  ];
  // A heartbeat a second: without small segments a projection would have a week of them to read.
  return topic.compacted
    ? [
        ...always,
        { name: 'segment.ms', value: '600000' },
        { name: 'min.cleanable.dirty.ratio', value: '0.1' },
        { name: 'max.compaction.lag.ms', value: '3600000' },
      ]
    : always;
}

/** A topic can be written once each of its partitions has a leader, a moment after it is made. */
async function untilLed(admin: Admin, names: string[]): Promise<void> {
  const giveUpAt = performance.now() + 30_000;
  for (;;) {
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: names });
      if (topics.every((t) => t.partitions.length > 0 && t.partitions.every((p) => p.leader >= 0))) return;
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
    }
    if (performance.now() > giveUpAt) throw new Error('topics were created but have no leader');
    await pause(100);
  }
}
