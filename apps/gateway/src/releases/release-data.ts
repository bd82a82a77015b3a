import { Injectable } from '@nestjs/common';
import {
  HOP_HEADER,
  Refusal,
  type AccessRecord,
  type Decision,
  type PermitState,
  type Principal,
  type ReleaseForm,
  type ResourceState,
} from '@qiongtong/contracts';
import { HopTokens, newId } from '@qiongtong/platform';
import { releaseUse } from '@qiongtong/regulation';
import type { FastifyReply } from 'fastify';
import { GatewayConfig } from '../config';
import { Delivery } from '../reads/delivery';
import { ExchangeClient, exchangeUnavailable, type AnswerSink, type Flow } from '../reads/exchange-client';
import { AccessLog } from '../records/access-log';
import { recordOf } from '../records/decided-record';
import { digestOf, etagOf, type Copy } from './copies';
import { rowWriter } from './domain/forms';
import { Written } from './written';

const OPERATION = 'GET /public/releases/:releaseId/data';
/** A larger answer is not kept but streamed to each reader. */
const COPY_BYTES = 2 * 1024 * 1024;

/** A release that is permitted now. */
export type Permitted = Readonly<{
  permit: PermitState;
  resource: ResourceState;
  decision: Extract<Decision, { effect: 'permit' }>;
  /** Where the publisher is, for the token to exchange. */
  regionCode: string;
}>;

/** Fetches the data of a release from exchange, under a release token as any read. */
@Injectable()
export class ReleaseData {
  private readonly copying: Slots;
  private readonly streaming: Slots;

  constructor(
    private readonly hops: HopTokens,
    private readonly exchange: ExchangeClient,
    private readonly log: AccessLog,
    config: GatewayConfig,
  ) {
    // Apart, so that readers who take their time keep nobody from what is small.
    this.copying = new Slots(config.PUBLIC_STREAMS);
    this.streaming = new Slots(config.PUBLIC_STREAMS);
  }

  /** The whole data in one form; null when they are too large to keep. */
  copy(permitted: Permitted, form: ReleaseForm): Promise<Copy | null> {
    const decisionId = newId();
    const leave = this.copying.enter();
    return new Promise<Copy | null>((resolve, reject) => {
      const copied = new Copied(decisionId, (copy, status) => {
        // What the gateway fetched and nobody will be sent has a record as well: exchange wrote down that it left.
        if (!copy) this.log.followUp({ ...this.recordOf(permitted, decisionId), outcome: 'aborted', status });
        if (copy || status === 200) resolve(copy);
        else reject(exchangeUnavailable());
      });
      copied.attach(this.fetch(permitted, form, decisionId, {}, copied));
    }).finally(leave);
  }

  /** Sends data too large to keep as they come, decided again while they do. */
  stream(
    permitted: Permitted,
    form: ReleaseForm,
    headers: Readonly<Record<string, string>>,
    reply: FastifyReply,
    stillLawful: () => boolean,
    refuse: (refusal: Refusal) => void,
  ): void {
    const leave = this.streaming.enter();
    reply.raw.once('close', leave);
    const decisionId = newId();
    const delivery = new Delivery(reply, this.recordOf(permitted, decisionId), this.log, stillLawful, refuse);
    delivery.attach(this.fetch(permitted, form, decisionId, headers, delivery));
  }

  /** The record of a release, without what is only known when the answer is there. */
  recordOf({ permit, resource, decision }: Permitted, decisionId: string): AccessRecord {
    const record = recordOf(OPERATION, releaseUse(permit), resource.providerId, decision, decisionId);
    return { ...record, permitId: permit.id };
  }

  private fetch(
    { permit, resource, decision, regionCode }: Permitted,
    form: ReleaseForm,
    decisionId: string,
    headers: Readonly<Record<string, string>>,
    sink: AnswerSink,
  ): Flow {
    const target = `/v1/resources/${resource.id}/records`;
    const release = { decisionId, decision, use: releaseUse(permit) };
    const hop = this.hops.issue('exchange', 'GET', target, nobody(permit.publisherId, regionCode), release);
    const writer = rowWriter(form, decision.obligations.items);
    return this.exchange.dispatch(
      { method: 'GET', path: target, headers: { [HOP_HEADER]: hop, accept: 'application/x-ndjson' } },
      new Written(writer, headers, sink),
    );
  }
}

/** So many at a time: society's reading leaves room for the departments'. */
class Slots {
  private taken = 0;

  constructor(private readonly most: number) {}

  enter(): () => void {
    if (this.taken >= this.most) throw new Refusal('service.unavailable', { retryAfterSeconds: 5 });
    this.taken++;
    let inside = true;
    return () => {
      if (inside) this.taken--;
      inside = false;
    };
  }
}

/** Collects an answer until it is whole or too large. */
class Copied implements AnswerSink {
  private readonly parts: Buffer[] = [];
  private size = 0;
  private status = 0;
  private headers: Record<string, string | string[] | undefined> = {};
  private flow: Flow | null = null;
  private over = false;

  constructor(
    private readonly decisionId: string,
    private readonly settle: (copy: Copy | null, status: number) => void,
  ) {}

  attach(flow: Flow): void {
    this.flow = flow;
  }

  head(status: number, headers: Record<string, string | string[] | undefined>): void {
    this.status = status;
    this.headers = headers;
  }

  bytes(chunk: Buffer): boolean {
    if (this.over) return true;
    this.size += chunk.length;
    this.parts.push(chunk);
    if (this.size > COPY_BYTES) {
      this.finish(null, this.status);
      this.flow?.cancel(new Error('too large to keep'));
    }
    return true;
  }

  end(): void {
    if (this.status !== 200) return this.finish(null, this.status);
    const body = Buffer.concat(this.parts);
    const digest = digestOf(body);
    const delivery = this.headers['qt-delivery'];
    let first: string | null = this.decisionId;
    this.finish(
      {
        body,
        digest,
        etag: etagOf(digest),
        rows: Number(this.headers['qt-rows']),
        delivery: typeof delivery === 'string' ? delivery : null,
        takeDecisionId: () => {
          const taken = first ?? newId();
          first = null;
          return taken;
        },
      },
      200,
    );
  }

  failed(): void {
    this.finish(null, 503);
  }

  private finish(copy: Copy | null, status: number): void {
    if (this.over) return;
    this.over = true;
    this.settle(copy, status);
  }
}

/** Whoever reads a release is nobody in particular; exchange is told on whose behalf it is published. */
const nobody = (publisherId: string, regionCode: string): Principal => ({
  kind: 'system',
  officerId: null,
  systemId: null,
  departmentId: publisherId,
  regionCode,
  roles: [],
  tokenId: 'public',
});
