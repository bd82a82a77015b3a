import type { Fact } from './fact';

/** What a withdrawn resource leaves behind, and that it is to be deleted. */
type OfDisposal = Readonly<{ disposalId: string; resourceId: string; providerId: string }>;

/** Why data are deleted: their retention after the withdrawal is over, or somebody ordered it before. */
export const DISPOSAL_GROUNDS = ['RETENTION_ENDED', 'ORDERED'] as const;
export type DisposalGround = (typeof DISPOSAL_GROUNDS)[number];
export const DISPOSAL_ACTS = ['hold', 'release', 'order'] as const;
export type DisposalAct = (typeof DISPOSAL_ACTS)[number];

export type DisposalCounts = Readonly<{
  records: number;
  changes: number;
  /** Rows that had been set aside for repair, and rows of batches that were never applied. */
  quarantined: number;
  staged: number;
  /** Files of exports that had been made of it, all of them deleted. */
  files: number;
}>;

/** A hosted resource was withdrawn; its data will be deleted when their retention is over. */
export type DisposalScheduled = Fact<
  'exchange.disposal-scheduled.v1',
  OfDisposal & Readonly<{ retentionDays: number; dueAt: string }>
>;

/** Somebody had it held, let it go on, or ordered it before its time. */
export type DisposalSteered = Fact<
  'exchange.disposal-steered.v1',
  OfDisposal &
    Readonly<{
      act: DisposalAct;
      by: string;
      as: 'PROVIDER' | 'AUTHORITY';
      reason: string;
      basis: string | null;
      dueAt: string;
    }>
>;

/** The resource was published again before anything was deleted. */
export type DisposalCancelled = Fact<'exchange.disposal-cancelled.v1', OfDisposal>;

/** Everything is deleted; the certificate of it. Never a key or a value. */
export type ResourceDisposed = Fact<
  'exchange.resource-disposed.v1',
  OfDisposal &
    Readonly<{
      ground: DisposalGround;
      /** The rule of law it was deleted by. */
      basis: string;
      orderedBy: string | null;
      reason: string | null;
      startedAt: string;
      counts: DisposalCounts;
      /** SHA-256, hex, chained over the keyed hashes of the keys of all records, in the order in which they were deleted. */
      digest: string;
    }>
>;

export type DisposalFact = DisposalScheduled | DisposalSteered | DisposalCancelled | ResourceDisposed;
