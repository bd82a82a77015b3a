import { createPublicKey, verify } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Told = Readonly<{ id: string; said: Record<string, unknown> }>;

/** Somebody who is told that a query has ended, and believes only what is signed by the published keys. */
export class CallbackReceiver {
  readonly told: Told[] = [];
  forged = 0;
  answering: (response: ServerResponse) => void = (response) => void response.writeHead(204).end();

  private constructor(
    private readonly server: Server,
    private readonly keys: readonly { kid: string }[],
  ) {}

  static async start(keys: unknown): Promise<CallbackReceiver> {
    const server = createServer();
    const receiver = new CallbackReceiver(server, (keys as { keys: { kid: string }[] }).keys);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { headers } = request;
        const id = String(headers['webhook-id']);
        const text = Buffer.concat(chunks).toString();
        const signed = Buffer.from(`${id}.${String(headers['webhook-timestamp'])}.${text}`);
        const signature = Buffer.from(String(headers['webhook-signature']).replace(/^v1a,/, ''), 'base64');
        const jwk = receiver.keys.find(({ kid }) => kid === headers['qt-key-id']);
        if (jwk && verify(null, signed, createPublicKey({ key: { ...jwk }, format: 'jwk' }), signature))
          receiver.told.push({ id, said: JSON.parse(text) as Told['said'] });
        else receiver.forged++;
        receiver.answering(response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://localhost:${(this.server.address() as AddressInfo).port}/told`;
  }

  of(jobId: string): Told[] {
    return this.told.filter(({ said }) => said['jobId'] === jobId);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
