import { officerWith, Refusal, type Principal } from '@qiongtong/contracts';
import type { Calendars, GrantScope } from '@qiongtong/regulation';
import { pausedDays, recount } from './answer-clock';
import {
  acted,
  applicantOf,
  beyond,
  wholeScope,
  type Agreed,
  type Asked,
  type Missing,
  type Outcome,
  type SharingApplication,
} from './sharing-application';
import { checkMayAct } from './transitions';

/** What the provider may set otherwise than asked, and its own rule on matter numbers. */
export type Terms = Partial<
  Pick<
    Asked,
    'items' | 'rowFilter' | 'mask' | 'actions' | 'purposes' | 'scopeOfKnowledge' | 'systems' | 'period' | 'limits'
  >
> &
  Readonly<{ matterNumber: GrantScope['matterNumber']; agreement: Agreed['agreement'] }>;

/** `delegated`: the provider has passed the review of this resource on to the caller. */
export type Reviewing = Readonly<{ by: Principal; delegated: boolean }>;

/** An officer who acts for the provider, on an application that is neither their own nor their department's. [R14.10] */
export function reviewerOf(application: SharingApplication, { by, delegated }: Reviewing): string {
  if (by.departmentId === application.applicantId) throw new Refusal('application.own_case');
  if (by.departmentId !== application.providerId && !delegated) throw new Refusal('application.not_provider');
  const officer = officerWith(['REVIEWER'], by);
  if (officer === application.submittedBy) throw new Refusal('application.own_submission');
  return officer;
}

export function startReview(application: SharingApplication, reviewing: Reviewing, now: Date): Outcome {
  const by = reviewerOf(application, reviewing);
  return acted('START_REVIEW', application, { fact: 'review-started', told: {}, by }, now);
}

/** Says once, and in full, what is missing; the clock waits with the applicant where the rules say so. [R12.1, R12.8] */
export function askForSupplement(
  application: SharingApplication,
  missing: readonly Missing[],
  reviewing: Reviewing,
  now: Date,
): Outcome {
  const by = reviewerOf(application, reviewing);
  checkMayAct('ASK_FOR_SUPPLEMENT', application.status);
  if (application.supplement) throw new Refusal('application.supplement_asked_before');
  // What was not missed in ten working days does not stop the clock afterwards.
  if (isOverdue(application, now)) throw new Refusal('application.answer_overdue');
  const at = now.toISOString();
  const clockPauses = application.rules!.supplementPauses;
  const clock = clockPauses
    ? { ...application.clock!, pause: { from: at, until: null }, dueAt: null, provisional: false }
    : application.clock;
  const changes = { supplement: { by, at, missing, answer: null }, clock };
  const told = { missing: missing.map(({ field }) => field), clockPauses };
  return acted('ASK_FOR_SUPPLEMENT', application, { changes, fact: 'supplement-requested', told, by }, now);
}

/** @param asked the whole of it again, completed; wider than before it would be another application */
export function supplement(
  application: SharingApplication,
  given: Readonly<{ asked: Asked; note: string }>,
  by: Principal,
  calendars: Calendars,
  now: Date,
): Outcome {
  const officer = applicantOf(application, by);
  checkMayAct('SUPPLEMENT', application.status);
  const { asked, note } = given;
  const wider = beyond(wholeScope({ ...application, asked }, 'optional'), wholeScope(application, 'optional'));
  if (wider.length > 0) throw new Refusal('application.supplement_widens', { about: wider });
  const at = now.toISOString();
  const { pause } = application.clock!;
  const counted = { ...application.clock!, pause: pause && { ...pause, until: at } };
  const clock = recount(counted, application.receivedAt!, calendars);
  const answered = { ...application.supplement!, answer: { by: officer, at, note } };
  // Whoever completed it has submitted it as well: they do not decide it either.
  const changes = { asked, supplement: answered, clock, submittedBy: officer };
  const { dueAt, provisional } = clock;
  const told = { pausedWorkingDays: pausedDays(clock, calendars, now), dueAt: dueAt!, provisional };
  return acted('SUPPLEMENT', application, { changes, fact: 'supplemented', told, by: officer }, now);
}

/** What terms give. They may lie inside what was asked and never beyond it. [R12.7] */
export function agreedFor(application: SharingApplication, terms: Terms, now: Date): Agreed {
  const { matterNumber, agreement, ...set } = terms;
  const whole = wholeScope(application, matterNumber);
  const scope: GrantScope = { ...whole, ...set };
  const wider = beyond(scope, whole);
  if (wider.length > 0) throw new Refusal('application.wider_than_asked', { about: wider });
  if (scope.period.until <= now.toISOString()) throw new Refusal('application.period_invalid');
  return { scope, narrowed: beyond(whole, scope), agreement };
}

/** Less than asked, for the applicant to accept: its own yes makes it no refusal. [R10.4] */
export function offer(
  application: SharingApplication,
  given: Readonly<{ terms: Terms; reason: string }>,
  reviewing: Reviewing,
  now: Date,
): Outcome {
  const by = reviewerOf(application, reviewing);
  checkMayAct('OFFER', application.status);
  const agreed = agreedFor(application, given.terms, now);
  if (agreed.narrowed.length === 0) throw new Refusal('application.nothing_narrowed');
  const changes = { offer: { by, at: now.toISOString(), reason: given.reason, ...agreed } };
  return acted('OFFER', application, { changes, fact: 'offered', told: { narrowed: agreed.narrowed }, by }, now);
}

export function declineOffer(application: SharingApplication, by: Principal, now: Date): Outcome {
  const officer = applicantOf(application, by);
  const changes = { offer: null };
  return acted('DECLINE_OFFER', application, { changes, fact: 'offer-declined', told: {}, by: officer }, now);
}

export const isOverdue = ({ clock, overdueAt }: SharingApplication, now: Date): boolean =>
  overdueAt !== null || (clock?.dueAt != null && clock.endedAt === null && clock.dueAt < now.toISOString());
