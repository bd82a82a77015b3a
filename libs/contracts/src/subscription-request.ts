import { invalid, isObject, refuseUnknown } from './body';
import { recordQueryOfBody, type RecordQuery } from './record-query';

/** Where a feed begins: with what changes from now on, or with the first change that is kept. */
export const FEED_STARTS = ['NOW', 'BEGINNING'] as const;
export type FeedStart = (typeof FEED_STARTS)[number];

/** What a feed is asked to tell, and where to. */
export type SubscriptionRequest = Readonly<{ fields: RecordQuery['fields']; url: string; from: FeedStart }>;

const URL_CHARACTERS = 500;

/** Reads the body of `POST …/subscriptions`, as the gateway names the use by it and exchange keeps it. */
export function subscriptionRequestOf(body: unknown): SubscriptionRequest {
  if (!isObject(body)) throw invalid('', 'expected an object');
  const { fields, url, from = 'NOW', ...unknown } = body;
  refuseUnknown(unknown);
  if (typeof url !== 'string' || url.length === 0 || url.length > URL_CHARACTERS)
    throw invalid('/url', `expected an address of at most ${URL_CHARACTERS} characters`);
  if (from !== 'NOW' && from !== 'BEGINNING') throw invalid('/from', `expected one of ${FEED_STARTS.join(', ')}`);
  return { fields: recordQueryOfBody({ fields }).fields, url, from };
}
