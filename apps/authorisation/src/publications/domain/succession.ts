import type {
  PublicationPermitPassed,
  PublicationPermitWithdrawn,
  PublicationRequestPassed,
  PublicationRequestWithdrawn,
} from '@qiongtong/contracts';
import {
  formerOf,
  mayUse,
  resourceAfter,
  type Because,
  type SucceedingBodies,
  type Effect,
  type Succeeded,
  type Succession,
} from '@qiongtong/regulation';
import { subject as subjectOfPermit, type Permit } from './permit';
import { subject as subjectOfRequest, type PublicationRequest } from './publication-request';

/** A grant as it is afterwards. */
type SucceededGrant = Readonly<{ holderId: string; recipientOwnerId: string | null; status: string }>;
const isLive = ({ status }: SucceededGrant): boolean => status === 'ACTIVE' || status === 'SUSPENDED';

type ChangedRequest = Readonly<{
  state: PublicationRequest;
  event: PublicationRequestPassed | PublicationRequestWithdrawn;
}>;
type ChangedPermit = Readonly<{ state: Permit; event: PublicationPermitPassed | PublicationPermitWithdrawn }>;

/** What must be known around a publication. */
export type Around = Readonly<{
  /** The grant by which the publisher has the data, as it is afterwards; null where by right. */
  grant: SucceededGrant | null;
  /** Providers of the resource and its origins as far as known, before or after. */
  providers: ReadonlyMap<string, string>;
}>;
type Publication = Readonly<{
  resourceId: string;
  providerId: string;
  grantId: string | null;
  origins: readonly string[];
  deciders: readonly string[];
}>;
type Parties = Readonly<{ providerId: string; publisherId: string; deciders: readonly string[] }>;

/** Who asked, who is asked and who has consented: those that took their places. [R13.3] */
export function succeedRequest(
  request: PublicationRequest,
  around: Around,
  s: Succession,
  bodies: SucceedingBodies,
  now: Date,
): Succeeded<ChangedRequest> | null {
  if (request.status !== 'REQUESTED') return null;
  const parties = partiesAfter(request, request.requesterId, around, s, bodies, now);
  const revision = request.revision + 1;
  if (typeof parties === 'string') {
    const state: PublicationRequest = { ...request, status: 'WITHDRAWN', revision };
    const type = 'authorisation.publication-request-withdrawn.v1';
    const data = { ...subjectOfRequest(state), revision, by: s.decidedBy };
    return {
      changed: { state, event: { type, key: state.id, at: now.toISOString(), data } },
      effect: effectOn('publication-request', request.id, 'ENDED', request.requesterId, null, parties),
    };
  }
  const { publisherId: requesterId, ...rest } = parties;
  const consents = request.consents.map((act) => ({ ...act, organisationId: consenterAfter(act.organisationId, s) }));
  const state: PublicationRequest = { ...request, ...rest, requesterId, consents, revision };
  const former = formerOf<PublicationRequest>(request, state, ['providerId', 'requesterId']);
  if (Object.keys(former).length === 0 && same(request.deciders, state.deciders)) return null;
  const type = 'authorisation.publication-request-passed.v1';
  const data = { ...subjectOfRequest(state), changeId: s.changeId, former, revision, by: s.decidedBy };
  const [fromId, toId] =
    requesterId === request.requesterId ? [request.providerId, rest.providerId] : [request.requesterId, requesterId];
  return {
    changed: { state, event: { type, key: state.id, at: now.toISOString(), data } },
    effect: effectOn('publication-request', request.id, 'PASSED', fromId, toId, null),
  };
}

/** A permit stands for who took the publisher's place; nothing is public that was not. */
export function succeedPermit(
  permit: Permit,
  around: Around,
  s: Succession,
  bodies: SucceedingBodies,
  now: Date,
): Succeeded<ChangedPermit> | null {
  if (permit.status !== 'ACTIVE') return null;
  const parties = partiesAfter(permit, permit.publisherId, around, s, bodies, now);
  const revision = permit.revision + 1;
  const at = now.toISOString();
  if (typeof parties === 'string') {
    const withdrawal = { organisationId: s.authorityId, by: s.decidedBy, at, reason: s.documentNumber };
    const state: Permit = { ...permit, status: 'REVOKED', withdrawal, revision };
    const type = 'authorisation.publication-permit-withdrawn.v1';
    const data = { ...subjectOfPermit(state), organisationId: s.authorityId, revision, by: s.decidedBy };
    return {
      changed: { state, event: { type, key: state.id, at, data } },
      effect: effectOn('publication-permit', permit.id, 'ENDED', permit.publisherId, null, parties),
    };
  }
  const state: Permit = { ...permit, ...parties, revision };
  const former = formerOf<Permit>(permit, state, ['providerId', 'publisherId']);
  if (Object.keys(former).length === 0 && same(permit.deciders, state.deciders)) return null;
  const type = 'authorisation.publication-permit-passed.v1';
  const data = { ...subjectOfPermit(state), changeId: s.changeId, former, revision, by: s.decidedBy };
  const { publisherId } = parties;
  const [fromId, toId] =
    publisherId === permit.publisherId ? [permit.providerId, parties.providerId] : [permit.publisherId, publisherId];
  return {
    changed: { state, event: { type, key: state.id, at, data } },
    effect: effectOn('publication-permit', permit.id, 'PASSED', fromId, toId, null),
  };
}

/** @returns why nobody is left to publish it */
function partiesAfter(
  publication: Publication,
  publisherId: string,
  { grant, providers }: Around,
  s: Succession,
  bodies: SucceedingBodies,
  now: Date,
): Parties | Because {
  const { resourceId, grantId, origins } = publication;
  const providerId = resourceAfter(s, resourceId, publication.providerId);
  if (providerId === null) return 'RESOURCE_WITHDRAWN';
  const byRight = grantId === null && publisherId === publication.providerId;
  const publisher = byRight ? providerId : publisherAfter(grantId, publisherId, grant, s);
  if (publisher === null) return 'BODY_ENDED';
  // What it had from another is its own now, and its own it publishes by its own decision.
  if (!byRight && publisher === providerId) return 'OWN_RESOURCE';
  const moved = publisher !== publisherId && publisher !== providerId;
  if (grantId === null && moved && !(mayUse(bodies, publisherId, now) && mayUse(bodies, publisher, now)))
    return 'NOT_ADMITTED';
  const askedOf = [resourceId, ...origins].flatMap((id) => {
    const provider = id === resourceId ? publication.providerId : providers.get(id);
    return provider === undefined ? [] : (resourceAfter(s, id, provider) ?? []);
  });
  const deciders = askedOf.length < origins.length + 1 ? publication.deciders : [...new Set(askedOf)];
  return { providerId, publisherId: publisher, deciders };
}

function publisherAfter(
  grantId: string | null,
  publisherId: string,
  grant: SucceededGrant | null,
  s: Succession,
): string | null {
  if (grantId !== null) return grant && isLive(grant) && grant.recipientOwnerId === null ? grant.holderId : null;
  if (!s.from.includes(publisherId)) return publisherId;
  return s.ending.includes(publisherId) ? (s.kind === 'ABOLITION' ? null : s.remainderTo) : publisherId;
}

/** Two bodies that become one have said yes as one; of a body that is split nobody knows which part did. */
const consenterAfter = (id: string, s: Succession): string =>
  s.kind !== 'SPLIT' && s.ending.includes(id) ? (s.remainderTo ?? id) : id;

const same = (one: readonly string[], other: readonly string[]): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

const effectOn = (
  thing: Effect['thing'],
  id: string,
  outcome: Effect['outcome'],
  fromId: string,
  toId: string | null,
  because: Because | null,
): Effect => ({ thing, id, outcome, fromId, toId, because });
