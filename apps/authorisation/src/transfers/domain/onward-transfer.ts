import {
  isConcerned,
  officerWith,
  Refusal,
  type OnwardTransferAuthorised,
  type OnwardTransferRejected,
  type OnwardTransferRequested,
  type OnwardTransferWithdrawn,
  type Principal,
  type ResourceState,
} from '@qiongtong/contracts';
import { scopeWithin, type GrantScope } from '@qiongtong/regulation';

export const ONWARD_TRANSFER_STATUSES = ['REQUESTED', 'AUTHORISED', 'REJECTED', 'WITHDRAWN'] as const;
export type OnwardTransferStatus = (typeof ONWARD_TRANSFER_STATUSES)[number];

/** A request to pass on what was obtained (转给第三方): to whom, what, why, on what basis. [R13.2] */
export type OnwardTransfer = Readonly<{
  id: string;
  /** null where the holder has the resource by right: unconditional, or its own. */
  parentGrantId: string | null;
  resourceId: string;
  providerId: string;
  holderId: string;
  recipient: Readonly<{ id: string; kind: 'DEPARTMENT' | 'VENDOR' }>;
  why: string;
  basis: string;
  /** The scope of the grant that authorisation makes. */
  scope: GrantScope;
  status: OnwardTransferStatus;
  requestedBy: string;
  requestedAt: string;
  decision: Readonly<{ by: string; at: string; reason: string; grantId: string | null }> | null;
  rulePack: string;
  revision: number;
}>;

/** What must be known of the grant it would come from. */
export type ParentGrant = GrantScope & Readonly<{ id: string; depth: number; status: string }>;
export type Recipient = Readonly<{ id: string; kind: 'DEPARTMENT' | 'VENDOR'; status: string }>;
/** What the holder has and may want to pass on: a grant with all that is above it, or a resource by right. */
export type Held = Readonly<{
  resource: ResourceState;
  holderId: string;
  grant: ParentGrant | null;
  ancestors: readonly ParentGrant[];
  /** Origins of derived data that the recipient has not been given by their own providers. [R13.6] */
  missingOrigins: readonly string[];
  /** Transfers that may follow one another; longer chains answer to nobody. */
  depthLimit: number;
}>;
export type NewTransfer = Readonly<{ id: string; why: string; basis: string; rulePack: string }> &
  Readonly<{
    scope: Omit<GrantScope, 'resourceId' | 'providerId' | 'holderId' | 'recipientOwnerId'>;
  }>;

const NEXT: Readonly<Record<OnwardTransferStatus, readonly OnwardTransferStatus[]>> = {
  REQUESTED: ['AUTHORISED', 'REJECTED', 'WITHDRAWN'],
  AUTHORISED: [],
  REJECTED: [],
  WITHDRAWN: [],
};

export function request(given: NewTransfer, held: Held, recipient: Recipient | null, by: Principal, now: Date) {
  const officer = officerWith(['SUBMITTER'], by);
  const { resource, grant } = held;
  if (grant?.recipientOwnerId) throw new Refusal('transfer.vendor_passes_nothing_on');
  if (held.holderId !== by.departmentId) throw new Refusal('transfer.not_holder');
  if (!grant && resource.sharingType !== 'UNCONDITIONAL' && resource.providerId !== held.holderId)
    throw new Refusal('transfer.grant_needed', { about: [resource.id] });
  checkRecipient(recipient, held);
  // Another department needs no transfer for what everybody may use, and asks the provider for the provider's own.
  if (!grant && recipient.kind === 'DEPARTMENT') throw new Refusal('transfer.grant_needed', { about: [resource.id] });
  if (recipient.kind === 'VENDOR' && given.scope.systems.length === 0)
    throw new Refusal('transfer.vendor_systems_missing');
  const scope: GrantScope = {
    ...given.scope,
    resourceId: resource.id,
    providerId: resource.providerId,
    holderId: recipient.kind === 'VENDOR' ? held.holderId : recipient.id,
    recipientOwnerId: recipient.kind === 'VENDOR' ? recipient.id : null,
  };
  checkMayPass(scope, held);
  const state: OnwardTransfer = {
    id: given.id,
    parentGrantId: grant?.id ?? null,
    resourceId: resource.id,
    providerId: resource.providerId,
    holderId: held.holderId,
    recipient: { id: recipient.id, kind: recipient.kind },
    why: given.why,
    basis: given.basis,
    scope,
    status: 'REQUESTED',
    requestedBy: officer,
    requestedAt: now.toISOString(),
    decision: null,
    rulePack: given.rulePack,
    revision: 1,
  };
  const event: OnwardTransferRequested = {
    type: 'authorisation.onward-transfer-requested.v1',
    key: state.id,
    at: state.requestedAt,
    data: { ...subject(state), rulePack: state.rulePack, revision: 1, by: officer },
  };
  return { state, event };
}

/** @param held and recipient as they are now: the grant may have ended or shrunk since the request */
export function authorise(
  transfer: OnwardTransfer,
  held: Held,
  recipient: Recipient | null,
  given: Readonly<{ grantId: string; reason: string }>,
  by: Principal,
  now: Date,
) {
  const officer = decidingOfficer(transfer, 'AUTHORISED', by);
  checkRecipient(recipient, held);
  if (transfer.scope.period.until <= now.toISOString()) throw new Refusal('application.period_invalid');
  checkMayPass(transfer.scope, held);
  const state = decided(transfer, 'AUTHORISED', officer, given.reason, given.grantId, now);
  const event: OnwardTransferAuthorised = {
    type: 'authorisation.onward-transfer-authorised.v1',
    key: state.id,
    at: now.toISOString(),
    data: { ...subject(state), grantId: given.grantId, revision: state.revision, by: officer },
  };
  return { state, event };
}

/** Passing on is the exception: saying no needs a reason, not a statute. [R13.2] */
export function reject(transfer: OnwardTransfer, reason: string, by: Principal, now: Date) {
  const officer = decidingOfficer(transfer, 'REJECTED', by);
  const state = decided(transfer, 'REJECTED', officer, reason, null, now);
  const event: OnwardTransferRejected = {
    type: 'authorisation.onward-transfer-rejected.v1',
    key: state.id,
    at: now.toISOString(),
    data: { ...subject(state), revision: state.revision, by: officer },
  };
  return { state, event };
}

/** The holder takes it back before it is decided. */
export function withdraw(transfer: OnwardTransfer, by: Principal, now: Date) {
  if (by.departmentId !== transfer.holderId) throw new Refusal('transfer.not_holder');
  const officer = officerWith(['SUBMITTER'], by);
  checkOpen(transfer, 'WITHDRAWN');
  const state: OnwardTransfer = { ...transfer, status: 'WITHDRAWN', revision: transfer.revision + 1 };
  const event: OnwardTransferWithdrawn = {
    type: 'authorisation.onward-transfer-withdrawn.v1',
    key: state.id,
    at: now.toISOString(),
    data: { ...subject(state), revision: state.revision, by: officer },
  };
  return { state, event };
}

/** Holder and provider, and who oversees the region of one of them. The recipient learns of it by its grant. */
export const isKnownTo = (
  { holderId, providerId }: Pick<OnwardTransfer, 'holderId' | 'providerId'>,
  regions: readonly string[],
  by: Principal,
): boolean => isConcerned([holderId, providerId], regions, by);

/** Whoever gets it is neither who has it nor who decides on it. [R14.10] */
function checkRecipient(recipient: Recipient | null, held: Held): asserts recipient is Recipient {
  if (recipient?.status !== 'ACTIVE' || [held.holderId, held.resource.providerId].includes(recipient.id))
    throw new Refusal('transfer.recipient_invalid', { about: recipient ? [recipient.id] : [] });
}

function checkMayPass(scope: GrantScope, { grant, ancestors, missingOrigins, depthLimit }: Held): void {
  if (missingOrigins.length > 0) throw new Refusal('transfer.origin_not_given', { about: missingOrigins });
  if (!grant) return;
  const chain = [grant, ...ancestors];
  const ended = chain.filter(({ status }) => status !== 'ACTIVE');
  if (ended.length > 0) throw new Refusal('transfer.grant_not_active', { about: ended.map(({ id }) => id) });
  if (grant.depth + 1 > depthLimit) throw new Refusal('transfer.too_deep');
  // Each link lies inside the one above it, so the nearest is the narrowest.
  const wider = scopeWithin(scope, grant).map(({ dimension }) => dimension);
  if (wider.length > 0) throw new Refusal('transfer.wider_than_parent', { about: wider });
}

function decidingOfficer(transfer: OnwardTransfer, to: OnwardTransferStatus, by: Principal): string {
  if (by.departmentId !== transfer.providerId) throw new Refusal('transfer.not_provider');
  const officer = officerWith(['REVIEWER'], by);
  if (officer === transfer.requestedBy) throw new Refusal('transfer.own_submission');
  checkOpen(transfer, to);
  return officer;
}

function checkOpen({ status }: OnwardTransfer, to: OnwardTransferStatus): void {
  if (!NEXT[status].includes(to)) throw new Refusal('transfer.already_decided', { about: [status] });
}

const decided = (
  transfer: OnwardTransfer,
  status: OnwardTransferStatus,
  officer: string,
  reason: string,
  grantId: string | null,
  now: Date,
): OnwardTransfer => ({
  ...transfer,
  status,
  decision: { by: officer, at: now.toISOString(), reason, grantId },
  revision: transfer.revision + 1,
});

export const subject = (transfer: OnwardTransfer) => ({
  transferId: transfer.id,
  parentGrantId: transfer.parentGrantId,
  resourceId: transfer.resourceId,
  providerId: transfer.providerId,
  holderId: transfer.holderId,
  recipientId: transfer.recipient.id,
});
