import { testDatabase, type TestDatabase } from '@qiongtong/testing';
import type { DataSource } from 'typeorm';
import { FixedClock, Metrics, openDatabase, Scheduler } from '../../src';
import { Drain } from '../../src/boot/drain';

const until = async (check: () => boolean) => {
  while (!check()) await new Promise((resolve) => setTimeout(resolve, 10));
};
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('scheduler', () => {
  const NOW = '2026-01-05T09:00:00+08:00';
  let database: TestDatabase;
  const ends: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    database = await testDatabase('scheduler');
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  afterAll(() => database.drop());

  /** One replica of a service, whose jobs are given before it starts. */
  const replica = async (
    jobs: Record<string, (now: Date) => Promise<void>>,
    { clock = new FixedClock(NOW), everyMs = 20 } = {},
  ) => {
    const dataSource: DataSource = await openDatabase({ url: database.url, applicationName: 'test' });
    const metrics = new Metrics();
    const drain = new Drain();
    const scheduler = new Scheduler(dataSource, clock, metrics, drain, { ttlMs: 600 });
    for (const [name, job] of Object.entries(jobs)) scheduler.every(name, everyMs, job);
    scheduler.onApplicationBootstrap();
    const die = () => (dataSource.isInitialized ? dataSource.destroy() : Promise.resolve());
    ends.push(async () => {
      await drain.run();
      await die();
    });
    return { scheduler, drain, die, figures: () => metrics.registry.metrics() };
  };

  it('runs a job on one replica at a time, again and again, with the service’s own clock', async () => {
    const runs = { a: 0, b: 0 };
    const times = new Set<string>();
    const job = (which: 'a' | 'b') => (now: Date) => {
      times.add(now.toISOString());
      return Promise.resolve(void runs[which]++);
    };
    await replica({ job: job('a') });
    await until(() => runs.a > 0);
    await replica({ job: job('b') });
    await wait(1200);
    expect(runs.b).toBe(0);
    expect(runs.a).toBeGreaterThan(5);
    expect([...times]).toEqual([new Date(NOW).toISOString()]);
  });

  it('[R12.4] runs at once when the service’s clock was set beyond the interval', async () => {
    const clock = new FixedClock(NOW);
    const times: string[] = [];
    const job = (now: Date) => Promise.resolve(void times.push(now.toISOString()));
    await replica({ job }, { clock, everyMs: 3_600_000 });
    await until(() => times.length === 1);
    clock.advance(3_540_000);
    await wait(600);
    expect(times).toHaveLength(1);
    clock.advance(120_000);
    await until(() => times.length === 2);
    expect(times[1]).toBe('2026-01-05T02:01:00.000Z');
  });

  it('[R12.4] runs again for what became due while it ran', async () => {
    const clock = new FixedClock(NOW);
    const times: string[] = [];
    const job = (now: Date) => {
      times.push(now.toISOString());
      if (times.length === 1) clock.advance(7_200_000);
      return Promise.resolve();
    };
    await replica({ job }, { clock, everyMs: 3_600_000 });
    await until(() => times.length === 2);
    expect(times[1]).toBe('2026-01-05T03:00:00.000Z');
  });

  it('starts and stops in a service without a database, which can schedule nothing', async () => {
    const alone = new Scheduler(null, new FixedClock(NOW), new Metrics(), new Drain());
    expect(() => alone.every('job', 20, () => Promise.resolve())).toThrow(/without a database/);
    alone.onApplicationBootstrap();
    await alone.stop();
  });

  it('is taken over when the replica that ran the jobs dies, and at once when it drains', async () => {
    const runs = { a: 0, b: 0, c: 0 };
    const job = (which: keyof typeof runs) => () => Promise.resolve(void runs[which]++);
    const a = await replica({ job: job('a') });
    await until(() => runs.a > 0);
    const b = await replica({ job: job('b') });
    await a.die();
    await until(() => runs.b > 0);
    await replica({ job: job('c') });
    await b.drain.run();
    const ran = runs.b;
    await until(() => runs.c > 0);
    expect(runs.b).toBe(ran);
  });

  it('goes on after a run that fails, counts it, and keeps the other jobs running', async () => {
    let failed = 0;
    let ran = 0;
    const { figures } = await replica({
      failing: () => (failed++, Promise.reject(new Error('not today'))),
      other: () => Promise.resolve(void ran++),
    });
    await until(() => failed >= 3 && ran >= 3);
    const text = await figures();
    const figure = (name: string, job: string) =>
      Number(new RegExp(`^${name}\\{job="${job}"\\} (\\S+)`, 'm').exec(text)?.[1] ?? NaN);
    expect(figure('qiongtong_job_failures_total', 'failing')).toBeGreaterThanOrEqual(3);
    expect(figure('qiongtong_job_failures_total', 'other')).toBeNaN();
    expect(figure('qiongtong_job_runs_total', 'other')).toBeGreaterThanOrEqual(3);
    expect(figure('qiongtong_job_last_success_age_seconds', 'failing')).toBeGreaterThan(
      figure('qiongtong_job_last_success_age_seconds', 'other'),
    );
  });

  it('never runs a slow job beside itself, not even while it drains', async () => {
    const open: (() => void)[] = [];
    let inHand = 0;
    let most = 0;
    const slow = async () => {
      most = Math.max(most, ++inHand);
      await new Promise<void>((resolve) => open.push(resolve));
      inHand--;
    };
    const { drain } = await replica({ slow });
    await until(() => open.length === 1);
    await replica({ slow });
    let drained = false;
    const draining = drain.run().then(() => (drained = true));
    // Twice the time after which a lease that is not renewed is lost.
    await wait(1200);
    expect([open.length, most, drained]).toEqual([1, 1, false]);
    open[0]!();
    await draining;
    await until(() => open.length === 2);
    expect(most).toBe(1);
    open[1]!();
  });

  it('refuses a name that is taken and a job that comes too late', async () => {
    const { scheduler } = await replica({ job: () => Promise.resolve() });
    expect(() => scheduler.every('later', 20, () => Promise.resolve())).toThrow(/after the service had started/);
    const other = new Scheduler({} as DataSource, new FixedClock(NOW), new Metrics(), new Drain());
    other.every('job', 20, () => Promise.resolve());
    expect(() => other.every('job', 20, () => Promise.resolve())).toThrow(/twice/);
    expect(() => other.every('never', 0, () => Promise.resolve())).toThrow(/interval/);
  });
});
