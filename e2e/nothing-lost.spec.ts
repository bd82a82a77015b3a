import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { recordKeyOf } from '@qiongtong/contracts';
import { withClient, type ProcessName } from '@qiongtong/testing';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { BY_KAFKA, BY_REST, PURPOSE, startPushingWorld, type PushingWorld } from './pushing-world';

jest.setTimeout(400_000);

const BATCHES = 24;
const ROWS = 500;
const MESSAGES = 12_000;
const VICTIMS: readonly ProcessName[] = ['exchange', 'gateway', 'audit', 'authorisation', 'catalogue', 'exchange'];

let platform: PushingWorld['platform'];
let issuer: PushingWorld['issuer'];
let stop: PushingWorld['stop'] | undefined;
beforeAll(async () => {
  const processes = ['authorisation', 'catalogue', 'exchange', 'audit', 'gateway'] as const;
  ({ platform, issuer, stop } = await startPushingWorld('journey-lost', processes));
});
afterAll(() => stop?.());

const rowOf = (n: number) => ({ no: `N${n}`, text: `row ${n}` });

/** What a careful source system does: the same batch under the same key until it is answered for good. */
async function pushBatch(batch: number, token: string): Promise<void> {
  const key = randomUUID();
  const body = Array.from({ length: ROWS }, (_, n) => JSON.stringify(rowOf(batch * ROWS + n))).join('\n');
  for (let attempt = 0; attempt < 300; attempt++) {
    const answer = await fetch(`${platform.gatewayUrl}/v1/resources/${BY_REST}/batches`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson', 'idempotency-key': key },
      body,
    }).catch(() => null);
    if (answer?.ok) return void (await answer.text().catch(() => ''));
    await sleep(200);
  }
  throw new Error(`batch ${batch} was never taken`);
}

async function pushMessages(producer: Producer): Promise<void> {
  const topic = `${platform.topicPrefix}push.source`;
  for (let at = 0; at < MESSAGES; at += 200) {
    const messages = Array.from({ length: 200 }, (_, n) => ({
      key: recordKeyOf([`N${at + n}`]),
      value: JSON.stringify(rowOf(at + n)),
      headers: {
        ce_specversion: '1.0',
        ce_id: `m${at + n}`,
        ce_source: 'source',
        ce_type: 'record.upserted.v1',
        ce_subject: BY_KAFKA,
        'content-type': 'application/json',
      },
    }));
    await producer.send({ topic, acks: -1, messages });
    // Slow enough that every kill below falls into the pushes.
    await sleep(170);
  }
}

/** Records and changes of a resource: a row lost is missing in both, a row doubled is a second change. */
const countsOf = (resourceId: string) =>
  withClient(platform.databaseUrl('exchange'), async (client) => {
    const count = async (table: string) =>
      Number((await client.query(`SELECT count(*) AS n FROM ${table} WHERE resource_id = $1`, [resourceId])).rows[0].n);
    return { records: await count('record'), changes: await count('record_change') };
  });

async function until(holds: () => Promise<boolean>, what: string, withinMs = 90_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await sleep(100);
  }
}

describe('a source system that pushes while services are killed', () => {
  it('finds everything it pushed, once', async () => {
    const kafka = new Kafka({ brokers: platform.kafkaBrokers.split(','), logLevel: logLevel.NOTHING });
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    const token = await issuer.system('source', { expiresIn: 3600 });
    const admin = kafka.admin();
    await admin.connect();
    const pushTopic = `${platform.topicPrefix}push.source`;
    await until(async () => (await admin.listTopics()).includes(pushTopic), 'the topic of the system');
    await admin.disconnect();

    const killed: ProcessName[] = [];
    const killing = (async () => {
      for (const victim of VICTIMS) {
        await sleep(1_500);
        await platform.ready(victim);
        process.kill(platform.supervisor.pid(victim)!, 'SIGKILL');
        killed.push(victim);
      }
    })();
    const byRest = (async () => {
      for (let batch = 0; batch < BATCHES; batch++) await pushBatch(batch, token);
    })();
    await Promise.all([byRest, pushMessages(producer), killing]);
    expect(killed).toEqual(VICTIMS);
    await producer.disconnect();
    for (const name of ['exchange', 'gateway', 'audit'] as const) await platform.ready(name);

    expect(await countsOf(BY_REST)).toEqual({ records: BATCHES * ROWS, changes: BATCHES * ROWS });
    await until(async () => (await countsOf(BY_KAFKA)).records === MESSAGES, 'every pushed message');
    expect(await countsOf(BY_KAFKA)).toEqual({ records: MESSAGES, changes: MESSAGES });
  });
});

describe('a read while the broker is away', () => {
  const read = async () =>
    fetch(`${platform.gatewayUrl}/v1/resources/${BY_REST}/records/N1`, {
      headers: { authorization: `Bearer ${await issuer.system('mzj-system')}`, ...PURPOSE },
    });

  it('[R14.9] gets 503 and no data, and goes on when it is back, without a restart', async () => {
    await until(async () => (await read()).status === 200, 'a first read');
    const gateway = platform.supervisor.pid('gateway');
    await platform.infrastructure!.stopKafka();
    const refused = await read();
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).not.toBeNull();
    const body = await refused.text();
    expect(body).not.toContain('row 1');
    expect(['access.record_not_durable', 'access.policy_stale']).toContain((JSON.parse(body) as { code: string }).code);
    await platform.infrastructure!.restartKafka();
    await until(async () => (await read()).status === 200, 'reads to go on');
    expect(platform.supervisor.pid('gateway')).toBe(gateway);
  });
});
