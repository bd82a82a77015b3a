import {
  officerWith,
  Refusal,
  type Principal,
  type ReviewDelegated,
  type ReviewDelegationEnded,
} from '@qiongtong/contracts';

/**
 * A provider lets another department, such as a subordinate body, review applications for some of its resources. It
 * stays the provider; refusing in its name is not passed on.
 */
export type ReviewDelegation = Readonly<{
  id: string;
  providerId: string;
  resourceIds: readonly string[];
  delegateId: string;
  /** One officer of the delegate; null is any reviewer of it. */
  officerId: string | null;
  period: Readonly<{ from: string; until: string }>;
  reason: string;
  delegatedBy: string;
  delegatedAt: string;
  end: Readonly<{ by: string; at: string }> | null;
  revision: number;
}>;
export type NewDelegation = Pick<
  ReviewDelegation,
  'id' | 'resourceIds' | 'delegateId' | 'officerId' | 'period' | 'reason'
>;

/** What must be known of the delegate; null where nobody of that name is registered. */
export type Delegate = Readonly<{ kind: string; status: string; officerServes: boolean }> | null;

/** @param notOwn resources named that the provider does not provide */
export function delegate(
  given: NewDelegation,
  known: Readonly<{ delegate: Delegate; notOwn: readonly string[] }>,
  by: Principal,
  now: Date,
): Readonly<{ state: ReviewDelegation; event: ReviewDelegated }> {
  const delegatedBy = officerWith(DELEGATING, by);
  const { departmentId: providerId } = by;
  const { delegate: body, notOwn } = known;
  if (body?.kind !== 'DEPARTMENT' || body.status !== 'ACTIVE' || given.delegateId === providerId || !body.officerServes)
    throw new Refusal('delegation.delegate_invalid', { about: [given.delegateId] });
  if (notOwn.length > 0) throw new Refusal('delegation.resources_invalid', { about: notOwn });
  const at = now.toISOString();
  const state: ReviewDelegation = { ...given, providerId, delegatedBy, delegatedAt: at, end: null, revision: 1 };
  const { officerId, resourceIds, period } = given;
  const data = { ...told(state, delegatedBy), officerId, resourceIds, period };
  return { state, event: { type: 'authorisation.review-delegated.v1', key: state.id, at, data } };
}
const DELEGATING = ['REVIEWER', 'RESPONSIBLE_OFFICER'] as const;

export function end(
  delegation: ReviewDelegation,
  by: Principal,
  now: Date,
): Readonly<{ state: ReviewDelegation; event: ReviewDelegationEnded }> {
  const officer = officerWith(DELEGATING, by);
  if (by.departmentId !== delegation.providerId) throw new Refusal('application.not_provider');
  if (delegation.end) throw new Refusal('delegation.already_ended');
  const at = now.toISOString();
  const state = { ...delegation, end: { by: officer, at }, revision: delegation.revision + 1 };
  return {
    state,
    event: { type: 'authorisation.review-delegation-ended.v1', key: state.id, at, data: told(state, officer) },
  };
}

export const told = ({ id, providerId, delegateId, revision }: ReviewDelegation, by: string) => ({
  delegationId: id,
  providerId,
  delegateId,
  revision,
  by,
});
