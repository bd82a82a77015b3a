import type { Principal } from '@qiongtong/contracts';
import type { Calendars } from '@qiongtong/regulation';
import { countsOf, type AnswerClock, type ClockCounts } from './answer-clock';
import { isOverdue } from './review';
import type { SharingApplication } from './sharing-application';
import { awaitsAuthority, isUndecided } from './transitions';

/** A refusal, whole or in part, that waits for the authority, and the authority's clock. */
export type AwaitedConsent = Readonly<{ kind: 'REFUSAL' | 'PARTIAL_CONSENT'; since: string; dueAt: string }>;

export type SeenApplication = Omit<SharingApplication, 'clock' | 'rules' | 'nextStepAt' | 'groundsNotConsented'> &
  Readonly<{
    clock: (Omit<AnswerClock, 'reminders' | 'calendarEdition'> & ClockCounts) | null;
    overdue: boolean;
    awaitedConsent: AwaitedConsent | null;
    /** The authority has not consented to a refusal. */
    mustProvide: boolean;
  }>;

/**
 * An application as the caller may know it. Before its time to answer is over the applicant sees a proposed refusal as
 * what it is to it: a review. After it, that a refusal waits and since when, with both clocks; why, only when the
 * authority has consented. [R12.5, R12.8]
 */
export function seenBy(
  application: SharingApplication,
  by: Pick<Principal, 'departmentId'>,
  calendars: Calendars,
  now: Date,
): SeenApplication {
  const { clock: stored, rules: _rules, nextStepAt: _next, groundsNotConsented, ...rest } = application;
  const proposed = awaitsAuthority(application.status) ? application.proposal : null;
  const applying = by.departmentId === application.applicantId;
  const hidden = applying && proposed !== null && stored!.dueAt !== null && stored!.dueAt >= now.toISOString();
  const kind = proposed?.agreed ? 'PARTIAL_CONSENT' : 'REFUSAL';
  return {
    ...rest,
    ...(hidden && { status: 'PROVIDER_REVIEW' }),
    ...(applying && { proposal: null }),
    clock: stored && shownClock(stored, application.receivedAt!, calendars, now),
    // While the authority has it the provider is late only where its consent must fall inside the time to answer.
    overdue:
      isUndecided(application.status) &&
      (!proposed || application.rules?.consentWithinReplyTime === true) &&
      isOverdue(application, now),
    awaitedConsent: proposed && !hidden ? { kind, since: proposed.at, dueAt: proposed.authorityDueAt } : null,
    mustProvide: !applying && groundsNotConsented.length > 0,
  };
}

function shownClock(stored: AnswerClock, receivedAt: string, calendars: Calendars, now: Date) {
  const { reminders: _reminders, calendarEdition: _edition, ...clock } = stored;
  return { ...clock, ...countsOf(stored, receivedAt, calendars, now) };
}
