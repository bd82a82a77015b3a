import type { MisuseAlertPassed } from '@qiongtong/contracts';
import {
  formerOf,
  officerAfter,
  resourceAfter,
  systemAfter,
  type Succeeded,
  type Succession,
} from '@qiongtong/regulation';
import type { ChangedAlert, MisuseAlert } from './misuse-alert';

/** An alert is about who took the place of the department, which so never decides on it, and before who provides now. [R14.10] */
export function succeed(alert: MisuseAlert, s: Succession, now: Date): Succeeded<ChangedAlert> | null {
  if (alert.conclusion) return null;
  const { id, callerKind, callerId, resourceId } = alert;
  const callerAfter = callerKind === 'system' ? systemAfter : officerAfter;
  const ends = s.ending.includes(alert.departmentId);
  const departmentId =
    callerAfter(s, callerId, alert.departmentId) ?? (ends ? s.remainderTo : null) ?? alert.departmentId;
  const providerId = alert.providerId && (resourceAfter(s, resourceId, alert.providerId) ?? alert.providerId);
  const state: MisuseAlert = { ...alert, departmentId, providerId, revision: alert.revision + 1 };
  const former = formerOf<MisuseAlert>(alert, state, ['departmentId', 'providerId']);
  if (Object.keys(former).length === 0) return null;
  const { rule, revision } = state;
  const event: MisuseAlertPassed = {
    type: 'authorisation.misuse-alert-passed.v1',
    key: id,
    at: now.toISOString(),
    data: {
      alertId: id,
      ...{ rule, callerKind, callerId, departmentId, resourceId, providerId },
      ...{ changeId: s.changeId, former, revision, by: s.decidedBy },
    },
  };
  const side = former['departmentId'] === undefined ? ('providerId' as const) : ('departmentId' as const);
  const effect = { thing: 'misuse-alert', id, outcome: 'PASSED', because: null } as const;
  return { changed: { state, event }, effect: { ...effect, fromId: alert[side]!, toId: state[side] } };
}
