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

/** A whole batch does not satisfy rules of quality and waits for its provider's decision. [R8.2] */
export type BatchQuarantined = Fact<
  'exchange.batch-quarantined.v1',
  Readonly<{
    batchId: string;
    resourceId: string;
    providerId: string;
    systemId: string;
    rows: number;
    /** Codes of the rules. */
    rules: readonly string[];
  }>
>;

/** An officer of the provider decided about a batch that was held: it was applied as it came, or dropped. [R8.2] */
export type BatchDecided = Fact<
  'exchange.batch-decided.v1',
  Readonly<{
    batchId: string;
    resourceId: string;
    providerId: string;
    officerId: string;
    decision: 'released' | 'discarded';
    rules: readonly string[];
    reason: string;
  }>
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

/**
 * What became of pushed messages, on `receipts.<systemId>`: those of one batch, or of what was refused, in the order in which
 * they lay in the topic. Every message is answered by one entry; several such messages where they are many. Keyed by the batch.
 */
export const RECEIPTS_TYPE = 'exchange.push-receipts.v1';
export type PushReceipts = Readonly<{
  /** null when the messages name no resource of the platform that their sender may push to. */
  resourceId: string | null;
  /** null when nothing of the messages may be kept. */
  batchId: string | null;
  /** Position of the batch in its resource's order; null when nothing of it was applied. */
  batchNo: number | null;
  receipts: readonly PushReceipt[];
}>;
export type PushReceipt = Readonly<{
  /** The message's `ce_id`, or `topic/partition/offset` where it has none. */
  messageId: string;
  outcome: 'applied' | 'quarantined' | 'refused';
  /** Why it was not applied. */
  code?: RefusalCode;
  /** Which item, and no value of the row; of what was applied, the columns that were left out. */
  errors?: readonly Readonly<{ pointer: string; message: string }>[];
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

/** What a provider expects of the rows of one of its resources was set anew; the rules themselves stay in exchange. [R8.2] */
export type QualityRulesSet = Fact<
  'exchange.quality-rules-set.v1',
  Readonly<{
    resourceId: string;
    providerId: string;
    officerId: string;
    revision: number;
    /** How many there are. */
    rules: number;
  }>
>;

export type ExchangeFact =
  | BatchApplied
  | BatchRefused
  | BatchQuarantined
  | BatchDecided
  | RowsQuarantined
  | SecretMarkingFound
  | DeliveryClosed
  | UpdateDutyChanged
  | NoChangeConfirmed
  | EndpointRegistered
  | QualityRulesSet
  | SourceColumnsUnknown
  | SourceSlowed;
