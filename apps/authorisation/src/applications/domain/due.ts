import { recount, type Calendars } from './answer-clock';
import { acted, type Outcome, type SharingApplication } from './sharing-application';
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
  if (awaitsAuthority(application.status)) {
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

/** A calendar was published or changed. null when the clock stays as it is; both sides are told when it moves. [R12.3] */
export function moveDueDate(application: SharingApplication, calendars: Calendars, now: Date): Outcome | null {
  const { clock: before, receivedAt } = application;
  if (!mayAct('MOVE_DUE_DATE', application.status) || before?.dueAt == null || receivedAt === null) return null;
  const clock = recount(before, receivedAt, calendars);
  const { dueAt, provisional } = clock;
  if (dueAt === before.dueAt && provisional === before.provisional) return null;
  // Found missing by a calendar that was wrong: it is not missing yet.
  const overdueAt = dueAt! >= now.toISOString() ? null : application.overdueAt;
  const told = { formerDueAt: before.dueAt, dueAt: dueAt!, provisional, overdue: overdueAt !== null };
  return acted(
    'MOVE_DUE_DATE',
    application,
    { changes: { clock, overdueAt }, fact: 'due-date-moved', told, by: 'platform' },
    now,
  );
}
