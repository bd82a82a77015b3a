import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Drain, FixedClock, Metrics, Scheduler } from '@qiongtong/platform';
import { leafHash } from '../src/log/domain/hashing';
import { LogMetrics } from '../src/log/log.metrics';
import { LogStore } from '../src/log/log.store';
import { newTiles, tilePath } from '../src/log/domain/tile-path';
import { FolderFiles } from '../src/tiles/files/folder-files';
import { LogCopy } from '../src/tiles/files/log-copy';
import { TileStore } from '../src/tiles/tile.store';
import { aFact, facts } from './facts';
import { aKey, LogDatabase } from './log-database';

jest.setTimeout(60_000);

const VERIFY = resolve(__dirname, '../../../tools/verify/verify.mjs');
const run = promisify(execFile);
const nobodyElse = () => Promise.resolve();

/** Writes nothing any more after so many files: a process that dies between two of them. */
class DyingFiles extends FolderFiles {
  constructor(
    place: string,
    public left: number,
  ) {
    super(place);
  }
  override async write(path: string, bytes: Uint8Array): Promise<void> {
    if (this.left-- <= 0) throw new Error('died');
    return super.write(path, bytes);
  }
  override async replace(path: string, bytes: Uint8Array): Promise<void> {
    if (this.left-- <= 0) throw new Error('died');
    return super.replace(path, bytes);
  }
}

describe('[R14.9] the log as plain files', () => {
  let log: LogDatabase;
  let folder: string;
  let metrics: LogMetrics;
  let sealed = 0;
  beforeEach(async () => {
    log = await LogDatabase.create();
    folder = join(mkdtempSync(join(tmpdir(), 'qiongtong-log-')), 'log');
    metrics = new LogMetrics(new Metrics());
    sealed = 0;
    await log.sealer().begin(nobodyElse, null);
  });
  afterEach(async () => {
    await log.close();
    rmSync(join(folder, '..'), { recursive: true });
  });

  const seal = async (count: number): Promise<void> => {
    await log.sealer().seal(facts(sealed + 1, sealed + count), nobodyElse);
    sealed += count;
  };
  const copy = (files = new FolderFiles(folder), key = log.key): LogCopy =>
    new LogCopy(
      log.dataSource,
      new LogStore(),
      new TileStore(),
      key,
      metrics,
      files,
      new Scheduler(log.dataSource, new FixedClock('2026-11-23T08:00:00Z'), new Metrics(), new Drain()),
    );
  const verify = (...options: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [VERIFY, 'folder', folder, '--key', log.key.verifierKey, ...options],
      { encoding: 'utf8' },
    );
    return { status, text: stdout + stderr };
  };
  const files = (): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => join(one.parentPath, one.name).slice(folder.length + 1))
      .sort();

  it('hold what the checkpoint in them covers, for every size they grow through', async () => {
    for (const grown of [0, 1, 254, 1, 1, 300, 0]) {
      if (grown > 0) await seal(grown);
      await copy().follow();
      expect(verify()).toMatchObject({ status: 0, text: expect.stringContaining(`OK: ${sealed} entries`) as string });
    }
    // Of a tile that is full nothing narrower is left.
    expect(files()).toEqual([
      'checkpoint',
      ...['tile/0/000', 'tile/0/001', 'tile/0/002.p/45', 'tile/1/000.p/1', 'tile/1/000.p/2'],
      ...['tile/entries/000', 'tile/entries/001', 'tile/entries/002.p/45'],
    ]);
    expect([statSync(folder).mode & 0o777, statSync(join(folder, 'tile/entries/000')).mode & 0o777]).toEqual([
      0o700, 0o600,
    ]);
  });

  it('are a whole log whenever they are looked at, after whichever file their writer died', async () => {
    await seal(200);
    await copy().follow();
    await seal(400);
    const dying = new DyingFiles(folder, 0);
    for (let left = 0; left < 9; left += 1) {
      dying.left = left;
      if (left < 8) await expect(copy(dying).follow()).rejects.toThrow('died');
      else await copy(dying).follow();
      expect(verify()).toMatchObject({
        status: 0,
        text: expect.stringContaining(`OK: ${left < 8 ? 200 : 600}`) as string,
      });
    }
  });

  it('name any byte that was changed, and any file that is missing', async () => {
    await seal(300);
    await copy().follow();
    for (const path of files()) {
      const file = join(folder, path);
      const original = readFileSync(file);
      for (const at of [0, 1, Math.floor(original.length / 2), original.length - 1]) {
        const changed = Buffer.from(original);
        changed[at]! ^= 1;
        writeFileSync(file, changed);
        const { status, text } = verify();
        expect([path, at, status]).toEqual([path, at, 1]);
        expect(text).toMatch(path === 'checkpoint' ? /checkpoint|base64|key of/ : /entry \d+|tile/);
      }
      writeFileSync(file, Buffer.concat([original, Buffer.of(0)]));
      expect([path, verify().status]).toEqual([path, 1]);
      rmSync(file);
      expect([path, verify().status]).toEqual([path, 1]);
      writeFileSync(file, original);
    }
    expect(verify().status).toBe(0);
  });

  it('are verified where they are served, by plain HTTP, also while they grow', async () => {
    await seal(300);
    await copy().follow();
    const older = readFileSync(join(folder, 'checkpoint'), 'utf8');
    await seal(300);
    await copy().follow();
    const server = createServer((request, response) => {
      const file = join(folder, request.url ?? '');
      if (existsSync(file) && statSync(file).isFile()) response.end(readFileSync(file));
      else response.writeHead(404).end();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const verifyUrl = (...options: string[]): Promise<string> =>
      run(process.execPath, [VERIFY, 'url', `http://127.0.0.1:${port}`, '--key', log.key.verifierKey, ...options]).then(
        ({ stdout }) => stdout,
        ({ stderr }: { stderr: string }) => stderr,
      );
    try {
      expect(await verifyUrl()).toMatch(/^OK: 600 entries in files/);
      expect(await verifyUrl('--checkpoint', older)).toMatch(/^OK: 300 entries in files/);
      rmSync(join(folder, 'tile/entries/001'));
      expect(await verifyUrl()).toMatch(/^WRONG: [^]*entries 256 to 511: tile\/entries\/001 is missing/);
      rmSync(join(folder, 'checkpoint'));
      expect(await verifyUrl()).toContain('there is no checkpoint at this address');
    } finally {
      await new Promise((done) => server.close(done));
    }
  });

  it('are checked against an older checkpoint that was kept elsewhere, and against none of another log', async () => {
    await seal(100);
    await copy().follow();
    const older = readFileSync(join(folder, 'checkpoint'), 'utf8');
    await seal(200);
    await copy().follow();
    expect(verify('--checkpoint', older)).toMatchObject({
      status: 0,
      text: expect.stringContaining('OK: 100') as string,
    });
    const other = aKey().sign({ size: 100, root: leafHash(Buffer.from('x')) });
    expect(verify('--checkpoint', other).status).toBe(1);
  });

  it('are left alone where they hold another past than the database, or that of another key', async () => {
    await seal(10);
    await copy().follow();
    const whole = files();
    writeFileSync(join(folder, 'checkpoint'), log.key.sign({ size: 10, root: leafHash(Buffer.from('x')) }));
    await seal(10);
    await expect(copy().follow()).rejects.toThrow('another past of 10 entries');
    writeFileSync(join(folder, 'checkpoint'), aKey().sign({ size: 10, root: leafHash(Buffer.from('x')) }));
    await expect(copy().follow()).rejects.toThrow("not signed by this log's key");
    expect(files()).toEqual(whole);
  });

  it('take a message of five megabytes by its digest, and the log keeps it beside', async () => {
    const large = aFact({ n: 1, content: { providerId: 'hk-mzj', text: '海'.repeat(1_700_000) } });
    const odd = { ...aFact({ n: 2 }), key: 'k'.repeat(100_000) };
    const justRoom = aFact({ n: 3, content: { providerId: 'hk-mzj', text: 'x'.repeat(64_000) } });
    await log.sealer().seal([large, odd, justRoom], nobodyElse);
    await copy().follow();
    expect(verify().status).toBe(0);
    const rows = await log.query<{ entry: string; concerns: string[]; key: Buffer | null; value: Buffer | null }>(
      `SELECT entry, concerns, m.key, m.value FROM log_entry LEFT JOIN large_message m ON entry_index = index ORDER BY index`,
    );
    expect(rows.map(({ entry, concerns }) => [JSON.parse(entry).omitted?.bytes ?? null, concerns])).toEqual([
      [large.value!.length, []],
      [odd.value!.length, []],
      [null, ['hk-mzj']],
    ]);
    expect(rows[0]!.value!.equals(large.value!)).toBe(true);
    expect(rows[1]!.key!.toString()).toBe(odd.key);
    expect(existsSync(join(folder, 'tile/entries/000.p/3'))).toBe(true);
    expect([...newTiles(0, 3)].map(tilePath)).toHaveLength(2);
  });
});
