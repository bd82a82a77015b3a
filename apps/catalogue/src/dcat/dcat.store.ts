import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Publisher } from './described';

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
}
