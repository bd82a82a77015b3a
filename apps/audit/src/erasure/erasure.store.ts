import { Injectable } from '@nestjs/common';
import type { HashKeysDestroyed } from '@qiongtong/contracts';
import type { Sql } from '@qiongtong/platform';

export const ERASURE_GROUNDS = ['PURPOSE_MET', 'RETENTION_OVER', 'CONSENT_WITHDRAWN', 'COURT_ORDER'] as const;
export type Erasure = Readonly<{
  id: string;
  resourceId: string;
  quarters: readonly string[];
  ground: (typeof ERASURE_GROUNDS)[number];
  document: string;
  state: 'PROPOSED' | 'CONFIRMED' | 'REJECTED';
  proposedBy: string;
  proposedAt: Date;
  decidedBy: string | null;
  decidedAt: Date | null;
  destroyed: HashKeysDestroyed['keys'];
}>;

const COLUMNS = `id, resource_id AS "resourceId", quarters, ground, document, state, proposed_by AS "proposedBy",
  proposed_at AS "proposedAt", decided_by AS "decidedBy", decided_at AS "decidedAt", destroyed`;

/** Rows of what was, or is to be, erased. */
@Injectable()
export class ErasureStore {
  async add(query: Sql, erasure: Erasure): Promise<void> {
    const { id, resourceId, quarters, ground, document, state, proposedBy, proposedAt } = erasure;
    await query(
      `INSERT INTO erasure (id, resource_id, quarters, ground, document, state, proposed_by, proposed_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [id, resourceId, quarters, ground, document, state, proposedBy, proposedAt],
    );
  }

  async find(query: Sql, id: string, lock = false): Promise<Erasure | null> {
    const [row] = await query<Erasure>(`SELECT ${COLUMNS} FROM erasure WHERE id = $1 ${lock ? 'FOR UPDATE' : ''}`, [
      id,
    ]);
    return row ?? null;
  }

  async decide(query: Sql, { id, state, decidedBy, decidedAt, destroyed }: Erasure): Promise<void> {
    await query(
      'UPDATE erasure SET state = $2, decided_by = $3, decided_at = $4, destroyed = $5::jsonb WHERE id = $1',
      [...[id, state, decidedBy, decidedAt, JSON.stringify(destroyed)]],
    );
  }

  list(query: Sql, after: Readonly<{ proposedAt: string; id: string }> | null, limit: number): Promise<Erasure[]> {
    return query(
      `SELECT ${COLUMNS} FROM erasure
       WHERE $1::timestamptz IS NULL OR (proposed_at, id) > ($1, $2::uuid) ORDER BY proposed_at, id LIMIT $3`,
      [after?.proposedAt ?? null, after?.id ?? null, limit],
    );
  }
}
