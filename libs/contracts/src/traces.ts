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

/** What audit asks exchange about rows that somebody found outside: the values of some items, in the order they were found. [R13.4, R21.1] */
export type SampleTraceQuestion = Readonly<{
  resourceId: string;
  /** A value for each item by its code. One of `rows` and `csv` is given. */
  rows?: readonly Readonly<Record<string, string | number | boolean | null>>[];
  csv?: string;
  /** The moment whose records rows without a key are looked for in; null for now. */
  asOf: string | null;
  from: string | null;
  to: string | null;
  stored?: StoredPlace | null;
}>;

/** How the rows stand in a delivery, whose own order an excerpt of it keeps. */
export type OrderFit = Readonly<{
  rows: number;
  /** The most of them that stand in the delivery one after the other as in the sample. */
  inOrder: number;
  /** Rows that stand right behind the one that they follow in the sample. */
  neighbours: number;
}>;
export type SampleMatch = StoredDelivery & Readonly<{ fit: OrderFit }>;

export type SampleTraceAnswer = Readonly<{
  resourceId: string;
  /** Items that the sample has values of. */
  items: readonly string[];
  rows: Readonly<{
    /** Different ones. */
    given: number;
    /** Those that tell a record, by its key or by their values. */
    used: number;
    /** Found in no record of that moment, and found in too many. */
    unknown: number;
    ambiguous: number;
  }>;
  /** The sample under a key of the resource, by which the log names it; it keeps none of its values. */
  digest: string;
  quarters: readonly Readonly<{
    quarter: string;
    hashKeyId: string;
    destroyedAt: string | null;
    /** Of each row the keyed hashes, base64url, of the records that it may be; null when the key was destroyed. */
    rows: readonly (readonly string[])[] | null;
  }>[];
  /** null when they were not asked for. */
  stored: Readonly<{
    /** Those of this part that fit best, of all that hold every row. */
    best: readonly SampleMatch[];
    matching: number;
    looked: number;
    chunks: number;
    next: StoredPlace | null;
  }> | null;
}>;

/** The other route of exchange that only audit calls. */
export const SAMPLE_TRACES = '/internal/sample-traces';
export const SAMPLE_ROWS = 200;

/** @param places of the sample's rows in a delivery, in the order of the sample */
export function orderFit(places: readonly number[]): OrderFit {
  // The smallest last place of a run of each length: what comes next lengthens one of them.
  const ends: number[] = [];
  for (const place of places) {
    const at = ends.findIndex((end) => end >= place);
    ends[at === -1 ? ends.length : at] = place;
  }
  const neighbours = places.filter((place, i) => i > 0 && place === places[i - 1]! + 1).length;
  return { rows: places.length, inOrder: ends.length, neighbours };
}

/** What tells more about where a sample is from comes first: the order of its rows, then how few others were with them. */
export const byFit = (one: Ranked, other: Ranked): number =>
  other.fit.neighbours - one.fit.neighbours ||
  other.fit.inOrder - one.fit.inOrder ||
  (one.rows ?? MANY) - (other.rows ?? MANY) ||
  other.openedAt.localeCompare(one.openedAt);
const MANY = Number.MAX_SAFE_INTEGER;
type Ranked = Readonly<{ fit: OrderFit; rows: number | null; openedAt: string }>;
