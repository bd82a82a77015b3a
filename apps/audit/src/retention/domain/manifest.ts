import { createHash } from 'node:crypto';

export const ARCHIVE_FORMAT = 'qiongtong-archive-1';

export type ArchivedFile = Readonly<{ path: string; bytes: number; sha256: string }>;
/** What one part of the archive holds: the same part has the same manifest, however often it is written. */
export type Manifest = Readonly<{
  format: typeof ARCHIVE_FORMAT;
  origin: string;
  /** Entries from `from` up to but without `to`. */
  from: number;
  to: number;
  /** Root of the first `to` entries, base64. */
  root: string;
  sealedFrom: string;
  sealedUntil: string;
  /** Bundles of entries in order, then messages that were too large for theirs. */
  files: readonly ArchivedFile[];
}>;

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
export const manifestBytes = (manifest: Manifest): Buffer => Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
export const manifestPath = ({ from, to }: Readonly<{ from: number; to: number }>): string =>
  `manifest/${from}-${to}.json`;
export const notePath = ({ from, to }: Readonly<{ from: number; to: number }>): string => `manifest/${from}-${to}.note`;

/** Line by which the signed checkpoint of a manifest names it. */
export const manifestLine = (sha256: string): string => `archive-manifest sha256:${sha256}`;
export const isOfManifest = (note: string, sha256: string): boolean => note.split('\n').includes(manifestLine(sha256));

/** The moment before which entries are old enough: so many years ago, on the same day. */
export function cutoff(now: Date, years: number): Date {
  const before = new Date(now);
  before.setUTCFullYear(now.getUTCFullYear() - years);
  // The 29th of February of a year without one is the last of the month: nothing goes a day early.
  if (before.getUTCMonth() !== now.getUTCMonth()) before.setUTCDate(0);
  return before;
}

/** Where a part ends that begins at `from`: full bundles alone, and no more than `most`. Null when there is none yet. */
export function partEnd(from: number, oldEnough: number, most: number, width: number): number | null {
  const to = Math.floor(Math.min(oldEnough, from + most) / width) * width;
  return to > from ? to : null;
}
