import { countDue, editionOf, moveOf, type Calendars, type CountedDue, type DueMove } from '@qiongtong/regulation';
import type { ClockRules } from './answer-clock';
import { acted, type Recounted, type SharingApplication } from './sharing-application';
import { mayAct } from './transitions';

/** By when what was consented to is provided. [Order 809 Art 22] */
export type Provision = CountedDue & Readonly<{ workingDays: number; moves: readonly DueMove[] }>;

/** No calendar gives more days off in a year: what ran out longer ago stays run out by any count. */
export const LONGEST_MOVE_DAYS = 60;
const DAY_MS = 86_400_000;

/** From the consent on, whoever takes how long over the agreement. null is as agreed. */
export function provideBy({ provideWithinWorkingDays }: ClockRules, calendars: Calendars, now: Date): Provision | null {
  if (provideWithinWorkingDays === null) return null;
  return { workingDays: provideWithinWorkingDays, ...countDue(now, provideWithinWorkingDays, calendars), moves: [] };
}

/**
 * By calendars that were published since. A date that has run out by both counts stays, unless it was provisional.
 *
 * @returns null where nothing is to be provided by a date, or nothing was published since
 */
export function countProvisionAgain(
  application: SharingApplication,
  calendars: Calendars,
  now: Date,
): Recounted | null {
  const { decision } = application;
  const before = decision?.provide;
  if (!mayAct('MOVE_PROVISION_DATE', application.status) || !decision || !before) return null;
  if (before.calendarEdition >= editionOf(calendars)) return null;
  const counted = countDue(new Date(decision.at), before.workingDays, calendars);
  const over = [before, counted].every(({ dueAt }) => dueAt < now.toISOString());
  const move = over && !before.provisional ? null : moveOf(before, counted, decision.at, calendars, now);
  const { calendarEdition } = counted;
  if (!move) return { state: provided(application, { ...before, calendarEdition }), event: null };
  const { at: _at, ...told } = move;
  const changes = provided(application, { ...before, ...counted, moves: [...before.moves, move] });
  return acted(
    'MOVE_PROVISION_DATE',
    application,
    { changes: { decision: changes.decision }, fact: 'provision-date-moved', told, by: 'platform' },
    now,
  );
}

/** Before it, no provision counts again that is not provisional. */
export const provisionsSince = (now: Date): Date => new Date(now.getTime() - LONGEST_MOVE_DAYS * DAY_MS);

const provided = (application: SharingApplication, provide: Provision): SharingApplication => ({
  ...application,
  decision: { ...application.decision!, provide },
});
