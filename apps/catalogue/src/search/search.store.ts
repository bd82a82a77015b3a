import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Content } from '../entries/domain/content';
import type { EntryStatus } from '../entries/domain/entry';
import type { SearchedEntry } from './domain/searched-entry';

/** One entry of a page, as it is now. */
export type FoundRow = Readonly<{
  id: string;
  /** Another one after every write to the entry or to its provider. */
  version: string;
  resourceCode: string;
  providerId: string;
  providerName: string | null;
  status: EntryStatus;
  content: Content;
  publishedOn: string | null;
}>;
export type Organisations = Readonly<{ regions: ReadonlyMap<string, string>; names: ReadonlyMap<string, string> }>;
export type Change = Readonly<{ n: number; entryId: string }>;
export type Shown = Pick<FoundRow, 'id' | 'version'>;

/** By which transactions both rows were written: whoever writes them, nothing has to be counted up. */
const VERSION = `entry.xmin::text || ' ' || coalesce(provider.xmin::text, '')`;

const SEARCHED = `id, provider_id AS "providerId", sharing_type AS "sharingType",
  metadata_visibility AS "metadataVisibility", published_on::text AS "publishedOn",
  content ->> 'name' AS name, content ->> 'nameEn' AS "nameEn", content ->> 'abstract' AS abstract,
  content ->> 'classification' AS classification, content ->> 'updateCycle' AS "updateCycle",
  content ->> 'formatCategory' AS "formatCategory",
  jsonb_path_query_array(content, '$.items[*].name') AS names, jsonb_path_query_array(content, '$.items[*].code') AS codes`;
type SearchedRow = Omit<SearchedEntry, 'items'> & Readonly<{ names: string[]; codes: string[] }>;

@Injectable()
export class SearchStore {
  constructor(private readonly database: DataSource) {}

  /** Published entries after `after` in the order of ids. */
  published(after: string, limit: number): Promise<SearchedEntry[]> {
    return this.searched(`status = 'PUBLISHED' AND id > $1 ORDER BY id LIMIT $2`, [after, limit]);
  }

  /** Those of the ids that are published. */
  publishedOf(ids: readonly string[]): Promise<SearchedEntry[]> {
    return this.searched(`id = ANY($1) AND status = 'PUBLISHED'`, [ids]);
  }

  /** Number of the latest change of what is published: nothing before it is still to come (0272). */
  async latestChange(): Promise<number> {
    const [row] = await this.database.query<{ n: string | null }[]>('SELECT max(n) AS n FROM catalogue_change');
    return Number(row?.n ?? 0);
  }

  async changesAfter(n: number, limit: number): Promise<Change[]> {
    const rows = await this.database.query<{ n: string; entryId: string }[]>(
      'SELECT n, entry_id AS "entryId" FROM catalogue_change WHERE n > $1 ORDER BY n LIMIT $2',
      [n, limit],
    );
    return rows.map((row) => ({ ...row, n: Number(row.n) }));
  }

  /** Region and name of every organisation; there are some hundreds. */
  async organisations(): Promise<Organisations> {
    const rows = await this.database.query<{ id: string; region: string; name: string }[]>(
      'SELECT id, region_code AS region, name FROM organisation',
    );
    return {
      regions: new Map(rows.map(({ id, region }) => [id, region])),
      names: new Map(rows.map(({ id, name }) => [id, name])),
    };
  }

  /** In no order; those that are gone are left out. */
  page(ids: readonly string[]): Promise<FoundRow[]> {
    return this.database.query<FoundRow[]>(
      `SELECT entry.id, ${VERSION} AS version, entry.resource_code AS "resourceCode", entry.provider_id AS "providerId",
         provider.name AS "providerName", entry.status, entry.content, entry.published_on::text AS "publishedOn"
       FROM entry LEFT JOIN organisation AS provider ON provider.id = entry.provider_id
       WHERE entry.id = ANY($1)`,
      [ids],
    );
  }

  /** Those that are no longer as they were shown. Asked entry by entry, so that no plan reads the table. */
  changed(shown: readonly Shown[]): Promise<Shown[]> {
    return this.database.query<Shown[]>(
      `SELECT shown.id, shown.version FROM unnest($1::text[], $2::text[]) AS shown (id, version)
       WHERE shown.version IS DISTINCT FROM (
         SELECT ${VERSION} FROM entry LEFT JOIN organisation AS provider ON provider.id = entry.provider_id
         WHERE entry.id = shown.id)`,
      [shown.map(({ id }) => id), shown.map(({ version }) => version)],
    );
  }

  private async searched(where: string, parameters: unknown[]): Promise<SearchedEntry[]> {
    const rows = await this.database.query<SearchedRow[]>(`SELECT ${SEARCHED} FROM entry WHERE ${where}`, parameters);
    return rows.map(({ names, codes, ...row }) => ({ ...row, items: codes.map((code, i) => ({ code, name: names[i]! })) }));
  } // prettier-ignore
}
