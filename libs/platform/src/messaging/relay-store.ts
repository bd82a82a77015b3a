import type { DataSource } from 'typeorm';
import type { LeaseTerm } from '../database/lease';
import { inTransaction, sql, type Sql } from '../database/sql';
import { confirmEpoch, type Epoch } from './epoch';
import { HEADER } from './message';
import type { Outgoing } from './kafka';
import { partitionOf } from './partition';

export const BATCH_MESSAGES = 1000;
export const BATCH_BYTES = 900_000;

type Row = {
  id: string;
  topic: string;
  key: string;
  headers: Record<string, string>;
  value: string | null;
  epoch: string | null;
  partition: number | null;
  n: string | null;
};
type Numbered = Row & { epoch: string; partition: number; n: string };

export type Taken = Readonly<{
  ids: string[];
  messages: Outgoing[];
  /** Rows that were visible may remain. */
  more: boolean;
  /** They were numbered, and perhaps sent, before. */
  again: boolean;
  /** Topics whose number of partitions must be found out first; nothing was taken. */
  unknownTopics: string[];
}>;

/** What the relay reads and writes in the database. Every write confirms the lease in its own transaction. */
export class RelayStore {
  /** Last number of each `topic/partition` in this epoch, as stored. */
  private numbers: Map<string, bigint> | null = null;

  constructor(
    private readonly dataSource: DataSource,
    private readonly term: LeaseTerm,
    private readonly epoch: Epoch,
  ) {}

  async hasWork(blocked: readonly string[]): Promise<boolean> {
    const [row] = await sql<{ work: boolean }>(
      this.dataSource,
      `SELECT EXISTS (SELECT FROM outbox WHERE published_at IS NULL AND n IS NOT NULL)
           OR EXISTS (SELECT FROM outbox WHERE published_at IS NULL AND n IS NULL AND topic <> ALL ($1)) AS work`,
      [blocked],
    );
    return row!.work;
  }

  /**
   * The next rows by id, with numbers that are stored before anybody sees them. Rows numbered earlier come first and
   * alone: after a crash they are sent again under the same numbers, and nothing overtakes them.
   */
  async take(partitions: ReadonlyMap<string, number>, blocked: readonly string[]): Promise<Taken> {
    try {
      return await inTransaction(this.dataSource, async (query) => {
        await this.term.confirm(query);
        await confirmEpoch(query, this.epoch);
        const again = await select(query, 'n IS NOT NULL', []);
        if (again.rows.length > 0) return { ...taken(again.rows as Numbered[], true), again: true };
        const { rows, limited } = await select(query, 'n IS NULL', blocked);
        const unknownTopics = [...new Set(rows.map((r) => r.topic))].filter((t) => !partitions.has(t));
        if (unknownTopics.length > 0) return { ids: [], messages: [], more: true, again: false, unknownTopics };
        if (rows.length > 0) await this.number(query, rows, partitions);
        return taken(rows as Numbered[], limited);
      });
    } catch (error) {
      this.numbers = null;
      throw error;
    }
  }

  async highestVisible(blocked: readonly string[]): Promise<bigint> {
    const [row] = await sql<{ id: string | null }>(
      this.dataSource,
      `SELECT max(id) AS id FROM outbox WHERE published_at IS NULL AND n IS NULL AND topic <> ALL ($1)`,
      [blocked],
    );
    return BigInt(row?.id ?? 0);
  }

  async markPublished(ids: readonly string[]): Promise<void> {
    await sql(this.dataSource, 'UPDATE outbox SET published_at = clock_timestamp() WHERE id = ANY ($1::bigint[])', [
      ids,
    ]);
  }

  /** Takes numbers back from rows whose topic is gone, so that they do not hold up the others. */
  async unnumber(topics: readonly string[]): Promise<void> {
    await inTransaction(this.dataSource, async (query) => {
      await this.term.confirm(query);
      await query(
        `UPDATE outbox SET epoch = NULL, partition = NULL, n = NULL
         WHERE published_at IS NULL AND n IS NOT NULL AND topic = ANY ($1)`,
        [topics],
      );
    });
  }

  async depth(): Promise<{ depth: number; lagSeconds: number }> {
    const [row] = await sql<{ depth: string; lag: number | null }>(
      this.dataSource,
      `SELECT count(*) AS depth, extract(epoch FROM clock_timestamp() - min(created_at))::float8 AS lag
       FROM outbox WHERE published_at IS NULL`,
    );
    return { depth: Number(row!.depth), lagSeconds: Math.max(0, row!.lag ?? 0) };
  }

  /** Deletes what was published more than a day ago, and idempotency keys older than a week. */
  async prune(): Promise<number> {
    const pruned = await sql(
      this.dataSource,
      `WITH oldest AS (SELECT id, published_at FROM outbox ORDER BY id LIMIT 5000)
       DELETE FROM outbox USING oldest
       WHERE outbox.id = oldest.id AND oldest.published_at < clock_timestamp() - interval '1 day' RETURNING 1`,
    );
    await sql(
      this.dataSource,
      `DELETE FROM idempotency_key WHERE (caller, key) IN (
         SELECT caller, key FROM idempotency_key WHERE created_at < clock_timestamp() - interval '7 days' LIMIT 5000)`,
    );
    return pruned.length;
  }

  private async number(query: Sql, rows: Row[], partitions: ReadonlyMap<string, number>): Promise<void> {
    this.numbers ??= await this.storedNumbers(query);
    const changed = new Map<string, { topic: string; partition: number; n: bigint }>();
    for (const row of rows) {
      const partition = partitionOf(row.key, partitions.get(row.topic)!);
      const sequence = `${row.topic}/${partition}`;
      const n = (this.numbers.get(sequence) ?? 0n) + 1n;
      this.numbers.set(sequence, n);
      changed.set(sequence, { topic: row.topic, partition, n });
      Object.assign(row, { epoch: this.epoch.number, partition, n: String(n) });
    }
    await query(
      `UPDATE outbox SET epoch = $1, partition = given.partition, n = given.n
       FROM unnest($2::bigint[], $3::int[], $4::bigint[]) AS given (id, partition, n) WHERE outbox.id = given.id`,
      [this.epoch.number, rows.map((r) => r.id), rows.map((r) => r.partition), rows.map((r) => r.n)],
    );
    const last = [...changed.values()];
    await query(
      `INSERT INTO outbox_number (epoch, topic, partition, n)
       SELECT $1, * FROM unnest($2::text[], $3::int[], $4::bigint[])
       ON CONFLICT (epoch, topic, partition) DO UPDATE SET n = excluded.n`,
      [this.epoch.number, last.map((l) => l.topic), last.map((l) => l.partition), last.map((l) => String(l.n))],
    );
  }

  private async storedNumbers(query: Sql): Promise<Map<string, bigint>> {
    const rows = await query<{ topic: string; partition: number; n: string }>(
      'SELECT topic, partition, n FROM outbox_number WHERE epoch = $1',
      [this.epoch.number],
    );
    return new Map(rows.map((r) => [`${r.topic}/${r.partition}`, BigInt(r.n)]));
  }
}

async function select(
  query: Sql,
  which: 'n IS NULL' | 'n IS NOT NULL',
  blocked: readonly string[],
): Promise<{ rows: Row[]; limited: boolean }> {
  const rows = await query<Row & { candidates: string }>(
    `SELECT o.id, o.topic, o.key, o.headers, o.value, o.epoch, o.partition, o.n, fits.candidates
     FROM (
       SELECT id, count(*) OVER () AS candidates, sum(size) OVER (ORDER BY id) AS total, row_number() OVER (ORDER BY id) AS position
       FROM (
         SELECT id, size FROM outbox WHERE published_at IS NULL AND ${which} AND topic <> ALL ($1) ORDER BY id LIMIT ${BATCH_MESSAGES}
       ) AS candidate
     ) AS fits
     JOIN outbox o ON o.id = fits.id
     WHERE fits.total <= ${BATCH_BYTES} OR fits.position = 1
     ORDER BY o.id`,
    [blocked],
  );
  const candidates = Number(rows[0]?.candidates ?? 0);
  return { rows, limited: candidates === BATCH_MESSAGES || candidates > rows.length };
}

const taken = (rows: readonly Numbered[], more: boolean): Taken => ({
  ids: rows.map((r) => r.id),
  messages: rows.map(({ topic, partition, key, value, headers, epoch, n }) => ({
    topic,
    partition,
    key,
    value,
    headers: { ...headers, [HEADER.epoch]: epoch, [HEADER.n]: n },
  })),
  more,
  again: false,
  unknownTopics: [],
});
