import { randomUUID } from 'node:crypto';

export type Answer = Readonly<{ status: number; headers: Headers; body: unknown; text: string }>;

export type Call = Readonly<{
  token?: string;
  body?: unknown;
  /** Already encoded body with its content type, e.g. NDJSON. */
  raw?: Readonly<{ type: string; content: string | ReadableStream<Uint8Array> }>;
  headers?: Readonly<Record<string, string>>;
  idempotencyKey?: string;
}>;

const PROJECTION_PATIENCE_MS = 20_000;
/** Answers that only mean "the newest state has not arrived here yet". */
const NOT_YET = new Set([
  'access.caller_unknown',
  'access.policy_stale',
  'service.unavailable',
  'access.resource_unknown',
  'access.not_provider',
  'access.role_required',
  'exchange.busy',
  'request.lost_race',
]);

/** Calls the gateway as an outside client would: nothing but HTTP and a token. */
export class Client {
  constructor(readonly gatewayUrl: string) {}

  async call(method: string, path: string, { token, body, raw, headers, idempotencyKey }: Call = {}): Promise<Answer> {
    const response = await fetch(this.gatewayUrl + path, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body !== undefined ? { 'content-type': 'application/json' } : {}),
        ...(raw ? { 'content-type': raw.type } : {}),
        ...(method === 'POST' ? { 'idempotency-key': idempotencyKey ?? randomUUID() } : {}),
        'accept-language': 'en',
        ...headers,
      },
      body: raw?.content ?? (body !== undefined ? JSON.stringify(body) : undefined),
      ...(raw && typeof raw.content !== 'string' ? { duplex: 'half' } : {}),
    } as RequestInit);
    const text = await response.text();
    const json =
      /json/.test(response.headers.get('content-type') ?? '') &&
      !/ndjson/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: json && text ? JSON.parse(text) : null, text };
  }

  /** For loading: a change made a moment ago may not have reached the gateway or a read model yet; ask again, with the same key. */
  async settle<T>(method: string, path: string, call: Call): Promise<T> {
    const until = Date.now() + PROJECTION_PATIENCE_MS;
    const idempotencyKey = randomUUID();
    for (;;) {
      const answer = await this.call(method, path, { ...call, idempotencyKey });
      if (answer.status < 300) return answer.body as T;
      const code = codeOf(answer);
      if (!NOT_YET.has(code ?? '') || Date.now() > until)
        throw new Error(`${method} ${path} was answered ${answer.status} ${code ?? ''}: ${answer.text.slice(0, 600)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

export const codeOf = (answer: Answer): string | undefined => (answer.body as { code?: string } | null)?.code;
