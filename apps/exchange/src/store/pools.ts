import { Injectable, Logger } from '@nestjs/common';
import { Refusal } from '@qiongtong/contracts';
import { Drain } from '@qiongtong/platform';
import { Pool, type PoolClient } from 'pg';
import { ExchangeConfig } from '../config';

/** Connections beside the unit of work's: `writer` for staging and deliveries, `reader` for every answer. */
@Injectable()
export class Pools {
  readonly writer: Pool;
  readonly reader: Pool;
  private readonly log = new Logger('Pools');

  constructor(config: ExchangeConfig, drain: Drain) {
    this.writer = this.pool({
      connectionString: config.DATABASE_URL,
      max: config.CONCURRENT_BATCHES + config.EXPORT_WORKERS + config.FEED_WORKERS + 8,
    });
    this.reader = this.pool({
      connectionString: config.READER_DATABASE_URL,
      max: config.CONCURRENT_STREAMS + config.EXPORT_WORKERS + config.FEED_WORKERS + 8,
      statement_timeout: config.READ_TIMEOUT_MS,
    });
    drain.add('database connections of the exchange', 'connections', async () => {
      await Promise.all([this.writer.end(), this.reader.end()]);
    });
  }

  private pool(options: ConstructorParameters<typeof Pool>[0]): Pool {
    const pool = new Pool({ ...options, connectionTimeoutMillis: 10_000, keepAlive: true });
    // An idle connection that breaks must not end the process; the next use gets a new one.
    pool.on('error', (error) => this.log.warn(`a database connection broke: ${error.message}`));
    return pool;
  }

  /** A connection of one's own for a while; it is not used again when the work failed on it. */
  static async withClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      return await work(client);
    } catch (error) {
      // A rule that said no leaves the connection as it was.
      if (!(error instanceof Refusal)) broken = error as Error;
      throw error;
    } finally {
      client.release(broken);
    }
  }
}
