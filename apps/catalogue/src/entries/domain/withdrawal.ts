import { Refusal, type Principal, type Role } from '@qiongtong/contracts';
import { authorityAct, checkState, MARKED, providerOfficer, step, subject } from './acting';
import type { Decision, Entry, Outcome, Withdrawal } from './entry';
import { carriesSecretMark } from './secret-mark';

type Given = Pick<Withdrawal, 'ground' | 'narrative' | 'basis'>;
/** The competent authority's answer to a withdrawal on a statutory cause. */
export type WithdrawalAnswer = Readonly<{ to: 'CONSENTED' | 'NOT_CONSENTED'; reason: string }>;

/**
 * Taking an entry back gives less than was promised. On misuse, or when the duty has ended, its provider does it at once;
 * on a statutory cause it names the law and the entry stays until the authority has consented, as with a refusal. [R10.4]
 */
export function withdraw(entry: Entry, given: Given, by: Principal, now: Date): Outcome {
  if (given.ground === 'STATUTORY') return propose(entry, given, by, now);
  const officer = providerOfficer('withdraw', entry, by);
  if (carriesSecretMark(given)) return MARKED;
  return withdrawn(entry, { ...given, by: officer, at: now.toISOString() }, officer, now);
}

function propose(entry: Entry, given: Given, by: Principal, now: Date): Outcome {
  const officer = providerOfficer('proposeWithdrawal', entry, by);
  if (carriesSecretMark(given)) return MARKED;
  if (given.basis === null) throw new Refusal('catalogue.withdrawal_basis_missing');
  if (entry.proposedWithdrawal) throw new Refusal('catalogue.withdrawal_proposed');
  const state = step('proposeWithdrawal', entry, now, {
    proposedWithdrawal: { ...given, by: officer, at: now.toISOString() },
  });
  const { law, article } = given.basis;
  return {
    state,
    event: {
      type: 'catalogue.withdrawal-proposed.v1',
      key: state.id,
      at: state.updatedAt,
      data: { ...subject(state, officer), statutoryBasis: [{ law, article }] },
    },
  };
}

/** @param competent role that reviews this provider's entries; whoever proposed it does not answer, nor its organisation [R14.10] */
export function answerWithdrawal(
  entry: Entry,
  { to, reason }: WithdrawalAnswer,
  competent: Role,
  by: Principal,
  now: Date,
): Outcome {
  const proposed = entry.proposedWithdrawal;
  const act = authorityAct('answerWithdrawal', entry, competent, by, now, [proposed?.by]);
  if (carriesSecretMark(reason)) return MARKED;
  if (!proposed) throw new Refusal('catalogue.no_withdrawal_proposed');
  if (to === 'CONSENTED') return withdrawn(entry, { ...proposed, consent: { ...act, reason } }, act.by, now);
  const state = step('answerWithdrawal', entry, now, {
    proposedWithdrawal: null,
    withheldWithdrawal: { ...proposed, answer: { ...act, reason } },
  });
  return {
    state,
    event: {
      type: 'catalogue.withdrawal-withheld.v1',
      key: state.id,
      at: state.updatedAt,
      data: { ...subject(state, act.by), organisationId: act.organisationId },
    },
  };
}

/** The provider takes its proposal back. */
export function retractWithdrawal(entry: Entry, by: Principal, now: Date): Decision {
  const officer = providerOfficer('retractWithdrawal', entry, by);
  if (!entry.proposedWithdrawal) throw new Refusal('catalogue.no_withdrawal_proposed');
  const state = step('retractWithdrawal', entry, now, { proposedWithdrawal: null });
  return {
    state,
    event: {
      type: 'catalogue.withdrawal-retracted.v1',
      key: state.id,
      at: state.updatedAt,
      data: subject(state, officer),
    },
  };
}

function withdrawn(entry: Entry, withdrawal: Withdrawal, by: string, now: Date): Decision {
  checkState('withdraw', entry);
  const state = step('withdraw', entry, now, { withdrawal, proposedWithdrawal: null });
  return {
    state,
    event: {
      type: 'catalogue.entry-withdrawn.v1',
      key: state.id,
      at: state.updatedAt,
      data: {
        ...subject(state, by),
        ground: withdrawal.ground,
        consentedBy: withdrawal.consent?.organisationId ?? null,
      },
    },
  };
}
