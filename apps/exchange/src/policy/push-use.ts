import { Refusal, REFUSALS, type Decision, type Use } from '@qiongtong/contracts';

/** The use that a push is: a system feeds a resource of the department it acts for. */
export const pushUse = (
  push: Readonly<{ systemId: string; departmentId: string; resourceId: string; tokenId: string | null }>,
): Use => ({
  systemId: push.systemId,
  departmentId: push.departmentId,
  officerId: null,
  officerAsserted: false,
  resourceId: push.resourceId,
  action: 'push',
  items: null,
  touchedItems: [],
  purpose: null,
  matterNumber: null,
  address: null,
  certificate: null,
  tokenId: push.tokenId,
  clientId: null,
  sessionId: null,
});

/** A decision that is no permit, as the refusal it is told by. */
export function refusalOf(decision: Exclude<Decision, { effect: 'permit' }>): Refusal {
  const [first] = decision.reasons;
  const code = first?.code ?? 'access.policy_stale';
  return new Refusal(code, {
    about: first?.about,
    ...(REFUSALS[code].kind === 'unavailable' ? { retryAfterSeconds: 5 } : {}),
  });
}
