import { Scheduler, type UnitOfWork } from '@qiongtong/platform';
import { ReportStore } from '../src/reports/report.store';
import { UseCounter } from '../src/reports/use.counter';
import { WatchFollower } from '../src/watches/watch.follower';
import { WatchStore, type Watch } from '../src/watches/watch.store';
import { aFact } from './facts';
import { DyingWork, LogDatabase } from './log-database';

const NOW = new Date('2026-11-23T08:00:00Z');
const id = (n: number): string => `01900000-0000-7000-8000-00000000000${n}`;
const aWatch = (n: number, over: Partial<Watch> = {}): Watch => ({
  ...{ id: id(n), owner: 'sjt-officer', name: '关注', filter: {}, everySeconds: 60, state: 'ACTIVE', fromIndex: 0 },
  ...{ savedAt: NOW, changedAt: NOW, notices: 0, waiting: 0, ...over },
});
const jobs: (() => Promise<void>)[] = [];
const scheduler = {
  every: (_: string, __: number, job: () => Promise<void>) => jobs.push(job),
} as unknown as Scheduler;

let log: LogDatabase;
const store = new WatchStore();
beforeEach(async () => {
  log = await LogDatabase.create();
  await log.sealer().begin(() => Promise.resolve(), null);
});
afterEach(() => log.close());

const follower = (work: UnitOfWork = log.work()): WatchFollower => new WatchFollower(work, store, log.clock, scheduler);
const counter = (work: UnitOfWork = log.work()): UseCounter => new UseCounter(work, new ReportStore(), scheduler);
const anAccess = (n: number) =>
  aFact({
    ...{ n, topic: 'facts.access', producer: 'gateway', type: 'access.released.v1', key: `d-${n}` },
    content: { effect: 'permit', rows: 2, use: { departmentId: 'hk-mzj', resourceId: 'r-1', purpose: 'p' } },
  });
const seal = async (from: number, to: number): Promise<void> => {
  const messages = Array.from({ length: to - from + 1 }, (_, i) => anAccess(from + i));
  await log.sealer().seal(messages, () => Promise.resolve());
};
const add = (watch: Watch) => log.work().run((tx) => store.add(tx.query, watch));
const notices = (n: number) => store.notices(log.query, id(n), 0, 200);
/** As the scheduler runs it: what waits first, then what is new. */
const run = async (): Promise<void> => {
  jobs.length = 0;
  follower();
  await jobs[0]!();
};

describe('followers of the log [R14.9]', () => {
  it('count each use and tell of each match once, wherever they are killed', async () => {
    await add(aWatch(1, { everySeconds: 10 }));
    for (let round = 0; round < 8; round += 1) {
      await seal(round * 10 + 1, round * 10 + 10);
      for (const diesAt of [1, 2, 3, 4, 5, 6, 'after commit'] as const) {
        for (const following of [
          follower(new DyingWork(log.work(), diesAt)),
          counter(new DyingWork(log.work(), diesAt)),
        ])
          await following.follow().catch((error: Error) => expect(error.message).toMatch(/^died/));
      }
      log.clock.advance(11_000);
    }
    await run();
    await counter().follow();
    log.clock.advance(11_000);
    await run();
    const told = await notices(1);
    expect(told.map(({ n }) => n)).toEqual(told.map((_, i) => i + 1));
    expect(told.flatMap(({ entries }) => entries)).toEqual(Array.from({ length: 80 }, (_, i) => i));
    const scope = { from: '2026-11-01', until: '2026-12-01' };
    const groups = await log.work().run((tx) => new ReportStore().groups(tx.query, scope, ['resource', 'effect'], 10));
    expect(groups).toEqual([{ resource: 'r-1', effect: 'permit', uses: 80, rows: 160 }]);
  });
});

describe('a watch [R14.9] [R21.1]', () => {
  it('on everything is told at once of the first match, and of what follows together', async () => {
    await add(aWatch(1));
    await seal(1, 3);
    await run();
    await seal(4, 300);
    await run();
    expect(await notices(1)).toMatchObject([{ n: 1, matches: 3, entries: [0, 1, 2] }]);
    log.clock.advance(61_000);
    await run();
    const told = await notices(1);
    expect(told).toMatchObject([{ n: 1 }, { n: 2, matches: 297, firstEntry: 3, lastEntry: 299 }]);
    expect(told[1]!.entries).toHaveLength(100);
  });

  it('that is paused is told of nothing that is sealed meanwhile, nor one that began later of what was before', async () => {
    await add(aWatch(1, { state: 'PAUSED' }));
    await add(aWatch(2, { filter: { about: 'r-1' }, fromIndex: 2 }));
    await add(aWatch(3, { filter: { about: 'r-2' } }));
    await seal(1, 4);
    await run();
    expect([await notices(1), await notices(3)]).toEqual([[], []]);
    expect(await notices(2)).toMatchObject([{ matches: 2, entries: [2, 3] }]);
  });

  it('is found by its index where it is told, listed and counted', async () => {
    await log.query(
      `INSERT INTO log_watch (id, owner, name, filter, every_seconds, state, from_index, saved_at, changed_at)
       SELECT gen_random_uuid(), 'o-' || i % 100, 'n', '{}', 60, CASE WHEN i % 50 = 0 THEN 'ACTIVE' ELSE 'ENDED' END, 0,
              now(), now() FROM generate_series(1, 5000) i`,
    );
    await log.query(
      `INSERT INTO use_count SELECT date '2026-01-01' + i % 365, 'd-' || i % 40, 'r-' || i, 'permit', '', 'p', 1, 1
       FROM generate_series(1, 20000) i`,
    );
    await log.query('ANALYZE log_watch, use_count');
    const plan = async (text: string): Promise<string> =>
      (await log.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`)).map((row) => row['QUERY PLAN']).join('\n');
    expect(await plan(`SELECT id FROM log_watch WHERE state = 'ACTIVE'`)).toContain('log_watch_active');
    expect(await plan(`SELECT id FROM log_watch WHERE waiting > 0`)).toContain('log_watch_waiting');
    expect(await plan(`SELECT id FROM log_watch WHERE owner = 'o-1' ORDER BY saved_at, id LIMIT 50`)).toContain('log_watch_owner'); // prettier-ignore
    const counted = `SELECT sum(uses) FROM use_count WHERE day >= '2026-03-01' AND day < '2026-03-08'`;
    expect(await plan(counted)).toContain('use_count_pkey');
    expect(await plan(`${counted} AND department = 'd-7'`)).toContain('use_count_department');
  });
});
