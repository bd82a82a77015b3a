import { Injectable } from '@nestjs/common';
import { Refusal } from '@qiongtong/contracts';
import { ExchangeConfig } from '../config';
import type { fileStatement, FileRow } from '../records/domain/file-sql';
import { RowCursor } from '../records/row-cursor';
import { Pools } from '../store/pools';

const QUERY_CANCELED = '57014';

/** Rows for a file, read by the role that may only read. */
@Injectable()
export class ExportSnapshot {
  constructor(
    private readonly pools: Pools,
    private readonly config: ExchangeConfig,
  ) {}

  /**
   * All rows of one moment. The statement's time runs on between fetches, so it is bounded by that of the whole export;
   * one that has to end is ended at the database, which may be at work on it.
   */
  of(
    statement: ReturnType<typeof fileStatement>,
    signal: AbortSignal,
    work: (cursor: RowCursor<FileRow>) => Promise<void>,
  ): Promise<void> {
    return Pools.withClient(this.pools.reader, async (client) => {
      await client.query('BEGIN TRANSACTION READ ONLY');
      const { rows } = await client.query<{ pid: number }>(
        `SELECT pg_backend_pid() AS pid, set_config('statement_timeout', $1, true)`,
        [`${this.config.EXPORT_SECONDS}s`],
      );
      const cancel = () =>
        void this.pools.reader.query('SELECT pg_cancel_backend($1)', [rows[0]!.pid]).catch(() => undefined);
      signal.addEventListener('abort', cancel, { once: true });
      try {
        signal.throwIfAborted();
        const cursor = RowCursor.of<FileRow>(client, statement);
        await work(cursor).finally(() => cursor.close());
      } catch (error) {
        // The cancellation may come late: nobody else may be given this connection.
        if (signal.aborted) throw new Error('ended before it was whole', { cause: error });
        throw (error as { code?: string }).code === QUERY_CANCELED ? new Refusal('export.took_too_long') : error;
      } finally {
        signal.removeEventListener('abort', cancel);
        await client.query('ROLLBACK').catch(() => undefined);
      }
    });
  }
}
