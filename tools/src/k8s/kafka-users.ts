import { accessOfService, BROKER_SERVICES, type BrokerAccess } from '@qiongtong/contracts';

/** The cluster's own name, by which its operator knows what belongs to it. */
const CLUSTER = 'qiongtong';

/** What the job that makes the topics may do: make and describe them, and set what differs; it reads and writes no message. */
const TOPICS_JOB: readonly BrokerAccess[] = [
  {
    ...{ user: 'topics', kind: 'topic', name: '*', pattern: 'literal' },
    operations: ['Create', 'Describe', 'DescribeConfigs', 'AlterConfigs'],
  },
  {
    ...{ user: 'topics', kind: 'cluster', name: 'kafka-cluster', pattern: 'literal' },
    operations: ['Create', 'Describe'],
  },
];

/**
 * Users of the broker for Strimzi, as the table of topics has it: one `KafkaUser` for each service and for the job that
 * makes the topics. Those of registered systems are exchange's matter.
 *
 * @param prefix of the environment, where several share a cluster
 */
export function kafkaUsers(prefix = ''): string {
  const rules = [...BROKER_SERVICES.flatMap(accessOfService), ...TOPICS_JOB];
  const users = [...new Set(rules.map(({ user }) => user))];
  const manifests = users.map((user) =>
    userOf(
      user,
      rules.filter((rule) => rule.user === user),
      prefix,
    ),
  );
  return `# Made from the table of topics by \`npm run kafka-users\`; a test compares.\n${manifests.join('---\n')}`;
}

const userOf = (user: string, rules: readonly BrokerAccess[], prefix: string): string =>
  `apiVersion: kafka.strimzi.io/v1
kind: KafkaUser
metadata:
  name: ${user}
  labels: { strimzi.io/cluster: ${CLUSTER} }
spec:
  authentication: { type: scram-sha-512 }
  authorization:
    type: simple
    acls:
${rules.map((rule) => aclOf(rule, prefix)).join('')}`;

const aclOf = ({ kind, name, pattern, operations }: BrokerAccess, prefix: string): string => {
  const whole = name === '*' ? (prefix === '' ? '*' : prefix) : prefix + name;
  const how = pattern === 'prefixed' || (name === '*' && prefix !== '') ? 'prefix' : 'literal';
  const resource =
    kind === 'cluster' ? '{ type: cluster }' : `{ type: ${kind}, name: '${whole}', patternType: ${how} }`;
  return `      - resource: ${resource}\n        operations: [${operations.join(', ')}]\n`;
};
