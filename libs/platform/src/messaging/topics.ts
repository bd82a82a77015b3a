import type { Topic } from '@qiongtong/contracts';
import { pause } from '../database/lease';
import { SET_FOR_TOPIC, TOPIC_RESOURCE, type Admin, type KafkaDriver } from './kafka';

export type EnsureTopicsOptions = Readonly<{
  /** Copies of each partition, default 1. Production: 3. */
  replicationFactor?: number;
  /** Copies that must have a message before it is acknowledged, default 1. Production: 2. */
  minInsyncReplicas?: number;
  /** Sets the settings that differ; otherwise they are only reported. */
  correct?: boolean;
  /** Default true: what is missing is made; otherwise it is only reported. */
  create?: boolean;
}>;

/** Each line begins with its topic. */
export type TopicsReport = Readonly<{
  created: string[];
  /** What would have been made. */
  missing: string[];
  /** Settings that differ: `topic: retention.ms is 1, not 2`. */
  differing: string[];
  /** Settings that differed and were set. */
  corrected: string[];
  /** What nobody may change under messages that lie there already: partitions and their copies. */
  unchangeable: string[];
}>;

type Setting = { name: string; value: string };
/** A topic on the cluster: its settings, and those of them that were set for it rather than inherited. */
type Existing = Readonly<{ settings: ReadonlyMap<string, string>; own: readonly Setting[] }>;

/**
 * Makes the topics that are missing and says where the others are not as the table has them. It deletes none, and takes
 * away neither partitions nor copies; running it again changes nothing.
 */
export async function ensureTopics(
  driver: KafkaDriver,
  topics: readonly Topic[],
  options: EnsureTopicsOptions = {},
): Promise<TopicsReport> {
  return driver.withAdmin(async (admin) => {
    const report: TopicsReport = { created: [], missing: [], differing: [], corrected: [], unchangeable: [] };
    const wire = (topic: Topic): string => driver.wireName(topic.name);
    const listed = new Set(await admin.listTopics());
    const missing = topics.filter((topic) => !listed.has(wire(topic)));
    if (options.create === false) report.missing.push(...missing.map((topic) => topic.name));
    else if (missing.length > 0) {
      await create(admin, missing, wire, options);
      report.created.push(...missing.map((topic) => topic.name));
    }
    const existing = topics.filter((topic) => listed.has(wire(topic)));
    if (existing.length === 0) return report;
    await compareSettings(admin, existing, wire, options, report);
    await comparePartitions(admin, existing, wire, options, report);
    return report;
  });
}

async function create(
  admin: Admin,
  missing: readonly Topic[],
  wire: (topic: Topic) => string,
  options: EnsureTopicsOptions,
): Promise<void> {
  await admin.createTopics({
    waitForLeaders: false,
    topics: missing.map((topic) => ({
      topic: wire(topic),
      numPartitions: topic.partitions,
      replicationFactor: options.replicationFactor ?? 1,
      configEntries: settingsOf(topic, options),
    })),
  });
  await untilLed(admin, missing.map(wire));
}

async function compareSettings(
  admin: Admin,
  topics: readonly Topic[],
  wire: (topic: Topic) => string,
  options: EnsureTopicsOptions,
  report: TopicsReport,
): Promise<void> {
  const found = await settingsOnCluster(admin, topics.map(wire));
  const changed: { topic: Topic; entries: Setting[] }[] = [];
  for (const topic of topics) {
    const { settings, own } = found.get(wire(topic))!;
    const wanted = settingsOf(topic, options);
    const differences = wanted.filter(({ name, value }) => settings.get(name) !== value);
    if (differences.length === 0) continue;
    const line = ({ name, value }: Setting) =>
      `${topic.name}: ${name} is ${settings.get(name) ?? 'unset'}, not ${value}`;
    (options.correct ? report.corrected : report.differing).push(...differences.map(line));
    // The request replaces all settings of the topic: what an operator set beside ours goes along.
    const names = new Set(wanted.map(({ name }) => name));
    changed.push({ topic, entries: [...own.filter(({ name }) => !names.has(name)), ...wanted] });
  }
  if (!options.correct || changed.length === 0) return;
  await admin.alterConfigs({
    validateOnly: false,
    resources: changed.map(({ topic, entries }) => ({
      type: TOPIC_RESOURCE,
      name: wire(topic),
      configEntries: entries,
    })),
  });
}

async function settingsOnCluster(admin: Admin, names: readonly string[]): Promise<Map<string, Existing>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type: TOPIC_RESOURCE, name })),
  });
  return new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      {
        settings: new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
        own: configEntries
          .filter(({ configSource }) => configSource === SET_FOR_TOPIC)
          .map(({ configName, configValue }) => ({ name: configName, value: configValue })),
      },
    ]),
  );
}

async function comparePartitions(
  admin: Admin,
  topics: readonly Topic[],
  wire: (topic: Topic) => string,
  { replicationFactor = 1 }: EnsureTopicsOptions,
  report: TopicsReport,
): Promise<void> {
  const { topics: described } = await admin.fetchTopicMetadata({ topics: topics.map(wire) });
  const partitionsOf = new Map(described.map(({ name, partitions }) => [name, partitions]));
  for (const topic of topics) {
    const partitions = partitionsOf.get(wire(topic)) ?? [];
    if (partitions.length !== topic.partitions)
      report.unchangeable.push(`${topic.name}: partitions are ${partitions.length}, not ${topic.partitions}`);
    const copies = Math.min(...partitions.map(({ replicas }) => replicas.length));
    if (copies < replicationFactor)
      report.unchangeable.push(`${topic.name}: copies of a partition are ${copies}, not ${replicationFactor}`);
  }
}

function settingsOf(topic: Topic, { minInsyncReplicas = 1 }: EnsureTopicsOptions): Setting[] {
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
