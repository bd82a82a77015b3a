import { Refusal, type Principal, type Role } from '@qiongtong/contracts';
import { authorityAct, checkState, MARKED, providerOfficer, step, subject } from './acting';
import type { Decision, Entry, Outcome, ScheduledWithdrawal, Withdrawal } from './entry';
import { carriesSecretMark } from './secret-mark';

/** @property effectiveAt null for at once */
export type GivenWithdrawal = Pick<Withdrawal, 'ground' | 'narrative' | 'basis'> &
  Readonly<{ effectiveAt: string | null }>;
/** The competent authority's answer to a withdrawal on a statutory cause. */
export type WithdrawalAnswer = Readonly<{ to: 'CONSENTED' | 'NOT_CONSENTED'; reason: string }>;

const DAY_MS = 86_400_000;
/** What is further off than this is a plan, and nobody's notice. */
const MOST_DAYS = 366;

/**
 * Taking an entry back gives less than was promised. On misuse, or when the duty has ended, its provider does it, at once
 * or with notice to who uses it; on a statutory cause it names the law and the entry stays until the authority has
 * consented, as with a refusal. [R10.4]
 *
 * @param noticeDays between that who uses it is told and that it takes effect, at least
 */
export function withdraw(entry: Entry, given: GivenWithdrawal, noticeDays: number, by: Principal, now: Date): Outcome {
  const { effectiveAt, ...said } = given;
  if (said.ground === 'STATUTORY') return propose(entry, given, noticeDays, by, now);
  const officer = providerOfficer(effectiveAt === null ? 'withdraw' : 'scheduleWithdrawal', entry, by);
  if (carriesSecretMark(given)) return MARKED;
  const withdrawal = { ...said, by: officer, at: now.toISOString() };
  if (effectiveAt === null) return withdrawn(entry, withdrawal, officer, now);
  checkNotice(entry, effectiveAt, noticeDays, now);
  return scheduled(entry, { ...withdrawal, effectiveAt: canonical(effectiveAt) }, officer, now);
}

function propose(entry: Entry, given: GivenWithdrawal, noticeDays: number, by: Principal, now: Date): Outcome {
  const { effectiveAt, ...said } = given;
  const officer = providerOfficer('proposeWithdrawal', entry, by);
  if (carriesSecretMark(given)) return MARKED;
  if (said.basis === null) throw new Refusal('catalogue.withdrawal_basis_missing');
  if (entry.proposedWithdrawal) throw new Refusal('catalogue.withdrawal_proposed');
  checkNotice(entry, effectiveAt, noticeDays, now);
  const proposedWithdrawal: Withdrawal = {
    ...said,
    by: officer,
    at: now.toISOString(),
    ...(effectiveAt !== null && { effectiveAt: canonical(effectiveAt) }),
  };
  const state = step('proposeWithdrawal', entry, now, { proposedWithdrawal });
  const { law, article } = said.basis;
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

function checkNotice(entry: Entry, effectiveAt: string | null, noticeDays: number, now: Date): void {
  if (entry.scheduledWithdrawal) throw new Refusal('catalogue.withdrawal_scheduled');
  if (effectiveAt === null) return;
  const days = (Date.parse(effectiveAt) - now.getTime()) / DAY_MS;
  if (days > MOST_DAYS)
    throw new Refusal('request.invalid', {
      errors: [{ pointer: '/effectiveAt', message: `at most ${MOST_DAYS} days from now` }],
    });
  if (days < noticeDays) throw new Refusal('catalogue.withdrawal_notice_too_short', { about: [String(noticeDays)] });
}

/** @param competent role that reviews this provider's entries; whoever proposed it does not answer, nor its organisation [R14.10] */
export function answerWithdrawal(
  entry: Entry,
  { to, reason }: WithdrawalAnswer,
  competent: Role,
  noticeDays: number,
  by: Principal,
  now: Date,
): Outcome {
  const proposed = entry.proposedWithdrawal;
  const act = authorityAct('answerWithdrawal', entry, competent, by, now, [proposed?.by]);
  if (carriesSecretMark(reason)) return MARKED;
  if (!proposed) throw new Refusal('catalogue.no_withdrawal_proposed');
  if (to === 'CONSENTED')
    return consented(entry, { ...proposed, consent: { ...act, reason } }, noticeDays, act.by, now);
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

/** Who uses it learns of it only now: however long the answer took, the notice is given whole. */
function consented(entry: Entry, given: Withdrawal, noticeDays: number, by: string, now: Date): Decision {
  if (given.effectiveAt === undefined) return withdrawn(entry, given, by, now);
  const earliest = new Date(now.getTime() + noticeDays * DAY_MS).toISOString();
  const effectiveAt = given.effectiveAt < earliest ? earliest : given.effectiveAt;
  return scheduled(entry, { ...given, effectiveAt }, by, now);
}

/** The provider takes back what it proposed, or what has not taken effect yet. */
export function retractWithdrawal(entry: Entry, by: Principal, now: Date): Decision {
  if (!entry.proposedWithdrawal && entry.scheduledWithdrawal) return calledBack(entry, by, now);
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

function calledBack(entry: Entry, by: Principal, now: Date): Decision {
  const officer = providerOfficer('callBackWithdrawal', entry, by);
  const state = step('callBackWithdrawal', entry, now, { scheduledWithdrawal: null });
  const data = subject(state, officer);
  return { state, event: { type: 'catalogue.withdrawal-called-back.v1', key: state.id, at: state.updatedAt, data } };
}

/** A scheduled withdrawal whose time has come; null where there is none, or not yet. Whose act it is set it. */
export function takenEffect(entry: Entry, now: Date): Decision | null {
  const { scheduledWithdrawal, status } = entry;
  if (!scheduledWithdrawal || status !== 'PUBLISHED' || Date.parse(scheduledWithdrawal.effectiveAt) > now.getTime())
    return null;
  return withdrawn(entry, scheduledWithdrawal, scheduledWithdrawal.by, now);
}

function scheduled(entry: Entry, withdrawal: ScheduledWithdrawal, by: string, now: Date): Decision {
  const change = { scheduledWithdrawal: withdrawal, proposedWithdrawal: null };
  const state = step('scheduleWithdrawal', entry, now, change);
  const data = { ...subject(state, by), ...told(withdrawal), effectiveAt: withdrawal.effectiveAt };
  return { state, event: { type: 'catalogue.withdrawal-scheduled.v1', key: state.id, at: state.updatedAt, data } };
}

function withdrawn(entry: Entry, withdrawal: Withdrawal, by: string, now: Date): Decision {
  checkState('withdraw', entry);
  const change = { withdrawal, proposedWithdrawal: null, scheduledWithdrawal: null };
  const state = step('withdraw', entry, now, change);
  const data = { ...subject(state, by), ...told(withdrawal) };
  return { state, event: { type: 'catalogue.entry-withdrawn.v1', key: state.id, at: state.updatedAt, data } };
}

const told = ({ ground, consent }: Withdrawal) => ({ ground, consentedBy: consent?.organisationId ?? null });
const canonical = (instant: string): string => new Date(instant).toISOString();
