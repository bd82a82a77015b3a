import type { Principal } from '@qiongtong/contracts';
import type { Content } from './content';
import type { Entry, EntryStatus } from './entry';

/** How much of an entry somebody may know: all, what is published, that without its items, or not that it exists. */
export type Knowledge = 'whole' | 'published' | 'summary' | 'nothing';

/** What a department keeps to itself until it hands the entry to the authority. */
export const INTERNAL_STATUSES: readonly EntryStatus[] = ['DRAFT', 'INTERNAL_REVIEW'];

export const isAuthority = ({ roles }: Principal): boolean =>
  roles.includes('PROVINCIAL_AUTHORITY') || roles.includes('LEADING_GROUP');

/** The provider knows all; the authority all that was handed in; others what is published, as far as it may be seen. */
export function knowledgeOf(
  entry: Pick<Entry, 'providerId' | 'status'> & Readonly<{ content: Pick<Content, 'metadataVisibility'> }>,
  by: Principal,
): Knowledge {
  if (by.departmentId === entry.providerId) return 'whole';
  if (isAuthority(by)) return INTERNAL_STATUSES.includes(entry.status) ? 'nothing' : 'whole';
  if (entry.status !== 'PUBLISHED') return 'nothing';
  return KNOWN_BY_OTHERS[entry.content.metadataVisibility];
}

export const KNOWN_BY_OTHERS: Readonly<Record<Content['metadataVisibility'], Knowledge>> = {
  ALL: 'published',
  SUMMARY: 'summary',
  HIDDEN: 'nothing',
};

/** An entry as one who knows that much of it sees it. How it came about is for the provider and the authority. */
export function seenWith(knowledge: Exclude<Knowledge, 'nothing'>, entry: Entry) {
  const {
    content,
    secrecyReview,
    draftedBy,
    changedBy,
    internalReview,
    submission,
    authorityReview,
    decision,
    withdrawal,
    proposedWithdrawal,
    scheduledWithdrawal,
    withheldWithdrawal,
    publication,
    ...seen
  } = entry;
  const workflow =
    knowledge === 'whole'
      ? {
          draftedBy,
          changedBy,
          secrecyReview,
          internalReview,
          submission,
          authorityReview,
          decision,
          publication,
          withdrawal,
          proposedWithdrawal,
          scheduledWithdrawal,
          withheldWithdrawal,
        }
      : {};
  /** Whoever may use it may know until when. */
  const endsAt = scheduledWithdrawal?.effectiveAt ?? null;
  return { ...seen, endsAt, ...content, items: knowledge === 'summary' ? [] : content.items, ...workflow };
}
export type SeenEntry = ReturnType<typeof seenWith>;

/**
 * What an act answers: where the entry stands now. Nothing it says, because answers are stored under their idempotency
 * keys, and an entry that is wiped must leave no copy there. [R2.2]
 */
export const standingOf = ({
  id,
  resourceCode,
  providerId,
  status,
  version,
  revision,
  publishedOn,
  updatedAt,
}: Entry) => ({
  // prettier-ignore
  id,
  resourceCode,
  providerId,
  status,
  version,
  revision,
  publishedOn,
  updatedAt,
});
export type Standing = ReturnType<typeof standingOf>;
