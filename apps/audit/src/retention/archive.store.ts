import { Injectable } from '@nestjs/common';
import type { Sql } from '@qiongtong/platform';

export type Part = Readonly<{ from: number; to: number }>;
export type Archived = Part &
  Readonly<{
    root: Buffer;
    note: string;
    manifestSha256: string;
    place: string;
    archivedAt: Date;
    stillHere: number;
    prunedAt: Date | null;
  }>;
export const ARCHIVED = 'audit.log-archived.v1';
export const partKey = ({ from, to }: Part): string => `${from}-${to}`;

const COLUMNS = `from_index::float8 AS "from", to_index::float8 AS "to", root, note, manifest_sha256 AS "manifestSha256",
  place, archived_at AS "archivedAt", still_here::float8 AS "stillHere", pruned_at AS "prunedAt"`;
/** No hold is on any object that the entry names. */
const NOT_HELD = `NOT EXISTS (SELECT FROM legal_hold h JOIN log_term t ON t.term = h.term
  WHERE h.lifted_at IS NULL AND t.entry_index = e.index)`;

/** Rows of what was archived and pruned. */
@Injectable()
export class ArchiveStore {
  /** Where the next part begins. */
  async end(query: Sql): Promise<number> {
    const [row] = await query<{ end: number }>('SELECT coalesce(max(to_index), 0)::float8 AS "end" FROM log_archive');
    return row!.end;
  }

  /** Before here everybody who follows the log has read the texts. */
  async followed(query: Sql): Promise<number> {
    const [row] = await query<{ to: number }>(
      `SELECT least((SELECT min(next_index) FROM log_follower), (SELECT next_index FROM traced_to))::float8 AS "to"`,
    );
    return row!.to;
  }

  async sealedBetween(query: Sql, { from, to }: Part): Promise<Readonly<{ from: Date; until: Date }>> {
    const rows = await query<{ at: Date }>(
      'SELECT sealed_at AS at FROM log_entry WHERE index IN ($1, $2) ORDER BY index',
      [from, to - 1],
    );
    return { from: rows[0]!.at, until: rows.at(-1)!.at };
  }

  async messages(query: Sql, { from, to }: Part): Promise<number[]> {
    const rows = await query<{ index: number }>(
      `SELECT entry_index::float8 AS index FROM large_message WHERE entry_index >= $1 AND entry_index < $2
       ORDER BY entry_index`,
      [from, to],
    );
    return rows.map(({ index }) => index);
  }

  /** False when somebody else archived from there meanwhile. */
  async add(query: Sql, archived: Omit<Archived, 'stillHere' | 'prunedAt'>): Promise<boolean> {
    const { from, to, root, note, manifestSha256, place, archivedAt } = archived;
    const added = await query(
      `INSERT INTO log_archive (from_index, to_index, root, note, manifest_sha256, place, archived_at, still_here)
       SELECT $1, $2, $3, $4, $5, $6, $7, $2::bigint - $1::bigint
       WHERE $1 = (SELECT coalesce(max(to_index), 0) FROM log_archive)
       ON CONFLICT DO NOTHING RETURNING from_index`,
      [from, to, root, note, manifestSha256, place, archivedAt],
    );
    return added.length > 0;
  }

  list(query: Sql, after: number, limit: number): Promise<Archived[]> {
    return query(`SELECT ${COLUMNS} FROM log_archive WHERE from_index >= $1 ORDER BY from_index LIMIT $2`, [
      after,
      limit,
    ]);
  }

  /**
   * Parts of which the log itself says that they are archived, and that have texts here which nothing holds. What is
   * held is looked at again when a hold was lifted.
   */
  prunable(query: Sql, limit: number): Promise<Archived[]> {
    return query(
      `SELECT ${COLUMNS} FROM log_archive a
       WHERE still_here > 0
         AND (pruned_at IS NULL OR EXISTS (SELECT FROM legal_hold h WHERE h.lifted_at >= a.pruned_at))
         AND EXISTS (SELECT FROM log_entry s WHERE s.key = a.from_index || '-' || a.to_index AND s.type = $1)
         AND EXISTS (SELECT FROM log_entry e WHERE e.index >= a.from_index AND e.index < a.to_index
                       AND e.entry IS NOT NULL AND ${NOT_HELD})
       ORDER BY from_index LIMIT $2`,
      [ARCHIVED, limit],
    );
  }

  /** Takes the texts that nothing holds out of the database, with what was kept beside them. No hold comes between. */
  async prune(query: Sql, { from, to }: Part, now: Date): Promise<Readonly<{ pruned: number; held: number }>> {
    await query('LOCK TABLE legal_hold IN SHARE MODE');
    await query('SELECT FROM log_archive WHERE from_index = $1 FOR UPDATE', [from]);
    const [row] = await query<{ pruned: number }>(
      `WITH pruned AS (
         UPDATE log_entry e SET entry = NULL
         WHERE e.index >= $1 AND e.index < $2 AND e.entry IS NOT NULL AND ${NOT_HELD} RETURNING e.index),
       gone AS (DELETE FROM large_message USING pruned WHERE entry_index = pruned.index)
       SELECT count(*)::float8 AS pruned FROM pruned`,
      [from, to],
    );
    const [left] = await query<{ held: number }>(
      `UPDATE log_archive SET pruned_at = $3, still_here = (
         SELECT count(*) FROM log_entry WHERE index >= $1 AND index < $2 AND entry IS NOT NULL)
       WHERE from_index = $1 RETURNING still_here::float8 AS held`,
      [from, to, now],
    );
    return { pruned: row!.pruned, held: left!.held };
  }
}
