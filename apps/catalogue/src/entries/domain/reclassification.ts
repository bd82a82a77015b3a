import type { EntryReclassified } from '@qiongtong/contracts';
import type { Entry } from './entry';
import { INTERNAL_STATUSES } from './knowledge';

/** What a revision of the catalogue system says of one of its classes. */
export type Succession = Readonly<{ edition: number; announcedBy: string; to: string }>;
type Reclassified = Readonly<{ state: Entry; event: EntryReclassified }>;

/**
 * An entry, or its next version, in the class that took the place of its own. Nothing else of it changes, nor its code:
 * what was reviewed of it stays reviewed, and what was published of it before stays as it was published. [R6.1]
 *
 * @param after of the entry and its next version the later revision
 */
export function reclassified(entry: Entry, after: number, succession: Succession, now: Date): Reclassified {
  const { edition, announcedBy: by, to } = succession;
  const { id: entryId, providerId, content } = entry;
  const revision = after + 1;
  const at = now.toISOString();
  const moved = entry.publishedOn === null ? null : { from: content.classification, to };
  const data = { entryId, providerId, revision, by, edition, moved };
  return {
    state: { ...entry, content: { ...content, classification: to }, revision, updatedAt: at },
    event: { type: 'catalogue.entry-reclassified.v1', key: entryId, at, data },
  };
}

/** How far an entry has come, as far as a revision of the catalogue system asks. */
export const stageOf = ({ status }: Pick<Entry, 'status'>): 'compiled' | 'handed in' | 'withdrawn' =>
  status === 'WITHDRAWN' ? 'withdrawn' : INTERNAL_STATUSES.includes(status) ? 'compiled' : 'handed in';
