import type { AuthorisationFact } from './facts-authorisation';
import type { Passed } from './facts-organisations';
import type { StopTarget } from './policy';

/** By which right a stop was placed or made to stand. */
export const STOP_RIGHTS = ['LEADING_GROUP', 'PROVINCE', 'LOCAL', 'DEPARTMENT', 'PROVIDER', 'OPERATOR'] as const;
export type StopRight = (typeof STOP_RIGHTS)[number];

type StopSubject = {
  stopId: string;
  target: StopTarget;
  targetId: string;
  /** Whose callers alone it hits; null hits whoever it is. */
  departmentId: string | null;
};
/** The reason is a narrative that may name people: it stays in the service. */
export type StopPlaced = AuthorisationFact<
  'stop-placed',
  StopSubject & { as: StopRight; organisationId: string; until: string | null }
>;
/** The authority lets a provider's emergency stop stand. [R10.4] */
export type StopConfirmed = AuthorisationFact<
  'stop-confirmed',
  StopSubject & { as: StopRight; organisationId: string; until: string | null }
>;
export type StopLifted = AuthorisationFact<'stop-lifted', StopSubject & { as: StopRight; organisationId: string }>;
/** Its time is over: `LAPSED` when it was an emergency stop that no authority confirmed in time. [R10.4] */
export type StopEnded = AuthorisationFact<'stop-ended', StopSubject & { how: 'EXPIRED' | 'LAPSED' }>;
/** It stands against who takes the place of the body it was about; `of` is the stop it was copied from, where there are several. */
export type StopPassed = Passed<'stop', StopSubject & { of: string | null }>;

export type StopFact = StopPassed | StopPlaced | StopConfirmed | StopLifted | StopEnded;
