import { Injectable } from '@nestjs/common';
import {
  Refusal,
  REFUSALS,
  type AccessRecord,
  type Action,
  type Decision,
  type Principal,
  type Reason,
  type RecordQuery,
  type RefusalDetails,
  type Use,
} from '@qiongtong/contracts';
import { Clock, statusOf } from '@qiongtong/platform';
import { decide } from '@qiongtong/regulation';
import type { FastifyRequest } from 'fastify';
import { Authentication } from '../entrance/authentication';
import { connectionOf } from '../entrance/connection';
import { LivePolicy } from '../policy/live-policy';
import { AccessLog } from '../records/access-log';
import { recordedReasons, recordOf } from '../records/decided-record';
import { nameUse } from './domain/named-use';
import { FilterShapes } from './filter-shapes';
import { RefusedUse } from './refused-use';

/** Names no items: all that the decision gives. */
export const WHATEVER_IS_GRANTED: RecordQuery = {
  filter: null,
  fields: 'granted',
  sort: [],
  limit: 1,
  cursor: null,
  asOf: null,
};

type Permit = Extract<Decision, { effect: 'permit' }>;

/** A use that was permitted, with the principal it was permitted to and the record that is still to be written. */
export type PermittedUse = Readonly<{
  decisionId: string;
  principal: Principal;
  use: Use;
  decision: Permit;
  record: AccessRecord;
}>;

/** Names and decides uses; every refusal is on record before it is told. */
@Injectable()
export class Uses {
  constructor(
    private readonly authentication: Authentication,
    private readonly policy: LivePolicy,
    private readonly clock: Clock,
    private readonly log: AccessLog,
    private readonly shapes: FilterShapes,
  ) {}

  /** @param queryOf reads what is asked; called after authentication, so that a stranger learns nothing from its errors */
  async permitted(
    request: FastifyRequest,
    operation: string,
    resourceId: string,
    action: Action,
    queryOf: () => RecordQuery | Promise<RecordQuery>,
    byKey = false,
  ): Promise<PermittedUse> {
    const connection = connectionOf(request);
    const principal = await this.authentication.principal(request.headers.authorization, connection);
    const query = await queryOf();
    const { purpose, officer, 'matter-number': matterNumber } = request.headers as Record<string, string | undefined>;
    const resource = this.policy.index.resource(resourceId);
    const said = { purpose, officer, matterNumber };
    const use = nameUse(principal, resourceId, action, query, resource, said, connection, byKey);
    const decision = this.decide(use);
    const decided = recordOf(operation, use, resource?.providerId ?? null, decision);
    const record: AccessRecord = { ...decided, filter: this.shapes.of(query.filter) };
    if (decision.effect !== 'permit') throw await this.refused(record, decision.reasons);
    return { decisionId: record.decisionId, principal, use, decision, record };
  }

  /** What was permitted and is refused all the same, by a limit: on record like every refusal. */
  async refusedAfter({ record }: PermittedUse, { code, details }: Refusal): Promise<RefusedUse> {
    return this.refused(
      record,
      [{ code, requirement: REFUSALS[code].requirement ?? '', about: details.about }],
      details,
    );
  }

  /** Is the same use still lawful? Indeterminate is not: what cannot be decided does not flow. */
  stillLawful({ use, decision }: PermittedUse): boolean {
    const again = this.decide(use);
    // The same grant with the same obligations: a narrowed grant ends the stream as a revoked one does.
    return (
      again.effect === 'permit' &&
      again.grantId === decision.grantId &&
      JSON.stringify(again.obligations) === JSON.stringify(decision.obligations)
    );
  }

  private decide(use: Use): Decision {
    return decide(this.policy.index, use, this.clock.now(), this.policy.freshness());
  }

  private async refused(
    record: AccessRecord,
    reasons: readonly Reason[],
    details: RefusalDetails = {},
  ): Promise<RefusedUse> {
    const first = reasons[0]!;
    const refusal = new Refusal(first.code, { ...details, about: first.about });
    await this.log.durable({
      ...record,
      reasons: recordedReasons(reasons),
      status: statusOf(refusal),
    });
    return new RefusedUse(refusal, record.decisionId, reasons);
  }
}
