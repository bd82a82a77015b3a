import { Injectable } from '@nestjs/common';
import {
  channelQueryRequestOf,
  exportRequestOf,
  subscriptionRequestOf,
  type Action,
  type RecordQuery,
} from '@qiongtong/contracts';
import { jsonOf, readBody } from '@qiongtong/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Forward } from '../control/forward';
import { Answers } from '../entrance/answers';
import { QUERY_BODY_BYTES, QUERY_BODY_MS } from './reads';
import { UseLimits } from './use-limits';
import { Uses, WHATEVER_IS_GRANTED } from './uses';

type OfResource = FastifyRequest<{ Params: { resourceId: string } }>;
/** What is to be read later, out of the body of the order. */
type Read = (body: unknown) => Partial<RecordQuery>;

/**
 * Data that are to be sent or fetched later: decided at the entrance like a read and kept by exchange, which decides again
 * whenever something leaves. Nothing leaves yet: the order is a fact of exchange, and here only refusals are recorded.
 */
@Injectable()
export class Orders {
  constructor(
    private readonly uses: Uses,
    private readonly limits: UseLimits,
    private readonly forward: Forward,
    private readonly answers: Answers,
  ) {}

  /** `POST …/exports` */
  export(request: OfResource, reply: FastifyReply): Promise<void> {
    const read: Read = (body) => exportRequestOf(body).query;
    return this.take(request, reply, 'POST /v1/resources/:resourceId/exports', 'download', read);
  }

  /** `POST …/queries`: what every row by `records:query` would be, only later. */
  query(request: OfResource, reply: FastifyReply): Promise<void> {
    const read: Read = (body) => {
      const { filter, fields, sort } = channelQueryRequestOf(body).query;
      return { filter, fields, sort };
    };
    return this.take(request, reply, 'POST /v1/resources/:resourceId/queries', 'batch', read);
  }

  /** `POST …/subscriptions` */
  subscription(request: OfResource, reply: FastifyReply): Promise<void> {
    const read: Read = (body) => ({ fields: subscriptionRequestOf(body).fields });
    return this.take(request, reply, 'POST /v1/resources/:resourceId/subscriptions', 'subscribe', read);
  }

  private async take(
    request: OfResource,
    reply: FastifyReply,
    operation: string,
    action: Action,
    read: Read,
  ): Promise<void> {
    try {
      let body: Buffer = Buffer.alloc(0);
      const query = async () => {
        body = await readBody(request.raw, QUERY_BODY_BYTES, QUERY_BODY_MS);
        return { ...WHATEVER_IS_GRANTED, ...read(jsonOf(body)) };
      };
      const permitted = await this.uses.permitted(request, operation, request.params.resourceId, action, query);
      await this.limits.hold(permitted);
      const { decisionId, decision, use, principal } = permitted;
      await this.forward.to('exchange', request, reply, principal, {
        release: { decisionId, decision, use },
        read: body,
      });
    } catch (error) {
      this.answers.failed(request, reply, error);
    }
  }
}
