import { Injectable } from '@nestjs/common';
import { isConcerned, Refusal, type Fact, type Principal } from '@qiongtong/contracts';
import { sql, type Transaction } from '@qiongtong/platform';
import { DataSource, In, IsNull, type EntityManager } from 'typeorm';
import { add, lock, save } from '../rows';
import { organisationState, type Above, type Organisation } from './domain/organisation';
import type { ResponsibleUnit } from './domain/responsible-unit';
import { OrganisationRow, ResponsibleUnitRow } from './organisation.entity';

/** What a rule made of an organisation. */
export type ChangedOrganisation = Readonly<{ state: Organisation; events: readonly Fact[] }>;
export type OrganisationFilter = Readonly<{ kind?: Organisation['kind']; regionPrefix?: string; name?: string }>;
/** Any number that everybody who moves an organisation in the tree agrees on. */
const TREE_LOCK = 7_415_301;

@Injectable()
export class OrganisationStore {
  constructor(private readonly database: DataSource) {}

  find(id: string, manager: EntityManager = this.database.manager): Promise<Organisation | null> {
    return manager.findOne(OrganisationRow, { where: { id } });
  }

  /** Stays as it is until the transaction ends. Organisations are public: an unknown id is the only one not found. */
  lock(tx: Transaction, id: string): Promise<Organisation> {
    return lock(tx, OrganisationRow, id);
  }

  /** A new organisation with its facts and its state. */
  async add(tx: Transaction, outcome: ChangedOrganisation): Promise<void> {
    if (!(await add(tx, OrganisationRow, outcome.state)))
      throw new Refusal('organisation.id_taken', { about: [outcome.state.id] });
    this.tell(tx, outcome);
  }

  async save(tx: Transaction, outcome: ChangedOrganisation): Promise<void> {
    await save(tx, OrganisationRow, outcome.state);
    this.tell(tx, outcome);
  }

  private tell(tx: Transaction, { state, events }: ChangedOrganisation): void {
    for (const event of events) tx.publish(event);
    tx.state('policy.organisations', state.id, organisationState(state));
  }

  /** What is above an organisation that is to come under `parentId`; nobody else moves in the tree meanwhile. */
  async above(tx: Transaction, parentId: string | null | undefined): Promise<Above | null> {
    if (!parentId) return null;
    await tx.query('SELECT pg_advisory_xact_lock($1)', [TREE_LOCK]);
    const parent = await this.find(parentId, tx.manager);
    if (!parent) return null;
    const rows = await tx.query<{ id: string }>(
      `WITH RECURSIVE line (id, parent_id) AS (
         SELECT id, parent_id FROM organisation WHERE id = $1
         UNION SELECT above.id, above.parent_id FROM organisation above JOIN line ON above.id = line.parent_id
       ) SELECT id FROM line WHERE id <> $1`,
      [parentId],
    );
    return { parent, ancestors: rows.map(({ id }) => id) };
  }

  async all(
    ids: readonly string[],
    manager: EntityManager = this.database.manager,
  ): Promise<ReadonlyMap<string, Organisation>> {
    if (ids.length === 0) return new Map();
    const rows = await manager.find(OrganisationRow, { where: { id: In([...new Set(ids)]) } });
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** Bodies to which a role was assigned, whether it is in force or not: a few in a province. */
  withRoles(manager: EntityManager = this.database.manager): Promise<Organisation[]> {
    return manager.createQueryBuilder(OrganisationRow, 'organisation').where(`organisation.roles <> '[]'`).getMany();
  }

  /** The responsible unit in office of each, by organisation. */
  async unitsInOffice(tx: Transaction, organisationIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await tx.query<{ id: string; organisation_id: string }>(
      'SELECT id, organisation_id FROM responsible_unit WHERE organisation_id = ANY($1) AND until IS NULL',
      [organisationIds],
    );
    return new Map(rows.map((row) => [row.organisation_id, row.id]));
  }

  /** Is the caller one of these bodies, or does it oversee the region of one? */
  async concern(ids: readonly string[], by: Principal): Promise<boolean> {
    return isConcerned(ids, [], by) || isConcerned([], await this.regionsOf(ids), by);
  }

  async regionsOf(ids: readonly string[]): Promise<string[]> {
    const rows = await sql<{ region_code: string }>(
      this.database,
      'SELECT region_code FROM organisation WHERE id = ANY($1)',
      [ids],
    );
    return rows.map((row) => row.region_code);
  }

  list({ kind, regionPrefix, name }: OrganisationFilter, after: string | null, limit: number): Promise<Organisation[]> {
    const query = this.database
      .createQueryBuilder(OrganisationRow, 'organisation')
      .orderBy('organisation.id')
      .limit(limit);
    if (after !== null) query.andWhere('organisation.id > :after', { after });
    if (kind) query.andWhere('organisation.kind = :kind', { kind });
    if (regionPrefix) query.andWhere('starts_with(organisation.region_code, :regionPrefix)', { regionPrefix });
    // Whoever knows a body by the name it had finds it.
    if (name)
      query.andWhere(
        `(position(:name in organisation.name) > 0 OR EXISTS (
           SELECT FROM jsonb_array_elements(organisation.former_names) AS former WHERE position(:name in former ->> 'name') > 0))`,
        { name },
      );
    return query.getMany();
  }

  currentUnit(organisationId: string, manager: EntityManager = this.database.manager): Promise<ResponsibleUnit | null> {
    return manager.findOne(ResponsibleUnitRow, { where: { organisationId, until: IsNull() } });
  }

  /** Bodies directly below these. */
  below(tx: Transaction, parentIds: readonly string[]): Promise<Organisation[]> {
    return tx.manager.find(OrganisationRow, { where: { parentId: In([...parentIds]) }, order: { id: 'ASC' } });
  }

  async endUnit(tx: Transaction, unit: ResponsibleUnit): Promise<void> {
    await save(tx, ResponsibleUnitRow, unit);
  }

  /** The former one first: the database allows one current unit at a time. */
  async handOver(tx: Transaction, former: ResponsibleUnit | null, unit: ResponsibleUnit): Promise<void> {
    if (former) await save(tx, ResponsibleUnitRow, former);
    if (!(await add(tx, ResponsibleUnitRow, unit))) throw new Refusal('request.lost_race');
  }

  async isEmpty(tx: Transaction): Promise<boolean> {
    // One replica looks and makes; the other waits here and then finds it made.
    await tx.query('SELECT pg_advisory_xact_lock($1)', [TREE_LOCK]);
    const rows = await tx.query('SELECT 1 FROM organisation LIMIT 1');
    return rows.length === 0;
  }
}
