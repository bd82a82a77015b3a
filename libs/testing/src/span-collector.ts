import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as OTLP's JSON has it, with the name of the service it came from. */
export type CollectedSpan = Readonly<{
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: readonly Readonly<{ key: string; value: Readonly<Record<string, unknown>> }>[];
  status: Readonly<{ code?: number }>;
}>;

type Sent = Readonly<{
  resourceSpans: readonly Readonly<{
    resource: Pick<CollectedSpan, 'attributes'>;
    scopeSpans: readonly Readonly<{ spans: readonly Omit<CollectedSpan, 'service'>[] }>[];
  }>[];
}>;

/** A collector of spans: OTLP over HTTP, in JSON. */
export class SpanCollector {
  readonly spans: CollectedSpan[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<SpanCollector> {
    const server = createServer();
    const collector = new SpanCollector(server);
    server.on('request', (request, response) => {
      collector.take(request).then(
        () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
        () => response.writeHead(400).end(),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return collector;
  }

  /** Where services send to. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1/traces`;
  }

  /** Spans of one trace, as `service: name`. */
  names(traceId: string): Set<string> {
    return new Set(
      this.spans.filter((span) => span.traceId === traceId).map(({ service, name }) => `${service}: ${name}`),
    );
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(request: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Sent;
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = resource.attributes.find(({ key }) => key === 'service.name')?.value['stringValue'];
      for (const { spans } of scopeSpans)
        this.spans.push(...spans.map((span) => ({ ...span, service: String(service) })));
    }
  }
}
