import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ExchangeConfig } from '../config';
import { Pools } from './pools';

/** Answers are read by a role that may read records and their changes and change nothing; it is given just that when the service starts. */
@Injectable()
export class ReaderRole implements OnApplicationBootstrap {
  constructor(
    private readonly pools: Pools,
    private readonly config: ExchangeConfig,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { rows } = await this.pools.reader.query<{ role: string }>('SELECT current_user AS role');
    const role = `"${rows[0]!.role.replaceAll('"', '""')}"`;
    await this.pools.writer.query(`GRANT USAGE ON SCHEMA public TO ${role}`);
    await this.pools.writer.query(`GRANT SELECT ON record, record_change, resource_counter, batch_moment TO ${role}`);
    if (this.config.MODE !== 'production') return;
    const may = await this.pools.reader.query<{ write: boolean }>(
      `SELECT has_table_privilege('record', 'INSERT, UPDATE, DELETE') AS write`,
    );
    if (may.rows[0]!.write)
      throw new Error('READER_DATABASE_URL names a role that may change records; it must be one that only reads');
  }
}
