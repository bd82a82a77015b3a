import { Injectable } from '@nestjs/common';
import { Refusal, type Fact, type Principal } from '@qiongtong/contracts';
import { sql, type Transaction } from '@qiongtong/platform';
import { DataSource, In } from 'typeorm';
import { overseenRegions } from '../pages';
import { add, save } from '../rows';
import { officerState, type Officer } from './domain/officer';
import { OfficerRow } from './officer.entity';

type ChangedOfficer = Readonly<{ state: Officer; event: Fact }>;

@Injectable()
export class OfficerStore {
  constructor(private readonly database: DataSource) {}

  find(id: string): Promise<Officer | null> {
    return this.database.manager.findOne(OfficerRow, { where: { id } });
  }

  lock(tx: Transaction, id: string): Promise<Officer | null> {
    return tx.manager.findOne(OfficerRow, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  async all(ids: readonly string[], tx: Transaction): Promise<ReadonlyMap<string, Officer>> {
    if (ids.length === 0) return new Map();
    const rows = await tx.manager.find(OfficerRow, { where: { id: In([...ids]) } });
    return new Map(rows.map((row) => [row.id, row]));
  }

  async add(tx: Transaction, officer: ChangedOfficer): Promise<void> {
    if (!(await add(tx, OfficerRow, officer.state)))
      throw new Refusal('officer.id_taken', { about: [officer.state.id] });
    this.tell(tx, officer);
  }

  async save(tx: Transaction, officer: ChangedOfficer): Promise<void> {
    await save(tx, OfficerRow, officer.state);
    this.tell(tx, officer);
  }

  /** Officers of the caller's department and, for who oversees regions, of the bodies there. */
  list(organisationId: string | undefined, by: Principal, after: string | null, limit: number): Promise<Officer[]> {
    const query = this.database.createQueryBuilder(OfficerRow, 'officer').orderBy('officer.id').limit(limit);
    const regions = overseenRegions(by);
    const served = (id: string) => JSON.stringify([{ organisationId: id }]);
    query.where(
      `(officer.appointments @> CAST(:own AS jsonb)
        ${regions === null ? '' : `OR EXISTS (SELECT FROM jsonb_array_elements(officer.appointments) AS held JOIN organisation ON organisation.id = held ->> 'organisationId' WHERE organisation.region_code LIKE :regions)`})`,
      { own: served(by.departmentId), regions },
    );
    if (organisationId !== undefined)
      query.andWhere('officer.appointments @> CAST(:of AS jsonb)', { of: served(organisationId) });
    if (after !== null) query.andWhere('officer.id > :after', { after });
    return query.getMany();
  }

  /** Which of the officers hold an appointment in the organisation that has not ended. */
  async serving(ids: readonly string[], organisationId: string, at: Date): Promise<string[]> {
    if (ids.length === 0) return [];
    const rows = await sql<{ id: string }>(
      this.database,
      `SELECT id FROM officer WHERE id = ANY($1) AND status = 'ACTIVE' AND EXISTS (
         SELECT FROM jsonb_array_elements(appointments) AS held WHERE held ->> 'organisationId' = $2
           AND ((held ->> 'until') IS NULL OR held ->> 'until' > $3))`,
      [ids, organisationId, at.toISOString()],
    );
    return rows.map(({ id }) => id);
  }

  /** Everybody who has or had an appointment there. */
  ofBody(tx: Transaction, organisationId: string): Promise<Officer[]> {
    return tx.manager
      .createQueryBuilder(OfficerRow, 'officer')
      .where('officer.appointments @> CAST(:of AS jsonb)', { of: JSON.stringify([{ organisationId }]) })
      .orderBy('officer.id')
      .getMany();
  }

  private tell(tx: Transaction, { state, event }: ChangedOfficer): void {
    tx.publish(event);
    tx.state('policy.officers', state.id, officerState(state));
  }
}
