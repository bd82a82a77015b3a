import type { AlarmKind } from '@qiongtong/contracts';
import canonicalize from 'canonicalize';

export type Fields = Readonly<Record<string, unknown>>;

/** Something that is wrong at this moment. There is one for each cause: a kind and what it is about. */
export type Finding = Readonly<{ kind: AlarmKind; subject: string; since: Date; found: Fields }>;
export type OpenAlarm = Finding & Readonly<{ alarmId: string }>;

/** Causes of one kind that are alarms of their own; more are one alarm together, so that nothing floods the log. */
export const MOST_OPEN = 100;
/** Of what an alarm names: ranges, decisions, entries. */
export const MOST_NAMED = 20;
/** Subject of the alarm for all the causes that are beyond. */
export const BEYOND = 'beyond';

export type Reconciled = Readonly<{
  raise: readonly Finding[];
  /** Open already, and larger or smaller than it was. */
  changed: readonly OpenAlarm[];
  healed: readonly OpenAlarm[];
}>;

/**
 * What is to be said, given what is wrong and what was said of one kind. Said again with the same, it is nothing.
 *
 * @param findings oldest first; of more than can be alarms of their own it need not have all
 */
export function reconcile(findings: readonly Finding[], open: readonly OpenAlarm[]): Reconciled {
  const known = new Map(open.map((alarm) => [alarm.subject, alarm]));
  const now = new Set(findings.map(({ subject }) => subject));
  // Where not all is looked at, what is not found need not have healed.
  const healed = findings.length > MOST_OPEN ? [] : open.filter(({ subject }) => !now.has(subject));
  const fresh = findings.filter(({ subject }) => !known.has(subject));
  const room = MOST_OPEN - open.filter((alarm) => alarm.subject !== BEYOND && !healed.includes(alarm)).length;
  const more = fresh.slice(Math.max(0, room));
  const beyond = more[0] && !known.has(BEYOND) ? [{ ...more[0], subject: BEYOND, found: { alarms: MOST_OPEN } }] : [];
  return {
    raise: [...fresh.slice(0, Math.max(0, room)), ...beyond],
    changed: findings.flatMap(({ subject, found }) => {
      const alarm = known.get(subject);
      return alarm && canonicalize(alarm.found) !== canonicalize(found) ? [{ ...alarm, found }] : [];
    }),
    healed: more.length > 0 ? healed.filter(({ subject }) => subject !== BEYOND) : healed,
  };
}

/** Of a sequence of numbers, or of the clock that dates it. */
export const subjectOf = (...parts: readonly (string | number | null)[]): string =>
  parts.map((p) => p ?? '-').join('/');
