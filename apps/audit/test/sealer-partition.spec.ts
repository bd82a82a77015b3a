import { setTimeout as sleep } from 'node:timers/promises';
import { KafkaDriver, type RunningService } from '@qiongtong/platform';
import { flakyProxy, testInfrastructure, withClient, type FlakyProxy } from '@qiongtong/testing';
import { facts } from './facts';
import { expectOneHistory } from './one-history';
import { RunningAudit } from './running-audit';

const PLACE = 'facts.catalogue/0';

describe('[R14.9] two replicas that contend for the lease through a partition', () => {
  let audit: RunningAudit;
  let driver: KafkaDriver;
  let database: FlakyProxy;
  let broker: FlakyProxy;
  let cutOff: RunningService;
  let other: RunningService;
  let sent = 0;
  beforeAll(async () => {
    const { kafkaBrokers, postgresUrl } = testInfrastructure();
    [audit, database, broker] = await Promise.all([
      RunningAudit.create(0),
      flakyProxy(postgresUrl),
      flakyProxy(kafkaBrokers, { kafka: true }),
    ]);
    driver = new KafkaDriver({
      settings: { KAFKA_BROKERS: kafkaBrokers, TOPIC_PREFIX: audit.prefix },
      clientId: 'partition',
    });
    const url = new URL(audit.database.url);
    url.port = String(database.port);
    cutOff = await audit.start({ DATABASE_URL: url.href, KAFKA_BROKERS: broker.address });
    await until(() => seals(cutOff));
    other = await audit.start();
  });
  afterAll(async () => {
    database.heal();
    broker.heal();
    await audit.close();
    await Promise.all([database.close(), broker.close()]);
  }, 60_000);

  const seals = async ({ metricsUrl }: RunningService): Promise<boolean> =>
    (await (await fetch(`${metricsUrl}/metrics`)).text()).includes('\nqiongtong_audit_sealer_leader 1');
  async function until(holds: () => Promise<boolean>, withinMs = 60_000): Promise<void> {
    for (const giveUpAt = Date.now() + withinMs; !(await holds()); await sleep(50))
      if (Date.now() > giveUpAt) throw new Error(`not so within ${withinMs} ms`);
  }
  const send = async (count: number): Promise<void> => {
    await audit.produce(facts(sent + 1, sent + count));
    sent += count;
  };
  const sealed = (): Promise<unknown> =>
    audit.until(`SELECT 1 FROM log_entry WHERE topic = 'facts.catalogue'`, sent, 60_000);
  const silence = (): void => [database, broker].forEach((proxy) => proxy.pause());
  const heal = (): void => [database, broker].forEach((proxy) => proxy.heal());

  it('have one log with one history when the one that seals falls silent in the middle of a transaction', async () => {
    await send(50);
    await sealed();
    await withClient(audit.database.url, async (client) => {
      // Its transaction has confirmed the lease and waits here: nobody closes anything, nothing more comes.
      await client.query('BEGIN');
      await client.query('LOCK TABLE tile IN EXCLUSIVE MODE');
      await send(50);
      await until(async () => (await audit.query(`SELECT 1 FROM pg_locks WHERE relation = 'tile'::regclass AND NOT granted`)).length > 0); // prettier-ignore
      silence();
      await client.query('ROLLBACK');
    });
    await send(50);
    await sealed();
    expect(await seals(other)).toBe(true);

    // It comes back, with all that was on its way: what it wrote is void, and what it would write is refused.
    heal();
    await send(50);
    await sealed();
    await until(async () => !(await seals(cutOff)));
    await expectOneHistory(audit, driver, new Map([[PLACE, sent]]));
  });

  it('go on when connections are cut instead, and the one that was cut off takes over when it is needed again', async () => {
    await audit.stop(other);
    await send(50);
    await until(() => seals(cutOff));
    other = await audit.start();
    [database, broker].forEach((proxy) => proxy.refuse());
    await send(50);
    await sealed();
    await until(() => seals(other));
    heal();
    await send(50);
    await sealed();
    await expectOneHistory(audit, driver, new Map([[PLACE, sent]]));
  });
});
