import { TOPICS, feedTopic, pushTopic, receiptsTopic } from './topics';

export type Operation =
  'Read' | 'Write' | 'Create' | 'Delete' | 'Describe' | 'DescribeConfigs' | 'Alter' | 'AlterConfigs';

/** What one user of the broker may do. Names are without the prefix of the environment. */
export type BrokerAccess = Readonly<{
  /** Name of the user: of a service, or of a registered system (`brokerUserOf`). */
  user: string;
  kind: 'topic' | 'group' | 'transactionalId' | 'cluster';
  name: string;
  pattern: 'literal' | 'prefixed';
  operations: readonly Operation[];
}>;

/** Services that are users of the broker. */
export const BROKER_SERVICES = ['authorisation', 'catalogue', 'exchange', 'audit', 'gateway'] as const;

type Rule = Omit<BrokerAccess, 'user'>;
const topic = (name: string, ...operations: Operation[]): Rule => ({
  ...{ kind: 'topic', name, pattern: 'literal' },
  operations: [...operations, 'Describe'],
});
const MANAGED: readonly Operation[] = ['Create', 'Delete', 'Describe', 'DescribeConfigs', 'AlterConfigs'];
const managed = (prefix: string, operation: Operation): Rule => ({
  ...{ kind: 'topic', name: prefix, pattern: 'prefixed' },
  operations: [operation, ...MANAGED],
});

/** Exchange makes the topics of systems and subscriptions, and says who may read and write them. */
const EXCHANGE: readonly Rule[] = [
  managed('push.', 'Read'),
  managed('receipts.', 'Write'),
  managed('feed.', 'Write'),
  { kind: 'cluster', name: 'kafka-cluster', pattern: 'literal', operations: ['Alter', 'Describe'] },
];

/** What a service needs, by the table of topics. A topic is written by its owner alone, who reads what it has said too. */
export function accessOfService(service: string): BrokerAccess[] {
  const own = TOPICS.filter(({ owner }) => owner === service).map(({ name }) => topic(name, 'Write', 'Read'));
  const read = TOPICS.filter(({ readers }) => readers.includes(service)).map(({ name }) => topic(name, 'Read'));
  const rules: readonly Rule[] = [
    ...own,
    ...read,
    { kind: 'group', name: service, pattern: 'prefixed', operations: ['Read', 'Describe'] },
    { kind: 'transactionalId', name: service, pattern: 'prefixed', operations: ['Write', 'Describe'] },
    ...(service === 'exchange' ? EXCHANGE : []),
  ];
  return rules.map((rule) => ({ user: service, ...rule }));
}

/** No id of a system has a dot, so no system can be registered under the user of a service. [R14.7] */
const SYSTEM_USERS = 'system.';
export const brokerUserOf = (systemId: string): string => SYSTEM_USERS + systemId;
/** null for a user that is no system's. */
export const systemOfBrokerUser = (user: string): string | null =>
  user.startsWith(SYSTEM_USERS) ? user.slice(SYSTEM_USERS.length) : null;

/** What a registered system that chose Kafka may do: push, and read what became of it, in groups of its own. */
export const accessOfSystem = (systemId: string): BrokerAccess[] =>
  [
    topic(pushTopic(systemId).name, 'Write'),
    topic(receiptsTopic(systemId).name, 'Read'),
    { kind: 'group', name: `${systemId}.`, pattern: 'prefixed', operations: ['Read', 'Describe'] } as const,
  ].map((rule) => ({ user: brokerUserOf(systemId), ...rule }));

/** What a system may do while it may have its feed. */
export const accessOfFeed = (subscriptionId: string, systemId: string): BrokerAccess[] => [
  { user: brokerUserOf(systemId), ...topic(feedTopic(subscriptionId, systemId).name, 'Read') },
];
