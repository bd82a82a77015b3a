import { pushTopic } from '@qiongtong/contracts';
import { sql } from '../../src/database';
import { ensureTopics, KafkaDriver, NotYet, type EventBatch } from '../../src/messaging';
import { eventually, numbersOf, topics, wait, World } from './world';

const FACT = 'authorisation.thing-happened.v1';
const inOrder = (list: readonly number[]) => list.every((n, i) => i === 0 || n > list[i - 1]!);

describe('consumer', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.create(topics('facts.authorisation', 'facts.access', 'parked.exchange'));
  });
  afterEach(() => world.end());

  /** Each of `count` facts had its effect once, and those of a key in order. */
  const expectEachOnce = async (count: number) => {
    const effects = await world.effectsOf('exchange');
    expect(effects.map((e) => e.i).sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
    for (const key of new Set(effects.map((e) => e.key)))
      expect(inOrder(effects.filter((e) => e.key === key).map((e) => e.i))).toBe(true);
  };
  const hasEffects = (count: number) => async () => (await world.effectsOf('exchange')).length >= count;

  it('has each effect once and in order per key, in batches', async () => {
    world.relay('authorisation');
    const sizes: number[] = [];
    const effects = world.effects('exchange');
    world.consumer(
      'exchange',
      {
        [FACT]: (batch) => {
          sizes.push(batch.messages.length);
          return effects(batch);
        },
      },
      { maxBatch: 40, topics: ['facts.authorisation'] },
    );
    await world.publish('authorisation', 0, 500, 11, 100);
    await eventually(hasEffects(500), 'all have had their effect');
    await wait(300);
    await expectEachOnce(500);
    expect(Math.max(...sizes)).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(40);
  });

  it('has no effect twice when offsets are lost and everything is delivered again', async () => {
    world.relay('authorisation');
    const first = world.consumer('exchange', { 'facts.authorisation/*': world.effects('exchange') });
    await world.publish('authorisation', 0, 100);
    await eventually(hasEffects(100), 'all have had their effect');
    await first.transport.close();
    await world.driver().withAdmin((admin) => admin.deleteGroups([world.driver().wireName('exchange')]));
    let seen = 0;
    const effects = world.effects('exchange');
    world.consumer('exchange', {
      'facts.authorisation/*': (batch) => {
        seen += batch.messages.length;
        return effects(batch);
      },
    });
    await eventually(() => seen === 100, 'everything was delivered again');
    await world.publish('authorisation', 100, 110);
    await eventually(hasEffects(110), 'what is new has its effect');
    await expectEachOnce(110);
  });

  it('has no effect twice when the relay sends the same numbers again', async () => {
    world.relay('authorisation');
    world.consumer('exchange', { [FACT]: world.effects('exchange') }, { topics: ['facts.authorisation'] });
    await world.publish('authorisation', 0, 50);
    await eventually(hasEffects(50), 'all have had their effect');
    await sql(world.dataSource, 'UPDATE outbox SET published_at = NULL');
    await world.publish('authorisation', 50, 60);
    await eventually(hasEffects(60), 'what is new has its effect');
    expect(await world.log('facts.authorisation')).toHaveLength(110);
    await expectEachOnce(60);
  });

  it('parks a message that keeps failing with those of its key that follow, moves on, and drives them again in order', async () => {
    world.relay('authorisation');
    let broken = true;
    const effects = world.effects('exchange');
    const { parked } = world.consumer(
      'exchange',
      {
        [FACT]: async (batch) => {
          if (broken && batch.messages.some((m) => m.data.i === 7)) throw new RangeError('seven');
          await effects(batch);
        },
      },
      { topics: ['facts.authorisation'] },
    );
    await world.publish('authorisation', 0, 100, 5);
    await eventually(hasEffects(81), 'all others have had their effect');
    await eventually(async () => (await parked.list()).length === 19, 'the message and its followers are parked');
    const list = await parked.list();
    expect(list[0]).toMatchObject({ key: 'k2', reason: 'failed', error: 'RangeError: seven', type: FACT });
    expect(new Set(list.slice(1).map((m) => `${m.key} ${m.reason}`))).toEqual(new Set(['k2 follows']));
    expect((await world.effectsOf('exchange')).filter((e) => e.key === 'k2').map((e) => e.i)).toEqual([2]);
    // The world hears of it, by reference.
    expect(await world.writtenFor('parked.exchange')).toBe(19);

    expect(await parked.redrive('k2')).toEqual({ redriven: 0, error: 'seven' });
    broken = false;
    expect(await parked.redrive('k2')).toEqual({ redriven: 19, error: null });
    expect(await parked.list()).toEqual([]);
    await world.publish('authorisation', 100, 110, 5);
    await eventually(hasEffects(110), 'the key goes on');
    await expectEachOnce(110);
  });

  it('does not have the effect of a parked message again when it is delivered again after it was driven', async () => {
    world.relay('authorisation');
    let broken = true;
    const effects = world.effects('exchange');
    const handlers = {
      'facts.authorisation/*': async (batch: EventBatch<{ i: number }>) => {
        if (broken && batch.messages.some((m) => m.data.i === 3)) throw new Error('three');
        await effects(batch);
      },
    };
    const first = world.consumer('exchange', handlers);
    await world.publish('authorisation', 0, 20);
    await eventually(hasEffects(16), 'all others have had their effect');
    await eventually(async () => (await first.parked.list()).length === 4, 'parked');
    broken = false;
    expect(await first.parked.redrive('k3')).toEqual({ redriven: 4, error: null });
    await first.transport.close();
    await world.driver().withAdmin((admin) => admin.deleteGroups([world.driver().wireName('exchange')]));
    world.consumer('exchange', handlers);
    await world.publish('authorisation', 20, 30);
    await eventually(hasEffects(30), 'what is new has its effect');
    await expectEachOnce(30);
  });

  it('parks nothing while a handler cannot decide, and goes on when it can', async () => {
    world.relay('authorisation');
    let decided = false;
    const effects = world.effects('exchange');
    const { parked } = world.consumer('exchange', {
      'facts.authorisation/*': (batch) => (decided ? effects(batch) : Promise.reject(new NotYet('too old'))),
    });
    await world.publish('authorisation', 0, 20);
    await wait(1500);
    expect(await world.effectsOf('exchange')).toEqual([]);
    expect(await parked.list()).toEqual([]);
    decided = true;
    await eventually(hasEffects(20), 'all have had their effect');
    await expectEachOnce(20);
  });

  it('passes over a message without handler, and one that is no JSON is the handler’s to judge', async () => {
    world.relay('authorisation');
    const seen: unknown[] = [];
    world.consumer(
      'exchange',
      {
        'facts.access/*': (batch) => {
          seen.push(...batch.messages.map((m) => [m.key, m.data, String(m.raw)]));
          return Promise.resolve();
        },
        [FACT]: world.effects('exchange'),
      },
      { topics: ['facts.authorisation'] },
    );
    await world.work('authorisation').run((tx) => {
      tx.publish({ type: 'authorisation.unknown.v9', key: 'k0', at: '2026-01-01T00:00:00Z', data: { i: -1 } });
      return Promise.resolve();
    });
    await world.publish('authorisation', 0, 10);
    const producer = world.driver().idempotentProducer();
    await producer.connect();
    await producer.send([{ topic: 'facts.access', key: 'a', value: 'no json', headers: {} }]);
    await producer.disconnect();
    await eventually(hasEffects(10), 'the others have had their effect');
    await eventually(() => seen.length === 1, 'the handler has seen it');
    expect(seen).toEqual([['a', undefined, 'no json']]);
  });

  it('believes no numbers on a topic that others write: what repeats one is not dropped', async () => {
    const driver = world.driver();
    await ensureTopics(driver, [pushTopic('forger')]);
    world.consumer('exchange', { '/^push\\./*': world.effects('exchange') });
    const producer = driver.idempotentProducer();
    await producer.connect();
    for (const i of [0, 1, 2])
      await producer.send([
        {
          topic: 'push.forger',
          key: 'a',
          value: JSON.stringify({ i }),
          headers: { qt_epoch: '9', qt_n: String(9 - i), ce_source: 'x' },
        },
      ]);
    await producer.disconnect();
    await eventually(hasEffects(3), 'all have had their effect');
    await expectEachOnce(3);
  });

  it('picks up topics that match a pattern and appear later', async () => {
    world.consumer('exchange', { '/^push\\./*': world.effects('exchange') });
    const driver = world.driver();
    const push = async (topic: string, i: number) => {
      await ensureTopics(driver, [pushTopic(topic.slice('push.'.length))]);
      const producer = driver.idempotentProducer();
      await producer.connect();
      await producer.send([{ topic, key: 'a', value: JSON.stringify({ i }), headers: {} }]);
      await producer.disconnect();
    };
    await push('push.one', 0);
    await eventually(hasEffects(1), 'the first topic is read');
    await push('push.two', 1);
    await eventually(hasEffects(2), 'the second topic is read');
    await expectEachOnce(2);
  });

  it('loses and doubles nothing while members come and go', async () => {
    world.relay('authorisation');
    const slow = (): ((batch: EventBatch<{ i: number }>) => Promise<void>) => {
      const effects = world.effects('exchange');
      return async (batch) => {
        await wait(20);
        await effects(batch);
      };
    };
    const member = () =>
      world.consumer('exchange', { 'facts.authorisation/*': slow() }, { maxBatch: 10, sessionTimeout: 6000 });
    const first = member();
    const publishing = (async () => {
      for (let i = 0; i < 1500; i += 50) {
        await world.publish('authorisation', i, i + 50, 13, 25);
        await wait(100);
      }
    })();
    await eventually(hasEffects(100), 'the first member works');
    const second = member();
    await wait(1500);
    await first.transport.close();
    await wait(500);
    member();
    await publishing;
    await eventually(hasEffects(1500), 'all have had their effect', 50_000);
    await wait(500);
    await expectEachOnce(1500);
    await second.transport.close();
  }, 120_000);

  it('goes on where it was when it is restarted in the middle', async () => {
    world.relay('authorisation');
    await world.publish('authorisation', 0, 400, 7, 100);
    for (let restarts = 0; restarts < 3; restarts++) {
      const effects = world.effects('exchange');
      const { transport } = world.consumer(
        'exchange',
        { 'facts.authorisation/*': async (batch) => (await wait(30), effects(batch)) },
        { maxBatch: 10 },
      );
      const had = (await world.effectsOf('exchange')).length;
      await eventually(hasEffects(Math.min(400, had + 60)), 'some have had their effect');
      await transport.close();
    }
    world.consumer('exchange', { 'facts.authorisation/*': world.effects('exchange') });
    await eventually(hasEffects(400), 'all have had their effect');
    await expectEachOnce(400);
    expect([...numbersOf(await world.log('facts.authorisation')).values()].flat()).toHaveLength(400);
  });

  it('refuses two handlers for one pattern', () => {
    const handlers = { [FACT]: world.effects('exchange') };
    const { transport } = world.consumer('exchange', handlers);
    transport.addHandler(FACT, world.effects('exchange') as never, true);
    expect(() => transport.listen(() => undefined)).toThrow('two handlers');
  });

  it('counts numbers that are missing', async () => {
    const { messagingMetrics } = await import('../../src/messaging');
    const driver: KafkaDriver = world.driver();
    world.consumer('exchange', { 'facts.authorisation/*': world.effects('exchange') });
    const producer = driver.idempotentProducer();
    await producer.connect();
    for (const [i, n] of [1, 2, 5].entries())
      await producer.send([
        {
          topic: 'facts.authorisation',
          partition: 0,
          key: 'a',
          value: JSON.stringify({ i }),
          headers: { qt_epoch: '1', qt_n: String(n), ce_source: 'authorisation', ce_type: FACT },
        },
      ]);
    await producer.disconnect();
    await eventually(hasEffects(3), 'all have had their effect');
    const { values } = await messagingMetrics.gaps.get();
    expect(values.find((v) => v.labels.topic === 'facts.authorisation')?.value).toBe(2);
  });
});
