import { Refusal } from '@qiongtong/contracts';
import { findSecretMark } from '@qiongtong/regulation';
import type { PoolClient } from 'pg';
import type { ArrivedRow } from '../ingest/arrived-rows';
import type { GoodRow, Operation, RowError, RowReader } from '../ingest/rows';
import { quietly } from '../store/quietly';
import type { BatchStore, QuarantinedRow, StoredRefusal } from './batch.store';

const CHUNK_ROWS = 500;
const CHUNK_BYTES = 256 * 1024;
const ERRORS_TOLD = 100;
const PROGRESS_MS = 1_000;

/** A secrecy marking: everything stops here, and only who, when and which rule is kept. [R2.3] */
export class SecretFound extends Refusal {
  constructor(readonly rule: string) {
    super('exchange.secret_marking');
  }
}

type Settings = Readonly<{
  reader: RowReader;
  operation: Operation;
  onInvalid: 'refuse' | 'quarantine';
  mostRows: number;
}>;

/** Reads, checks and stages the rows of one batch, a chunk at a time. */
export class Staging {
  received = 0;
  quarantined = 0;
  /** No key came twice, as each was after the one before it: so rows come out of a database. */
  distinct = true;
  private lastKey = '';
  private good: (GoodRow & { n: number })[] = [];
  private bad: QuarantinedRow[] = [];
  private bytes = 0;
  private wrongRows = 0;
  private toldAt = performance.now();
  /** One chunk is written while the next is read. */
  private writing: Promise<void> = Promise.resolve();
  private readonly errors: RowError[] = [];

  constructor(
    private readonly client: PoolClient,
    private readonly store: BatchStore,
    private readonly batchId: string,
    private readonly settings: Settings,
  ) {}

  /** Why the batch cannot be applied, when rows of it are wrong and that was not to be put up with. */
  get refusal(): StoredRefusal | null {
    return this.wrongRows === 0 || this.settings.onInvalid === 'quarantine'
      ? null
      : { code: 'exchange.rows_invalid', errors: this.errors };
  }

  async take(rows: readonly ArrivedRow[]): Promise<void> {
    for (const row of rows) {
      this.read(row);
      if (this.good.length + this.bad.length >= CHUNK_ROWS || this.bytes >= CHUNK_BYTES) await this.hand();
    }
  }

  private read({ n, bytes, text, row, unreadable, plain }: ArrivedRow): void {
    if (++this.received > this.settings.mostRows) throw new Refusal('exchange.batch_too_large');
    // An escaped mark is a mark: what is written with escapes is looked at as it means.
    stopAtSecret(row !== undefined && !plain && text.includes('\\') ? JSON.stringify(row) : text);
    const read =
      unreadable === undefined
        ? this.settings.reader.read(row, this.settings.operation, plain ? text : undefined)
        : { errors: [{ pointer: '', message: unreadable }] };
    if ('errors' in read) this.setAside(n, text, read.errors);
    else if (this.refusal === null) this.keep(read, n);
    this.bytes += bytes;
  }

  private keep(row: GoodRow, n: number): void {
    if (row.key <= this.lastKey) this.distinct = false;
    this.lastKey = row.key;
    this.good.push({ ...row, n });
  }

  /** Everything that was taken is written. */
  async flush(): Promise<void> {
    await this.hand();
    await this.writing;
  }

  /** Nothing is being written any more, whatever became of it. */
  async settled(): Promise<void> {
    await this.writing.catch(() => undefined);
  }

  private async hand(): Promise<void> {
    await this.writing;
    this.writing = quietly(this.write(this.good, this.bad));
    this.good = [];
    this.bad = [];
    this.bytes = 0;
  }

  private async write(good: Staging['good'], bad: Staging['bad']): Promise<void> {
    if (good.length > 0) await this.store.stage(this.client, this.batchId, good);
    if (bad.length > 0) await this.store.quarantine(this.client, this.batchId, bad);
    await this.tellProgress();
  }

  /** Shows whoever asks how far it is, and notices that the batch was cancelled meanwhile. */
  private async tellProgress(): Promise<void> {
    if (performance.now() - this.toldAt < PROGRESS_MS) return;
    this.toldAt = performance.now();
    const open = await this.store.progress(this.client, this.batchId, this.received, this.quarantined);
    if (!open) throw new Refusal('exchange.batch_cancelled');
  }

  private setAside(n: number, row: string, errors: readonly RowError[]): void {
    this.wrongRows++;
    if (this.settings.onInvalid === 'quarantine') {
      this.quarantined++;
      this.bad.push({ n, messageId: null, code: 'exchange.rows_invalid', errors, row });
    } else {
      this.good = []; // nothing of this batch will be applied
      for (const { pointer, message } of errors.slice(0, ERRORS_TOLD - this.errors.length))
        this.errors.push({ pointer: `/${n}${pointer}`, message: `line ${n}: ${message}` });
    }
  }
}

export function stopAtSecret(text: string): void {
  const mark = findSecretMark(text);
  if (mark) throw new SecretFound(`secret-mark:${mark.level}`);
}
