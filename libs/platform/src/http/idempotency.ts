import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import {
  applyDecorators,
  Injectable,
  SetMetadata,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiHeader } from '@nestjs/swagger';
import { actorOf, Refusal } from '@qiongtong/contracts';
import type { FastifyReply } from 'fastify';
import { catchError, from, type Observable } from 'rxjs';
import type { DataSource } from 'typeorm';
import type { HopRequest } from '../auth/hop-guard';
import { findAnswer, IdempotencyConflict } from '../database/idempotency';
import { requestContext, type IdempotencyClaim } from '../request-context';

const IDEMPOTENT = 'qiongtong:idempotent';
/**
 * How a streamed body that its sender declared no digest of is known again: by the one that the answer tells. Whoever
 * reads it notes it in the claim (`bodyDigest`), before the first unit of work.
 */
export type AnswersTell = Readonly<{
  /** SHA-256, hex, of the body that this was the answer to. */
  digestIn: (answer: never) => string;
  mostBytes: number;
}>;
/** A POST that creates or triggers: the same key with the same body has one effect and one answer. */
export const Idempotent = (told: AnswersTell | null = null) =>
  applyDecorators(
    SetMetadata(IDEMPOTENT, { told }),
    ApiHeader({
      name: 'Idempotency-Key',
      required: true,
      description:
        'Chosen by the caller, 1 to 128 printable ASCII characters; a repetition has one effect and one answer',
      schema: { type: 'string', minLength: 1, maxLength: 128 },
    }),
  );

export const REPLAYED_HEADER = 'idempotency-replayed';
const KEY = /^[\x21-\x7e]{1,128}$/;

/**
 * Takes the key of an idempotent request. The unit of work stores it with the effect; a second request with it waits
 * there for the first, then is answered as the first was.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly dataSource: DataSource | null,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const idempotent = this.reflector.get<{ told: AnswersTell | null } | undefined>(IDEMPOTENT, context.getHandler());
    if (!idempotent) return next.handle();
    const request = context.switchToHttp().getRequest<HopRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const claim = claimOf(request);
    const store = requestContext.getStore();
    if (!this.dataSource || !store)
      throw new Error(`${claim.operation} is idempotent but has nowhere to keep its answer`);
    const told = isStreamed(request) && request.headers['content-digest'] === undefined ? idempotent.told : null;
    const known = await this.replay(claim, reply, told, () =>
      digestOfStream(request.body as Readable, told!.mostBytes),
    );
    if (known) return from([known.answer]);
    store.idempotency = claim;
    return next.handle().pipe(
      catchError((error: unknown) => {
        if (!(error instanceof IdempotencyConflict)) throw error;
        return from(this.afterConflict(claim, reply, told));
      }),
    );
  }

  private async replay(
    claim: IdempotencyClaim,
    reply: FastifyReply,
    told: AnswersTell | null,
    sent: () => Promise<string | null>,
  ): Promise<{ answer: unknown } | null> {
    const stored = await findAnswer(this.dataSource!, claim.caller, claim.key);
    if (!stored) return null;
    if (stored.digest !== claim.digest || stored.operation !== claim.operation)
      throw new Refusal('request.idempotency_key_reused');
    if (told && (await sent()) !== told.digestIn(stored.answer as never))
      throw new Refusal('request.idempotency_key_reused');
    void reply.header(REPLAYED_HEADER, 'true');
    return { answer: stored.answer };
  }

  private async afterConflict(
    claim: IdempotencyClaim,
    reply: FastifyReply,
    told: AnswersTell | null,
  ): Promise<unknown> {
    const stored = await this.replay(claim, reply, told, () => Promise.resolve(claim.bodyDigest ?? null));
    // The one that held the key rolled back between our attempt and our look.
    if (!stored) throw new Refusal('request.lost_race');
    return stored.answer;
  }
}

function claimOf(request: HopRequest): IdempotencyClaim {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || key === '') throw new Refusal('request.idempotency_key_required');
  if (!KEY.test(key))
    throw new Refusal('request.invalid', {
      errors: [{ pointer: '/headers/Idempotency-Key', message: 'must be 1 to 128 printable ASCII characters' }],
    });
  const principal = request.hop?.principal;
  return {
    caller: principal ? `${principal.kind}:${actorOf(principal)}` : 'anybody',
    key,
    operation: `${request.method} ${request.originalUrl.split('?', 1)[0]}`,
    digest: digestOf(request),
    claimed: false,
  };
}

/** Of the body's meaning, so that a retry may order its fields otherwise; of a streamed body what its sender declares. */
function digestOf(request: HopRequest): string {
  const query = request.originalUrl.split('?').slice(1).join('?');
  const content = isStreamed(request) ? String(request.headers['content-digest'] ?? '') : canonical(request.body);
  return createHash('sha256').update(query).update('\0').update(content).digest('hex');
}

const isStreamed = ({ body }: HopRequest): boolean =>
  typeof (body as { pipe?: unknown } | null | undefined)?.pipe === 'function';

/** Null for one that is longer: it cannot be the body that was taken. */
async function digestOfStream(body: Readable, mostBytes: number): Promise<string | null> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) return null;
    hash.update(chunk);
  }
  return hash.digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(',')}}`;
}
