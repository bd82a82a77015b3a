import { aUse } from '@qiongtong/testing';
import fc from 'fast-check';
import { steered, turned, waitAfter, type Subscription, type SubscriptionStatus } from './subscription';

const NOW = new Date('2026-11-26T00:00:00Z');
const aSubscription = (over: Partial<Subscription> = {}): Subscription => ({
  ...{ id: 's1', resourceId: 'r', providerId: 'mzt', departmentId: 'ybj', systemId: 'ybj-system', decisionId: 'd' },
  ...{
    grantId: 'g1',
    use: aUse(),
    channel: 'WEBHOOK',
    url: 'https://node/',
    status: 'ACTIVE',
    cause: null,
    position: 0,
    issued: 0,
  },
  ...{ reached: { batchNo: 0, key: '' }, acknowledged: 0, terms: null, failures: 0, failingSince: null },
  ...{ lastFailure: null, dueAt: NOW, attempt: 0, openedAt: NOW },
  ...over,
});

describe('steering a subscription', () => {
  it.each<[SubscriptionStatus, 'pause' | 'resume' | 'end', string]>([
    ['ACTIVE', 'pause', 'PAUSED'],
    ['HELD', 'pause', 'PAUSED'],
    ['PAUSED', 'resume', 'ACTIVE'],
    ['HELD', 'resume', 'ACTIVE'],
    ['DISABLED', 'resume', 'ACTIVE'],
    ['DISABLED', 'end', 'ENDED'],
    ['DISABLED', 'pause', 'subscription.not_in_that_state'],
    ['ENDED', 'resume', 'subscription.ended'],
    ['ENDED', 'pause', 'subscription.ended'],
  ])('from %s by %s leads to %s', (status, act, outcome) => {
    const attempt = () => steered(aSubscription({ status }), act, 'wang', NOW)!.state.status;
    if (!outcome.startsWith('subscription.')) return expect(attempt()).toBe(outcome);
    expect(attempt).toThrow(expect.objectContaining({ code: outcome }));
  });

  it('says nothing when it is so already', () => {
    expect(steered(aSubscription({ status: 'PAUSED' }), 'pause', 'wang', NOW)).toBeNull();
    expect(steered(aSubscription({ status: 'ENDED' }), 'end', 'wang', NOW)).toBeNull();
  });

  it('forgets what went wrong when it is resumed', () => {
    const disabled = aSubscription({
      status: 'DISABLED',
      cause: 'subscription.not_delivered',
      failures: 9,
      failingSince: NOW,
    });
    expect(steered(disabled, 'resume', 'wang', NOW)!.state).toMatchObject({
      cause: null,
      failures: 0,
      failingSince: null,
    });
  });
});

describe('a subscription that turns by itself', () => {
  it('[R12.7] says once why it is held, and again when the reason is another', () => {
    const { state, event } = turned(aSubscription(), 'HELD', 'access.no_grant', NOW)!;
    expect(event.data).toMatchObject({ subscriptionId: 's1', status: 'HELD', code: 'access.no_grant' });
    expect(turned(state, 'HELD', 'access.no_grant', NOW)).toBeNull();
    expect(turned(state, 'HELD', 'access.grant_not_active', NOW)?.state.cause).toBe('access.grant_not_active');
  });
});

describe('the wait after a failure', () => {
  it('grows, is never long beyond reason, and never nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (n, chance) => {
        const wait = waitAfter(n, chance);
        expect(wait).toBeGreaterThanOrEqual(500);
        expect(wait).toBeLessThanOrEqual(900_000);
        expect(waitAfter(n + 1, chance)).toBeGreaterThanOrEqual(wait);
      }),
    );
  });
});
