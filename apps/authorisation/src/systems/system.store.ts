import { Injectable } from '@nestjs/common';
import { Refusal, type Fact, type Principal } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { DataSource, In, Not } from 'typeorm';
import { overseenRegions } from '../pages';
import { add, save } from '../rows';
import { systemState, type Surroundings, type System } from './domain/system';
import { SystemRow } from './system.entity';

type ChangedSystem = Readonly<{ state: System; event: Fact }>;

/** Any number that everybody who binds a system agrees on. */
const BINDINGS_LOCK = 7_415_302;

@Injectable()
export class SystemStore {
  constructor(private readonly database: DataSource) {}

  find(id: string): Promise<System | null> {
    return this.database.manager.findOne(SystemRow, { where: { id } });
  }

  named(ids: readonly string[]): Promise<System[]> {
    return ids.length === 0
      ? Promise.resolve([])
      : this.database.manager.find(SystemRow, { where: { id: In([...ids]) } });
  }

  lock(tx: Transaction, id: string): Promise<System | null> {
    return tx.manager.findOne(SystemRow, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  async add(tx: Transaction, system: ChangedSystem): Promise<void> {
    if (!(await add(tx, SystemRow, system.state))) throw new Refusal('system.id_taken', { about: [system.state.id] });
    this.tell(tx, system);
  }

  async save(tx: Transaction, system: ChangedSystem): Promise<void> {
    await save(tx, SystemRow, system.state);
    this.tell(tx, system);
  }

  /**
   * Which of a system's addresses and certificates are registered to a system that somebody else runs. Who registers one
   * at the same time waits here.
   */
  async bindingsOfOthers(
    tx: Transaction,
    { id, ownerId, addresses, certificates }: Pick<System, 'id' | 'ownerId' | 'addresses' | 'certificates'>,
  ): Promise<Surroundings['ofOthers']> {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [BINDINGS_LOCK]);
    const others = `FROM system WHERE status <> 'RETIRED' AND id <> $1 AND owner_id <> $2`;
    const taken = async (given: readonly string[], condition: string): Promise<string[]> => {
      if (given.length === 0) return [];
      const rows = await tx.query<{ given: string }>(
        `SELECT given FROM unnest($3::text[]) AS named (given) WHERE EXISTS (SELECT ${others} AND ${condition}) ORDER BY given`,
        [id, ownerId, given],
      );
      return rows.map((row) => row.given);
    };
    return {
      certificates: await taken(certificates, 'certificates ? given'),
      addresses: await taken(
        addresses,
        'EXISTS (SELECT FROM jsonb_array_elements_text(addresses) AS held WHERE held::inet && given::inet)',
      ),
    };
  }

  /** Systems of the caller's department and, for who oversees regions, of the departments there. */
  list(departmentId: string | undefined, by: Principal, after: string | null, limit: number): Promise<System[]> {
    const query = this.database.createQueryBuilder(SystemRow, 'system').orderBy('system.id').limit(limit);
    const regions = overseenRegions(by);
    query.where(
      `(system.department_id = :own
        ${regions === null ? '' : 'OR EXISTS (SELECT FROM organisation WHERE organisation.id = system.department_id AND organisation.region_code LIKE :regions)'})`,
      { own: by.departmentId, regions },
    );
    if (departmentId !== undefined) query.andWhere('system.department_id = :departmentId', { departmentId });
    if (after !== null) query.andWhere('system.id > :after', { after });
    return query.getMany();
  }

  /** All that a department has and has not retired. */
  inService(tx: Transaction, departmentId: string): Promise<System[]> {
    return tx.manager.find(SystemRow, { where: { departmentId, status: Not('RETIRED') }, order: { id: 'ASC' } });
  }

  private tell(tx: Transaction, { state, event }: ChangedSystem): void {
    tx.publish(event);
    tx.state('policy.systems', state.id, systemState(state));
  }
}
