import { accessOfService, BROKER_SERVICES, TOPICS, type BrokerAccess, type Topic } from '@qiongtong/contracts';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { BROKERS, ConfigurationError, KafkaIdentityConfig, loadConfig } from '../config';
import { allow } from '../messaging/access';
import { KafkaDriver } from '../messaging/kafka';
import { ensureTopics, type TopicsReport } from '../messaging/topics';

/** Environment variables of the job; the same names mean the same in the services. */
class TopicsConfig extends KafkaIdentityConfig {
  @IsIn(['embedded', 'production'])
  MODE: 'embedded' | 'production' = 'embedded';

  @Matches(BROKERS)
  KAFKA_BROKERS: string;

  @Matches(/^[A-Za-z0-9._-]*$/)
  TOPIC_PREFIX = '';

  /** Default 1, in production 3. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(9)
  TOPIC_REPLICATION_FACTOR?: number;

  /** Default 1, in production 2. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(9)
  TOPIC_MIN_INSYNC_REPLICAS?: number;
}

const USAGE = `usage: topics [--correct] [--access] | --diff
Makes the platform's topics that are missing on KAFKA_BROKERS and says which others differ from the table.
  --correct   also sets the settings that differ (retention, cleanup policy, in-sync copies)
  --diff      only says what is missing and what differs, and ends with 1 where anything does
  --access    also lets the services do on the broker what the table says, and prints it; for brokers with an authorizer
Partitions and copies of a topic that exists are never changed, and no topic is deleted.
Configuration: KAFKA_BROKERS, KAFKA_USERNAME, KAFKA_PASSWORD_FILE, KAFKA_TLS, KAFKA_CA_FILE, TOPIC_PREFIX, TOPIC_REPLICATION_FACTOR, TOPIC_MIN_INSYNC_REPLICAS, MODE=production (3 copies, 2 in sync).
Exit: 0 as the table says or settings differ and are reported; 1 not reachable, or a topic differs in what cannot be changed; 2 usage.`;

export type JobWorld = Readonly<{
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  say: (line: string) => void;
  complain: (line: string) => void;
  topics?: readonly Topic[];
}>;

/** The start-up job that makes the topics. @returns the exit code */
export async function topicsJob({ args, env, say, complain, topics = TOPICS }: JobWorld): Promise<number> {
  const diff = args.length === 1 && args[0] === '--diff';
  if (!diff && args.some((arg) => arg !== '--correct' && arg !== '--access')) {
    complain(USAGE);
    return 2;
  }
  try {
    const config = loadConfig(TopicsConfig, env);
    const production = config.MODE === 'production';
    const replicationFactor = config.TOPIC_REPLICATION_FACTOR ?? (production ? 3 : 1);
    const minInsyncReplicas = config.TOPIC_MIN_INSYNC_REPLICAS ?? (production ? 2 : 1);
    if (minInsyncReplicas > replicationFactor)
      throw new ConfigurationError(
        ['TOPIC_MIN_INSYNC_REPLICAS'],
        ['TOPIC_MIN_INSYNC_REPLICAS must not be more than TOPIC_REPLICATION_FACTOR: nothing could be written'],
      );
    const driver = new KafkaDriver({ settings: config, clientId: 'topics' });
    const options = { replicationFactor, minInsyncReplicas, correct: args.includes('--correct'), create: !diff };
    const report = await ensureTopics(driver, topics, options);
    const code = told(report, topics.length, say, complain);
    if (diff && report.missing.length + report.differing.length > 0) return 1;
    if (args.includes('--access')) {
      const rules = BROKER_SERVICES.flatMap(accessOfService);
      await allow(driver, rules);
      for (const rule of rules) say(lineOf(rule));
    }
    return code;
  } catch (error) {
    if (error instanceof ConfigurationError) {
      complain(error.message);
      return 2;
    }
    complain(failureOf(error as Error, env['KAFKA_BROKERS'] ?? ''));
    return 1;
  }
}

const lineOf = ({ user, kind, name, pattern, operations }: BrokerAccess): string =>
  `allowed ${user}: ${operations.join(', ')} on ${kind} ${name}${pattern === 'prefixed' ? '*' : ''}`;

function told(
  { created, missing, differing, corrected, unchangeable }: TopicsReport,
  count: number,
  say: (line: string) => void,
  complain: (line: string) => void,
): number {
  for (const name of created) say(`created ${name}`);
  for (const name of missing) complain(`missing ${name}`);
  for (const line of corrected) say(`corrected ${line}`);
  for (const line of differing) complain(`differs ${line}`);
  for (const line of unchangeable) complain(`cannot be changed ${line}`);
  if (differing.length > 0) complain('Run it with --correct to set what differs.');
  if (unchangeable.length > 0)
    complain(
      'Other partitions would put keys in another order, and copies are moved by the cluster’s own tools. ' +
        'Move the messages to a topic made anew, or reassign its copies, then run this again.',
    );
  const differ = differing.length + unchangeable.length;
  say(`${count} topics: ${created.length} created, ${corrected.length} settings corrected, ${differ} differences left`);
  return unchangeable.length > 0 ? 1 : 0;
}

function failureOf(error: Error, brokers: string): string {
  const isAway = /^KafkaJS(Connection|NumberOfRetriesExceeded|RequestTimeout|BrokerNotFound)/.test(error.name);
  if (isAway)
    return `Kafka cannot be reached at KAFKA_BROKERS=${brokers}: ${error.message}. Is it running, and the address right?`;
  // The client wraps what the broker said of each topic.
  const { errors } = error as Error & { errors?: readonly Error[] };
  const reasons = errors?.length ? [...new Set(errors.map(({ message }) => message))].join('; ') : error.message;
  return `The topics could not be made: ${reasons}`;
}
