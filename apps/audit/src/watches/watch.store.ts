import { Injectable } from '@nestjs/common';
import type { Sql } from '@qiongtong/platform';
import type { Matches, WatchFilter, WatchState } from './domain/watch';
import { MOST_ENTRIES } from './domain/watch';

export type Watch = Readonly<{
  id: string;
  owner: string;
  name: string;
  filter: WatchFilter;
  everySeconds: number;
  state: WatchState;
  fromIndex: number;
  savedAt: Date;
  changedAt: Date;
  notices: number;
  waiting: number;
}>;
export type Notice = Readonly<{
  n: number;
  at: Date;
  matches: number;
  firstEntry: number;
  lastEntry: number;
  entries: readonly number[];
}>;

const WATCH = `id, owner, name, filter, every_seconds AS "everySeconds", state, from_index::float8 AS "fromIndex",
  saved_at AS "savedAt", changed_at AS "changedAt", notices::float8 AS notices, waiting::float8 AS waiting`;
/** Taken while one is added, so that the bounds hold for two that are added at once. */
const ADDING = 7_410_226;

/** Rows of watches and of what they were told. */
@Injectable()
export class WatchStore {
  /** Waits for the page that is being followed: all entries from there on are compared with what is saved now. */
  async place(query: Sql): Promise<number> {
    const [row] = await query<{ next: number }>(
      `SELECT next_index::float8 AS next FROM log_follower WHERE name = 'watches' FOR SHARE`,
    );
    if (!row) throw new Error('log_follower has no row watches');
    return row.next;
  }

  /** What is not ended: of this officer, and of all. */
  async count(query: Sql, owner: string): Promise<Readonly<{ own: number; all: number }>> {
    await query('SELECT pg_advisory_xact_lock($1)', [ADDING]);
    const [row] = await query<{ own: number; all: number }>(
      `SELECT count(*) FILTER (WHERE owner = $1)::int AS own, count(*)::int AS all FROM log_watch WHERE state <> 'ENDED'`,
      [owner],
    );
    return row!;
  }

  async add(query: Sql, watch: Watch): Promise<void> {
    await query(
      `INSERT INTO log_watch (id, owner, name, filter, every_seconds, state, from_index, saved_at, changed_at)
       VALUES ($1, $2, $3, $4::jsonb, $5, $6, $7, $8, $8)`,
      [
        ...[watch.id, watch.owner, watch.name, JSON.stringify(watch.filter), watch.everySeconds, watch.state],
        ...[watch.fromIndex, watch.savedAt],
      ],
    );
  }

  list(query: Sql, owner: string, after: Readonly<{ savedAt: string; id: string }> | null, limit: number) {
    return query<Watch>(
      `SELECT ${WATCH} FROM log_watch
       WHERE owner = $1 AND ($2::timestamptz IS NULL OR (saved_at, id) > ($2, $3::uuid)) ORDER BY saved_at, id LIMIT $4`,
      [owner, after?.savedAt ?? null, after?.id ?? null, limit],
    );
  }

  async find(query: Sql, owner: string, id: string, lock = false): Promise<Watch | null> {
    const [row] = await query<Watch>(
      `SELECT ${WATCH} FROM log_watch WHERE id = $1 AND owner = $2 ${lock ? 'FOR UPDATE' : ''}`,
      [id, owner],
    );
    return row ?? null;
  }

  async change(query: Sql, { id, state, fromIndex, changedAt }: Watch): Promise<void> {
    await query('UPDATE log_watch SET state = $2, from_index = $3, changed_at = $4 WHERE id = $1', [
      ...[id, state, fromIndex, changedAt],
    ]);
  }

  active(query: Sql): Promise<Pick<Watch, 'id' | 'filter' | 'fromIndex'>[]> {
    return query(`SELECT id, filter, from_index::float8 AS "fromIndex" FROM log_watch WHERE state = 'ACTIVE'`);
  }

  /** One that was paused meanwhile is told nothing more. */
  async addMatches(query: Sql, matches: readonly Matches[]): Promise<void> {
    await query(
      `UPDATE log_watch w SET waiting = waiting + m.count, first_waiting = coalesce(first_waiting, m.first),
         last_waiting = m.last,
         waiting_entries = (waiting_entries || ARRAY(SELECT jsonb_array_elements_text(m.entries)::bigint))[1:$2::int]
       FROM jsonb_to_recordset($1::jsonb) AS m (id uuid, count bigint, first bigint, last bigint, entries jsonb)
       WHERE w.id = m.id AND w.state = 'ACTIVE' AND m.first >= w.from_index`,
      [JSON.stringify(matches), MOST_ENTRIES],
    );
  }

  /** A notice of each watch with matches, if its last one is long enough ago: the first match is told of at once. */
  async notify(query: Sql, now: Date): Promise<void> {
    await query(
      `WITH due AS (
         SELECT id, notices, waiting, first_waiting, last_waiting, waiting_entries FROM log_watch
         WHERE waiting > 0 AND (noticed_at IS NULL OR noticed_at + make_interval(secs => every_seconds) <= $1)
         ORDER BY id FOR UPDATE),
       told AS (
         INSERT INTO log_watch_notice (watch_id, n, at, matches, first_entry, last_entry, entries)
         SELECT id, notices + 1, $1, waiting, first_waiting, last_waiting, waiting_entries FROM due)
       UPDATE log_watch w SET notices = w.notices + 1, noticed_at = $1, waiting = 0, first_waiting = NULL,
         last_waiting = NULL, waiting_entries = '{}'
       FROM due WHERE w.id = due.id`,
      [now],
    );
  }

  notices(query: Sql, id: string, after: number, limit: number): Promise<Notice[]> {
    return query(
      `SELECT n::float8 AS n, at, matches::float8 AS matches, first_entry::float8 AS "firstEntry",
              last_entry::float8 AS "lastEntry", entries::float8[] AS entries
       FROM log_watch_notice WHERE watch_id = $1 AND n > $2 ORDER BY n LIMIT $3`,
      [id, after, limit],
    );
  }
}
