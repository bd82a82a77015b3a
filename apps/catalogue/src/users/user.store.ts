import { Injectable } from '@nestjs/common';
import type { ResourceUsed } from '@qiongtong/contracts';
import { sql, type Sql, type Transaction } from '@qiongtong/platform';
import { localDayOf, monthsLater } from '@qiongtong/regulation';
import { DataSource } from 'typeorm';

/** Whoever used it within this time uses it; somebody may need it once a year. */
const USES_FOR_MONTHS = 12;
const IN_USE = 'resource_id = $1 AND month >= $2::date';

/** Departments that use, without a grant, what is shared without condition: as authorisation tells of their access. */
@Injectable()
export class UserStore {
  constructor(private readonly database: DataSource) {}

  async project(tx: Transaction, uses: readonly ResourceUsed['data'][]): Promise<void> {
    await tx.query(
      `INSERT INTO resource_user AS known (resource_id, department_id, month)
       SELECT resource_id, department_id, max(month)
       FROM unnest($1::text[], $2::text[], $3::date[]) AS given (resource_id, department_id, month) GROUP BY 1, 2
       ON CONFLICT (resource_id, department_id) DO UPDATE SET month = excluded.month WHERE known.month < excluded.month`,
      [
        uses.map(({ resourceId }) => resourceId),
        uses.map(({ departmentId }) => departmentId),
        uses.map(({ month }) => month),
      ],
    );
  }

  /** In the order of their ids, after one of them; not those who hold a grant of it, which are told by it. */
  async withoutGrant(resourceId: string, now: Date, after: string, limit: number, tx?: Transaction): Promise<string[]> {
    const rows = await this.through(tx)<{ departmentId: string }>(
      `SELECT department_id AS "departmentId" FROM resource_user AS used
       WHERE ${IN_USE} AND department_id > $3 AND NOT EXISTS (
         SELECT 1 FROM sharing_grant AS held WHERE held.resource_id = $1 AND held.holder_id = used.department_id
           AND held.status IN ('ACTIVE', 'SUSPENDED') AND held.until > $4)
       ORDER BY department_id LIMIT $5`,
      [resourceId, since(now), after, now, limit],
    );
    return rows.map(({ departmentId }) => departmentId);
  }

  /** Departments that use it by grants that have not ended, or used it without one. */
  async count(resourceId: string, now: Date): Promise<Users> {
    const [row] = await this.database.query<Users[]>(
      `SELECT (SELECT count(*) FROM (
           SELECT holder_id FROM sharing_grant WHERE ${HELD} UNION SELECT department_id FROM resource_user WHERE ${IN_USE}
         ) AS users)::integer AS departments,
         (SELECT count(*) FROM sharing_grant WHERE ${HELD})::integer AS grants,
         (SELECT count(*) FROM resource_user WHERE ${IN_USE})::integer AS unconditional`,
      [resourceId, since(now), now],
    );
    return row!;
  }

  private through(tx: Transaction | undefined): Sql {
    return tx ? (text, parameters) => tx.query(text, parameters) : (text, parameters) => sql(this.database, text, parameters); // prettier-ignore
  }
}

const HELD = `resource_id = $1 AND status IN ('ACTIVE', 'SUSPENDED') AND until > $3`;
/** `unconditional`: those that were seen to use it without a grant. */
export type Users = Readonly<{ departments: number; grants: number; unconditional: number }>;

const since = (now: Date): string => `${localDayOf(monthsLater(now, -USES_FOR_MONTHS)).slice(0, 7)}-01`;
