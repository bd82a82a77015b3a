import { createDatabase, startInfrastructure, type Infrastructure } from '@qiongtong/testing';
import { RecordProducer, StateProjection } from '../../src/messaging';
import { eventually, numbersOf, topics, wait, World } from './world';

/** On servers of its own, which it stops; with every commit on disk, since a lost one would be the database's fault. */
describe('outage', () => {
  let infra: Infrastructure;
  let world: World;
  beforeAll(async () => {
    infra = await startInfrastructure({ name: `outage-${process.pid}` });
    const { url } = await createDatabase(infra.postgresUrl(), 'outage');
    world = await World.create(topics('facts.authorisation', 'facts.access', 'policy.grants'), {
      database: { url, drop: () => Promise.resolve() },
      brokers: infra.kafkaBrokers(),
    });
  }, 120_000);
  afterAll(async () => {
    await world?.end();
    await infra?.stop();
    infra?.instance.remove();
  }, 60_000);

  it('drains the outbox, consumes, records and is fresh again after broker and database were away, by itself', async () => {
    world.relay('authorisation', { heartbeatTopics: ['policy.grants'] });
    world.consumer('exchange', { 'facts.authorisation/*': world.effects('exchange') });
    const projection = new StateProjection({
      config: world.settings,
      topics: ['policy.grants'],
      apply: () => undefined,
      staleAfterMs: 4000,
    });
    projection.start();
    world.atEnd(() => projection.stop());
    const records = new RecordProducer({ config: world.settings, requestTimeout: 1000 });
    world.atEnd(() => records.stop());
    const hasEffects = (count: number) => async () => (await world.effectsOf('exchange')).length === count;
    const record = (id: number, deadlineMs: number) =>
      records.append('facts.access', [{ key: `${id}`, value: { id } }], { deadlineMs });

    await world.publish('authorisation', 0, 50);
    await record(0, 5000);
    await eventually(hasEffects(50), 'the first have had their effect');
    await eventually(() => projection.staleness() === 'fresh', 'fresh');

    await infra.killKafka();
    await world.publish('authorisation', 50, 100);
    await expect(record(1, 500)).rejects.toThrow('in time');
    await eventually(() => projection.staleness() === 'stale', 'stale');
    await infra.restartKafka();
    const withinMs = 60_000;
    await eventually(hasEffects(100), 'all have had their effect after the broker is back', withinMs);
    await eventually(() => projection.staleness() === 'fresh', 'fresh again', withinMs);
    await record(2, 30_000);

    await infra.killPostgres();
    await wait(1500);
    await infra.restartPostgres();
    await eventually(
      () =>
        world.publish('authorisation', 100, 150, 5, 50).then(
          () => true,
          () => false,
        ),
      'the database takes transactions',
      withinMs,
    );
    await eventually(hasEffects(150), 'all have had their effect after the database is back', withinMs);
    expect(await world.unpublished()).toBe(0);
    for (const numbers of numbersOf(await world.log('facts.authorisation')).values())
      expect([...new Set(numbers)]).toEqual([...new Set(numbers)].map((_, i) => i + 1));
    const effects = (await world.effectsOf('exchange')).map((e) => e.i).sort((a, b) => a - b);
    expect(effects).toEqual(Array.from({ length: 150 }, (_, i) => i));
    const recorded = (await world.log('facts.access')).map((m) => m.key);
    expect(recorded).toEqual(expect.arrayContaining(['0', '2']));
  }, 180_000);
});
