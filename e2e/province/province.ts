import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClockOfFile, SystemClock, type Clock } from '@qiongtong/platform';
import {
  startPlatform,
  testInfrastructure,
  testIssuer,
  uniqueTopicPrefix,
  type Platform,
  type ProcessName,
  type TestIssuer,
} from '@qiongtong/testing';

export type Answer = Readonly<{ status: number; headers: Headers; text: string; body: Record<string, unknown> }>;
export type Call = Readonly<{ body?: unknown; headers?: Readonly<Record<string, string>>; key?: string }>;

const PROJECTED_WITHIN_MS = 60_000;
/** Answers that only mean: the newest state has not arrived here yet. */
const NOT_YET = new Set([
  'access.caller_unknown',
  'access.policy_stale',
  'access.resource_unknown',
  'access.not_provider',
  'access.role_required',
  'request.lost_race',
  'service.unavailable',
]);

type Start = Readonly<{
  name: string;
  /** Business time stands here until it is set; the system's own time where none is given. */
  clock?: string;
  env?: Partial<Record<ProcessName | 'all', Readonly<Record<string, string>>>>;
}>;

/** A whole platform, on which everybody acts through the gateway with a token of their own. */
export class Province {
  private constructor(
    readonly platform: Platform,
    readonly issuer: TestIssuer,
    private readonly folder: string,
    private now: Date | null,
  ) {}

  static async start({ name, clock, env = {} }: Start): Promise<Province> {
    const issuer = await testIssuer();
    const folder = mkdtempSync(join(tmpdir(), 'qiongtong-province-'));
    const file = join(folder, 'clock');
    if (clock !== undefined) writeFileSync(file, new Date(clock).toISOString());
    const all = {
      OIDC_ISSUER: issuer.issuer,
      OIDC_AUDIENCE: issuer.audience,
      LOG_LEVEL: 'warn',
      ...(clock === undefined ? {} : { TEST_CLOCK_FILE: file }),
      ...env.all,
    };
    const platform = await startPlatform({
      name: `${name}-${process.pid}`,
      topicPrefix: uniqueTopicPrefix(),
      infrastructure: testInfrastructure(),
      processes: ['authorisation', 'catalogue', 'exchange', 'audit', 'gateway'],
      env: { ...env, all },
    }).catch(async (error: unknown) => {
      await issuer.close();
      throw error;
    });
    return new Province(platform, issuer, folder, clock === undefined ? null : new Date(clock));
  }

  async stop(): Promise<void> {
    await this.platform.remove();
    await this.issuer.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Business time of every service, from the next thing that it does. */
  setClock(to: string | Date): void {
    if (this.now === null) throw new Error('this province lives in the time of the system');
    const next = new Date(to);
    if (next < this.now) throw new Error('time does not go back');
    this.now = next;
    writeFileSync(join(this.folder, 'clock'), next.toISOString());
  }

  /** What the services go by, for whoever speaks to one as another would. */
  get clock(): Clock {
    return this.now === null ? new SystemClock() : new ClockOfFile(join(this.folder, 'clock'));
  }

  get today(): Date {
    return this.now ?? new Date();
  }

  officer(id: string): Promise<string> {
    return this.issuer.officer(id, { issuedAt: Math.floor(this.today.getTime() / 1000) });
  }

  system(id: string): Promise<string> {
    return this.issuer.system(id, { issuedAt: Math.floor(this.today.getTime() / 1000) });
  }

  async call(token: string | null, method: string, path: string, { body, headers, key }: Call = {}): Promise<Answer> {
    const response = await fetch(this.platform.gatewayUrl + path, {
      method,
      headers: {
        'accept-language': 'en',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'POST' ? { 'idempotency-key': key ?? randomUUID() } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return answerOf(response);
  }

  /** What this officer asks and is answered, whatever that is. */
  async asked(officerId: string, method: string, path: string, call?: Call): Promise<Answer> {
    return this.call(await this.officer(officerId), method, path, call);
  }

  /** An act that succeeds, as soon as what it rests on is known where it is decided. */
  async done(officerId: string, method: string, path: string, body?: unknown, call: Call = {}) {
    const key = randomUUID();
    const until = Date.now() + PROJECTED_WITHIN_MS;
    for (;;) {
      const answer = await this.asked(officerId, method, path, { body, key, ...call });
      if (answer.status < 300) return answer.body;
      if (!NOT_YET.has(String(answer.body['code'])) || Date.now() > until)
        throw new Error(`${officerId}: ${method} ${path} was answered ${answer.status}: ${answer.text}`);
      await sleep(50);
    }
  }

  /** What is found, once it is there. */
  async eventually<T>(what: string, look: () => Promise<T | null | undefined | false>): Promise<T> {
    for (const until = Date.now() + PROJECTED_WITHIN_MS; ;) {
      const found = await look();
      if (found !== null && found !== undefined && found !== false) return found;
      if (Date.now() > until) throw new Error(`waited in vain for ${what}`);
      await sleep(50);
    }
  }

  /** A read that is answered so, once everything about it is known at the gateway. */
  reads(systemId: string, path: string, headers: Readonly<Record<string, string>>, expected: number | string) {
    return this.eventually(`${systemId} ${path} answered ${expected}`, async () => {
      const answer = await this.call(await this.system(systemId), 'GET', path, { headers });
      return (answer.status === expected || answer.body['code'] === expected) && answer;
    });
  }
}

export async function answerOf(response: Response): Promise<Answer> {
  const { status, headers } = response;
  const text = await response.text();
  const isJson = /\bjson\b/.test(headers.get('content-type') ?? '') && text !== '';
  return { status, headers, text, body: isJson ? (JSON.parse(text) as Answer['body']) : {} };
}
