import type { Fact } from './fact';

/** Facts of the catalogue system: of an edition under its number, of an entry that it moved under the entry's id. [R6.1] */
type EditionFact<Name extends string, Extra = unknown> = Fact<
  `catalogue.${Name}.v1`,
  Readonly<{
    edition: number;
    /** Revision of the edition that this fact made. */
    revision: number;
    /** Officer who did it, of the authority; who announced the edition, where it is the platform. */
    by: string;
  }> &
    Extra
>;

/** An entry's class, which its code no longer tells. */
type Moved = Readonly<{ from: string; to: string }>;
export type NotMigrated = Readonly<{
  /** Its class has ended and has no successor; or a field does not agree with the template. */
  reason: 'CLASS_ENDED' | 'MISSING' | 'TOO_LONG' | 'NOT_LISTED';
  field: string;
}>;

export type EditionProposed = EditionFact<'edition-proposed'>;
export type EditionChanged = EditionFact<'edition-changed'>;
export type EditionAnnounced = EditionFact<
  'edition-announced',
  Readonly<{ effectiveOn: string; documentNumber: string }>
>;
export type EditionWithdrawn = EditionFact<'edition-withdrawn', Readonly<{ reason: string }>>;
export type EditionTookEffect = EditionFact<'edition-took-effect', Readonly<{ effectiveOn: string; replaces: number }>>;
export type EditionMigrated = EditionFact<'edition-migrated', Readonly<{ moved: number; notMigrated: number }>>;

/** Told to its provider: the entry is in another class now, by an edition that took effect. */
export type EntryReclassified = Fact<
  'catalogue.entry-reclassified.v1',
  Readonly<{
    entryId: string;
    providerId: string;
    revision: number;
    by: string;
    edition: number;
    /** Null before its first publication: until then nothing that it says is told. [R2.2] */
    moved: Moved | null;
  }>
>;
/** Told to its provider: what an edition that took effect could not bring along, and the provider has to. */
export type EntryNotMigrated = Fact<
  'catalogue.entry-not-migrated.v1',
  Readonly<{ entryId: string; providerId: string; by: string; edition: number; faults: readonly NotMigrated[] }>
>;

export type CatalogueSystemFact =
  | EditionProposed
  | EditionChanged
  | EditionAnnounced
  | EditionWithdrawn
  | EditionTookEffect
  | EditionMigrated
  | EntryReclassified
  | EntryNotMigrated;
