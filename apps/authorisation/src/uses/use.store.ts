import { Injectable } from '@nestjs/common';
import type { Transaction } from '@qiongtong/platform';

/** A department to which data of a resource left in a month, given by its first day. */
export type MonthOfUse = Readonly<{
  resourceId: string;
  departmentId: string;
  providerId: string | null;
  month: string;
}>;

/** A row for a resource and a department that uses it, however often: the last month in which it did. */
@Injectable()
export class UseStore {
  /** Answers those that are later than what was known; of the others nothing is written. */
  async keep(tx: Transaction, uses: readonly MonthOfUse[]): Promise<MonthOfUse[]> {
    const fresh = await tx.query<Pick<MonthOfUse, 'resourceId' | 'departmentId'>>(
      `INSERT INTO resource_use AS known (resource_id, department_id, month)
       SELECT given.resource_id, given.department_id, given.month
       FROM unnest($1::text[], $2::text[], $3::date[]) AS given (resource_id, department_id, month)
       LEFT JOIN resource_use AS before USING (resource_id, department_id)
       WHERE before.month IS NULL OR before.month < given.month
       ON CONFLICT (resource_id, department_id) DO UPDATE SET month = excluded.month WHERE known.month < excluded.month
       RETURNING resource_id AS "resourceId", department_id AS "departmentId"`,
      [uses.map((use) => use.resourceId), uses.map((use) => use.departmentId), uses.map((use) => use.month)],
    );
    const kept = new Set(fresh.map(keyOf));
    return uses.filter((use) => kept.has(keyOf(use)));
  }
}

export const keyOf = ({ resourceId, departmentId }: Pick<MonthOfUse, 'resourceId' | 'departmentId'>): string =>
  `${resourceId} ${departmentId}`;
