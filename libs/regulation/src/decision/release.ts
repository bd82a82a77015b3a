import type { Decision, PermitState, Reason, ResourceState, Use } from '@qiongtong/contracts';
import { beyondGrant } from '../grants/publication-within';
import { inForce, spanOf } from '../policy/instants';
import type { PolicyIndex, PolicyView } from '../policy/policy-index';
import { isStopped } from '../policy/stops';
import { admissionReasons } from './caller';
import { chainReasons } from './chain';
import type { Freshness } from './decide';
import { originsOf } from './origins';
import { reason, type Question } from './question';
import { itemsOfEntry, resourceReasons } from './resource';

export type ReleaseView = PolicyView & Pick<PolicyIndex, 'permit'>;

/**
 * The decision on a release to society: may the data of this permit leave to anybody now? The one use without a caller,
 * so it stands beside `decide`, as pure and total. It rests on the permit, and on everything on which the publisher's
 * own right to the data rests: nothing may be public that its publisher could no longer have. [R13.3]
 */
export function decideRelease(
  policy: ReleaseView,
  permitId: string,
  now: Date,
  freshness: Freshness = 'fresh',
): Decision {
  if (freshness !== 'fresh') return { effect: 'indeterminate', reasons: [reason('access.policy_stale', [freshness])] };
  try {
    return decideFresh(policy, permitId, now.getTime());
  } catch {
    // A state of another shape than the contract's: somebody publishes what this version cannot read.
    return { effect: 'indeterminate', reasons: [reason('access.policy_unreadable')] };
  }
}

/** A release as a use: by nobody in particular, on behalf of the department that publishes. */
export const releaseUse = ({ publisherId, resourceId, items }: PermitState): Use => ({
  systemId: null,
  departmentId: publisherId,
  officerId: null,
  officerAsserted: false,
  resourceId,
  action: 'batch',
  items,
  touchedItems: [],
  purpose: null,
  matterNumber: null,
  address: null,
  certificate: null,
  tokenId: null,
  clientId: null,
  sessionId: null,
});

function decideFresh(policy: ReleaseView, permitId: string, now: number): Decision {
  const permit = policy.permit(permitId);
  if (!permit) return denied(reason('publication.not_found', [permitId]));
  const span = spanOf(permit.period.from, permit.period.until);
  if (permit.status !== 'ACTIVE' || now >= span.until) return denied(reason('publication.ended', [permitId]));
  if (!inForce(span, now)) return denied(reason('publication.not_begun', [permitId]));
  const resource = policy.resource(permit.resourceId);
  if (!resource) return denied(reason('access.resource_unknown', [permit.resourceId]));

  const department = policy.organisation(permit.publisherId);
  const question: Question = { policy, use: releaseUse(permit), now, department, system: undefined, thirdParty: null };
  const reasons: Reason[] = [];
  resourceReasons(question, resource, reasons);
  if (resource.deliveryMode !== 'HOSTED') reasons.push(reason('access.delivery_elsewhere', [resource.id]));
  publisherReasons(question, permit, resource, reasons);
  grantReasons(question, permit, resource, reasons);
  originReasons(question, permit, resource, reasons);
  const entry = itemsOfEntry(resource);
  const unknown = permit.items.filter((item) => !entry.positions.has(item));
  if (unknown.length > 0 || permit.items.length === 0) reasons.push(reason('access.items_unknown', unknown));
  if (reasons.length > 0) return denied(...reasons);
  return {
    effect: 'permit',
    basis: 'permit',
    grantId: permit.grantId,
    permitId,
    requirement: 'R13.3',
    obligations: {
      items: entry.codes.filter((code) => permit.items.includes(code)),
      rowFilter: permit.rowFilter,
      mask: permit.mask,
      limits: {},
    },
  };
}

/** A provider publishes its own whether admitted or not, as it provides; anybody else only while it may use. [R11.5] */
function publisherReasons(question: Question, permit: PermitState, resource: ResourceState, reasons: Reason[]): void {
  const { policy, now, department } = question;
  if (!department) reasons.push(reason('access.caller_unknown', [permit.publisherId]));
  if (isStopped(policy, 'organisation', permit.publisherId, now))
    reasons.push(reason('access.stopped', [`organisation:${permit.publisherId}`]));
  if (department?.status === 'ABOLISHED') reasons.push(reason('access.organisation_inactive', [department.id]));
  if (permit.publisherId !== resource.providerId) admissionReasons(question, reasons);
}

/** What was obtained by a grant is public only inside it and while it stands, with every grant above it. */
function grantReasons(question: Question, permit: PermitState, resource: ResourceState, reasons: Reason[]): void {
  const { policy, now } = question;
  if (permit.grantId === null) {
    const byRight = permit.publisherId === resource.providerId || resource.sharingType === 'UNCONDITIONAL';
    if (!byRight) reasons.push(reason('access.no_grant', [resource.id]));
    return;
  }
  const grant = policy.grant(permit.grantId);
  if (
    grant?.status !== 'ACTIVE' ||
    grant.holderId !== permit.publisherId ||
    grant.recipientOwnerId !== null ||
    grant.resourceId !== resource.id
  ) {
    reasons.push(reason('access.grant_not_active', [permit.grantId]));
    return;
  }
  if (isStopped(policy, 'grant', grant.id, now)) reasons.push(reason('access.stopped', [`grant:${grant.id}`]));
  if (!inForce(spanOf(grant.period.from, grant.period.until), now))
    reasons.push(reason('access.grant_outside_period', [grant.id]));
  chainReasons(question, resource, grant, reasons);
  const beyond = beyondGrant(permit, grant);
  if (beyond.length > 0) reasons.push(reason('publication.wider_than_grant', beyond));
}

/** Derived data keep their strings: every origin is there to be used, and its provider consented. [R13.6] */
function originReasons(question: Question, permit: PermitState, resource: ResourceState, reasons: Reason[]): void {
  const missing: string[] = [];
  const { ids, complete } = originsOf(resource, (id) => question.policy.resource(id));
  for (const id of ids) {
    const origin = question.policy.resource(id);
    const gone: Reason[] = [];
    if (origin) resourceReasons(question, origin, gone);
    if (!origin || gone.length > 0 || !permit.origins.includes(id)) missing.push(id);
  }
  if (missing.length > 0 || !complete) reasons.push(reason('publication.origin_not_consented', missing.sort()));
}

const denied = (...reasons: readonly Reason[]): Decision => ({ effect: 'deny', reasons });
