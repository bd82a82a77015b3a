import { StateProjection } from '../../src/messaging';
import { eventually, topics, wait, World } from './world';

const TOPICS = ['policy.organisations', 'policy.grants'];

describe('projection of state', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.create(topics(...TOPICS));
  });
  afterEach(() => world.end());

  const aProjection = (options: Partial<ConstructorParameters<typeof StateProjection>[0]> = {}) => {
    const state = new Map<string, unknown>();
    const projection = new StateProjection({
      config: world.settings,
      topics: TOPICS,
      apply: (topic, key, value) =>
        void (value === null ? state.delete(`${topic}/${key}`) : state.set(`${topic}/${key}`, value)),
      ...options,
    });
    projection.start();
    world.atEnd(() => projection.stop());
    return { projection, state };
  };
  const aRelay = () => world.relay('authorisation', { heartbeatTopics: TOPICS, heartbeatMs: 200 });
  const say = (id: string, version: number | null) =>
    world.work('authorisation').run((tx) => {
      tx.state('policy.grants', id, version === null ? null : { id, version });
      return Promise.resolve();
    });
  const produce = async (
    messages: { topic: string; key: string; value: string | null; headers?: Record<string, string> }[],
  ) => {
    const producer = world.driver().idempotentProducer();
    await producer.connect();
    await producer.send(messages.map((m) => ({ headers: {}, ...m })));
    await producer.disconnect();
  };
  const heartbeat = (topic: string, at: number) => ({
    topic,
    key: '_heartbeat',
    value: JSON.stringify({ at: new Date(at).toISOString() }),
    headers: { ce_type: 'heartbeat' },
  });

  it('is not ready before every topic has had a heartbeat younger than itself', async () => {
    await produce(TOPICS.map((topic) => heartbeat(topic, Date.now() - 100)));
    await say('g1', 1);
    const { projection } = aProjection();
    expect(projection.ageMs()).toBe(Infinity);
    await wait(1500);
    expect(projection.ready).toBe(false);
    expect(projection.staleness()).toBe('stale');
    await produce([heartbeat('policy.grants', Date.now())]);
    await wait(500);
    expect(projection.ready).toBe(false);
    aRelay();
    await eventually(() => projection.ready, 'ready');
    expect(projection.staleness()).toBe('fresh');
  });

  it('knows the last state of each key, and ignores a lower version', async () => {
    aRelay();
    await say('g1', 1);
    await say('g1', 2);
    await say('g2', 1);
    await say('g2', null);
    const { projection, state } = aProjection();
    await eventually(() => projection.ready, 'ready');
    expect([...state]).toEqual([['policy.grants/g1', { id: 'g1', version: 2 }]]);
    await say('g1', 1);
    await say('g3', 1);
    await eventually(() => state.has('policy.grants/g3'), 'the next state is known');
    expect(state.get('policy.grants/g1')).toEqual({ id: 'g1', version: 2 });
  });

  it('takes a lower version of a later epoch: the database was restored', async () => {
    const { state } = aProjection();
    const grant = (version: number, epoch: number) => ({
      topic: 'policy.grants',
      key: 'g1',
      value: JSON.stringify({ id: 'g1', version }),
      headers: { qt_epoch: String(epoch), qt_n: '1' },
    });
    await produce([grant(5, 1), grant(4, 1), grant(3, 2), grant(9, 1)]);
    await eventually(
      () => (state.get('policy.grants/g1') as { version: number } | undefined)?.version === 3,
      'the restored state',
    );
  });

  it('grows old without heartbeats, and is fresh again with them', async () => {
    const relay = aRelay();
    const { projection } = aProjection({ staleAfterMs: 1000 });
    await eventually(() => projection.staleness() === 'fresh', 'fresh');
    await relay.stop();
    await eventually(() => projection.staleness() === 'stale', 'stale', 3000);
    expect(projection.ageMs()).toBeGreaterThan(1000);
    aRelay();
    await eventually(() => projection.staleness() === 'fresh', 'fresh again');
    expect(projection.ageMs(Date.now() + 60_000)).toBeGreaterThan(59_000);
  });

  it('says so when a heartbeat lies in the future', async () => {
    aRelay();
    const { projection } = aProjection();
    await eventually(() => projection.staleness() === 'fresh', 'fresh');
    await produce([heartbeat('policy.grants', Date.now() + 30_000)]);
    await eventually(() => projection.staleness() === 'future', 'future');
  });

  it('outlives values that are no JSON and an apply that throws', async () => {
    const applied: string[] = [];
    aProjection({
      apply: (_, key) => {
        applied.push(key);
        if (key === 'bad') throw new Error('bad');
      },
    });
    await produce([
      { topic: 'policy.grants', key: 'broken', value: '{' },
      { topic: 'policy.grants', key: 'bad', value: '{"id":"bad","version":1}' },
      { topic: 'policy.grants', key: 'good', value: '{"id":"good","version":1}' },
    ]);
    await eventually(() => applied.includes('good'), 'the good one is applied');
    expect(applied).toEqual(['bad', 'good']);
  });

  it('loads 100,000 states in seconds', async () => {
    const producer = world.driver().idempotentProducer();
    await producer.connect();
    const text = 'x'.repeat(500);
    for (let i = 0; i < 100_000; i += 1000)
      await producer.send(
        Array.from({ length: 1000 }, (_, j) => ({
          topic: 'policy.grants',
          key: `g${i + j}`,
          value: JSON.stringify({ id: `g${i + j}`, version: 1, text }),
          headers: { ce_type: 'state', qt_epoch: '1', qt_n: String(i + j + 1) },
        })),
      );
    await producer.disconnect();
    aRelay();
    const started = performance.now();
    const { projection, state } = aProjection();
    await eventually(() => state.size === 100_000, 'all states are known');
    const seconds = (performance.now() - started) / 1000;
    process.stdout.write(`100,000 states in ${seconds.toFixed(1)} s\n`);
    await eventually(() => projection.ready, 'ready');
    expect(seconds).toBeLessThan(20);
  });
});
