import { mkdir, open, opendir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Blobs, type BlobWriter } from './blobs';

const NAME = /^[a-z0-9][a-z0-9.-]{0,199}$/;
const PRIVATE = { folder: 0o700, file: 0o600 } as const;
const READ_BYTES = 256 * 1024;

/** Blobs as files of one folder, which replicas share; for nobody but the service's own user. */
export class FileBlobs extends Blobs {
  constructor(private readonly folder: string) {
    super();
  }

  async create(name: string): Promise<BlobWriter> {
    const [path, part] = this.pathsOf(name);
    await mkdir(this.folder, { recursive: true, mode: PRIVATE.folder });
    return new FileWriter(await open(part, 'w', PRIVATE.file), part, path, this.folder);
  }

  async open(name: string): Promise<Readable> {
    const file = await open(this.pathsOf(name)[0], 'r');
    return file.createReadStream({ highWaterMark: READ_BYTES });
  }

  async remove(name: string): Promise<void> {
    for (const path of this.pathsOf(name)) await rm(path, { force: true });
  }

  async before(at: Date, beginning: string): Promise<string[]> {
    const found = new Set<string>();
    try {
      for await (const { name } of await opendir(this.folder)) {
        if (!name.startsWith(beginning)) continue;
        // One that goes meanwhile is none of them.
        const file = await stat(join(this.folder, name)).catch(() => null);
        if (file && file.mtime < at) found.add(name.replace(/\.part$/, ''));
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    return [...found];
  }

  /** Of the whole file and of what is not whole yet. */
  private pathsOf(name: string): [string, string] {
    if (!NAME.test(name)) throw new Error(`no name for a file: ${name}`);
    const path = join(this.folder, name);
    return [path, `${path}.part`];
  }
}

class FileWriter implements BlobWriter {
  constructor(
    private readonly file: FileHandle,
    private readonly part: string,
    private readonly path: string,
    private readonly folder: string,
  ) {}

  async write(bytes: Uint8Array): Promise<void> {
    // One write of the system may take less than it is given, near the end of a disk for instance.
    for (let at = 0; at < bytes.length;) at += (await this.file.write(bytes, at)).bytesWritten;
  }

  async commit(): Promise<void> {
    await this.file.sync();
    await this.file.close();
    await rename(this.part, this.path);
    // The new name is in the folder, which is a file of its own to the disk.
    const folder = await open(this.folder, 'r');
    await folder.sync().finally(() => folder.close());
  }

  async abort(): Promise<void> {
    await this.file.close().catch(() => undefined);
    await rm(this.part, { force: true }).catch(() => undefined);
  }
}
