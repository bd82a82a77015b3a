import { Injectable } from '@nestjs/common';
import type { OrganisationState } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { competentAuthority, type Competence } from '@qiongtong/regulation';
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

  /**
   * Who decides between a department and others: nobody in their own case, and by the role as it is held now, as cases
   * move with it. [R14.10]
   */
  async competentFor(
    tx: Transaction,
    departmentId: string,
    otherIds: readonly string[],
    now: Date,
  ): Promise<Competence | null> {
    const parties = await this.findAll(tx, [departmentId, ...otherIds]);
    const asking = parties.filter(({ id }) => id === departmentId);
    const others = parties.filter(({ id }) => id !== departmentId);
    return competentAuthority([...asking, ...others], await this.authorities(tx), now);
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
