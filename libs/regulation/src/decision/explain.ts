import {
  REFUSALS,
  type Decision,
  type GrantState,
  type Reason,
  type RefusalCode,
  type ResourceState,
  type Use,
} from '@qiongtong/contracts';
import type { PolicyView } from '../policy/policy-index';
import { decide, questionOf, type Freshness } from './decide';
import { grantReasons } from './grant-match';
import { itemsOfEntry } from './resource';

/** Who can bring a change about. */
export type Changer = 'caller' | 'department' | 'provider' | 'authority' | 'operator' | 'nobody';

/** A step after which the reason it belongs to is gone. */
export type Change = Readonly<{
  kind: ChangeKind;
  by: Changer;
  zh: string;
  en: string;
  /** Values that would do: purposes, items, systems, addresses, the provider's id. */
  with?: readonly string[];
}>;

export type ExplainedReason = Reason & Readonly<{ article: number | null; zh: string; en: string; change: Change }>;

/** One grant of the department for the resource, and how near it comes. */
export type GrantFit = Readonly<{
  grantId: string;
  status: GrantState['status'];
  fits: boolean;
  /** Dimensions in which it does not cover the use; the reasons are those of the decision itself. */
  failed: readonly Readonly<{ dimension: string; reason: Reason }>[];
}>;

export type Explanation = Readonly<{
  decision: Decision;
  reasons: readonly ExplainedReason[];
  grants: readonly GrantFit[];
}>;

/**
 * Why a use is permitted or refused, and what would change it. There is no second set of rules here: every reason is the
 * decision's own, and each grant is judged by the very function that the decision asks.
 */
export function explain(policy: PolicyView, use: Use, now: Date, freshness: Freshness = 'fresh'): Explanation {
  const decision = decide(policy, use, now, freshness);
  if (decision.effect === 'indeterminate')
    return { decision, reasons: explained(policy, use, decision.reasons), grants: [] };
  const reasons = decision.effect === 'deny' ? decision.reasons : [];
  return { decision, reasons: explained(policy, use, reasons), grants: fitsOf(policy, use, now) };
}

function explained(policy: PolicyView, use: Use, reasons: readonly Reason[]): ExplainedReason[] {
  return reasons.map((given) => {
    const { zh, en, article } = REFUSALS[given.code];
    return { ...given, article: article ?? null, zh, en, change: changeFor(policy, use, given) };
  });
}

/** The department's own grants for the resource, the best fit first. */
function fitsOf(policy: PolicyView, use: Use, now: Date): GrantFit[] {
  const resource = policy.resource(use.resourceId);
  if (!resource || use.action === 'push') return [];
  const question = questionOf(policy, use, now.getTime());
  const entry = itemsOfEntry(resource);
  return policy
    .grantsOf(use.departmentId, use.resourceId)
    .filter((grant) => grant.recipientOwnerId === question.thirdParty)
    .map((grant) => {
      const failed = grantReasons(question, resource, entry, grant).map((given) => ({
        dimension: DIMENSION_OF[given.code] ?? 'grant',
        reason: given,
      }));
      return { grantId: grant.id, status: grant.status, fits: failed.length === 0, failed };
    })
    .sort((a, b) => Number(b.status === 'ACTIVE') - Number(a.status === 'ACTIVE') || a.failed.length - b.failed.length);
}

const DIMENSION_OF: Readonly<Partial<Record<RefusalCode, string>>> = {
  'access.grant_not_active': 'status',
  'access.stopped': 'status',
  'access.grant_outside_period': 'period',
  'access.transfer_chain_broken': 'chain',
  'access.transfer_wider_than_parent': 'chain',
  'access.action_beyond_grant': 'action',
  'access.purpose_missing': 'purpose',
  'access.purpose_beyond_grant': 'purpose',
  'access.system_beyond_grant': 'system',
  'access.officer_missing': 'scopeOfKnowledge',
  'access.officer_beyond_scope': 'scopeOfKnowledge',
  'access.matter_number_missing': 'matterNumber',
  'access.items_beyond_grant': 'items',
};

type Step = readonly [kind: string, by: Changer];

/** What removes each reason that a decision can give. */
const STEPS = {
  'access.caller_unknown': ['REGISTER_CALLER', 'department'],
  'access.appointment_ended': ['RENEW_APPOINTMENT', 'department'],
  'access.organisation_inactive': ['ASK_AUTHORITY', 'authority'],
  'access.not_a_department': ['ACT_FOR_A_DEPARTMENT', 'department'],
  'access.not_admitted': ['APPLY_FOR_ACCESS', 'department'],
  'access.admission_suspended': ['ASK_AUTHORITY', 'authority'],
  'access.admission_revoked': ['APPLY_FOR_ACCESS', 'department'],
  'access.pledge_missing': ['SIGN_PLEDGE', 'department'],
  'access.pledge_outdated': ['SIGN_PLEDGE', 'department'],
  'access.no_responsible_unit': ['REGISTER_RESPONSIBLE_UNIT', 'department'],
  'access.stopped': ['HAVE_STOP_LIFTED', 'authority'],
  'access.system_inactive': ['REACTIVATE_SYSTEM', 'department'],
  'access.owner_not_attested': ['HAVE_OWNER_ATTESTED', 'authority'],
  'access.address_not_registered': ['REGISTER_ADDRESS', 'department'],
  'access.officer_missing': ['NAME_OFFICER', 'caller'],
  'access.officer_unknown': ['NAME_OFFICER', 'caller'],
  'access.officer_beyond_scope': ['NAME_OFFICER', 'caller'],
  'access.resource_unknown': ['LOOK_UP_CATALOGUE', 'caller'],
  'access.resource_not_published': ['ASK_PROVIDER', 'provider'],
  'access.resource_suspended': ['ASK_PROVIDER', 'provider'],
  'access.not_shared': ['NOTHING', 'nobody'],
  'access.special_regime': ['FOLLOW_SPECIAL_RULE', 'caller'],
  'access.delivery_elsewhere': ['ASK_PROVIDER', 'provider'],
  'access.purpose_missing': ['NAME_PURPOSE', 'caller'],
  'access.purpose_not_registered': ['NAME_PURPOSE', 'caller'],
  'access.purpose_beyond_grant': ['NAME_PURPOSE', 'caller'],
  'access.matter_number_missing': ['NAME_MATTER_NUMBER', 'caller'],
  'access.items_unknown': ['NAME_ITEMS', 'caller'],
  'access.items_beyond_grant': ['NAME_ITEMS', 'caller'],
  'access.no_grant': ['APPLY_FOR_RESOURCE', 'department'],
  'access.grant_not_active': ['APPLY_FOR_RESOURCE', 'department'],
  'access.grant_outside_period': ['RENEW_GRANT', 'department'],
  'access.action_beyond_grant': ['USE_GRANTED_ACTION', 'caller'],
  'access.system_beyond_grant': ['USE_GRANTED_SYSTEM', 'caller'],
  'access.onward_transfer_needed': ['REQUEST_TRANSFER', 'department'],
  'access.transfer_chain_broken': ['ASK_PROVIDER', 'provider'],
  'access.transfer_wider_than_parent': ['ASK_PROVIDER', 'provider'],
  'access.not_provider': ['REGISTER_AS_SOURCE', 'department'],
  'access.policy_stale': ['TRY_LATER', 'nobody'],
  'access.policy_unreadable': ['ASK_OPERATOR', 'operator'],
} as const satisfies Partial<Record<RefusalCode, Step>>;
type ExplainedCode = keyof typeof STEPS;
export type ChangeKind = (typeof STEPS)[ExplainedCode][0] | 'ASK_PROVIDER';

/** Codes a decision can give; a test holds them against the decision's source. */
export const EXPLAINED_CODES = Object.keys(STEPS) as ExplainedCode[];

function changeFor(policy: PolicyView, use: Use, given: Reason): Change {
  const { nextZh: zh, nextEn: en } = REFUSALS[given.code];
  const [kind, by] = STEPS[given.code as ExplainedCode] ?? (['ASK_PROVIDER', 'provider'] as const);
  const values = valuesFor(policy, use, kind);
  return { kind, by, zh, en, ...(values.length > 0 ? { with: values } : {}) };
}

/** What could be given instead, as far as the department may know it anyway: its duties, its grants, its registrations. */
function valuesFor(policy: PolicyView, use: Use, kind: ChangeKind): readonly string[] {
  const resource = policy.resource(use.resourceId);
  const grants = policy.grantsOf(use.departmentId, use.resourceId).filter(({ status }) => status === 'ACTIVE');
  const granted = (values: (grant: GrantState) => readonly string[]) => [...new Set(grants.flatMap(values))].sort();
  switch (kind) {
    case 'NAME_PURPOSE':
      return byGrant(use, resource) ? granted((grant) => grant.purposes) : registeredPurposes(policy, use);
    case 'NAME_ITEMS':
      return byGrant(use, resource)
        ? granted((grant) => grant.items.filter((item) => !Object.hasOwn(grant.mask, item)))
        : (resource?.items.map((item) => item.code) ?? []);
    case 'USE_GRANTED_ACTION':
      return granted((grant) => grant.actions);
    case 'USE_GRANTED_SYSTEM':
      return granted((grant) => grant.systems);
    case 'REGISTER_ADDRESS':
      return use.address === null ? [] : [use.address];
    case 'APPLY_FOR_RESOURCE':
    case 'ASK_PROVIDER':
    case 'RENEW_GRANT':
    case 'REQUEST_TRANSFER':
      return resource ? [resource.providerId] : [];
    default:
      return [];
  }
}

const byGrant = (use: Use, resource: ResourceState | undefined): boolean =>
  resource !== undefined && resource.sharingType !== 'UNCONDITIONAL' && resource.providerId !== use.departmentId;

const registeredPurposes = (policy: PolicyView, use: Use): readonly string[] =>
  policy.organisation(use.departmentId)?.duties.flatMap((duty) => [...duty.purposes]) ?? [];
