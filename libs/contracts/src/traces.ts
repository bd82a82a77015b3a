/** What audit asks exchange when somebody traces a record; exchange keeps the keys, audit the records of uses. [R13.4, R14.9] */
export type RecordTraceQuestion = Readonly<{
  resourceId: string;
  recordKey?: string;
  /** Text of each key item, by its code. */
  keyItems?: Readonly<Record<string, string>>;
  from: string | null;
  to: string | null;
  /** Where the walk through stored hashes goes on; null from the beginning, absent when they are not to be walked yet. */
  stored?: StoredPlace | null;
}>;

/** Behind this chunk of this delivery, among those hashed with this key. */
export type StoredPlace = Readonly<{ hashKeyId: string; deliveryId: string; chunk: number }>;

export type QuarterTraced = Readonly<{
  /** `2026Q1`, in UTC. */
  quarter: string;
  hashKeyId: string;
  /** The record's keyed hash in that quarter, base64url; null when the key was destroyed, and with it every trace. */
  hash: string | null;
  destroyedAt: string | null;
}>;

export type StoredDelivery = Readonly<{
  deliveryId: string;
  decisionId: string;
  grantId: string | null;
  openedAt: string;
  closedAt: string | null;
  /** `cut` when it was never closed: then its hashes are the most that can have left. */
  outcome: 'complete' | 'aborted' | 'cut';
  rows: number | null;
  batches: Readonly<{ from: number; to: number }> | null;
}>;

export type RecordTraceAnswer = Readonly<{
  resourceId: string;
  quarters: readonly QuarterTraced[];
  /** null when they were not asked for. */
  stored: Readonly<{
    deliveries: readonly StoredDelivery[];
    /** Chunks looked through for this answer. */
    looked: number;
    /** Chunks of all deliveries of these quarters. */
    chunks: number;
    next: StoredPlace | null;
  }> | null;
}>;

/** The route of exchange that only audit calls. */
export const RECORD_TRACES = '/internal/record-traces';
