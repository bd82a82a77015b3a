import { Injectable } from '@nestjs/common';
import type { Sql } from '@qiongtong/platform';

export const HOLD_GROUNDS = ['DISCIPLINE', 'PUBLIC_SECURITY', 'COURT', 'INCIDENT', 'COMPLAINT', 'AUDIT'] as const;
export type HoldGround = (typeof HOLD_GROUNDS)[number];
export type Hold = Readonly<{
  id: string;
  objectId: string;
  ground: HoldGround;
  document: string;
  placedBy: string;
  placedAt: Date;
  liftedBy: string | null;
  liftedAt: Date | null;
}>;

const COLUMNS = `id, object_id AS "objectId", ground, document, placed_by AS "placedBy", placed_at AS "placedAt",
  lifted_by AS "liftedBy", lifted_at AS "liftedAt"`;

/** Rows of what must not be pruned. */
@Injectable()
export class HoldStore {
  async add(query: Sql, term: string, hold: Hold): Promise<void> {
    await query(
      `INSERT INTO legal_hold (id, term, object_id, ground, document, placed_by, placed_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [hold.id, term, hold.objectId, hold.ground, hold.document, hold.placedBy, hold.placedAt],
    );
  }

  async find(query: Sql, id: string): Promise<Hold | null> {
    const [row] = await query<Hold>(`SELECT ${COLUMNS} FROM legal_hold WHERE id = $1 FOR UPDATE`, [id]);
    return row ?? null;
  }

  async lift(query: Sql, id: string, by: string, at: Date): Promise<void> {
    await query('UPDATE legal_hold SET lifted_by = $2, lifted_at = $3 WHERE id = $1', [id, by, at]);
  }

  list(query: Sql, after: Readonly<{ placedAt: string; id: string }> | null, limit: number): Promise<Hold[]> {
    return query(
      `SELECT ${COLUMNS} FROM legal_hold
       WHERE $1::timestamptz IS NULL OR (placed_at, id) > ($1, $2::uuid) ORDER BY placed_at, id LIMIT $3`,
      [after?.placedAt ?? null, after?.id ?? null, limit],
    );
  }

  async isHeld(query: Sql, term: string): Promise<boolean> {
    const rows = await query('SELECT 1 FROM legal_hold WHERE term = $1 AND lifted_at IS NULL LIMIT 1', [term]);
    return rows.length > 0;
  }
}
