import type { Use } from './decision';
import type { ExportFormat, ExportKind } from './export-request';
import type { Fact } from './fact';
import type { RefusalCode } from './refusals';

/** An export of a resource's records into a file, or a query that a provider answers into one; and for whom it is. */
type OfExport = Readonly<{ exportId: string; resourceId: string; providerId: string; departmentId: string }>;

/** An export was asked for, and permitted as far as that goes; it is decided again when it runs. [R12.7, R13.4] */
export type ExportAsked = Fact<
  'exchange.export-asked.v1',
  Omit<OfExport, 'departmentId'> &
    Readonly<{
      decisionId: string;
      grantId: string | null;
      kind: ExportKind;
      format: ExportFormat;
      /** Name of the node that is told of its end. */
      callbackHost: string | null;
      use: Use;
    }>
>;

/** The file is whole. What is in it is known by its delivery's hashes; nothing has left yet. [R14.9] */
export type ExportCompleted = Fact<
  'exchange.export-completed.v1',
  OfExport &
    Readonly<{
      decisionId: string;
      grantId: string | null;
      deliveryId: string;
      rows: number;
      bytes: number;
      /** SHA-256, hex, of the file. */
      digest: string;
      /** Values that were marked as text, so that no spreadsheet takes them for a formula. */
      markedValues: number;
    }>
>;

/** An export ended without a file to give out: it could not be made, or may no longer be given. */
export type ExportFailed = Fact<'exchange.export-failed.v1', OfExport & Readonly<{ code: RefusalCode }>>;

export type ExportCancelled = Fact<'exchange.export-cancelled.v1', OfExport & Readonly<{ by: string }>>;

/** The time for which the file was kept is over. */
export type ExportExpired = Fact<'exchange.export-expired.v1', OfExport>;

/** A link was given that opens the file once, to who asked for the export. */
export type ExportLinkIssued = Fact<
  'exchange.export-link-issued.v1',
  OfExport & Readonly<{ by: string; until: string }>
>;

/** A link was redeemed under this decision; whose access record says what became of it. [R13.4, R14.9] */
export type ExportRedeemed = Fact<
  'exchange.export-redeemed.v1',
  OfExport & Readonly<{ by: string; decisionId: string; rows: number; bytes: number; digest: string }>
>;

/** Somebody who may use the resource asked for the file and did not get it. [R14.7] */
export type ExportRedemptionRefused = Fact<
  'exchange.export-redemption-refused.v1',
  OfExport & Readonly<{ by: string; decisionId: string; code: RefusalCode }>
>;

/** The file is no longer there. */
export type ExportFileDeleted = Fact<
  'exchange.export-file-deleted.v1',
  OfExport & Readonly<{ cause: 'EXPIRED' | 'CANCELLED' | 'FAILED' }>
>;

export type ExportFact =
  | ExportAsked
  | ExportCompleted
  | ExportFailed
  | ExportCancelled
  | ExportExpired
  | ExportLinkIssued
  | ExportRedeemed
  | ExportRedemptionRefused
  | ExportFileDeleted;
