import { Injectable } from '@nestjs/common';
import type { Sql } from '@qiongtong/platform';
import type { ClockId, Dated, Jump, SeenClock } from './domain/clocks';
import type { Begun, Ended, Step } from './domain/outcomes';

export type Watched = Dated & Step;
type ClockRow = ClockId &
  Readonly<{ run: string | null; n: number; latest: Date; latestIndex: number }> &
  Readonly<{ jumpIndex: number | null; jumpFrom: Date | null; jumpTo: Date | null }>;

/** Rows and queries of the watch that follows the log. */
@Injectable()
export class CompletenessStore {
  /** Index of the next entry; null when somebody else is at it. */
  async next(query: Sql): Promise<number | null> {
    const [row] = await query<{ next: number }>(
      'SELECT next_index::float8 AS next FROM watched_to FOR UPDATE SKIP LOCKED',
    );
    return row?.next ?? null;
  }

  async moveTo(query: Sql, next: number): Promise<void> {
    await query('UPDATE watched_to SET next_index = $1', [next]);
  }

  entries(query: Sql, from: number, limit: number): Promise<Watched[]> {
    return query<Watched>(
      `SELECT index::float8 AS index, topic, partition, producer, run, n::float8 AS n, type, key, at,
              sealed_at AS "sealedAt"
       FROM log_entry WHERE index >= $1 ORDER BY index LIMIT $2`,
      [from, limit],
    );
  }

  async clocks(query: Sql, ids: readonly ClockId[]): Promise<SeenClock[]> {
    const rows = await query<ClockRow>(
      `SELECT topic, partition, producer, boot, run, n::float8 AS n, latest, latest_index::float8 AS "latestIndex",
              jump_index::float8 AS "jumpIndex", jump_from AS "jumpFrom", jump_to AS "jumpTo"
       FROM producer_clock
       WHERE (topic, partition, producer, boot) IN (SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::text[]))`,
      columnsOf(ids),
    );
    return rows.map(({ jumpIndex, jumpFrom, jumpTo, ...clock }) => ({
      ...clock,
      jump: jumpIndex === null ? null : ({ index: jumpIndex, from: jumpFrom, to: jumpTo } as Jump),
    }));
  }

  /** @param at when jumps that are new were seen */
  async saveClocks(query: Sql, clocks: readonly SeenClock[], at: Date): Promise<void> {
    await query(
      `INSERT INTO producer_clock AS known (topic, partition, producer, boot, run, n, latest, latest_index,
                                            jump_index, jump_from, jump_to, jumped_at)
       SELECT *, CASE WHEN jump_index IS NOT NULL THEN $12::timestamptz END
       FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::timestamptz[],
                   $8::bigint[], $9::bigint[], $10::timestamptz[], $11::timestamptz[])
         AS seen (topic, partition, producer, boot, run, n, latest, latest_index, jump_index, jump_from, jump_to)
       ON CONFLICT (topic, partition, producer, boot) DO UPDATE SET
         run = excluded.run, n = excluded.n, latest = excluded.latest, latest_index = excluded.latest_index,
         jump_index = excluded.jump_index, jump_from = excluded.jump_from, jump_to = excluded.jump_to,
         jumped_at = CASE WHEN known.jump_index IS NOT DISTINCT FROM excluded.jump_index THEN known.jumped_at
                          ELSE excluded.jumped_at END`,
      [
        ...columnsOf(clocks),
        clocks.map((c) => c.run),
        clocks.map((c) => c.n),
        clocks.map((c) => c.latest.toISOString()),
        clocks.map((c) => c.latestIndex),
        clocks.map((c) => c.jump?.index ?? null),
        clocks.map((c) => c.jump?.from.toISOString() ?? null),
        clocks.map((c) => c.jump?.to.toISOString() ?? null),
        at,
      ],
    );
  }

  async saveBegun(query: Sql, begun: readonly Begun[]): Promise<void> {
    await query(
      `INSERT INTO open_outcome (decision_id, producer, run, entry_index, started_at)
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[])
       ON CONFLICT (decision_id) DO NOTHING`,
      [
        begun.map((b) => b.decisionId),
        begun.map((b) => b.producer),
        begun.map((b) => b.run),
        begun.map((b) => b.index),
        begun.map((b) => b.sealedAt.toISOString()),
      ],
    );
  }

  /** Those of which an alarm was raised stay, as the evidence that closes it. */
  async saveEnded(query: Sql, ended: readonly Ended[]): Promise<void> {
    const columns = [ended.map((e) => e.decisionId), ended.map((e) => e.index)];
    await query(
      `UPDATE open_outcome o SET closed_index = e.index FROM unnest($1::text[], $2::bigint[]) AS e (id, index)
       WHERE o.decision_id = e.id AND o.alarmed AND o.closed_index IS NULL`,
      columns,
    );
    await query('DELETE FROM open_outcome WHERE decision_id = ANY ($1) AND NOT alarmed', columns.slice(0, 1));
  }
}

const columnsOf = (ids: readonly ClockId[]): [string[], number[], string[], string[]] => [
  ids.map((c) => c.topic),
  ids.map((c) => c.partition),
  ids.map((c) => c.producer),
  ids.map((c) => c.boot),
];
