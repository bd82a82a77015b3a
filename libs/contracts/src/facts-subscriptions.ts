import type { Use } from './decision';
import type { Fact } from './fact';
import type { RefusalCode } from './refusals';
import type { FeedChannel } from './subscription-request';

/** A feed of a resource's changes, and for whom it is. */
type OfSubscription = Readonly<{
  subscriptionId: string;
  resourceId: string;
  providerId: string;
  departmentId: string;
}>;

/** A feed was subscribed to, and permitted as far as that goes; each batch is decided again when it is sent. [R12.7, R13.4] */
export type SubscriptionOpened = Fact<
  'exchange.subscription-opened.v1',
  Omit<OfSubscription, 'departmentId'> &
    Readonly<{
      decisionId: string;
      grantId: string | null;
      channel: FeedChannel;
      /** The node it is sent to; its path is the subscriber's own matter. null for a topic. */
      host: string | null;
      use: Use;
    }>
>;

/** Its owner paused, resumed or ended it. */
export type SubscriptionSteered = Fact<
  'exchange.subscription-steered.v1',
  OfSubscription & Readonly<{ status: 'ACTIVE' | 'PAUSED' | 'ENDED'; by: string }>
>;

/** It stopped, or goes on, by itself: what is permitted changed, or the receiver did not take or acknowledge. */
export type SubscriptionTurned = Fact<
  'exchange.subscription-turned.v1',
  OfSubscription & Readonly<{ status: 'ACTIVE' | 'HELD' | 'DISABLED'; code: RefusalCode | null }>
>;

/** What comes after this position is told again. */
export type SubscriptionRewound = Fact<
  'exchange.subscription-rewound.v1',
  OfSubscription & Readonly<{ position: number; by: string }>
>;

/** A batch is about to be sent; durable before its first byte leaves, and so also said of one that never arrives. [R13.4, R14.9] */
export type FeedBatchReleased = Fact<
  'exchange.feed-batch-released.v1',
  OfSubscription &
    Readonly<{
      decisionId: string;
      grantId: string | null;
      position: number;
      /** Changes in it, and those of them that carry a row. */
      changes: number;
      rows: number;
      bytes: number;
      /** SHA-256, hex, of the body. */
      digest: string;
      /** What left, as keyed hashes of record keys, in the words of access records. */
      delivery: string;
    }>
>;

/** The subscriber says that it has everything up to this position. */
export type FeedBatchAcknowledged = Fact<
  'exchange.feed-batch-acknowledged.v1',
  OfSubscription & Readonly<{ position: number; digest: string; by: string }>
>;

export type SubscriptionFact =
  | SubscriptionOpened
  | SubscriptionSteered
  | SubscriptionTurned
  | SubscriptionRewound
  | FeedBatchReleased
  | FeedBatchAcknowledged;
