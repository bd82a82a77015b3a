import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { newId } from '../clock';
import { sql, type Sql } from './sql';

export class LeaseLost extends Error {
  constructor(name: string) {
    super(`the lease ${name} is held by somebody else now`);
    this.name = 'LeaseLost';
  }
}

/** One period of holding a lease. Its epoch is higher than that of every earlier one. */
export type LeaseTerm = Readonly<{
  name: string;
  holder: string;
  epoch: string;
  /** Aborts when the lease may have ended. */
  signal: AbortSignal;
  /**
   * Throws `LeaseLost` unless the lease is held at this moment, by the database's clock; nobody can take it over until
   * the transaction ends. Everything a holder writes begins with it.
   */
  confirm(query: Sql): Promise<void>;
}>;

export type LeaseOptions = Readonly<{
  /** After how long without a renewal somebody else may take over. */
  ttlMs?: number;
  /** How long to wait before trying again to get it, and between renewals. */
  retryMs?: number;
}>;

/** Work that one process at a time does, by a row in the database and the database's clock. */
export class Lease {
  private readonly holder = newId();
  private readonly ttlMs: number;
  private readonly retryMs: number;
  private readonly log = new Logger(Lease.name);

  constructor(
    private readonly dataSource: DataSource,
    readonly name: string,
    options: LeaseOptions = {},
  ) {
    this.ttlMs = options.ttlMs ?? 5000;
    this.retryMs = options.retryMs ?? Math.min(1000, this.ttlMs / 4);
  }

  /**
   * Runs `work` whenever this process holds the lease and as long as it does, until `stop` aborts. Work that throws is
   * run again after a while, under the same term as long as that lasts; work that returns is run again at once.
   */
  async hold(work: (term: LeaseTerm) => Promise<void>, stop: AbortSignal): Promise<void> {
    let failures = 0;
    while (!stop.aborted) {
      try {
        const askedAt = performance.now();
        const epoch = await this.acquire();
        if (epoch === null) {
          await pause(this.retryMs, stop);
          continue;
        }
        await this.serve(epoch, askedAt, work, stop);
        failures = 0;
      } catch (error) {
        if (++failures === 1) this.log.warn(`${this.name}: ${(error as Error).message}`);
        await pause(Math.min(200 * 2 ** failures, 2000), stop);
      }
    }
  }

  private async serve(
    epoch: string,
    askedAt: number,
    work: (term: LeaseTerm) => Promise<void>,
    stop: AbortSignal,
  ): Promise<void> {
    const ended = new AbortController();
    const end = () => ended.abort();
    stop.addEventListener('abort', end, { once: true });
    if (stop.aborted) end();
    const renewals = this.renew(epoch, askedAt, ended);
    const term = { name: this.name, holder: this.holder, epoch, signal: ended.signal, confirm: this.confirm(epoch) };
    let failures = 0;
    try {
      while (!ended.signal.aborted) {
        try {
          await work(term);
          failures = 0;
        } catch (error) {
          if (error instanceof LeaseLost || ended.signal.aborted) break;
          if (++failures === 1 || failures % 50 === 0)
            this.log.warn(`${this.name}, failure ${failures}: ${(error as Error).message}`);
          await pause(Math.min(50 * 2 ** failures, 2000), ended.signal);
        }
      }
    } finally {
      ended.abort();
      stop.removeEventListener('abort', end);
      await renewals;
      await this.release(epoch).catch(() => undefined);
    }
  }

  private async renew(epoch: string, askedAt: number, ended: AbortController): Promise<void> {
    let sureUntil = askedAt + this.ttlMs;
    while (!ended.signal.aborted) {
      await pause(Math.min(this.retryMs, Math.max(0, sureUntil - performance.now())), ended.signal);
      if (ended.signal.aborted) return;
      const askedAt = performance.now();
      const expiry = setTimeout(() => ended.abort(), Math.max(0, sureUntil - askedAt));
      try {
        const kept = await sql(
          this.dataSource,
          `UPDATE lease SET expires_at = clock_timestamp() + $4 * interval '1 millisecond'
           WHERE name = $1 AND holder = $2 AND epoch = $3 AND expires_at > clock_timestamp() RETURNING 1`,
          [this.name, this.holder, epoch, this.ttlMs],
        );
        if (kept.length === 0) ended.abort();
        else sureUntil = askedAt + this.ttlMs;
      } catch {
        if (performance.now() >= sureUntil) ended.abort();
      } finally {
        clearTimeout(expiry);
      }
    }
  }

  private async acquire(): Promise<string | null> {
    const [row] = await sql<{ epoch: string }>(
      this.dataSource,
      `INSERT INTO lease AS held (name, holder, epoch, expires_at)
       VALUES ($1, $2, 1, clock_timestamp() + $3 * interval '1 millisecond')
       ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, epoch = held.epoch + 1, expires_at = excluded.expires_at
       WHERE held.expires_at <= clock_timestamp()
       RETURNING epoch`,
      [this.name, this.holder, this.ttlMs],
    );
    return row?.epoch ?? null;
  }

  private release(epoch: string): Promise<unknown> {
    return sql(
      this.dataSource,
      `UPDATE lease SET expires_at = clock_timestamp() WHERE name = $1 AND holder = $2 AND epoch = $3`,
      [this.name, this.holder, epoch],
    );
  }

  private confirm(epoch: string) {
    return async (query: Sql): Promise<void> => {
      // Whoever falls silent in the middle of a transaction, cut off or frozen, would hold off everybody else for ever.
      const held = await query(
        `SELECT set_config('idle_in_transaction_session_timeout', $4, true) FROM (
           SELECT FROM lease WHERE name = $1 AND holder = $2 AND epoch = $3 AND expires_at > clock_timestamp() FOR SHARE
         ) AS held`,
        [this.name, this.holder, epoch, String(this.ttlMs)],
      );
      if (held.length === 0) throw new LeaseLost(this.name);
    };
  }
}

/** Resolves after the time, or at once when the signal aborts. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done, { once: true });
  });
}
