/** Where the log stands as plain files: everybody who reads it reads it without us. Paths as C2SP tlog-tiles has them. */
export abstract class LogFiles {
  /** Says where, for messages. */
  abstract readonly place: string;
  /** null where there is none. */
  abstract read(path: string): Promise<Buffer | null>;
  /** Whole or not at all, and durable when it resolves; what stood there is replaced. */
  abstract write(path: string, bytes: Uint8Array): Promise<void>;
  /** Removes the narrower forms of a tile that is full now. */
  abstract removePartial(path: string): Promise<void>;
}
