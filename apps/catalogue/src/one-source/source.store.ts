import { Injectable } from '@nestjs/common';
import type { Principal, SharingType } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { isAuthority } from '../entries/domain/knowledge';
import type { Collection } from './domain/collection';
import type { Held } from './domain/sourced-items';

export type HeldByName = Held & Readonly<{ departmentName: string | null }>;
/** A published resource that holds an element, and in which of its items. */
export type Holding = Readonly<{
  elementId: string;
  entryId: string;
  itemCode: string;
  name: string;
  providerId: string;
  providerName: string | null;
  sharingType: SharingType;
}>;
const PROPOSED_AN_ELEMENT = 5;

/** Who is assigned to collect what items refer to, and which resources hold it. */
@Injectable()
export class SourceStore {
  /** Assignments in force of the elements and populations. A body that is gone collects no more. */
  held(tx: Transaction, of: readonly Pick<Collection, 'elementId' | 'population'>[]): Promise<HeldByName[]> {
    return tx.query<HeldByName>(
      `SELECT held.id, held.element_id AS "elementId", held.population, held.region_code AS "regionCode",
         held.department_id AS "departmentId", organisation.name AS "departmentName"
       FROM (SELECT DISTINCT element_id, population FROM unnest($1::text[], $2::text[]) AS asked (element_id, population)) AS asked
       JOIN collection_assignment AS held USING (element_id, population)
       LEFT JOIN organisation ON organisation.id = held.department_id
       WHERE held.status = 'IN_FORCE' AND organisation.status IS DISTINCT FROM 'ABOLISHED'
       ORDER BY held.element_id, held.region_code`,
      [of.map(({ elementId }) => elementId), of.map(({ population }) => population)],
    );
  }

  /** `resource id/element id` of what published resources hold of this. */
  async holding(tx: Transaction, entryIds: readonly string[]): Promise<Set<string>> {
    if (entryIds.length === 0) return new Set();
    const rows = await tx.query<{ key: string }>(
      `SELECT DISTINCT entry_id || '/' || element_id AS key FROM entry_element
       JOIN entry ON entry.id = entry_id WHERE entry_id = ANY($1) AND entry.status IN ('PUBLISHED', 'WITHDRAWN')`,
      [entryIds],
    );
    return new Set(rows.map(({ key }) => key));
  }

  /**
   * What could be reused: for each collection a few published resources of the department that collects it, as far as
   * the caller may know what they hold.
   */
  reusable(tx: Transaction, of: readonly Held[], by: Principal): Promise<Holding[]> {
    return tx.query<Holding>(
      `SELECT asked.element_id AS "elementId", found.*
       FROM (SELECT DISTINCT element_id, department_id FROM unnest($1::text[], $2::text[]) AS asked (element_id, department_id)) AS asked
       JOIN LATERAL (
         SELECT entry.id AS "entryId", held.item_code AS "itemCode", entry.content ->> 'name' AS name,
           entry.provider_id AS "providerId", organisation.name AS "providerName", entry.sharing_type AS "sharingType"
         FROM entry_element AS held JOIN entry ON entry.id = held.entry_id
         LEFT JOIN organisation ON organisation.id = entry.provider_id
         WHERE held.element_id = asked.element_id AND entry.provider_id = asked.department_id
           AND entry.status = 'PUBLISHED' AND (entry.metadata_visibility = 'ALL' OR entry.provider_id = $3 OR $4)
         ORDER BY held.how, entry.id LIMIT ${PROPOSED_AN_ELEMENT}) AS found ON true
       ORDER BY asked.element_id, found."entryId", found."itemCode"`,
      [of.map(({ elementId }) => elementId), of.map(({ departmentId }) => departmentId), by.departmentId, isAuthority(by)],
    );
  } // prettier-ignore
}
