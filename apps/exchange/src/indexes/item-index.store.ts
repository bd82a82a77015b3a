import { Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { Pools } from '../store/pools';
import { INDEX_NAME, type ItemIndex } from './item-index';

const LOCK = `hashtextextended('item indexes', 0)`;

/** Indexes of items as they stand in the catalogue of the database itself. */
@Injectable()
export class ItemIndexStore {
  constructor(private readonly pools: Pools) {}

  /** Does it alone, on a connection of its own; not at all while somebody else does. */
  alone(work: (client: PoolClient) => Promise<void>): Promise<void> {
    return Pools.withClient(this.pools.writer, async (client) => {
      const { rows } = await client.query<{ taken: boolean }>(`SELECT pg_try_advisory_lock(${LOCK}) AS taken`);
      if (!rows[0]!.taken) return;
      try {
        await work(client);
      } finally {
        await client.query(`SELECT pg_advisory_unlock(${LOCK})`);
      }
    });
  }

  async rowsByResource(): Promise<ReadonlyMap<string, number>> {
    const { rows } = await this.pools.writer.query<{ resource_id: string; rows: string }>(
      'SELECT resource_id, rows FROM resource_counter',
    );
    return new Map(rows.map((row) => [row.resource_id, Number(row.rows)]));
  }

  /** Names of those there are, and whether each is whole: one whose making or dropping was broken off is not. */
  async present(): Promise<ReadonlyMap<string, boolean>> {
    const { rows } = await this.pools.writer.query<{ name: string; whole: boolean | null }>(
      `SELECT COALESCE(i.name, s.name) AS name, i.valid AND s.name IS NOT NULL AS whole
       FROM (SELECT c.relname AS name, i.indisvalid AS valid
             FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
             WHERE c.relnamespace = current_schema()::regnamespace AND starts_with(c.relname, '${INDEX_NAME}')) i
       FULL JOIN (SELECT stxname AS name FROM pg_statistic_ext
             WHERE stxnamespace = current_schema()::regnamespace AND starts_with(stxname, '${INDEX_NAME}')) s
         ON s.name = i.name`,
    );
    return new Map(rows.map((row) => [row.name, row.whole === true]));
  }

  /** Without keeping anybody from writing or reading meanwhile. False without rows. */
  async build(client: PoolClient, { name, resourceId, value, definition }: ItemIndex): Promise<boolean> {
    const { rows } = await client.query<{ name: string }>(
      'SELECT tableoid::regclass::text AS name FROM record WHERE resource_id = $1 LIMIT 1',
      [resourceId],
    );
    const table = rows[0]?.name;
    if (table === undefined) return false;
    // The planner believes nothing that was counted for an index of some of the rows: values are counted for the table.
    await client.query(`CREATE STATISTICS IF NOT EXISTS ${name} ON (${value}) FROM ${table}`);
    await client.query(`CREATE INDEX CONCURRENTLY ${name} ON ${table} ${definition}`);
    await client.query(`ANALYZE ${table}`);
    return true;
  }

  async drop(client: PoolClient, name: string): Promise<void> {
    await client.query(`DROP STATISTICS IF EXISTS ${name}`);
    await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
  }

  /** Ends what a connection does now. */
  async interrupt(pid: number): Promise<void> {
    await this.pools.writer.query('SELECT pg_cancel_backend($1)', [pid]);
  }
}
