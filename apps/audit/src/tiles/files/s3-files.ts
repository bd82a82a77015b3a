import { setTimeout as sleep } from 'node:timers/promises';
import { boundedBody } from '../../bounded-body';
import { LogFiles } from './log-files';
import { objectPath, signed, type Credentials } from './sigv4';

export type S3Bucket = Readonly<{
  endpoint: string;
  bucket: string;
  /** Before every path; without a slash at its end. */
  prefix: string;
  region: string;
  credentials: Credentials;
}>;
type Answer = Readonly<{ status: number; body: Buffer; etag: string | null }>;

const TRIES = 5;
const FIRST_WAIT_MS = 100;
const TIMEOUT_MS = 30_000;
/** More than 256 entries of the largest kind. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const NOTHING = new Uint8Array();
const AGAIN = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Objects of a bucket of an S3-compatible service, addressed by path. Nothing that stands there is ever replaced but
 * the checkpoint, and that only where it is the one that was read: `If-None-Match` and `If-Match`, and for services
 * that pass over those a look beforehand. [R14.9]
 */
export class S3Files extends LogFiles {
  readonly place: string;
  /** What stood at a path that changes when it was read last. */
  private readonly seen = new Map<string, string | null>();

  constructor(private readonly at: S3Bucket) {
    super();
    this.place = `s3://${at.bucket}/${at.prefix}`;
  }

  async read(path: string): Promise<Buffer | null> {
    const there = await this.object(path);
    this.seen.set(path, there?.etag ?? null);
    return there?.body ?? null;
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    if (await this.has(path, bytes)) return;
    const { status, body } = await this.ask('PUT', path, bytes, { 'if-none-match': '*' });
    // Somebody was faster, or it was ourselves and the answer was lost.
    if (status === 412 || status === 409) {
      if (await this.has(path, bytes)) return;
      throw this.failure('write', path, status, body);
    }
    if (status !== 200) throw this.failure('write', path, status, body);
  }

  async replace(path: string, bytes: Uint8Array): Promise<void> {
    if (!this.seen.has(path)) await this.read(path);
    const etag = this.seen.get(path);
    const { status, body, etag: written } = await this.ask('PUT', path, bytes, etag ? { 'if-match': etag } : { 'if-none-match': '*' }); // prettier-ignore
    this.seen.delete(path);
    if (status === 412 || status === 409) {
      const now = await this.read(path);
      if (now && Buffer.compare(now, bytes) === 0) return;
    }
    if (status !== 200) throw this.failure('write', path, status, body);
    if (written) this.seen.set(path, written);
  }

  /** There are at most 255 narrower forms, fewer than one list has. */
  async removePartial(path: string): Promise<void> {
    const prefix = this.key(`${path}.p/`);
    const query = new URLSearchParams({ 'list-type': '2', prefix });
    const { status, body } = await this.send('GET', '', NOTHING, {}, query);
    if (status !== 200) throw this.failure('list', path, status, body);
    for (const [, key = ''] of body.toString('utf8').matchAll(/<Key>([^<&]+)<\/Key>/g)) {
      if (!key.startsWith(prefix)) continue;
      const removed = await this.send('DELETE', objectPath(key));
      if (removed.status !== 204 && removed.status !== 200 && removed.status !== 404)
        throw this.failure('remove', key, removed.status, removed.body);
    }
  }

  /** @returns whether these bytes stand there; throws where others do */
  private async has(path: string, bytes: Uint8Array): Promise<boolean> {
    const there = await this.object(path);
    if (there && Buffer.compare(there.body, bytes) !== 0)
      throw new Error(`${this.place}: other bytes stand at ${path}`);
    return there !== null;
  }

  private async object(path: string): Promise<Answer | null> {
    const answer = await this.ask('GET', path);
    if (answer.status !== 200 && answer.status !== 404) throw this.failure('read', path, answer.status, answer.body);
    return answer.status === 200 ? answer : null;
  }

  private key(path: string): string {
    return this.at.prefix === '' ? path : `${this.at.prefix}/${path}`;
  }

  private ask(
    method: string,
    path: string,
    body: Uint8Array = NOTHING,
    headers: Readonly<Record<string, string>> = {},
  ) {
    return this.send(method, objectPath(this.key(path)), body, headers);
  }

  /** Every request may be sent again: each says the whole of what is to stand there. */
  private async send(
    method: string,
    path: string,
    body: Uint8Array = NOTHING,
    headers: Readonly<Record<string, string>> = {},
    query = new URLSearchParams(),
  ): Promise<Answer> {
    const url = new URL(`${this.at.endpoint.replace(/\/$/, '')}/${this.at.bucket}/${path}`);
    url.search = query.toString().replaceAll('+', '%20');
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.sendOnce(method, url, body, headers).catch((error: unknown) => {
        if (attempt >= TRIES) throw new Error(`${this.place} does not answer`, { cause: error });
        return null;
      });
      if (answer && (!AGAIN.has(answer.status) || attempt >= TRIES)) return answer;
      await sleep(FIRST_WAIT_MS * 2 ** (attempt - 1) * (0.5 + Math.random()));
    }
  }

  private async sendOnce(method: string, url: URL, body: Uint8Array, headers: Readonly<Record<string, string>>) {
    const { credentials, region } = this.at;
    // Services compare the time of a signature with their own: it is the machine's, whatever clock facts go by.
    const response = await fetch(url, {
      method,
      headers: signed({ method, url, headers, body }, credentials, region, new Date()),
      ...(method === 'PUT' ? { body: body as Uint8Array<ArrayBuffer> } : {}),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return {
      status: response.status,
      body: await boundedBody(response, MAX_ANSWER_BYTES),
      etag: response.headers.get('etag'),
    };
  }

  private failure(what: string, path: string, status: number, body: Buffer): Error {
    const [, code = ''] = /<Code>([A-Za-z]{1,60})<\/Code>/.exec(body.toString('utf8', 0, 2_000)) ?? [];
    return new Error(`${this.place}: cannot ${what} ${path}: ${status} ${code}`.trimEnd());
  }
}
