import { Refusal, resourceIdOf, type Principal } from '@qiongtong/contracts';
import { localDayOf } from '@qiongtong/regulation';
import {
  changedContent,
  checkComplete,
  checkContent,
  codeStays,
  newContent,
  type Content,
  type ContentChange,
} from './content';
import { deliveryMode, type Decision, type Entry, type Outcome, type SecrecyReview, type Submission } from './entry';
import { MARKED, notInvolved, officerWith, providerOfficer, step, subject } from './acting';
import { carriesSecretMark } from './secret-mark';

export function draft(
  resourceCode: string,
  given: ContentChange & Pick<Content, 'classification' | 'name'>,
  by: Principal,
  now: Date,
): Outcome {
  const officer = officerWith(['SUBMITTER'], by);
  if (carriesSecretMark(given)) return MARKED;
  const id = resourceIdOf(resourceCode);
  const content = newContent(given);
  checkContent(id, content);
  const state: Entry = {
    id,
    resourceCode,
    providerId: by.departmentId,
    status: 'DRAFT',
    version: 1,
    revision: 1,
    content,
    draftedBy: officer,
    changedBy: officer,
    publication: null,
    formerProviders: [],
    publishedOn: null,
    withdrawal: null,
    proposedWithdrawal: null,
    scheduledWithdrawal: null,
    withheldWithdrawal: null,
    updatedAt: now.toISOString(),
    ...UNREVIEWED,
  };
  return {
    state,
    event: { type: 'catalogue.entry-drafted.v1', key: id, at: now.toISOString(), data: subject(state, officer) },
  };
}

/** A content that nobody has looked at. */
export const UNREVIEWED = {
  secrecyReview: null,
  internalReview: null,
  submission: null,
  authorityReview: null,
  decision: null,
} satisfies Partial<Entry>;

/** @param classEnded the class that it is in is no longer in force */
export function revise(
  entry: Entry,
  change: ContentChange,
  by: Principal,
  now: Date,
  { classEnded = false } = {},
): Outcome {
  const officer = providerOfficer('revise', entry, by);
  if (carriesSecretMark(change)) return MARKED;
  const content = changedContent(entry.content, change);
  checkContent(entry.id, content, codeStays(entry.id, entry.content, content, classEnded));
  // The remarks of the authority stay in sight until it is submitted again.
  const state = step('revise', entry, now, { ...UNREVIEWED, decision: entry.decision, content, changedBy: officer });
  return decided('catalogue.entry-revised.v1', state, officer);
}

/** Somebody tried to put marked text into this entry: what cleared it before no longer does. [R2.3] */
export function voidReviews(entry: Entry, by: Principal, now: Date): Decision {
  const officer = providerOfficer('revise', entry, by);
  return decided(
    'catalogue.entry-revised.v1',
    step('revise', entry, now, { ...UNREVIEWED, decision: entry.decision }),
    officer,
  );
}

/** What a secrecy review leads to: it is kept with the entry, or nothing of the entry may be kept. [R2.2] */
export function declareSecrecyReview(entry: Entry, review: SecrecyReview, by: Principal, now: Date): Outcome {
  const officer = providerOfficer('declareSecrecyReview', entry, by);
  if (carriesSecretMark(review)) return MARKED;
  if (review.date > localDayOf(now))
    throw new Refusal('request.invalid', { errors: [{ pointer: '/date', message: 'a day that has come' }] });
  if (review.conclusion !== 'NON_SECRET') return { refusedBy: 'R2.2' };
  const state = step('declareSecrecyReview', entry, now, {
    ...UNREVIEWED,
    decision: entry.decision,
    secrecyReview: review,
  });
  return {
    state,
    event: {
      type: 'catalogue.secrecy-review-declared.v1',
      key: state.id,
      at: state.updatedAt,
      data: { ...subject(state, officer), conclusion: 'NON_SECRET' },
    },
  };
}

export function passInternalReview(entry: Entry, by: Principal, now: Date): Decision {
  const officer = providerOfficer('passInternalReview', entry, by);
  notInvolved(officer, [entry.draftedBy, entry.changedBy]);
  checkReady(entry);
  const state = step('passInternalReview', entry, now, { internalReview: { by: officer, at: now.toISOString() } });
  return decided('catalogue.entry-internally-reviewed.v1', state, officer);
}

/**
 * Hands the entry to the authority. `rulePack` is the one in force, kept with the act. [R23.1]
 *
 * @param more what was said of a next version that gives less
 */
export function submit(
  entry: Entry,
  rulePack: string,
  by: Principal,
  now: Date,
  more: Omit<Submission, 'by' | 'at' | 'rulePack'> = {},
): Decision {
  const officer = providerOfficer('submit', entry, by);
  notInvolved(officer, [entry.internalReview?.by]);
  checkReady(entry);
  const state = step('submit', entry, now, {
    submission: { by: officer, at: now.toISOString(), rulePack, ...more },
    decision: null,
  });
  return {
    state,
    event: {
      type: 'catalogue.entry-submitted.v1',
      key: state.id,
      at: state.updatedAt,
      data: { ...subject(state, officer), rulePack },
    },
  };
}

export function publish(entry: Entry, by: Principal, now: Date): Decision {
  const officer = providerOfficer('publish', entry, by);
  const publishedOn = localDayOf(now);
  const state = step('publish', entry, now, { publication: { by: officer, at: now.toISOString() }, publishedOn });
  const { name, sharingType, items } = state.content;
  return {
    state,
    event: {
      type: 'catalogue.entry-published.v1',
      key: state.id,
      at: state.updatedAt,
      data: {
        ...subject(state, officer),
        name,
        sharingType,
        deliveryMode: deliveryMode(state),
        items: items.map((item) => item.code),
        publishedOn,
        version: state.version,
      },
    },
  };
}

function checkReady({ content, secrecyReview }: Entry): void {
  if (secrecyReview === null) throw new Refusal('catalogue.secrecy_review_missing');
  checkComplete(content);
}

const decided = (
  type: 'catalogue.entry-revised.v1' | 'catalogue.entry-internally-reviewed.v1',
  state: Entry,
  officer: string,
): Decision => ({ state, event: { type, key: state.id, at: state.updatedAt, data: subject(state, officer) } });
