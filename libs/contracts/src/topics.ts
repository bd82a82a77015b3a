/** Who writes a topic, and what it is for. The start-up job creates every row; nothing else creates topics. */
export type TopicKind = 'facts' | 'state' | 'in' | 'out' | 'parked';

export type Topic = Readonly<{
  name: string;
  kind: TopicKind;
  partitions: number;
  /** Milliseconds; -1 keeps for ever. Compacted topics keep the last state per key. */
  retentionMs: number;
  compacted: boolean;
  /** The one service that writes it. */
  owner: string;
  readers: readonly string[];
}>;

const DAY = 24 * 3600 * 1000;
/** At least three years, and a margin. */
const LONG = 4 * 365 * DAY;

const FACT_READERS = ['audit', 'supervision', 'catalogue', 'exchange'] as const;
const facts = (name: string, owner: string, partitions = 4, readers: readonly string[] = FACT_READERS): Topic => ({
  name,
  kind: 'facts',
  partitions,
  retentionMs: LONG,
  compacted: false,
  owner,
  readers,
});
const state = (name: string, owner: string): Topic => ({
  name,
  kind: 'state',
  partitions: 1,
  retentionMs: -1,
  compacted: true,
  owner,
  readers: ['gateway', 'exchange', 'catalogue', 'authorisation', 'supervision'],
});
const parked = (service: string): Topic => ({
  name: `parked.${service}`,
  kind: 'parked',
  partitions: 1,
  retentionMs: LONG,
  compacted: false,
  owner: service,
  readers: ['supervision'],
});

export const TOPICS: readonly Topic[] = [
  facts('facts.catalogue', 'catalogue'),
  facts('facts.authorisation', 'authorisation'),
  facts('facts.exchange', 'exchange'),
  // Authorisation watches it for misuse. [R13.5]
  facts('facts.access', 'gateway', 4, [...FACT_READERS, 'authorisation']),
  facts('facts.audit', 'audit', 1),
  state('policy.organisations', 'authorisation'),
  state('policy.officers', 'authorisation'),
  state('policy.systems', 'authorisation'),
  state('policy.resources', 'catalogue'),
  state('policy.grants', 'authorisation'),
  state('policy.permits', 'authorisation'),
  state('policy.stops', 'authorisation'),
  state('policy.throttles', 'authorisation'),
  state('reference.calendar', 'authorisation'),
  parked('authorisation'),
  parked('catalogue'),
  parked('exchange'),
  parked('audit'),
  {
    name: 'audit.checkpoints',
    kind: 'state',
    partitions: 1,
    retentionMs: -1,
    compacted: true,
    owner: 'audit',
    readers: ['supervision'],
  },
];

export const POLICY_TOPICS = [
  'policy.organisations',
  'policy.officers',
  'policy.systems',
  'policy.resources',
  'policy.grants',
  'policy.permits',
  'policy.stops',
  'policy.throttles',
] as const;

/** Topics of one registered system that chose Kafka; exchange creates them when it is registered. */
export const pushTopic = (systemId: string): Topic => ({
  name: `push.${systemId}`,
  kind: 'in',
  partitions: 1,
  retentionMs: 30 * DAY,
  compacted: false,
  owner: systemId,
  readers: ['exchange'],
});
export const receiptsTopic = (systemId: string): Topic => ({
  name: `receipts.${systemId}`,
  kind: 'out',
  partitions: 1,
  retentionMs: 30 * DAY,
  compacted: false,
  owner: 'exchange',
  readers: [systemId],
});
/** Topic of one feed, read by the system that subscribed. Longer than a weekend, and no archive. */
export const feedTopic = (subscriptionId: string, systemId: string): Topic => ({
  name: `feed.${subscriptionId}`,
  kind: 'out',
  partitions: 1,
  retentionMs: 7 * DAY,
  compacted: false,
  owner: 'exchange',
  readers: [systemId],
});
