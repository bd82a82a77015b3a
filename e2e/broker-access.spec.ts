import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PushReceipts } from '@qiongtong/contracts';
import {
  aGrant,
  anItem,
  anOrganisation,
  aResource,
  aSystem,
  makeTopics,
  PolicyPublisher,
  startInfrastructure,
  startPlatform,
  testIssuer,
  type Infrastructure,
  type Platform,
  type TestIssuer,
} from '@qiongtong/testing';
import { Kafka, logLevel } from 'kafkajs';

jest.setTimeout(240_000);

const RESOURCE = '102000-000001';
const PREFIX = 'hainan.';
const SERVICES = ['authorisation', 'catalogue', 'exchange', 'audit', 'gateway'] as const;
const USERS = [...SERVICES, 'system.source', 'system.other', 'system.gateway', 'system.mzj-system'] as const;
type User = (typeof USERS)[number];
const PASSWORDS = Object.fromEntries(USERS.map((user) => [user, randomBytes(24).toString('base64url')]));

/** The broker speaks TLS and asks everybody for a name; who has none, on its other entrance, is whoever set it up. */
describe('on a broker that asks who one is', () => {
  let infrastructure: Infrastructure;
  let platform: Platform;
  let publisher: PolicyPublisher;
  let issuer: TestIssuer;
  let folder: string;
  let feed: { id: string; topic: string };

  const as = (username: string, password = PASSWORDS[username]!): Kafka =>
    new Kafka({
      brokers: [infrastructure.securedBrokers()],
      ssl: { ca: readFileSync(infrastructure.brokersCaFile(), 'utf8') },
      sasl: { mechanism: 'scram-sha-512', username, password },
      logLevel: logLevel.NOTHING,
      retry: { retries: 1, initialRetryTime: 50 },
    });
  const send = async (user: User, topic: string, no = 'N1'): Promise<void> => {
    const producer = as(user).producer({ allowAutoTopicCreation: false });
    await producer.connect();
    const headers = {
      ...{ ce_specversion: '1.0', ce_id: `${user}-${no}`, ce_type: 'record.upserted.v1', ce_subject: RESOURCE },
      'content-type': 'application/json',
    };
    const messages = [{ key: no, value: JSON.stringify({ no, text: 'x' }), headers }];
    await producer.send({ topic: PREFIX + topic, messages }).finally(() => producer.disconnect());
  };
  /** What lies in a topic, as a user reads it. Rejects with the broker's reason. */
  const read = async (user: User, topic: string, group = `${user.replace(/^system\./, '')}.`): Promise<string[]> => {
    const consumer = as(user).consumer({
      groupId: PREFIX + group + randomBytes(4).toString('hex'),
      maxWaitTimeInMs: 100,
    });
    const values: string[] = [];
    try {
      await consumer.connect();
      await consumer.subscribe({ topic: PREFIX + topic, fromBeginning: true });
      await new Promise<void>((resolve, reject) => {
        consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
        consumer.run({ eachMessage: async ({ message }) => void values.push(String(message.value)) }).catch(reject);
        void sleep(2_500).then(resolve);
      });
      return values;
    } finally {
      await consumer.disconnect().catch(() => undefined);
    }
  };
  const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
    for (const end = Date.now() + 40_000; !(await holds()); await sleep(200))
      if (Date.now() > end) throw new Error(`${what}: in vain`);
  };
  const reason = async (attempt: Promise<unknown>): Promise<string> =>
    attempt.then(
      () => 'it was let',
      (error: Error & { type?: string; cause?: { type?: string } }) =>
        error.type ?? error.cause?.type ?? `${error.name}: ${error.message}`,
    );

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'broker-access-'));
    issuer = await testIssuer();
    const name = `journey-broker-${process.pid}`;
    infrastructure = await startInfrastructure({
      ...{ name: `${name}-parts`, fsync: false, temporary: true, kafka: true },
      kafkaUsers: PASSWORDS,
    });
    const identity = (user: User, more: object = {}) => {
      const file = join(folder, user);
      writeFileSync(file, `${PASSWORDS[user]!}\n`, { mode: 0o600 });
      const broker = {
        KAFKA_BROKERS: infrastructure.securedBrokers(),
        KAFKA_TLS: 'true',
        KAFKA_CA_FILE: infrastructure.brokersCaFile(),
        KAFKA_USERNAME: user,
        KAFKA_PASSWORD_FILE: file,
      };
      return { ...broker, ...more };
    };
    platform = await startPlatform({
      ...{ name, processes: SERVICES, topicPrefix: PREFIX },
      infrastructure: { postgresUrl: infrastructure.postgresUrl(), kafkaBrokers: infrastructure.kafkaBrokers() },
      env: {
        all: { OIDC_ISSUER: issuer.issuer, OIDC_AUDIENCE: issuer.audience, LOG_LEVEL: 'warn' },
        exchange: identity('exchange', { KAFKA_ACLS: 'true' }),
        ...Object.fromEntries(
          (['authorisation', 'catalogue', 'audit', 'gateway'] as const).map((one) => [one, identity(one)]),
        ),
      },
      beforeProcesses: async ({ kafkaBrokers }) => {
        await makeTopics(kafkaBrokers, PREFIX, () => undefined, ['--access']);
        publisher = await PolicyPublisher.start(kafkaBrokers, PREFIX);
        const items = [
          anItem({ code: 'no', length: '20', key: true, required: true }),
          anItem({ code: 'text', length: '100' }),
        ];
        await publisher.publish('policy.organisations', ...['mzt', 'gat', 'mzj'].map((id) => anOrganisation({ id })));
        await publisher.publish(
          'policy.systems',
          aSystem({ id: 'source', ownerId: 'mzt', departmentId: 'mzt', provides: [RESOURCE], kafka: true }),
          // Named as a service is.
          aSystem({ id: 'gateway', ownerId: 'gat', departmentId: 'gat', kafka: true }),
          aSystem({ id: 'other', ownerId: 'gat', departmentId: 'gat', kafka: true }),
          aSystem({ kafka: true }),
        );
        await publisher.publish('policy.resources', aResource({ id: RESOURCE, items }));
        await publisher.publish(
          'policy.grants',
          aGrant({ resourceId: RESOURCE, holderId: 'mzj', items: ['no', 'text'], actions: ['subscribe'] }),
        );
      },
    });
  });
  afterAll(async () => {
    await publisher?.stop();
    await platform?.remove();
    await infrastructure?.stop();
    infrastructure?.instance.remove();
    await issuer?.close();
    rmSync(folder, { recursive: true });
  });

  it('[R9.2] a system pushes to its own topic and reads what became of it', async () => {
    await until('the topic', async () => (await reason(send('system.source', 'push.source'))) === 'it was let');
    await until('a receipt', async () => {
      const told = await read('system.source', 'receipts.source');
      return told
        .flatMap((one) => (JSON.parse(one) as PushReceipts).receipts)
        .some(({ outcome }) => outcome === 'applied');
    });
  });

  it('[R12.7] a subscriber reads its own feed', async () => {
    const token = await issuer.system('mzj-system', { expiresIn: 600 });
    await until('the subscription', async () => {
      const answer = await fetch(`${platform.gatewayUrl}/v1/resources/${RESOURCE}/subscriptions`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          purpose: 'social-aid.eligibility',
          'content-type': 'application/json',
          'idempotency-key': 'feed',
        },
        body: JSON.stringify({ channel: 'KAFKA', fields: 'granted', from: 'BEGINNING' }),
      });
      if (answer.status !== 201) return false;
      feed = (await answer.json()) as typeof feed;
      return true;
    });
    await until(
      'the feed',
      async () => (await read('system.mzj-system', `feed.${feed.id}`).catch(() => [])).length > 0,
    );
  });

  it('[R14.9] every service does its work under its own name', async () => {
    await until('sealed facts of exchange and access records', async () => {
      const answer = await fetch(`${platform.gatewayUrl}/v1/audit/checkpoint`, { headers: { accept: 'text/plain' } });
      return answer.ok && Number((await answer.text()).split('\n')[1]) >= 3;
    });
    for (const service of SERVICES)
      expect(readFileSync(platform.log(service), 'utf8')).not.toMatch(/AUTHORIZATION_FAILED|not authorized/i);
  });

  it.each<[User, 'writes' | 'reads', string]>([
    ['system.other', 'writes', 'push.source'],
    ['system.other', 'reads', 'push.source'],
    ['system.other', 'reads', 'receipts.source'],
    ['system.other', 'reads', 'feed'],
    ['system.source', 'reads', 'push.source'],
    ['system.source', 'writes', 'receipts.source'],
    ['system.source', 'reads', 'policy.grants'],
    ['system.source', 'writes', 'policy.grants'],
    ['system.source', 'reads', 'facts.access'],
    ['system.mzj-system', 'writes', 'feed'],
    ['gateway', 'writes', 'policy.grants'],
    ['gateway', 'reads', 'push.source'],
    ['exchange', 'writes', 'policy.grants'],
    ['exchange', 'writes', 'push.source'],
    ['gateway', 'writes', 'push.gateway'],
    ['system.gateway', 'writes', 'facts.access'],
    ['system.gateway', 'reads', 'policy.grants'],
  ])('[R14.7] %s that %s %s is refused by the broker', async (user, does, what) => {
    const topic = what === 'feed' ? `feed.${feed.id}` : what;
    const group = user === 'gateway' ? 'gateway' : undefined;
    expect(await reason(does === 'writes' ? send(user, topic) : read(user, topic, group))).toBe(
      'TOPIC_AUTHORIZATION_FAILED',
    );
  });

  it('[R14.7] somebody else’s group, a wrong password and an unknown user are refused', async () => {
    expect(await reason(read('system.source', 'receipts.source', 'exchange'))).toMatch(/Group/);
    for (const [user, password] of [
      ['system.source', 'guessed'],
      ['nobody', 'guessed'],
    ] as const)
      expect(await reason(as(user, password).admin().connect())).toMatch(/SASL|Authentication/i);
  });

  it('[R14.7] a client that trusts other authorities does not connect, and one without TLS neither', async () => {
    const sasl = { mechanism: 'scram-sha-512', username: 'gateway', password: PASSWORDS['gateway']! } as const;
    const connect = (ssl: boolean): Promise<string> =>
      reason(
        new Kafka({
          ...{ brokers: [infrastructure.securedBrokers()], sasl, ssl, logLevel: logLevel.NOTHING },
          ...{ retry: { retries: 0 }, connectionTimeout: 2_000, authenticationTimeout: 2_000 },
        })
          .admin()
          .connect(),
      );
    expect(await connect(true)).toMatch(/self.signed certificate/i);
    expect(await connect(false)).not.toBe('it was let');
  });

  it('[R12.7] after a revocation the feed is shut and nothing lies in it', async () => {
    const grant = {
      resourceId: RESOURCE,
      holderId: 'mzj',
      items: ['no', 'text'],
      version: 2,
      status: 'REVOKED',
    } as const;
    await publisher.publish('policy.grants', aGrant({ ...grant, actions: ['subscribe'] }));
    const topic = `feed.${feed.id}`;
    await until(
      'the end',
      async () => (await reason(read('system.mzj-system', topic))) === 'TOPIC_AUTHORIZATION_FAILED',
    );
    const admin = new Kafka({ brokers: [infrastructure.kafkaBrokers()], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await until('an empty topic', async () => {
      const [{ low, high } = { low: '', high: '' }] = await admin.fetchTopicOffsets(PREFIX + topic);
      return Number(high) > 0 && low === high;
    });
    await admin.disconnect();
  });

  it('[R14.7] a system that is suspended or chooses otherwise neither pushes nor reads any more, and again when it is active', async () => {
    const other = { id: 'other', ownerId: 'gat', departmentId: 'gat', kafka: true };
    const lets = async () => (await reason(send('system.other', 'push.other'))) === 'it was let';
    await until('the rule', lets);
    await publisher.publish('policy.systems', aSystem({ ...other, version: 2, status: 'SUSPENDED' }));
    await until('the end of the rule', async () => !(await lets()));
    expect(await reason(read('system.other', 'receipts.other'))).toMatch(/AUTHORIZATION_FAILED/);
    await publisher.publish('policy.systems', aSystem({ ...other, version: 3 }));
    await until('the rule again', lets);
    await platform.kill('exchange');
    await publisher.publish('policy.systems', aSystem({ ...other, version: 4, kafka: false }));
    await platform.restart('exchange');
    await until('what was missed is found on the broker', async () => !(await lets()));
  });
});
