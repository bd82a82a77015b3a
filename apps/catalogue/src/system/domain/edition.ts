import type { Principal } from '@qiongtong/contracts';
import type { CodeRule } from './class-code';
import { levelOf, parentOf } from './class-code';
import type { Template } from './template';

export const EDITION_STATUSES = ['PROPOSED', 'ANNOUNCED', 'IN_FORCE', 'REPLACED', 'WITHDRAWN'] as const;
export type EditionStatus = (typeof EDITION_STATUSES)[number];

type Act = Readonly<{ by: string; at: string }>;
export type EditionActs = Readonly<{
  proposed?: Act;
  changed?: Act;
  announced?: Act;
  withdrawn?: Act & Readonly<{ reason: string }>;
  tookEffectAt?: string;
  replacedAt?: string;
}>;

export type Migration = Readonly<{
  /** The last entry that was looked at, in the order of ids. */
  migratedTo: string;
  moved: number;
  notMigrated: number;
  finishedAt: string | null;
}>;

/** One edition of the catalogue system: classification, metadata template and code rule together. [R6.1] */
export type Edition = Readonly<{
  number: number;
  status: EditionStatus;
  title: string;
  /** Of the document that it is announced by. */
  documentNumber: string;
  /** The province's calendar day from which it is in force; null until it is announced. */
  effectiveOn: string | null;
  codeRule: CodeRule;
  template: Template;
  revision: number;
  acts: EditionActs;
  /** How far entries have been brought along; null of an edition that never took the place of another. */
  migration: Migration | null;
  updatedAt: string;
}>;

/** One class of an edition. A class that has ended no longer takes entries; what was in it goes to its successor. */
export type CatalogueClass = Readonly<{
  code: string;
  zh: string;
  en: string;
  ended: boolean;
  replacedBy: string | null;
}>;

/** What is not announced is the authority's own. */
export const mayKnow = ({ status, acts }: Edition, { roles }: Principal): boolean =>
  (status !== 'PROPOSED' && (status !== 'WITHDRAWN' || acts.announced !== undefined)) ||
  roles.includes('PROVINCIAL_AUTHORITY') ||
  roles.includes('LEADING_GROUP');

export const classSeen = (known: CatalogueClass) => ({
  ...known,
  parent: parentOf(known.code),
  level: levelOf(known.code),
});
export type SeenClass = ReturnType<typeof classSeen>;
