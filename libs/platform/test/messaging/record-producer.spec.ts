import { flakyProxy, KAFKA_PRODUCE, type FlakyProxy } from '@qiongtong/testing';
import { AppendFailed, RecordProducer, type RecordProducerOptions } from '../../src/messaging';
import { eventually, topics, wait, World, type Logged } from './world';

const TOPIC = 'facts.access';
const idsOf = (logged: readonly Logged[]) => logged.map((m) => (JSON.parse(m.value!) as { id: number }).id);
/** Numbers of each producer's boot, without repetitions. */
const numbersOf = (logged: readonly Logged[], boot: string) =>
  [...new Set(logged.filter((m) => m.headers['qt_boot'] === boot).map((m) => Number(m.headers['qt_n'])))].sort(
    (a, b) => a - b,
  );

describe.each(['kafkajs', 'platformatic'] as const)('producer of records by %s', (client) => {
  let world: World;
  let proxy: FlakyProxy;
  beforeEach(async () => {
    world = await World.create(topics(TOPIC));
    proxy = await flakyProxy(world.brokers, { kafka: true });
  });
  afterEach(async () => {
    await world.end();
    await proxy.close();
  });

  const aProducer = (options: Partial<RecordProducerOptions> = {}) => {
    const config = { ...world.settings, KAFKA_BROKERS: proxy.address, KAFKA_RECORD_CLIENT: client };
    const producer = new RecordProducer({ config, requestTimeout: 500, ...options });
    world.atEnd(() => producer.stop(100));
    return producer;
  };
  const append = (producer: RecordProducer, id: number, options = {}) =>
    producer.append(TOPIC, [{ key: `d${id}`, value: { id }, headers: { ce_type: 'access.released.v1' } }], options);

  it('[R14.9] has every acknowledged record in the log when responses are lost, and in order without a gap', async () => {
    const producer = aProducer();
    const acknowledged: number[] = [];
    let next = 0;
    const until = Date.now() + 6000;
    const caller = async () => {
      while (Date.now() < until) {
        const id = next++;
        await append(producer, id, { deadlineMs: 30_000 });
        acknowledged.push(id);
      }
    };
    const losing = setInterval(() => proxy.loseResponsesTo(KAFKA_PRODUCE, 2), 300);
    await Promise.all(Array.from({ length: 20 }, caller));
    clearInterval(losing);
    proxy.heal();
    expect(proxy.lost).toBeGreaterThan(10);
    const logged = await world.log(TOPIC);
    const inLog = new Set(idsOf(logged));
    expect(acknowledged.filter((id) => !inLog.has(id))).toEqual([]);
    const numbers = numbersOf(logged, producer.boot);
    expect(numbers).toEqual(numbers.map((_, i) => i + 1));
    // A repetition is the same record under the same number.
    const seen = new Map<string, string>();
    for (const { headers, value } of logged) {
      expect(seen.get(headers['qt_n']!) ?? value).toBe(value);
      seen.set(headers['qt_n']!, value!);
    }
  }, 90_000);

  it('groups what arrives while a send is in flight', async () => {
    const producer = aProducer();
    await append(producer, 0);
    const started = performance.now();
    await Promise.all(Array.from({ length: 5000 }, (_, id) => append(producer, id + 1)));
    expect(performance.now() - started).toBeLessThan(5000);
    expect(new Set(idsOf(await world.log(TOPIC))).size).toBe(5001);
  });

  it('[R14.9] rejects at the deadline and tells when the record lands after all', async () => {
    const producer = aProducer();
    await append(producer, 0);
    proxy.pause();
    let late = 0;
    const onLate = () => void late++;
    const sent = append(producer, 1, { deadlineMs: 300, onLate });
    await wait(50);
    const queued = append(producer, 2, { deadlineMs: 200, onLate });
    const errors = await Promise.all([sent, queued].map((p) => p.catch((error: unknown) => error)));
    expect(errors[0]).toBeInstanceOf(AppendFailed);
    expect(errors.map((e) => (e as AppendFailed).maybeWritten)).toEqual([true, false]);
    expect(late).toBe(0);
    proxy.resume();
    await eventually(() => late === 1, 'the first landed late');
    await append(producer, 3);
    const logged = await world.log(TOPIC);
    expect([...new Set(idsOf(logged))].sort()).toEqual([0, 1, 3]);
    expect(numbersOf(logged, producer.boot)).toEqual([1, 2, 3]);
    expect(late).toBe(1);
  });

  it('takes up again by itself when the broker could not be reached, also at the start', async () => {
    proxy.refuse();
    const producer = aProducer();
    producer.start();
    const waiting = append(producer, 1, { deadlineMs: 20_000 });
    await expect(append(producer, 2, { deadlineMs: 200 })).rejects.toThrow('in time');
    proxy.accept();
    await waiting;
    await append(producer, 3);
    expect(idsOf(await world.log(TOPIC)).sort()).toEqual(expect.arrayContaining([1, 3]));
  });

  it('refuses more than may wait', async () => {
    proxy.refuse();
    const producer = aProducer({ maxQueued: 3 });
    const waiting = [1, 2, 3].map((id) => append(producer, id, { deadlineMs: 20_000 }));
    await expect(append(producer, 4)).rejects.toThrow('too many records');
    proxy.accept();
    await Promise.all(waiting);
  });

  it('writes what is queued before it stops', async () => {
    const producer = aProducer();
    const appended = Array.from({ length: 50 }, (_, id) => append(producer, id));
    await producer.stop();
    await Promise.all(appended);
    expect(new Set(idsOf(await world.log(TOPIC))).size).toBe(50);
    await expect(append(producer, 51)).rejects.toThrow('closed');
  });
});
