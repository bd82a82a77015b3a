import type { BrokerAccess, Operation } from '@qiongtong/contracts';
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  ResourcePatternTypes,
  type AclEntry,
  type AclFilter,
} from 'kafkajs';
import type { KafkaDriver } from './kafka';

const KINDS = {
  topic: AclResourceTypes.TOPIC,
  group: AclResourceTypes.GROUP,
  transactionalId: AclResourceTypes.TRANSACTIONAL_ID,
  cluster: AclResourceTypes.CLUSTER,
} as const;
const PATTERNS = { literal: ResourcePatternTypes.LITERAL, prefixed: ResourcePatternTypes.PREFIXED } as const;
const OPERATIONS = {
  Read: AclOperationTypes.READ,
  Write: AclOperationTypes.WRITE,
  Create: AclOperationTypes.CREATE,
  Delete: AclOperationTypes.DELETE,
  Describe: AclOperationTypes.DESCRIBE,
  DescribeConfigs: AclOperationTypes.DESCRIBE_CONFIGS,
  Alter: AclOperationTypes.ALTER,
  AlterConfigs: AclOperationTypes.ALTER_CONFIGS,
} as const;

/** Lets users do what the rules say, from any address. To say it again changes nothing. */
export async function allow(driver: KafkaDriver, rules: readonly BrokerAccess[]): Promise<void> {
  await driver.withAdmin((admin) => admin.createAcls({ acl: entriesOf(driver, rules) }));
}

/** Takes back exactly what the rules say. What was not allowed is no error. */
export async function forbid(driver: KafkaDriver, rules: readonly BrokerAccess[]): Promise<void> {
  const filters: AclFilter[] = entriesOf(driver, rules);
  await driver.withAdmin((admin) => admin.deleteAcls({ filters }));
}

/** Users that may do one thing with a topic of a kind whose names begin so; names are without the prefix of the environment. */
export async function usersLet(
  driver: KafkaDriver,
  topicPrefix: string,
  operation: Operation,
): Promise<Readonly<{ user: string; topic: string }>[]> {
  const { resources } = await driver.withAdmin((admin) =>
    admin.describeAcls({
      ...{ resourceType: AclResourceTypes.TOPIC, resourcePatternType: ResourcePatternTypes.LITERAL },
      ...{ operation: OPERATIONS[operation], permissionType: AclPermissionTypes.ALLOW },
    }),
  );
  const wire = driver.wireName(topicPrefix);
  return resources
    .filter(({ resourceName }) => resourceName.startsWith(wire))
    .flatMap(({ resourceName, acls }) =>
      acls.map(({ principal }) => ({
        user: principal.replace(/^User:/, ''),
        topic: topicPrefix + resourceName.slice(wire.length),
      })),
    );
}

const entriesOf = (driver: KafkaDriver, rules: readonly BrokerAccess[]): AclEntry[] =>
  rules.flatMap(({ user, kind, name, pattern, operations }) =>
    operations.map((operation) => ({
      principal: `User:${user}`,
      host: '*',
      resourceType: KINDS[kind],
      resourceName: kind === 'cluster' ? name : driver.wireName(name),
      resourcePatternType: PATTERNS[pattern],
      operation: OPERATIONS[operation],
      permissionType: AclPermissionTypes.ALLOW,
    })),
  );
