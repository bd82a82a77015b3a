import type { EntryAllotment, EntryPassed, EntryWithdrawn } from '@qiongtong/contracts';
import type { Entry } from './entry';

/** A decision on organisations as far as the catalogue must know it. */
export type Passing = Readonly<{
  changeId: string;
  documentNumber: string;
  decidedBy: string;
  authorityId: string;
  entries: EntryAllotment;
}>;
type Passed = Readonly<{ state: Entry; event: EntryPassed | EntryWithdrawn }>;

/**
 * Who provides an entry now that its provider gave way to another body. Where it stands in its workflow stays as it is:
 * whoever takes it over takes it over there. What is withdrawn is withdrawn on the law that the decision names. [R10.4]
 *
 * @returns null where nothing of it changes
 */
export function succeed(entry: Entry, passing: Passing, now: Date): Passed | null {
  const { entries, changeId, decidedBy: by } = passing;
  const withdrawal = entries.withdrawals.find(({ entryId }) => entryId === entry.id);
  if (withdrawal) return withdrawn(entry, passing, withdrawal.statutoryBasis, now);
  const listed = entries.listed.find(({ entryId }) => entryId === entry.id);
  const rest = entries.rest.find(({ fromId }) => fromId === entry.providerId);
  const toId = listed?.toId ?? rest?.toId ?? null;
  if (toId === null || toId === entry.providerId) return null;
  const at = now.toISOString();
  const { providerId: formerProviderId } = entry;
  const formerProviders = [...entry.formerProviders, { providerId: formerProviderId, until: at, changeId }];
  const state: Entry = { ...entry, providerId: toId, formerProviders, revision: entry.revision + 1, updatedAt: at };
  const data = { entryId: state.id, providerId: toId, revision: state.revision, by, changeId, formerProviderId };
  return { state, event: { type: 'catalogue.entry-passed.v1', key: state.id, at, data } };
}

/** The decision is the authority's own: its consent is in it. Whatever the provider had proposed is settled by that. */
function withdrawn(
  entry: Entry,
  { documentNumber, decidedBy: by, authorityId: organisationId }: Passing,
  [law]: EntryAllotment['withdrawals'][number]['statutoryBasis'],
  now: Date,
): Passed | null {
  if (entry.status !== 'PUBLISHED') return null;
  const at = now.toISOString();
  const basis = law ? { ...law, documentNumber, attachmentDigest: null } : null;
  const consent = { by, at, organisationId, reason: documentNumber };
  const withdrawal = { ground: 'STATUTORY', narrative: documentNumber, basis, by, at, consent } as const;
  const changes = { status: 'WITHDRAWN', withdrawal, proposedWithdrawal: null, scheduledWithdrawal: null } as const;
  const state: Entry = { ...entry, ...changes, revision: entry.revision + 1, updatedAt: at };
  const { id: entryId, providerId, revision } = state;
  const data = { entryId, providerId, revision, by, ground: 'STATUTORY', consentedBy: organisationId } as const;
  return { state, event: { type: 'catalogue.entry-withdrawn.v1', key: entryId, at, data } };
}
