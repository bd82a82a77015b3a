import { Injectable, Logger } from '@nestjs/common';
import { Refusal, type Reason } from '@qiongtong/contracts';
import { languageOf, problemOf } from '@qiongtong/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RefusedUse } from '../reads/uses';

type Extras = Readonly<{ decisionId?: string; reasons?: readonly Reason[] }>;

/** Answers that are no data: problem+json in the caller's language, saying what to do next. [R12.7] */
@Injectable()
export class Answers {
  private readonly log = new Logger('gateway');

  failed(request: FastifyRequest, reply: FastifyReply, error: unknown): void {
    if (error instanceof RefusedUse)
      return this.refuse(request, reply, error.refusal, { decisionId: error.decisionId, reasons: error.reasons });
    if (error instanceof Refusal) return this.refuse(request, reply, error);
    if (!request.raw.destroyed) this.log.error(error);
    this.refuse(request, reply, new Refusal('service.failed', { retryAfterSeconds: 5 }));
  }

  refuse(request: FastifyRequest, reply: FastifyReply, refusal: Refusal, extras: Extras = {}): void {
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    const problem = problemOf(refusal, { language: languageOf(request.headers['accept-language']), ...extras });
    if (refusal.details.retryAfterSeconds !== undefined) reply.header('retry-after', refusal.details.retryAfterSeconds);
    if (refusal.entry.kind === 'unauthenticated') reply.header('www-authenticate', 'Bearer');
    // A body that was not read would be taken for the next request.
    if (request.method !== 'GET' && !request.raw.complete) reply.header('connection', 'close');
    reply.code(problem.status).type('application/problem+json').send(problem);
  }
}
