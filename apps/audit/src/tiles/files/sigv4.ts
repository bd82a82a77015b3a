import { createHash, createHmac } from 'node:crypto';

export type Credentials = Readonly<{ accessKeyId: string; secretAccessKey: string }>;
export type Signed = Readonly<{
  method: string;
  url: URL;
  /** Of those that are signed beside host, digest and time; names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}>;

const ALGORITHM = 'AWS4-HMAC-SHA256';
const SERVICE = 's3';
const hex = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
const keyed = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** As AWS writes a part of a path or a query: everything but unreserved characters in upper-case hexadecimal. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** The path of an object within its bucket, its slashes kept. */
export const objectPath = (...parts: readonly string[]): string =>
  parts.map((part) => part.split('/').map(encoded).join('/')).join('/');

/** Headers of a request to S3 with its signature (AWS Signature Version 4, the whole body signed). */
export function signed(
  { method, url, headers, body }: Signed,
  { accessKeyId, secretAccessKey }: Credentials,
  region: string,
  now: Date,
): Record<string, string> {
  const time = now.toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const digest = hex(body);
  const all: Record<string, string> = {
    ...headers,
    host: url.host,
    'x-amz-content-sha256': digest,
    'x-amz-date': time,
  };
  const names = Object.keys(all).sort();
  const query = [...url.searchParams].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).sort();
  const canonical = [
    method,
    url.pathname,
    query.join('&'),
    ...names.map((name) => `${name}:${all[name]?.trim()}`),
    '',
    names.join(';'),
    digest,
  ].join('\n');
  const scope = `${day}/${region}/${SERVICE}/aws4_request`;
  const key = [day, region, SERVICE, 'aws4_request'].reduce<string | Buffer>(keyed, `AWS4${secretAccessKey}`);
  const signature = keyed(key as Buffer, [ALGORITHM, time, scope, hex(canonical)].join('\n')).toString('hex');
  const authorization = `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`; // prettier-ignore
  return { ...headers, 'x-amz-content-sha256': digest, 'x-amz-date': time, authorization };
}
