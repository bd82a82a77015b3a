import type { Principal } from '@qiongtong/contracts';
import type { Content } from '../entries/domain/content';
import { knowledgeOf } from '../entries/domain/knowledge';

/** What decides on who may know of an entry, while it is published. */
export type Shown = Readonly<{ providerId: string; visibility: Content['metadataVisibility'] }>;

/** What a commit did to what is published; null where the entry was not, or is no longer. */
export type CatalogueChange = Readonly<{
  /** Number in the order of commits. */
  n: number;
  entryId: string;
  resourceCode: string;
  version: number;
  at: string;
  before: Shown | null;
  after: Shown | null;
  /** Whether the entry has no later change among those that a first harvest begins with. */
  last: boolean;
}>;
export type Told = 'PUBLISHED' | 'CHANGED' | 'REMOVED';

/**
 * A change as whoever may know so much of the catalogue is told it, null where there is none for them: what becomes
 * visible is published, what ceases to be is removed, for whatever reason. [R14.1]
 */
export function toldTo(by: Principal, { before, after }: Pick<CatalogueChange, 'before' | 'after'>): Told | null {
  const [saw, sees] = [isSeen(before, by), isSeen(after, by)];
  if (sees) return saw ? 'CHANGED' : 'PUBLISHED';
  return saw ? 'REMOVED' : null;
}

/** What there was when a first harvest began: each entry once, as it stood then. */
export const foundBy = (by: Principal, { after, last }: Pick<CatalogueChange, 'after' | 'last'>): Told | null =>
  last && isSeen(after, by) ? 'PUBLISHED' : null;

const isSeen = (shown: Shown | null, by: Principal): boolean =>
  shown !== null &&
  knowledgeOf(
    { providerId: shown.providerId, status: 'PUBLISHED', content: { metadataVisibility: shown.visibility } },
    by,
  ) !== 'nothing';
