import type { Use } from '@qiongtong/contracts';
import type { Charset } from '../ingest/csv-rows';
import type { BatchReport } from './batch.store';

/** The use that a push is, as the gateway named and decided it. */
export type PushUse = Use & Readonly<{ systemId: string }>;

/** One batch as it is asked for. */
export type Push = Readonly<{
  use: PushUse;
  /** Its id, where it had one before its bytes came. */
  batchId?: string;
  /** `snapshot`: what it has is all there is from then on. */
  operation: BatchReport['operation'];
  /** What happens to rows that are wrong: the whole batch is refused, or they are set aside. */
  onInvalid: 'refuse' | 'quarantine';
  /** Everything is looked at and nothing applied. */
  dryRun: boolean;
  format: 'ndjson' | 'json' | 'csv';
  /** Of a CSV sheet; JSON is UTF-8. */
  charset: Charset;
  gzip: boolean;
  idempotencyKey: string;
  /** SHA-256 the sender announced. */
  announced: Buffer | null;
}>;
