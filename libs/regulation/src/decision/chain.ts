import type { GrantState, Reason, ResourceState } from '@qiongtong/contracts';
import { scopeWithin, type ScopeViolation } from '../grants/scope-within';
import { inForce, spanOf } from '../policy/instants';
import { pledgeStanding } from '../policy/pledges';
import { isStopped } from '../policy/stops';
import { reason, type Question } from './question';

/** Longer chains of transfers than this are not followed, and so not permitted. */
const LONGEST_CHAIN = 8;

/** A transfer stands only while every grant above it stands and it stays inside each of them. [R13.2] */
export function chainReasons(question: Question, resource: ResourceState, grant: GrantState, reasons: Reason[]): void {
  let child = grant;
  for (let length = 0; child.parentId !== null; length++) {
    const parent = question.policy.grant(child.parentId);
    if (!parent || length >= LONGEST_CHAIN || !stands(question, parent)) {
      reasons.push(reason('access.transfer_chain_broken', [child.parentId]));
      return;
    }
    const violations = violationsOf(child, parent);
    if (violations.length > 0) {
      reasons.push(
        reason(
          'access.transfer_wider_than_parent',
          violations.map(({ dimension }) => dimension),
        ),
      );
      return;
    }
    child = parent;
  }
  // What a department holds by right (its own, or unconditional) has no grant above it; of anything else a third party
  // has a part only under a department's grant.
  const byRight = resource.sharingType === 'UNCONDITIONAL' || resource.providerId === child.holderId;
  if (child.recipientOwnerId !== null && !byRight) reasons.push(reason('access.transfer_chain_broken', [child.id]));
}

function stands({ policy, now, use }: Question, grant: GrantState): boolean {
  if (grant.status !== 'ACTIVE' || !inForce(spanOf(grant.period.from, grant.period.until), now)) return false;
  if (isStopped(policy, 'grant', grant.id, now)) return false;
  if (grant.holderId === use.departmentId) return true;
  // What its holder may not use at the moment, nobody uses through it.
  const holder = policy.organisation(grant.holderId);
  return (
    holder?.status === 'ACTIVE' &&
    holder.admission === 'ACTIVE' &&
    pledgeStanding(holder, now) === 'valid' &&
    holder.hasResponsibleUnit === true &&
    !isStopped(policy, 'organisation', holder.id, now)
  );
}

const compared = new WeakMap<GrantState, { parent: GrantState; violations: readonly ScopeViolation[] }>();

function violationsOf(child: GrantState, parent: GrantState): readonly ScopeViolation[] {
  let known = compared.get(child);
  if (known?.parent !== parent) compared.set(child, (known = { parent, violations: scopeWithin(child, parent) }));
  return known.violations;
}
