import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as later } from 'node:timers/promises';
import { pushTopic } from '@qiongtong/contracts';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { request } from 'undici';
import { Costs } from './costs';
import { publishReader, Reader } from './export/ways';
import { keyOf, recordKey, rowOf } from './ingest/rows';
import { emptied, RESOURCE, SOURCE, withIngest, type Ingest } from './ingest/world';
import { compare, quantile, type Round } from './report';
import { run } from './run';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 10);
const A_SECOND = Number(process.env['BENCH_CHANGES'] ?? 500);
const TICK_MS = 10;
const CHANGES = SECONDS * A_SECOND;
const WITHIN_MS = 30_000;
const SUBJECT = 'push to feed';
const PEER = 'bare consumer and POST';
const KEY = /"uscc":"(\d+)"/g;

/** Notes when each change came; answers as soon as it has been read. */
class Receiver {
  /** By the number of the change: milliseconds of `performance.now()`. */
  readonly came = new Map<string, number>();
  private constructor(readonly url: string) {}

  static async start(): Promise<Receiver> {
    const server = createServer((asked, answer) => {
      const chunks: Buffer[] = [];
      asked.on('data', (chunk: Buffer) => chunks.push(chunk));
      asked.on('end', () => {
        const now = performance.now();
        for (const [, key] of Buffer.concat(chunks).toString().matchAll(KEY)) receiver.came.set(key!, now);
        answer.writeHead(204).end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    server.unref();
    const receiver: Receiver = new Receiver(`http://localhost:${(server.address() as AddressInfo).port}/hook`);
    return receiver;
  }
}

/** Sends changes at their pace, a few at a time. @returns when each was sent */
async function send(producer: Producer, topic: string): Promise<Map<string, number>> {
  const sent = new Map<string, number>();
  const from = performance.now();
  const sending: Promise<unknown>[] = [];
  for (let n = 0; n < CHANGES;) {
    const due = Math.min(CHANGES, Math.ceil(((performance.now() - from) / 1000) * A_SECOND));
    const messages = [];
    for (; n < due; n++) {
      sent.set(keyOf(n), performance.now());
      messages.push({
        key: recordKey(n),
        value: rowOf(n),
        headers: {
          ...{ ce_specversion: '1.0', ce_id: randomUUID(), ce_source: `/systems/${SOURCE}` },
          ...{ ce_type: 'record.upserted.v1', ce_subject: RESOURCE, 'content-type': 'application/json' },
        },
      });
    }
    if (messages.length > 0) sending.push(producer.send({ topic, messages }));
    await later(TICK_MS);
  }
  await Promise.all(sending);
  return sent;
}

async function measure(ingest: Ingest): Promise<void> {
  const { platform } = ingest;
  const receiver = await Receiver.start();
  const reader = await Reader.of(ingest);
  const subscription = { url: receiver.url, fields: 'granted', from: 'NOW' };
  await reader.json('POST', `/v1/resources/${RESOURCE}/subscriptions`, subscription);
  const kafka = new Kafka({ brokers: platform.kafkaBrokers.split(','), logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  const peerTopic = `${platform.topicPrefix}bench.peer`;
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: peerTopic, numPartitions: 1 }], waitForLeaders: true });
  await admin.disconnect();
  const consumer = kafka.consumer({ groupId: randomUUID(), maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic: peerTopic });
  await consumer.run({
    eachBatch: async ({ batch }) => {
      const body = batch.messages.map(({ value }) => String(value)).join('\n');
      await request(receiver.url, { method: 'POST', body }).then((answer) => answer.body.dump());
    },
  });
  const topics: Readonly<Record<string, string>> = {
    [SUBJECT]: platform.topicPrefix + pushTopic(SOURCE).name,
    [PEER]: peerTopic,
  };
  const costs = new Costs(platform, ['exchange', 'gateway']);
  const rounds: Round[] = [];
  const group = `${A_SECOND} changes a second for ${SECONDS} s`;
  const once = async (who: string): Promise<number[]> => {
    receiver.came.clear();
    const sent = await send(producer, topics[who]!);
    for (const until = performance.now() + WITHIN_MS; receiver.came.size < CHANGES; await later(TICK_MS))
      if (performance.now() > until) throw new Error(`${who}: ${receiver.came.size} of ${CHANGES} changes came`);
    return [...sent].map(([key, at]) => receiver.came.get(key)! - at);
  };
  // The round before the first is not counted: what runs for the first time.
  for (let round = 0; round <= ROUNDS; round++)
    for (const who of round % 2 === 0 ? [SUBJECT, PEER] : [PEER, SUBJECT]) {
      if (who === SUBJECT) await emptied(ingest);
      const taken = await (round === 0 || who === PEER ? once(who) : costs.of(SUBJECT, CHANGES, () => once(who)));
      if (round === 0) continue;
      const [p50, p99] = [quantile(taken, 0.5), quantile(taken, 0.99)];
      rounds.push({ group, who, round, value: p50, p50, p99 });
      console.log(`  round ${round}, ${who}: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
    }
  await consumer.disconnect();
  await producer.disconnect();
  compare({
    name: 'feed',
    title: 'From a pushed message to the webhook that is told of it: judged, stored, decided, on record, signed, sent',
    unit: 'ms',
    subject: SUBJECT,
    peer: PEER,
    headline: group,
    higherIsBetter: false,
    rounds,
    facts: costs.facts(),
  });
}

run(() =>
  withIngest('feed', measure, {
    publish: publishReader,
    // The receiver here acknowledges nothing.
    exchange: { WEBHOOK_NODES: 'localhost=127.0.0.0/8|::1/128', FEED_UNACKNOWLEDGED: '1000000' },
  }),
);
