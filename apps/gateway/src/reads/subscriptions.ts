import { Injectable } from '@nestjs/common';
import { subscriptionRequestOf } from '@qiongtong/contracts';
import { jsonOf, readBody } from '@qiongtong/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Forward } from '../control/forward';
import { Answers } from '../entrance/answers';
import { QUERY_BODY_BYTES, QUERY_BODY_MS } from './reads';
import { UseLimits } from './use-limits';
import { Uses, WHATEVER_IS_GRANTED } from './uses';

/**
 * `POST …/subscriptions`: decided at the entrance and kept by exchange, which decides each batch again when it is sent.
 * Nothing leaves yet: the subscription is a fact of exchange, and here only refusals are recorded.
 */
@Injectable()
export class Subscriptions {
  constructor(
    private readonly uses: Uses,
    private readonly limits: UseLimits,
    private readonly forward: Forward,
    private readonly answers: Answers,
  ) {}

  async open(request: FastifyRequest<{ Params: { resourceId: string } }>, reply: FastifyReply): Promise<void> {
    try {
      let body: Buffer = Buffer.alloc(0);
      const query = async () => {
        body = await readBody(request.raw, QUERY_BODY_BYTES, QUERY_BODY_MS);
        return { ...WHATEVER_IS_GRANTED, fields: subscriptionRequestOf(jsonOf(body)).fields };
      };
      const operation = 'POST /v1/resources/:resourceId/subscriptions';
      const permitted = await this.uses.permitted(request, operation, request.params.resourceId, 'subscribe', query);
      await this.limits.hold(permitted);
      const { decisionId, decision, use, principal } = permitted;
      await this.forward.to('exchange', request, reply, principal, { decisionId, decision, use }, body);
    } catch (error) {
      this.answers.failed(request, reply, error);
    }
  }
}
