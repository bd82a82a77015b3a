import { Injectable } from '@nestjs/common';
import type { Transaction } from '@qiongtong/platform';
import { END_OF_BATCH, type Reached } from '../changes/domain/change';
import { Pools } from '../store/pools';
import type { Subscription, SubscriptionStatus } from './domain/subscription';

type SubscriptionRow = Readonly<{
  id: string;
  resource_id: string;
  provider_id: string;
  department_id: string;
  system_id: string;
  decision_id: string;
  grant_id: string | null;
  use: Subscription['use'];
  channel: Subscription['channel'];
  url: string | null;
  status: SubscriptionStatus;
  cause: Subscription['cause'];
  reached_batch: string;
  reached_key: string;
  position: string;
  issued: string;
  acknowledged: string;
  terms: string | null;
  failures: number;
  failing_since: Date | null;
  last_failure: string | null;
  due_at: Date;
  attempt: string;
  opened_at: Date;
}>;
type BatchRow = Readonly<{
  position: string;
  previous: string;
  to_batch: string;
  to_key: string;
  decision_id: string;
  terms: string;
  digest: string;
}>;

/** A batch as it was put on record before it was sent. */
export type SentBatch = Readonly<{
  position: number;
  /** The one it comes after. */
  previous: number;
  to: Reached;
  decisionId: string;
  terms: string;
  digest: string;
}>;
type Page = Readonly<{ at: string; id: string }>;
/** A run by its attempt: whoever began later has the subscription. */
export type Run = Pick<Subscription, 'id' | 'attempt'>;

/** Rows of `feed_subscription` and `feed_batch`. */
@Injectable()
export class SubscriptionStore {
  constructor(private readonly pools: Pools) {}

  /** Keeps other requests of the department out until the transaction ends, and counts what it has. */
  async liveOf(tx: Transaction, departmentId: string): Promise<number> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('subscriptions of ' || $1, 0))`, [departmentId]);
    const sql = `SELECT count(*)::int AS n FROM feed_subscription WHERE department_id = $1 AND status <> 'ENDED'`;
    const [row] = await tx.query<{ n: number }>(sql, [departmentId]);
    return row!.n;
  }

  async add(tx: Transaction, it: Subscription): Promise<void> {
    await tx.query(
      `INSERT INTO feed_subscription (id, resource_id, provider_id, department_id, system_id, decision_id, grant_id, use,
         channel, url, status, reached_batch, reached_key, due_at, opened_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
      [
        ...[it.id, it.resourceId, it.providerId, it.departmentId, it.systemId, it.decisionId, it.grantId],
        ...[
          JSON.stringify(it.use),
          it.channel,
          it.url,
          it.status,
          it.reached.batchNo,
          it.reached.key,
          it.dueAt,
          it.openedAt,
        ],
      ],
    );
  }

  async one(id: string): Promise<Subscription | null> {
    const { rows } = await this.pools.writer.query<SubscriptionRow>('SELECT * FROM feed_subscription WHERE id = $1', [
      id,
    ]);
    return rows[0] ? subscriptionOf(rows[0]) : null;
  }

  /** The latest first. */
  async ofDepartment(departmentId: string, before: Page | null, limit: number): Promise<Subscription[]> {
    const { rows } = await this.pools.writer.query<SubscriptionRow>(
      `SELECT * FROM feed_subscription
       WHERE department_id = $1 AND ($2::timestamptz IS NULL OR (opened_at, id) < ($2, $3))
       ORDER BY opened_at DESC, id DESC LIMIT $4`,
      [departmentId, before?.at ?? null, before?.id ?? null, limit],
    );
    return rows.map(subscriptionOf);
  }

  async lock(tx: Transaction, id: string): Promise<Subscription | null> {
    const [row] = await tx.query<SubscriptionRow>('SELECT * FROM feed_subscription WHERE id = $1 FOR UPDATE', [id]);
    return row ? subscriptionOf(row) : null;
  }

  /** Saves what was changed; the caller holds the row's lock. */
  async save(tx: Transaction, it: Subscription): Promise<void> {
    await tx.query(
      `UPDATE feed_subscription SET status = $2, cause = $3, reached_batch = $4, reached_key = $5, position = $6,
         issued = $7, acknowledged = $8, terms = $9, failures = $10, failing_since = $11, last_failure = $12, due_at = $13,
         attempt = $14
       WHERE id = $1`,
      [
        ...[it.id, it.status, it.cause, it.reached.batchNo, it.reached.key, it.position, it.issued, it.acknowledged],
        ...[it.terms, it.failures, it.failingSince, it.lastFailure, it.dueAt, it.attempt],
      ],
    );
  }

  /**
   * Takes the next feed that has something to look at: the one that waits longest, also one whose sender has not been
   * heard of for the length of its lease. Leases go by the database's clock.
   * @param share how many of one department may be taken at the same time
   */
  async claim(leaseMs: number, share: number, now: Date): Promise<Subscription | null> {
    const { rows } = await this.pools.writer.query<SubscriptionRow>(
      `UPDATE feed_subscription SET attempt = attempt + 1, leased_until = clock_timestamp() + $1 * interval '1 millisecond'
       WHERE id = (
         SELECT s.id FROM feed_subscription s JOIN resource_counter c ON c.resource_id = s.resource_id
         WHERE s.status IN ('ACTIVE', 'HELD') AND s.due_at <= $2
           AND (s.leased_until IS NULL OR s.leased_until < clock_timestamp())
           AND (SELECT count(*) FROM feed_subscription o
                WHERE o.department_id = s.department_id AND o.leased_until > clock_timestamp()) < $4
           AND (s.reached_batch < c.batch_no OR s.reached_key <> $3)
         ORDER BY s.due_at, s.id LIMIT 1 FOR UPDATE OF s SKIP LOCKED)
       RETURNING *`,
      [leaseMs, now, END_OF_BATCH, share],
    );
    return rows[0] ? subscriptionOf(rows[0]) : null;
  }

  /** What is permitted has changed: feeds that are held are looked at now. */
  async lookAtHeld(now: Date): Promise<void> {
    const sql = `UPDATE feed_subscription SET due_at = $1 WHERE status = 'HELD' AND due_at > $1`;
    await this.pools.writer.query(sql, [now]);
  }

  async keepLease(tx: Transaction, id: string, leaseMs: number): Promise<void> {
    const sql = `UPDATE feed_subscription SET leased_until = clock_timestamp() + $2 * interval '1 millisecond' WHERE id = $1`;
    await tx.query(sql, [id, leaseMs]);
  }

  /** For anybody to take from then on; later than it was due already stays later. */
  async handBack({ id, attempt }: Run, dueAt: Date): Promise<void> {
    await this.pools.writer.query(
      `UPDATE feed_subscription SET leased_until = NULL, due_at = greatest(due_at, $3) WHERE id = $1 AND attempt = $2`,
      [id, attempt, dueAt],
    );
  }

  /** Past changes of which nothing is told. False when the subscription is no longer this run's. */
  async pass({ id, attempt }: Run, to: Reached): Promise<boolean> {
    const { rowCount } = await this.pools.writer.query(
      `UPDATE feed_subscription SET reached_batch = $3, reached_key = $4 WHERE id = $1 AND attempt = $2`,
      [id, attempt, to.batchNo, to.key],
    );
    return rowCount === 1;
  }

  /** @param size what it held; null of none that is sent */
  async addBatch(
    tx: Transaction,
    subscriptionId: string,
    batch: SentBatch,
    now: Date,
    size: Readonly<{ changes: number; bytes: number }> | null = null,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO feed_batch (subscription_id, position, previous, to_batch, to_key, decision_id, terms, digest, recorded_at,
         changes, bytes)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        ...[subscriptionId, batch.position, batch.previous, batch.to.batchNo, batch.to.key],
        ...[batch.decisionId, batch.terms, batch.digest, now],
        ...[size?.changes ?? null, size?.bytes ?? null],
      ],
    );
  }

  async arrived(tx: Transaction, subscriptionId: string, position: number, now: Date): Promise<void> {
    const sql = 'UPDATE feed_batch SET delivered_at = $3 WHERE subscription_id = $1 AND position = $2';
    await tx.query(sql, [subscriptionId, position, now]);
  }

  /** The batch that was put on record last and never arrived, if it comes after where the feed stands. */
  async pending({ id, position }: Subscription): Promise<SentBatch | null> {
    const { rows } = await this.pools.writer.query<BatchRow>(
      `SELECT * FROM (SELECT * FROM feed_batch WHERE subscription_id = $1 ORDER BY position DESC LIMIT 1) last
       WHERE delivered_at IS NULL AND previous = $2`,
      [id, position],
    );
    return rows[0] ? batchOf(rows[0]) : null;
  }

  async batch(tx: Transaction, subscriptionId: string, position: number): Promise<SentBatch | null> {
    const sql = 'SELECT * FROM feed_batch WHERE subscription_id = $1 AND position = $2';
    const [row] = await tx.query<BatchRow>(sql, [subscriptionId, position]);
    return row ? batchOf(row) : null;
  }

  /** Feeds that have ended and may still have a topic. */
  async topicsLeft(limit: number): Promise<Subscription[]> {
    const { rows } = await this.pools.writer.query<SubscriptionRow>(
      `SELECT * FROM feed_subscription WHERE channel = 'KAFKA' AND status = 'ENDED' AND NOT topic_removed ORDER BY id LIMIT $1`,
      [limit],
    );
    return rows.map(subscriptionOf);
  }

  /** Those that are written to a topic and have not ended, in the order of their ids. */
  async byTopic(after: string, limit: number): Promise<Subscription[]> {
    const sql = `SELECT * FROM feed_subscription WHERE channel = 'KAFKA' AND status <> 'ENDED' AND id > $1 ORDER BY id LIMIT $2`;
    const { rows } = await this.pools.writer.query<SubscriptionRow>(sql, [after, limit]);
    return rows.map(subscriptionOf);
  }

  async topicRemoved(id: string): Promise<void> {
    await this.pools.writer.query('UPDATE feed_subscription SET topic_removed = true WHERE id = $1', [id]);
  }

  /** Drops what was put on record before, at most so many. Returns how many it dropped. */
  async forgetBefore(at: Date, limit: number): Promise<number> {
    const { rowCount } = await this.pools.writer.query(
      `DELETE FROM feed_batch WHERE ctid = ANY (ARRAY(SELECT ctid FROM feed_batch WHERE recorded_at < $1 LIMIT $2))`,
      [at, limit],
    );
    return rowCount ?? 0;
  }
}

const batchOf = (row: BatchRow): SentBatch => ({
  position: Number(row.position),
  previous: Number(row.previous),
  to: { batchNo: Number(row.to_batch), key: row.to_key },
  decisionId: row.decision_id,
  terms: row.terms,
  digest: row.digest,
});

const subscriptionOf = (row: SubscriptionRow): Subscription => ({
  id: row.id,
  resourceId: row.resource_id,
  providerId: row.provider_id,
  departmentId: row.department_id,
  systemId: row.system_id,
  decisionId: row.decision_id,
  grantId: row.grant_id,
  use: row.use,
  channel: row.channel,
  url: row.url,
  status: row.status,
  cause: row.cause,
  reached: { batchNo: Number(row.reached_batch), key: row.reached_key },
  position: Number(row.position),
  issued: Number(row.issued),
  acknowledged: Number(row.acknowledged),
  terms: row.terms,
  failures: row.failures,
  failingSince: row.failing_since,
  lastFailure: row.last_failure,
  dueAt: row.due_at,
  attempt: Number(row.attempt),
  openedAt: row.opened_at,
});
