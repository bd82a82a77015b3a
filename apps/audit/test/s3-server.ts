import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of one request: it is refused, or done and its answer lost. */
export type Fault = 'unavailable' | 'answer lost';

/** A bucket that keeps objects as S3 does, with its conditions, and fails when it is told to. */
export class Bucket {
  readonly objects = new Map<string, Buffer>();
  /** Of the next requests, one each. */
  readonly faults: (Fault | null)[] = [];
  /** Whether it knows conditions; some services pass over them. */
  conditional = true;
  readonly requests: string[] = [];

  private constructor(
    private readonly server: Server,
    private readonly name: string,
  ) {}

  static async start(name: string): Promise<Bucket> {
    const server = createServer();
    const bucket = new Bucket(server, name);
    server.on('request', (request, response) => void bucket.serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return bucket;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '', this.endpoint);
    const key = decodeURIComponent(url.pathname).slice(this.name.length + 2);
    this.requests.push(`${request.method} ${key}`);
    const fault = this.faults.shift();
    if (fault === 'unavailable') return void response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>');
    const { status, body = '', etag } = this.answer(request, key, Buffer.concat(chunks), url);
    if (fault === 'answer lost') return void request.socket.destroy();
    response.writeHead(status, etag === undefined ? {} : { etag }).end(body);
  }

  private answer(
    { method, headers }: IncomingMessage,
    key: string,
    bytes: Buffer,
    url: URL,
  ): { status: number; body?: Buffer | string; etag?: string } {
    const authorization = /Credential=id\/\d{8}\/us-east-1\/s3\/aws4_request, .*Signature=[0-9a-f]{64}$/;
    if (!authorization.test(headers.authorization ?? ''))
      return { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' };
    if (key === '') {
      const keys = [...this.objects.keys()].filter((name) => name.startsWith(url.searchParams.get('prefix') ?? ''));
      return { status: 200, body: `<List>${keys.map((name) => `<Key>${name}</Key>`).join('')}</List>` };
    }
    const there = this.objects.get(key);
    if (method === 'DELETE') return { status: this.objects.delete(key) ? 204 : 404 };
    if (method === 'GET') return there ? { status: 200, body: there, etag: etagOf(there) } : { status: 404 };
    const fails = headers['if-none-match'] === '*' ? there !== undefined : headers['if-match'] !== undefined && (!there || etagOf(there) !== headers['if-match']); // prettier-ignore
    if (this.conditional && fails) return { status: 412, body: '<Error><Code>PreconditionFailed</Code></Error>' };
    this.objects.set(key, bytes);
    return { status: 200, etag: etagOf(bytes) };
  }
}

const etagOf = (bytes: Buffer): string => `"${createHash('md5').update(bytes).digest('hex')}"`;
