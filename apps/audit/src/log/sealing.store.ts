import { Injectable } from '@nestjs/common';
import type { Sql } from '@qiongtong/platform';
import type { Entry, Leaf } from './domain/leaf';
import {
  numberKey,
  runOf,
  sequenceKey,
  sequenceOf,
  withoutNumber,
  type Gap,
  type Known,
  type Progress,
  type Sequence,
} from './domain/numbers';
import type { TreeHead } from './domain/proofs';
import { frontierFrom, frontierTiles, type Frontier, type Tile } from './domain/tiles';

/** An entry on its way into the log. */
export type Sealed = Entry & Readonly<{ index: number; hash: Buffer; leaf: Leaf }>;
/** Offset of the first message of a partition that is not in the log, by `topic/partition`. */
export type Offsets = ReadonlyMap<string, bigint>;
export const partitionKey = (topic: string, partition: number): string => `${topic}/${partition}`;

type LateNumber = Sequence & Readonly<{ n: number }>;
type OpenGap = Gap & Readonly<{ foundAt: Date }>;
const withoutLate = (gap: OpenGap, late: LateNumber): OpenGap[] =>
  sequenceKey(gap) === sequenceKey(late)
    ? withoutNumber(gap, late.n).map((rest) => ({ ...rest, foundAt: gap.foundAt }))
    : [gap];

type SequenceRow = Readonly<{ topic: string; partition: number; producer: string; run: string }>;

/** Rows and queries of the sealer; each method is one statement inside the sealer's transaction. */
@Injectable()
export class SealingStore {
  async offsets(query: Sql): Promise<Offsets> {
    const rows = await query<{ topic: string; partition: number; next_offset: string }>(
      'SELECT topic, partition, next_offset FROM sealed_offset',
    );
    return new Map(rows.map((r) => [partitionKey(r.topic, r.partition), BigInt(r.next_offset)]));
  }

  async saveOffsets(query: Sql, next: readonly Readonly<{ topic: string; partition: number; offset: bigint }>[]) {
    await query(
      `INSERT INTO sealed_offset (topic, partition, next_offset)
       SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[])
       ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset`,
      [next.map((n) => n.topic), next.map((n) => n.partition), next.map((n) => String(n.offset))],
    );
  }

  /** Name and key of the log, written once. */
  async identity(
    query: Sql,
    origin: string,
    verifierKey: string,
  ): Promise<Readonly<{ origin: string; verifierKey: string }>> {
    await query('INSERT INTO log (origin, verifier_key) VALUES ($1, $2) ON CONFLICT DO NOTHING', [origin, verifierKey]);
    const [row] = await query<{ origin: string; verifierKey: string }>(
      'SELECT origin, verifier_key AS "verifierKey" FROM log',
    );
    if (!row) throw new Error('the log has no name');
    return row;
  }

  async head(query: Sql): Promise<TreeHead | null> {
    const [row] = await query<{ size: string; root: Buffer }>(
      'SELECT size, root FROM checkpoint ORDER BY size DESC LIMIT 1',
    );
    return row ? { size: Number(row.size), root: row.root } : null;
  }

  async headAt(query: Sql, size: number): Promise<TreeHead | null> {
    const [row] = await query<{ root: Buffer }>('SELECT root FROM checkpoint WHERE size = $1', [size]);
    return row ? { size, root: row.root } : null;
  }

  async saveCheckpoint(query: Sql, head: TreeHead, note: string, at: Date): Promise<void> {
    await query('INSERT INTO checkpoint (size, root, note, signed_at) VALUES ($1, $2, $3, $4)', [
      head.size,
      head.root,
      note,
      at,
    ]);
  }

  async frontier(query: Sql, size: number): Promise<Frontier> {
    const ids = frontierTiles(size);
    const tiles = await query<Tile>(
      `SELECT level, index::float8 AS index, hashes FROM tile
       WHERE (level, index) IN (SELECT * FROM unnest($1::int[], $2::bigint[]))`,
      [ids.map((id) => id.level), ids.map((id) => id.index)],
    );
    return frontierFrom(size, tiles);
  }

  async saveTiles(query: Sql, tiles: readonly Tile[]): Promise<void> {
    await query(
      `INSERT INTO tile (level, index, hashes) SELECT * FROM unnest($1::int[], $2::bigint[], $3::bytea[])
       ON CONFLICT (level, index) DO UPDATE SET hashes = excluded.hashes`,
      [tiles.map((t) => t.level), tiles.map((t) => t.index), tiles.map((t) => t.hashes)],
    );
  }

  async saveEntries(query: Sql, entries: readonly Sealed[], at: Date): Promise<void> {
    const column = <T>(of: (leaf: Leaf) => T): T[] => entries.map(({ leaf }) => of(leaf));
    await query(
      `INSERT INTO log_entry (index, leaf_hash, entry, topic, partition, kafka_offset, producer, run, n, digest, type,
                              key, at, actor, concerns, sealed_at)
       SELECT i, h, e, topic, p, o, producer, run, n, digest, type, key, at, actor,
              string_to_array(concerns, ','), $16::timestamptz
       FROM unnest($1::bigint[], $2::bytea[], $3::text[], $4::text[], $5::int[], $6::bigint[], $7::text[], $8::text[],
                   $9::bigint[], $10::bytea[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[])
         AS t(i, h, e, topic, p, o, producer, run, n, digest, type, key, at, actor, concerns)`,
      [
        entries.map((e) => e.index),
        entries.map((e) => e.hash),
        entries.map((e) => e.text),
        column((l) => l.topic),
        column((l) => l.partition),
        column((l) => l.offset),
        column((l) => l.producer),
        column((l) => l.number && runOf(l.number)),
        column((l) => l.number?.n ?? null),
        column((l) => l.digest),
        column((l) => l.type),
        column((l) => l.key),
        column((l) => l.at),
        column((l) => l.actor),
        // What departments are kept from is told by an entry's content; without it only those read it who read all.
        entries.map(({ leaf, large }) => (large ? '' : leaf.concerns.join(','))),
        at,
      ],
    );
  }

  /** Keys and values that are in no entry; one statement each, for together they may be larger than a message to the database. */
  async saveLarge(query: Sql, entries: readonly Sealed[]): Promise<void> {
    for (const { index, leaf } of entries)
      await query('INSERT INTO large_message (entry_index, key, value) VALUES ($1, $2, $3)', [
        index,
        Buffer.from(leaf.message.key),
        leaf.message.value,
      ]);
  }

  /** How far the sequences of these leaves have been seen. */
  async progress(query: Sql, leaves: readonly Leaf[]): Promise<Progress[]> {
    const sequences = distinct(leaves.map(sequenceOf));
    if (sequences.length === 0) return [];
    const rows = await query<SequenceRow & { highest: string }>(
      `SELECT topic, partition, producer, run, highest FROM producer_run
       WHERE (topic, partition, producer, run) IN (SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::text[]))`,
      columnsOf(sequences),
    );
    return rows.map((row) => ({ ...row, highest: Number(row.highest) }));
  }

  async saveProgress(query: Sql, progress: readonly Progress[]): Promise<void> {
    await query(
      `INSERT INTO producer_run (topic, partition, producer, run, highest)
       SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::bigint[])
       ON CONFLICT (topic, partition, producer, run) DO UPDATE SET highest = excluded.highest`,
      [...columnsOf(progress), progress.map((p) => p.highest)],
    );
  }

  /** What the log has under the numbers of these leaves that are not above the highest. */
  async known(query: Sql, leaves: readonly Leaf[], before: readonly Progress[]): Promise<Known> {
    const highest = new Map(before.map((p) => [sequenceKey(p), p.highest]));
    const met = leaves.flatMap((leaf) => {
      const sequence = sequenceOf(leaf);
      const n = leaf.number?.n ?? 0;
      return sequence && n <= (highest.get(sequenceKey(sequence)) ?? 0) ? [{ sequence, n }] : [];
    });
    const known = new Map<string, Buffer[]>();
    if (met.length === 0) return known;
    const rows = await query<{ at: string; digest: Buffer }>(
      `SELECT t.at, e.digest
       FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::bigint[], $6::text[]) AS t(topic, p, producer, run, n, at)
       JOIN log_entry e ON e.topic = t.topic AND e.producer = t.producer AND e.run = t.run AND e.n = t.n
                       AND t.p IN (-1, e.partition)`,
      [...columnsOf(met.map((m) => m.sequence)), met.map((m) => m.n), met.map((m) => numberKey(m.sequence, m.n))],
    );
    for (const { at, digest } of rows) known.set(at, [...(known.get(at) ?? []), digest]);
    return known;
  }

  /** Records new gaps and closes what late numbers fill. */
  async saveGaps(query: Sql, found: readonly Gap[], late: readonly LateNumber[], at: Date): Promise<void> {
    const open = late.length === 0 ? [] : await this.takeGapsWith(query, late);
    const rest = late.reduce<readonly OpenGap[]>(
      (gaps, number) => gaps.flatMap((gap) => withoutLate(gap, number)),
      open,
    );
    const gaps = [...rest, ...found.map((gap) => ({ ...gap, foundAt: at }))];
    if (gaps.length === 0) return;
    await query(
      `INSERT INTO number_gap (topic, partition, producer, run, from_n, to_n, found_at)
       SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::timestamptz[])`,
      [...columnsOf(gaps), gaps.map((g) => g.from), gaps.map((g) => g.to), gaps.map((g) => g.foundAt.toISOString())],
    );
  }

  private async takeGapsWith(query: Sql, late: readonly LateNumber[]): Promise<OpenGap[]> {
    const rows = await query<SequenceRow & { from: string; to: string; foundAt: Date }>(
      `DELETE FROM number_gap g
       USING unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::bigint[]) AS t(topic, p, producer, run, n)
       WHERE g.topic = t.topic AND g.partition = t.p AND g.producer = t.producer AND g.run = t.run
         AND t.n BETWEEN g.from_n AND g.to_n
       RETURNING g.topic, g.partition, g.producer, g.run, g.from_n AS "from", g.to_n AS "to", g.found_at AS "foundAt"`,
      [...columnsOf(late), late.map((l) => l.n)],
    );
    return rows.map((row) => ({ ...row, from: Number(row.from), to: Number(row.to) }));
  }

  async saveConflicts(query: Sql, conflicts: readonly Sealed[], at: Date): Promise<void> {
    const sequences = conflicts.map(({ leaf }) => sequenceOf(leaf)).filter((s) => s !== null);
    await query(
      `INSERT INTO number_conflict (topic, partition, producer, run, n, entry_index, found_at)
       SELECT *, $7::timestamptz FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])`,
      [...columnsOf(sequences), conflicts.map((c) => c.leaf.number?.n), conflicts.map((c) => c.index), at],
    );
  }
}

const columnsOf = (list: readonly Sequence[]): [string[], number[], string[], string[]] => [
  list.map((s) => s.topic),
  list.map((s) => s.partition),
  list.map((s) => s.producer),
  list.map((s) => s.run),
];

const distinct = (list: readonly (Sequence | null)[]): Sequence[] => [
  ...new Map(list.filter((s) => s !== null).map((s) => [sequenceKey(s), s])).values(),
];
