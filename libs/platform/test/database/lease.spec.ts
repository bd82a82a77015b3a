import { testDatabase, type TestDatabase } from '@qiongtong/testing';
import type { DataSource } from 'typeorm';
import { inTransaction, Lease, LeaseLost, openDatabase, sql, type LeaseTerm } from '../../src/database';

const until = async (check: () => boolean) => {
  while (!check()) await new Promise((resolve) => setTimeout(resolve, 10));
};

describe('lease', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  beforeAll(async () => {
    database = await testDatabase('lease');
    dataSource = await openDatabase({ url: database.url, applicationName: 'test' });
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  /** Holds until told to stop; notes its terms. */
  const holder = (name: string, ttlMs = 600) => {
    const stop = new AbortController();
    const terms: LeaseTerm[] = [];
    const running = new Lease(dataSource, name, { ttlMs }).hold(async (term) => {
      terms.push(term);
      await new Promise<void>((resolve) => term.signal.addEventListener('abort', () => resolve()));
    }, stop.signal);
    return { terms, end: () => (stop.abort(), running) };
  };

  it('is held by one at a time, and by the next as soon as it is given back', async () => {
    // Long beside what a busy machine holds a process up for: a lease that was not renewed in time would pass on rightly.
    const ttlMs = 4_000;
    const a = holder('one', ttlMs);
    await until(() => a.terms.length === 1);
    const b = holder('one', ttlMs);
    await new Promise((resolve) => setTimeout(resolve, 1.5 * ttlMs));
    expect([a.terms.length, b.terms.length]).toEqual([1, 0]);
    await a.end();
    await until(() => b.terms.length === 1);
    expect(BigInt(b.terms[0]!.epoch)).toBeGreaterThan(BigInt(a.terms[0]!.epoch));
    await b.end();
  });

  it('is taken over from a holder that fell silent, who can confirm it no more', async () => {
    const a = holder('two');
    await until(() => a.terms.length === 1);
    await sql(dataSource, `UPDATE lease SET expires_at = clock_timestamp() - interval '1 second' WHERE name = 'two'`);
    const b = holder('two');
    await until(() => b.terms.length === 1 || a.terms.length === 2);
    const confirm = (term: LeaseTerm) => inTransaction(dataSource, (query) => term.confirm(query));
    await expect(confirm(a.terms[0]!)).rejects.toThrow(LeaseLost);
    await until(() => a.terms[0]!.signal.aborted);
    await confirm((b.terms[0] ?? a.terms[1])!);
    await Promise.all([a.end(), b.end()]);
  });

  it('cannot be taken over while a transaction that has it confirmed is at work', async () => {
    const a = holder('three');
    await until(() => a.terms.length === 1);
    let b: ReturnType<typeof holder> | undefined;
    await inTransaction(dataSource, async (query) => {
      await a.terms[0]!.confirm(query);
      b = holder('three');
      await query('SELECT pg_sleep(1.2)');
      expect(b.terms).toEqual([]);
    });
    await Promise.all([a.end(), b!.end()]);
  });

  it('is taken over from a holder that was cut off in the middle of a transaction, which then writes nothing', async () => {
    const a = holder('five');
    await until(() => a.terms.length === 1);
    await sql(dataSource, 'CREATE TABLE written (at timestamptz)');
    let b: ReturnType<typeof holder> | undefined;
    const cutOff = inTransaction(dataSource, async (query) => {
      await a.terms[0]!.confirm(query);
      await query('INSERT INTO written VALUES (now())');
      b = holder('five');
      await until(() => b!.terms.length + a.terms.length > 1);
    });
    await expect(cutOff).rejects.toThrow();
    expect(await sql(dataSource, 'SELECT FROM written')).toEqual([]);
    await Promise.all([a.end(), b!.end()]);
  });

  it('runs work again that failed, under the same term', async () => {
    const stop = new AbortController();
    const epochs: string[] = [];
    const running = new Lease(dataSource, 'four', { ttlMs: 5000 }).hold((term) => {
      epochs.push(term.epoch);
      if (epochs.length < 3) return Promise.reject(new Error('once more'));
      stop.abort();
      return Promise.resolve();
    }, stop.signal);
    await running;
    expect(epochs).toHaveLength(3);
    expect(new Set(epochs).size).toBe(1);
  });
});
