import type { Readable } from 'node:stream';

/** Where a file is written to: nothing of it is to be found under its name before it is whole. */
export interface BlobWriter {
  /** Resolves when more can be taken; rejects when it could not be written. */
  write(bytes: Uint8Array): Promise<void>;
  /** Makes it found, whole and durable. */
  commit(): Promise<void>;
  /** Leaves nothing behind. Never rejects. */
  abort(): Promise<void>;
}

/** Files that a service keeps for a while, by name. All replicas of a service see the same ones. */
export abstract class Blobs {
  abstract create(name: string): Promise<BlobWriter>;
  /** Rejects when there is none. */
  abstract open(name: string): Promise<Readable>;
  /** Also what was begun under that name and never finished; one that is not there is no error. */
  abstract remove(name: string): Promise<void>;
  /** Names with that beginning of files, whole or begun, to which nothing has been written since. */
  abstract before(at: Date, beginning: string): Promise<string[]>;
}
