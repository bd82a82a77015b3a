import { editionOf, moveOf, type Calendars, type CountedDue } from '@qiongtong/regulation';
import { recount } from './answer-clock';
import { acted, withClock, type Outcome, type Recounted, type SharingApplication } from './sharing-application';
import { awaitsAuthority, mayAct } from './transitions';

/** Who is told that an answer is missing. */
export type Notified = Readonly<{ responsibleUnitId: string | null; authorityId: string | null }>;

/**
 * Everything the clock has to say by now, one fact each. It reminds, flags and tells; it never decides: the rules know
 * no consent by silence. [R12.4]
 *
 * @param notified of the application @returns empty when nothing is due, so that a run that comes again changes nothing
 */
export function dueSteps(application: SharingApplication, notified: Notified, now: Date): Outcome[] {
  const outcomes: Outcome[] = [];
  for (let current = application; isDue(current, now);) {
    const outcome = nextStep(current, notified, now);
    outcomes.push(outcome);
    current = outcome.state;
  }
  return outcomes;
}

const isDue = ({ nextStepAt }: SharingApplication, now: Date): boolean =>
  nextStepAt !== null && nextStepAt < now.toISOString();

function nextStep(application: SharingApplication, notified: Notified, now: Date): Outcome {
  const clock = application.clock!;
  const by = 'platform';
  const dueAt = clock.dueAt!;
  if (awaitsAuthority(application.status) && application.proposal!.toldAt === null) {
    const { caseId, authorityDueAt, agreed } = application.proposal!;
    const changes = { proposal: { ...application.proposal!, toldAt: now.toISOString() } };
    const told = { caseId, authorityDueAt, kind: agreed ? ('PARTIAL_CONSENT' as const) : ('REFUSAL' as const) };
    return acted('TELL_CONSENT_AWAITED', application, { changes, fact: 'consent-awaited', told, by }, now);
  }
  const [reminder, ...reminders] = clock.reminders;
  if (reminder && reminder.at === application.nextStepAt) {
    const changes = { clock: { ...clock, reminders } };
    const told = { workingDay: reminder.workingDay, dueAt };
    return acted('REMIND', application, { changes, fact: 'reminded', told, by }, now);
  }
  const changes = { overdueAt: now.toISOString() };
  return acted('FLAG_OVERDUE', application, { changes, fact: 'overdue', told: { dueAt, ...notified }, by }, now);
}

/**
 * By calendars that were published since it was last counted. Both sides are told where the date moves or becomes
 * certain; receipt never moves. [R12.3, R12.8]
 *
 * @returns null where no clock runs, or nothing was published since
 */
export function countAgain(application: SharingApplication, calendars: Calendars, now: Date): Recounted | null {
  const { clock: before, receivedAt } = application;
  if (!mayAct('MOVE_DUE_DATE', application.status) || before?.dueAt == null || receivedAt === null) return null;
  if (before.calendarEdition >= editionOf(calendars)) return null;
  const counted = recount(before, receivedAt, calendars);
  const move = moveOf({ ...before, dueAt: before.dueAt }, counted as CountedDue, receivedAt, calendars, now);
  // A reminder may be another day though the end is the same.
  if (!move) return { state: withClock(application, counted), event: null };
  const clock = { ...counted, moves: [...before.moves, move] };
  // Found missing by a calendar that was wrong: it is not missing yet.
  const overdueAt = move.dueAt >= now.toISOString() ? null : application.overdueAt;
  const { formerDueAt, dueAt, provisional, calendars: used } = move;
  const told = {
    formerDueAt,
    dueAt,
    provisional,
    formerlyProvisional: before.provisional,
    overdue: overdueAt !== null,
    formerlyOverdue: application.overdueAt !== null,
    calendars: used,
  };
  return acted(
    'MOVE_DUE_DATE',
    application,
    { changes: { clock, overdueAt }, fact: 'due-date-moved', told, by: 'platform' },
    now,
  );
}

/** The authority's own clock was counted again; whoever was told its end is told the new one. [R12.8] */
export function moveAuthorityDate(
  application: SharingApplication,
  { id: caseId, dueAt }: Readonly<{ id: string; dueAt: string }>,
  now: Date,
): Outcome | null {
  const { proposal } = application;
  if (!mayAct('MOVE_AUTHORITY_DATE', application.status) || proposal?.caseId !== caseId) return null;
  const { authorityDueAt: formerDueAt } = proposal;
  if (formerDueAt === dueAt) return null;
  const changes = { proposal: { ...proposal, authorityDueAt: dueAt } };
  const told = { caseId, formerDueAt, dueAt };
  return acted(
    'MOVE_AUTHORITY_DATE',
    application,
    { changes, fact: 'authority-date-moved', told, by: 'platform' },
    now,
  );
}
