import type { Duty, OrganisationState, StatutoryBasis } from '@qiongtong/contracts';
import { lacksForUse, type Standing } from './policy/standing';

/** Kinds of things that a decision says of where they go. */
export const ALLOTTED = ['resources', 'duties', 'systems', 'officers', 'grants', 'applications'] as const;
export type Allotted = (typeof ALLOTTED)[number];
/** By id; null: it ends. */
type Listed = Readonly<Record<string, string | null>>;

/** Who takes the place of whom in what, from a date on, by a decision of the authority. */
export type Succession = Readonly<{
  changeId: string;
  kind: 'MERGER' | 'SPLIT' | 'ABOLITION';
  decidedBy: string;
  authorityId: string;
  documentNumber: string;
  /** SucceedingBodies that give something up; those of them that exist no longer afterwards; those to whom it goes. */
  from: readonly string[];
  ending: readonly string[];
  heirs: readonly string[];
  /** Whose everything else is; null: it ends. */
  remainderTo: string | null;
  listed: Readonly<Record<Allotted, Listed>>;
  /** Resources that nobody goes on providing, and the law on which they are withdrawn. [R10.4] */
  withdrawals: Readonly<Record<string, readonly StatutoryBasis[]>>;
}>;

/** What must be known of a body. */
export type SucceedingBody = Standing &
  Readonly<{ id: string; status: OrganisationState['status']; duties: readonly Duty[] }>;
/** Every body that is spoken of, with the duties that it will have. */
export type SucceedingBodies = ReadonlyMap<string, SucceedingBody>;

/** What became of one thing, as the preview tells it beforehand and the report afterwards. */
export type Effect = Readonly<{
  thing: Thing;
  id: string;
  outcome: 'PASSED' | 'NARROWED' | 'SUSPENDED' | 'ENDED' | 'MOVED';
  fromId: string;
  /** null: nobody takes it. */
  toId: string | null;
  because: Because | null;
}>;
export const THINGS = [
  'resource',
  'duty',
  'organisation',
  'responsible-unit',
  'access-application',
  'system',
  'officer',
  'stop',
  'misuse-alert',
  'grant',
  'disposal-report',
  'review',
  'sharing-application',
  'agreement',
  'consent-case',
  'onward-transfer',
  'publication-request',
  'publication-permit',
  'standing-consent',
  'review-delegation',
] as const;
export type Thing = (typeof THINGS)[number];
export type Because =
  | 'BODY_ENDED'
  | 'DUTY_ENDED'
  | 'OWN_RESOURCE'
  | 'RESOURCE_WITHDRAWN'
  | 'NOT_ADMITTED'
  | 'SYSTEMS_ENDED'
  | 'ABOVE_ENDED';
/** The new state of a thing with what is told of it; the rule that made it saves nothing itself. */
export type Succeeded<C> = Readonly<{ changed: C; effect: Effect }>;

/** @returns undefined where the decision does not say, and there is nobody to whom everything else goes */
function heirOf(s: Succession, what: Allotted, id: string): string | null {
  const listed = s.listed[what][id];
  if (listed !== undefined) return listed;
  // Whoever provides in place of an abolished body does not become it.
  return s.kind === 'ABOLITION' && what !== 'resources' ? null : s.remainderTo;
}

/** Who provides the resource afterwards; null where it is withdrawn. */
export function resourceAfter(s: Succession, resourceId: string, providerId: string): string | null {
  if (!s.from.includes(providerId)) return providerId;
  return Object.hasOwn(s.withdrawals, resourceId) ? null : heirOf(s, 'resources', resourceId);
}

/** For whom the system acts, or who runs it, afterwards; null where nobody does. */
export const systemAfter = (s: Succession, systemId: string, bodyId: string): string | null =>
  s.from.includes(bodyId) ? heirOf(s, 'systems', systemId) : bodyId;

/** Where the officer serves afterwards; null where nowhere. */
export const officerAfter = (s: Succession, officerId: string, bodyId: string): string | null =>
  s.from.includes(bodyId) ? heirOf(s, 'officers', officerId) : bodyId;

const dutyOf = (purpose: string): string => purpose.slice(0, purpose.indexOf('.'));
/** Who has the duty afterwards. */
export const dutyAfter = (s: Succession, code: string, bodyId: string): string | null =>
  s.from.includes(bodyId) ? heirOf(s, 'duties', code) : bodyId;

/** SucceedingBodies that have the duties of a use afterwards. More than one: the decision must say whose the use is. */
export function dutyHolders(s: Succession, holderId: string, purposes: readonly string[]): string[] {
  const holders = purposes.map((purpose) => dutyAfter(s, dutyOf(purpose), holderId));
  return [...new Set(holders.flatMap((id) => id ?? []))];
}

/** Who goes on with a use of a body: a grant it holds, an application it made. null: nobody. */
export function useAfter(
  s: Succession,
  what: 'grants' | 'applications',
  id: string,
  holderId: string,
  purposes: readonly string[],
): string | null {
  if (!s.from.includes(holderId)) return holderId;
  const listed = s.listed[what][id];
  if (listed !== undefined) return listed;
  if (s.kind === 'ABOLITION') return null;
  if (s.kind === 'MERGER') return s.remainderTo;
  const holders = dutyHolders(s, holderId, purposes);
  return holders.length > 1 ? s.remainderTo : (holders[0] ?? null);
}

/** The purposes for which the body that goes on may: those of a duty it has. */
export function purposesKept(
  s: Succession,
  bodies: SucceedingBodies,
  holderId: string,
  heirId: string,
  purposes: readonly string[],
): readonly string[] {
  if (heirId === holderId) return purposes.filter((purpose) => dutyAfter(s, dutyOf(purpose), holderId) === holderId);
  const registered = bodies.get(heirId)?.duties.flatMap((duty) => [...duty.purposes]) ?? [];
  return purposes.filter((purpose) => registered.includes(purpose));
}

/** Of named systems those that go to the same body; an empty list is every system, so losing all of them is losing it. */
export function systemsKept(
  s: Succession,
  bodyId: string,
  heirId: string,
  systems: readonly string[],
): string[] | null {
  const kept = systems.filter((id) => systemAfter(s, id, bodyId) === heirId);
  return systems.length > 0 && kept.length === 0 ? null : kept;
}

/** A change of bodies lets nobody in: what one of them could not use, the other begins to use by the provider's act. */
export const mayUse = (bodies: SucceedingBodies, id: string, now: Date): boolean => {
  const body = bodies.get(id);
  return body !== undefined && body.status !== 'SUSPENDED' && lacksForUse(body, now) === null;
};

/** Of the bodies that something goes to, and that go on, the duties that they will have, where those change. */
export function dutiesAfter(s: Succession, bodies: SucceedingBodies): ReadonlyMap<string, readonly Duty[]> {
  const after = new Map<string, readonly Duty[]>();
  for (const heir of s.heirs) {
    const body = bodies.get(heir);
    if (!body) continue;
    const given = s.from.flatMap((id) => (id === heir ? [] : dutiesGiven(s, bodies, id, heir)));
    const goesOn = s.from.includes(heir);
    const kept = goesOn ? body.duties.filter(({ code }) => dutyAfter(s, code, heir) === heir) : body.duties;
    const duties = given.reduce<readonly Duty[]>(withDuty, kept);
    if (JSON.stringify(duties) !== JSON.stringify(body.duties)) after.set(heir, duties);
  }
  return after;
}

export function bodiesAfter<B extends SucceedingBody>(
  s: Succession,
  bodies: ReadonlyMap<string, B>,
): ReadonlyMap<string, B> {
  const after = new Map(bodies);
  for (const [id, duties] of dutiesAfter(s, bodies)) after.set(id, { ...bodies.get(id)!, duties });
  return after;
}

const dutiesGiven = (s: Succession, bodies: SucceedingBodies, fromId: string, toId: string): readonly Duty[] =>
  bodies.get(fromId)?.duties.filter(({ code }) => dutyAfter(s, code, fromId) === toId) ?? [];

/** Two bodies may have had one duty for different purposes: the one they become has it for all of them. */
function withDuty(duties: readonly Duty[], given: Duty): readonly Duty[] {
  const known = duties.find(({ code }) => code === given.code);
  if (!known) return [...duties, given];
  const purposes = [...new Set([...known.purposes, ...given.purposes])];
  return duties.map((duty) => (duty === known ? { ...known, purposes } : duty));
}

/** What each changed field said before, for the facts. */
export function formerOf<T extends object>(before: T, after: T, fields: readonly (keyof T & string)[]) {
  const changed = fields.filter((field) => before[field] !== after[field]);
  return Object.fromEntries(changed.map((field) => [field, String(before[field])])) as Record<string, string>;
}
