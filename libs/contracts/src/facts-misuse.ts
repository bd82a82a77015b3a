import type { AuthorisationFact } from './facts-authorisation';
import type { Passed } from './facts-organisations';

/** What the watch over `facts.access` looks for. [R13.5] */
export const MISUSE_RULES = [
  'OFF_HOURS_BULK',
  'BEYOND_SCOPE',
  'MANY_SUBJECTS_PER_MATTER',
  'WITHOUT_MATTER_NUMBER',
  'UNUSUAL_VOLUME',
  'REFUSALS_IN_A_ROW',
  'VERIFY_PROBING',
  'KEY_USED_ELSEWHERE',
] as const;
export type MisuseRule = (typeof MISUSE_RULES)[number];

type MisuseAlertSubject = {
  alertId: string;
  rule: MisuseRule;
  callerKind: 'system' | 'officer';
  callerId: string;
  departmentId: string;
  resourceId: string;
  providerId: string | null;
};
/** Figures are counts; the matter or subject they are about stays a keyed hash in the service. */
export type MisuseAlertRaised = AuthorisationFact<
  'misuse-alert-raised',
  MisuseAlertSubject & {
    window: Readonly<{ from: string; until: string }>;
    figures: Readonly<Record<string, number>>;
    /** null where the window was over when it was found. */
    throttle: Readonly<{ requestsPerMinute: number; until: string }> | null;
  }
>;
/** The reason is a narrative that may name people: it stays in the service. */
type MisuseAlertDecided<Name extends string> = AuthorisationFact<Name, MisuseAlertSubject & { organisationId: string }>;
export type MisuseAlertAcknowledged = MisuseAlertDecided<'misuse-alert-acknowledged'>;
export type MisuseAlertDismissed = MisuseAlertDecided<'misuse-alert-dismissed'>;
export type MisuseAlertConfirmed = MisuseAlertDecided<'misuse-alert-confirmed'>;
/** It is about, or before, the body that took the place of another. */
export type MisuseAlertPassed = Passed<'misuse-alert', MisuseAlertSubject>;

export type AnyMisuseFact =
  MisuseAlertPassed | MisuseAlertRaised | MisuseAlertAcknowledged | MisuseAlertDismissed | MisuseAlertConfirmed;
