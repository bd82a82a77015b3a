import type { AccessApplicationFact } from '@qiongtong/contracts';
import type { Succeeded, Succession } from '@qiongtong/regulation';
import type { AccessApplication } from './access-application';
import { OPEN_STATUSES, type AccessApplicationStatus } from './transitions';

/** A pledge is a body's own: who takes its place applies and pledges itself. [R11.2] */
export function succeed(
  application: AccessApplication,
  s: Succession,
  now: Date,
): Succeeded<Readonly<{ state: AccessApplication; event: AccessApplicationFact<'withdrawn'> }>> | null {
  const { id, status, organisationId: fromId } = application;
  const open = (OPEN_STATUSES as readonly AccessApplicationStatus[]).includes(status);
  if (!open || !s.ending.includes(fromId)) return null;
  const revision = application.revision + 1;
  const state: AccessApplication = { ...application, status: 'WITHDRAWN', withdrawnBy: 'platform', revision };
  const data = { applicationId: id, organisationId: fromId, revision, by: s.decidedBy };
  const event = {
    type: 'authorisation.access-application-withdrawn.v1',
    key: id,
    at: now.toISOString(),
    data,
  } as const;
  const effect = { thing: 'access-application', id, outcome: 'ENDED', fromId, toId: null } as const;
  return { changed: { state, event }, effect: { ...effect, because: 'BODY_ENDED' } };
}
