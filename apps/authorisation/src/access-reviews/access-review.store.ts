import { Injectable } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { sql, type Transaction } from '@qiongtong/platform';
import { DataSource } from 'typeorm';
import { overseenRegions } from '../pages';
import { add, lock, save } from '../rows';
import { AccessReviewRow } from './access-review.entity';
import { nextStepAt, type AccessReview, type ChangedReview } from './domain/access-review';

export type AccessReviewFilter = Readonly<{
  organisationId?: string;
  status?: AccessReview['status'];
  /** Not completed, and its time is over. */
  overdue?: boolean;
}>;
/** So often it is looked whether something to be reviewed has ended otherwise. */
const LOOK_AGAIN_MS = 86_400_000;

@Injectable()
export class AccessReviewStore {
  constructor(private readonly database: DataSource) {}

  find(id: string): Promise<AccessReview | null> {
    return this.database.manager.findOne(AccessReviewRow, { where: { id } });
  }

  lock(tx: Transaction, id: string): Promise<AccessReview> {
    return lock(tx, AccessReviewRow, id);
  }

  /** False when one of the department is open. */
  async add(tx: Transaction, changes: readonly ChangedReview[], now: Date): Promise<boolean> {
    if (!(await add(tx, AccessReviewRow, rowOf(changes.at(-1)!.state, now)))) return false;
    for (const { event } of changes) tx.publish(event);
    return true;
  }

  async keep(
    tx: Transaction,
    review: AccessReview,
    changes: readonly ChangedReview[],
    now: Date,
  ): Promise<AccessReview> {
    const state = changes.at(-1)?.state ?? review;
    await save(tx, AccessReviewRow, rowOf(state, now));
    for (const { event } of changes) tx.publish(event);
    return state;
  }

  /** Departments that have never looked, or not since, and are registered as long. */
  async waiting(tx: Transaction, since: Date, limit: number): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `SELECT id FROM organisation WHERE kind = 'DEPARTMENT' AND status = 'ACTIVE' AND registered_at <= $1
         AND NOT EXISTS (SELECT FROM access_review WHERE organisation_id = organisation.id
           AND (status = 'OPEN' OR opened_at > $1)) ORDER BY id LIMIT $2`,
      [since, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Reviews to be looked at, the first due first. */
  async due(now: Date, limit: number): Promise<string[]> {
    const rows = await sql<{ id: string }>(
      this.database,
      'SELECT id FROM access_review WHERE next_look_at <= $1 ORDER BY next_look_at LIMIT $2',
      [now, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Of the caller's department and of those it oversees, the newest first. */
  list(
    { organisationId, status, overdue }: AccessReviewFilter,
    by: Principal,
    after: string | null,
    limit: number,
  ): Promise<AccessReview[]> {
    const query = this.database
      .createQueryBuilder(AccessReviewRow, 'review')
      .where(
        `(review.organisation_id = :own OR EXISTS (SELECT FROM organisation
            WHERE organisation.id = review.organisation_id AND organisation.region_code LIKE :regions))`,
        { own: by.departmentId, regions: overseenRegions(by) },
      )
      .orderBy('review.id', 'DESC')
      .limit(limit);
    if (organisationId !== undefined) query.andWhere('review.organisation_id = :organisationId', { organisationId });
    if (status !== undefined) query.andWhere('review.status = :status', { status });
    if (overdue !== undefined)
      query.andWhere(`(review.status = 'OPEN' AND review.overdue_at IS NOT NULL) = :overdue`, { overdue });
    if (after !== null) query.andWhere('review.id < :after', { after });
    return query.getMany();
  }
}

function rowOf(state: AccessReview, now: Date): AccessReviewRow {
  const again = new Date(now.getTime() + LOOK_AGAIN_MS).toISOString();
  const step = nextStepAt(state);
  const nextLookAt = state.status === 'OPEN' ? (step !== null && step < again ? step : again) : null;
  return { ...state, nextLookAt };
}
