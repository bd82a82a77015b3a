import {
  oversees,
  officerWith,
  Refusal,
  type CollectionWaiverAsked,
  type CollectionWaiverDue,
  type CollectionWaiverGranted,
  type CollectionWaiverRejected,
  type Principal,
} from '@qiongtong/contracts';
import { localDayOf, monthsLater, type Competence } from '@qiongtong/regulation';
import { saidBy, toldOf, type Collection, type Deciding, type Said } from './collection';
import type { Held } from './sourced-items';

export const WAIVER_STATUSES = ['REQUESTED', 'GRANTED', 'REJECTED'] as const;
export type WaiverStatus = (typeof WAIVER_STATUSES)[number];
/** How near its end is, as far as that was told; RENEWED: another one goes on from it, or there is nothing left to waive. */
export const END_STATES = ['ON_TIME', 'ENDING', 'ENDED', 'RENEWED'] as const;
export type EndState = (typeof END_STATES)[number];
/** From when on its holder is told: as long as a withdrawal is told before, so that what others collect can be fetched. */
const TOLD_BEFORE_DAYS = 30;
const DAY_MS = 86_400_000;
/** A waiver is looked at again at least every year. [R8.5] */
const LONGEST_MONTHS = 12;

/** One entry may say that its department collects what another is assigned to collect (重复采集豁免). [R8.1] */
export type Waiver = Collection &
  Readonly<{
    id: string;
    entryId: string;
    departmentId: string;
    /** Region of the department. */
    departmentRegion: string;
    /** Those who were assigned to collect it when it was asked for. */
    collectorIds: readonly string[];
    status: WaiverStatus;
    /** Last local day on which it holds; while it is requested, the day that was asked for. */
    until: string;
    /** First local day; null before it is granted. */
    since: string | null;
    documentNumber: string | null;
    request: Said;
    decision: Said | null;
    endState: EndState;
    revision: number;
    updatedAt: string;
  }>;
type Asked = Collection & Readonly<{ entryId: string; until: string; reason: string }>;
type Asking = Readonly<{ id: string; regionCode: string }>;

/** @param collectors others who are assigned to collect it: without them nothing is to be waived */
export function ask(
  id: string,
  { entryId, elementId, population, regionCode, until, reason }: Asked,
  department: Asking,
  collectors: readonly Held[],
  by: Principal,
  now: Date,
): Readonly<{ state: Waiver; event: CollectionWaiverAsked }> {
  const officer = officerWith(['SUBMITTER', 'RESPONSIBLE_OFFICER'], by);
  if (department.id !== by.departmentId) throw new Refusal('catalogue.not_provider');
  checkUntil(until, now);
  if (collectors.length === 0) throw new Refusal('catalogue.waiver_not_needed');
  const state: Waiver = {
    ...{ id, entryId, elementId, population, regionCode, until },
    ...{ departmentId: department.id, departmentRegion: department.regionCode },
    collectorIds: [...new Set(collectors.map(({ departmentId }) => departmentId))].sort(),
    ...{ status: 'REQUESTED', since: null, documentNumber: null, decision: null, endState: 'ON_TIME' },
    request: saidBy(officer, reason, by, now),
    ...{ revision: 1, updatedAt: now.toISOString() },
  };
  return { state, event: { type: 'catalogue.collection-waiver-asked.v1', ...told(state, state.request) } };
}

/** @param competent who decides between the department and those who collect; null when nobody may */
export function grant(
  waiver: Waiver,
  { documentNumber, reason, until }: Deciding & Readonly<{ until: string | null }>,
  competent: Competence | null,
  by: Principal,
  now: Date,
): Readonly<{ state: Waiver; event: CollectionWaiverGranted }> {
  const decision = saidBy(decider(waiver, competent, by), reason, by, now);
  const last = until ?? waiver.until;
  checkUntil(last, now);
  const period = { since: localDayOf(now), until: last, documentNumber } as const;
  const state = next(waiver, { ...period, status: 'GRANTED', decision }, now);
  const event = told(state, decision);
  const data = { ...event.data, documentNumber, until: last };
  return { state, event: { type: 'catalogue.collection-waiver-granted.v1', ...event, data } };
}

export function reject(
  waiver: Waiver,
  reason: string,
  competent: Competence | null,
  by: Principal,
  now: Date,
): Readonly<{ state: Waiver; event: CollectionWaiverRejected }> {
  const decision = saidBy(decider(waiver, competent, by), reason, by, now);
  const state = next(waiver, { status: 'REJECTED', decision }, now);
  return { state, event: { type: 'catalogue.collection-waiver-rejected.v1', ...told(state, decision) } };
}

/** The last day of those that end soon. */
export const endingUntil = (now: Date): string => localDayOf(new Date(now.getTime() + TOLD_BEFORE_DAYS * DAY_MS));

/**
 * What a day makes of a waiver that was granted. A clock decides nothing: the entry stays as it is, and is found by its
 * waiver. Its holder and the authority are told before it ends and when it has. [R6.3, R8.1]
 *
 * @param moot another waiver goes on from it, or nobody collects by it any more: nothing is told
 * @returns null where nothing changes
 */
export function atItsEnd(
  waiver: Waiver,
  moot: boolean,
  competent: Competence | null,
  now: Date,
): Readonly<{ state: Waiver; event: CollectionWaiverDue | null }> | null {
  const ended = waiver.until < localDayOf(now);
  // Before its last day it may come to matter again.
  if (moot && !ended) return null;
  const isTold: 'ENDING' | 'ENDED' = ended ? 'ENDED' : 'ENDING';
  const endState = moot ? 'RENEWED' : isTold;
  if (waiver.endState === endState || waiver.until > endingUntil(now)) return null;
  const state = next(waiver, { endState }, now);
  if (endState === 'RENEWED') return { state, event: null };
  const {
    id: waiverId,
    entryId,
    elementId,
    population,
    regionCode,
    departmentId,
    revision,
    until,
    collectorIds,
  } = state;
  const data = {
    ...{ waiverId, entryId, elementId, population, regionCode, departmentId, revision, until },
    ...{ state: isTold, authorityId: competent?.organisationId ?? null, collectorIds },
  };
  return { state, event: { type: 'catalogue.collection-waiver-due.v1', key: waiverId, at: state.updatedAt, data } };
}

export const holdsOn = (waiver: Waiver, collection: Collection, day: string): boolean =>
  waiver.status === 'GRANTED' &&
  waiver.elementId === collection.elementId &&
  waiver.population === collection.population &&
  waiver.regionCode === collection.regionCode &&
  waiver.since !== null &&
  waiver.since <= day &&
  day <= waiver.until;

/** It is between the department, those who collect, and who oversees the department's region. */
export const isKnownTo = ({ departmentId, departmentRegion, collectorIds }: Waiver, by: Principal): boolean =>
  departmentId === by.departmentId || collectorIds.includes(by.departmentId) || oversees(by, departmentRegion);

/**
 * What an act answers: never what was said, because answers are stored, and an entry that is wiped must leave nothing.
 * [R2.2]
 */
export function standingOf(waiver: Waiver) {
  const { request: _request, decision: _decision, ...standing } = waiver;
  return standing;
}
export type WaiverStanding = ReturnType<typeof standingOf>;

/** The competent authority's officer; never a party's, never who asked. [R4.1, R14.10] */
function decider(waiver: Waiver, competent: Competence | null, by: Principal): string {
  const officer = officerWith(['PROVINCIAL_AUTHORITY', 'LOCAL_AUTHORITY', 'LEADING_GROUP'], by);
  if ([waiver.departmentId, ...waiver.collectorIds].includes(by.departmentId)) throw new Refusal('catalogue.own_case');
  if (!competent || competent.organisationId !== by.departmentId || !by.roles.includes(competent.role))
    throw new Refusal('catalogue.outside_jurisdiction', { about: competent ? [competent.organisationId] : [] });
  if (officer === waiver.request.by) throw new Refusal('catalogue.own_submission');
  if (waiver.status !== 'REQUESTED') throw new Refusal('catalogue.waiver_settled', { about: [waiver.status] });
  return officer;
}

function checkUntil(until: string, now: Date): void {
  if (until <= localDayOf(now) || until > localDayOf(monthsLater(now, LONGEST_MONTHS)))
    throw new Refusal('catalogue.waiver_period', { about: [localDayOf(monthsLater(now, LONGEST_MONTHS))] });
}

const next = (waiver: Waiver, change: Partial<Waiver>, now: Date): Waiver => ({
  ...waiver,
  ...change,
  revision: waiver.revision + 1,
  updatedAt: now.toISOString(),
});

const told = (state: Waiver, said: Said) => {
  const data = { waiverId: state.id, entryId: state.entryId, ...toldOf(state, said) };
  return { key: state.id, at: state.updatedAt, data };
};
