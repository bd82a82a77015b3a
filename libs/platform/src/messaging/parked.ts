import type { DataSource } from 'typeorm';
import { sql } from '../database/sql';
import type { Transaction, UnitOfWork } from '../database/unit-of-work';
import type { Inbox } from './inbox';
import { jsonOf, type Message } from './message';
import { messagingMetrics as metrics } from './metrics';

export type ParkedMessage = Readonly<{
  id: string;
  topic: string;
  partition: number;
  offset: string;
  key: string;
  type: string;
  /** `failed`, or `follows` one of its key that did. */
  reason: 'failed' | 'follows';
  error: string;
  parkedAt: Date;
}>;

type Row = Omit<ParkedMessage, 'offset' | 'parkedAt'> & {
  kafka_offset: string;
  parked_at: Date;
  headers: Record<string, string>;
  value: Buffer | null;
  at: string;
};

/** Handles one message; `once` runs in the transaction that takes it out of the parking. */
export type Redrive = (
  message: Message,
  once: (work: (tx: Transaction, fresh: Message[]) => Promise<void>) => Promise<void>,
) => Promise<void>;

/** Messages that a consumer could not handle, with those that came after them under the same key. */
export class ParkedMessages {
  private redriveOne: Redrive | null = null;

  constructor(
    private readonly dataSource: DataSource,
    private readonly work: UnitOfWork,
    private readonly consumer: string,
  ) {}

  /** The transport says how a message is handled. */
  handleWith(redrive: Redrive): void {
    this.redriveOne = redrive;
  }

  async list(filter: { key?: string; topic?: string; limit?: number } = {}): Promise<ParkedMessage[]> {
    const rows = await sql<Row>(
      this.dataSource,
      `SELECT * FROM parked_message
       WHERE consumer = $1 AND redriven_at IS NULL AND ($2::text IS NULL OR key = $2) AND ($3::text IS NULL OR topic = $3)
       ORDER BY id LIMIT $4`,
      [this.consumer, filter.key ?? null, filter.topic ?? null, filter.limit ?? 200],
    );
    return rows.map(({ id, topic, partition, kafka_offset, key, type, reason, error, parked_at }) => ({
      id,
      topic,
      partition,
      offset: kafka_offset,
      key,
      type,
      reason,
      error,
      parkedAt: parked_at,
    }));
  }

  /**
   * Handles the parked messages of a key in their order, each in one transaction, and stops at the first that fails
   * again. What arrives meanwhile under the key is parked behind them and handled as well.
   */
  async redrive(key: string, topic?: string): Promise<{ redriven: number; error: string | null }> {
    if (!this.redriveOne) throw new Error('the consumer is not listening');
    for (let redriven = 0; ; redriven++) {
      const row = await this.first(key, topic);
      if (!row) {
        await this.count();
        return { redriven, error: null };
      }
      try {
        let had = false;
        const once = async (work: (tx: Transaction, fresh: Message[]) => Promise<void>) => {
          if (had) return;
          await this.work.run((tx) => this.release(tx, row, () => work(tx, [messageOf(row)])));
          had = true;
        };
        await this.redriveOne(messageOf(row), once);
        if (!had) await once(() => Promise.resolve());
      } catch (error) {
        return { redriven, error: (error as Error).message };
      }
    }
  }

  /** Parks messages for good reason, moving the inbox past them in the same transaction. */
  async park(inbox: Inbox, messages: readonly Message[], highWatermark: string, cause: Error | null): Promise<void> {
    await inbox.once(messages, highWatermark, async (tx, fresh) => {
      for (const message of fresh) await this.insert(tx, message, cause);
    });
    metrics.handled.inc({ consumer: this.consumer, outcome: 'parked' }, messages.length);
    await this.count().catch(() => undefined);
  }

  /**
   * Parks followers unless their key has been driven again in the meantime; answers whether it did. The lock keeps a
   * redrive from finishing between the look and the parking.
   */
  async parkFollowers(inbox: Inbox, messages: readonly Message[], highWatermark: string): Promise<boolean> {
    const { topic } = messages[0]!;
    const keys = [...new Set(messages.map((m) => m.key))].sort();
    let parked = true;
    await inbox
      .once(messages, highWatermark, async (tx, fresh) => {
        for (const key of keys) await this.lockKey(tx, topic, key);
        const open = await this.openKeys(tx.query, topic, keys);
        if (keys.some((key) => !open.has(key))) throw new Redriven();
        for (const message of fresh) await this.insert(tx, message, null);
      })
      .catch((error: unknown) => {
        if (!(error instanceof Redriven)) throw error;
        parked = false;
      });
    if (parked) await this.count().catch(() => undefined);
    return parked;
  }

  /** Which of the keys have parked messages before them. */
  async keysAmong(topic: string, keys: readonly string[]): Promise<Set<string>> {
    return this.openKeys((text, parameters) => sql(this.dataSource, text, parameters), topic, keys);
  }

  async count(): Promise<number> {
    const [row] = await sql<{ count: string }>(
      this.dataSource,
      'SELECT count(*) FROM parked_message WHERE consumer = $1 AND redriven_at IS NULL',
      [this.consumer],
    );
    metrics.parked.set({ consumer: this.consumer }, Number(row!.count));
    return Number(row!.count);
  }

  private async openKeys(query: Transaction['query'], topic: string, keys: readonly string[]): Promise<Set<string>> {
    const rows = await query<{ key: string }>(
      `SELECT DISTINCT key FROM parked_message
       WHERE consumer = $1 AND topic = $2 AND key = ANY ($3) AND redriven_at IS NULL`,
      [this.consumer, topic, keys],
    );
    return new Set(rows.map((r) => r.key));
  }

  private async insert(tx: Transaction, message: Message, cause: Error | null): Promise<void> {
    const { topic, partition, offset, key, type, at, headers, raw } = message;
    const reason = cause ? 'failed' : 'follows';
    const error = cause ? `${cause.name}: ${cause.message}`.slice(0, 1000) : '';
    await tx.query(
      `INSERT INTO parked_message (consumer, topic, partition, kafka_offset, key, type, headers, value, at, reason, error)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [this.consumer, topic, partition, offset, key, type, JSON.stringify(headers), raw, at, reason, error],
    );
    const reference = { consumer: this.consumer, topic, partition, offset, type, reason, error };
    tx.send(`parked.${this.consumer}`, key, `${this.consumer}.message-parked.v1`, reference);
  }

  private async first(key: string, topic?: string): Promise<Row | undefined> {
    const rows = await sql<Row>(
      this.dataSource,
      `SELECT * FROM parked_message
       WHERE consumer = $1 AND key = $2 AND ($3::text IS NULL OR topic = $3) AND redriven_at IS NULL ORDER BY id LIMIT 1`,
      [this.consumer, key, topic ?? null],
    );
    return rows[0];
  }

  private async release(tx: Transaction, row: Row, work: () => Promise<void>): Promise<void> {
    await this.lockKey(tx, row.topic, row.key);
    const mine = await tx.query(
      'UPDATE parked_message SET redriven_at = clock_timestamp() WHERE id = $1 AND redriven_at IS NULL RETURNING 1',
      [row.id],
    );
    if (mine.length > 0) await work();
  }

  private lockKey(tx: Transaction, topic: string, key: string): Promise<unknown> {
    return tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      JSON.stringify(['parked', this.consumer, topic, key]),
    ]);
  }
}

class Redriven extends Error {}

const messageOf = (row: Row): Message => ({
  topic: row.topic,
  partition: row.partition,
  offset: row.kafka_offset,
  key: row.key,
  type: row.type,
  at: row.at,
  id: row.headers['ce_id'] ?? `${row.topic}/${row.partition}/${row.kafka_offset}`,
  source: row.headers['ce_source'] ?? '',
  data: jsonOf(row.value),
  raw: row.value,
  headers: row.headers,
});
