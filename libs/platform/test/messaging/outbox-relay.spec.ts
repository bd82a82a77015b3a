import { sql } from '../../src/database';
import { openEpoch } from '../../src/messaging';
import { eventually, fact, numbersOf, topics, wait, World } from './world';

describe('outbox and relay', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.create(topics('facts.authorisation', 'policy.organisations', 'policy.grants'));
  });
  afterEach(() => world.end());

  it('publishes nothing of a transaction that fails', async () => {
    world.relay('authorisation');
    const work = world.work('authorisation');
    await expect(
      work.run((tx) => {
        tx.publish(fact('authorisation', 'a', 1));
        return Promise.reject(new Error('no'));
      }),
    ).rejects.toThrow('no');
    await work.run((tx) => Promise.resolve(tx.publish(fact('authorisation', 'a', 2))));
    await eventually(async () => (await world.unpublished()) === 0, 'the outbox is empty');
    expect((await world.log('facts.authorisation')).map((m) => m.value)).toEqual(['{"i":2}']);
  });

  it('publishes what a transaction wrote out before its end with the rest of it, in order, or not at all', async () => {
    world.relay('authorisation');
    const work = world.work('authorisation');
    const failing = work.run(async (tx) => {
      tx.publish(fact('authorisation', 'a', 0));
      await tx.writeOut();
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await work.run(async (tx) => {
      for (let i = 1; i <= 5; i++) {
        tx.publish(fact('authorisation', 'a', i));
        if (i % 2 === 0) await tx.writeOut();
      }
      // The last commits by itself; until then nothing of it has left.
      expect(await world.log('facts.authorisation')).toEqual([]);
    });
    await eventually(async () => (await world.unpublished()) === 0, 'the outbox is empty');
    const values = (await world.log('facts.authorisation')).map(({ value }) => value);
    expect(values).toEqual([1, 2, 3, 4, 5].map((i) => JSON.stringify({ i })));
  });

  it('publishes facts and state with their headers, in order, numbered per partition from 1', async () => {
    world.relay('authorisation');
    const work = world.work('authorisation');
    await work.run((tx) => {
      for (let i = 0; i < 40; i++) tx.publish(fact('authorisation', `k${i % 7}`, i));
      tx.state('policy.grants', 'g1', { id: 'g1', version: 1 });
      tx.state('policy.grants', 'g1', null);
      return Promise.resolve();
    });
    await eventually(async () => (await world.unpublished()) === 0, 'the outbox is empty');
    const facts = await world.log('facts.authorisation');
    expect(facts).toHaveLength(40);
    for (const numbers of numbersOf(facts).values()) expect(numbers).toEqual(numbers.map((_, i) => i + 1));
    for (let k = 0; k < 7; k++) {
      const values = facts.filter((m) => m.key === `k${k}`).map((m) => (JSON.parse(m.value!) as { i: number }).i);
      expect(values).toEqual([...values].sort((a, b) => a - b));
    }
    expect(facts[0]!.headers).toMatchObject({
      ce_specversion: '1.0',
      ce_source: 'authorisation',
      ce_type: 'authorisation.thing-happened.v1',
      ce_time: '2026-11-22T08:00:00.000Z',
      'content-type': 'application/json',
      qt_epoch: expect.stringMatching(/^\d+$/) as string,
    });
    const states = await world.log('policy.grants');
    expect(states.map((m) => [m.key, m.value])).toEqual([
      ['g1', '{"id":"g1","version":1}'],
      ['g1', null],
    ]);
  });

  it('publishes what became visible late although its id is lower', async () => {
    world.relay('authorisation');
    const work = world.work('authorisation');
    let commit = () => undefined as void;
    const slow = new Promise<void>((resolve) => (commit = resolve));
    let inserted = () => undefined as void;
    const hasRow = new Promise<void>((resolve) => (inserted = resolve));
    const late = world.dataSource.transaction(async (manager) => {
      await manager.query(
        `INSERT INTO outbox (topic, key, headers, value, size) VALUES ('facts.authorisation', 'late', '{}', '{"i":0}', 10)`,
      );
      inserted();
      await slow;
    });
    await hasRow;
    await work.run((tx) => Promise.resolve(tx.publish(fact('authorisation', 'early', 1))));
    await eventually(async () => (await world.log('facts.authorisation')).length === 1, 'the later row is published');
    commit();
    await late;
    await eventually(async () => (await world.log('facts.authorisation')).length === 2, 'the late row is published');
  });

  it('splits what is larger than one send, and refuses a message the broker would not take', async () => {
    world.relay('authorisation');
    const work = world.work('authorisation');
    const text = 'x'.repeat(300_000);
    await work.run((tx) => {
      for (let i = 0; i < 7; i++) tx.publish({ ...fact('authorisation', 'big', i), data: { i, text } });
      return Promise.resolve();
    });
    await eventually(async () => (await world.unpublished()) === 0, 'the outbox is empty');
    expect(await world.log('facts.authorisation')).toHaveLength(7);
    await expect(
      work.run((tx) =>
        Promise.resolve(tx.publish({ ...fact('authorisation', 'big', 9), data: { text: text.repeat(4) } })),
      ),
    ).rejects.toThrow('more than the broker takes');
  });

  it('holds back only the messages of a topic that does not exist, until it does', async () => {
    world.relay('authorisation');
    const work = world.work('authorisation');
    await work.run((tx) => {
      tx.send('receipts.none', 'a', 'receipt.v1', { i: 1 });
      tx.publish(fact('authorisation', 'a', 2));
      return Promise.resolve();
    });
    await eventually(async () => (await world.unpublished()) === 1, 'the fact is published');
    expect(await world.log('facts.authorisation')).toHaveLength(1);
    await world.driver().withAdmin((admin) =>
      admin.createTopics({
        waitForLeaders: true,
        topics: [{ topic: world.driver().wireName('receipts.none'), numPartitions: 1 }],
      }),
    );
    await eventually(async () => (await world.unpublished()) === 0, 'the receipt is published');
  });

  it('sends what was numbered before a crash again under the same numbers, before anything else', async () => {
    await world.publish('authorisation', 0, 10);
    const pausing = paused();
    world.relay('authorisation', { lease: { ttlMs: 1000 }, beforeProducing: pausing.hook });
    await pausing.reached;
    const numbered = await sql(world.dataSource, 'SELECT id, partition, n FROM outbox WHERE n IS NOT NULL ORDER BY id');
    expect(numbered).toHaveLength(10);
    await takeLeaseAway(world);
    await world.publish('authorisation', 10, 20);
    world.relay('authorisation', { lease: { ttlMs: 1000 } });
    await eventually(async () => (await world.unpublished()) === 0, 'the outbox is empty');
    expect(await sql(world.dataSource, 'SELECT id, partition, n FROM outbox ORDER BY id LIMIT 10')).toEqual(numbered);
    const logged = await world.log('facts.authorisation');
    expect(logged).toHaveLength(20);
    for (const numbers of numbersOf(logged).values()) expect(numbers).toEqual(numbers.map((_, i) => i + 1));
    pausing.release();
  });

  it('cannot write any more when it was paused past its lease; the new holder leaves no gap and no repetition', async () => {
    await world.publish('authorisation', 0, 10);
    const pausing = paused();
    const old = world.relay('authorisation', { lease: { ttlMs: 1000 }, beforeProducing: pausing.hook });
    await pausing.reached;
    await takeLeaseAway(world);
    world.relay('authorisation', { lease: { ttlMs: 1000 } });
    await eventually(async () => (await world.unpublished()) === 0, 'the new holder has published');
    const before = await world.log('facts.authorisation', true);
    pausing.release();
    await wait(1500);
    await world.publish('authorisation', 10, 30);
    await eventually(async () => (await world.unpublished()) === 0, 'the new holder goes on');
    expect(await world.log('facts.authorisation', true)).toHaveLength(before.length + 20);
    const logged = await world.log('facts.authorisation');
    expect(logged).toHaveLength(30);
    for (const numbers of numbersOf(logged).values()) expect(numbers).toEqual(numbers.map((_, i) => i + 1));
    await old.stop();
  });

  it('publishes all state again in a new epoch, with numbers from 1', async () => {
    const relay = world.relay('authorisation');
    const work = world.work('authorisation');
    await work.run((tx) => {
      for (let i = 0; i < 5; i++) tx.state('policy.grants', `g${i}`, { id: `g${i}`, version: 3 });
      tx.state('policy.grants', 'g0', null);
      return Promise.resolve();
    });
    await eventually(async () => (await world.unpublished()) === 0, 'the outbox is empty');
    await relay.stop();
    const epoch = await openEpoch(world.dataSource, 'restored from a backup');
    world.relay('authorisation');
    await eventually(async () => (await world.unpublished()) === 0, 'the outbox is empty again');
    const again = (await world.log('policy.grants')).filter((m) => m.headers['qt_epoch'] === epoch);
    expect(again.map((m) => m.key)).toEqual(['g1', 'g2', 'g3', 'g4']);
    expect(again.map((m) => m.headers['qt_n'])).toEqual(['1', '2', '3', '4']);
  });

  it('ends in a new epoch what the restored database no longer knows', async () => {
    const relay = world.relay('authorisation');
    await world.work('authorisation').run((tx) => {
      for (const id of ['kept', 'lost']) tx.state('policy.grants', id, { id, version: 1 });
      return Promise.resolve();
    });
    await eventually(async () => (await world.unpublished()) === 0, 'the outbox is empty');
    await relay.stop();
    await sql(world.dataSource, `DELETE FROM outbox_state WHERE key = 'lost'`);
    await openEpoch(world.dataSource, 'restored from a backup');
    world.relay('authorisation');
    await eventually(async () => (await world.log('policy.grants')).length === 4, 'both are said again');
    const last = new Map((await world.log('policy.grants')).map((m) => [m.key, m.value]));
    expect(last.get('kept')).toBe('{"id":"kept","version":1}');
    expect(last.get('lost')).toBeNull();
  });

  it('sends a heartbeat each second, and under a backlog only after what was visible before it', async () => {
    await world.publish('authorisation', 0, 3000, 50, 1000);
    await world.work('authorisation').run((tx) => {
      tx.state('policy.organisations', 'o1', { id: 'o1', version: 1 });
      return Promise.resolve();
    });
    const before = Date.now();
    world.relay('authorisation', { heartbeatTopics: ['policy.organisations', 'policy.grants'], heartbeatMs: 200 });
    await wait(2500);
    const logged = await world.log('policy.organisations');
    expect(logged[0]!.key).toBe('o1');
    const beats = logged.filter((m) => m.key === '_heartbeat');
    expect(beats.length).toBeGreaterThan(2);
    expect(beats[0]!.headers['ce_type']).toBe('heartbeat');
    const times = beats.map((m) => Date.parse((JSON.parse(m.value!) as { at: string }).at));
    expect(times[0]).toBeGreaterThanOrEqual(before);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect((await world.log('policy.grants')).length).toBeGreaterThan(2);
  });

  it('goes on after the database dropped every connection', async () => {
    world.relay('authorisation');
    await world.publish('authorisation', 0, 10);
    await eventually(async () => (await world.unpublished()) === 0, 'the outbox is empty');
    await sql(
      world.dataSource,
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    await world.publish('authorisation', 10, 20);
    await eventually(async () => (await world.unpublished()) === 0, 'the outbox is empty again');
    expect(await world.log('facts.authorisation')).toHaveLength(20);
  });
});

/** Stops a relay between storing numbers and producing, the first time it comes there. */
function paused() {
  let release: () => void = () => undefined;
  let arrive: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const reached = new Promise<void>((resolve) => (arrive = resolve));
  const hook = () => {
    arrive();
    return released;
  };
  return { hook, reached, release: () => release() };
}

/** As if this holder had been silent for longer than the lease lasts. */
const takeLeaseAway = (world: World) =>
  sql(world.dataSource, `UPDATE lease SET expires_at = now() - interval '1 second', holder = 'gone'`);
