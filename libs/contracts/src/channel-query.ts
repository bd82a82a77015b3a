import { invalid, isObject } from './body';
import { recordQueryOfBody, type RecordQuery } from './record-query';
import { isAddress, URL_CHARACTERS } from './subscription-request';

/** A query that the provider may take its time for, and where to say that it has ended. */
export type ChannelQueryRequest = Readonly<{
  /** Without a limit every row that the filter matches; there is no page after it. */
  query: Pick<RecordQuery, 'filter' | 'fields' | 'sort'> & Readonly<{ limit: number | null }>;
  callbackUrl: string | null;
}>;

/** Reads the body of `POST …/queries`, as the gateway names the use by it and exchange runs it: `records:query` without cursor and moment. */
export function channelQueryRequestOf(body: unknown): ChannelQueryRequest {
  if (!isObject(body)) throw invalid('', 'expected an object');
  const { callbackUrl = null, cursor, asOf, ...asked } = body;
  if (cursor !== undefined) throw invalid('/cursor', 'only of records:query');
  if (asOf !== undefined) throw invalid('/asOf', 'only of records that the platform keeps');
  if (callbackUrl !== null && !isAddress(callbackUrl))
    throw invalid('/callbackUrl', `expected an address of at most ${URL_CHARACTERS} characters`);
  const { filter, fields, sort, limit } = recordQueryOfBody(asked);
  return { query: { filter, fields, sort, limit: asked['limit'] === undefined ? null : limit }, callbackUrl };
}
