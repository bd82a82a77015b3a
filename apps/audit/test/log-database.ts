import { generateKeyPairSync } from 'node:crypto';
import {
  CrashPoints,
  FixedClock,
  Metrics,
  openDatabase,
  sql,
  UnitOfWork,
  type Sql,
  type Transaction,
} from '@qiongtong/platform';
import { testDatabase } from '@qiongtong/testing';
import type { DataSource, MigrationInterface } from 'typeorm';
import { leafHash, rootOf } from '../src/log/domain/hashing';
import { openNote } from '../src/log/domain/note';
import { LogMetrics } from '../src/log/log.metrics';
import { LogStore } from '../src/log/log.store';
import { Sealer } from '../src/log/sealer';
import { SealingStore } from '../src/log/sealing.store';
import { SigningKey } from '../src/log/signing-key';
import { Log1700000100000 } from '../src/migrations/1700000100000-log';
import { LargeMessages1798600000001 } from '../src/migrations/1798600000001-large-messages';
import { LogTerms1798080000000 } from '../src/migrations/1798080000000-log-terms';
import { WatchesAndReports1798750000000 } from '../src/migrations/1798750000000-watches-and-reports';

export const aKey = (origin = 'qiongtong/test'): SigningKey =>
  new SigningKey(origin, generateKeyPairSync('ed25519').privateKey);

export type EntryRow = Readonly<{
  index: number;
  topic: string;
  partition: number;
  offset: number;
  key: string;
  n: number;
}>;

/** A log in a database of its own, sealed by hand. */
export class LogDatabase {
  private constructor(
    readonly dataSource: DataSource,
    readonly key: SigningKey,
    private readonly drop: () => Promise<void>,
  ) {}

  /** @param more migrations of what is tested beside the log */
  static async create(more: readonly (new () => MigrationInterface)[] = []): Promise<LogDatabase> {
    const database = await testDatabase('audit');
    const dataSource = await openDatabase({
      url: database.url,
      applicationName: 'audit-test',
      migrations: [
        Log1700000100000,
        LogTerms1798080000000,
        LargeMessages1798600000001,
        WatchesAndReports1798750000000,
        ...more,
      ],
    });
    return new LogDatabase(dataSource, aKey(), async () => {
      await dataSource.destroy();
      await database.drop();
    });
  }

  readonly clock = new FixedClock('2026-11-23T08:00:00Z');
  readonly query: Sql = (text, parameters) => sql(this.dataSource, text, parameters);

  work(): UnitOfWork {
    return new UnitOfWork(this.dataSource, 'audit', this.clock);
  }

  sealer(work = this.work(), key = this.key): Sealer {
    return new Sealer(work, new SealingStore(), key, this.clock, new LogMetrics(new Metrics()), new CrashPoints());
  }

  async entries(): Promise<EntryRow[]> {
    return this.query<EntryRow>(
      `SELECT index::float8 AS index, topic, partition, kafka_offset::float8 AS "offset", key, n::float8 AS n
       FROM log_entry ORDER BY index`,
    );
  }

  /** The newest checkpoint opens with the key, its root is that of the entries, and nothing is missing between them. */
  async expectWhole(): Promise<number> {
    const head = await new LogStore().newest(this.query);
    const rows = await this.query<{ index: number; entry: string }>(
      'SELECT index::float8 AS index, entry FROM log_entry ORDER BY index',
    );
    expect(rows.map((row) => row.index)).toEqual(rows.map((_, i) => i));
    const root = rootOf(rows.map(({ entry }) => leafHash(Buffer.from(entry))));
    expect(openNote(head?.note ?? '', this.key.verifierKey)).toEqual({ size: rows.length, root });
    return rows.length;
  }

  close(): Promise<void> {
    return this.drop();
  }
}

/** A process that dies: at its nth statement, or right after its transaction is committed. */
export class DyingWork extends UnitOfWork {
  statements = 0;

  constructor(
    private readonly real: UnitOfWork,
    private readonly diesAt: number | 'after commit',
  ) {
    super(undefined as never, 'audit', undefined as never);
  }

  override async run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    this.statements = 0;
    const result = await this.real.run((tx) =>
      work({
        ...tx,
        query: (text, parameters) => {
          this.statements += 1;
          if (this.statements === this.diesAt) throw new Error(`died at statement ${this.diesAt}`);
          return tx.query(text, parameters);
        },
      }),
    );
    if (this.diesAt === 'after commit') throw new Error('died after the commit');
    return result;
  }
}
