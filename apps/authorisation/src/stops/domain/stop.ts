import {
  officerWith,
  Refusal,
  withinRegion,
  type Principal,
  type StopConfirmed,
  type StopEnded,
  type StopLifted,
  type StopPlaced,
  type StopRight,
  type StopState,
  type StopTarget,
} from '@qiongtong/contracts';

type Ending = Readonly<{ how: 'LIFTED' | 'EXPIRED' | 'LAPSED'; by: string; at: string; reason: string | null }>;

/** Something stopped at once (停用): in force at every door as soon as it is known there. [R14.7] */
export type Stop = Readonly<{
  id: string;
  target: StopTarget;
  targetId: string;
  /** Hits callers of this department only; null hits whoever it is. */
  departmentId: string | null;
  status: 'ACTIVE' | 'LIFTED';
  reason: string;
  until: string | null;
  /** Bodies it is about: they and who oversees them learn of it. */
  concerned: readonly string[];
  /** By whom it stands: who placed it or, once confirmed, the authority. */
  standsBy: Readonly<{ as: StopRight; organisationId: string; regionCode: string }>;
  placedAs: StopRight;
  placedBy: string;
  placedByOrganisation: string;
  placedAt: string;
  confirmation: Readonly<{ by: string; organisationId: string; at: string; reason: string }> | null;
  ended: Ending | null;
  revision: number;
}>;

/** What must be known of what is to be stopped. */
export type Subject = Readonly<{
  target: StopTarget;
  targetId: string;
  /** Whose own it is: of a token or session as far as it was said, of the others as registered. */
  departmentIds: readonly string[];
  /** The provider of a grant's resource, or of the resource. */
  providerId: string | null;
  concerned: readonly Readonly<{ id: string; regionCode: string; isProvincialAuthority: boolean }>[];
  /** A client of people is no registered system; locking it locks out whoever would lift it. */
  clientOfPeople: boolean;
}>;

/** Hours and days from configuration. */
export type StopLimits = Readonly<{ emergencyHours: number; departmentDays: number }>;
export type Ask = Readonly<{ id: string; reason: string; until: string | null }>;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** However grave, a stop is looked at again. */
const LONGEST_DAYS = 366;
/** For so long a provider that stopped without being confirmed does not stop the same thing again by itself. */
export const EMERGENCY_REPEAT_DAYS = 30;
/** After an end the state stays this long, so that whoever was away learns of it. */
export const FORGOTTEN_AFTER_DAYS = 30;

const OF_CALLERS: readonly StopTarget[] = ['token', 'client', 'session', 'system', 'officer'];
const OF_TOKENS: readonly StopTarget[] = ['token', 'client', 'session'];
const AUTHORITIES: readonly StopRight[] = ['LEADING_GROUP', 'PROVINCE', 'LOCAL'];

/**
 * By which right this caller may stop it. A provider acts on its own grants and resources as a provider even when it is
 * an authority: no body decides its own case. [R10.4, R14.3, R14.10]
 */
export function rightOver(subject: Subject, by: Principal): StopRight | null {
  if (by.officerId === null) return null;
  const { target, departmentIds, providerId, concerned } = subject;
  const has = (...roles: readonly Principal['roles'][number][]) => roles.some((role) => by.roles.includes(role));
  if (providerId === by.departmentId) return has('REVIEWER', 'RESPONSIBLE_OFFICER') ? 'PROVIDER' : null;
  if (has('LEADING_GROUP') && concerned.some((body) => body.isProvincialAuthority)) return 'LEADING_GROUP';
  if (has('PROVINCIAL_AUTHORITY')) return 'PROVINCE';
  if (
    has('LOCAL_AUTHORITY') &&
    concerned.length > 0 &&
    concerned.every(({ regionCode }) => withinRegion(regionCode, by.regionCode))
  )
    return 'LOCAL';
  if (has('RESPONSIBLE_OFFICER') && OF_CALLERS.includes(target) && departmentIds.includes(by.departmentId))
    return 'DEPARTMENT';
  return has('PLATFORM_OPERATOR') && OF_TOKENS.includes(target) ? 'OPERATOR' : null;
}

export function place(subject: Subject, ask: Ask, limits: StopLimits, by: Principal, now: Date) {
  const right = rightOver(subject, by);
  if (!right) throw new Refusal('stop.not_entitled');
  checkUntil(subject, ask.until, right, limits, now);
  const departmentId = onlyFor(subject, right, by);
  const concerned = subject.concerned.map(({ id }) => id).filter((id) => departmentId === null || id === departmentId);
  const state: Stop = {
    id: ask.id,
    target: subject.target,
    targetId: subject.targetId,
    departmentId,
    status: 'ACTIVE',
    reason: ask.reason,
    until: ask.until,
    concerned,
    standsBy: { as: right, organisationId: by.departmentId, regionCode: by.regionCode },
    placedAs: right,
    placedBy: by.officerId!,
    placedByOrganisation: by.departmentId,
    placedAt: now.toISOString(),
    confirmation: null,
    ended: null,
    revision: 1,
  };
  const { until } = state;
  const event: StopPlaced = {
    type: 'authorisation.stop-placed.v1',
    ...said(state, by.officerId!, now, { as: right, organisationId: by.departmentId, until }),
  };
  return { state, event };
}

/**
 * What hits one department's callers alone: a token, session or client as far as it was said whose, and an officer whom
 * one of several departments stops, who goes on in the others.
 */
function onlyFor({ target, departmentIds, clientOfPeople }: Subject, right: StopRight, by: Principal): string | null {
  if (right === 'DEPARTMENT') return target === 'system' ? null : by.departmentId;
  const scoped = target === 'token' || target === 'session' || clientOfPeople;
  return scoped ? (departmentIds[0] ?? null) : null;
}

function checkUntil(subject: Subject, until: string | null, right: StopRight, limits: StopLimits, now: Date): void {
  if (until === null) {
    if (AUTHORITIES.includes(right) && !subject.clientOfPeople) return;
    throw new Refusal('stop.until_required');
  }
  const length = Date.parse(until) - now.getTime();
  if (right === 'PROVIDER' && length > limits.emergencyHours * HOUR) throw new Refusal('stop.emergency_too_long');
  const longest = AUTHORITIES.includes(right) ? LONGEST_DAYS : limits.departmentDays;
  if (length <= 0 || (right !== 'PROVIDER' && length > longest * DAY)) throw new Refusal('stop.until_invalid');
}

/** The authority lets a provider's emergency stop stand; from then on it is the authority's to lift. [R10.4] */
export function confirm(stop: Stop, subject: Subject, ask: Omit<Ask, 'id'>, by: Principal, now: Date) {
  checkActive(stop, now);
  if (stop.placedAs !== 'PROVIDER') throw new Refusal('stop.not_emergency');
  if (stop.confirmation) throw new Refusal('stop.already_confirmed');
  if (stop.concerned.includes(by.departmentId) || stop.placedBy === by.officerId) throw new Refusal('stop.own_case');
  const right = rightOver(subject, by);
  if (!right || !AUTHORITIES.includes(right)) throw new Refusal('stop.not_entitled');
  // The authority's own resource is its own case: the leading group decides. [R14.10]
  const own = subject.concerned.some((body) => body.isProvincialAuthority);
  const officer = officerWith(own ? ['LEADING_GROUP'] : ['PROVINCIAL_AUTHORITY', 'LOCAL_AUTHORITY'], by);
  checkUntil(subject, ask.until, right, { emergencyHours: 0, departmentDays: 0 }, now);
  const at = now.toISOString();
  const state: Stop = {
    ...stop,
    until: ask.until,
    standsBy: { as: right, organisationId: by.departmentId, regionCode: by.regionCode },
    confirmation: { by: officer, organisationId: by.departmentId, at, reason: ask.reason },
    revision: stop.revision + 1,
  };
  const event: StopConfirmed = {
    type: 'authorisation.stop-confirmed.v1',
    ...said(state, officer, now, { as: right, organisationId: by.departmentId, until: state.until }),
  };
  return { state, event };
}

/** Nobody lifts what stands against themselves, nor what somebody above placed. [R14.10] */
export function lift(stop: Stop, subject: Subject, reason: string, by: Principal, now: Date) {
  checkActive(stop, now);
  const right = rightOver(subject, by);
  if (!right) throw new Refusal('stop.not_entitled');
  if (isOn(stop, by) || isOwnCase(stop, right, by)) throw new Refusal('stop.on_oneself');
  if (!isFor(stop.standsBy, right, by)) throw new Refusal('stop.placed_above');
  const state = end(stop, { how: 'LIFTED', by: by.officerId!, at: now.toISOString(), reason });
  const event: StopLifted = {
    type: 'authorisation.stop-lifted.v1',
    ...said(state, by.officerId!, now, { as: right, organisationId: by.departmentId }),
  };
  return { state, event };
}

/** Its time is over. */
export function expire(stop: Stop, now: Date) {
  const how = stop.placedAs === 'PROVIDER' && !stop.confirmation ? 'LAPSED' : 'EXPIRED';
  const state = end(stop, { how, by: 'platform', at: now.toISOString(), reason: null });
  const event: StopEnded = { type: 'authorisation.stop-ended.v1', ...said(state, 'platform', now, { how }) };
  return { state, event };
}

export const stopState = (stop: Stop): StopState => {
  const { id, target, targetId, departmentId, status, reason, until, revision } = stop;
  return { id, version: revision, target, targetId, departmentId, status, reason, until };
};

const end = (stop: Stop, ended: Ending): Stop => ({ ...stop, status: 'LIFTED', ended, revision: stop.revision + 1 });

function checkActive({ status, until }: Stop, now: Date): void {
  if (status !== 'ACTIVE' || (until !== null && until <= now.toISOString())) throw new Refusal('stop.already_ended');
}

const isOn = ({ target, targetId }: Stop, by: Principal): boolean =>
  (target === 'officer' && targetId === by.officerId) ||
  (target === 'organisation' && targetId === by.departmentId) ||
  (target === 'token' && targetId === by.tokenId) ||
  (target === 'session' && targetId === by.sessionId);

/** An authority that is a party does not lift what somebody else placed. [R14.10] */
const isOwnCase = ({ concerned, standsBy }: Stop, right: StopRight, by: Principal): boolean =>
  AUTHORITIES.includes(right) && concerned.includes(by.departmentId) && standsBy.organisationId !== by.departmentId;

/** Is it this caller's to lift: placed by the same body in the same right, or by one below? */
function isFor({ as, organisationId, regionCode }: Stop['standsBy'], right: StopRight, by: Principal): boolean {
  if (right === 'LEADING_GROUP') return true;
  if (as === 'LEADING_GROUP') return false;
  if (right === 'PROVINCE') return true;
  if (as === 'PROVINCE') return false;
  if (right === 'LOCAL') return as !== 'LOCAL' || withinRegion(regionCode, by.regionCode);
  // The role of the operator may have moved to another body since, and its stops with it. [R4.5]
  return as === right && (right === 'OPERATOR' || organisationId === by.departmentId);
}

export const said = <T>({ id, target, targetId, departmentId, revision }: Stop, by: string, now: Date, told: T) => ({
  key: id,
  at: now.toISOString(),
  data: { stopId: id, target, targetId, departmentId, ...told, revision, by },
});
