import type { SharingType, UpdateCycle } from '@qiongtong/contracts';

/** What search knows of a published entry. */
export type SearchedEntry = Readonly<{
  id: string;
  providerId: string;
  name: string;
  nameEn: string | null;
  abstract: string | null;
  items: readonly Readonly<{ code: string; name: string }>[];
  classification: string;
  sharingType: SharingType;
  updateCycle: UpdateCycle | null;
  formatCategory: string | null;
  metadataVisibility: 'ALL' | 'SUMMARY' | 'HIDDEN';
  /** The province's calendar day, `YYYY-MM-DD`. */
  publishedOn: string;
}>;

/** Whose search it is: the provider knows its own entries whole, the authority all. */
export type Viewer = Readonly<{ departmentId: string; knowsAll: boolean }>;

export const FACETS = ['department', 'class', 'sharingType', 'region', 'updateCycle', 'format', 'freshness'] as const;
export type Facet = (typeof FACETS)[number];
/** Values of one facet are alternatives; what is filtered by several facets passes each. */
export type Filters = Readonly<Partial<Record<Facet, readonly string[]>>>;
export type FacetCount = Readonly<{ value: string; count: number }>;
export type FacetCounts = Readonly<Record<Facet, readonly FacetCount[]>>;

/** How long ago it was published, each up to so many days. */
export const FRESHNESS = { WEEK: 7, MONTH: 30, QUARTER: 90, YEAR: 365, OLDER: Infinity } as const;
export type Freshness = keyof typeof FRESHNESS;
export const FRESHNESSES = Object.keys(FRESHNESS) as Freshness[];
export const freshnessOf = (age: number): Freshness => FRESHNESSES.find((name) => age <= FRESHNESS[name])!;

const DAY_MS = 24 * 3600 * 1000;
/** Days since 1970-01-01 of `YYYY-MM-DD`. */
export const dayNumber = (day: string): number => Math.floor(Date.parse(day) / DAY_MS);

/** Class and item, as far as facets tell them apart: `2-03`. */
export const classOf = (classification: string): string => classification.split('-').slice(0, 2).join('-');
/** Is it the class, or part of it? */
export const isOfClass = (classification: string, asked: string): boolean =>
  classification === asked || classification.startsWith(`${asked}-`);
