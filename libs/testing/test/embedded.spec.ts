import { mkdtempSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import {
  createTopics,
  Instance,
  isAlive,
  startInfrastructure,
  withClient,
  type Infrastructure,
  type ProcessId,
} from '../src';

jest.setTimeout(180_000);

const home = mkdtempSync(join(tmpdir(), 'qiongtong-embedded-'));
const start = (name: string): Promise<Infrastructure> => startInfrastructure({ name, home, fsync: false });
const processes = (infra: Infrastructure): { postgres: ProcessId; kafka: ProcessId } => {
  const { postgres, kafka } = infra.instance.read();
  return { postgres: postgres?.process as ProcessId, kafka: kafka?.process as ProcessId };
};
async function until(condition: () => boolean, withinMs = 60_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error('it did not come to pass');
    await sleep(50);
  }
}
async function keep(infra: Infrastructure, what: string): Promise<void> {
  await withClient(infra.postgresUrl(), async (client) => {
    // Instances of tests answer before they have written anything; what is to outlive a kill must be written first.
    await client.query('SET synchronous_commit = on');
    await client.query('CREATE TABLE IF NOT EXISTS kept(what text)');
    await client.query('INSERT INTO kept VALUES ($1)', [what]);
  });
  await createTopics('', [{ name: 'kept', partitions: 1, compacted: false, retentionMs: -1 }], infra.kafkaBrokers());
  const producer = new Kafka({ brokers: [infra.kafkaBrokers()], logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  await producer.send({ topic: 'kept', acks: -1, messages: [{ value: what }] });
  await producer.disconnect();
}
async function kept(infra: Infrastructure): Promise<{ rows: string[]; messages: number }> {
  const rows = await withClient(infra.postgresUrl(), (client) => client.query<{ what: string }>('TABLE kept'));
  const admin = new Kafka({ brokers: [infra.kafkaBrokers()], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const [offsets] = await admin.fetchTopicOffsets('kept');
  await admin.disconnect();
  return { rows: rows.rows.map((r) => r.what), messages: Number(offsets?.high) };
}

let first: Infrastructure;
let second: Infrastructure;
beforeAll(async () => {
  [first, second] = await Promise.all([start('first'), start('second')]);
  await keep(first, 'of the first');
  await keep(second, 'of the second');
});
afterAll(async () => {
  await first.stop();
  await second.stop();
  first.instance.remove();
  second.instance.remove();
  rmSync(home, { recursive: true, force: true });
});

it('runs two instances side by side, each with its own data and ports', async () => {
  expect((await kept(first)).rows).toEqual(['of the first']);
  expect((await kept(second)).rows).toEqual(['of the second']);
  expect(first.kafkaBrokers()).not.toBe(second.kafkaBrokers());
});

it('finds what is running when it is started again, also by two at once', async () => {
  const before = processes(first);
  await Promise.all([start('first'), start('first')]);
  expect(processes(first)).toEqual(before);
});

it('brings a killed database and a killed broker back with their data, where they were', async () => {
  const before = { ...processes(first), url: first.postgresUrl(), brokers: first.kafkaBrokers() };
  process.kill(before.postgres.pid, 'SIGKILL');
  process.kill(before.kafka.pid, 'SIGKILL');
  // At once: they may still be dying.
  const again = await start('first');
  expect({ url: again.postgresUrl(), brokers: again.kafkaBrokers() }).toEqual({
    url: before.url,
    brokers: before.brokers,
  });
  expect(await kept(again)).toEqual({ rows: ['of the first'], messages: 1 });
});

it('brings them back by itself while it watches, but not what was stopped on purpose', async () => {
  first.watch();
  const before = processes(first);
  process.kill(before.postgres.pid, 'SIGKILL');
  await until(() => isAlive(processes(first).postgres) && processes(first).postgres.pid !== before.postgres.pid);
  await start('first');
  await first.stopKafka();
  await sleep(1_500);
  expect(isAlive(processes(first).kafka)).toBe(false);
  await first.restartKafka();
  expect(await kept(first)).toEqual({ rows: ['of the first'], messages: 1 });
});

it('does not take another process for its own when the number of a gone one is in use again', async () => {
  const stranger = spawn('sleep', ['60']);
  try {
    const before = processes(second);
    await second.stop();
    expect(isAlive(before.postgres)).toBe(false);
    second.instance.write((s) => {
      if (s.postgres) s.postgres.process = { pid: stranger.pid as number, startedAt: '1' };
    });
    second = await start('second');
    expect(processes(second).postgres.pid).not.toBe(stranger.pid);
    expect((await kept(second)).rows).toEqual(['of the second']);
    expect(stranger.exitCode).toBeNull();
  } finally {
    stranger.kill();
    await once(stranger, 'exit');
  }
});

it('takes over the lock of a starter that was killed', async () => {
  const instance = new Instance('left', home);
  const holder = spawn(process.execPath, [
    '-e',
    `require('node:fs').writeFileSync(${JSON.stringify(instance.path('lock'))}, JSON.stringify({ pid: process.pid, startedAt: 'before' }))`,
  ]);
  instance.create();
  await once(holder, 'exit');
  await expect(instance.locked(async () => 'in', 5_000)).resolves.toBe('in');
  instance.remove();
});

it('leaves nothing running after a stop, and starts again with its data', async () => {
  const before = processes(second);
  await second.stop();
  expect(isAlive(before.postgres)).toBe(false);
  expect(isAlive(before.kafka)).toBe(false);
  expect(existsSync(second.instance.dir)).toBe(true);
  second = await start('second');
  expect(await kept(second)).toEqual({ rows: ['of the second'], messages: 1 });
});
