import { FixedClock, Drain, Health, Metrics, Scheduler } from '@qiongtong/platform';
import { AlarmMetrics } from '../src/alarms/alarm.metrics';
import { AlarmSettings } from '../src/alarms/alarm-settings';
import { AlarmStore, type AlarmRow } from '../src/alarms/alarm.store';
import { AlarmWatch } from '../src/alarms/alarm-watch';
import { Alarms } from '../src/alarms/alarms';
import { FindingsStore } from '../src/alarms/findings.store';
import { Heartbeats } from '../src/alarms/heartbeats';
import { CompletenessFollower } from '../src/alarms/completeness.follower';
import { SealerWatch } from '../src/alarms/sealer-watch';
import { StallStore } from '../src/alarms/stall.store';
import type { Ends, WaitingFacts } from '../src/alarms/waiting';
import { CompletenessStore } from '../src/alarms/completeness.store';
import { AuditConfig } from '../src/config';
import type { Arrived } from '../src/log/domain/leaf';
import { Alarms1798720000000 } from '../src/migrations/1798720000000-alarms';
import { aFact, facts } from './facts';
import { LogDatabase } from './log-database';

const nobodyElse = () => Promise.resolve();
type Said = Readonly<{ type: string; data: Readonly<Record<string, unknown>> }>;

describe("[R14.9] alarms of the log's completeness", () => {
  let log: LogDatabase;
  let scheduler: Scheduler;
  let findings: FindingsStore;
  let alarms: Alarms;
  const store = new AlarmStore();
  const settings = new AlarmSettings(new AuditConfig());
  beforeEach(async () => {
    log = await LogDatabase.create([Alarms1798720000000]);
    scheduler = new Scheduler(log.dataSource, log.clock, new Metrics(), new Drain());
    findings = new FindingsStore();
    alarms = new Alarms(store, findings, log.clock);
    await log.sealer().begin(nobodyElse, null);
  });
  afterEach(() => log.close());

  const completeness = () =>
    new CompletenessFollower(
      log.work(),
      new CompletenessStore(),
      findings,
      alarms,
      settings,
      log.clock,
      anotherScheduler(),
    );
  const anotherScheduler = () => new Scheduler(log.dataSource, log.clock, new Metrics(), new Drain());
  const offsets = new Map<string, number>();
  beforeEach(() => offsets.clear());
  /** Whatever it is, at the next offset of its partition. */
  const seal = async (...messages: readonly Arrived[]): Promise<void> => {
    const placed = messages.map((message) => {
      const place = `${message.topic}/${message.partition}`;
      offsets.set(place, (offsets.get(place) ?? -1) + 1);
      return { ...message, offset: String(offsets.get(place)) };
    });
    await log.sealer().seal(placed, nobodyElse);
  };
  /** Twice, and by two at the same time: what was said is not said again. */
  const look = async (afterSeconds = 0): Promise<void> => {
    log.clock.advance(afterSeconds * 1000);
    for (let i = 0; i < 2; i += 1)
      await Promise.all(
        [1, 2].map(async () => {
          await completeness().follow();
          await new AlarmWatch(log.work(), findings, alarms, settings, log.clock, anotherScheduler()).look();
        }),
      );
  };
  const listed = (): Promise<AlarmRow[]> => store.page(log.query, {}, null, 500);
  const states = async () => (await listed()).map(({ kind, subject, closedAt }) => [kind, subject, closedAt === null]);
  const said = async (): Promise<Said[]> =>
    (
      await log.query<{ type: string; value: string }>(
        `SELECT headers->>'ce_type' AS type, value FROM outbox WHERE topic = 'facts.audit' ORDER BY id`,
      )
    ).map(({ type, value }) => ({ type, data: JSON.parse(value) as Said['data'] }));
  const types = async () => (await said()).map(({ type }) => type.split('.')[1]);

  const anAccess = (n: number, outcome: string, decisionId: string, boot = 'b-1'): Arrived => {
    const fact = aFact({
      n,
      topic: 'facts.access',
      producer: 'gateway',
      type: `access.${outcome}.v1`,
      key: decisionId,
    });
    const { qt_epoch: _, ...headers } = fact.headers;
    return { ...fact, headers: { ...headers, qt_boot: boot } };
  };
  const dated = (n: number, time: string): Arrived => {
    const fact = aFact({ n });
    return { ...fact, headers: { ...fact.headers, ce_time: `2026-11-23T${time}:00.000Z` } };
  };

  it('tell of numbers that have been missing for too long, and close with the entries that brought them', async () => {
    await seal(aFact({ n: 1 }), aFact({ n: 4 }), aFact({ n: 7 }));
    await look(59);
    expect(await states()).toEqual([]);
    await look(2);
    expect(await states()).toEqual([['SEQUENCE_GAP', 'facts.catalogue/0/catalogue/epoch:1', true]]);
    const ranges = [{ from: 2, to: 3 }, { from: 5, to: 6 }]; // prettier-ignore
    expect((await listed())[0]!.found).toMatchObject({ missing: 4, ranges, partition: 0 });

    // Half of it comes: the same alarm, smaller.
    await seal(aFact({ n: 2 }), aFact({ n: 3 }));
    await look(10);
    expect((await listed())[0]!.found).toMatchObject({ missing: 2, ranges: ranges.slice(1) });
    expect(await types()).toEqual(['alarm-raised']);
    await seal(aFact({ n: 6 }), aFact({ n: 5 }));
    await look(10);
    expect(await states()).toEqual([['SEQUENCE_GAP', 'facts.catalogue/0/catalogue/epoch:1', false]]);
    expect(await types()).toEqual(['alarm-raised', 'alarm-closed']);
    expect((await said())[1]!.data['evidence']).toEqual({ entryIndexes: [5, 6] });

    // It is a new cause when it comes again.
    await seal(aFact({ n: 9 }));
    await look(61);
    expect((await states()).map(([, , open]) => open)).toEqual([true, false]);
  });

  it('tell of a number that came again with other content, once for a sequence, and stay', async () => {
    await seal(...facts(1, 3), aFact({ n: 2, content: { a: 1 } }), aFact({ n: 3, content: { a: 1 } }));
    await look();
    await seal(aFact({ n: 2, content: { a: 2 } }));
    await look(3600);
    expect(await states()).toEqual([['NUMBER_REUSED', 'facts.catalogue/0/catalogue/epoch:1', true]]);
    expect((await said()).map(({ data }) => data['found'])).toEqual([
      { topic: 'facts.catalogue', partition: 0, producer: 'catalogue', run: 'epoch:1', n: 2, entryIndex: 3 },
    ]);
  });

  it('tell of uses whose release began and of whose end nothing came, for each boot of a gateway', async () => {
    await seal(anAccess(1, 'release-started', 'd-1'), anAccess(2, 'release-started', 'd-2'));
    await seal(anAccess(3, 'aborted', 'd-2'), anAccess(4, 'released', 'd-3'), anAccess(5, 'release-started', 'd-4'));
    await look(3599);
    expect(await states()).toEqual([]);
    await look(2);
    expect(await states()).toEqual([['OUTCOME_MISSING', 'gateway/boot:b-1', true]]);
    expect((await listed())[0]!.found).toMatchObject({ uses: 2, decisionIds: ['d-1', 'd-4'] });
    await seal(anAccess(6, 'released', 'd-1'));
    await look();
    expect((await listed())[0]!.found).toMatchObject({ uses: 1, decisionIds: ['d-4'] });
    await seal(anAccess(7, 'aborted', 'd-4'));
    await look();
    expect((await said()).map(({ type, data }) => [type, data['evidence']])).toEqual([
      ['audit.alarm-raised.v1', undefined],
      ['audit.alarm-closed.v1', { entryIndexes: [5, 6] }],
    ]);
    expect(await log.query('SELECT 1 FROM open_outcome')).toEqual([]);
  });

  it('tell of a clock that ran backwards, of a producer or of the log, and close when it has not for a while', async () => {
    await seal(dated(1, '01:00'), dated(2, '02:00'), dated(3, '01:58'));
    await look();
    expect(await states()).toEqual([]);
    await seal(dated(4, '01:30'));
    await look();
    expect(await states()).toEqual([['CLOCK_BACKWARDS', 'facts.catalogue/0/catalogue/', true]]);
    expect((await listed())[0]!.found).toMatchObject({ from: '2026-11-23T02:00:00.000Z', to: '2026-11-23T01:30:00.000Z', entryIndex: 3 }); // prettier-ignore
    await seal(dated(5, '01:31'));
    await look(599);
    expect((await states())[0]![2]).toBe(true);
    await look(2);
    expect((await states())[0]![2]).toBe(false);
    expect((await said()).map(({ data }) => data['evidence'])).toEqual([undefined, { size: 5 }]);

    log.clock.set('2026-11-23T07:00:00Z');
    await seal(dated(6, '01:32'));
    await look();
    expect((await states())[0]).toEqual(['CLOCK_BACKWARDS', '/-/log/', true]);
  });

  it('are bounded however many causes there are, and name no more than twenty of anything', async () => {
    const boots = Array.from({ length: 130 }, (_, i) => anAccess(5, 'refused', `d-${i}`, `b-${i}`));
    const holes = Array.from({ length: 60 }, (_, i) => aFact({ n: 2 * i + 2 }));
    await seal(...holes);
    log.clock.advance(1000);
    await seal(...boots);
    await look(61);
    const open = await listed();
    expect(open).toHaveLength(101);
    expect(open[0]!.subject).toBe('beyond');
    expect(await types()).toHaveLength(101);
    const ranges = open.map(({ found }) => (found['ranges'] as unknown[] | undefined)?.length ?? 0);
    expect(Math.max(...ranges)).toBe(20);
    await seal(...boots.flatMap((_, i) => [1, 2, 3, 4].map((n) => anAccess(n, 'refused', `e-${i}`, `b-${i}`))));
    await look();
    expect((await states()).filter(([, , isOpen]) => isOpen)).toEqual([['SEQUENCE_GAP', 'facts.catalogue/0/catalogue/epoch:1', true]]); // prettier-ignore
  });

  it('say nothing of a log that is whole', async () => {
    await seal(...facts(1, 50), anAccess(1, 'release-started', 'd'), anAccess(2, 'released', 'd'));
    await look(10_000);
    expect([await states(), await types()]).toEqual([[], []]);
  });

  describe('about the sealer', () => {
    const world = { ends: new Map<string, bigint>(), messages: new Set<string>(), away: false };
    const waiting = {
      ends: () => (world.away ? Promise.reject(new Error('no broker')) : Promise.resolve(world.ends)),
      at: (places: Ends) => Promise.resolve(new Set([...places.keys()].filter((place) => world.messages.has(place)))),
    } as unknown as WaitingFacts;
    const fast = Object.assign(new AlarmSettings(new AuditConfig()), { heartbeatMs: 300, stalledMs: 300 });
    let health: Health;
    let watch: SealerWatch;
    const stalls = new StallStore();
    beforeEach(() => {
      Object.assign(world, { ends: new Map(), messages: new Set(), away: false });
      health = new Health(new Drain());
      watch = new SealerWatch(log.dataSource, log.work(), stalls, alarms, waiting, fast, log.clock, health, scheduler);
    });
    const pass = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
    const metric = async (): Promise<string> => {
      const metrics = new Metrics();
      new AlarmMetrics(log.dataSource, metrics, store, stalls);
      return metrics.registry.metrics();
    };

    it('are raised when facts wait behind a place that does not move, and closed when it does', async () => {
      await seal(...facts(1, 5));
      world.ends.set('facts.catalogue/0', 9n).set('facts.exchange/2', 1n);
      world.messages.add('facts.catalogue/0');
      await watch.look(true);
      await watch.look();
      expect(await states()).toEqual([]);
      expect((await health.ready()).watched).toEqual({ sealer: 'up' });
      await pass(320);
      await Promise.all([watch.look(), watch.look()]);
      expect(await states()).toEqual([['SEALER_STALLED', 'sealer', true]]);
      // Behind the other place only the marker of a transaction stands.
      expect((await listed())[0]!.found).toMatchObject({ size: 5, waitingIn: ['facts.catalogue/0'] });
      expect((await health.ready()).watched).toEqual({ sealer: 'down' });
      expect(await metric()).toMatch(/qiongtong_audit_alarms_open\{kind="SEALER_STALLED"\} 1/);

      // Nobody knows how it stands: it stays.
      world.away = true;
      await seal(...facts(6, 9));
      await watch.look();
      world.away = false;
      expect((await states())[0]![2]).toBe(true);
      await watch.look();
      expect((await states())[0]![2]).toBe(false);
      expect((await said()).map(({ type, data }) => [type, data['evidence']])).toEqual([
        ['audit.alarm-raised.v1', undefined],
        ['audit.alarm-closed.v1', { size: 9 }],
      ]);
      expect((await health.ready()).watched).toEqual({ sealer: 'up' });
      expect(await metric()).toMatch(/alarms_open\{kind="SEALER_STALLED"\} 0/);
    });

    it('are raised when the newest checkpoint grows old, though it cannot be seen what waits; not by who has just come', async () => {
      await seal(...facts(1, 3));
      world.away = true;
      await pass(650);
      await watch.look(true);
      expect(await states()).toEqual([]);
      await pass(320);
      await watch.look();
      expect(await states()).toEqual([['SEALER_STALLED', 'sealer', true]]);
      expect((await listed())[0]!.found).toMatchObject({ waitingIn: null, size: 3 });
      expect(await metric()).toMatch(/checkpoint_age_seconds \d/);
    });

    it('do not come of a log in which nothing happens: a heartbeat is said, one at a time', async () => {
      const heartbeats = new Heartbeats(log.work(), stalls, fast, new FixedClock('2026-11-23T08:00:00Z'), scheduler);
      await seal(...facts(1, 3));
      await heartbeats.beat();
      expect(await types()).toEqual([]);
      await pass(320);
      await Promise.all([heartbeats.beat(), heartbeats.beat()]);
      await heartbeats.beat();
      expect((await said()).map(({ type, data }) => [type, data])).toEqual([
        ['audit.heartbeat-said.v1', { size: 3, silentSeconds: 0.3 }],
      ]);
      // It was sealed, and nothing else came.
      await seal(aFact({ n: 1, topic: 'facts.audit', type: 'audit.heartbeat-said.v1' }));
      await pass(320);
      await heartbeats.beat();
      expect(await types()).toEqual(['heartbeat-said', 'heartbeat-said']);
    });
  });
});
