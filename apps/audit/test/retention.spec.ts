import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Scheduler, UnitOfWork } from '@qiongtong/platform';
import { ArchivedTexts } from '../src/archive/archived-texts';
import { consistencyRanges, inclusionRanges, verifyConsistency, verifyInclusion } from '../src/log/domain/proofs';
import { LogStore } from '../src/log/log.store';
import { ProofStore } from '../src/log/proof.store';
import { Traces1798070001000 } from '../src/migrations/1798070001000-traces';
import { Retention1798750000001 } from '../src/migrations/1798750000001-retention';
import { Archiver } from '../src/retention/archiver';
import { ArchiveStore } from '../src/retention/archive.store';
import { HoldStore } from '../src/retention/hold.store';
import { Retention } from '../src/retention/retention';
import { SearchStore } from '../src/search/search.store';
import { TermFollower } from '../src/search/term.follower';
import { TermStore } from '../src/search/term.store';
import { FolderFiles } from '../src/tiles/files/folder-files';
import { TileStore } from '../src/tiles/tile.store';
import { aFact } from './facts';
import { aKey, DyingWork, LogDatabase } from './log-database';

const VERIFY = resolve(__dirname, '../../../tools/verify/verify.mjs');
/** Entries are sealed on 2026-11-23. */
const BEFORE = new Date('2029-11-22T08:00:00Z');
const AFTER = new Date('2029-11-24T08:00:00Z');
const LARGE = 7;
const nobodyElse = () => Promise.resolve();
const scheduler = { every: () => undefined } as unknown as Scheduler;

/** Writes nothing any more after so many files. */
class DyingFiles extends FolderFiles {
  constructor(
    place: string,
    public left = Infinity,
  ) {
    super(place);
  }
  override write(path: string, bytes: Uint8Array): Promise<void> {
    return this.died() ? Promise.reject(new Error('died')) : super.write(path, bytes);
  }
  override replace(path: string, bytes: Uint8Array): Promise<void> {
    return this.died() ? Promise.reject(new Error('died')) : super.replace(path, bytes);
  }
  private died(): boolean {
    this.left -= 1;
    return this.left < 0;
  }
}

let log: LogDatabase;
let folder: string;
let before: { index: number; entry: string; hash: Buffer }[];
const rows = () =>
  log.query<{ index: number; entry: string | null; hash: Buffer }>(
    'SELECT index::float8 AS index, entry, leaf_hash AS hash FROM log_entry ORDER BY index',
  );
const pruned = async (): Promise<number[]> =>
  (await rows()).filter(({ entry }) => entry === null).map(({ index }) => index);
const seal = async (from: number, to: number): Promise<void> => {
  const messages = Array.from({ length: to - from + 1 }, (_, i) => {
    const n = from + i;
    const text = n === LARGE + 1 ? { text: 'x'.repeat(70_000) } : {};
    return aFact({ n, key: `k-${n - 1}`, content: { grantId: `g-${(n - 1) % 100}`, providerId: 'hk-mzj', ...text } });
  });
  await log.sealer().seal(messages, nobodyElse);
};
const retention = (files: FolderFiles | null = new FolderFiles(folder), work: UnitOfWork = log.work(), key = log.key) =>
  new Retention(
    work,
    new ArchiveStore(),
    new SearchStore(),
    new Archiver(log.dataSource, new ArchiveStore(), new LogStore(), new TileStore(), key),
    { files, years: 3 },
    scheduler,
  );
/** As the sealer does with the fact that the outbox has. */
const sealTheFact = () =>
  log
    .sealer()
    .seal(
      [aFact({ n: 1, topic: 'facts.audit', type: 'audit.log-archived.v1', key: '0-512', content: { from: 0 } })],
      nobodyElse,
    );
const archived = async (): Promise<void> => {
  expect(await retention().archiveNext(AFTER)).toBe(true);
  await sealTheFact();
};
const outbox = (type: string) => log.query(`SELECT 1 FROM outbox WHERE headers::text LIKE $1`, [`%${type}%`]);

beforeEach(async () => {
  log = await LogDatabase.create([Traces1798070001000, Retention1798750000001]);
  folder = join(mkdtempSync(join(tmpdir(), 'qiongtong-archive-')), 'archive');
  await log.sealer().begin(nobodyElse, null);
  await seal(1, 300);
  await seal(301, 600);
  await new TermFollower(log.work(), new TermStore(), scheduler).follow();
  await log.query(`UPDATE log_follower SET next_index = 600`);
  await log.query('UPDATE traced_to SET next_index = 600');
  before = (await rows()) as typeof before;
});
afterEach(async () => {
  await log.close();
  rmSync(join(folder, '..'), { recursive: true });
});

describe('entries older than three years [R14.9]', () => {
  it('are archived and pruned once, with no text lost, whatever step their keeper died at', async () => {
    for (let left = 0, done = false; !done; left += 1) {
      done = await retention(new DyingFiles(folder, left))
        .archiveNext(AFTER)
        .catch((error: Error) => (expect(error.message).toBe('died'), false));
      if (!done) expect(await log.query('SELECT 1 FROM log_archive')).toEqual([]);
      else expect(left).toBeGreaterThan(8);
    }
    await log.query('DELETE FROM log_archive');
    await log.query('DELETE FROM outbox');
    for (const diesAt of [1, 2, 3, 4, 'after commit'] as const)
      await retention(undefined, new DyingWork(log.work(), diesAt))
        .archiveNext(AFTER)
        .catch((error: Error) => expect(error.message).toMatch(/^died/));
    await retention().archiveNext(AFTER);
    await retention().archiveNext(AFTER);
    expect(await log.query('SELECT from_index::int AS f, to_index::int AS t FROM log_archive')).toEqual([{ f: 0, t: 512 }]);
    expect(await outbox('audit.log-archived.v1')).toHaveLength(1);

    // Not before the log itself says so.
    await retention().prune(AFTER);
    expect(await pruned()).toEqual([]);
    await sealTheFact();
    for (const diesAt of [1, 2, 3, 4, 'after commit'] as const) {
      await retention(undefined, new DyingWork(log.work(), diesAt))
        .prune(AFTER)
        .catch((error: Error) => expect(error.message).toMatch(/^died/));
      expect([0, 512]).toContain((await pruned()).length);
    }
    await retention().prune(AFTER);
    expect(await pruned()).toEqual(Array.from({ length: 512 }, (_, i) => i));
    expect(await outbox('audit.log-pruned.v1')).toHaveLength(1);
    expect((await rows()).slice(512, 600).map(({ entry }) => entry)).toEqual(before.slice(512).map(({ entry }) => entry));
    const verified = spawnSync(process.execPath, [VERIFY, 'folder', folder, '--key', log.key.verifierKey], { encoding: 'utf8' });
    expect([verified.status, verified.stdout]).toEqual([0, expect.stringContaining('OK: 512 entries')]);
  }); // prettier-ignore

  it('are proved as before and read from the archive; what was changed there is never shown', async () => {
    await archived();
    await retention().prune(AFTER);
    const texts = new ArchivedTexts(new FolderFiles(folder));
    const [store, bare] = [new LogStore(texts), new LogStore()];
    const proofs = new ProofStore();
    const head = (await store.newest(log.query))!;
    for (const { index, entry, hash } of before.filter(({ index: i }) => i % 37 === 0)) {
      const proof = await proofs.proof(log.query, inclusionRanges(index, head.size));
      expect(verifyInclusion({ leaf: hash, index, ...head }, proof)).toBe(true);
      expect((await store.entry(log.query, index, null))?.entry).toBe(entry);
    }
    const older = (await store.checkpoint(log.query, 300))!;
    expect(verifyConsistency(older, head, await proofs.proof(log.query, consistencyRanges(300, head.size)))).toBe(true);
    const page = await store.exportPage(log.query, 0, 600);
    expect(page.length).toBeGreaterThan(200);
    expect(page.map(({ entry }) => entry)).toEqual(before.slice(0, page.length).map(({ entry }) => entry));
    const wanted = { terms: ['about:g-5'], department: null };
    const found = await new SearchStore(texts).page(log.query, wanted, 'about:g-5', { from: 0, before: 600 }, 10);
    expect(found.map(({ entry }) => entry)).toEqual([5, 105, 205, 305, 405, 505].map((i) => before[i]!.entry));
    const ref = { level: 'entries', index: 1, width: 256 } as const;
    expect(await new TileStore(texts).read(log.query, ref)).toEqual(readFileSync(join(folder, 'tile/entries/001')));
    expect((await store.largeMessage(log.query, LARGE))?.length).toBeGreaterThan(70_000);
    expect(await log.query('SELECT 1 FROM large_message')).toEqual([]);

    const elsewhere = { code: 'audit.entry_archived', entry: { kind: 'gone' }, details: { about: ['tile/entries/000'] } };
    await expect(bare.entry(log.query, 5, null)).rejects.toMatchObject(elsewhere);
    const file = join(folder, 'tile/entries/000');
    const bytes = readFileSync(file);
    bytes.write('h', bytes.indexOf('g-5'));
    writeFileSync(file, bytes);
    await expect(store.entry(log.query, 5, null)).rejects.toMatchObject(elsewhere);
    expect((await store.entry(log.query, 6, null))?.entry).toBe(before[6]!.entry);
  }); // prettier-ignore

  it.each<[string, (at: (path: string) => string) => void]>([
    ['a bundle that is gone', (at) => rmSync(at('tile/entries/001'))],
    ['a bundle with another byte', (at) => writeFileSync(at('tile/entries/000'), Buffer.concat([readFileSync(at('tile/entries/000')), Buffer.of(0)]))], // prettier-ignore
    ['hashes that are not the tree', (at) => writeFileSync(at('tile/0/000'), Buffer.alloc(8192))],
    ['a manifest that leaves a file out', (at) => writeFileSync(at('manifest/0-512.json'), readFileSync(at('manifest/0-512.json'), 'utf8').replace(/\{[^{]*001"[^}]*\},/, ''))], // prettier-ignore
    ['a manifest that is not signed', (at) => writeFileSync(at('manifest/0-512.note'), 'nobody\n')],
    ['a message that is gone', (at) => rmSync(at(`message/${LARGE}`))],
  ])('stay when the archive has %s', async (_, harm) => {
    await archived();
    harm((path) => join(folder, path));
    await expect(retention().prune(AFTER)).rejects.toThrow('does not hold 0-512');
    expect(await pruned()).toEqual([]);
  });

  it('stay when a manifest is signed by another key', async () => {
    await archived();
    await expect(retention(undefined, undefined, aKey()).prune(AFTER)).rejects.toThrow('not signed by this log');
    expect(await pruned()).toEqual([]);
  });

  it('are those alone: not younger ones, nor what somebody who follows the log has yet to read, nor without an archive', async () => {
    expect(await retention().archiveNext(BEFORE)).toBe(false);
    expect(await retention(null).archiveNext(AFTER)).toBe(false);
    await log.query(`UPDATE log_follower SET next_index = 255 WHERE name = 'watches'`);
    expect(await retention().archiveNext(AFTER)).toBe(false);
    await log.query(`UPDATE log_follower SET next_index = 257 WHERE name = 'watches'`);
    expect(await retention().archiveNext(AFTER)).toBe(true);
    expect(await log.query('SELECT to_index::int AS t FROM log_archive')).toEqual([{ t: 256 }]);
  });

  it('stay as long as a hold is on an object that they name', async () => {
    const holds = new HoldStore();
    const id = '01900000-0000-7000-8000-000000000001';
    const hold = { id, objectId: 'g-5', ground: 'COURT', document: '1', placedBy: 'a', placedAt: AFTER } as const;
    await log.work().run((tx) => holds.add(tx.query, 'about:g-5', { ...hold, liftedBy: null, liftedAt: null }));
    await archived();
    await retention().prune(AFTER);
    const held = [5, 105, 205, 305, 405, 505];
    expect(await pruned()).toEqual(Array.from({ length: 512 }, (_, i) => i).filter((i) => !held.includes(i)));
    await retention().prune(AFTER);
    expect(await outbox('audit.log-pruned.v1')).toHaveLength(1);
    await log.work().run((tx) => holds.lift(tx.query, id, 'b', AFTER));
    await retention().prune(AFTER);
    expect(await pruned()).toHaveLength(512);
  });

  it('lose nothing but their text, and that only when it stands in the archive', async () => {
    const refused = 'is append-only';
    await expect(log.query('UPDATE log_entry SET entry = NULL WHERE index = 5')).rejects.toThrow(refused);
    await archived();
    await log.query('UPDATE log_entry SET entry = NULL WHERE index = 5');
    for (const change of [
      'UPDATE log_entry SET entry = NULL WHERE index = 512',
      `UPDATE log_entry SET entry = 'x' WHERE index = 5`,
      `UPDATE log_entry SET entry = NULL, actor = 'x' WHERE index = 6`,
      'DELETE FROM log_entry WHERE index = 6',
    ])
      await expect(log.query(change)).rejects.toThrow(refused);
  });
});
