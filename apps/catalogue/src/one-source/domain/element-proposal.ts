import {
  officerWith,
  Refusal,
  type DataElementProposalAccepted,
  type DataElementProposalReturned,
  type DataElementProposed,
  type Principal,
} from '@qiongtong/contracts';
import { saidBy, type Said } from './collection';
import type { Standard } from './data-element';

export const ELEMENT_PROPOSAL_STATUSES = ['PROPOSED', 'ACCEPTED', 'RETURNED'] as const;
export type ElementProposalStatus = (typeof ELEMENT_PROPOSAL_STATUSES)[number];

/** A data element that a department wants to be a standard. It is none, and assigned to nobody, before it is accepted. [R6.2] */
export type ElementProposal = Readonly<{
  id: string;
  elementId: string;
  departmentId: string;
  status: ElementProposalStatus;
  standard: Standard;
  proposal: Said;
  /** The authority's remarks. */
  decision: Said | null;
  revision: number;
  updatedAt: string;
}>;

export function proposeElement(
  id: string,
  { elementId, standard, reason }: Readonly<{ elementId: string; standard: Standard; reason: string }>,
  by: Principal,
  now: Date,
): Readonly<{ state: ElementProposal; event: DataElementProposed }> {
  const proposal = saidBy(officerWith(['SUBMITTER', 'RESPONSIBLE_OFFICER'], by), reason, by, now);
  const state: ElementProposal = {
    ...{ id, elementId, departmentId: by.departmentId, status: 'PROPOSED', standard, proposal, decision: null },
    ...{ revision: 1, updatedAt: now.toISOString() },
  };
  return { state, event: { type: 'catalogue.data-element-proposed.v1', ...told(state, proposal) } };
}

export function acceptElement(
  proposal: ElementProposal,
  remarks: string,
  by: Principal,
  now: Date,
): Readonly<{ state: ElementProposal; event: DataElementProposalAccepted }> {
  const decision = saidBy(decider(proposal, by), remarks, by, now);
  const state = decided(proposal, 'ACCEPTED', decision, now);
  return { state, event: { type: 'catalogue.data-element-proposal-accepted.v1', ...told(state, decision) } };
}

/** With remarks, by which the department may propose it anew. */
export function returnElement(
  proposal: ElementProposal,
  remarks: string,
  by: Principal,
  now: Date,
): Readonly<{ state: ElementProposal; event: DataElementProposalReturned }> {
  const decision = saidBy(decider(proposal, by), remarks, by, now);
  const state = decided(proposal, 'RETURNED', decision, now);
  return { state, event: { type: 'catalogue.data-element-proposal-returned.v1', ...told(state, decision) } };
}

/** It is between its department and the authority. */
export const isKnownTo = ({ departmentId }: ElementProposal, by: Principal): boolean =>
  departmentId === by.departmentId || by.roles.includes('PROVINCIAL_AUTHORITY') || by.roles.includes('LEADING_GROUP');

/** The provincial authority keeps the standards; its own wishes it keeps at once, and proposes nothing to itself. [R6.2, R14.10] */
function decider({ status, departmentId, proposal }: ElementProposal, by: Principal): string {
  const officer = officerWith(['PROVINCIAL_AUTHORITY'], by);
  if (departmentId === by.departmentId) throw new Refusal('catalogue.own_case');
  if (officer === proposal.by) throw new Refusal('catalogue.own_submission');
  if (status !== 'PROPOSED') throw new Refusal('catalogue.element_proposal_settled', { about: [status] });
  return officer;
}

const decided = (
  proposal: ElementProposal,
  status: ElementProposalStatus,
  decision: Said,
  now: Date,
): ElementProposal => ({
  ...{ ...proposal, status, decision, revision: proposal.revision + 1, updatedAt: now.toISOString() },
});

const told = ({ id, elementId, departmentId, revision, updatedAt }: ElementProposal, { by, organisationId }: Said) => ({
  key: id,
  at: updatedAt,
  data: { proposalId: id, elementId, departmentId, revision, by, organisationId },
});
