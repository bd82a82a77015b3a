import { isDeepStrictEqual } from 'node:util';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Refusal } from '@qiongtong/contracts';
import { Drain, pause } from '@qiongtong/platform';
import { Remembered } from './domain/remembered';
import { SearchIndex } from './domain/search-index';
import { pinyinInitials } from './pinyin-initials';
import { SearchStore, type Organisations } from './search.store';

const LOOK_EVERY_MS = 250;
/** A small table that changes rarely. */
const ORGANISATIONS_EVERY_MS = 1_000;
const AT_ONCE = 1_000;
/** Others are answered after so many entries. */
const IN_ONE_BREATH = 50;

/** What a search is answered with. */
type Answering = Organisations & Readonly<{ answers: Remembered }>;

/**
 * The index of this process: read from the database when it boots, and from then on by the numbered changes of the
 * catalogue. Every replica has its own; a restart loses nothing.
 */
@Injectable()
export class LiveSearchIndex implements OnApplicationBootstrap {
  private readonly log = new Logger('search');
  private readonly stop = new AbortController();
  private current: (Answering & Readonly<{ index: SearchIndex }>) | null = null;
  private known = 0;
  private organisationsAt = -Infinity;
  private readonly doubted = new Set<string>();

  constructor(
    private readonly store: SearchStore,
    drain: Drain,
  ) {
    drain.add('search index', 'work', () => this.stop.abort());
  }

  onApplicationBootstrap(): void {
    void this.follow();
  }

  /** Refused while what there is has not all been read. */
  get now(): Answering {
    if (!this.current) throw new Refusal('catalogue.search_loading', { retryAfterSeconds: 5 });
    return this.current;
  }

  /** What is not as the index has it, whatever the reason: read it again. */
  lookAgainAt(ids: readonly string[]): void {
    for (const id of ids) this.doubted.add(id);
  }

  private async follow(): Promise<void> {
    while (!this.stop.signal.aborted) {
      try {
        const latest = await this.store.latestChange();
        // Numbers only grow; where they do not, it is another database than the one that was read.
        if (!this.current || latest < this.known) await this.load(latest);
        else if (latest > this.known) await this.catchUp(this.current.index);
        if (this.current && this.doubted.size > 0) await this.readDoubted(this.current.index);
        if (this.current && performance.now() - this.organisationsAt > ORGANISATIONS_EVERY_MS)
          await this.readOrganisations();
      } catch (error) {
        this.log.warn(`not up to date: ${(error as Error).message}`);
      }
      await pause(LOOK_EVERY_MS, this.stop.signal);
    }
  }

  /** @param latest number of a change that will have been read, and maybe some later ones, which are read again */
  private async load(latest: number): Promise<void> {
    const index = new SearchIndex(pinyinInitials);
    for (let after = ''; ;) {
      const entries = await this.store.published(after, AT_ONCE);
      for (const [i, entry] of entries.entries()) {
        if (i % IN_ONE_BREATH === 0) await breath();
        index.put(entry);
      }
      if (this.stop.signal.aborted) return;
      if (entries.length < AT_ONCE) break;
      after = entries.at(-1)!.id;
    }
    index.settle();
    this.current = { index, answers: new Remembered(index), ...(await this.store.organisations()) };
    this.known = latest;
    this.log.log(`${index.size} entries can be searched`);
  }

  private async catchUp(index: SearchIndex): Promise<void> {
    for (;;) {
      const changes = await this.store.changesAfter(this.known, AT_ONCE);
      if (changes.length === 0) return;
      await this.read(index, [...new Set(changes.map(({ entryId }) => entryId))]);
      this.known = changes.at(-1)!.n;
    }
  }

  /** In turn with what changed, never beside it: what was read first must not be put in last. */
  private async readDoubted(index: SearchIndex): Promise<void> {
    const ids = [...this.doubted];
    await this.read(index, ids);
    for (const id of ids) this.doubted.delete(id);
  }

  private async read(index: SearchIndex, ids: readonly string[]): Promise<void> {
    const published = new Map((await this.store.publishedOf(ids)).map((entry) => [entry.id, entry]));
    for (const [i, id] of ids.entries()) {
      if (i % IN_ONE_BREATH === IN_ONE_BREATH - 1) await breath();
      const entry = published.get(id);
      if (entry) index.put(entry);
      else index.remove(id);
    }
  }

  private async readOrganisations(): Promise<void> {
    const { regions, names } = await this.store.organisations();
    this.organisationsAt = performance.now();
    if (!this.current) return;
    // Answers are remembered as long as the regions and names are the same ones.
    const kept = <T>(known: T, read: T): T => (isDeepStrictEqual(read, known) ? known : read);
    const { current } = this;
    this.current = { ...current, names: kept(current.names, names), regions: kept(current.regions, regions) };
  }
}

const breath = () => new Promise<void>((resolve) => setImmediate(resolve));
