import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { CatalogueChange, Shown } from './change';

type Row = Readonly<{
  n: string;
  entryId: string;
  resourceCode: string;
  version: number;
  at: Date;
  providerBefore: string | null;
  visibilityBefore: Shown['visibility'];
  providerAfter: string | null;
  visibilityAfter: Shown['visibility'];
  last: boolean;
}>;

@Injectable()
export class ChangeStore {
  constructor(private readonly database: DataSource) {}

  /** Number of the latest change that can be seen: nothing before it is still to come. */
  async latest(): Promise<number> {
    const [row] = await this.database.query<{ n: string | null }[]>('SELECT max(n) AS n FROM catalogue_change');
    return Number(row?.n ?? 0);
  }

  /** @param until changes up to here are those that a first harvest begins with */
  async after(n: number, until: number, limit: number): Promise<CatalogueChange[]> {
    const rows = await this.database.query<Row[]>(
      `SELECT change.n, change.entry_id AS "entryId", entry.resource_code AS "resourceCode", change.version, change.at,
         change.provider_before AS "providerBefore", change.visibility_before AS "visibilityBefore",
         change.provider_after AS "providerAfter", change.visibility_after AS "visibilityAfter",
         change.n <= $2 AND NOT EXISTS (
           SELECT 1 FROM catalogue_change AS later
           WHERE later.entry_id = change.entry_id AND later.n > change.n AND later.n <= $2) AS last
       FROM (SELECT * FROM catalogue_change WHERE n > $1 ORDER BY n LIMIT $3) AS change
       JOIN entry ON entry.id = change.entry_id
       ORDER BY change.n`,
      [n, until, limit],
    );
    return rows.map(changeOf);
  }
}

const changeOf = ({ n, at, providerBefore, visibilityBefore, providerAfter, visibilityAfter, ...row }: Row) => ({
  ...row,
  n: Number(n),
  at: at.toISOString(),
  before: shownTo(providerBefore, visibilityBefore),
  after: shownTo(providerAfter, visibilityAfter),
});

const shownTo = (providerId: string | null, visibility: Shown['visibility']): Shown | null =>
  providerId === null ? null : { providerId, visibility };
