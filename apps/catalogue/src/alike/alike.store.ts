import { Injectable } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import type { EntryStatus } from '../entries/domain/entry';
import { INTERNAL_STATUSES, isAuthority } from '../entries/domain/knowledge';
import type { Likened } from '../entries/domain/likeness';

export type Named = Readonly<{ id: string; name: string }>;
export type Compared = Named &
  Readonly<{ resourceCode: string; providerId: string; providerName: string | null; status: EntryStatus }> &
  Pick<Likened, 'purpose' | 'items'>;
export type Related = Omit<Compared, 'purpose' | 'items'> & Readonly<{ elements: readonly string[] }>;

/** Candidates of one way of looking; more are not looked at. */
const MOST = { all: 300, some: 1_500, elements: 300, ofElement: 3_000 } as const;
const RAREST = 6;

/** $1: the caller's department, $2: whether it is the authority, $3: statuses that a department keeps to itself. */
const KNOWN = `(entry.provider_id = $1 OR (entry.status = 'PUBLISHED' AND entry.metadata_visibility <> 'HIDDEN')
  OR ($2 AND entry.status <> ALL($3::text[])))`;
const ITEMS_KNOWN = `(entry.provider_id = $1 OR $2 OR entry.metadata_visibility = 'ALL')`;
const known = (by: Principal): unknown[] => [by.departmentId, isAuthority(by), INTERNAL_STATUSES];

/** Entries that may be alike, as far as the caller may know of them. Every way of looking is by an index, and bounded. */
@Injectable()
export class AlikeStore {
  /** Of pairs of characters the rarest, as the statistics of the database have them. */
  async rarest(tx: Transaction, pairs: readonly string[]): Promise<string[]> {
    const rows = await tx.query<{ pair: string }>(
      `WITH common AS (
         SELECT common.pair, common.part FROM pg_stats,
           unnest(most_common_elems::text::text[], most_common_elem_freqs) AS common (pair, part)
         WHERE schemaname = current_schema() AND tablename = 'entry' AND attname = 'search_grams')
       SELECT asked.pair FROM unnest($1::text[]) AS asked (pair) LEFT JOIN common USING (pair)
       ORDER BY coalesce(part, 0), asked.pair LIMIT ${RAREST}`,
      [pairs],
    );
    return rows.map(({ pair }) => pair);
  }

  /**
   * @param pairs of the name: those that have all of them, and some of those that have a rare one
   * @param elements whoever holds one of them as well
   */
  async candidates(
    tx: Transaction,
    id: string,
    pairs: readonly string[],
    elements: readonly string[],
    by: Principal,
  ): Promise<Named[]> {
    // What is looked for may be common: the estimate must not make it a look at every entry.
    await tx.query(`SELECT set_config('enable_seqscan', 'off', true)`);
    const rare = await this.rarest(tx, pairs);
    return tx.query<Named>(
      `SELECT entry.id, entry.content ->> 'name' AS name FROM (
         (SELECT id FROM entry WHERE search_grams @> $5::text[] LIMIT ${MOST.all})
         UNION (SELECT id FROM entry WHERE search_grams && $6::text[] LIMIT ${MOST.some})
         UNION (SELECT held.entry_id FROM unnest($7::text[]) AS asked (element_id)
           JOIN LATERAL (SELECT entry_id FROM entry_element WHERE element_id = asked.element_id LIMIT ${MOST.elements}) AS held ON true)
       ) AS found JOIN entry USING (id) WHERE entry.id <> $4 AND ${KNOWN}`,
      [...known(by), id, pairs, rare, elements],
    );
  }

  async compared(tx: Transaction, ids: readonly string[], by: Principal): Promise<Compared[]> {
    return tx.query<Compared>(
      `SELECT entry.id, entry.content ->> 'name' AS name, entry.resource_code AS "resourceCode",
         entry.provider_id AS "providerId", provider.name AS "providerName", entry.status,
         concat_ws(' ', entry.content ->> 'abstract', entry.content ->> 'dutyBasis') AS purpose,
         CASE WHEN ${ITEMS_KNOWN} THEN (
           SELECT jsonb_agg(jsonb_build_object('name', item -> 'name', 'elementId', item -> 'source' -> 'elementId'))
           FROM jsonb_array_elements(entry.content -> 'items') AS item) END AS items
       FROM entry LEFT JOIN organisation AS provider ON provider.id = entry.provider_id
       WHERE entry.id = ANY($4) AND ${KNOWN}`,
      [...known(by), ids],
    );
  }

  /** Those that hold most of the elements first; a rare element counts for more than one that everybody holds. */
  async related(tx: Transaction, id: string, elements: readonly string[], by: Principal, limit: number): Promise<Related[]> {
    return tx.query<Related>(
      `WITH held AS (
         SELECT asked.element_id, held.entry_id, count(*) OVER (PARTITION BY asked.element_id) AS holders
         FROM unnest($5::text[]) AS asked (element_id)
         JOIN LATERAL (SELECT DISTINCT entry_id FROM entry_element
           WHERE element_id = asked.element_id AND entry_id <> $4 LIMIT ${MOST.ofElement}) AS held ON true)
       SELECT entry.id, entry.content ->> 'name' AS name, entry.resource_code AS "resourceCode",
         entry.provider_id AS "providerId", provider.name AS "providerName", entry.status, found.elements
       FROM (SELECT entry_id, sum(1 / ln(holders + 2)) AS weight, array_agg(element_id ORDER BY element_id) AS elements
             FROM held GROUP BY entry_id) AS found
       JOIN entry ON entry.id = found.entry_id
       LEFT JOIN organisation AS provider ON provider.id = entry.provider_id
       WHERE ${KNOWN} AND ${ITEMS_KNOWN}
       ORDER BY found.weight DESC, entry.id LIMIT $6`,
      [...known(by), id, elements, limit],
    );
  } // prettier-ignore
}
