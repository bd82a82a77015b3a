import {
  AUTHORITIES,
  isAuthorityOver,
  officerWith,
  Refusal,
  type AccessReviewConclusion,
  type AccessReviewFactName,
  type AccessReviewFacts,
  type AccessReviewKind,
  type AnyAccessReviewFact,
  type Decided,
  type Principal,
} from '@qiongtong/contracts';
import { remindersBefore } from '@qiongtong/regulation';

export const ACCESS_REVIEW_STATUSES = ['OPEN', 'COMPLETED'] as const;

/** Something that stands and is to be looked at: an appointment, a system, the admission. */
export type Subject = Readonly<{
  kind: AccessReviewKind;
  /** The officer, the system, or the department itself. */
  subjectId: string;
  /** Tells one appointment of an officer from another; empty where the subject is one. */
  part: string;
  /** As it was when the review was opened, for people to read. */
  shown: Readonly<Record<string, unknown>>;
}>;
/** The same as it stands now. */
export type Standing = Subject & Readonly<{ revision: number }>;
export type Conclusion = Readonly<{
  conclusion: AccessReviewConclusion;
  /** Of the subject, as it was confirmed or ended; null when it was gone. */
  subjectRevision: number | null;
  by: string;
  at: string;
  note: string;
}>;
export type Item = Subject & Readonly<{ no: number; outcome: Conclusion | null }>;

/** A department's yearly look at who and what acts for it (年度权限核查). It ends nothing by itself. [R8.5] */
export type AccessReview = Readonly<{
  id: string;
  organisationId: string;
  status: (typeof ACCESS_REVIEW_STATUSES)[number];
  openedAt: string;
  dueAt: string;
  items: readonly Item[];
  /** When the department is reminded next; those sent are gone. */
  reminders: readonly string[];
  overdueAt: string | null;
  completedAt: string | null;
  revision: number;
}>;
export type ChangedReview = Decided<AccessReview, AnyAccessReviewFact>;
export type Rule = Readonly<{ days: number; reminderDays: readonly number[] }>;
/** What must be known of the department. */
export type Department = Readonly<{ id: string; regionCode: string; isProvincialAuthority: boolean }>;
/** Who is told that a review is overdue. */
export type Notified = Readonly<{ responsibleUnitId: string | null; authorityId: string | null }>;

const DAY_MS = 86_400_000;

/** A department with nothing to look at has looked. */
export function open(
  given: Readonly<{ id: string; organisationId: string; standing: readonly Standing[] }>,
  { days, reminderDays }: Rule,
  now: Date,
): ChangedReview[] {
  const { id, organisationId, standing } = given;
  const dueAt = new Date(now.getTime() + days * DAY_MS).toISOString();
  const blank: AccessReview = {
    id,
    organisationId,
    status: 'OPEN',
    openedAt: now.toISOString(),
    dueAt,
    items: standing.map(({ revision: _revision, ...subject }, i) => ({ ...subject, no: i + 1, outcome: null })),
    reminders: remindersBefore(dueAt, reminderDays, now),
    overdueAt: null,
    completedAt: null,
    revision: 0,
  };
  const opened = changed(blank, {}, 'opened', { dueAt, items: standing.length }, 'platform', now);
  return [opened, ...completed(opened.state, 'platform', now)];
}

/** May the caller conclude this item? @returns the item and the officer */
export function checkMayConclude(review: AccessReview, no: number, department: Department, by: Principal) {
  const item = review.items.find((one) => one.no === no);
  if (!item || review.organisationId !== department.id) throw new Refusal('request.not_found');
  const own = by.departmentId === department.id;
  if (!own && !isAbove(department, by)) throw new Refusal('access.role_required', { about: AUTHORITIES });
  if (!own && item.kind !== 'APPOINTMENT') throw new Refusal('review.departments_own');
  const officer = own ? officerWith(['RESPONSIBLE_OFFICER'], by) : by.officerId!;
  if (item.outcome) throw new Refusal('review.item_concluded', { about: [item.outcome.conclusion] });
  // Where a department has one responsible officer, the authority looks at that appointment.
  if (item.kind === 'APPOINTMENT' && item.subjectId === officer) throw new Refusal('review.own_appointment');
  return { item, officer };
}

/** It is still needed, as it was read. @param seen the revision that was read @param standing null when it is gone */
export function confirm(
  review: AccessReview,
  no: number,
  given: Readonly<{ seen: number; note: string; standing: Standing | null; department: Department }>,
  by: Principal,
  now: Date,
): ChangedReview[] {
  const { item, officer } = checkMayConclude(review, no, given.department, by);
  const { standing, seen, note } = given;
  if (!standing)
    return concluded(review, item, { conclusion: 'GONE', subjectRevision: null, by: 'platform', note: '' }, now);
  if (standing.revision !== seen) throw new Refusal('review.subject_changed', { about: [String(standing.revision)] });
  return concluded(review, item, { conclusion: 'CONFIRMED', subjectRevision: seen, by: officer, note }, now);
}

/** It was ended in this transaction, by the use case that ends its like. @param revision of it after that */
export function ended(
  review: AccessReview,
  no: number,
  given: Readonly<{ revision: number; note: string; department: Department }>,
  by: Principal,
  now: Date,
): ChangedReview[] {
  const { item, officer } = checkMayConclude(review, no, given.department, by);
  const { revision: subjectRevision, note } = given;
  return concluded(review, item, { conclusion: 'ENDED', subjectRevision, by: officer, note }, now);
}

/** What has ended otherwise since the review was opened is not to be looked at any more. */
export function sweep(review: AccessReview, standing: readonly Standing[], now: Date): ChangedReview[] {
  const there = new Set(standing.map(keyOf));
  const gone = review.items.filter((item) => !item.outcome && !there.has(keyOf(item)));
  return gone.reduce<ChangedReview[]>((changes, item) => {
    const current = changes.at(-1)?.state ?? review;
    const outcome = { conclusion: 'GONE', subjectRevision: null, by: 'platform', note: '' } as const;
    return [...changes, ...concluded(current, item, outcome, now)];
  }, []);
}

/** When time has something to say; null when nothing. */
export const nextStepAt = ({ status, reminders, dueAt, overdueAt }: AccessReview): string | null =>
  status !== 'OPEN' ? null : (reminders[0] ?? (overdueAt === null ? dueAt : null));

/** What the clock has to say by now, one thing at a time. It reminds and tells; it never ends anything. */
export function fallDue(review: AccessReview, notified: Notified, now: Date): ChangedReview | null {
  const at = now.toISOString();
  const { dueAt, status, overdueAt } = review;
  if (status !== 'OPEN' || overdueAt !== null) return null;
  const open = openItems(review);
  if (dueAt <= at) {
    const told = { dueAt, open, ...notified };
    return changed(review, { overdueAt: at, reminders: [] }, 'overdue', told, 'platform', now);
  }
  const reminders = review.reminders.filter((reminder) => reminder > at);
  if (reminders.length === review.reminders.length) return null;
  return changed(review, { reminders }, 'reminded', { dueAt, open }, 'platform', now);
}

export const keyOf = ({ kind, subjectId, part }: Pick<Subject, 'kind' | 'subjectId' | 'part'>): string =>
  JSON.stringify([kind, subjectId, part]);
const openItems = ({ items }: AccessReview): number => items.filter(({ outcome }) => !outcome).length;

const isAbove = ({ regionCode, isProvincialAuthority }: Department, by: Principal): boolean =>
  isProvincialAuthority ? by.officerId !== null && by.roles.includes('LEADING_GROUP') : isAuthorityOver(by, regionCode);

function concluded(review: AccessReview, item: Item, given: Omit<Conclusion, 'at'>, now: Date): ChangedReview[] {
  const outcome: Conclusion = { ...given, at: now.toISOString() };
  const items = review.items.map((one) => (one.no === item.no ? { ...one, outcome } : one));
  const { kind, subjectId } = item;
  const { conclusion, subjectRevision, by } = given;
  const step = changed(review, { items }, 'item-concluded', { kind, subjectId, conclusion, subjectRevision }, by, now);
  return [step, ...completed(step.state, by, now)];
}

function completed(review: AccessReview, by: string, now: Date): ChangedReview[] {
  if (openItems(review) > 0) return [];
  const at = now.toISOString();
  const done = { status: 'COMPLETED', completedAt: at, reminders: [] } as const;
  return [changed(review, done, 'completed', { late: at > review.dueAt }, by, now)];
}

function changed<N extends AccessReviewFactName>(
  review: AccessReview,
  change: Partial<AccessReview>,
  fact: N,
  told: AccessReviewFacts[N],
  by: string,
  now: Date,
): ChangedReview {
  const state = { ...review, ...change, revision: review.revision + 1 };
  const { id, organisationId, revision } = state;
  const event = {
    type: `authorisation.access-review-${fact}.v1`,
    key: id,
    at: now.toISOString(),
    data: { reviewId: id, organisationId, ...told, revision, by },
  } as AnyAccessReviewFact;
  return { state, event };
}
