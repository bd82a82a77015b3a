import { Injectable } from '@nestjs/common';
import type { AlarmKind } from '@qiongtong/contracts';
import type { Sql } from '@qiongtong/platform';
import { MOST_NAMED, MOST_OPEN, subjectOf, type Finding, type OpenAlarm } from './domain/alarm';

type SequenceRow = Readonly<{ topic: string; partition: number | null; producer: string; run: string }>;
type Range = Readonly<{ from: number; to: number }>;
const SEQUENCE = 'topic, nullif(partition, -1) AS partition, producer, run';
/** One more than become alarms of their own, so that it is known whether there are more. */
const LIMIT = MOST_OPEN + 1;

/** What is wrong at this moment, as far as the database tells, and what shows that it is so no more. */
@Injectable()
export class FindingsStore {
  /** Sequences in which numbers have been missing since before then. */
  async gaps(query: Sql, before: Date): Promise<Finding[]> {
    const rows = await query<SequenceRow & { since: Date; missing: number; ranges: Range[] }>(
      `SELECT ${SEQUENCE}, min(found_at) AS since, sum(to_n - from_n + 1)::float8 AS missing,
              (array_agg(jsonb_build_object('from', from_n, 'to', to_n) ORDER BY from_n))[1:${MOST_NAMED}] AS ranges
       FROM number_gap WHERE found_at < $1
       GROUP BY topic, partition, producer, run ORDER BY since, topic, partition, producer, run LIMIT ${LIMIT}`,
      [before],
    );
    return rows.map(({ since, missing, ranges, ...sequence }) => ({
      kind: 'SEQUENCE_GAP',
      subject: subjectOf(sequence.topic, sequence.partition, sequence.producer, sequence.run),
      since,
      found: { ...sequence, missing, ranges },
    }));
  }

  /** Sequences of which a number came again with other content, in entries from `from` on; each by its first. */
  async reuses(query: Sql, from: number): Promise<Finding[]> {
    const rows = await query<SequenceRow & { since: Date; n: number; entryIndex: number }>(
      `SELECT * FROM (
         SELECT DISTINCT ON (topic, partition, producer, run) ${SEQUENCE}, found_at AS since, n::float8 AS n,
                entry_index::float8 AS "entryIndex"
         FROM number_conflict WHERE entry_index >= $1
         ORDER BY topic, partition, producer, run, entry_index) first
       ORDER BY "entryIndex" LIMIT ${LIMIT}`,
      [from],
    );
    return rows.map(({ since, n, entryIndex, ...sequence }) => ({
      kind: 'NUMBER_REUSED',
      subject: subjectOf(sequence.topic, sequence.partition, sequence.producer, sequence.run),
      since,
      found: { ...sequence, n, entryIndex },
    }));
  }

  /** Boots of gateways of which uses have been open since before then. */
  async openOutcomes(query: Sql, before: Date): Promise<Finding[]> {
    await query(
      'UPDATE open_outcome SET alarmed = true WHERE closed_index IS NULL AND started_at < $1 AND NOT alarmed',
      [before],
    );
    const rows = await query<{ producer: string; run: string; since: Date; uses: number; decisionIds: string[] }>(
      `SELECT producer, run, min(started_at) AS since, count(*)::int AS uses,
              (array_agg(decision_id ORDER BY entry_index))[1:${MOST_NAMED}] AS "decisionIds"
       FROM open_outcome WHERE closed_index IS NULL AND started_at < $1
       GROUP BY producer, run ORDER BY since, producer, run LIMIT ${LIMIT}`,
      [before],
    );
    return rows.map(({ since, ...found }) => ({
      kind: 'OUTCOME_MISSING',
      subject: subjectOf(found.producer, found.run),
      since,
      found,
    }));
  }

  /** Clocks that went back, as far as that was seen after then. */
  async jumps(query: Sql, after: Date): Promise<Finding[]> {
    const rows = await query<
      Omit<SequenceRow, 'run'> & { boot: string; since: Date; from: Date; to: Date; entryIndex: number }
    >(
      `SELECT topic, nullif(partition, -1) AS partition, producer, boot, jumped_at AS since, jump_from AS "from",
              jump_to AS "to", jump_index::float8 AS "entryIndex"
       FROM producer_clock WHERE jumped_at > $1 ORDER BY jumped_at, topic, partition, producer, boot LIMIT ${LIMIT}`,
      [after],
    );
    return rows.map(({ since, from, to, entryIndex, ...source }) => ({
      kind: 'CLOCK_BACKWARDS',
      subject: subjectOf(source.topic, source.partition, source.producer, source.boot),
      since,
      found: { ...source, from: from.toISOString(), to: to.toISOString(), entryIndex },
    }));
  }

  /** By what an alarm that is healed is seen to be so. */
  async evidence(query: Sql, { kind, found }: OpenAlarm): Promise<Readonly<Record<string, unknown>>> {
    return EVIDENCE[kind](query, found);
  }
}

type Evidence = (query: Sql, found: OpenAlarm['found']) => Promise<Readonly<Record<string, unknown>>>;

const newest: Evidence = async (query) => {
  const [row] = await query<{ size: number }>('SELECT size::float8 AS size FROM checkpoint ORDER BY size DESC LIMIT 1');
  return { size: row?.size ?? 0 };
};

const EVIDENCE: Readonly<Record<AlarmKind, Evidence>> = {
  SEQUENCE_GAP: async (query, { topic, producer, run, ranges }) => {
    const given = (ranges ?? []) as readonly Range[];
    const rows = await query<{ index: number }>(
      `SELECT DISTINCT index::float8 AS index
       FROM unnest($4::bigint[], $5::bigint[]) AS missing (low, high)
       JOIN log_entry ON topic = $1 AND producer = $2 AND run = $3 AND n BETWEEN low AND high
       ORDER BY index LIMIT ${MOST_NAMED}`,
      [topic, producer, run, given.map((r) => r.from), given.map((r) => r.to)],
    );
    return { entryIndexes: rows.map(({ index }) => index) };
  },
  OUTCOME_MISSING: async (query, { producer, run }) => {
    const rows = await query<{ index: number }>(
      `DELETE FROM open_outcome WHERE producer = $1 AND run = $2 AND closed_index IS NOT NULL
       RETURNING closed_index::float8 AS index`,
      [producer, run],
    );
    const indexes = rows.map(({ index }) => index).sort((a, b) => a - b);
    return { entryIndexes: indexes.slice(0, MOST_NAMED) };
  },
  CLOCK_BACKWARDS: async (query, { topic, partition, producer, boot }) => {
    await query(
      `UPDATE producer_clock SET jumped_at = NULL
       WHERE topic = $1 AND partition = coalesce($2::int, -1) AND producer = $3 AND boot = $4`,
      [topic, partition, producer, boot],
    );
    return newest(query, {});
  },
  SEALER_STALLED: newest,
  NUMBER_REUSED: newest,
};
