import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable, Writable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as later } from 'node:timers/promises';
import { aGrant, anOrganisation, aSystem, type PolicyPublisher } from '@qiongtong/testing';
import { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { Agent, request, type Dispatcher } from 'undici';
import { ITEMS } from '../ingest/rows';
import { RESOURCE, type Ingest } from '../ingest/world';
import { secondsSince } from '../run';

const READER = 'mzj-system';
const PURPOSE = 'social-aid.eligibility';
const LOOK_EVERY_MS = 20;
const LONG = 3_600;
const patient = new Agent({ headersTimeout: 0, bodyTimeout: 0 });

/** A department that may take everything of a resource, as a file, as a stream and as a feed. */
export async function publishReader(publisher: PolicyPublisher, resourceId: string = RESOURCE): Promise<void> {
  const items = ITEMS.map(({ code }) => code);
  const period = { from: '2020-01-01T00:00:00Z', until: '2099-01-01T00:00:00Z' };
  await publisher.publish('policy.organisations', anOrganisation({ id: 'mzj' }));
  await publisher.publish('policy.systems', aSystem({ id: READER }));
  const grant = { resourceId, holderId: 'mzj', items, period };
  await publisher.publish('policy.grants', aGrant({ ...grant, actions: ['download', 'batch', 'subscribe'] }));
}

export type Job = Readonly<{ id: string; status: string; failure: string | null; rows: number; bytes: number }>;
export type Taken = Readonly<{ seconds: number; bytes: number }>;

/** Calls the gateway as the reader's system. */
export class Reader {
  private constructor(
    private readonly ingest: Ingest,
    private readonly token: string,
  ) {}

  static async of(ingest: Ingest): Promise<Reader> {
    return new Reader(ingest, await ingest.issuer.system(READER, { expiresIn: LONG }));
  }

  /** From the request until the file is there. */
  async file(): Promise<Taken & { job: Job }> {
    const from = performance.now();
    const exports = `/v1/resources/${RESOURCE}/exports`;
    let job = await this.json<Job>('POST', exports, { format: 'NDJSON', fields: 'granted' });
    while (job.status === 'QUEUED' || job.status === 'RUNNING') {
      await later(LOOK_EVERY_MS);
      job = await this.json<Job>('GET', `${exports}/${job.id}`);
    }
    if (job.status !== 'READY') throw new Error(`no file: ${job.status} ${job.failure}`);
    return { job, bytes: job.bytes, seconds: secondsSince(from) };
  }

  /** The file of an export, by a link, into a file here. */
  async download({ id }: Job, path: string): Promise<Taken> {
    const from = performance.now();
    const { link } = await this.json<{ link: string }>('POST', `/v1/resources/${RESOURCE}/exports/${id}/links`);
    return this.pour(link, path, from);
  }

  /** All records as a stream of NDJSON, into a file here. */
  stream(path: string, resourceId = RESOURCE): Promise<Taken> {
    return this.pour(`/v1/resources/${resourceId}/records`, path, performance.now());
  }

  async cancel({ id }: Job): Promise<void> {
    await this.json('POST', `/v1/resources/${RESOURCE}/exports/${id}/cancellation`);
  }

  private async pour(path: string, file: string, from: number): Promise<Taken> {
    const { statusCode, body } = await this.call('GET', path, { accept: 'application/x-ndjson' });
    if (statusCode !== 200) throw new Error(`${path}: ${statusCode} ${await body.text()}`);
    return { bytes: await intoFile(body, file), seconds: secondsSince(from) };
  }

  async json<T>(method: Dispatcher.HttpMethod, path: string, body?: object): Promise<T> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    const answer = await this.call(method, path, headers, JSON.stringify(method === 'POST' ? (body ?? {}) : undefined));
    if (answer.statusCode >= 300) throw new Error(`${path}: ${answer.statusCode} ${await answer.body.text()}`);
    return (await answer.body.json()) as T;
  }

  private call(method: Dispatcher.HttpMethod, path: string, headers: Record<string, string>, body?: string) {
    const authorization = `Bearer ${this.token}`;
    const all = { authorization, purpose: PURPOSE, ...headers };
    return request(this.ingest.platform.gatewayUrl + path, { method, headers: all, body, dispatcher: patient });
  }
}

/** The same rows by one COPY, into a file that is synced and whose digest is known, as that of an export is. */
export async function copied({ platform }: Ingest, path: string): Promise<Taken> {
  const client = new Client({ connectionString: platform.databaseUrl('exchange') });
  await client.connect();
  try {
    const from = performance.now();
    const rows = client.query(copyTo(`COPY (SELECT payload FROM record WHERE resource_id = '${RESOURCE}') TO STDOUT`));
    const bytes = await intoFile(rows, path);
    return { bytes, seconds: secondsSince(from) };
  } finally {
    await client.end();
  }
}

export async function intoFile(source: Readable | Transform, path: string): Promise<number> {
  const digest = createHash('sha256');
  let bytes = 0;
  const file = createWriteStream(path);
  const counted = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      digest.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  };
  await pipeline(source, counted, file as Writable);
  digest.digest();
  const written = await open(path, 'r+');
  await written.sync().finally(() => written.close());
  return bytes;
}
