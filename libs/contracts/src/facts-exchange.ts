import type { Fact } from './fact';
import type { UpdateCycle } from './policy';
import type { RefusalCode } from './refusals';

export type Channel = 'REST' | 'KAFKA';

export type BatchCounts = Readonly<{
  /** Rows that arrived, good and bad. */
  received: number;
  inserted: number;
  updated: number;
  unchanged: number;
  deleted: number;
  quarantined: number;
  /** Rows that a later row of the same batch with the same key replaced. */
  replaced: number;
}>;

/** A batch of rows was applied to a hosted resource. Counts and a digest, never a value. [R8.2, R14.9] */
export type BatchApplied = Fact<
  'exchange.batch-applied.v1',
  Readonly<{
    batchId: string;
    resourceId: string;
    /** Position in the resource's order of batches; batch order is commit order. */
    batchNo: number;
    channel: Channel;
    systemId: string;
    counts: BatchCounts;
    /** SHA-256, hex, of what arrived. */
    digest: string;
    /** Rows the resource holds now. */
    rows: number;
  }>
>;

/** A batch was refused as a whole and nothing of it applied. */
export type BatchRefused = Fact<
  'exchange.batch-refused.v1',
  Readonly<{ batchId: string; resourceId: string; channel: Channel; systemId: string; code: RefusalCode }>
>;

/** Messages that could not be applied were set aside for repair, each with its reason; referred to, not quoted. */
export type RowsQuarantined = Fact<
  'exchange.rows-quarantined.v1',
  Readonly<{
    batchId: string;
    /** null when the messages name no resource of the platform. */
    resourceId: string | null;
    channel: Channel;
    systemId: string;
    rows: number;
    codes: readonly RefusalCode[];
  }>
>;

/** Change events of a source have columns that the entry has no items for: they are left out. Told once for each column. */
export type SourceColumnsUnknown = Fact<
  'exchange.source-columns-unknown.v1',
  Readonly<{ systemId: string; resourceId: string; columns: readonly string[] }>
>;

/** Most of what a source sends keeps failing: it is read slowly until most of it is good again. Told when that begins. */
export type SourceSlowed = Fact<'exchange.source-slowed.v1', Readonly<{ systemId: string; failed: number }>>;

/** A secrecy marking was found in what a system pushed. Who, when and which rule; nothing else is kept. [R2.3] */
export type SecretMarkingFound = Fact<
  'exchange.secret-marking-found.v1',
  Readonly<{ systemId: string; channel: Channel; rule: string }>
>;

/** A delivery that streamed out has ended; what left is known by the root over its chunks of keyed hashes. [R14.9] */
export type DeliveryClosed = Fact<
  'exchange.delivery-closed.v1',
  Readonly<{
    deliveryId: string;
    decisionId: string;
    resourceId: string;
    grantId: string | null;
    outcome: 'complete' | 'aborted';
    rows: number;
    chunks: number;
    /** SHA-256, hex, over the chunks' digests in order. */
    root: string;
    /** Key under which record keys are hashed. */
    hashKeyId: string;
    /** Batches that the rows come from, lowest and highest; null when none left. */
    batches: Readonly<{ from: number; to: number }> | null;
  }>
>;

/** What became of one pushed message, on `receipts.<systemId>`, keyed by the message's id. */
export const RECEIPT_TYPE = 'exchange.push-receipt.v1';
export type PushReceipt = Readonly<{
  messageId: string;
  resourceId: string | null;
  outcome: 'applied' | 'quarantined' | 'refused';
  /** null when nothing of the message may be kept. */
  batchId: string | null;
  batchNo: number | null;
  /** Why not, and which item; no value of the row. Of what was applied, the columns that were left out. */
  code: RefusalCode | null;
  errors: readonly Readonly<{ pointer: string; message: string }>[];
}>;

/** The duty to keep a hosted resource current is on time, due soon or overdue from now on. [R8.4] */
export type UpdateDutyChanged = Fact<
  'exchange.update-duty-changed.v1',
  Readonly<{
    resourceId: string;
    providerId: string;
    state: 'ON_TIME' | 'DUE_SOON' | 'OVERDUE';
    cycle: UpdateCycle;
    /** Until when the next batch or confirmation is owed. */
    dueAt: string;
    updatedAt: string | null;
    confirmedAt: string | null;
  }>
>;

/** An officer of the provider stated that nothing has changed since the last batch. [R8.3] */
export type NoChangeConfirmed = Fact<
  'exchange.no-change-confirmed.v1',
  Readonly<{ resourceId: string; providerId: string; officerId: string; lastUpdatedAt: string }>
>;

/** The endpoint by which a provider answers for one of its resources was registered, changed, suspended or resumed. [R9.3] */
export type EndpointRegistered = Fact<
  'exchange.endpoint-registered.v1',
  Readonly<{
    resourceId: string;
    providerId: string;
    officerId: string;
    revision: number;
    /** The node it is at; its path is the provider's own matter. */
    host: string;
    status: 'ACTIVE' | 'SUSPENDED';
  }>
>;

export type ExchangeFact =
  | BatchApplied
  | BatchRefused
  | RowsQuarantined
  | SecretMarkingFound
  | DeliveryClosed
  | UpdateDutyChanged
  | NoChangeConfirmed
  | EndpointRegistered
  | SourceColumnsUnknown
  | SourceSlowed;
