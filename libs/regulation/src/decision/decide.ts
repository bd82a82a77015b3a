import type { Decision, GrantState, Obligations, Reason, ResourceState, Use } from '@qiongtong/contracts';
import type { PolicyView } from '../policy/policy-index';
import { admissionReasons, callerReasons } from './caller';
import { derivationReasons } from './derivation';
import { compiledGrant } from './grant-match';
import { findGrant } from './grants';
import { reason, type EntryItems, type Question } from './question';
import { dutyReasons, itemsOfEntry, matterReasons, resourceReasons, unknownItemReasons } from './resource';

/** How far the projection may be trusted; decided by its age, see `StateProjection`. */
export type Freshness = 'fresh' | 'stale' | 'future';

/**
 * The sharing decision: may this use happen now, on what ground, and what must be enforced on the way. Pure and total:
 * what it cannot read it does not permit. Every rule that applies is joined and any denial wins; the reasons come in a
 * fixed order (who calls, what is asked for, for what, under which grant).
 */
export function decide(policy: PolicyView, use: Use, now: Date, freshness: Freshness = 'fresh'): Decision {
  if (freshness !== 'fresh') return { effect: 'indeterminate', reasons: [reason('access.policy_stale', [freshness])] };
  try {
    return decideFresh(policy, use, now.getTime());
  } catch {
    // A state of another shape than the contract's: somebody publishes what this version cannot read.
    return { effect: 'indeterminate', reasons: [reason('access.policy_unreadable')] };
  }
}

/** @param now milliseconds since the epoch */
export function questionOf(policy: PolicyView, use: Use, now: number): Question {
  const system = use.systemId === null ? undefined : policy.system(use.systemId);
  const thirdParty = system && system.ownerId !== use.departmentId ? system.ownerId : null;
  return { policy, use, now, department: policy.organisation(use.departmentId), system, thirdParty };
}

function decideFresh(policy: PolicyView, use: Use, now: number): Decision {
  const question = questionOf(policy, use, now);
  const reasons: Reason[] = [];
  callerReasons(question, reasons);

  const resource = policy.resource(use.resourceId);
  if (!resource) {
    admissionReasons(question, reasons);
    reasons.push(reason('access.resource_unknown', [use.resourceId]));
    return denied(reasons);
  }
  if (use.action === 'push') return decidePush(question, resource, reasons);

  const own = use.departmentId === resource.providerId;
  if (!own) admissionReasons(question, reasons);
  const before = reasons.length;
  resourceReasons(question, resource, reasons);
  // What is not there to be used needs no word about grants.
  if (reasons.length > before) return denied(reasons);
  const entry = itemsOfEntry(resource);
  unknownItemReasons(question, entry, reasons);
  if (!own) {
    matterReasons(question, resource, reasons);
    derivationReasons(question, resource, reasons);
    if (resource.sharingType === 'UNCONDITIONAL') dutyReasons(question, reasons);
  }
  if (!needsGrant(question, resource, own)) {
    if (reasons.length > 0) return denied(reasons);
    return {
      effect: 'permit',
      basis: own ? 'own' : 'unconditional',
      grantId: null,
      requirement: own ? 'R14.7' : 'R11.4',
      obligations: obligationsOf(use, entry, null),
    };
  }
  const found = findGrant(question, resource, entry);
  if (!found.grant) return denied([...reasons, ...found.reasons]);
  if (reasons.length > 0) return denied(reasons);
  return {
    effect: 'permit',
    basis: 'grant',
    grantId: found.grant.id,
    requirement: found.grant.parentId === null && found.grant.recipientOwnerId === null ? 'R12.7' : 'R13.2',
    obligations: obligationsOf(use, entry, found.grant),
  };
}

/**
 * Conditional use by others always; a third party's system even where its department needs none, because its data
 * would leave the department. The one exception is the system from which the provider's data come.
 */
function needsGrant({ system, thirdParty }: Question, resource: ResourceState, own: boolean): boolean {
  if (thirdParty !== null) return !(own && system?.provides.includes(resource.id));
  return !own && resource.sharingType !== 'UNCONDITIONAL';
}

/** Only a system of the provider that is registered for this resource feeds it. [R9.2] */
function decidePush(question: Question, resource: ResourceState, reasons: Reason[]): Decision {
  const { use, system } = question;
  if (!system || use.departmentId !== resource.providerId || !system.provides.includes(resource.id))
    reasons.push(reason('access.not_provider', [resource.id]));
  const before = reasons.length;
  resourceReasons(question, resource, reasons);
  if (reasons.length === before && resource.deliveryMode !== 'HOSTED')
    reasons.push(reason('access.delivery_elsewhere', [resource.id]));
  const entry = itemsOfEntry(resource);
  unknownItemReasons(question, entry, reasons);
  if (reasons.length > 0) return denied(reasons);
  return {
    effect: 'permit',
    basis: 'push',
    grantId: null,
    requirement: 'R9.2',
    obligations: obligationsOf(use, entry, null),
  };
}

/** Items leave in the order of the entry, each once. */
function obligationsOf(use: Use, entry: EntryItems, grant: GrantState | null): Obligations {
  return {
    items: use.items ? inOrder(use.items, entry) : givenItems(entry, grant),
    rowFilter: grant?.rowFilter ?? null,
    mask: grant?.mask ?? {},
    limits: grant?.limits ?? {},
  };
}

function inOrder(asked: readonly string[], { codes, positions }: EntryItems): readonly string[] {
  if (asked.length === 1) return asked;
  const wanted = new Set(asked.map((code) => positions.get(code)!));
  return [...wanted].sort((a, b) => a - b).map((position) => codes[position]!);
}

function givenItems({ codes }: EntryItems, grant: GrantState | null): readonly string[] {
  if (!grant) return codes;
  const { items } = compiledGrant(grant);
  return codes.filter((code) => items.has(code));
}

/** Each reason once: two rules may miss the same thing. */
function denied(reasons: readonly Reason[]): Decision {
  const seen = new Set<string>();
  return {
    effect: 'deny',
    reasons: reasons.filter(({ code, about }) => {
      const key = `${code} ${about?.join(' ')}`;
      return !seen.has(key) && seen.add(key);
    }),
  };
}
