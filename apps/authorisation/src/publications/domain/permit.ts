import {
  officerWith,
  Refusal,
  type PermitState,
  type Principal,
  type PublicationPermitExpired,
  type PublicationPermitIssued,
  type PublicationPermitWithdrawn,
} from '@qiongtong/contracts';
import type { Asked, PublicationRequest } from './publication-request';

export const PERMIT_STATUSES = ['ACTIVE', 'REVOKED', 'EXPIRED'] as const satisfies readonly PermitState['status'][];
export type PermitStatus = PermitState['status'];

/** Leave to publish (发布许可). While it stands the gateway serves the release of its id to anybody. [R13.3] */
export type Permit = Asked &
  Readonly<{
    id: string;
    requestId: string;
    resourceId: string;
    providerId: string;
    publisherId: string;
    grantId: string | null;
    origins: readonly string[];
    /** Who consented; each may take it back at any time. */
    deciders: readonly string[];
    status: PermitStatus;
    withdrawal: Readonly<{ organisationId: string; by: string; at: string; reason: string }> | null;
    rulePack: string;
    revision: number;
    issuedAt: string;
    issuedBy: string;
  }>;

const NEXT: Readonly<Record<PermitStatus, readonly PermitStatus[]>> = {
  ACTIVE: ['REVOKED', 'EXPIRED'],
  REVOKED: [],
  EXPIRED: [],
};

/** A permit comes into being only by the last consent to a request. */
export function issue(request: PublicationRequest, id: string, by: string, now: Date) {
  const { resourceId, providerId, requesterId: publisherId, grantId, origins, deciders, rulePack, asked } = request;
  const state: Permit = {
    ...asked,
    id,
    requestId: request.id,
    resourceId,
    providerId,
    publisherId,
    grantId,
    origins,
    deciders,
    status: 'ACTIVE',
    withdrawal: null,
    rulePack,
    revision: 1,
    issuedAt: now.toISOString(),
    issuedBy: by,
  };
  const event: PublicationPermitIssued = {
    type: 'authorisation.publication-permit-issued.v1',
    key: id,
    at: state.issuedAt,
    data: {
      ...subject(state),
      requestId: request.id,
      grantId,
      items: asked.items,
      forms: asked.forms,
      period: asked.period,
      rowsRestricted: asked.rowFilter !== null,
      rulePack,
      revision: 1,
      by,
    },
  };
  return { state, event };
}

/** Ends the release at once. Whoever consented may, and who publishes may stop publishing. */
export function withdraw(permit: Permit, reason: string, by: Principal, now: Date) {
  if (![...permit.deciders, permit.publisherId].includes(by.departmentId)) throw new Refusal('publication.not_party');
  const officer = officerWith(['REVIEWER'], by);
  if (!NEXT[permit.status].includes('REVOKED'))
    throw new Refusal('publication.already_ended', { about: [permit.status] });
  const organisationId = by.departmentId;
  const at = now.toISOString();
  const withdrawal = { organisationId, by: officer, at, reason };
  const state: Permit = { ...permit, status: 'REVOKED', withdrawal, revision: permit.revision + 1 };
  const event: PublicationPermitWithdrawn = {
    type: 'authorisation.publication-permit-withdrawn.v1',
    key: permit.id,
    at,
    data: { ...subject(state), organisationId, revision: state.revision, by: officer },
  };
  return { state, event };
}

/** The gateway has not released it since the end of its period; the state follows, so that it is told. */
export function expire(permit: Permit, now: Date) {
  if (!NEXT[permit.status].includes('EXPIRED') || permit.period.until > now.toISOString()) return null;
  const state: Permit = { ...permit, status: 'EXPIRED', revision: permit.revision + 1 };
  const event: PublicationPermitExpired = {
    type: 'authorisation.publication-permit-expired.v1',
    key: permit.id,
    at: now.toISOString(),
    data: { ...subject(state), revision: state.revision, by: 'platform' },
  };
  return { state, event };
}

export const permitState = (permit: Permit): PermitState => {
  const { id, resourceId, providerId, publisherId, grantId, origins, title, purpose, forms, status } = permit;
  const { items, rowFilter, mask, period, issuedAt, revision: version } = permit;
  return {
    id,
    version,
    resourceId,
    providerId,
    publisherId,
    grantId,
    origins,
    title,
    purpose,
    forms,
    status,
    items,
    rowFilter,
    mask,
    period,
    issuedAt,
  };
};

export const subject = ({ id, resourceId, providerId, publisherId }: Permit) => ({
  permitId: id,
  resourceId,
  providerId,
  publisherId,
});
