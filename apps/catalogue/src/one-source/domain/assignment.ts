import {
  officerWith,
  Refusal,
  withinRegion,
  type CollectionAssigned,
  type CollectionEnded,
  type CollectionProposalRejected,
  type CollectionProposed,
  type OrganisationState,
  type Principal,
  type Role,
} from '@qiongtong/contracts';
import { localDayOf } from '@qiongtong/regulation';
import { saidBy, toldOf, type Collection, type Deciding, type Said } from './collection';

export const ASSIGNMENT_STATUSES = ['PROPOSED', 'REJECTED', 'IN_FORCE', 'SUPERSEDED', 'VACANT', 'ENDED'] as const;
/** VACANT: its department is gone and the authority has to assign it anew. */
export type AssignmentStatus = (typeof ASSIGNMENT_STATUSES)[number];

/** A department is the one that collects an element of a population in a region (单一数源). [R6.3] */
export type Assignment = Collection &
  Readonly<{
    id: string;
    departmentId: string;
    status: AssignmentStatus;
    /** What the collecting department has to do. */
    duties: string;
    /** Of the decision (文号); null while it is proposed. */
    documentNumber: string | null;
    /** Local days. */
    inForceFrom: string | null;
    inForceUntil: string | null;
    /** The assignment whose place it took. */
    formerId: string | null;
    proposal: Said | null;
    decision: Said | null;
    ending: Said | null;
    revision: number;
    updatedAt: string;
  }>;
export type Collector = Pick<OrganisationState, 'id' | 'kind' | 'status' | 'regionCode'>;
export type Terms = Collection & Readonly<{ duties: string }>;

export function propose(
  id: string,
  terms: Terms,
  reason: string,
  collector: Collector | null,
  by: Principal,
  now: Date,
): Readonly<{ state: Assignment; event: CollectionProposed }> {
  const officer = officerWith(['SUBMITTER', 'RESPONSIBLE_OFFICER'], by);
  checkCollector(collector, terms.regionCode);
  const proposal = saidBy(officer, reason, by, now);
  const state: Assignment = { ...aNew(id, terms, by.departmentId, now), status: 'PROPOSED', proposal };
  return { state, event: { type: 'catalogue.collection-proposed.v1', ...told(state, proposal) } };
}

/** @param competent who decides on this department: the provincial authority, and on itself the leading group [R14.10] */
export function assign(
  id: string,
  terms: Terms,
  deciding: Deciding,
  collector: Collector | null,
  competent: Role,
  by: Principal,
  now: Date,
): Readonly<{ state: Assignment; event: CollectionAssigned }> {
  const departmentId = collector?.id ?? '';
  const officer = decider(terms.regionCode, [departmentId], [], competent, by);
  checkCollector(collector, terms.regionCode);
  return inForce(aNew(id, terms, departmentId, now), saidBy(officer, deciding.reason, by, now), deciding, now);
}

export function accept(
  proposed: Assignment,
  deciding: Deciding,
  collector: Collector | null,
  competent: Role,
  by: Principal,
  now: Date,
): Readonly<{ state: Assignment; event: CollectionAssigned }> {
  const officer = answerer(proposed, competent, by);
  checkCollector(collector, proposed.regionCode);
  return inForce(next(proposed, {}, now), saidBy(officer, deciding.reason, by, now), deciding, now);
}

export function reject(
  proposed: Assignment,
  reason: string,
  competent: Role,
  by: Principal,
  now: Date,
): Readonly<{ state: Assignment; event: CollectionProposalRejected }> {
  const decision = saidBy(answerer(proposed, competent, by), reason, by, now);
  const state = next(proposed, { status: 'REJECTED', decision }, now);
  return { state, event: { type: 'catalogue.collection-proposal-rejected.v1', ...told(state, decision) } };
}

/** Another department collects it from now on. The one before stays as history. */
export function supersede(
  id: string,
  former: Assignment,
  deciding: Deciding & Readonly<{ duties: string | null }>,
  collector: Collector | null,
  competent: Role,
  by: Principal,
  now: Date,
): Readonly<{ former: Assignment; state: Assignment; event: CollectionAssigned }> {
  const departmentId = collector?.id ?? '';
  const officer = decider(former.regionCode, [departmentId, former.departmentId], [], competent, by);
  checkStatus(former, 'IN_FORCE');
  checkCollector(collector, former.regionCode);
  if (departmentId === former.departmentId) throw new Refusal('catalogue.collection_assigned', { about: [former.id] });
  const decision = saidBy(officer, deciding.reason, by, now);
  const { elementId, population, regionCode } = former;
  const terms = { elementId, population, regionCode, duties: deciding.duties ?? former.duties };
  const fresh = { ...aNew(id, terms, departmentId, now), formerId: former.id };
  const until = { status: 'SUPERSEDED', ending: decision, inForceUntil: localDayOf(now) } as const;
  return { former: next(former, until, now), ...inForce(fresh, decision, deciding, now) };
}

export function end(
  assignment: Assignment,
  { documentNumber, reason }: Deciding,
  competent: Role,
  by: Principal,
  now: Date,
): Readonly<{ state: Assignment; event: CollectionEnded }> {
  const officer = decider(assignment.regionCode, [assignment.departmentId], [], competent, by);
  checkStatus(assignment, 'IN_FORCE');
  const ending = saidBy(officer, reason, by, now);
  const state = next(assignment, { status: 'ENDED', ending, inForceUntil: localDayOf(now) }, now);
  const event = told(state, ending);
  return {
    state,
    event: { type: 'catalogue.collection-ended.v1', ...event, data: { ...event.data, documentNumber } },
  };
}

/** What is in force, or was, is there for everybody; a proposal is between its department and the authority. */
export const isKnownTo = ({ status, departmentId }: Assignment, by: Principal): boolean =>
  (status !== 'PROPOSED' && status !== 'REJECTED') ||
  departmentId === by.departmentId ||
  by.roles.includes('PROVINCIAL_AUTHORITY') ||
  by.roles.includes('LEADING_GROUP');

function answerer(proposed: Assignment, competent: Role, by: Principal): string {
  const officer = decider(proposed.regionCode, [proposed.departmentId], [proposed.proposal?.by], competent, by);
  checkStatus(proposed, 'PROPOSED');
  return officer;
}

/** An officer of the competent authority over the region, whose own case it is not. [R4.1, R14.10] */
function decider(
  regionCode: string,
  parties: readonly string[],
  involved: readonly (string | undefined)[],
  competent: Role,
  by: Principal,
): string {
  if (parties.includes(by.departmentId) && by.roles.some((r) => r === 'PROVINCIAL_AUTHORITY' || r === 'LEADING_GROUP'))
    throw new Refusal('catalogue.own_case');
  const officer = officerWith([competent], by);
  if (!withinRegion(regionCode, by.regionCode)) throw new Refusal('catalogue.outside_jurisdiction');
  if (involved.includes(officer)) throw new Refusal('catalogue.own_submission');
  return officer;
}

/** An active department collects, within its own region. [R6.3] */
export const isFit = (collector: Collector, regionCode: string): boolean =>
  collector.kind === 'DEPARTMENT' && collector.status === 'ACTIVE' && withinRegion(regionCode, collector.regionCode);

function checkCollector(collector: Collector | null, regionCode: string): void {
  if (!collector || !isFit(collector, regionCode))
    throw new Refusal('catalogue.collector_unfit', { about: ['departmentId', 'regionCode'] });
}

function checkStatus({ status }: Assignment, expected: AssignmentStatus): void {
  if (status !== expected) throw new Refusal('catalogue.collection_settled', { about: [status] });
}

export function inForce(
  assignment: Assignment,
  decision: Said,
  { documentNumber }: Deciding,
  now: Date,
): Readonly<{ state: Assignment; event: CollectionAssigned }> {
  const state: Assignment = {
    ...assignment,
    ...{ status: 'IN_FORCE', documentNumber, decision, inForceFrom: localDayOf(now) },
  };
  const event = told(state, decision);
  const data = { ...event.data, documentNumber, formerAssignmentId: state.formerId };
  return { state, event: { type: 'catalogue.collection-assigned.v1', ...event, data } };
}

export const aNew = (id: string, { elementId, population, regionCode, duties }: Terms, departmentId: string, now: Date): Assignment => ({
  ...{ id, elementId, population, regionCode, departmentId, status: 'PROPOSED', duties, documentNumber: null },
  ...{ inForceFrom: null, inForceUntil: null, formerId: null, proposal: null, decision: null, ending: null },
  ...{ revision: 1, updatedAt: now.toISOString() },
}); // prettier-ignore

export const next = (assignment: Assignment, change: Partial<Assignment>, now: Date): Assignment => ({
  ...assignment,
  ...change,
  revision: assignment.revision + 1,
  updatedAt: now.toISOString(),
});

export const told = (state: Assignment, said: Said) => ({
  ...{ key: state.id, at: state.updatedAt, data: { assignmentId: state.id, ...toldOf(state, said) } },
});
