import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers } from '../entrance/answers';
import { Forward } from '../control/forward';
import { STILL_LAWFUL_EVERY_MS } from './delivery';
import { Uses, WHATEVER_IS_GRANTED } from './uses';

type OfResource = FastifyRequest<{ Params: { resourceId: string } }>;

/**
 * Batches, whole or in parts: decided at the entrance, then streamed through untouched. What became of a batch is a fact
 * of exchange; here only refusals are recorded. While bytes are being received it is decided again every second: a push
 * that is cut off is incomplete, and exchange takes nothing of it.
 */
@Injectable()
export class Pushes {
  constructor(
    private readonly uses: Uses,
    private readonly forward: Forward,
    private readonly answers: Answers,
  ) {}

  /** @param operation the route, as records name it */
  async take(operation: string, request: OfResource, reply: FastifyReply): Promise<void> {
    try {
      const { resourceId } = request.params;
      const permitted = await this.uses.permitted(request, operation, resourceId, 'push', () => WHATEVER_IS_GRANTED);
      const { decisionId, decision, use } = permitted;
      const lawful = setInterval(() => {
        if (!request.raw.complete && !this.uses.stillLawful(permitted))
          request.raw.destroy(new Error('no longer permitted'));
      }, STILL_LAWFUL_EVERY_MS);
      await this.forward
        .to('exchange', request, reply, permitted.principal, { release: { decisionId, decision, use } })
        .finally(() => clearInterval(lawful));
    } catch (error) {
      this.answers.failed(request, reply, error);
    }
  }
}
