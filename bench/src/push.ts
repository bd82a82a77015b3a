import { randomUUID } from 'node:crypto';
import { setTimeout as later } from 'node:timers/promises';
import { pushTopic } from '@qiongtong/contracts';
import { Kafka, logLevel } from 'kafkajs';
import { Client } from 'pg';
import { Costs } from './costs';
import { recordKey, rowOf } from './ingest/rows';
import { emptied, RESOURCE, SOURCE, withIngest, type Ingest } from './ingest/world';
import { compare, type Round } from './report';
import { run, secondsSince } from './run';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const MESSAGES = Number(process.env['BENCH_MESSAGES'] ?? 100_000);
const SENT_AT_ONCE = 1_000;
const LOOK_EVERY_MS = 10;
const SUBJECT = 'push by messages';
const RECEIPTS = 'push, with its receipts sent';
const PEER = 'bare kafkajs and unnest';
const ROW_BYTES = Buffer.byteLength(rowOf(0));

type Bench = Readonly<{ ingest: Ingest; kafka: Kafka; topic: string; client: Client }>;

/** As many messages as a round has, each a row of its own. */
async function send({ kafka, topic }: Bench): Promise<void> {
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  for (let from = 0; from < MESSAGES; from += SENT_AT_ONCE)
    await producer.send({
      topic,
      messages: Array.from({ length: Math.min(SENT_AT_ONCE, MESSAGES - from) }, (_, i) => ({
        key: recordKey(from + i),
        value: rowOf(from + i),
        headers: {
          ...{ ce_specversion: '1.0', ce_id: randomUUID(), ce_source: `/systems/${SOURCE}` },
          ...{ ce_type: 'record.upserted.v1', ce_subject: RESOURCE, 'content-type': 'application/json' },
        },
      })),
    });
  await producer.disconnect();
}

/** Waits until the statement says how many it should. */
async function reached({ ingest }: Bench, sql: string, wanted: number): Promise<void> {
  for (;;) {
    const [row] = await ingest.query<{ n: string | null }>(sql);
    if (Number(row?.n ?? 0) === wanted) return;
    await later(LOOK_EVERY_MS);
  }
}

/**
 * The messages lie there while exchange waits for the counter of its resource, which is held here; time runs from when it
 * is let go. @returns seconds until all rows are stored, and until all receipts are sent
 */
async function pushed(bench: Bench): Promise<{ stored: number; answered: number }> {
  const { client } = bench;
  await client.query('BEGIN');
  await client.query('SELECT 1 FROM resource_counter WHERE resource_id = $1 FOR UPDATE', [RESOURCE]);
  await send(bench);
  await client.query('COMMIT');
  const from = performance.now();
  await reached(bench, `SELECT rows AS n FROM resource_counter WHERE resource_id = '${RESOURCE}'`, MESSAGES);
  const stored = secondsSince(from);
  await reached(bench, 'SELECT count(*) AS n FROM outbox WHERE published_at IS NULL', 0);
  return { stored, answered: secondsSince(from) };
}

/** The messages of the round before this, by a group of its own, each fetched batch in one statement. @returns seconds */
async function bare({ kafka, topic, client }: Bench): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  const [{ high } = { high: '0' }] = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const consumer = kafka.consumer({ groupId: `bare-${randomUUID()}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  let begun = 0;
  let stored = 0;
  const seconds = await new Promise<number>((resolve, reject) => {
    void consumer
      .run({
        eachBatch: async ({ batch, resolveOffset, commitOffsetsIfNecessary, heartbeat }) => {
          // What was fetched before the position was set.
          const messages = batch.messages.filter(({ offset }) => Number(offset) >= Number(high) - MESSAGES);
          if (messages.length === 0) return;
          if (begun === 0) begun = performance.now();
          const keys = messages.map(({ key }) => String(key));
          const rows = messages.map(({ value }) => String(value));
          await client.query(
            `INSERT INTO bare (resource_id, record_key, payload)
             SELECT $1, * FROM unnest($2::text[], $3::jsonb[])`,
            [RESOURCE, keys, rows],
          );
          resolveOffset(batch.lastOffset());
          await commitOffsetsIfNecessary();
          await heartbeat();
          stored += messages.length;
          if (stored === MESSAGES) resolve(secondsSince(begun));
        },
      })
      .catch(reject);
    consumer.seek({ topic, partition: 0, offset: String(Number(high) - MESSAGES) });
  });
  await consumer.disconnect();
  return seconds;
}

async function measure(ingest: Ingest): Promise<void> {
  const { platform } = ingest;
  const kafka = new Kafka({ brokers: platform.kafkaBrokers.split(','), logLevel: logLevel.NOTHING });
  const client = new Client({ connectionString: platform.databaseUrl('exchange') });
  await client.connect();
  const bench: Bench = { ingest, kafka, client, topic: platform.topicPrefix + pushTopic(SOURCE).name };
  const costs = new Costs(platform, ['exchange']);
  await ingest.query('INSERT INTO resource_counter VALUES ($1, 0, 0) ON CONFLICT DO NOTHING', [RESOURCE]);
  const rounds: Round[] = [];
  const group = `${MESSAGES.toLocaleString('en')} messages of ${ROW_BYTES} bytes`;
  // The round before the first is not counted: what runs for the first time.
  for (let round = 0; round <= ROUNDS; round++) {
    await emptied(ingest);
    const { stored, answered } = await (round === 0 ? pushed(bench) : costs.of(SUBJECT, MESSAGES, () => pushed(bench)));
    await emptied(ingest);
    const peer = await bare(bench);
    console.log(
      `  round ${round}: stored ${stored.toFixed(2)} s, answered ${answered.toFixed(2)} s, bare ${peer.toFixed(2)} s`,
    );
    if (round === 0) continue;
    for (const [who, seconds] of [
      [SUBJECT, stored],
      [RECEIPTS, answered],
      [PEER, peer],
    ] as const)
      // prettier-ignore
      rounds.push({ group, who, round, value: MESSAGES / seconds });
  }
  await client.end();
  compare({
    name: 'push',
    title:
      'Rows by messages: judged, compared, stored, kept as changes and receipted, beside a consumer that only writes',
    unit: 'rows/s',
    subject: SUBJECT,
    peer: PEER,
    headline: group,
    higherIsBetter: true,
    rounds,
    facts: costs.facts(),
  });
}

run(() => withIngest('push', measure));
