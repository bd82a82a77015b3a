import { invalid, isObject, refuseUnknown } from './body';
import { recordQueryOfBody, type RecordQuery } from './record-query';

/** Where a feed begins: with what changes from now on, or with the first change that is kept. */
export const FEED_STARTS = ['NOW', 'BEGINNING'] as const;
export type FeedStart = (typeof FEED_STARTS)[number];

/** How batches come: posted to an address, or as messages of a topic of one's own. */
export const FEED_CHANNELS = ['WEBHOOK', 'KAFKA'] as const;
export type FeedChannel = (typeof FEED_CHANNELS)[number];

/** What a feed is asked to tell, and where to; `url` is of a webhook and of nothing else. */
export type SubscriptionRequest = Readonly<{
  fields: RecordQuery['fields'];
  channel: FeedChannel;
  url: string | null;
  from: FeedStart;
}>;

/** Of an address that the platform is to call. */
export const URL_CHARACTERS = 500;

/** Reads the body of `POST …/subscriptions`, as the gateway names the use by it and exchange keeps it. */
export function subscriptionRequestOf(body: unknown): SubscriptionRequest {
  if (!isObject(body)) throw invalid('', 'expected an object');
  const { fields, channel = 'WEBHOOK', url, from = 'NOW', ...unknown } = body;
  refuseUnknown(unknown);
  if (channel !== 'WEBHOOK' && channel !== 'KAFKA')
    throw invalid('/channel', `expected one of ${FEED_CHANNELS.join(', ')}`);
  if (channel === 'KAFKA' && url !== undefined) throw invalid('/url', 'only of a webhook');
  if (channel === 'WEBHOOK' && !isAddress(url))
    throw invalid('/url', `expected an address of at most ${URL_CHARACTERS} characters`);
  if (from !== 'NOW' && from !== 'BEGINNING') throw invalid('/from', `expected one of ${FEED_STARTS.join(', ')}`);
  return { fields: recordQueryOfBody({ fields }).fields, channel, url: typeof url === 'string' ? url : null, from };
}

export const isAddress = (url: unknown): url is string =>
  typeof url === 'string' && url.length > 0 && url.length <= URL_CHARACTERS;
