import {
  Refusal,
  type FeedChannel,
  type RefusalCode,
  type SubscriptionFact,
  type SubscriptionSteered,
  type SubscriptionTurned,
  type Use,
} from '@qiongtong/contracts';

export type SubscriptionStatus = 'ACTIVE' | 'HELD' | 'PAUSED' | 'DISABLED' | 'ENDED';

/** A feed of one resource's changes to one system, from its opening to its end. */
export type Subscription = Readonly<{
  id: string;
  resourceId: string;
  providerId: string;
  departmentId: string;
  systemId: string;
  /** Of the opening; each batch has one of its own. */
  decisionId: string;
  grantId: string | null;
  /** The use as it was opened, which is decided again for each batch. */
  use: Use;
  channel: FeedChannel;
  /** null of a topic. */
  url: string | null;
  /** HELD: not permitted at the moment. DISABLED: the receiver did not take or acknowledge. */
  status: SubscriptionStatus;
  cause: RefusalCode | null;
  /** Where it stands in the changes of the resource. */
  reached: Readonly<{ batchNo: number; key: string }>;
  /** Of the last batch that arrived, or that was rewound to. */
  position: number;
  /** The highest position that was ever given. */
  issued: number;
  acknowledged: number;
  /** Digest of what was permitted when the last batch arrived; null before the first. */
  terms: string | null;
  failures: number;
  failingSince: Date | null;
  lastFailure: string | null;
  dueAt: Date;
  /** Rises each time somebody begins to send, so that whoever was thought dead changes nothing any more. */
  attempt: number;
  openedAt: Date;
}>;

/** Terms that no decision has: what was told may have been told under several. */
export const MIXED_TERMS = 'mixed';

type Acted<F extends SubscriptionFact> = Readonly<{ state: Subscription; event: F }>;
type Act = 'pause' | 'resume' | 'end';

/** From where each act of its owner leads where. What has ended stays ended. */
const ACTS: Readonly<
  Record<Act, Readonly<{ from: readonly SubscriptionStatus[]; to: 'ACTIVE' | 'PAUSED' | 'ENDED' }>>
> = {
  pause: { from: ['ACTIVE', 'HELD'], to: 'PAUSED' },
  resume: { from: ['PAUSED', 'HELD', 'DISABLED'], to: 'ACTIVE' },
  end: { from: ['ACTIVE', 'HELD', 'PAUSED', 'DISABLED'], to: 'ENDED' },
};
const UNTROUBLED = { cause: null, failures: 0, failingSince: null, lastFailure: null } as const;

/** What its owner does; done twice it is done once, and says nothing the second time. */
export function steered(known: Subscription, act: Act, by: string, now: Date): Acted<SubscriptionSteered> | null {
  const { from, to } = ACTS[act];
  if (known.status === to) return null;
  expectLive(known);
  if (!from.includes(known.status)) throw new Refusal('subscription.not_in_that_state', { about: [known.status] });
  const state: Subscription = { ...known, ...UNTROUBLED, status: to, dueAt: now };
  return { state, event: fact(known, now, 'exchange.subscription-steered.v1', { status: to, by }) };
}

/** It stops or goes on by itself. Null when nothing is new by it. */
export function turned(
  known: Subscription,
  status: SubscriptionTurned['data']['status'],
  code: RefusalCode | null,
  now: Date,
): Acted<SubscriptionTurned> | null {
  if (known.status === status && known.cause === code) return null;
  const state: Subscription = { ...known, ...(status === 'ACTIVE' && UNTROUBLED), status, cause: code };
  return { state, event: fact(known, now, 'exchange.subscription-turned.v1', { status, code }) };
}

export function expectLive({ id, status }: Subscription): void {
  if (status === 'ENDED') throw new Refusal('subscription.ended', { about: [id] });
}

/** A fact about a subscription, in the words that all of them share. */
export function fact<T extends SubscriptionFact['type'], D extends object>(
  { id: subscriptionId, resourceId, providerId, departmentId }: Subscription,
  now: Date,
  type: T,
  data: D,
) {
  const common = { subscriptionId, resourceId, providerId, departmentId };
  return { type, key: subscriptionId, at: now.toISOString(), data: { ...common, ...data } };
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15 * 60_000;

/**
 * Milliseconds until a batch that was not taken is sent again: doubled with each failure, between half and all of it, so
 * that receivers that came back are not met by all at once.
 *
 * @param chance from 0 up to 1
 */
export function waitAfter(failures: number, chance: number): number {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 20));
  return Math.round(longest * (0.5 + chance / 2));
}
