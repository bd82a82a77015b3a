import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { receiptsTopic, recordKeyOf, type PushReceipt, type PushReceipts } from '@qiongtong/contracts';
import { withClient } from '@qiongtong/testing';
import { Kafka, logLevel, type Message } from 'kafkajs';
import { BY_KAFKA, BY_REST, PURPOSE, startPushingWorld, type PushingWorld } from './pushing-world';

jest.setTimeout(900_000);

const A_BATCH = 1_000;
const MESSAGES = 160_000;
const ROWS = 40_000;
const KEYS = 20_000;
/** Long enough for some kills of each. */
const PUSHES_TAKE_MS = 40_000;
const VICTIMS = ['exchange', 'broker', 'exchange', 'gateway'] as const;
/** Another run tries other moments; this one is tried again by its seed. */
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

type Rows = Map<string, string>;
type Change = Readonly<{ op: 'upserted' | 'removed'; id: string; row?: Readonly<{ no: string; text: string }> }>;

let platform: PushingWorld['platform'];
let issuer: PushingWorld['issuer'];
let stop: PushingWorld['stop'] | undefined;
beforeAll(async () => {
  ({ platform, issuer, stop } = await startPushingWorld('journey-counting', ['exchange', 'gateway']));
});
afterAll(() => stop?.());

/** Numbers between 0 and 1 that a seed gives (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Different keys, so that a batch that comes twice changes nothing the second time. */
const keysOf = (from: number): string[] => Array.from({ length: A_BATCH }, (_, i) => `N${(from + i * 7) % KEYS}`);

async function patiently<T>(what: string, attempt: () => Promise<T | null>): Promise<T> {
  for (const end = Date.now() + 120_000; Date.now() < end; await sleep(200)) {
    const found = await attempt().catch(() => null);
    if (found !== null) return found;
  }
  throw new Error(`${what}: tried in vain`);
}

const kafka = (): Kafka => new Kafka({ brokers: platform.kafkaBrokers.split(','), logLevel: logLevel.NOTHING });

/** What a careful source does by messages: sends again what was not acknowledged, under the same ids. */
async function pushMessages(chance: () => number, source: Rows): Promise<void> {
  const producer = kafka().producer({ allowAutoTopicCreation: false });
  await patiently('connecting', async () => (await producer.connect(), true));
  for (let sent = 0; sent < MESSAGES; sent += A_BATCH) {
    const from = Date.now();
    const messages = keysOf(Math.floor(chance() * KEYS)).map((no, i): Message => {
      const gone = chance() < 0.15;
      const text = `message ${sent + i}`;
      if (gone) source.delete(no);
      else source.set(no, text);
      return {
        key: recordKeyOf([no]),
        value: gone ? null : JSON.stringify({ no, text }),
        headers: {
          ce_specversion: '1.0',
          ce_id: `m${sent + i}`,
          ce_source: 'source',
          ce_type: gone ? 'record.deleted.v1' : 'record.upserted.v1',
          ce_subject: BY_KAFKA,
          'content-type': 'application/json',
        },
      };
    });
    const topic = `${platform.topicPrefix}push.source`;
    await patiently('sending', async () => (await producer.send({ topic, acks: -1, messages }), true));
    await sleep(Math.max(0, PUSHES_TAKE_MS / (MESSAGES / A_BATCH) - (Date.now() - from)));
  }
  await producer.disconnect();
}

/** The same by batches, each under its key until it is answered for good. */
async function pushBatches(chance: () => number, source: Rows): Promise<void> {
  const token = await issuer.system('source', { expiresIn: 3600 });
  for (let sent = 0; sent < ROWS; sent += A_BATCH) {
    const from = Date.now();
    const gone = chance() < 0.2;
    const keys = keysOf(Math.floor(chance() * KEYS));
    const rows = keys.map((no) => (gone ? { no } : { no, text: `batch ${sent}` }));
    for (const { no, text } of rows as { no: string; text?: string }[])
      if (text === undefined) source.delete(no);
      else source.set(no, text);
    const key = randomUUID();
    await patiently('a batch', async () => {
      const answer = await fetch(
        `${platform.gatewayUrl}/v1/resources/${BY_REST}/batches${gone ? '?operation=delete' : ''}`,
        {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson', 'idempotency-key': key },
          body: rows.map((row) => JSON.stringify(row)).join('\n'),
        },
      );
      const text = await answer.text();
      if (answer.status >= 400 && answer.status < 500 && answer.status !== 409 && answer.status !== 429)
        throw new Error(text);
      return answer.ok ? true : null;
    });
    await sleep(Math.max(0, PUSHES_TAKE_MS / (ROWS / A_BATCH) - (Date.now() - from)));
  }
}

/** A using system that follows the feed of changes; it keeps its cursor and asks again from there. */
class Follower {
  readonly rows = new Map<string, Change['row']>();
  private cursor = '';
  private done = false;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly resourceId: string) {}

  follow(token: string): void {
    this.running = (async () => {
      for (let atEnd = false; !(this.done && atEnd);) atEnd = !(await this.next(token));
    })();
    // Met at its end.
    this.running.catch(() => undefined);
  }

  /** Up to what has happened until now. */
  async end(): Promise<void> {
    this.done = true;
    await this.running;
  }

  private async next(token: string): Promise<boolean> {
    const query = `fields=granted&limit=1000${this.cursor && `&cursor=${this.cursor}`}`;
    const page = await patiently('the feed', async () => {
      const answer = await fetch(`${platform.gatewayUrl}/v1/resources/${this.resourceId}/changes?${query}`, {
        headers: { authorization: `Bearer ${token}`, ...PURPOSE },
      });
      const json = (await answer.json()) as { items: Change[]; next: string; more: boolean };
      return answer.ok ? json : null;
    });
    for (const { op, id, row } of page.items)
      if (op === 'removed') expect(this.rows.delete(id)).toBe(true);
      else this.rows.set(id, row);
    this.cursor = page.next;
    if (page.items.length === 0) await sleep(100);
    return page.more;
  }
}

/** One after the other, at random moments, until the pushes have ended. @returns who was killed */
async function killing(chance: () => number, pushes: Promise<unknown>): Promise<string[]> {
  const killed: string[] = [];
  let pushing = true;
  void pushes.catch(() => undefined).finally(() => (pushing = false));
  for (let n = 0; pushing; n++) {
    await sleep(500 + chance() * 3_000);
    const victim = VICTIMS[n % VICTIMS.length]!;
    if (victim === 'broker') {
      await platform.infrastructure!.killKafka();
      await platform.infrastructure!.restartKafka();
    } else {
      await platform.kill(victim);
      await platform.restart(victim);
    }
    killed.push(victim);
  }
  return killed;
}

/** Every record, read as a using system reads it. */
async function stored(resourceId: string, token: string): Promise<Rows> {
  const text = await patiently('the records', async () => {
    const answer = await fetch(`${platform.gatewayUrl}/v1/resources/${resourceId}/records?fields=granted`, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/x-ndjson', ...PURPOSE },
    });
    const lines = await answer.text();
    return answer.ok ? lines : null;
  });
  const rows = text.split('\n').filter((line) => line !== '');
  return new Map(
    rows.map((line) => JSON.parse(line) as { no: string; text: string }).map(({ no, text }) => [no, text]),
  );
}

type Receipt = PushReceipt & Pick<PushReceipts, 'batchId'>;
const receiptsIn = ({ batchId, receipts }: PushReceipts): Receipt[] => receipts.map((one) => ({ ...one, batchId }));

async function receipts(): Promise<Receipt[]> {
  const consumer = kafka().consumer({ groupId: `${platform.topicPrefix}counting` });
  const found: Receipt[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic: platform.topicPrefix + receiptsTopic('source').name, fromBeginning: true });
  await consumer.run({
    eachMessage: ({ message }) =>
      Promise.resolve(void found.push(...receiptsIn(JSON.parse(message.value!.toString()) as PushReceipts))),
  });
  await patiently('receipts', async () => (new Set(found.map((one) => one.messageId)).size === MESSAGES ? true : null));
  await consumer.disconnect();
  return found;
}

const sorted = (rows: Iterable<readonly [string, string]>) => [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
const count = (sql: string) =>
  withClient(platform.databaseUrl('exchange'), async (client) => Number((await client.query(sql)).rows[0].n));

it(`[R9.2] 200,000 changes through kills of exchange, gateway and broker are in the store, in the feed and in the receipts, once (seed ${SEED})`, async () => {
  const chance = random(SEED);
  const token = await issuer.system('mzj-system', { expiresIn: 3600 });
  const pushed = `${platform.topicPrefix}push.source`;
  const admin = kafka().admin();
  await admin.connect();
  await patiently('the topic of the system', async () => ((await admin.listTopics()).includes(pushed) ? true : null));

  const sources = new Map([BY_REST, BY_KAFKA].map((id) => [id, new Map<string, string>()]));
  const followers = new Map([BY_REST, BY_KAFKA].map((id) => [id, new Follower(id)]));
  for (const follower of followers.values()) follower.follow(token);
  const pushes = Promise.all([
    pushBatches(chance, sources.get(BY_REST)!),
    pushMessages(random(SEED + 2), sources.get(BY_KAFKA)!),
  ]);
  const [killed] = await Promise.all([killing(random(SEED + 1), pushes), pushes]);
  expect(new Set(killed)).toEqual(new Set(VICTIMS));

  const found = await receipts();
  // A message lies in the topic twice when the broker is killed before its source knows that it has it. A receipt comes
  // again when whoever sent it is killed before it knows that it has; then it says the same.
  const [{ high: lying } = { high: '0' }] = await admin.fetchTopicOffsets(pushed);
  await admin.disconnect();
  expect(new Set(found.map(({ messageId }) => messageId)).size).toBe(MESSAGES);
  expect(found.every(({ outcome }) => outcome === 'applied')).toBe(true);
  const answers = new Set(found.map(({ messageId, batchId }) => `${messageId} ${batchId}`));
  expect(answers.size).toBeLessThanOrEqual(Number(lying));
  expect(await count(`SELECT sum(received) AS n FROM batch WHERE channel = 'KAFKA'`)).toBe(Number(lying));
  expect(await count(`SELECT sum(received) AS n FROM batch WHERE channel = 'REST' AND status = 'APPLIED'`)).toBe(ROWS);
  for (const [id, source] of sources) {
    expect(sorted(await stored(id, token))).toEqual(sorted(source));
    await followers.get(id)!.end();
    const fed = [...followers.get(id)!.rows.values()].map((row) => [row!.no, row!.text] as const);
    expect(sorted(fed)).toEqual(sorted(source));
  }
});
