import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LogFiles } from './log-files';

const PRIVATE = { folder: 0o700, file: 0o600 } as const;

/** Files of a folder, for nobody but the service's own user: whoever may read them gets a copy. */
export class FolderFiles extends LogFiles {
  constructor(readonly place: string) {
    super();
  }

  async read(path: string): Promise<Buffer | null> {
    try {
      return await readFile(join(this.place, path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    const there = await this.read(path);
    if (there && Buffer.compare(there, bytes) !== 0) throw new Error(`${this.place}: other bytes stand at ${path}`);
    if (!there) await this.put(path, bytes);
  }

  replace(path: string, bytes: Uint8Array): Promise<void> {
    return this.put(path, bytes);
  }

  removePartial(path: string): Promise<void> {
    return rm(join(this.place, `${path}.p`), { recursive: true, force: true });
  }

  private async put(path: string, bytes: Uint8Array): Promise<void> {
    const target = join(this.place, path);
    const folder = dirname(target);
    await mkdir(folder, { recursive: true, mode: PRIVATE.folder });
    const part = `${target}.part`;
    const file = await open(part, 'w', PRIVATE.file);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, target);
    // The new name is in the folder, which is a file of its own to the disk.
    const named = await open(folder, 'r');
    await named.sync().finally(() => named.close());
  }
}
