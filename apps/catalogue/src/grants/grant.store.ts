import { Injectable } from '@nestjs/common';
import type { GrantState } from '@qiongtong/contracts';
import { sql, type Sql, type Transaction } from '@qiongtong/platform';
import { DataSource } from 'typeorm';

/** A grant that a change to its resource concerns, with those of its items that the change takes or makes less of. */
export type AffectedGrant = Readonly<{
  grantId: string;
  holderId: string;
  status: 'ACTIVE' | 'SUSPENDED';
  items: readonly string[];
}>;
/** Which items of a resource are concerned, whoever was granted them; all of every grant where null. */
export type Concerned = readonly string[] | null;

// Sorted, so that the same grants give the same text.
const AFFECTED = `
  SELECT id, holder_id, status, ARRAY(
    SELECT item FROM unnest(items) AS item WHERE $2::text[] IS NULL OR item = ANY($2) ORDER BY item) AS concerned
  FROM sharing_grant
  WHERE resource_id = $1 AND status IN ('ACTIVE', 'SUSPENDED') AND until > $3 AND ($2::text[] IS NULL OR items && $2)`;

/** What the catalogue knows of grants: who holds what of which resource. A projection of `policy.grants`. */
@Injectable()
export class GrantStore {
  constructor(private readonly database: DataSource) {}

  /** In the order of ids, after one of them. */
  affected(resourceId: string, concerned: Concerned, now: Date, after: string, limit: number, tx?: Transaction) {
    return this.through(tx)<AffectedGrant>(
      `SELECT id AS "grantId", holder_id AS "holderId", status, concerned AS items
       FROM (${AFFECTED}) AS grants WHERE id > $4 ORDER BY id LIMIT $5`,
      [resourceId, concerned, now, after, limit],
    );
  }

  /** How many there are, and one text that only the same list gives again. */
  async digest(resourceId: string, concerned: Concerned, now: Date, tx?: Transaction) {
    const [row] = await this.through(tx)<{ count: number; digest: string }>(
      `SELECT count(*)::integer AS count, encode(sha256(convert_to(coalesce(string_agg(
         id || ' ' || holder_id || ' ' || array_to_string(concerned, ','), E'\\n' ORDER BY id), ''), 'UTF8')), 'hex') AS digest
       FROM (${AFFECTED}) AS grants`,
      [resourceId, concerned, now],
    );
    return row!;
  }

  /** Takes the newest states; one that is not newer than what is known changes nothing. */
  async project(tx: Transaction, states: readonly GrantState[]): Promise<void> {
    const rows = states.map(({ id, version, resourceId, holderId, status, items, period }) => ({
      id, version, resource_id: resourceId, holder_id: holderId, status, items, until: period.until,
    })); // prettier-ignore
    await tx.query(
      `INSERT INTO sharing_grant (id, version, resource_id, holder_id, status, items, until)
       SELECT id, version, resource_id, holder_id, status, items, until
       FROM jsonb_to_recordset($1::jsonb) AS given (id text, version bigint, resource_id text, holder_id text,
         status text, items text[], until timestamptz)
       ON CONFLICT (id) DO UPDATE SET version = excluded.version, resource_id = excluded.resource_id,
         holder_id = excluded.holder_id, status = excluded.status, items = excluded.items, until = excluded.until
       WHERE sharing_grant.version < excluded.version`,
      [JSON.stringify(rows)],
    );
  }

  async forget(tx: Transaction, ids: readonly string[]): Promise<void> {
    await tx.query('DELETE FROM sharing_grant WHERE id = ANY($1)', [ids]);
  }

  private through(tx: Transaction | undefined): Sql {
    return tx ? (text, parameters) => tx.query(text, parameters) : (text, parameters) => sql(this.database, text, parameters); // prettier-ignore
  }
}
