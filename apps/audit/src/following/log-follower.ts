import type { Scheduler, Sql, UnitOfWork } from '@qiongtong/platform';
import type { Found } from '../search/domain/terms';

export type Followed = Found & Readonly<{ index: number; at: string; sealedAt: Date }>;
/** What is made of consecutive entries, at least one. */
type Effect = (query: Sql, entries: readonly Followed[]) => Promise<void>;
/** Its name is that of its place in `log_follower`. */
type Following = Readonly<{ name: string; everyMs: number; effect: Effect }>;

const PAGE_ENTRIES = 1000;
const PAGE_CHARACTERS = 8_000_000;

/**
 * Goes over the log behind the sealer. What it makes of a page and its place are one transaction, so whatever stops it,
 * it goes on where its effects end, and no entry has its effect twice; sealing waits for none of it.
 */
export class LogFollower {
  constructor(
    private readonly work: UnitOfWork,
    private readonly following: Following,
    scheduler: Scheduler,
    before: () => Promise<void> = () => Promise.resolve(),
  ) {
    scheduler.every(`log ${following.name}`, following.everyMs, async () => {
      await before();
      await this.follow();
    });
  }

  async follow(): Promise<void> {
    while ((await this.page()) > 0);
  }

  private page(): Promise<number> {
    return this.work.run(async (tx) => {
      const query: Sql = (text, parameters) => tx.query(text, parameters);
      const from = await this.place(query);
      const entries = await following(query, from);
      const last = entries.at(-1);
      if (!last) return 0;
      await this.following.effect(query, entries);
      await query('UPDATE log_follower SET next_index = $1 WHERE name = $2', [last.index + 1, this.following.name]);
      return entries.length;
    });
  }

  /** Holds off whoever else would go on from the same place. */
  private async place(query: Sql): Promise<number> {
    const { name } = this.following;
    const [row] = await query<{ next: number }>(
      'SELECT next_index::float8 AS next FROM log_follower WHERE name = $1 FOR UPDATE',
      [name],
    );
    if (!row) throw new Error(`log_follower has no row ${name}`);
    return row.next;
  }
}

/** Consecutive entries from there on, as many as keep the memory small; at least one when there is one. */
function following(query: Sql, from: number): Promise<Followed[]> {
  return query(
    `SELECT index, entry, type, key, at, actor, concerns, "sealedAt" FROM (
       SELECT log_entry.index::float8 AS index, entry, type, key, at, actor, concerns, sealed_at AS "sealedAt",
              sum(length(entry)) OVER (ORDER BY log_entry.index) - length(entry) AS preceding
       FROM log_entry WHERE log_entry.index >= $1 AND log_entry.index < $2) page
     WHERE preceding < $3 ORDER BY index`,
    [from, from + PAGE_ENTRIES, PAGE_CHARACTERS],
  );
}
