import type { Fact } from './fact';

/**
 * Facts of one source for each item: which data elements there are, and which department collects which of them about
 * whom and where. [R6.2, R6.3, R8.1]
 */
type ElementFact<Name extends string> = Fact<
  `catalogue.${Name}.v1`,
  Readonly<{
    elementId: string;
    /** Which version of the element this fact made. */
    revision: number;
    /** The authority, and its officer. */
    organisationId: string;
    by: string;
  }>
>;
/** An element is there, or says something else from a day on. */
export type DataElementKept = ElementFact<'data-element-kept'>;
export type DataElementRetired = ElementFact<'data-element-retired'>;

type ElementProposalFact<Name extends string> = Fact<
  `catalogue.${Name}.v1`,
  Readonly<{
    proposalId: string;
    elementId: string;
    /** Who proposes it. */
    departmentId: string;
    revision: number;
    by: string;
    organisationId: string;
  }>
>;
/** A department wants it to be a standard; the authority decides, and what it accepts is kept. [R6.2] */
export type DataElementProposed = ElementProposalFact<'data-element-proposed'>;
export type DataElementProposalAccepted = ElementProposalFact<'data-element-proposal-accepted'>;
export type DataElementProposalReturned = ElementProposalFact<'data-element-proposal-returned'>;

/** What is collected, by whom, and who decided or asked so. */
export type ToldOfCollection = Readonly<{
  elementId: string;
  /** About whom it is collected: a code of the element. */
  population: string;
  /** Where: this region with all that lies in it and has no assignment of its own. */
  regionCode: string;
  /** Who collects it, or would. */
  departmentId: string;
  revision: number;
  /** Officer who did it, and for which body. */
  by: string;
  organisationId: string;
}>;

type AssignmentFact<Name extends string, Extra = unknown> = Fact<
  `catalogue.${Name}.v1`,
  ToldOfCollection & Readonly<{ assignmentId: string }> & Extra
>;
export type CollectionProposed = AssignmentFact<'collection-proposed'>;
export type CollectionProposalRejected = AssignmentFact<'collection-proposal-rejected'>;
/** From now on the department collects it, in the place of another where there was one. */
export type CollectionAssigned = AssignmentFact<
  'collection-assigned',
  Readonly<{ documentNumber: string; formerAssignmentId: string | null }>
>;
/** Its department is gone and nobody took its place: it awaits the authority. */
export type CollectionVacated = AssignmentFact<'collection-vacated', Readonly<{ changeId: string }>>;
/** Nobody is assigned any more. */
export type CollectionEnded = AssignmentFact<'collection-ended', Readonly<{ documentNumber: string }>>;

/** Its department wants to collect what another is assigned to collect. */
type WaiverFact<Name extends string, Extra = unknown> = Fact<
  `catalogue.${Name}.v1`,
  ToldOfCollection & Readonly<{ waiverId: string; entryId: string }> & Extra
>;
export type CollectionWaiverAsked = WaiverFact<'collection-waiver-asked'>;
export type CollectionWaiverGranted = WaiverFact<
  'collection-waiver-granted',
  Readonly<{ documentNumber: string; until: string }>
>;
export type CollectionWaiverRejected = WaiverFact<'collection-waiver-rejected'>;
/** Nobody's act: its last day is near, or has passed without another one, and the entry still collects what others do. */
export type CollectionWaiverDue = Fact<
  'catalogue.collection-waiver-due.v1',
  Omit<ToldOfCollection, 'by' | 'organisationId'> &
    Readonly<{
      waiverId: string;
      entryId: string;
      state: 'ENDING' | 'ENDED';
      until: string;
      /** Who decides on another one; null where nobody may. */
      authorityId: string | null;
      /** Those who were assigned to collect it: what they publish is to be reused. */
      collectorIds: readonly string[];
    }>
>;

export type CollectionFact =
  | DataElementKept
  | DataElementRetired
  | DataElementProposed
  | DataElementProposalAccepted
  | DataElementProposalReturned
  | CollectionProposed
  | CollectionProposalRejected
  | CollectionAssigned
  | CollectionVacated
  | CollectionEnded
  | CollectionWaiverAsked
  | CollectionWaiverGranted
  | CollectionWaiverRejected
  | CollectionWaiverDue;
