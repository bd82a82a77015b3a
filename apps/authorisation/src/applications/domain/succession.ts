import {
  formerOf,
  purposesKept,
  resourceAfter,
  systemsKept,
  useAfter,
  type Because,
  type SucceedingBodies,
  type Succeeded,
  type Succession,
} from '@qiongtong/regulation';
import type { GrantScope } from '@qiongtong/regulation';
import { acted, ending, type Outcome, type SharingApplication } from './sharing-application';
import { mayAct } from './transitions';

type SucceededApplication = Succeeded<Outcome>;

/**
 * What becomes of an application when a party gives way to another body. It is answered by who provides the resource
 * now, and belongs to who has the applicant's duty now; receipt and clock stay as they are. Where nobody is left to ask,
 * it lapses. [R15.3, R12.8]
 */
export function succeed(
  application: SharingApplication,
  s: Succession,
  bodies: SucceedingBodies,
  now: Date,
): SucceededApplication | null {
  if (!mayAct('PASS', application.status)) return null;
  const { id, resourceId, asked } = application;
  const providerId = resourceAfter(s, resourceId, application.providerId);
  if (providerId === null) return lapsed(application, 'RESOURCE_WITHDRAWN', s, now);
  const applicantId = useAfter(s, 'applications', id, application.applicantId, asked.purposes);
  if (applicantId === null) return lapsed(application, 'APPLICANT_ENDED', s, now);
  if (applicantId === providerId) return lapsed(application, 'OWN_RESOURCE', s, now);
  const kept = purposesKept(s, bodies, application.applicantId, applicantId, asked.purposes);
  // What nobody has sent is held against the resource and the duties when it is sent.
  const ofApplicant = s.from.includes(application.applicantId) && application.status !== 'DRAFT';
  if (ofApplicant && kept.length < asked.purposes.length) return lapsed(application, 'DUTY_ENDED', s, now);
  const parties = { providerId, applicantId };
  const former = formerOf<SharingApplication>(application, { ...application, ...parties }, [
    'providerId',
    'applicantId',
  ]);
  if (Object.keys(former).length === 0) return null;
  const scopes = inEveryScope(application, parties, s);
  if (!scopes) return lapsed(application, 'DUTY_ENDED', s, now);

  const { receivedAt, clock } = application;
  const told = { changeId: s.changeId, former, receivedAt, dueAt: clock?.dueAt ?? null };
  const act = { changes: { ...parties, ...scopes }, fact: 'passed', told, by: s.decidedBy } as const;
  const changed = acted('PASS', application, act, now);
  const [fromId, toId] =
    former['applicantId'] === undefined ? [application.providerId, providerId] : [application.applicantId, applicantId];
  return { changed, effect: { thing: 'sharing-application', id, outcome: 'PASSED', fromId, toId, because: null } };
}

/** Whatever scope it has been given so far, under its new parties; null where no system of it is left. */
function inEveryScope(
  application: SharingApplication,
  { providerId, applicantId }: Pick<SharingApplication, 'providerId' | 'applicantId'>,
  s: Succession,
): Partial<SharingApplication> | null {
  const { asked, offer, proposal, decision } = application;
  const systemsOf = (systems: readonly string[]) => systemsKept(s, application.applicantId, applicantId, systems);
  const given = [asked, offer?.scope, proposal?.agreed?.scope, decision?.scope];
  if (given.some((scope) => scope && systemsOf(scope.systems) === null)) return null;
  const systemsIn = ({ systems }: Pick<GrantScope, 'systems'>) => ({ systems: systemsOf(systems)! });
  const inParties = (scope: GrantScope): GrantScope => ({
    ...scope,
    ...systemsIn(scope),
    providerId,
    holderId: applicantId,
  });
  return {
    asked: { ...asked, ...systemsIn(asked) },
    offer: offer && { ...offer, scope: inParties(offer.scope) },
    proposal: proposal?.agreed
      ? { ...proposal, agreed: { ...proposal.agreed, scope: inParties(proposal.agreed.scope) } }
      : proposal,
    decision: decision && { ...decision, scope: inParties(decision.scope) },
  };
}

type LapsedBecause = 'APPLICANT_ENDED' | 'DUTY_ENDED' | 'OWN_RESOURCE' | 'RESOURCE_WITHDRAWN';
const BECAUSE: Readonly<Record<LapsedBecause, Because>> = {
  APPLICANT_ENDED: 'BODY_ENDED',
  DUTY_ENDED: 'DUTY_ENDED',
  OWN_RESOURCE: 'OWN_RESOURCE',
  RESOURCE_WITHDRAWN: 'RESOURCE_WITHDRAWN',
};

function lapsed(
  application: SharingApplication,
  because: LapsedBecause,
  s: Succession,
  now: Date,
): SucceededApplication {
  const changes = { ...ending(application, now), withdrawnBy: 'platform' };
  const told = { changeId: s.changeId, because };
  const changed = acted('LAPSE', application, { changes, fact: 'lapsed', told, by: s.decidedBy }, now);
  const { id, applicantId: fromId } = application;
  return {
    changed,
    effect: { thing: 'sharing-application', id, outcome: 'ENDED', fromId, toId: null, because: BECAUSE[because] },
  };
}
