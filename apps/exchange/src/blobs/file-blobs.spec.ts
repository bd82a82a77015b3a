import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { FileBlobs } from './file-blobs';

describe('files of a folder', () => {
  let folder: string;
  let blobs: FileBlobs;
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'qiongtong-blobs-')), 'exports');
    blobs = new FileBlobs(folder);
  });
  afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

  it('are found when they are whole, and not before', async () => {
    const writer = await blobs.create('e1.1');
    await writer.write(Buffer.from('one '));
    await writer.write(Buffer.from('two'));
    await expect(blobs.open('e1.1')).rejects.toMatchObject({ code: 'ENOENT' });
    await writer.commit();
    expect(await text(await blobs.open('e1.1'))).toBe('one two');
    expect(readdirSync(folder)).toEqual(['e1.1']);
  });

  it('are for nobody but the service', async () => {
    await (await blobs.create('e1.1')).commit();
    expect([statSync(folder).mode & 0o777, statSync(join(folder, 'e1.1')).mode & 0o777]).toEqual([0o700, 0o600]);
  });

  it('leave nothing behind when they are given up', async () => {
    const writer = await blobs.create('e1.1');
    await writer.write(Buffer.from('half'));
    await writer.abort();
    expect(readdirSync(folder)).toEqual([]);
    await expect(writer.write(Buffer.from('more'))).rejects.toThrow();
  });

  it('are removed with what was begun under their name by somebody who died', async () => {
    await (await blobs.create('e1.1')).commit();
    const dead = await blobs.create('e1.1');
    await blobs.remove('e1.1');
    await blobs.remove('never-there');
    expect(readdirSync(folder)).toEqual([]);
    await expect(dead.commit()).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('say so when the disk is full', async () => {
    await (await blobs.create('other')).commit();
    symlinkSync('/dev/full', join(folder, 'e1.1.part'));
    const writer = await blobs.create('e1.1');
    await expect(writer.write(Buffer.alloc(100_000))).rejects.toMatchObject({ code: 'ENOSPC' });
    await writer.abort();
    expect(readdirSync(folder)).toEqual(['other']);
  });

  it('are told by the beginning of their name and how long nothing was written to them', async () => {
    expect(await blobs.before(new Date(), 'e')).toEqual([]);
    for (const name of ['e1.1', 'e1.2', 'other']) await (await blobs.create(name)).commit();
    await blobs.create('e1.3');
    const old = new Date(Date.now() - 60_000);
    for (const name of ['e1.1', 'e1.3.part', 'other']) utimesSync(join(folder, name), old, old);
    expect((await blobs.before(new Date(Date.now() - 30_000), 'e1')).sort()).toEqual(['e1.1', 'e1.3']);
  });

  it.each(['', '../e1', 'e1/2', '.hidden', 'E1', 'e'.repeat(201)])('have no such name: %j', async (name) => {
    for (const done of [() => blobs.create(name), () => blobs.open(name), () => blobs.remove(name)])
      await expect(done()).rejects.toThrow('no name for a file');
  });
});
