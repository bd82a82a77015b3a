import { Injectable } from '@nestjs/common';
import {
  HOP_HEADER,
  queryOfVerification,
  recordQueryOfBody,
  recordQueryOfUrl,
  verificationOf,
  type Action,
  type RecordQuery,
  type Release,
  type Verification,
} from '@qiongtong/contracts';
import { HopTokens, jsonOf, readBody } from '@qiongtong/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers } from '../entrance/answers';
import { LivePolicy } from '../policy/live-policy';
import { AccessLog } from '../records/access-log';
import { Delivery } from './delivery';
import { ExchangeClient, type AnswerSink, type Flow } from './exchange-client';
import { KeyedReads } from './keyed-reads';
import { UseLimits } from './use-limits';
import { Uses, WHATEVER_IS_GRANTED } from './uses';

export const QUERY_BODY_BYTES = 64 * 1024;
export const QUERY_BODY_MS = 15_000;
const NDJSON = 'application/x-ndjson';
/** What sets some reads apart: the record is named by its key or asked about; the action is not what `Accept` says. */
type Kind = Readonly<{ byKey?: boolean; action?: Action; verification?: () => Verification }>;
type ResourceParams = { Params: { resourceId: string } };

/** The walk of a read: name the use, decide, read under a release token, record, release. */
@Injectable()
export class Reads {
  constructor(
    private readonly uses: Uses,
    private readonly limits: UseLimits,
    private readonly hops: HopTokens,
    private readonly exchange: ExchangeClient,
    private readonly keyed: KeyedReads,
    private readonly policy: LivePolicy,
    private readonly log: AccessLog,
    private readonly answers: Answers,
  ) {}

  /** `GET …/records/:key` */
  byKey(request: FastifyRequest<ResourceParams>, reply: FastifyReply): Promise<void> {
    return this.read(
      request,
      reply,
      'GET /v1/resources/:resourceId/records/:key',
      () => queryOfUrl(request),
      undefined,
      { byKey: true },
    );
  }

  /** `GET …/records` */
  byFilter(request: FastifyRequest<ResourceParams>, reply: FastifyReply): Promise<void> {
    return this.read(request, reply, 'GET /v1/resources/:resourceId/records', () => queryOfUrl(request), undefined);
  }

  /** `GET …/changes`: what changed since a cursor. */
  changes(request: FastifyRequest<ResourceParams>, reply: FastifyReply): Promise<void> {
    const operation = 'GET /v1/resources/:resourceId/changes';
    return this.read(request, reply, operation, () => queryOfUrl(request), undefined, { action: 'subscribe' });
  }

  /** `POST …/records:query`, for filters that must not stand in a URL. */
  async byQuery(request: FastifyRequest<ResourceParams>, reply: FastifyReply): Promise<void> {
    let body: Buffer = Buffer.alloc(0);
    const query = async () => {
      body = await readBody(request.raw, QUERY_BODY_BYTES, QUERY_BODY_MS);
      return recordQueryOfBody(jsonOf(body));
    };
    return this.read(request, reply, 'POST /v1/resources/:resourceId/records:query', query, () => body);
  }

  /** `POST …/records:verify`: yes or no, about one record by its full key. */
  async verify(request: FastifyRequest<ResourceParams>, reply: FastifyReply): Promise<void> {
    let body: Buffer = Buffer.alloc(0);
    let asked: Verification | null = null;
    const query = async () => {
      body = await readBody(request.raw, QUERY_BODY_BYTES, QUERY_BODY_MS);
      asked = verificationOf(jsonOf(body));
      return queryOfVerification(asked);
    };
    const kind: Kind = { verification: () => asked! };
    return this.read(request, reply, 'POST /v1/resources/:resourceId/records:verify', query, () => body, kind);
  }

  /** `GET …/exports/:exportId/file`: what was made a file of is exchange's to say; whatever is granted may be in it. */
  file(request: FastifyRequest<ResourceParams>, reply: FastifyReply): Promise<void> {
    const operation = 'GET /v1/resources/:resourceId/exports/:exportId/file';
    return this.read(request, reply, operation, () => WHATEVER_IS_GRANTED, undefined, { action: 'download' });
  }

  /** `GET …/queries/:queryId/answer`: what the provider answered to a query that was ordered, as `file` is read. */
  answer(request: FastifyRequest<ResourceParams>, reply: FastifyReply): Promise<void> {
    const operation = 'GET /v1/resources/:resourceId/queries/:queryId/answer';
    return this.read(request, reply, operation, () => WHATEVER_IS_GRANTED, undefined, { action: 'batch' });
  }

  private async read(
    request: FastifyRequest<ResourceParams>,
    reply: FastifyReply,
    operation: string,
    query: () => RecordQuery | Promise<RecordQuery>,
    body: (() => Buffer) | undefined,
    { byKey = false, verification, action: named }: Kind = {},
  ): Promise<void> {
    try {
      const accept = request.headers.accept ?? 'application/json';
      const action = verification ? 'verify' : (named ?? actionOf(accept));
      const permitted = await this.uses.permitted(request, operation, request.params.resourceId, action, query, byKey);
      await this.limits.hold(permitted, verification?.());
      const { decisionId, decision, use, principal, record } = permitted;
      const release: Release = { decisionId, decision, use };
      const { method } = request;
      const target = request.raw.url!;
      const delivery = new Delivery(
        reply,
        record,
        this.log,
        () => this.uses.stillLawful(permitted),
        (refusal) => this.answers.refuse(request, reply, refusal, { decisionId }),
      );
      const language = request.headers['accept-language'] ?? null;
      const alone = (sink: AnswerSink): Flow => {
        const hop = this.hops.issue('exchange', method, target, principal, release);
        const headers: Record<string, string> = { [HOP_HEADER]: hop, accept };
        if (language !== null) headers['accept-language'] = language;
        if (body) headers['content-type'] = 'application/json';
        const call = { method: method as 'GET' | 'POST', path: target, headers, body: body?.() };
        return this.exchange.dispatch(call, sink);
      };
      const isGrouped = byKey && !this.mayWait(release);
      delivery.attach(isGrouped ? this.keyed.read({ target, language, release }, delivery, alone) : alone(delivery));
    } catch (error) {
      this.answers.failed(request, reply, error);
    }
  }

  /** Exchange takes a lock for these, or asks the provider; nobody else's read waits for that. */
  private mayWait({ decision, use }: Release): boolean {
    const resource = this.policy.index.resource(use.resourceId);
    return (
      decision.obligations.limits.rowsPerDay !== undefined ||
      use.asOf !== undefined ||
      resource?.matterNumberPerSubject === true ||
      resource?.deliveryMode === 'EXCHANGE_CHANNEL'
    );
  }
}

const actionOf = (accept: string): Action => (accept.includes(NDJSON) ? 'batch' : 'query');

function queryOfUrl(request: FastifyRequest): RecordQuery {
  const url = request.raw.url!;
  const at = url.indexOf('?');
  return recordQueryOfUrl(new URLSearchParams(at === -1 ? '' : url.slice(at + 1)));
}
