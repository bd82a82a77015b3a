import {
  Refusal,
  type DisposalMethod,
  type GrantDisposalOverdue,
  type GrantDisposalReported,
  type GrantRenewalRequested,
  type GrantRenewed,
  type GrantReviewDue,
  type GrantReviewed,
  type Principal,
  type ReviewConclusion,
} from '@qiongtong/contracts';
import { scopeWithin } from '@qiongtong/regulation';
import { expire } from './ending';
import {
  checkLive,
  holdersOfficer,
  isLive,
  next,
  nextReview,
  providersOfficer,
  told,
  type ChangedGrant,
  type Grant,
} from './grant';
import { checkRenewedPeriod } from './scope';
import { resumeInTime } from './suspension';

/** The holder asks for a new period before the one agreed on is over. */
export function requestRenewal(
  grant: Grant,
  asked: Readonly<{ until: string; reason: string }>,
  by: Principal,
  now: Date,
): ChangedGrant {
  const officer = holdersOfficer(grant, by, ['SUBMITTER']);
  checkRenewable(grant, asked.until, now);
  const at = now.toISOString();
  const state = next(grant, { renewal: { ...asked, by: officer, at } });
  const event: GrantRenewalRequested = {
    type: 'authorisation.grant-renewal-requested.v1',
    key: state.id,
    at,
    data: { ...told(state, officer), until: asked.until },
  };
  return { state, event };
}

/**
 * The provider grants the period that was asked for. It begins where the first did, so that what was derived stays
 * inside. To say no it does nothing: the holder's way is then a new application, and its refusal has its own rules.
 */
export function renew(grant: Grant, above: Grant | null, by: Principal, now: Date): ChangedGrant {
  const officer = providersOfficer(grant, by);
  const { renewal } = grant;
  if (!renewal) throw new Refusal('grant.renewal_not_requested');
  if (officer === renewal.by) throw new Refusal('grant.own_submission');
  checkRenewable(grant, renewal.until, now);
  const period = { from: grant.period.from, until: renewal.until };
  const state = next(grant, { period, renewal: null });
  const wider = above ? scopeWithin(state, above).map(({ dimension }) => dimension) : [];
  if (wider.length > 0) throw new Refusal('grant.wider_than_above', { about: wider });
  const event: GrantRenewed = {
    type: 'authorisation.grant-renewed.v1',
    key: state.id,
    at: now.toISOString(),
    data: { ...told(state, officer), period },
  };
  return { state, event };
}

function checkRenewable(grant: Grant, until: string, now: Date): void {
  // Until the schedule has seen it, a period that is over still says ACTIVE.
  if (grant.status !== 'ACTIVE' || grant.period.until <= now.toISOString())
    throw new Refusal('grant.not_active', { about: [grant.status] });
  if (until <= grant.period.until) throw new Refusal('grant.renewal_not_longer');
  checkRenewedPeriod(until, now);
}

/** The provider looks at it once a year, and whenever business changes. To narrow it has its own act. [R8.5] */
export function review(
  grant: Grant,
  made: Readonly<{ conclusion: ReviewConclusion; note: string }>,
  by: Principal,
  now: Date,
): ChangedGrant {
  const officer = providersOfficer(grant, by, ['REVIEWER', 'RESPONSIBLE_OFFICER']);
  checkLive(grant);
  const at = now.toISOString();
  const dueAt = nextReview(grant, now);
  const state = next(grant, { review: { dueAt, overdueAt: null, last: { ...made, by: officer, at } } });
  const event: GrantReviewed = {
    type: 'authorisation.grant-reviewed.v1',
    key: state.id,
    at,
    data: { ...told(state, officer), conclusion: made.conclusion, nextDueAt: dueAt },
  };
  return { state, event };
}

/** After the end the holder says, once, what became of the data. */
export function reportDisposal(
  grant: Grant,
  made: Readonly<{ method: DisposalMethod; disposedAt: string; statement: string }>,
  by: Principal,
  now: Date,
): ChangedGrant {
  const { disposal } = grant;
  const holderId = disposal?.reporterId ?? grant.holderId;
  const officer = holdersOfficer({ holderId }, by, ['REVIEWER', 'RESPONSIBLE_OFFICER']);
  if (!disposal) throw new Refusal('grant.not_ended');
  if (disposal.report) throw new Refusal('grant.disposal_reported');
  const at = now.toISOString();
  if (made.disposedAt > at || made.disposedAt < grant.issuedAt) throw new Refusal('grant.disposal_date_invalid');
  const state = next(grant, { disposal: { ...disposal, report: { ...made, by: officer, at } } });
  const { method, disposedAt } = made;
  const event: GrantDisposalReported = {
    type: 'authorisation.grant-disposal-reported.v1',
    key: state.id,
    at,
    data: { ...told(state, officer), method, disposedAt, late: at > disposal.dueAt },
  };
  return { state, event };
}

/** When time does something to it next; null when never. */
export function nextDueAt(grant: Grant): string | null {
  const { period, suspension, review: due, disposal } = grant;
  if (isLive(grant)) {
    const ahead = [period.until, suspension?.until, due.overdueAt === null ? due.dueAt : undefined];
    return ahead.filter((at) => at !== undefined).sort()[0]!;
  }
  return disposal && !disposal.report && disposal.overdueAt === null ? disposal.dueAt : null;
}

/** What time has done to it by now, one thing at a time; null when nothing. An end leaves nothing to resume or review. */
export function fallDue(grant: Grant, now: Date): ChangedGrant | null {
  const at = now.toISOString();
  if (!isLive(grant)) return disposalOverdue(grant, now);
  if (grant.period.until <= at) return expire(grant, now);
  if (grant.suspension && grant.suspension.until <= at) return resumeInTime(grant, now);
  return grant.review.overdueAt === null && grant.review.dueAt <= at ? reviewDue(grant, now) : null;
}

function reviewDue(grant: Grant, now: Date): ChangedGrant {
  const at = now.toISOString();
  const { dueAt } = grant.review;
  const state = next(grant, { review: { ...grant.review, overdueAt: at } });
  const event: GrantReviewDue = {
    type: 'authorisation.grant-review-due.v1',
    key: state.id,
    at,
    data: { ...told(state, 'platform'), dueAt },
  };
  return { state, event };
}

function disposalOverdue(grant: Grant, now: Date): ChangedGrant | null {
  const at = now.toISOString();
  const { disposal } = grant;
  if (!disposal || disposal.report || disposal.overdueAt !== null || disposal.dueAt > at) return null;
  const state = next(grant, { disposal: { ...disposal, overdueAt: at } });
  const event: GrantDisposalOverdue = {
    type: 'authorisation.grant-disposal-overdue.v1',
    key: state.id,
    at,
    data: { ...told(state, 'platform'), dueAt: disposal.dueAt },
  };
  return { state, event };
}
