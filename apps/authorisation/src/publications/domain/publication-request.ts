import {
  officerWith,
  Refusal,
  type PermitState,
  type Principal,
  type PublicationConsented,
  type PublicationRejected,
  type PublicationRequested,
  type PublicationRequestWithdrawn,
  type ResourceState,
} from '@qiongtong/contracts';
import { beyondGrant, lacksForUse, type GrantScope, type Standing } from '@qiongtong/regulation';

export const PUBLICATION_REQUEST_STATUSES = ['REQUESTED', 'PERMITTED', 'REJECTED', 'WITHDRAWN'] as const;
export type PublicationRequestStatus = (typeof PUBLICATION_REQUEST_STATUSES)[number];

/** What is to be public, why, in which form and for how long. */
export type Asked = Pick<PermitState, 'title' | 'purpose' | 'forms' | 'items' | 'rowFilter' | 'mask' | 'period'>;

type Act = Readonly<{ organisationId: string; by: string; at: string; reason: string }>;

/** A request to publish to society (向社会发布). Without everybody's yes the answer is no. [R13.3] */
export type PublicationRequest = Readonly<{
  id: string;
  resourceId: string;
  providerId: string;
  requesterId: string;
  /** null where the requester has the data by right: its own, or unconditional. */
  grantId: string | null;
  asked: Asked;
  /** Resources that it is derived from. [R13.6] */
  origins: readonly string[];
  /** Who is asked: the provider, and the provider of every origin. */
  deciders: readonly string[];
  consents: readonly Act[];
  status: PublicationRequestStatus;
  requestedBy: string;
  requestedAt: string;
  rejection: Act | null;
  permitId: string | null;
  rulePack: string;
  revision: number;
}>;

/** What must be known of the grant by which the data were obtained, and of those above it. */
export type HeldGrant = GrantScope & Readonly<{ id: string; status: string }>;
export type Requester = Standing & Readonly<{ id: string; kind: 'DEPARTMENT' | 'VENDOR'; status: string }>;
/** What the requester has and would publish, as it is now. */
export type Held = Readonly<{
  resource: ResourceState;
  requester: Requester;
  grant: HeldGrant | null;
  ancestors: readonly HeldGrant[];
  /** Near and far; a provider is null where the origin is not known. */
  origins: readonly Readonly<{ id: string; providerId: string | null }>[];
}>;

const NEXT: Readonly<Record<PublicationRequestStatus, readonly PublicationRequestStatus[]>> = {
  REQUESTED: ['PERMITTED', 'REJECTED', 'WITHDRAWN'],
  PERMITTED: [],
  REJECTED: [],
  WITHDRAWN: [],
};

/** A department that may use the resource asks whether it may be public. */
export function request(
  given: Readonly<{ id: string; asked: Asked; rulePack: string }>,
  held: Held,
  by: Principal,
  now: Date,
) {
  const officer = officerWith(['SUBMITTER'], by);
  if (held.requester.id !== by.departmentId) throw new Refusal('publication.holder_only');
  checkMayPublish(given.asked, held, now);
  const state: PublicationRequest = {
    id: given.id,
    resourceId: held.resource.id,
    providerId: held.resource.providerId,
    requesterId: held.requester.id,
    grantId: held.grant?.id ?? null,
    asked: given.asked,
    ...askedOf(held),
    consents: [],
    status: 'REQUESTED',
    requestedBy: officer,
    requestedAt: now.toISOString(),
    rejection: null,
    permitId: null,
    rulePack: given.rulePack,
    revision: 1,
  };
  const { items, forms, period } = state.asked;
  const event: PublicationRequested = {
    type: 'authorisation.publication-requested.v1',
    key: state.id,
    at: state.requestedAt,
    data: {
      ...subject(state),
      items,
      forms,
      period,
      origins: state.origins,
      rulePack: state.rulePack,
      revision: 1,
      by: officer,
    },
  };
  return { state, event };
}

/**
 * One of those who are asked says yes. With the last yes the request is permitted; until then nothing is.
 *
 * @param held as it is now: the grant may have shrunk, the entry may declare another origin since the request
 */
export function consent(
  known: PublicationRequest,
  held: Held,
  given: Readonly<{ permitId: string; reason: string }>,
  by: Principal,
  now: Date,
) {
  const asked = askedOf(held);
  const officer = decidingOfficer({ ...known, deciders: asked.deciders }, 'PERMITTED', by);
  if (known.consents.some(({ organisationId }) => organisationId === by.departmentId))
    throw new Refusal('publication.already_decided', { about: [known.status] });
  checkMayPublish(known.asked, held, now);
  const consents = [...known.consents, actOf(by.departmentId, officer, given.reason, now)];
  const complete = asked.deciders.every((id) => consents.some(({ organisationId }) => organisationId === id));
  const permitId = complete ? given.permitId : null;
  const status = complete ? 'PERMITTED' : known.status;
  const state: PublicationRequest = { ...known, ...asked, consents, status, permitId, revision: known.revision + 1 };
  const event: PublicationConsented = {
    type: 'authorisation.publication-consented.v1',
    key: state.id,
    at: now.toISOString(),
    data: { ...subject(state), organisationId: by.departmentId, permitId, revision: state.revision, by: officer },
  };
  return { state, event };
}

/** Publication is the exception: saying no needs a reason, not a statute, and one no is enough. */
export function reject(known: PublicationRequest, reason: string, by: Principal, now: Date) {
  const officer = decidingOfficer(known, 'REJECTED', by);
  const rejection = actOf(by.departmentId, officer, reason, now);
  const state: PublicationRequest = { ...known, status: 'REJECTED', rejection, revision: known.revision + 1 };
  const event: PublicationRejected = {
    type: 'authorisation.publication-rejected.v1',
    key: state.id,
    at: rejection.at,
    data: { ...subject(state), organisationId: by.departmentId, revision: state.revision, by: officer },
  };
  return { state, event };
}

/** The requester takes it back before it is decided. */
export function withdraw(known: PublicationRequest, by: Principal, now: Date) {
  if (by.departmentId !== known.requesterId) throw new Refusal('publication.not_requester');
  const officer = officerWith(['SUBMITTER'], by);
  checkOpen(known, 'WITHDRAWN');
  const state: PublicationRequest = { ...known, status: 'WITHDRAWN', revision: known.revision + 1 };
  const event: PublicationRequestWithdrawn = {
    type: 'authorisation.publication-request-withdrawn.v1',
    key: state.id,
    at: now.toISOString(),
    data: { ...subject(state), revision: state.revision, by: officer },
  };
  return { state, event };
}

/** The same conditions under which the gateway will later release: what it would refuse is not permitted first. */
function checkMayPublish(asked: Asked, { resource, requester, grant, ancestors, origins }: Held, now: Date): void {
  if (requester.kind !== 'DEPARTMENT' || requester.status !== 'ACTIVE') throw new Refusal('publication.holder_only');
  if (resource.specialRegime !== null) throw new Refusal('access.special_regime');
  if (resource.sharingType === 'NOT_SHARED') throw new Refusal('access.not_shared');
  if (resource.deliveryMode !== 'HOSTED') throw new Refusal('publication.not_hosted');
  const unknown = origins.filter(({ providerId }) => providerId === null).map(({ id }) => id);
  if (unknown.length > 0) throw new Refusal('publication.origin_unknown', { about: unknown });
  if (grant) checkInside(asked, requester, [grant, ...ancestors]);
  if (requester.id === resource.providerId) return;
  const lacking = lacksForUse(requester, now);
  if (lacking) throw new Refusal(lacking);
  if (!grant && resource.sharingType !== 'UNCONDITIONAL') throw new Refusal('publication.grant_needed');
}

function checkInside(asked: Asked, requester: Requester, chain: readonly HeldGrant[]): void {
  const [grant] = chain;
  // What a third party has under a department's grant is not that department's to publish either.
  if (grant!.holderId !== requester.id || grant!.recipientOwnerId !== null)
    throw new Refusal('publication.holder_only');
  const ended = chain.filter(({ status }) => status !== 'ACTIVE').map(({ id }) => id);
  if (ended.length > 0) throw new Refusal('publication.grant_not_active', { about: ended });
  const beyond = beyondGrant(asked, grant!);
  if (beyond.length > 0) throw new Refusal('publication.wider_than_grant', { about: beyond });
}

const askedOf = ({ resource, origins }: Held): Pick<PublicationRequest, 'origins' | 'deciders'> => ({
  origins: origins.map(({ id }) => id),
  deciders: [...new Set([resource.providerId, ...origins.flatMap(({ providerId }) => providerId ?? [])])],
});

/** Nobody decides on their own submission; that a provider permits its own publication takes two people. [R14.10] */
function decidingOfficer(known: PublicationRequest, to: PublicationRequestStatus, by: Principal): string {
  if (!known.deciders.includes(by.departmentId)) throw new Refusal('publication.not_asked');
  const officer = officerWith(['REVIEWER'], by);
  if (officer === known.requestedBy) throw new Refusal('publication.own_submission');
  checkOpen(known, to);
  return officer;
}

function checkOpen({ status }: PublicationRequest, to: PublicationRequestStatus): void {
  if (!NEXT[status].includes(to)) throw new Refusal('publication.already_decided', { about: [status] });
}

const actOf = (organisationId: string, by: string, reason: string, now: Date): Act => ({
  organisationId,
  by,
  at: now.toISOString(),
  reason,
});

export const subject = ({ id, resourceId, providerId, requesterId, grantId }: PublicationRequest) => ({
  requestId: id,
  resourceId,
  providerId,
  requesterId,
  grantId,
});
