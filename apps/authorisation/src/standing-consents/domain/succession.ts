import type { StandingConsentPassed, StandingConsentWithdrawn } from '@qiongtong/contracts';
import { formerOf, resourceAfter, type Succeeded, type Succession } from '@qiongtong/regulation';
import { told, type StandingConsent } from './standing-consent';

type Changed = Readonly<{ state: StandingConsent; event: StandingConsentPassed | StandingConsentWithdrawn }>;

/** Who provides the resource now is bound by what its provider consented to; the applicants it names stay those named. */
export function succeed(standing: StandingConsent, s: Succession, now: Date): Succeeded<Changed> | null {
  if (standing.status !== 'PROPOSED' && standing.status !== 'ACTIVE') return null;
  const { id, providerId: fromId } = standing;
  const at = now.toISOString();
  const revision = standing.revision + 1;
  const providerId = resourceAfter(s, standing.resourceId, fromId);
  if (providerId === null) {
    const withdrawal = { by: s.decidedBy, at, reason: s.documentNumber };
    const state = { ...standing, status: 'WITHDRAWN' as const, withdrawal, revision };
    const type = 'authorisation.standing-consent-withdrawn.v1';
    const effect = { thing: 'standing-consent', id, outcome: 'ENDED', fromId, toId: null } as const;
    return {
      changed: { state, event: { type, key: id, at, data: told(state, s.decidedBy) } },
      effect: { ...effect, because: 'RESOURCE_WITHDRAWN' },
    };
  }
  if (providerId === fromId) return null;
  const state: StandingConsent = { ...standing, providerId, revision };
  const former = formerOf<StandingConsent>(standing, state, ['providerId']);
  const type = 'authorisation.standing-consent-passed.v1';
  const data = { ...told(state, s.decidedBy), changeId: s.changeId, former };
  const effect = { thing: 'standing-consent', id, outcome: 'PASSED', fromId, toId: providerId, because: null } as const;
  return { changed: { state, event: { type, key: id, at, data } }, effect };
}
