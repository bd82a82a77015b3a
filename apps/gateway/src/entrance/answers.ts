import { Injectable, Logger } from '@nestjs/common';
import type { Reason, Refusal } from '@qiongtong/contracts';
import { answerProblem, refusalOf } from '@qiongtong/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RefusedUse } from '../reads/refused-use';

type Extras = Readonly<{ decisionId?: string; reasons?: readonly Reason[] }>;

/** Answers that are no data: problem+json in the caller's language, saying what to do next. [R12.7] */
@Injectable()
export class Answers {
  private readonly log = new Logger('entrance');

  failed(request: FastifyRequest, reply: FastifyReply, error: unknown): void {
    if (error instanceof RefusedUse) {
      const { refusal, decisionId, reasons } = error;
      return this.refuse(request, reply, refusal, { decisionId, reasons });
    }
    const { refusal, unforeseen } = refusalOf(error);
    // A caller who left in the middle of a body is nobody's failure.
    if (unforeseen && !request.raw.destroyed) this.log.error(error);
    this.refuse(request, reply, refusal);
  }

  refuse(request: FastifyRequest, reply: FastifyReply, refusal: Refusal, extras: Extras = {}): void {
    // Half an answer must not look like a whole one.
    if (reply.sent || reply.raw.headersSent) reply.raw.destroy();
    else answerProblem(request, reply, refusal, extras);
  }
}
