import {
  isAuthorityOver,
  oversees,
  Refusal,
  type AnyMisuseFact,
  type MisuseAlertRaised,
  type MisuseRule,
  type Principal,
  type ThrottleState,
} from '@qiongtong/contracts';
import type { CallerKind } from './observations';
import type { Finding } from './rules';

export const MISUSE_ALERT_STATUSES = ['OPEN', 'ACKNOWLEDGED', 'DISMISSED', 'CONFIRMED'] as const;
export type MisuseAlertStatus = (typeof MISUSE_ALERT_STATUSES)[number];
type Act = Readonly<{ by: string; organisationId: string; at: string; reason: string }>;

/** A suspicion that the watch raised and a person concludes. It slows the caller meanwhile and takes nothing away. [R13.5] */
export type MisuseAlert = Readonly<{
  id: string;
  rule: MisuseRule;
  key: string;
  callerKind: CallerKind;
  callerId: string;
  departmentId: string;
  resourceId: string;
  providerId: string | null;
  windowFrom: string;
  windowUntil: string;
  figures: Readonly<Record<string, number>>;
  status: MisuseAlertStatus;
  raisedAt: string;
  acknowledged: Act | null;
  conclusion: Act | null;
  throttle: Readonly<{ requestsPerMinute: number; until: string; lifted: boolean }> | null;
  revision: number;
}>;

export type Throttling = Readonly<{ requestsPerMinute: number; minutes: number }>;

const NEXT: Readonly<Record<MisuseAlertStatus, readonly MisuseAlertStatus[]>> = {
  OPEN: ['ACKNOWLEDGED'],
  ACKNOWLEDGED: ['DISMISSED', 'CONFIRMED'],
  DISMISSED: [],
  CONFIRMED: [],
};
const RECENT_MS = 3_600_000;
const FACT = {
  ACKNOWLEDGED: 'authorisation.misuse-alert-acknowledged.v1',
  DISMISSED: 'authorisation.misuse-alert-dismissed.v1',
  CONFIRMED: 'authorisation.misuse-alert-confirmed.v1',
} as const;

export type ChangedAlert = Readonly<{ state: MisuseAlert; event: AnyMisuseFact }>;

/** @returns an alert that slows the caller from now on, unless what it found is long over, as in a replay */
export function raise(
  { rule, key, callerKind, callerId, departmentId, resourceId, providerId, window, figures, latest }: Finding,
  { requestsPerMinute, minutes }: Throttling,
  id: string,
  now: Date,
): Readonly<{ state: MisuseAlert; event: MisuseAlertRaised }> {
  const until = new Date(now.getTime() + minutes * 60_000).toISOString();
  const throttle = now.getTime() - latest > RECENT_MS ? null : { requestsPerMinute, until };
  const [windowFrom, windowUntil] = [new Date(window.from).toISOString(), new Date(window.until).toISOString()];
  const subject = { rule, callerKind, callerId, departmentId, resourceId, providerId };
  const state: MisuseAlert = {
    id,
    ...subject,
    key,
    windowFrom,
    windowUntil,
    figures,
    status: 'OPEN',
    raisedAt: now.toISOString(),
    acknowledged: null,
    conclusion: null,
    throttle: throttle && { ...throttle, lifted: false },
    revision: 1,
  };
  const event: MisuseAlertRaised = {
    type: 'authorisation.misuse-alert-raised.v1',
    key: id,
    at: state.raisedAt,
    data: {
      alertId: id,
      ...subject,
      window: { from: windowFrom, until: windowUntil },
      figures,
      throttle,
      revision: 1,
      by: 'platform',
    },
  };
  return { state, event };
}

/** Regions of the department whose use it is and of the provider. */
export type Regions = ReadonlyMap<string, string>;

/** Provider and authorities know of it; the department itself may be who is being looked at. */
export function isKnownTo(alert: MisuseAlert, by: Principal, regions: Regions): boolean {
  if (by.departmentId === alert.departmentId) return false;
  if (by.departmentId === alert.providerId && by.officerId !== null) return true;
  return partiesOf(alert).some((id) => regions.has(id) && oversees(by, regions.get(id)!));
}

/** A person of the provider or of an authority moves it on, never one of the department it is about. [R14.10] */
export function move(
  alert: MisuseAlert,
  to: 'ACKNOWLEDGED' | 'DISMISSED' | 'CONFIRMED',
  reason: string,
  by: Principal,
  regions: Regions,
  now: Date,
): ChangedAlert {
  const officer = decider(alert, by, regions);
  if (!NEXT[alert.status].includes(to)) throw new Refusal('misuse.wrong_status', { about: [alert.status] });
  const act: Act = { by: officer, organisationId: by.departmentId, at: now.toISOString(), reason };
  const { throttle } = alert;
  const state: MisuseAlert = {
    ...alert,
    status: to,
    ...(to === 'ACKNOWLEDGED' ? { acknowledged: act } : { conclusion: act }),
    // Nothing was wrong: the caller is as fast as before.
    throttle: throttle && { ...throttle, lifted: throttle.lifted || to === 'DISMISSED' },
    revision: alert.revision + 1,
  };
  const { rule, callerKind, callerId, departmentId, resourceId, providerId } = alert;
  const event = {
    type: FACT[to],
    key: alert.id,
    at: act.at,
    data: {
      alertId: alert.id,
      ...{ rule, callerKind, callerId, departmentId, resourceId, providerId },
      organisationId: by.departmentId,
      revision: state.revision,
      by: officer,
    },
  };
  return { state, event };
}

function decider(alert: MisuseAlert, by: Principal, regions: Regions): string {
  if (by.departmentId === alert.departmentId) throw new Refusal('misuse.own_case');
  const ofProvider =
    by.departmentId === alert.providerId && (by.roles.includes('REVIEWER') || by.roles.includes('RESPONSIBLE_OFFICER'));
  const ofAuthority = partiesOf(alert).some((id) => regions.has(id) && isAuthorityOver(by, regions.get(id)!));
  if (by.officerId === null || (!ofProvider && !ofAuthority)) throw new Refusal('access.role_required');
  return by.officerId;
}

export const partiesOf = ({ departmentId, providerId }: MisuseAlert): readonly string[] =>
  providerId === null ? [departmentId] : [departmentId, providerId];

/** null when it never slowed anybody. */
export const throttleState = ({ id, callerKind, callerId, throttle, revision }: MisuseAlert): ThrottleState | null =>
  throttle && {
    id,
    version: revision,
    target: callerKind,
    targetId: callerId,
    status: throttle.lifted ? 'LIFTED' : 'ACTIVE',
    requestsPerMinute: throttle.requestsPerMinute,
    until: throttle.until,
  };
