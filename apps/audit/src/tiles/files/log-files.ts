/** Where the log stands as plain files: everybody who reads it reads it without us. Paths as C2SP tlog-tiles has them. */
export abstract class LogFiles {
  /** Says where, for messages. */
  abstract readonly place: string;
  /** null where there is none. */
  abstract read(path: string): Promise<Buffer | null>;
  /**
   * What never changes: whole or not at all, and durable when it resolves. The same bytes again have no effect.
   * @throws Error where other bytes stand there; they stay
   */
  abstract write(path: string, bytes: Uint8Array): Promise<void>;
  /** The same for what changes; it is replaced. */
  abstract replace(path: string, bytes: Uint8Array): Promise<void>;
  /** Removes the narrower forms of a tile that is full now. */
  abstract removePartial(path: string): Promise<void>;
}
