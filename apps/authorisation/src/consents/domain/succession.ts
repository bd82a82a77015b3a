import type { ConsentPassed } from '@qiongtong/contracts';
import { formerOf, type Succeeded, type Succession } from '@qiongtong/regulation';
import { isOpen, told, withdraw, type ConsentCase } from './consent-case';

type ChangedCase = Readonly<{ state: ConsentCase; event: ConsentPassed | ReturnType<typeof withdraw>['event'] }>;

/**
 * A case follows what it is about. Which authority is competent between the new parties is looked up at its answer, as
 * always. [R4.5]
 *
 * @param subject its parties afterwards; null where it is not awaited any more
 */
export function succeed(
  opened: ConsentCase,
  subject: Readonly<{ providerId: string; otherPartyId: string }> | null,
  s: Succession,
  now: Date,
): Succeeded<ChangedCase> | null {
  if (!isOpen(opened)) return null;
  const { id, providerId: fromId } = opened;
  // A case between a body and itself is none.
  if (!subject || subject.providerId === subject.otherPartyId) {
    const effect = { thing: 'consent-case', id, outcome: 'ENDED', fromId, toId: null, because: 'BODY_ENDED' } as const;
    return { changed: withdraw(opened, null, now), effect };
  }
  const state: ConsentCase = { ...opened, ...subject, revision: opened.revision + 1 };
  const former = formerOf<ConsentCase>(opened, state, ['providerId', 'otherPartyId']);
  if (Object.keys(former).length === 0) return null;
  const event: ConsentPassed = {
    type: 'authorisation.consent-passed.v1',
    key: id,
    at: now.toISOString(),
    data: { ...told(state, s.decidedBy), changeId: s.changeId, former },
  };
  const side = former['providerId'] === undefined ? ('otherPartyId' as const) : ('providerId' as const);
  return {
    changed: { state, event },
    effect: { thing: 'consent-case', id, outcome: 'PASSED', fromId: opened[side], toId: state[side], because: null },
  };
}
