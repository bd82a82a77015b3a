import { testDatabase, type TestDatabase } from '@qiongtong/testing';
import type { DataSource } from 'typeorm';
import { findAnswer, FixedClock, IdempotencyConflict, openDatabase, sql, UnitOfWork } from '../../src/database';
import { requestContext, type IdempotencyClaim } from '../../src/request-context';

describe('unit of work', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let work: UnitOfWork;
  beforeAll(async () => {
    database = await testDatabase('work');
    dataSource = await openDatabase({ url: database.url, applicationName: 'test' });
    work = new UnitOfWork(dataSource, 'catalogue', new FixedClock('2026-11-22T08:00:00Z'));
    await sql(dataSource, 'CREATE TABLE thing (id text PRIMARY KEY, n integer NOT NULL)');
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const things = async () =>
    (await sql<{ id: string }>(dataSource, 'SELECT id FROM thing ORDER BY id')).map((t) => t.id);
  const claim = (key: string): IdempotencyClaim => ({
    caller: 'a',
    key,
    operation: 'POST /v1/things',
    digest: 'd',
    claimed: false,
  });
  const within = <T>(idempotency: IdempotencyClaim, run: () => Promise<T>) =>
    requestContext.run({ traceId: '', traceparent: '', idempotency }, run);
  const insert = (id: string) => () =>
    work.run(async (tx) => {
      await tx.query('INSERT INTO thing VALUES ($1, 0)', [id]);
      return { id };
    });

  it('leaves nothing behind when it fails', async () => {
    await expect(
      work.run(async (tx) => {
        await tx.query(`INSERT INTO thing VALUES ('gone', 0)`);
        tx.state('policy.resources', 'r', { id: 'r', version: 1 });
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await things()).not.toContain('gone');
    expect(await sql(dataSource, 'SELECT 1 FROM outbox')).toEqual([]);
  });

  it('answers rows of an update', async () => {
    await insert('u')();
    expect(await work.run((tx) => tx.query(`UPDATE thing SET n = 7 WHERE id = 'u' RETURNING n`))).toEqual([{ n: 7 }]);
  });

  it('runs again after a deadlock', async () => {
    await insert('d1')();
    await insert('d2')();
    let runs = 0;
    const both = (first: string, second: string) =>
      work.run(async (tx) => {
        runs++;
        await tx.query('UPDATE thing SET n = n + 1 WHERE id = $1', [first]);
        await new Promise((resolve) => setTimeout(resolve, 100));
        await tx.query('UPDATE thing SET n = n + 1 WHERE id = $1', [second]);
      });
    await Promise.all([both('d1', 'd2'), both('d2', 'd1')]);
    expect(runs).toBeGreaterThan(2);
    expect(await sql(dataSource, `SELECT n FROM thing WHERE id LIKE 'd_'`)).toEqual([{ n: 2 }, { n: 2 }]);
  });

  it('has one effect under one idempotency key, and keeps its answer', async () => {
    expect(await within(claim('k1'), insert('once'))).toEqual({ id: 'once' });
    await expect(within(claim('k1'), insert('twice'))).rejects.toThrow(IdempotencyConflict);
    expect(await things()).not.toContain('twice');
    expect(await findAnswer(dataSource, 'a', 'k1')).toMatchObject({
      operation: 'POST /v1/things',
      digest: 'd',
      answer: { id: 'once' },
    });
    expect(await findAnswer(dataSource, 'b', 'k1')).toBeNull();
  });

  it('makes a second request with the key wait for the first', async () => {
    const first = within(claim('k2'), () =>
      work.run(async (tx) => {
        await tx.query(`INSERT INTO thing VALUES ('slow', 0)`);
        await new Promise((resolve) => setTimeout(resolve, 300));
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    await expect(within(claim('k2'), insert('second'))).rejects.toThrow(IdempotencyConflict);
    await first;
    expect(await things()).not.toContain('second');
  });

  it('gives the key back when the work is refused', async () => {
    const idempotency = claim('k3');
    await expect(within(idempotency, () => work.run(() => Promise.reject(new Error('refused'))))).rejects.toThrow(
      'refused',
    );
    expect(await within(idempotency, insert('afterwards'))).toEqual({ id: 'afterwards' });
  });

  it('takes the key only for the first unit of work of a request', async () => {
    await within(claim('k4'), async () => {
      await insert('a1')();
      await insert('a2')();
    });
    expect((await findAnswer(dataSource, 'a', 'k4'))?.answer).toEqual({ id: 'a1' });
  });

  it('migrates once when many processes start together', async () => {
    const other = await testDatabase('start');
    const started = await Promise.all([1, 2, 3].map(() => openDatabase({ url: other.url, applicationName: 'test' })));
    expect(await sql(started[0]!, 'SELECT name FROM migrations')).toHaveLength(1);
    await Promise.all(started.map((d) => d.destroy()));
    await other.drop();
  });
});
