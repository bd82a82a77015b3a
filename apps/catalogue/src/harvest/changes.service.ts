import { Injectable } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { SealedCursors } from '@qiongtong/platform';
import { isAuthority, knowledgeOf, seenWith, type SeenEntry } from '../entries/domain/knowledge';
import { EntryStore } from '../entries/entry.store';
import { ChangeStore } from './change.store';
import { ChangeWatch } from './change-watch';
import { foundBy, toldTo, type CatalogueChange, type Told } from './change';

/** Changes looked at for one answer: a feed of which little is visible still comes forward, a bounded step at a time. */
const MOST_LOOKED_AT = 2_000;
/** Entries loaded together, and the text of an answer after which no more are. */
const ENTRIES_A_STEP = 20;
const MOST_CHARACTERS = 4 * 1024 * 1024;
export const NOW = 'now';

/** Where a harvester stands, and up to where what it first found reaches. */
type Position = Readonly<{ n: number; found: number }>;
export type ToldChange = Readonly<{
  change: Told;
  entryId: string;
  resourceCode: string;
  /** The version that was published, changed or removed. */
  version: number;
  at: string;
  /** The entry as it is now and as the caller may know it; null where they may not, or no longer. */
  entry: SeenEntry | null;
}>;
export type ChangePage = Readonly<{ items: readonly ToldChange[]; next: string; more: boolean }>;

/** What was published, changed and removed in the catalogue since a position, as the caller may see it. */
@Injectable()
export class ChangesService {
  constructor(
    private readonly store: ChangeStore,
    private readonly entries: EntryStore,
    private readonly watch: ChangeWatch,
    private readonly cursors: SealedCursors,
  ) {}

  /**
   * Without a cursor first what there is, each entry once; the cursor `now` tells nothing and stands at the end. From
   * then on each change once, in the order of commits. Asked again from the same cursor, the same is told again.
   * @param waitMs how long to wait for a change where there is none
   * @param gone aborts when nobody waits for the answer any more
   */
  async read(asked: { limit: number; cursor?: string; waitMs: number }, by: Principal, gone: AbortSignal): Promise<ChangePage> {
    const until = performance.now() + asked.waitMs;
    // What is seen is decided by department and by being an authority: no cursor goes from one to the other.
    const scope = JSON.stringify(['catalogue-changes', by.departmentId, isAuthority(by)]);
    let from = await this.positionOf(asked.cursor, scope);
    for (;;) {
      const { items, reached, more } = await this.page(from, asked.limit, by);
      from = { ...from, n: reached };
      const left = until - performance.now();
      if (items.length > 0 || more || left <= 0) return { items, next: this.cursors.seal(from, scope), more };
      await this.watch.beyond(reached, left, gone);
      if (gone.aborted) return { items, next: this.cursors.seal(from, scope), more };
    }
  } // prettier-ignore

  private async positionOf(cursor: string | undefined, scope: string): Promise<Position> {
    if (cursor !== undefined && cursor !== NOW) return this.cursors.open<Position>(cursor, scope);
    const latest = await this.store.latest();
    return { n: cursor === NOW ? latest : 0, found: latest };
  }

  private async page({ n, found }: Position, limit: number, by: Principal) {
    const looked = await this.store.after(n, found, MOST_LOOKED_AT);
    const told: { change: CatalogueChange; as: Told }[] = [];
    let reached = n;
    for (const change of looked) {
      const as = change.n <= found ? foundBy(by, change) : toldTo(by, change);
      if (as && told.length === limit) break;
      if (as) told.push({ change, as });
      reached = change.n;
    }
    const items = await this.withEntries(told, by);
    // What did not fit is told next time.
    if (items.length < told.length) reached = told[items.length - 1]!.change.n;
    return { items, reached, more: looked.length === MOST_LOOKED_AT || reached < (looked.at(-1)?.n ?? n) };
  }

  private async withEntries(told: readonly { change: CatalogueChange; as: Told }[], by: Principal): Promise<ToldChange[]> {
    const items: ToldChange[] = [];
    let characters = 0;
    for (let at = 0; at < told.length && characters < MOST_CHARACTERS; at += ENTRIES_A_STEP) {
      const step = told.slice(at, at + ENTRIES_A_STEP);
      const entries = await this.entries.findAll(step.map(({ change }) => change.entryId));
      for (const { change, as } of step) {
        const entry = entries.get(change.entryId);
        const knowledge = entry ? knowledgeOf(entry, by) : 'nothing';
        const seen = entry && knowledge !== 'nothing' ? seenWith(knowledge, entry) : null;
        characters += JSON.stringify(seen).length;
        if (items.length > 0 && characters > MOST_CHARACTERS) return items;
        const { entryId, resourceCode, version, at } = change;
        items.push({ change: as, entryId, resourceCode, version, at, entry: seen });
      }
    }
    return items;
  } // prettier-ignore
}
