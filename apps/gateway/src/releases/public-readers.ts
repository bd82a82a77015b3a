import { Injectable } from '@nestjs/common';
import { ACCESS_PUBLIC_REFUSED, Refusal } from '@qiongtong/contracts';
import { Drain } from '@qiongtong/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayConfig } from '../config';
import { Answers } from '../entrance/answers';
import { connectionOf } from '../entrance/connection';
import { Limits, type Limit } from '../limits/limits';
import { LivePolicy } from '../policy/live-policy';
import { AccessLog } from '../records/access-log';
import { RefusalCounts } from '../records/refusal-counts';

/** Everybody: counted by address and known by nothing else; what they are refused is recorded as a count. */
@Injectable()
export class PublicReaders {
  private readonly limit: Limit;
  private readonly refused: RefusalCounts;

  constructor(
    private readonly policy: LivePolicy,
    private readonly answers: Answers,
    private readonly limits: Limits,
    config: GatewayConfig,
    log: AccessLog,
    drain: Drain,
  ) {
    this.limit = { kind: 'public', points: config.PUBLIC_PER_MINUTE, seconds: 60, refusal: 'request.too_many' };
    this.refused = new RefusalCounts(ACCESS_PUBLIC_REFUSED, log, drain);
  }

  async answered(request: FastifyRequest, reply: FastifyReply, answer: () => void | Promise<void>): Promise<void> {
    try {
      await this.limits.take(this.limit, connectionOf(request).address ?? 'unknown');
      await answer();
    } catch (error) {
      this.refuse(request, reply, error);
    }
  }

  refuse(request: FastifyRequest, reply: FastifyReply, error: unknown): void {
    const { releaseId } = request.params as { releaseId?: string };
    const known = releaseId !== undefined && this.policy.index.permit(releaseId) !== undefined;
    if (error instanceof Refusal) this.refused.add(known ? releaseId : 'unknown');
    this.answers.failed(request, reply, error);
  }
}
