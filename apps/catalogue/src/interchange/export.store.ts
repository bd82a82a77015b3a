import { Injectable } from '@nestjs/common';
import type { Principal, SharingType } from '@qiongtong/contracts';
import { DataSource } from 'typeorm';
import type { Content } from '../entries/domain/content';
import type { EntryStatus } from '../entries/domain/entry';
import { INTERNAL_STATUSES, isAuthority } from '../entries/domain/knowledge';

export type Chosen = Readonly<{ providerId?: string; sharingType?: SharingType; status?: EntryStatus }>;
export type FoundEntry = Readonly<{
  id: string;
  resourceCode: string;
  providerId: string;
  providerName: string | null;
  providerRegion: string | null;
  status: EntryStatus;
  version: number;
  content: Content;
  publishedOn: string | null;
  updatedAt: string;
}>;

const PAGE = 500;
const FOUND = `SELECT entry.id, entry.resource_code AS "resourceCode", entry.provider_id AS "providerId",
    provider.name AS "providerName", provider.region_code AS "providerRegion", entry.status, entry.version,
    entry.content, entry.published_on::text AS "publishedOn", entry.updated_at AS "updatedAt"
  FROM entry LEFT JOIN organisation AS provider ON provider.id = entry.provider_id`;
type Row = Omit<FoundEntry, 'updatedAt'> & Readonly<{ updatedAt: Date }>;

/** Entries as whoever exports the catalogue may know them, in the order of ids. */
@Injectable()
export class ExportStore {
  constructor(private readonly database: DataSource) {}

  /** A page at a time, as they are read; each page as it is then. */
  async *entries(chosen: Chosen, by: Principal): AsyncGenerator<FoundEntry> {
    for (let after = ''; ;) {
      const page = await this.page(chosen, by, after);
      yield* page;
      if (page.length < PAGE) return;
      after = page.at(-1)!.id;
    }
  }

  /** Whoever it is for: how much of it they may know is for the caller to decide. */
  async find(id: string): Promise<FoundEntry | null> {
    const [row] = await this.database.query<Row[]>(`${FOUND} WHERE entry.id = $1`, [id]);
    return row ? foundOf(row) : null;
  }

  private async page({ providerId, sharingType, status }: Chosen, by: Principal, after: string): Promise<FoundEntry[]> {
    const rows = await this.database.query<Row[]>(
      `${FOUND}
       WHERE entry.id > $1
         AND (entry.provider_id = $2 OR (entry.status = 'PUBLISHED' AND entry.metadata_visibility <> 'HIDDEN')
              OR ($3 AND entry.status <> ALL($4)))
         AND ($5::text IS NULL OR entry.provider_id = $5) AND ($6::text IS NULL OR entry.sharing_type = $6)
         AND ($7::text IS NULL OR entry.status = $7)
       ORDER BY entry.id LIMIT ${PAGE}`,
      [
        after,
        by.departmentId,
        isAuthority(by),
        INTERNAL_STATUSES,
        providerId ?? null,
        sharingType ?? null,
        status ?? null,
      ],
    );
    return rows.map(foundOf);
  }
}

const foundOf = ({ updatedAt, ...row }: Row): FoundEntry => ({ ...row, updatedAt: updatedAt.toISOString() });
