import { setTimeout as sleep } from 'node:timers/promises';
import { KafkaDriver } from '@qiongtong/platform';
import { testInfrastructure } from '@qiongtong/testing';
import { leafHash, rootOf } from '../src/log/domain/hashing';
import { openNote } from '../src/log/domain/note';
import { aFact, facts } from './facts';
import { RunningAudit } from './running-audit';

type Row = Readonly<{ entry: string; topic: string; partition: number; kafka_offset: string; n: string }>;
const ENTRIES =
  "SELECT entry, topic, partition, kafka_offset, n FROM log_entry WHERE topic <> 'facts.audit' ORDER BY index";

let audit: RunningAudit;
beforeEach(async () => {
  audit = await RunningAudit.create();
});
afterEach(() => audit.close(), 30_000);

/** Every entry once, the root of all of them signed, each partition in its order. */
async function expectWhole(count: number): Promise<Row[]> {
  const rows = await audit.until<Row>(ENTRIES, count);
  const all = await audit.query<{ entry: string }>('SELECT entry FROM log_entry ORDER BY index');
  const [head] = await audit.query<{ note: string }>('SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1');
  const { text } = await audit.get('/v1/audit/key', null, { accept: 'text/plain' });
  const root = rootOf(all.map(({ entry }) => leafHash(Buffer.from(entry))));
  expect(openNote(head?.note ?? '', text.trim())).toEqual({ size: all.length, root });
  expect(rows).toHaveLength(count);
  const places = new Map<string, number>();
  for (const { topic, partition, n } of rows) {
    const last = places.get(`${topic}/${partition}`) ?? 0;
    expect(Number(n)).toBe(last + 1);
    places.set(`${topic}/${partition}`, last + 1);
  }
  return rows;
}

describe('the log of what Kafka brings [R14.9]', () => {
  it('seals the facts of every topic, each partition in its order, within about a second', async () => {
    const sources = [
      { topic: 'facts.catalogue', partition: 0 },
      { topic: 'facts.authorisation', partition: 3 },
      { topic: 'facts.exchange', partition: 1 },
      { topic: 'facts.access', partition: 2, producer: 'gateway' },
    ];
    await audit.produce(facts(1, 1));
    await audit.until(ENTRIES, 1);
    const sentAt = Date.now();
    await audit.produce([...facts(2, 500), ...sources.slice(1).flatMap((source) => facts(1, 500, source))]);
    await audit.until(ENTRIES, 2000);
    expect(Date.now() - sentAt).toBeLessThan(5000);
    await expectWhole(2000);
  });

  it('loses and doubles nothing when it is stopped and started while facts come', async () => {
    await audit.produce(facts(1, 300));
    const stopping = audit.replicas[0];
    const producing = audit.produce(facts(301, 600));
    if (stopping) await audit.stop(stopping);
    await producing;
    await audit.produce(facts(601, 900));
    await audit.start();
    await expectWhole(900);
  });

  it('signs nothing when its database was set back behind a checkpoint that others have seen', async () => {
    await audit.produce(facts(1, 50));
    await expectWhole(50);
    const [replica] = audit.replicas;
    if (replica) await audit.stop(replica);
    // As after a restore of an older backup.
    await audit.query(`ALTER TABLE log_entry DISABLE TRIGGER ALL; ALTER TABLE checkpoint DISABLE TRIGGER ALL;
      TRUNCATE log_entry, checkpoint, tile, sealed_offset, producer_run, outbox, outbox_state;
      ALTER TABLE log_entry ENABLE TRIGGER ALL; ALTER TABLE checkpoint ENABLE TRIGGER ALL;`);
    await audit.start();
    await sleep(3000);
    expect(await audit.query('SELECT 1 FROM checkpoint')).toEqual([]);
    expect(await audit.query('SELECT 1 FROM log_entry')).toEqual([]);
  });

  it('keeps one log under two replicas, also when the one that seals ends', async () => {
    await audit.start();
    await audit.produce(facts(1, 200));
    await audit.until(ENTRIES, 200);
    const [first] = audit.replicas;
    await audit.produce(facts(201, 400));
    if (first) await audit.stop(first);
    await audit.produce(facts(401, 600));
    await expectWhole(600);
    const holders = await audit.query<{ epoch: string }>("SELECT epoch FROM lease WHERE name = 'sealer'");
    expect(Number(holders[0]?.epoch)).toBeGreaterThan(1);
  });

  it('takes what a producer sent twice once', async () => {
    await audit.produce([...facts(1, 20), ...facts(11, 20)]);
    await audit.produce([aFact({ n: 21 })]);
    await expectWhole(21);
  });

  it('publishes its checkpoints', async () => {
    await audit.produce(facts(1, 20));
    await expectWhole(20);
    const key = (await audit.get('/v1/audit/key', null, { accept: 'text/plain' })).text.trim();
    const settings = { KAFKA_BROKERS: testInfrastructure().kafkaBrokers, TOPIC_PREFIX: audit.prefix };
    const seen: { id: string; version: number; note: string }[] = [];
    const consumer = new KafkaDriver({ settings, clientId: 'witness' }).consumer({
      groupId: 'witness',
      topics: ['audit.checkpoints'],
      concurrency: 1,
      eachBatch: async ({ messages }) => {
        for (const { value } of messages) seen.push(JSON.parse(String(value)) as (typeof seen)[number]);
      },
      onCrash: () => undefined,
    });
    await consumer.start();
    for (let i = 0; i < 200 && (seen.at(-1)?.version ?? 0) < 20; i += 1) await sleep(50);
    await consumer.stop();
    const newest = seen.at(-1);
    expect(newest).toMatchObject({ id: 'qiongtong/audit', version: 20 });
    expect(openNote(newest?.note ?? '', key)?.size).toBe(20);
  });
});
