import { remindersBefore } from '@qiongtong/regulation';
import { acted, resumeInTime, type Admission, type ChangedAdmission, type Renewal } from './admission';
import { graceEnd, type PledgeText } from './pledge-text';
import { mayAct } from './transitions';

/**
 * A new text is in force: a pledge on a former one admits until the grace period ends, and the department is told.
 *
 * @param daysBefore how long before that end it is reminded
 */
export function askToPledge(
  admission: Admission,
  current: PledgeText,
  daysBefore: readonly number[],
  now: Date,
): ChangedAdmission | null {
  if (!mustPledgeAnew(admission, current)) return null;
  const ends = graceEnd(current);
  // The time that an earlier text has set is not made longer by a later one.
  const validUntil =
    admission.pledgeValidUntil !== null && admission.pledgeValidUntil < ends ? admission.pledgeValidUntil : ends;
  const reminders = remindersBefore(validUntil, daysBefore, now);
  const renewal = { newVersion: current.version, validUntil, reminders, lapsedAt: null };
  const changes = { renewal, pledgeValidUntil: validUntil };
  return acted(
    'ASK_TO_PLEDGE',
    admission,
    { changes, fact: 'pledge-renewal-asked', told: outdated(admission, renewal), by: 'platform' },
    now,
  );
}

export const mustPledgeAnew = ({ status, pledgeVersion, renewal }: Admission, { version }: PledgeText): boolean =>
  mayAct('ASK_TO_PLEDGE', status) && pledgeVersion !== version && renewal?.newVersion !== version;

/** When time does something to it next; null when never. */
export function nextDueAt({ suspension, renewal }: Admission): string | null {
  const ahead = [suspension?.until, renewal?.reminders[0], renewal?.lapsedAt === null ? renewal.validUntil : undefined];
  return ahead.filter((at) => at !== undefined).sort()[0] ?? null;
}

/** What time has done to it by now, one thing at a time; null when nothing. */
export function fallDue(admission: Admission, now: Date): ChangedAdmission | null {
  const at = now.toISOString();
  const { suspension, renewal } = admission;
  if (suspension && suspension.until <= at) return resumeInTime(admission, now);
  if (!renewal || renewal.lapsedAt !== null) return null;
  if (renewal.validUntil <= at) return lapse(admission, { ...renewal, reminders: [], lapsedAt: at }, now);
  const due = renewal.reminders.filter((reminder) => reminder <= at);
  if (due.length === 0) return null;
  return remind(admission, { ...renewal, reminders: renewal.reminders.slice(due.length) }, now);
}

function remind(admission: Admission, renewal: Renewal, now: Date): ChangedAdmission {
  const told = outdated(admission, renewal);
  return acted(
    'REMIND',
    admission,
    { changes: { renewal }, fact: 'pledge-renewal-reminded', told, by: 'platform' },
    now,
  );
}

/** The gateway refuses by the time itself; this says so. */
function lapse(admission: Admission, renewal: Renewal, now: Date): ChangedAdmission {
  const told = outdated(admission, renewal);
  return acted('LAPSE', admission, { changes: { renewal }, fact: 'pledge-lapsed', told, by: 'platform' }, now);
}

const outdated = ({ pledgeVersion }: Admission, { newVersion, validUntil }: Renewal) => ({
  pledgeVersion: pledgeVersion ?? '',
  newVersion,
  validUntil,
});
