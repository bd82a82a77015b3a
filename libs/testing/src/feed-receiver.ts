import { createHash, createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type FedChange = Readonly<{ op: 'upserted' | 'removed'; id: string; row?: Record<string, unknown> }>;
export type FedBatch = Readonly<{
  subscriptionId: string;
  position: number;
  previous: number;
  termsChanged: boolean;
  items: readonly FedChange[];
}>;
type Received = Readonly<{ id: string; batch: FedBatch; digest: string; traceparent: string | undefined }>;
type Reply = Readonly<{ status: number; headers?: Record<string, string>; silent?: boolean }>;

/** A department's own receiver of feeds: takes what is signed as Standard Webhooks has it, and nothing else. */
export class FeedReceiver {
  readonly received: Received[] = [];
  /** Calls that were not what they should be. */
  readonly forged: string[] = [];
  /** How each call is answered; 204 where it says nothing. */
  reply: (received: Received) => Reply | undefined | Promise<Reply | undefined> = () => undefined;

  private constructor(
    private readonly server: Server,
    private readonly keysUrl: string,
  ) {}

  static async start(keysUrl: string): Promise<FeedReceiver> {
    const server = createServer();
    const receiver = new FeedReceiver(server, keysUrl);
    server.on('request', (request, response) => {
      receiver.serve(request, response).catch(() => response.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://localhost:${(this.server.address() as AddressInfo).port}/hook`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Of one subscription, in the order they came. */
  of(subscriptionId: string): Received[] {
    return this.received.filter(({ batch }) => batch.subscriptionId === subscriptionId);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    if (!(await this.isSigned(request, body))) {
      this.forged.push(body);
      return void response.writeHead(401).end();
    }
    const digest = createHash('sha256').update(body).digest('hex');
    const { 'webhook-id': id, traceparent } = request.headers as Record<string, string | undefined>;
    const received = { id: String(id), batch: JSON.parse(body) as FedBatch, digest, traceparent };
    this.received.push(received);
    const { status, headers, silent } = (await this.reply(received)) ?? { status: 204 };
    if (!silent) response.writeHead(status, headers).end();
  }

  private async isSigned({ headers }: IncomingMessage, body: string): Promise<boolean> {
    const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = headers;
    const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
    if (headers['content-digest'] !== digest || Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false;
    const { keys } = (await (await fetch(this.keysUrl)).json()) as { keys: JsonWebKey[] };
    return keys.some((jwk) => {
      const key = createPublicKey({ key: jwk, format: 'jwk' });
      const [version, bytes = ''] = String(signature).split(',');
      const text = `${String(id)}.${String(timestamp)}.${body}`;
      return version === 'v1a' && verify(null, Buffer.from(text), key, Buffer.from(bytes, 'base64'));
    });
  }
}
