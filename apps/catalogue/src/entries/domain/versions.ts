import { Refusal, type Principal } from '@qiongtong/contracts';
import { providerOfficer, subject } from './acting';
import { UNREVIEWED } from './acts';
import type { Content } from './content';
import { TRANSITIONS, type Decision, type Entry } from './entry';
import { isAuthority, knowledgeOf, KNOWN_BY_OTHERS, type Knowledge } from './knowledge';

/** Who compiled, reviewed and published what an entry says. */
export type Compilation = Pick<
  Entry,
  | 'secrecyReview'
  | 'draftedBy'
  | 'changedBy'
  | 'internalReview'
  | 'submission'
  | 'authorityReview'
  | 'decision'
  | 'publication'
>;

/** A version as it was published, with who had a hand in it. It never changes. [R7.1] */
export type Version = Readonly<{
  entryId: string;
  version: number;
  /** Who provided it then. */
  providerId: string;
  content: Content;
  workflow: Compilation;
  publishedOn: string;
  publishedAt: string;
}>;

/**
 * The next version of a published entry, which stays in force until the next one is published. It goes the way of a new
 * entry, as an entry of its own that says what the published one says.
 */
export function startRevision(entry: Entry, by: Principal, now: Date): Decision {
  const officer = providerOfficer('startRevision', entry, by);
  const state: Entry = {
    ...entry,
    ...UNREVIEWED,
    status: TRANSITIONS.startRevision.to,
    version: entry.version + 1,
    revision: entry.revision + 1,
    draftedBy: officer,
    changedBy: officer,
    publication: null,
    updatedAt: now.toISOString(),
  };
  return {
    state,
    event: {
      type: 'catalogue.revision-started.v1',
      key: state.id,
      at: state.updatedAt,
      data: { ...subject(state, officer), version: state.version },
    },
  };
}

/** The next version is given up; the published one was never touched. */
export function abandonRevision(entry: Entry, copy: Entry | null, by: Principal, now: Date): Decision {
  if (!copy) {
    providerOfficer('startRevision', entry, by);
    throw new Refusal('catalogue.no_revision');
  }
  const officer = providerOfficer('abandonRevision', copy, by);
  const revision = Math.max(entry.revision, copy.revision) + 1;
  const state: Entry = { ...entry, revision, updatedAt: now.toISOString() };
  return {
    state,
    event: {
      type: 'catalogue.revision-abandoned.v1',
      key: state.id,
      at: state.updatedAt,
      data: { ...subject(state, officer), version: copy.version },
    },
  };
}

/**
 * Published entry and next version count their changes together: no number names two, and what is published next has a
 * later one than all that was told before.
 */
export function numberedAfter(other: Entry | null, decision: Decision): Decision {
  if (!other || other.revision < decision.state.revision) return decision;
  const revision = other.revision + 1;
  const numbered = (fact: Decision['event']) => ({ ...fact, data: { ...fact.data, revision } }) as Decision['event'];
  return {
    state: { ...decision.state, revision },
    event: numbered(decision.event),
    also: decision.also?.map(numbered),
  };
}

export const workflowOf = (entry: Entry): Version['workflow'] => {
  const { secrecyReview, draftedBy, changedBy, internalReview, submission, authorityReview, decision, publication } = entry; // prettier-ignore
  return { secrecyReview, draftedBy, changedBy, internalReview, submission, authorityReview, decision, publication };
};

export function versionOf(entry: Entry): Version {
  const { id: entryId, version, providerId, content, publishedOn, publication } = entry;
  if (!publishedOn || !publication) throw new Error(`${entryId} was not published`);
  const workflow = workflowOf(entry);
  return { entryId, version, providerId, content, workflow, publishedOn, publishedAt: publication.at };
}

/** Who may know less of an entry now, or could when the version was in force, learns no more from the version. */
export function knowledgeOfVersion(entry: Entry, version: Version, by: Principal): Knowledge {
  const now = knowledgeOf(entry, by);
  if (now === 'whole' || now === 'nothing') return now;
  const then = KNOWN_BY_OTHERS[version.content.metadataVisibility];
  return NARROWEST.find((knowledge) => knowledge === now || knowledge === then) ?? 'nothing';
}
const NARROWEST: readonly Knowledge[] = ['nothing', 'summary', 'published'];

/** The next version while it is compiled: for its provider, and for the authority once it was handed in. */
export const mayKnowRevision = (copy: Entry, by: Principal): boolean =>
  (by.departmentId === copy.providerId || isAuthority(by)) && knowledgeOf(copy, by) === 'whole';

/** Content as far as it may be known. */
export const contentSeen = (knowledge: Knowledge, content: Content): Content =>
  knowledge === 'summary' ? { ...content, items: [] } : content;

export function versionSeen(knowledge: Knowledge, { content, workflow, ...version }: Version) {
  return {
    ...version,
    content: contentSeen(knowledge, content),
    ...(knowledge === 'whole' ? { workflow } : {}),
  };
}
