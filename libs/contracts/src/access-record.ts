import type { Use } from './decision';

/**
 * The gateway's record of one access on `facts.access`, keyed by decision id. Never a value of the data: filters as
 * shape and keyed hash, released bytes as a digest. [R13.4, R14.9]
 */
export type AccessRecord = Readonly<{
  decisionId: string;
  /** `explained`: somebody asked what would be decided; nothing was used. */
  outcome: 'released' | 'release-started' | 'refused' | 'aborted' | 'explained';
  /** Method and route, e.g. `GET /v1/resources/:resourceId/records`. */
  operation: string;
  /** null when the request was refused before a use could be named. */
  use: Use | null;
  /** Who asked for an explanation, which need not be who would use; absent in every other record. */
  askedBy?: Readonly<{ departmentId: string; officerId: string | null; systemId: string | null }>;
  /** Whose resource it was, so that its provider can see who used it; null when the resource is not known. */
  providerId: string | null;
  effect: 'permit' | 'deny' | 'indeterminate' | null;
  basis: string | null;
  grantId: string | null;
  /** The permit of a release to society. [R13.3] */
  permitId?: string;
  /** Reason codes with requirement and article of a refusal. */
  reasons: readonly Readonly<{ code: string; requirement: string; article: number }>[];
  requirement: string | null;
  /** Shape of the filter with keyed hashes in place of values, null when there was none. */
  filter: string | null;
  rows: number | null;
  bytes: number | null;
  /** SHA-256, hex, of the bytes that leave (or left). */
  digest: string | null;
  /** What exchange says left, as keyed hashes of record keys or the root of their chunks; null when nothing did. */
  delivery: string | null;
  /** HTTP status answered. */
  status: number;
}>;

export const ACCESS_TYPES = {
  released: 'access.released.v1',
  'release-started': 'access.release-started.v1',
  refused: 'access.refused.v1',
  aborted: 'access.aborted.v1',
  explained: 'access.explained.v1',
} as const;
/** Refusals before authentication, counted and recorded as one. */
export const ACCESS_UNAUTHENTICATED = 'access.unauthenticated-counted.v1';
/** Public reads that were refused, counted by release: a stranger does not write the log line by line. */
export const ACCESS_PUBLIC_REFUSED = 'access.public-refused-counted.v1';
