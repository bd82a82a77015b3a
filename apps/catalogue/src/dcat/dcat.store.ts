import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ClassName, Publisher } from './described';

/** Before the first authority is known. */
const UNKNOWN: Publisher = { id: 'province', name: '省级主管部门', regionCode: '460000' };

@Injectable()
export class DcatStore {
  constructor(private readonly database: DataSource) {}

  /** Who publishes the catalogue: the provincial authority. */
  async publisher(): Promise<Publisher> {
    const [row] = await this.database.query<Publisher[]>(
      `SELECT id, name, region_code AS "regionCode" FROM organisation
       WHERE roles @> '[{"role": "PROVINCIAL_AUTHORITY"}]' AND status = 'ACTIVE' ORDER BY id LIMIT 1`,
    );
    return row ?? UNKNOWN;
  }

  /**
   * What the edition in force calls its classes, by their codes, also those that take entries no more.
   *
   * @param only this one; all of them, of which an edition has a bounded number, where it is null
   */
  async classNames(only: string | null): Promise<ReadonlyMap<string, ClassName>> {
    const rows = await this.database.query<(ClassName & Readonly<{ code: string }>)[]>(
      `SELECT code::text AS code, zh, en FROM catalogue_class
       WHERE edition = (SELECT number FROM catalogue_edition WHERE status = 'IN_FORCE') AND ($1::text IS NULL OR code = $1)`,
      [only],
    );
    return new Map(rows.map(({ code, zh, en }) => [code, { zh, en }]));
  }
}
