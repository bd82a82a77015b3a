/** Somebody else has the work now, or its owner ended it: there is nothing to say about it here. */
export class NotOurs extends Error {}

/** Without a word that there is work; what is tried again becomes due by it. */
const LOOK_EVERY_MS = 500;

type Work<T> = Readonly<{
  /** At the same time. */
  most: number;
  /** Whether anything may be taken at this moment. */
  mayTake: () => boolean;
  /** The next piece, leased to this process; null when there is none. */
  claim: () => Promise<T | null>;
  /** Never rejects: what became of it is its outcome, or somebody's to try again. */
  run: (piece: T, stop: AbortSignal) => Promise<void>;
  /** It could not be looked for; that is tried again. */
  unseen: (error: Error) => void;
}>;

/** Takes leased pieces of work, a few at a time: when woken, when one has ended, and now and then. */
export class Workers<T> {
  private readonly running = new Set<Promise<void>>();
  private readonly stop = new AbortController();
  private woken = false;
  private rouse: () => void = () => undefined;
  private looking: Promise<void> | undefined;

  constructor(private readonly work: Work<T>) {}

  /** Aborted when no more is to be done. */
  get ending(): AbortSignal {
    return this.stop.signal;
  }

  start(): void {
    this.looking = this.look();
  }

  /** Something may be there to take. */
  wake(): void {
    this.woken = true;
    this.rouse();
  }

  /** Takes nothing more, and resolves when what runs has ended. @param reason what it is told */
  async end(reason?: Error): Promise<void> {
    this.stop.abort(reason);
    this.wake();
    await this.looking;
    await Promise.all(this.running);
  }

  private async look(): Promise<void> {
    while (!this.ending.aborted) {
      this.woken = false;
      await this.take().catch(this.work.unseen);
      if (!this.woken) await this.rest();
    }
  }

  private async take(): Promise<void> {
    const { most, mayTake, claim, run } = this.work;
    while (this.running.size < most && !this.ending.aborted && mayTake()) {
      const piece = await claim();
      if (piece === null) return;
      const running = run(piece, this.ending).finally(() => {
        this.running.delete(running);
        this.wake();
      });
      this.running.add(running);
    }
  }

  private rest(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LOOK_EVERY_MS);
      this.rouse = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
