import { REFUSALS, type Decision, type GrantState, type Principal, type RefusalCode, type Use } from '@qiongtong/contracts'; // prettier-ignore
import { decide, unaddressed, type Freshness, type PolicyView } from '@qiongtong/regulation';

/** Whether the caller's department may read a resource: at once, after it has obtained something, or not at all. */
export type MayRead = Readonly<{
  answer: 'READ_NOW' | 'MUST_APPLY' | 'CANNOT' | 'UNKNOWN';
  /** What it rests on: the department's own, shared without condition, or a grant. */
  basis: 'own' | 'unconditional' | 'grant' | null;
  reasons: readonly Readonly<{ code: RefusalCode; requirement: string; article: number | null; zh: string; en: string }>[];
}>; // prettier-ignore

/** What no application of the department changes; what is not here, it can apply for, sign or name. */
const BEYOND_APPLYING: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'access.caller_unknown',
  'access.not_a_department',
  'access.organisation_inactive',
  'access.admission_suspended',
  'access.stopped',
  'access.not_shared',
  'access.special_regime',
  'access.delivery_elsewhere',
  'access.resource_suspended',
  'access.resource_not_published',
  'access.transfer_chain_broken',
  'access.transfer_wider_than_parent',
]);
/** Not the regulation's answer, but that we do not have it: old news, or a resource that has just been published. */
const NOT_KNOWN_YET: ReadonlySet<RefusalCode> = new Set<RefusalCode>(['access.policy_stale', 'access.policy_unreadable', 'access.resource_unknown']); // prettier-ignore
/** A use of a matter has its number; which one is the caller's own affair. */
const SOME_MATTER = 'any';
/** So many uses are tried for one entry: a department has few grants for one resource. */
const MOST_USES = 32;

/**
 * Asks the decision itself: permitted as soon as one use would be that the department could make now, by the caller or by
 * a system its grant names, for a purpose of its duties or of the grant. Otherwise the reasons of the use that lacks least.
 */
export function mayRead(
  policy: PolicyView,
  resourceId: string,
  by: Principal,
  now: Date,
  freshness: Freshness,
): MayRead {
  const view = unaddressed(policy);
  let closest: Exclude<Decision, { effect: 'permit' }> | null = null;
  for (const use of usesOf(policy, resourceId, by)) {
    const decision = decide(view, use, now, freshness);
    if (decision.effect === 'permit') return { answer: 'READ_NOW', basis: decision.basis as MayRead['basis'], reasons: [] };
    if (!closest || decision.reasons.length < closest.reasons.length) closest = decision;
  } // prettier-ignore
  const reasons = (closest?.reasons ?? []).map(({ code, requirement }) => {
    const { article, zh, en } = REFUSALS[code];
    return { code, requirement, article: article ?? null, zh, en };
  });
  const some = (codes: ReadonlySet<RefusalCode>) => reasons.some(({ code }) => codes.has(code));
  const answer = some(NOT_KNOWN_YET) ? 'UNKNOWN' : some(BEYOND_APPLYING) ? 'CANNOT' : 'MUST_APPLY';
  return { answer, basis: null, reasons };
}

function usesOf(policy: PolicyView, resourceId: string, by: Principal): Use[] {
  const { departmentId, systemId, officerId } = by;
  const use: Use = {
    ...{ systemId, departmentId, officerId, officerAsserted: false, resourceId },
    ...{ action: 'query', items: null, touchedItems: [], purpose: null, matterNumber: SOME_MATTER },
    ...{ address: null, certificate: null, tokenId: by.tokenId, clientId: by.clientId ?? null },
    sessionId: by.sessionId ?? null,
  };
  const granted = policy.grantsOf(departmentId, resourceId).filter((grant) => grant.recipientOwnerId === null);
  if (granted.length > 0) return granted.flatMap((grant) => usesUnder(grant, use)).slice(0, MOST_USES);
  const [purpose = null] = policy.organisation(departmentId)?.duties.flatMap((duty) => [...duty.purposes]) ?? [];
  return [{ ...use, purpose }];
}

const usesUnder = (grant: GrantState, use: Use): Use[] =>
  (grant.systems.length > 0 ? grant.systems : [use.systemId]).flatMap((systemId) =>
    grant.actions.map((action) => ({
      ...{ ...use, systemId, action, purpose: grant.purposes[0] ?? null },
      officerAsserted: systemId !== use.systemId && use.officerId !== null,
    })),
  );
