import { Refusal } from '@qiongtong/contracts';
import type { HopRequest } from '@qiongtong/platform';
import { CHARSETS, type Charset } from '../ingest/csv-rows';
import { releaseOf } from '../policy/release-of';
import type { Push, PushUse } from './push';

const FORMATS: Readonly<Record<string, Push['format']>> = {
  'application/x-ndjson': 'ndjson',
  'application/json': 'json',
  'text/csv': 'csv',
};

/** The use as the gateway decided it. Without its decision nothing is pushed. */
export function pushUseOf(request: HopRequest, resourceId: string): PushUse {
  const { use } = releaseOf(request, 'push', resourceId);
  const { systemId } = use;
  if (systemId === null) throw new Refusal('access.not_provider', { about: [resourceId] });
  return { ...use, systemId };
}

/** What the rows are written as, by their media type and its `charset`. */
export function formatOf(contentType: string | undefined): Pick<Push, 'format' | 'charset'> {
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';');
  const format = FORMATS[type.trim()];
  const charset = parameters.map((one) => /^\s*charset="?([a-z0-9-]+)"?\s*$/.exec(one)?.[1]).find(Boolean) ?? 'utf-8';
  const known: Charset | undefined = Object.hasOwn(CHARSETS, charset)
    ? CHARSETS[charset as keyof typeof CHARSETS]
    : undefined;
  if (!format || !known || (format !== 'csv' && known !== 'utf-8')) throw new Refusal('request.unsupported_media_type');
  return { format, charset: known };
}

export function isGzip(encoding: string | undefined): boolean {
  const named = (encoding ?? 'identity').trim().toLowerCase();
  if (named !== 'identity' && named !== 'gzip') throw new Refusal('request.unsupported_media_type');
  return named === 'gzip';
}
