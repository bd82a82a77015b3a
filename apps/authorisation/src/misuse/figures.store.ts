import { Injectable } from '@nestjs/common';
import type { Transaction } from '@qiongtong/platform';
import { callerKey, HOUR, joined, type MatterTally, type Streak, type Tally } from './domain/observations';
import { HISTORY_WEEKS } from './domain/rules';

const WEEK = 7 * 24 * HOUR;
const DAY = 24 * HOUR;
export const FORGOTTEN_AT_ONCE = 10_000;
/** For how long what is kept: by which column, milliseconds. */
const KEPT = [
  ['misuse_hour', 'hour', (HISTORY_WEEKS + 1) * WEEK],
  ['misuse_matter', 'day', 3 * DAY],
  ['misuse_matter_subject', 'day', 3 * DAY],
  ['misuse_streak', 'seen_at', WEEK],
] as const;

type HourRow = Readonly<Record<keyof typeof SUMS, string>> & Readonly<{ n: string }>;
const SUMS = {
  requests: 'requests',
  rows: 'rows',
  refused: 'refused',
  beyondScope: 'beyond_scope',
  withoutMatter: 'without_matter',
  verifiedNo: 'verified_no',
  elsewhere: 'elsewhere',
} as const;
const SUM_NAMES = Object.keys(SUMS) as (keyof typeof SUMS)[];

/** What the watch has counted: a row for a caller, a resource and an hour, whatever the traffic; kept for a while. */
@Injectable()
export class FiguresStore {
  /** Adds what a batch counted; answers the sums of those hours so far. */
  async add(tx: Transaction, tallies: readonly Tally[]): Promise<Tally[]> {
    if (tallies.length === 0) return [];
    const columns = Object.values(SUMS);
    const rows = await tx.query<HourRow>(
      `WITH given AS (
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::bigint[], $6::bigint[],
           $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[])
         WITH ORDINALITY AS given (caller_kind, caller_id, resource_id, hour, ${columns.join(', ')}, n)
       ), counted AS (
         INSERT INTO misuse_hour AS known (caller_kind, caller_id, resource_id, hour, ${columns.join(', ')})
         SELECT caller_kind, caller_id, resource_id, hour, ${columns.join(', ')} FROM given ORDER BY n
         ON CONFLICT (caller_kind, caller_id, resource_id, hour)
         DO UPDATE SET ${columns.map((column) => `${column} = known.${column} + excluded.${column}`).join(', ')}
         RETURNING *
       )
       SELECT given.n, ${SUM_NAMES.map((name) => `counted.${SUMS[name]} AS "${name}"`).join(', ')}
       FROM given JOIN counted USING (caller_kind, caller_id, resource_id, hour)`,
      [
        ...keysOf(tallies),
        tallies.map(({ hour }) => new Date(hour)),
        ...SUM_NAMES.map((sum) => tallies.map((t) => t[sum])),
      ],
    );
    return rows.map((row) => ({
      ...tallies[Number(row.n) - 1]!,
      ...(Object.fromEntries(SUM_NAMES.map((name) => [name, Number(row[name])])) as Pick<Tally, keyof typeof SUMS>),
    }));
  }

  /** Rows in the same hour of past weeks, none where nothing was used, back to when the caller was first seen. */
  async history(tx: Transaction, tallies: readonly Tally[]): Promise<ReadonlyMap<Tally, readonly number[]>> {
    if (tallies.length === 0) return new Map();
    const found = await tx.query<{ n: string; first: Date; hours: Date[]; rows: string[] }>(
      `SELECT given.n, first.hour AS first, past.hours, past.rows
       FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[])
         WITH ORDINALITY AS given (caller_kind, caller_id, resource_id, hour, n)
       CROSS JOIN LATERAL (
         SELECT hour FROM misuse_hour h WHERE (h.caller_kind, h.caller_id, h.resource_id)
           = (given.caller_kind, given.caller_id, given.resource_id) ORDER BY hour LIMIT 1) AS first
       CROSS JOIN LATERAL (
         SELECT coalesce(array_agg(h.hour), '{}') AS hours, coalesce(array_agg(h.rows), '{}') AS rows FROM misuse_hour h
         WHERE (h.caller_kind, h.caller_id, h.resource_id) = (given.caller_kind, given.caller_id, given.resource_id)
           AND h.hour = ANY (SELECT given.hour - week * interval '7 days' FROM generate_series(1, ${HISTORY_WEEKS}) AS week)
         ) AS past`,
      [...keysOf(tallies), tallies.map(({ hour }) => new Date(hour))],
    );
    return new Map(
      found.map(({ n, first, hours, rows }) => {
        const tally = tallies[Number(n) - 1]!;
        const known = new Map(hours.map((hour, i) => [hour.getTime(), Number(rows[i])]));
        const weeks = Array.from({ length: HISTORY_WEEKS }, (_, i) => tally.hour - (i + 1) * WEEK);
        return [tally, weeks.filter((hour) => hour >= first.getTime()).map((hour) => known.get(hour) ?? 0)];
      }),
    );
  }

  /** Answers how many subjects each matter number has had that day, up to `most`. */
  async addSubjects(
    tx: Transaction,
    tallies: readonly MatterTally[],
    most: number,
  ): Promise<ReadonlyMap<MatterTally, number>> {
    if (tallies.length === 0) return new Map();
    const keys = [
      tallies.map(({ day }) => day),
      tallies.map(({ departmentId }) => departmentId),
      tallies.map(({ resourceId }) => resourceId),
      tallies.map(({ matter }) => matter),
    ];
    await tx.query(
      `INSERT INTO misuse_matter AS known (day, department_id, resource_id, matter, subjects, unlisted)
       SELECT day, department_id, resource_id, matter, 0, unlisted
       FROM unnest($1::date[], $2::text[], $3::text[], $4::text[], $5::bigint[])
         AS given (day, department_id, resource_id, matter, unlisted)
       ON CONFLICT (day, department_id, resource_id, matter)
       DO UPDATE SET unlisted = greatest(known.unlisted, excluded.unlisted)`,
      [...keys, tallies.map(({ unlisted }) => unlisted)],
    );
    const pairs = tallies.flatMap((tally, i) => tally.subjects.map((subject) => ({ i, subject })));
    const rows = await tx.query<{ n: string; subjects: number }>(
      `WITH given AS (
         SELECT * FROM unnest($1::date[], $2::text[], $3::text[], $4::text[])
         WITH ORDINALITY AS given (day, department_id, resource_id, matter, n)
       ), fresh AS (
         INSERT INTO misuse_matter_subject (day, department_id, resource_id, matter, subject)
         SELECT day, department_id, resource_id, matter, pair.subject
         FROM given JOIN misuse_matter AS known USING (day, department_id, resource_id, matter)
         JOIN unnest($5::bigint[], $6::text[]) AS pair (n, subject) USING (n)
         WHERE known.subjects < $7 ON CONFLICT DO NOTHING RETURNING day, department_id, resource_id, matter
       )
       UPDATE misuse_matter AS known
       SET subjects = known.subjects + (SELECT count(*) FROM fresh WHERE (fresh.day, fresh.department_id, fresh.resource_id,
         fresh.matter) = (known.day, known.department_id, known.resource_id, known.matter))
       FROM given WHERE (given.day, given.department_id, given.resource_id, given.matter)
         = (known.day, known.department_id, known.resource_id, known.matter)
       RETURNING given.n, known.subjects`,
      [...keys, pairs.map(({ i }) => i + 1), pairs.map(({ subject }) => subject), most],
    );
    return new Map(rows.map(({ n, subjects }) => [tallies[Number(n) - 1]!, subjects]));
  }

  /** Joins what a batch brought to what is known; in any order it comes to the same. */
  async join(tx: Transaction, streaks: readonly Streak[], most: number): Promise<Streak[]> {
    if (streaks.length === 0) return [];
    const known = await tx.query<{ n: string; released_at: Date | null; refused_at: Date[] }>(
      `INSERT INTO misuse_streak AS known (caller_kind, caller_id, resource_id, refused_at, seen_at)
       SELECT caller_kind, caller_id, resource_id, '{}', seen_at
       FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[])
         AS given (caller_kind, caller_id, resource_id, seen_at)
       ON CONFLICT (caller_kind, caller_id, resource_id)
       DO UPDATE SET seen_at = greatest(known.seen_at, excluded.seen_at)
       RETURNING array_position($5::text[], caller_kind || ' ' || caller_id || ' ' || resource_id) AS n,
         released_at, refused_at`,
      [...keysOf(streaks), streaks.map(seenAt), streaks.map(callerKey)],
    );
    const changed = known.map(({ n, released_at, refused_at }) => {
      const brought = streaks[Number(n) - 1]!;
      const before = {
        ...brought,
        releasedAt: released_at?.getTime() ?? -Infinity,
        refusedAt: refused_at.map((at) => at.getTime()),
      };
      return joined(before, brought, most);
    });
    await tx.query(
      `UPDATE misuse_streak AS known SET released_at = given.released_at,
         refused_at = ARRAY(SELECT jsonb_array_elements_text(given.refused_at)::timestamptz)
       FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::jsonb[])
         AS given (caller_kind, caller_id, resource_id, released_at, refused_at)
       WHERE (known.caller_kind, known.caller_id, known.resource_id)
         = (given.caller_kind, given.caller_id, given.resource_id)`,
      [
        ...keysOf(changed),
        changed.map(({ releasedAt }) => (releasedAt === -Infinity ? null : new Date(releasedAt))),
        changed.map(({ refusedAt }) => JSON.stringify(refusedAt.map((at) => new Date(at).toISOString()))),
      ],
    );
    return changed;
  }

  /** What no rule looks at any more, a part at a time; answers the largest part. */
  async forget(tx: Transaction, now: Date): Promise<number> {
    let most = 0;
    for (const [table, column, ms] of KEPT)
      most = Math.max(most, await this.forgetFrom(tx, table, column, new Date(now.getTime() - ms)));
    return most;
  }

  private async forgetFrom(tx: Transaction, table: string, column: string, before: Date): Promise<number> {
    const rows = await tx.query(
      `DELETE FROM ${table} WHERE ctid IN (SELECT ctid FROM ${table} WHERE ${column} < $1 LIMIT ${FORGOTTEN_AT_ONCE}) RETURNING 1`,
      [before],
    );
    return rows.length;
  }
}

const keysOf = (of: readonly Pick<Tally, 'callerKind' | 'callerId' | 'resourceId'>[]): string[][] => [
  of.map(({ callerKind }) => callerKind),
  of.map(({ callerId }) => callerId),
  of.map(({ resourceId }) => resourceId),
];
const seenAt = ({ releasedAt, refusedAt }: Streak): Date => new Date(Math.max(releasedAt, ...refusedAt));
