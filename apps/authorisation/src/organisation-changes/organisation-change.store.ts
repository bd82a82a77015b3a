import { Injectable } from '@nestjs/common';
import { Refusal, type Fact, type OrganisationChangeKind, type Principal } from '@qiongtong/contracts';
import { newId, sql, type Transaction } from '@qiongtong/platform';
import { DataSource } from 'typeorm';
import type { Effect } from '@qiongtong/regulation';
import { overseenRegions } from '../pages';
import { add, lock, save } from '../rows';
import { SETTLED_AFTER_MS, type OrganisationChange, type OrganisationChangeStatus } from './domain/organisation-change';
import { OrganisationChangeEffectRow, OrganisationChangeRow } from './organisation-change.entity';

export type OrganisationChangeFilter = Readonly<{
  status?: OrganisationChangeStatus;
  kind?: OrganisationChangeKind;
  organisationId?: string;
}>;
type Changed = Readonly<{ state: OrganisationChange; event: Fact }>;

@Injectable()
export class OrganisationChangeStore {
  constructor(private readonly database: DataSource) {}

  find(id: string): Promise<OrganisationChange | null> {
    return this.database.manager.findOne(OrganisationChangeRow, { where: { id } });
  }

  lock(tx: Transaction, id: string): Promise<OrganisationChange> {
    return lock(tx, OrganisationChangeRow, id);
  }

  /** The database allows a body one change that is decided and not yet carried out, however many are decided at once. */
  async add(tx: Transaction, { state, event }: Changed): Promise<void> {
    if (!(await add(tx, OrganisationChangeRow, state))) throw new Refusal('request.lost_race');
    const bodies = [...new Set([...state.organisationIds, ...state.successorIds])].sort();
    const taken = await tx.query<{ organisation_id: string }>(
      `INSERT INTO organisation_change_party (change_id, organisation_id, open)
       SELECT $1, body, true FROM unnest($2::text[]) AS named (body) ON CONFLICT DO NOTHING RETURNING organisation_id`,
      [state.id, bodies],
    );
    const mine = taken.map((row) => row.organisation_id);
    const others = bodies.filter((id) => !mine.includes(id));
    if (others.length > 0) throw new Refusal('succession.overlapping', { about: others });
    tx.publish(event);
  }

  /** Bodies of these that another change is decided for. */
  async overlapping(bodies: readonly string[], besides: string | null): Promise<string[]> {
    const rows = await sql<{ organisation_id: string }>(
      this.database,
      `SELECT organisation_id FROM organisation_change_party
       WHERE open AND organisation_id = ANY($1) AND change_id IS DISTINCT FROM $2 ORDER BY organisation_id`,
      [bodies, besides],
    );
    return rows.map((row) => row.organisation_id);
  }

  async save(tx: Transaction, { state, event }: Changed): Promise<void> {
    await save(tx, OrganisationChangeRow, state);
    if (state.status === 'CARRIED_OUT' || state.status === 'CANCELLED')
      await tx.query('UPDATE organisation_change_party SET open = false WHERE change_id = $1 AND open', [state.id]);
    tx.publish(event);
  }

  /** What is due, what is in progress, and what was carried out so lately that something may still come in. */
  async due(now: Date, limit: number): Promise<string[]> {
    const rows = await sql<{ id: string }>(
      this.database,
      `(SELECT id, effective_at AS at FROM organisation_change
        WHERE status IN ('DECIDED', 'IN_PROGRESS') AND effective_at <= $1)
       UNION ALL
       (SELECT id, ended_at FROM organisation_change
        WHERE status = 'CARRIED_OUT' AND kind <> 'RENAME' AND ended_at > $2)
       ORDER BY at, id LIMIT $3`,
      [now, new Date(now.getTime() - SETTLED_AFTER_MS), limit],
    );
    return rows.map(({ id }) => id);
  }

  async report(tx: Transaction, changeId: string, effects: readonly Effect[], now: Date): Promise<void> {
    const rows = effects.map(({ id: thingId, ...told }) => ({
      id: newId(),
      changeId,
      thingId,
      ...told,
      at: now.toISOString(),
    }));
    for (let from = 0; from < rows.length; from += 1_000)
      await tx.manager.insert(OrganisationChangeEffectRow, rows.slice(from, from + 1_000));
  }

  async counts(changeId: string, query = (text: string, values: unknown[]) => sql(this.database, text, values)) {
    const rows = (await query(
      `SELECT thing || '.' || outcome AS what, count(*)::integer AS count FROM organisation_change_effect
       WHERE change_id = $1 GROUP BY 1 ORDER BY 1`,
      [changeId],
    )) as { what: string; count: number }[];
    return Object.fromEntries(rows.map(({ what, count }) => [what, count]));
  }

  effects(
    changeId: string,
    thing: Effect['thing'] | undefined,
    after: string | null,
    limit: number,
  ): Promise<OrganisationChangeEffectRow[]> {
    const query = this.database
      .createQueryBuilder(OrganisationChangeEffectRow, 'effect')
      .where('effect.changeId = :changeId', { changeId })
      .orderBy('effect.id')
      .limit(limit);
    if (thing !== undefined) query.andWhere('effect.thing = :thing', { thing });
    if (after !== null) query.andWhere('effect.id > :after', { after });
    return query.getMany();
  }

  /** As far as the caller knows of one: bodies it changes, who decided, who oversees one; what is done, everybody. */
  async isKnown(id: string, by: Principal): Promise<boolean> {
    return (await this.known(by).andWhere('change.id = :id', { id }).getCount()) > 0;
  }

  /** Who learns what became of each thing: the bodies, who decided, and who oversees one of them. */
  async isReportedTo(id: string, by: Principal): Promise<boolean> {
    return (await this.concerned(by, 'false').andWhere('change.id = :id', { id }).getCount()) > 0;
  }

  /** Newest first. */
  list(
    { status, kind, organisationId }: OrganisationChangeFilter,
    by: Principal,
    after: string | null,
    limit: number,
  ): Promise<OrganisationChange[]> {
    const query = this.known(by).orderBy('change.id', 'DESC').limit(limit);
    if (status !== undefined) query.andWhere('change.status = :status', { status });
    if (kind !== undefined) query.andWhere('change.kind = :kind', { kind });
    if (organisationId !== undefined)
      query.andWhere(
        'EXISTS (SELECT FROM organisation_change_party AS party WHERE party.change_id = change.id AND party.organisation_id = :organisationId)',
        { organisationId },
      );
    if (after !== null) query.andWhere('change.id < :after', { after });
    return query.getMany();
  }

  private known(by: Principal) {
    return this.concerned(by, `change.status = 'CARRIED_OUT'`);
  }

  private concerned(by: Principal, besides: string) {
    const regions = overseenRegions(by);
    const overseen =
      regions === null
        ? ''
        : `OR EXISTS (SELECT FROM organisation_change_party AS party JOIN organisation ON organisation.id = party.organisation_id
             WHERE party.change_id = change.id AND organisation.region_code LIKE :regions)`;
    return this.database.createQueryBuilder(OrganisationChangeRow, 'change').where(
      `(${besides} OR change.authority_id = :own OR EXISTS (
          SELECT FROM organisation_change_party AS party
          WHERE party.change_id = change.id AND party.organisation_id = :own) ${overseen})`,
      { own: by.departmentId, regions },
    );
  }
}
