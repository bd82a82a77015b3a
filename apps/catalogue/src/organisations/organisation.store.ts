import { Injectable } from '@nestjs/common';
import type { OrganisationState } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { In } from 'typeorm';
import { OrganisationRow } from './organisation.entity';

@Injectable()
export class OrganisationStore {
  find(tx: Transaction, id: string): Promise<OrganisationRow | null> {
    return tx.manager.findOne(OrganisationRow, { where: { id } });
  }

  findAll(tx: Transaction, ids: readonly string[]): Promise<OrganisationRow[]> {
    return tx.manager.find(OrganisationRow, { where: { id: In([...ids]) } });
  }

  /** Bodies that hold a role, or did. */
  authorities(tx: Transaction): Promise<OrganisationRow[]> {
    return tx.manager.createQueryBuilder(OrganisationRow, 'body').where(`body.roles <> '[]'`).getMany();
  }

  /** Takes the newest states; one that is not newer than what is known changes nothing. */
  async project(tx: Transaction, states: readonly OrganisationState[]): Promise<void> {
    const rows = states.map(({ id, version, name, type, level, regionCode, kind, status, roles }) => ({
      id, version, name, type, level, region_code: regionCode, kind, status, roles,
    })); // prettier-ignore
    await tx.query(
      `INSERT INTO organisation (id, version, name, type, level, region_code, kind, status, roles)
       SELECT id, version, name, type, level, region_code, kind, status, roles
       FROM jsonb_to_recordset($1::jsonb) AS given (id text, version bigint, name text, type text, level text,
         region_code text, kind text, status text, roles jsonb)
       ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name, type = excluded.type,
         level = excluded.level, region_code = excluded.region_code, kind = excluded.kind, status = excluded.status,
         roles = excluded.roles
       WHERE organisation.version < excluded.version`,
      [JSON.stringify(rows)],
    );
  }

  async forget(tx: Transaction, ids: readonly string[]): Promise<void> {
    await tx.query('DELETE FROM organisation WHERE id = ANY($1)', [ids]);
  }
}
