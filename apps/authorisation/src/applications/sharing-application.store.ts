import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { DataSource, In } from 'typeorm';
import { idsConcerning, type Narrowing } from '../pages';
import { delegatedTo } from '../review-delegations/review-delegation.store';
import { add, lock, save } from '../rows';
import { provisionsSince } from './domain/provision';
import type { Outcome, Recounted, SharingApplication } from './domain/sharing-application';
import { AGREED, AWAITING_ANSWER, PROPOSED, UNDECIDED, type SharingApplicationStatus } from './domain/transitions';
import { SharingApplicationRow } from './sharing-application.entity';

export type SharingApplicationFilter = Readonly<{
  status?: SharingApplicationStatus;
  resourceId?: string;
  applicantId?: string;
  providerId?: string;
  batchId?: string;
  /** The answer is missing. */
  overdue?: boolean;
  /** Still to be answered, by then. */
  dueBefore?: string;
  /** Submitted by the caller. */
  mine?: boolean;
}>;

@Injectable()
export class SharingApplicationStore {
  constructor(private readonly database: DataSource) {}

  find(id: string): Promise<SharingApplication | null> {
    return this.database.manager.findOne(SharingApplicationRow, { where: { id } });
  }

  lock(tx: Transaction, id: string): Promise<SharingApplication> {
    return lock(tx, SharingApplicationRow, id);
  }

  /** A new one has the revision 1. */
  async keep(tx: Transaction, { state, event }: Outcome): Promise<void> {
    if (state.revision > 1) await save(tx, SharingApplicationRow, state);
    else if (!(await add(tx, SharingApplicationRow, state))) throw new Refusal('request.lost_race');
    tx.publish(event);
  }

  /** Of many at once, in the order of what happened: only what clocks change. */
  async keepSteps(tx: Transaction, steps: readonly Recounted[]): Promise<void> {
    const last = new Map(steps.map(({ state }) => [state.id, state]));
    const rows = [...last.values()].map(({ id, clock, proposal, decision, overdueAt, nextStepAt, revision }) => ({
      id,
      clock,
      proposal,
      decision,
      overdue_at: overdueAt,
      next_step_at: nextStepAt,
      revision,
    }));
    await tx.query(
      `UPDATE sharing_application SET clock = given.clock, proposal = given.proposal, decision = given.decision,
         overdue_at = given.overdue_at, next_step_at = given.next_step_at, revision = given.revision
       FROM jsonb_to_recordset($1::jsonb) AS given (id text, clock jsonb, proposal jsonb, decision jsonb,
         overdue_at timestamptz, next_step_at timestamptz, revision integer)
       WHERE sharing_application.id = given.id`,
      [JSON.stringify(rows)],
    );
    for (const { event } of steps) if (event) tx.publish(event);
  }

  /** Locked; one that somebody acts on at this moment comes with the next run. */
  async lockDue(tx: Transaction, now: Date, most: number): Promise<SharingApplication[]> {
    const rows = await tx.query<{ id: string }>(
      `SELECT id FROM sharing_application WHERE next_step_at < $1 ORDER BY next_step_at LIMIT $2
       FOR UPDATE SKIP LOCKED`,
      [now.toISOString(), most],
    );
    return this.byIds(tx, rows);
  }

  /** Locked, in the order of their ids: running clocks of providers that were counted by earlier calendars. */
  async lockLagging(tx: Transaction, edition: number, after: string, most: number): Promise<SharingApplication[]> {
    const rows = await tx.query<{ id: string }>(
      `SELECT id FROM sharing_application
       WHERE clock ->> 'endedAt' IS NULL AND clock ->> 'dueAt' IS NOT NULL AND calendar_edition < $1 AND id > $2
       ORDER BY id LIMIT $3 FOR UPDATE`,
      [edition, after, most],
    );
    return this.byIds(tx, rows);
  }

  /** The same of what is still to be provided, or was by a provisional date; not under a grant that has ended. */
  async lockLaggingProvisions(
    tx: Transaction,
    edition: number,
    now: Date,
    after: string,
    most: number,
  ): Promise<SharingApplication[]> {
    const rows = await tx.query<{ id: string }>(
      `SELECT id FROM sharing_application AS consented
       WHERE (decision -> 'provide' ->> 'dueAt' >= $2 OR decision -> 'provide' ->> 'provisional' = 'true')
         AND provision_edition < $1 AND id > $3 AND status = ANY($5) AND NOT EXISTS (SELECT FROM sharing_grant
           WHERE sharing_grant.id = consented.decision ->> 'grantId' AND sharing_grant.status IN ('REVOKED', 'EXPIRED'))
       ORDER BY id LIMIT $4 FOR UPDATE`,
      [edition, provisionsSince(now).toISOString(), after, most, AGREED],
    );
    return this.byIds(tx, rows);
  }

  /** Newest first. */
  async list(
    filter: SharingApplicationFilter,
    by: Principal,
    now: Date,
    after: string | null,
    limit: number,
  ): Promise<SharingApplication[]> {
    const { resourceId, applicantId, providerId, batchId, mine } = filter;
    const columns = {
      resource_id: resourceId,
      applicant_id: applicantId,
      provider_id: providerId,
      batch_id: batchId,
      submitted_by: mine ? (by.officerId ?? '') : undefined,
    };
    const parties = { table: 'sharing_application', columns: ['applicant_id', 'provider_id'] } as const;
    const ids = await idsConcerning(this.database, parties, columns, by, after, limit, narrowing(filter, by, now));
    return this.database.manager.find(SharingApplicationRow, { where: { id: In(ids) }, order: { id: 'DESC' } });
  }

  private byIds(tx: Transaction, rows: readonly Readonly<{ id: string }>[]): Promise<SharingApplication[]> {
    const ids = rows.map(({ id }) => id);
    return tx.manager.find(SharingApplicationRow, { where: { id: In(ids) }, order: { id: 'ASC' } });
  }
}

/** As the caller sees it: a draft is the applicant's alone, and a proposal is a review to it until T+10. [R12.5] */
function narrowing({ status, overdue, dueBefore }: SharingApplicationFilter, by: Principal, now: Date): Narrowing {
  return (parameter) => {
    const at = parameter(now.toISOString());
    const conditions = [`(status <> 'DRAFT' OR applicant_id = $1)`];
    if (status !== undefined) {
      const hidden = `applicant_id = $1 AND status = ANY(${parameter(PROPOSED)}) AND clock ->> 'dueAt' >= ${at}`;
      conditions.push(`CASE WHEN ${hidden} THEN 'PROVIDER_REVIEW' ELSE status END = ${parameter(status)}`);
    }
    if (overdue !== undefined) {
      const late = `overdue_at IS NOT NULL OR coalesce(clock ->> 'dueAt' < ${at}, false)`;
      const awaited = `(status = ANY(${parameter(AWAITING_ANSWER)}) OR status = ANY(${parameter(PROPOSED)})
        AND coalesce(rules ->> 'consentWithinReplyTime' = 'true', false))`;
      conditions.push(`(${awaited} AND (${late})) = ${parameter(overdue)}`);
    }
    if (dueBefore !== undefined)
      conditions.push(`status = ANY(${parameter(UNDECIDED)}) AND clock ->> 'dueAt' < ${parameter(dueBefore)}`);
    return { conditions, concerning: [delegatedTo(by, at, parameter)] };
  };
}
