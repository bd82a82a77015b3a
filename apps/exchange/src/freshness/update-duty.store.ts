import { Injectable } from '@nestjs/common';
import type { Transaction } from '@qiongtong/platform';
import { Pools } from '../store/pools';
import type { DutyState, UpdateDuty } from './domain/update-duty';

type DutyRow = Readonly<{
  resource_id: string;
  provider_id: string;
  region_code: string;
  cycle: UpdateDuty['cycle'];
  since: Date;
  updated_at: Date | null;
  confirmed_at: Date | null;
  heard_at: Date | null;
  due_at: Date;
  state: DutyState;
}>;

/** Which duties a caller may see: of one department, or of a region's subtree. */
export type Seen = Readonly<{ providerId: string | null; regionPrefix: string | null }>;
export type Wanted = Readonly<{ state: DutyState | null; providerId: string | null }>;
type Position = Readonly<{ dueAt: string; resourceId: string }>;

/** Rows of `update_duty`, one a hosted resource that is published and has a cycle. */
@Injectable()
export class UpdateDutyStore {
  constructor(private readonly pools: Pools) {}

  async lock(tx: Transaction, resourceId: string): Promise<UpdateDuty | null> {
    const sql = 'SELECT * FROM update_duty WHERE resource_id = $1 FOR UPDATE';
    const [row] = await tx.query<DutyRow>(sql, [resourceId]);
    return row ? dutyOf(row) : null;
  }

  /** Those whose state may be another by now, or which are among the given ones; at most `limit`, the most urgent first. */
  async lockDue(tx: Transaction, now: Date, limit: number): Promise<UpdateDuty[]> {
    const rows = await tx.query<DutyRow>(
      `SELECT * FROM update_duty WHERE look_at <= $1 ORDER BY look_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [now, limit],
    );
    return rows.map(dutyOf);
  }

  /** @param lookAt for each: when its state may change by itself */
  async save(tx: Transaction, duties: readonly (UpdateDuty & { lookAt: Date | null })[]): Promise<void> {
    if (duties.length === 0) return;
    await tx.query(
      `INSERT INTO update_duty (resource_id, provider_id, region_code, cycle, since, updated_at, confirmed_at, heard_at,
         due_at, state, look_at)
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[],
         $7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::text[], $11::timestamptz[])
       ON CONFLICT (resource_id) DO UPDATE SET provider_id = excluded.provider_id, region_code = excluded.region_code,
         cycle = excluded.cycle, since = excluded.since, updated_at = excluded.updated_at,
         confirmed_at = excluded.confirmed_at, heard_at = excluded.heard_at, due_at = excluded.due_at,
         state = excluded.state, look_at = excluded.look_at`,
      [
        duties.map((duty) => duty.resourceId),
        duties.map((duty) => duty.providerId),
        duties.map((duty) => duty.regionCode),
        duties.map((duty) => duty.cycle),
        duties.map((duty) => duty.since),
        duties.map((duty) => duty.updatedAt),
        duties.map((duty) => duty.confirmedAt),
        duties.map((duty) => duty.heardAt),
        duties.map((duty) => duty.dueAt),
        duties.map((duty) => duty.state),
        duties.map((duty) => duty.lookAt),
      ],
    );
  }

  /** What is known of resources that may be meant to have a duty; the time of their last batch for those that have none. */
  async known(
    tx: Transaction,
    resourceIds: readonly string[],
  ): Promise<{ duties: UpdateDuty[]; lastBatches: Map<string, Date> }> {
    const duties = await tx.query<DutyRow>('SELECT * FROM update_duty WHERE resource_id = ANY($1) FOR UPDATE', [
      resourceIds,
    ]);
    const batches = await tx.query<{ resource_id: string; at: Date }>(
      `SELECT b.resource_id, b.settled_at AS at
       FROM resource_counter c JOIN batch b ON b.resource_id = c.resource_id AND b.batch_no = c.batch_no
       WHERE c.resource_id = ANY($1)`,
      [resourceIds],
    );
    return {
      duties: duties.map(dutyOf),
      lastBatches: new Map(batches.map(({ resource_id, at }) => [resource_id, at])),
    };
  }

  async ids(): Promise<string[]> {
    const { rows } = await this.pools.writer.query<{ id: string }>('SELECT resource_id AS id FROM update_duty');
    return rows.map(({ id }) => id);
  }

  async end(tx: Transaction, resourceIds: readonly string[]): Promise<void> {
    await tx.query('DELETE FROM update_duty WHERE resource_id = ANY($1)', [resourceIds]);
  }

  async one(resourceId: string): Promise<UpdateDuty | null> {
    const { rows } = await this.pools.writer.query<DutyRow>('SELECT * FROM update_duty WHERE resource_id = $1', [
      resourceId,
    ]);
    return rows[0] ? dutyOf(rows[0]) : null;
  }

  /** The most urgent first. */
  async list(seen: Seen, wanted: Wanted, after: Position | null, limit: number): Promise<UpdateDuty[]> {
    const { rows } = await this.pools.writer.query<DutyRow>(
      `SELECT * FROM update_duty
       WHERE ($1::text IS NULL OR provider_id = $1) AND ($2::text IS NULL OR starts_with(region_code, $2))
         AND ($3::text IS NULL OR state = $3) AND ($4::text IS NULL OR provider_id = $4)
         AND ($5::timestamptz IS NULL OR (due_at, resource_id) > ($5, $6))
       ORDER BY due_at, resource_id LIMIT $7`,
      [
        seen.providerId,
        seen.regionPrefix,
        wanted.state,
        wanted.providerId,
        after?.dueAt ?? null,
        after?.resourceId ?? null,
        limit,
      ],
    );
    return rows.map(dutyOf);
  }
}

const dutyOf = (row: DutyRow): UpdateDuty => ({
  resourceId: row.resource_id,
  providerId: row.provider_id,
  regionCode: row.region_code,
  cycle: row.cycle,
  since: row.since,
  updatedAt: row.updated_at,
  confirmedAt: row.confirmed_at,
  heardAt: row.heard_at,
  dueAt: row.due_at,
  state: row.state,
});
