import { REFUSALS, type AccessRecord, type Decision, type Reason, type Use } from '@qiongtong/contracts';
import { newId } from '@qiongtong/platform';

/** The record of a decision, without what is only known when the answer is there; a refusal until it is something else. */
export const recordOf = (
  operation: string,
  use: Use,
  providerId: string | null,
  decision: Decision,
  decisionId = newId(),
): AccessRecord => {
  const permit = decision.effect === 'permit' ? decision : null;
  return {
    decisionId,
    outcome: 'refused',
    operation,
    use,
    providerId,
    effect: decision.effect,
    basis: permit?.basis ?? null,
    grantId: permit?.grantId ?? null,
    requirement: permit?.requirement ?? null,
    reasons: [],
    filter: null,
    rows: null,
    bytes: null,
    digest: null,
    delivery: null,
    status: 0,
  };
};

/** Reasons as a record has them. */
export const recordedReasons = (reasons: readonly Reason[]): AccessRecord['reasons'] =>
  reasons.map(({ code, requirement }) => ({ code, requirement, article: REFUSALS[code].article ?? 0 }));
