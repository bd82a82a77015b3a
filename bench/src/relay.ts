import { Logger } from '@nestjs/common';
import { TOPICS } from '@qiongtong/contracts';
import { ensureTopics, KafkaDriver, openDatabase, Relay, sql } from '@qiongtong/platform';
import { createDatabase, Instance, startInfrastructure, type Infrastructure } from '@qiongtong/testing';
import { compare, median, type Round } from './report';
import { run } from './run';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const MESSAGES = Number(process.env['BENCH_MESSAGES'] ?? 40_000);
/** As many as the relay sends in one transaction. */
const BATCH = 1_000;
const VALUE = JSON.stringify({ text: 'x'.repeat(488) });
const TOPIC = 'facts.authorisation';
const PEER = 'bare transactional producer';
const INSTANCE = 'bench-relay';

/** Counts how long the broker has the messages; the rest of a round is the database and the relay itself. */
class TimedDriver extends KafkaDriver {
  milliseconds = 0;
  sends = 0;

  override transactionalProducer(name: string): ReturnType<KafkaDriver['transactionalProducer']> {
    const producer = super.transactionalProducer(name);
    return {
      ...producer,
      send: async (messages) => {
        const from = performance.now();
        await producer.send(messages);
        this.milliseconds += performance.now() - from;
        this.sends++;
      },
    };
  }
}

const perSecond = (from: number): number => MESSAGES / ((performance.now() - from) / 1000);

async function bare(driver: KafkaDriver): Promise<number> {
  const producer = driver.transactionalProducer('bare');
  await producer.connect();
  const from = performance.now();
  for (let sent = 0; sent < MESSAGES; sent += BATCH)
    await producer.send(
      Array.from({ length: BATCH }, (_, i) => ({
        topic: TOPIC,
        key: `k${(sent + i) % 997}`,
        value: VALUE,
        headers: { ce_type: 'authorisation.thing-happened.v1', n: String(sent + i) },
      })),
    );
  const rate = perSecond(from);
  await producer.disconnect();
  return rate;
}

async function measure(infra: Infrastructure): Promise<void> {
  const { url } = await createDatabase(infra.postgresUrl(), 'relay');
  const dataSource = await openDatabase({ url, applicationName: 'bench' });
  const settings = { KAFKA_BROKERS: infra.kafkaBrokers(), TOPIC_PREFIX: 'bench-relay.' };
  const driver = new TimedDriver({ settings, clientId: 'bench' });
  await ensureTopics(
    driver,
    TOPICS.filter(({ name }) => name === TOPIC),
  );
  const rounds: Round[] = [];
  const broker: number[] = [];
  const rest: number[] = [];
  // The first round warms up both and is not counted.
  for (let round = 0; round <= ROUNDS; round++) {
    const relayed = async (): Promise<number> => {
      await sql(
        dataSource,
        `INSERT INTO outbox (topic, key, headers, value, size)
         SELECT $1, 'k' || n % 997, '{"ce_type":"authorisation.thing-happened.v1"}', $2, $3
         FROM generate_series(1, $4::int) n`,
        [TOPIC, VALUE, VALUE.length + 512, MESSAGES],
      );
      driver.milliseconds = 0;
      driver.sends = 0;
      const relay = new Relay({ service: 'authorisation', dataSource, databaseUrl: url, driver, heartbeatTopics: [] });
      // The relay's own start is no part of it: time runs from its first message to its last.
      relay.start();
      while (driver.sends === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      const from = performance.now();
      const first = await left();
      while ((await left()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      const took = performance.now() - from;
      await relay.stop();
      if (round > 0) {
        broker.push(driver.milliseconds / driver.sends);
        rest.push(took / (driver.sends - 1) - driver.milliseconds / driver.sends);
      }
      await sql(dataSource, 'TRUNCATE outbox');
      return first / (took / 1000);
    };
    const left = async (): Promise<number> => {
      const [row] = await sql<{ n: number }>(
        dataSource,
        'SELECT count(*)::int AS n FROM outbox WHERE published_at IS NULL',
      );
      return row!.n;
    };
    const order = round % 2 === 0 ? (['relay', PEER] as const) : ([PEER, 'relay'] as const);
    for (const who of order) {
      const value = who === 'relay' ? await relayed() : await bare(driver);
      if (round > 0) rounds.push({ group: '500 B', who, round, value });
    }
    console.log(round === 0 ? 'warm' : `round ${round} of ${ROUNDS}`);
  }
  await dataSource.destroy();
  compare({
    name: 'relay',
    title: `Outbox to log, ${MESSAGES.toLocaleString('en')} messages a round, ${BATCH.toLocaleString('en')} a transaction, acks=all, one broker`,
    unit: 'messages/s',
    subject: 'relay',
    peer: PEER,
    headline: '500 B',
    higherIsBetter: true,
    rounds,
    facts: { 'ms a batch in the broker': median(broker), 'ms a batch elsewhere': median(rest) },
  });
}

async function main(): Promise<void> {
  const infra = await startInfrastructure({ name: INSTANCE, fsync: false, kafka: true, postgres: true });
  try {
    await measure(infra);
  } finally {
    await infra.stop();
    new Instance(INSTANCE).remove();
  }
}

// The client tells of each attempt while a transaction of before is still being ended.
Logger.overrideLogger(false);
run(main);
