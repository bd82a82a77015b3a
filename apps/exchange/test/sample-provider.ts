import { createHash, createPublicKey, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Asked = Readonly<{
  body: Record<string, unknown> & { fields: string[]; limit: number | null };
  claims: Record<string, unknown>;
  accept: string;
}>;
export type Answering = (asked: Asked, response: ServerResponse, request: IncomingMessage) => unknown;

/** A provider's endpoint that checks who asks by the published keys, and answers as a test wants. */
export class SampleProvider {
  readonly asked: Asked[] = [];
  answering: Answering = () => undefined;
  private keys: { kid: string }[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<SampleProvider> {
    const server = createServer();
    const provider = new SampleProvider(server);
    server.on('request', (request, response) => void provider.serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return provider;
  }

  get url(): string {
    return `http://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  trust(keys: unknown): void {
    this.keys = (keys as { keys: { kid: string }[] }).keys;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks);
    const [header = '', payload = '', signature = ''] = (request.headers.authorization ?? '').slice(7).split('.');
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
    const jwk = this.keys.find((key) => key.kid === kid);
    const signed = Buffer.from(`${header}.${payload}`);
    const ours =
      jwk && verify(null, signed, createPublicKey({ key: jwk, format: 'jwk' }), Buffer.from(signature, 'base64url'));
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    if (!ours || claims['bodyDigest'] !== createHash('sha256').update(text).digest('base64url'))
      return void response.writeHead(401).end();
    const body = (text.length === 0 ? {} : JSON.parse(text.toString())) as Asked['body'];
    const asked = { body, claims, accept: request.headers.accept ?? '' };
    this.asked.push(asked);
    await this.answering(asked, response, request);
  }
}

export const digestOf = (text: string): string => `sha-256=:${createHash('sha256').update(text).digest('base64')}:`;

export function json(response: ServerResponse, page: unknown, headers: Record<string, string> = {}): void {
  const text = JSON.stringify(page);
  response
    .writeHead(200, { 'content-type': 'application/json', 'content-digest': digestOf(text), ...headers })
    .end(text);
}
export function lines(response: ServerResponse, text: string, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson', ...headers }).end(text);
}
