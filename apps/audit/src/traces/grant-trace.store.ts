import { Injectable } from '@nestjs/common';
import type { Sql } from '@qiongtong/platform';
import type { Act } from './domain/acts';
import type { Member } from './domain/grant-chain';
import { OPENED, USE, within, type Span, type Use } from './trace.store';

export type UseCount = Readonly<{
  grantId: string;
  type: string;
  action: string;
  outcome: string;
  uses: number;
  rows: number;
  firstAt: Date;
  lastAt: Date;
}>;

/** Generations up and down; a scope that can only become narrower is passed on less often. */
const MOST_GENERATIONS = 20;

/** Queries about one grant, and those that it came of and that came of it. */
@Injectable()
export class GrantTraceStore {
  async members(query: Sql, grantId: string, most: number): Promise<Member[]> {
    return query<Member>(
      `WITH RECURSIVE above AS (
         SELECT $1::text AS grant_id, 0 AS generation
         UNION ALL
         SELECT a.parent_id, generation - 1 FROM above JOIN traced_act a USING (grant_id)
         WHERE a.parent_id IS NOT NULL AND generation > -$2::int),
       below AS (
         SELECT $1::text AS grant_id, 0 AS generation
         UNION ALL
         SELECT a.grant_id, generation + 1 FROM below JOIN traced_act a ON a.parent_id = below.grant_id
         WHERE generation < $2::int)
       SELECT grant_id AS "grantId", generation
       FROM (SELECT * FROM above UNION SELECT * FROM below) chain ORDER BY abs(generation), grant_id LIMIT $3`,
      [grantId, MOST_GENERATIONS, most],
    );
  }

  async acts(query: Sql, grantIds: readonly string[], most: number): Promise<Act[]> {
    const acts = await query<Omit<Act, 'at'> & { at: Date }>(
      `SELECT entry_index::float8 AS index, grant_id AS "grantId", type, at, by, parent_id AS "parentId",
         resource_id AS "resourceId", provider_id AS "providerId", holder_id AS "holderId", told
       FROM traced_act WHERE grant_id = ANY($1) ORDER BY entry_index LIMIT $2`,
      [grantIds, most],
    );
    return acts.map((act) => ({ ...act, at: act.at.toISOString() }));
  }

  counts(query: Sql, grantIds: readonly string[]): Promise<UseCount[]> {
    return query<UseCount>(
      `SELECT grant_id AS "grantId", type, action, outcome, uses::float8 AS uses, rows::float8 AS rows,
         first_at AS "firstAt", last_at AS "lastAt"
       FROM traced_grant_use WHERE grant_id = ANY($1) ORDER BY grant_id, first_at, type, action, outcome`,
      [grantIds],
    );
  }

  /** In the order of the log. Each grant gives a page at most, found where it begins in the index. */
  uses(query: Sql, grantIds: readonly string[], span: Span, from: number, limit: number): Promise<Use[]> {
    return query<Use>(
      `SELECT ${USE} FROM (
         SELECT page.* FROM unnest($1::text[]) AS wanted (grant_id) CROSS JOIN LATERAL (
           SELECT * FROM traced_entry e
           WHERE e.grant_id = wanted.grant_id AND e.entry_index >= $4 AND ${within('$2', '$3')}
           ORDER BY e.entry_index LIMIT $5) page
         ORDER BY page.entry_index LIMIT $5) e
       ${OPENED} ORDER BY e.entry_index`,
      [grantIds, span.from, span.to, from, limit],
    );
  }
}
