import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Drain, FixedClock, Metrics, Scheduler } from '@qiongtong/platform';
import { LogMetrics } from '../src/log/log.metrics';
import { LogStore } from '../src/log/log.store';
import { FolderFiles } from '../src/tiles/files/folder-files';
import { LogCopy } from '../src/tiles/files/log-copy';
import type { LogFiles } from '../src/tiles/files/log-files';
import { S3Files } from '../src/tiles/files/s3-files';
import { TileStore } from '../src/tiles/tile.store';
import { facts } from './facts';
import { LogDatabase } from './log-database';
import { Bucket } from './s3-server';

const VERIFY = resolve(__dirname, '../../../tools/verify/verify.mjs');
const CREDENTIALS = { accessKeyId: 'id', secretAccessKey: 'a secret of a test' };
const nobodyElse = () => Promise.resolve();
const bytes = (text: string) => Buffer.from(text);
const filesAt = (endpoint: string, prefix = 'province/log'): S3Files =>
  new S3Files({ endpoint, bucket: 'audit-log', prefix, region: 'us-east-1', credentials: CREDENTIALS });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qiongtong-s3-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const copyOf = (log: LogDatabase, files: LogFiles): LogCopy =>
  new LogCopy(
    log.dataSource,
    new LogStore(),
    new TileStore(),
    log.key,
    new LogMetrics(new Metrics()),
    files,
    new Scheduler(log.dataSource, new FixedClock('2026-11-23T08:00:00Z'), new Metrics(), new Drain()),
  );

describe('[R14.9] the log as objects of a bucket', () => {
  let bucket: Bucket;
  beforeEach(async () => {
    bucket = await Bucket.start('audit-log');
  });
  afterEach(() => bucket.stop());

  it('never has what stands there replaced by other bytes, whether the service knows conditions or not', async () => {
    for (const conditional of [true, false]) {
      bucket.conditional = conditional;
      const files = filesAt(bucket.endpoint, `conditional-${conditional}`);
      await files.write('tile/0/000', bytes('hashes'));
      await files.write('tile/0/000', bytes('hashes'));
      await expect(files.write('tile/0/000', bytes('others'))).rejects.toThrow('other bytes stand at tile/0/000');
      expect(await files.read('tile/0/000')).toEqual(bytes('hashes'));
      expect(await files.read('tile/0/001')).toBeNull();
    }
  });

  it('is refused to a second writer that has not seen the checkpoint of the first', async () => {
    const [one, other] = [filesAt(bucket.endpoint), filesAt(bucket.endpoint)];
    await one.replace('checkpoint', bytes('1'));
    expect(await other.read('checkpoint')).toEqual(bytes('1'));
    await one.replace('checkpoint', bytes('2'));
    await expect(other.replace('checkpoint', bytes('3'))).rejects.toThrow('412 PreconditionFailed');
    expect(await one.read('checkpoint')).toEqual(bytes('2'));
    await other.replace('checkpoint', bytes('3'));
    expect(await one.read('checkpoint')).toEqual(bytes('3'));
  });

  it('is written through a service that is away for a moment, and whose answers are lost', async () => {
    const files = filesAt(bucket.endpoint);
    bucket.faults.push('unavailable', 'answer lost', 'unavailable');
    await files.write('tile/0/000', bytes('hashes'));
    // The look beforehand is answered; what was written is written again, and stands there by then.
    bucket.faults.push(null, 'answer lost');
    await files.write('tile/0/001', bytes('more'));
    await files.replace('checkpoint', bytes('1'));
    bucket.faults.push('answer lost');
    await files.replace('checkpoint', bytes('2'));
    expect([...bucket.objects].map(([key, value]) => [key, value.toString()])).toEqual([
      ['province/log/tile/0/000', 'hashes'],
      ['province/log/tile/0/001', 'more'],
      ['province/log/checkpoint', '2'],
    ]);
  });

  it('says where it cannot write and why, and nothing of the secret', async () => {
    const files = new S3Files({ endpoint: bucket.endpoint, bucket: 'audit-log', prefix: '', region: 'cn-1', credentials: CREDENTIALS }); // prettier-ignore
    const error = await files.write('tile/0/000', bytes('x')).catch((thrown: Error) => thrown.message);
    expect(error).toBe('s3://audit-log/: cannot read tile/0/000: 403 AccessDenied');
    const { endpoint } = bucket;
    await bucket.stop();
    const away = (await filesAt(endpoint)
      .read('checkpoint')
      .catch((thrown: Error) => thrown)) as Error;
    expect(away.message).toBe('s3://audit-log/province/log does not answer');
    bucket = await Bucket.start('audit-log');
  });

  it('is the same log as in a folder, as it grows', async () => {
    const log = await LogDatabase.create();
    try {
      await log.sealer().begin(nobodyElse, null);
      const twin = new FolderFiles(join(folder, 'twin'));
      let sealed = 0;
      for (const grown of [0, 200, 100, 300]) {
        if (grown > 0) await log.sealer().seal(facts(sealed + 1, sealed + grown), nobodyElse);
        sealed += grown;
        for (const files of [filesAt(bucket.endpoint), twin]) await copyOf(log, files).follow();
      }
      expect([...bucket.objects.keys()].sort()).toEqual(
        [
          ...['checkpoint', 'tile/0/000', 'tile/0/001', 'tile/0/002.p/88', 'tile/1/000.p/1', 'tile/1/000.p/2'],
          ...['tile/entries/000', 'tile/entries/001', 'tile/entries/002.p/88'],
        ].map((path) => `province/log/${path}`),
      );
      for (const [key, value] of bucket.objects) expect([key, await twin.read(key.slice(13))]).toEqual([key, value]);
    } finally {
      await log.close();
    }
  });
});

/** The gateway of Versity, a real service that checks each signature; null where it is not on the PATH. */
function versity(): string | null {
  const found = (process.env['PATH'] ?? '').split(delimiter).map((one) => join(one, 'versitygw')).find((path) => existsSync(path)); // prettier-ignore
  if (found === undefined)
    process.stderr.write('The log was not written to a real S3 service: versitygw is not on the PATH\n');
  return found ?? null;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

describe('[R14.9] the log in a real S3 service', () => {
  let gateway: ChildProcess | undefined;
  afterEach(() => void gateway?.kill());

  it('stands there as it is verified from a folder, and refuses other bytes and a wrong secret', async () => {
    const command = versity();
    if (command === null) return;
    const root = join(folder, 'versity');
    mkdirSync(join(root, 'audit-log'), { recursive: true });
    const port = await freePort();
    const endpoint = `http://127.0.0.1:${port}`;
    gateway = spawn(command, ['--port', `127.0.0.1:${port}`, '--access', 'id', '--secret', CREDENTIALS.secretAccessKey, 'posix', root], { stdio: 'ignore' }); // prettier-ignore
    const files = filesAt(endpoint);
    for (let tries = 0; (await fetch(endpoint).catch(() => null)) === null && tries < 100; tries += 1) await sleep(100);
    const log = await LogDatabase.create();
    try {
      await log.sealer().begin(nobodyElse, null);
      for (const [from, to] of [
        [1, 200],
        [201, 600],
      ] as const) {
        await log.sealer().seal(facts(from, to), nobodyElse);
        await copyOf(log, files).follow();
      }
      const stands = join(root, 'audit-log', 'province', 'log');
      const { status, stdout, stderr } = spawnSync(process.execPath, [VERIFY, 'folder', stands, '--key', log.key.verifierKey], { encoding: 'utf8' }); // prettier-ignore
      expect([status, stdout + stderr]).toEqual([0, expect.stringContaining('OK: 600 entries') as string]);
      expect(existsSync(join(stands, 'tile/0/000.p'))).toBe(false);

      await expect(files.write('tile/0/000', bytes('others'))).rejects.toThrow('other bytes stand');
      const other = filesAt(endpoint);
      await other.read('checkpoint');
      await files.replace('checkpoint', bytes('newer'));
      await expect(other.replace('checkpoint', bytes('late'))).rejects.toThrow('412');
      const stranger = new S3Files({ endpoint, bucket: 'audit-log', prefix: 'a', region: 'us-east-1', credentials: { ...CREDENTIALS, secretAccessKey: 'wrong' } }); // prettier-ignore
      await expect(stranger.write('x', bytes('x'))).rejects.toThrow('403');
    } finally {
      await log.close();
    }
  });
});
