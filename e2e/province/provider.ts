import { createHash, createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

// Written from the published contract alone, as a department's own programmer would: nothing of the platform is imported.

type Row = Readonly<Record<string, unknown>>;
type Filter = { all: Filter[] } | { any: Filter[] } | { item: string; op: string; value?: unknown };
type Query = {
  resourceId: string;
  fields: string[];
  filter: Filter | null;
  sort: { item: string; descending: boolean }[];
  limit: number | null;
  cursor: string | null;
};
type Options = Readonly<{ organisationId: string; items: readonly string[]; rows: readonly Row[]; keysUrl: string }>;

/** A department's own service that answers for a resource which stays with it. */
export class DepartmentService {
  private readonly seen = new Set<string>();
  readonly purposes: unknown[] = [];
  /** Queries that are answered later, and how often each says so before it is. */
  private readonly promised = new Map<string, { query: Query; looks: number }>();
  patience = 1;

  private constructor(
    private readonly server: Server,
    private readonly options: Options,
  ) {}

  static async start(options: Options): Promise<DepartmentService> {
    const server = createServer();
    const service = new DepartmentService(server, options);
    server.on('request', (request, response) => {
      service.serve(request, response).catch(() => response.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return service;
  }

  get url(): string {
    return `http://localhost:${(this.server.address() as AddressInfo).port}/marriages`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const promise = request.method === 'GET' ? this.promised.get(request.url ?? '') : undefined;
    const isQuery = request.method === 'POST' && request.url === '/marriages/v1/records:query';
    if (!isQuery && !promise) return void response.writeHead(404).end();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const query = promise?.query ?? (JSON.parse(body.toString()) as Query);
    if (!(await this.mayAsk(request.headers.authorization ?? '', body, query)))
      return void response.writeHead(401).end();
    if (itemsOf(query.filter).some((item) => !this.options.items.includes(item)))
      return void response.writeHead(400).end();
    if (request.headers.prefer === 'respond-async') {
      const location = `/marriages/answers/${String(request.headers['idempotency-key'])}`;
      if (!this.promised.has(location)) this.promised.set(location, { query, looks: this.patience });
      return void response.writeHead(202, { location, 'retry-after': '1' }).end();
    }
    if (promise && promise.looks-- > 0) return void response.writeHead(202, { 'retry-after': '1' }).end();
    const rows = this.options.rows.filter((row) => query.filter === null || admits(query.filter, row));
    const shown = (row: Row) => Object.fromEntries(query.fields.map((code) => [code, row[code] ?? null]));
    if (request.headers.accept !== 'application/x-ndjson') {
      const from = Number(query.cursor ?? 0);
      const until = from + query.limit!;
      const next = until < rows.length ? String(until) : null;
      const text = JSON.stringify({ items: rows.slice(from, until).map(shown), next });
      const digest = `sha-256=:${createHash('sha256').update(text).digest('base64')}:`;
      const headers = { 'content-type': 'application/json', 'content-digest': digest };
      return void response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(text) }).end(text);
    }
    const hash = createHash('sha256');
    const gone = once(response, 'close');
    response.writeHead(200, { 'content-type': 'application/x-ndjson', trailer: 'content-digest' });
    for (const row of rows.slice(0, query.limit ?? rows.length)) {
      const line = `${JSON.stringify(shown(row))}\n`;
      hash.update(line);
      if (!response.write(line)) await Promise.race([once(response, 'drain'), gone]);
      if (response.destroyed) return;
    }
    response.addTrailers({ 'content-digest': `sha-256=:${hash.digest('base64')}:` });
    response.end();
  }

  private async mayAsk(authorization: string, body: Buffer, query: Query): Promise<boolean> {
    const [header, payload, signature] = authorization.replace(/^Bearer /, '').split('.');
    if (!header || !payload || !signature) return false;
    const { kid, alg } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string; alg: string };
    const { keys } = (await (await fetch(this.options.keysUrl)).json()) as { keys: (JsonWebKey & { kid: string })[] };
    const key = keys.find((one) => one.kid === kid);
    if (alg !== 'EdDSA' || !key) return false;
    const publicKey = createPublicKey({ key, format: 'jwk' });
    if (!verify(null, Buffer.from(`${header}.${payload}`), publicKey, Buffer.from(signature, 'base64url')))
      return false;
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    const holds =
      claims['iss'] === 'qiongtong-exchange' &&
      claims['aud'] === this.options.organisationId &&
      claims['sub'] === query.resourceId &&
      Number(claims['exp']) > Date.now() / 1000 &&
      claims['bodyDigest'] === createHash('sha256').update(body).digest('base64url') &&
      !this.seen.has(String(claims['jti']));
    if (!holds) return false;
    this.seen.add(String(claims['jti']));
    this.purposes.push(claims['purpose']);
    return true;
  }
}

function itemsOf(filter: Filter | null): string[] {
  if (filter === null) return [];
  if ('all' in filter) return filter.all.flatMap(itemsOf);
  if ('any' in filter) return filter.any.flatMap(itemsOf);
  return [filter.item];
}

/** As much of the filters as this department's items need: they are all text. */
function admits(filter: Filter, row: Row): boolean {
  if ('all' in filter) return filter.all.every((part) => admits(part, row));
  if ('any' in filter) return filter.any.some((part) => admits(part, row));
  const found = (row[filter.item] ?? null) as string | null;
  if (filter.op === 'isNull') return (found === null) === (filter.value !== false);
  if (found === null) return false;
  const value = filter.value as string;
  switch (filter.op) {
    case 'eq':
      return found === value;
    case 'ne':
      return found !== value;
    case 'in':
      return (filter.value as string[]).includes(found);
    case 'prefix':
      return found.startsWith(value);
    case 'lt':
      return found < value;
    case 'le':
      return found <= value;
    case 'gt':
      return found > value;
    default:
      return found >= value;
  }
}
