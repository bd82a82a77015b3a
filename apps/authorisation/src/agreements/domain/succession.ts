import type { AgreementEnded, AgreementPassed } from '@qiongtong/contracts';
import { formerOf, resourceAfter, type Succeeded, type Succession } from '@qiongtong/regulation';
import { end, subject, type Agreement } from './agreement';

type Changed = Readonly<{ state: Agreement; event: AgreementPassed | AgreementEnded }>;

/**
 * An agreement in force binds who took a party's place; its text and digest are what was accepted, and stay. An amendment
 * that waits is between bodies of which one is gone: who wants it proposes it anew. A first version that waits is drafted
 * anew with its application. [R12.6]
 *
 * @param holderId who holds what it agreed on, afterwards
 */
export function succeed(agreement: Agreement, holderId: string, s: Succession, now: Date): Succeeded<Changed> | null {
  const providerId = resourceAfter(s, agreement.resourceId, agreement.providerId) ?? agreement.providerId;
  const former = formerOf<Agreement>(agreement, { ...agreement, providerId, applicantId: holderId }, [
    'providerId',
    'applicantId',
  ]);
  if (Object.keys(former).length === 0) return null;
  const side = former['applicantId'] === undefined ? ('providerId' as const) : ('applicantId' as const);
  const { id, status, amendment } = agreement;
  if (status === 'PENDING' && amendment) {
    const effect = { thing: 'agreement', id, outcome: 'ENDED', fromId: agreement[side], toId: null } as const;
    return { changed: end(agreement, 'VOIDED', s.decidedBy, now), effect: { ...effect, because: 'BODY_ENDED' } };
  }
  if (status !== 'ACCEPTED') return null;
  const state: Agreement = { ...agreement, providerId, applicantId: holderId, revision: agreement.revision + 1 };
  const event: AgreementPassed = {
    type: 'authorisation.agreement-passed.v1',
    key: id,
    at: now.toISOString(),
    data: { ...subject(state), changeId: s.changeId, former, revision: state.revision, by: s.decidedBy },
  };
  const effect = { thing: 'agreement', id, outcome: 'PASSED', because: null } as const;
  return { changed: { state, event }, effect: { ...effect, fromId: agreement[side], toId: state[side] } };
}
