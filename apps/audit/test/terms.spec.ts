import type { Scheduler, UnitOfWork } from '@qiongtong/platform';
import { SearchStore } from '../src/search/search.store';
import { TermFollower } from '../src/search/term.follower';
import { TermStore } from '../src/search/term.store';
import { facts } from './facts';
import { DyingWork, LogDatabase } from './log-database';

let log: LogDatabase;
beforeEach(async () => {
  log = await LogDatabase.create();
});
afterEach(() => log.close());

const follower = (work: UnitOfWork): TermFollower =>
  new TermFollower(work, new TermStore(), { every: () => undefined } as unknown as Scheduler);
const seal = async (from: number, to: number): Promise<void> => {
  await log.sealer().seal(facts(from, to), () => Promise.resolve());
};
const hits = (term: string) =>
  log.query<{ index: number }>(`SELECT entry_index::float8 AS index FROM log_term WHERE term = $1 ORDER BY 1`, [term]);

describe('terms of the log', () => {
  it('are the same wherever their follower was killed, and as many times [R14.9]', async () => {
    await log.sealer().begin(() => Promise.resolve(), null);
    for (let round = 0; round < 20; round += 1) {
      await seal(round * 10 + 1, round * 10 + 10);
      for (const diesAt of [1, 2, 3, 4, 'after commit'] as const)
        await follower(new DyingWork(log.work(), diesAt))
          .follow()
          .catch((error: Error) => expect(error.message).toMatch(/^died/));
    }
    await follower(log.work()).follow();
    await follower(log.work()).follow();
    expect((await hits('type:catalogue.entry-published.v1')).map(({ index }) => index)).toEqual(
      Array.from({ length: 200 }, (_, i) => i),
    );
    expect(await new SearchStore().searchedTo(log.query)).toBe(200);
  });

  it('refuse a search in which every filter is met too often, and go through one that is not [R21.1]', async () => {
    await log.query(
      `INSERT INTO log_term SELECT term, i FROM generate_series(0, 50000) i, unnest($1::text[]) AS t (term)`,
      [['effect:permit', 'type:a', 'organisation:hk-mzj']],
    );
    await log.query(`INSERT INTO log_term SELECT 'matter:7', i * 1000 FROM generate_series(0, 49) i`);
    await log.query('ANALYZE log_term');
    const store = new SearchStore();
    const span = { from: 0, before: 60_000 };
    const bound = (terms: string[], department: string | null = null, within = span) =>
      log
        .work()
        .run((tx) => store.bound((text, parameters) => tx.query(text, parameters), { terms, department }, within));

    const refused = { code: 'audit.search_too_wide' };
    await expect(bound(['effect:permit', 'type:a'])).rejects.toMatchObject(refused);
    await expect(bound(['organisation:hk-mzj'], 'hk-mzj')).rejects.toMatchObject(refused);
    expect(await bound(['effect:permit', 'type:a', 'matter:7'])).toBe('matter:7');
    expect(await bound(['effect:permit', 'type:a'], null, { from: 0, before: 1000 })).toBe('effect:permit');
    expect(await bound(['effect:permit'])).toBe('effect:permit');
  });

  it('refuse an export of more than one file holds, also without any filter in a log of a billion [R21.1]', async () => {
    await log.query(`INSERT INTO log_term SELECT 'effect:permit', i FROM generate_series(0, 50000) i`);
    const store = new SearchStore();
    const bound = (terms: string[], before: number) =>
      log.work().run((tx) => store.bound(tx.query, { terms, department: null }, { from: 0, before }, 'export'));
    const refused = { code: 'audit.export_too_wide' };
    await expect(bound([], 1_000_000_000)).rejects.toMatchObject(refused);
    await expect(bound(['effect:permit'], 1_000_000_000)).rejects.toMatchObject(refused);
    expect(await bound(['effect:permit'], 50_000)).toBe('effect:permit');
    expect(await bound([], 50_000)).toBeNull();
  });

  it('are gone through by their index alone [R21.1]', async () => {
    await log.query(`INSERT INTO log_term SELECT 't:' || i % 7, i FROM generate_series(0, 20000) i`);
    await log.query('ANALYZE log_term');
    const plan = await log.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT entry_index FROM log_term WHERE term = 't:1' AND entry_index >= 500 ORDER BY entry_index LIMIT 50`,
    );
    const text = plan.map((row) => row['QUERY PLAN']).join('\n');
    expect(text).toContain('log_term_pkey');
    expect(text).not.toMatch(/Seq Scan|Sort/);
  });
});
