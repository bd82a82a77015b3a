import { Injectable } from '@nestjs/common';
import { actorOf, Refusal, type AccessRecord, type Principal, type Use } from '@qiongtong/contracts';
import { Clock, jsonOf, readBody, validationPipe } from '@qiongtong/platform';
import { explain, stopsOn, type Explanation } from '@qiongtong/regulation';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayConfig } from '../config';
import { Answers } from '../entrance/answers';
import { Authentication } from '../entrance/authentication';
import { connectionOf } from '../entrance/connection';
import { Limits, type Limit } from '../limits/limits';
import { LivePolicy } from '../policy/live-policy';
import { AccessLog } from '../records/access-log';
import { recordedReasons, recordOf } from '../records/decided-record';
import { askedUse } from './asked-use';
import { ExplainDto } from './explanation.dto';

const BODY_BYTES = 64 * 1024;
const BODY_MS = 15_000;

/**
 * `POST /v1/decisions:explain`: why a use would be permitted or refused, and what would change it. No data is touched, but
 * the question is on record: who asked, and about which use (`docs/decisions/0152-explanations.md`). [R12.7]
 */
@Injectable()
export class Explanations {
  private readonly body = validationPipe();
  private readonly perCaller: Limit;

  constructor(
    private readonly authentication: Authentication,
    private readonly policy: LivePolicy,
    private readonly clock: Clock,
    private readonly log: AccessLog,
    private readonly limits: Limits,
    private readonly answers: Answers,
    config: GatewayConfig,
  ) {
    const points = config.EXPLANATIONS_PER_MINUTE;
    this.perCaller = { kind: 'explanation', points, seconds: 60, refusal: 'request.too_many' };
  }

  async answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    try {
      const by = await this.authentication.principal(request.headers.authorization, connectionOf(request));
      const { index } = this.policy;
      const stops = stopsOn(index, by, this.clock.now());
      if (stops.length > 0) throw new Refusal('access.stopped', { about: stops });
      await this.limits.take(this.perCaller, actorOf(by));
      const body = jsonOf(await readBody(request.raw, BODY_BYTES, BODY_MS));
      const asked = (await this.body.transform(body, { type: 'body', metatype: ExplainDto })) as ExplainDto;
      const use = askedUse(index, asked, by);
      const explanation = explain(index, use, this.clock.now(), this.policy.freshness());
      const record = this.recordOf(use, explanation, by);
      await this.log.durable(record);
      const answer = { decisionId: record.decisionId, ...told(explanation) };
      void reply
        .headers({ 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' })
        .send(answer);
    } catch (error) {
      this.answers.failed(request, reply, error);
    }
  }

  private recordOf(use: Use, { decision }: Explanation, by: Principal): AccessRecord {
    const providerId = this.policy.index.resource(use.resourceId)?.providerId ?? null;
    return {
      ...recordOf('POST /v1/decisions:explain', use, providerId, decision),
      outcome: 'explained',
      askedBy: { departmentId: by.departmentId, officerId: by.officerId, systemId: by.systemId },
      reasons: decision.effect === 'permit' ? [] : recordedReasons(decision.reasons),
      rows: 0,
      bytes: 0,
      status: 200,
    };
  }
}

function told({ decision, reasons, grants }: Explanation) {
  const permit = decision.effect === 'permit' ? decision : null;
  return {
    effect: decision.effect,
    basis: permit?.basis ?? null,
    grantId: permit?.grantId ?? null,
    requirement: permit?.requirement ?? null,
    obligations: permit?.obligations ?? null,
    reasons,
    grants,
  };
}
