import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { TOPICS, type Topic } from '@qiongtong/contracts';
import { deleteTopics, testInfrastructure, uniqueTopicPrefix } from '@qiongtong/testing';
import { ensureTopics, KafkaDriver } from '../../src/messaging';
import { TOPIC_RESOURCE } from '../../src/messaging/kafka';
import { topicsJob } from '../../src/topics-job/topics-job';
import { eventually, topics } from './world';

const SUMMARY = (created: number, corrected: number, left: number, count: number = TOPICS.length) =>
  `${count} topics: ${created} created, ${corrected} settings corrected, ${left} differences left`;

describe('the start-up job for topics', () => {
  const prefix = uniqueTopicPrefix();
  const brokers = testInfrastructure().kafkaBrokers;
  const driver = new KafkaDriver({ settings: { KAFKA_BROKERS: brokers, TOPIC_PREFIX: prefix }, clientId: 'topics' });
  afterAll(() => deleteTopics(prefix));

  type Told = { code: number; said: string[]; complained: string[] };
  const run = async (
    args: string[] = [],
    env: Record<string, string> = {},
    table?: readonly Topic[],
  ): Promise<Told> => {
    const said: string[] = [];
    const complained: string[] = [];
    const code = await topicsJob({
      args,
      env: { KAFKA_BROKERS: brokers, TOPIC_PREFIX: prefix, ...env },
      say: (line) => said.push(line),
      complain: (line) => complained.push(line),
      ...(table === undefined ? {} : { topics: table }),
    });
    return { code, said, complained };
  };
  /** The broker shows a changed setting a moment later. */
  const settingOf = async (topic: string, name: string) => {
    const { resources } = await driver.withAdmin((admin) =>
      admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: TOPIC_RESOURCE, name: driver.wireName(topic) }],
      }),
    );
    return resources[0]!.configEntries.find(({ configName }) => configName === name)?.configValue;
  };
  const set = async (topic: string, name: string, value: string, others: { name: string; value: string }[] = []) => {
    await driver.withAdmin((admin) =>
      admin.alterConfigs({
        validateOnly: false,
        resources: [
          { type: TOPIC_RESOURCE, name: driver.wireName(topic), configEntries: [...others, { name, value }] },
        ],
      }),
    );
    await eventually(async () => (await settingOf(topic, name)) === value, `${name} of ${topic} is seen`);
  };

  it('makes every topic of the table, and finds nothing to do when it runs again', async () => {
    const first = await run();
    expect(first).toEqual({
      code: 0,
      said: [...TOPICS.map(({ name }) => `created ${name}`), SUMMARY(TOPICS.length, 0, 0)],
      complained: [],
    });
    expect(await run()).toEqual({ code: 0, said: [SUMMARY(0, 0, 0)], complained: [] });
    expect(await run(['--correct'])).toEqual({ code: 0, said: [SUMMARY(0, 0, 0)], complained: [] });
    expect(await settingOf('policy.grants', 'cleanup.policy')).toBe('compact');
    expect(await settingOf('facts.access', 'retention.ms')).toBe(String(4 * 365 * 24 * 3600 * 1000));
  });

  it('adds what is missing beside what is there, also when two run at once', async () => {
    const more = ['a', 'b', 'c'].map((name) => ({ ...topics('facts.audit')[0]!, name: `facts.${name}` }));
    const both = await Promise.all([run([], {}, [...TOPICS, ...more]), run([], {}, more)]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    const listed = await driver.topics();
    expect(listed).toEqual(expect.arrayContaining([...TOPICS, ...more].map(({ name }) => name)));
  });

  it('deletes no topic that the table does not know', async () => {
    // A broker tells of a new topic a moment after it is made.
    const made = [{ topic: driver.wireName('of-an-operator') }];
    await driver.withAdmin((admin) => admin.createTopics({ waitForLeaders: false, topics: made }));
    await eventually(async () => (await driver.topics()).includes('of-an-operator'), 'the topic of an operator');
    expect((await run(['--correct'])).code).toBe(0);
    expect(await driver.topics()).toContain('of-an-operator');
  });

  it('reports settings that differ and leaves them; corrects them when told to, and only them', async () => {
    // The operator's own setting beside ours stays.
    await set('facts.exchange', 'retention.ms', '1000', [{ name: 'max.message.bytes', value: '2000000' }]);
    await set('policy.stops', 'cleanup.policy', 'delete');
    const reported = await run();
    expect(reported.code).toBe(0);
    expect(reported.complained).toEqual(
      expect.arrayContaining([
        `differs facts.exchange: retention.ms is 1000, not ${4 * 365 * 24 * 3600 * 1000}`,
        'differs policy.stops: cleanup.policy is delete, not compact',
        'Run it with --correct to set what differs.',
      ]),
    );
    expect(await settingOf('facts.exchange', 'retention.ms')).toBe('1000');

    const corrected = await run(['--correct']);
    expect(corrected.code).toBe(0);
    expect(corrected.complained).toEqual([]);
    expect(corrected.said).toContain('corrected policy.stops: cleanup.policy is delete, not compact');
    await eventually(async () => (await run()).complained.length === 0, 'nothing differs any more');
    expect(await settingOf('facts.exchange', 'max.message.bytes')).toBe('2000000');
  });

  it('ends with 1 when partitions or copies differ, and changes neither', async () => {
    const [access] = topics('facts.access');
    const fewer = await run(['--correct'], {}, [{ ...access!, partitions: 2 }]);
    expect(fewer.code).toBe(1);
    expect(fewer.complained[0]).toBe('cannot be changed facts.access: partitions are 4, not 2');
    const more = await run(['--correct'], {}, [{ ...access!, partitions: 9 }]);
    expect(more.code).toBe(1);
    expect(more.said).toEqual([SUMMARY(0, 0, 1, 1)]);
    const copies = await run([], { TOPIC_REPLICATION_FACTOR: '3' }, [access!]);
    expect(copies.code).toBe(1);
    expect(copies.complained[0]).toBe('cannot be changed facts.access: copies of a partition are 1, not 3');
    expect(await driver.partitions(['facts.access'])).toEqual(new Map([['facts.access', 4]]));
  });

  it('wants three copies and two in sync in production, and says what the broker says when it has too few', async () => {
    const [access] = topics('facts.access');
    const made = await run([], { MODE: 'production' }, [{ ...access!, name: 'facts.production' }]);
    expect(made.code).toBe(1);
    expect(made.complained).toHaveLength(1);
    expect(made.complained[0]).toMatch(/^The topics could not be made: .*[Rr]eplication/);
    const there = await run([], { MODE: 'production' }, [access!]);
    expect(there.complained).toEqual(
      expect.arrayContaining([
        'differs facts.access: min.insync.replicas is 1, not 2',
        'cannot be changed facts.access: copies of a partition are 1, not 3',
      ]),
    );
  });

  it('says that no broker answers, and where it looked', async () => {
    const { code, complained } = await run([], { KAFKA_BROKERS: '127.0.0.1:9' });
    expect(code).toBe(1);
    expect(complained).toEqual([expect.stringMatching(/^Kafka cannot be reached at KAFKA_BROKERS=127\.0\.0\.1:9: /)]);
  });

  it('refuses a wrong configuration and unknown words before it does anything', async () => {
    for (const [args, env, says] of [
      [['--delete'], {}, /^usage: topics/],
      [[], { KAFKA_BROKERS: '' }, /KAFKA_BROKERS is missing/],
      [[], { TOPIC_REPLICATION_FACTOR: 'many' }, /TOPIC_REPLICATION_FACTOR/],
      [[], { TOPIC_REPLICATION_FACTOR: '1', TOPIC_MIN_INSYNC_REPLICAS: '2' }, /nothing could be written/],
    ] as const) {
      const { code, said, complained } = await run([...args], env);
      expect(code).toBe(2);
      expect(said).toEqual([]);
      expect(complained.join('\n')).toMatch(says);
    }
  });

  it('is a command of the built library', async () => {
    const main = resolve(__dirname, '../../dist/topics-job/main.js');
    const env = { PATH: process.env['PATH'], KAFKA_BROKERS: brokers, TOPIC_PREFIX: prefix };
    const ended = await new Promise<{ code: number; out: string }>((done) => {
      execFile(process.execPath, [main], { env }, (error, out) => done({ code: Number(error?.code ?? 0), out }));
    });
    expect(ended).toEqual({ code: 0, out: `${SUMMARY(0, 0, 0)}\n` });
  });

  it('is what makes the topics of a registered system, which is corrected as it is found', async () => {
    const [system] = topics('facts.audit').map((topic) => ({ ...topic, name: 'push.some-system', retentionMs: 1000 }));
    expect((await ensureTopics(driver, [system!], { correct: true })).created).toEqual(['push.some-system']);
    const later = await ensureTopics(driver, [{ ...system!, retentionMs: 2000 }], { correct: true });
    expect(later.corrected).toEqual(['push.some-system: retention.ms is 1000, not 2000']);
  });
});
