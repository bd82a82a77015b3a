import { Injectable } from '@nestjs/common';
import { DataSource, In, type EntityManager, type ObjectLiteral } from 'typeorm';
import { AccessApplicationRow } from '../admissions/admission.entities';
import { AgreementRow } from '../agreements/agreement.entity';
import { OPEN } from '../applications/domain/transitions';
import { SharingApplicationRow } from '../applications/sharing-application.entity';
import { ConsentCaseRow } from '../consents/consent-case.entity';
import { GrantRow } from '../grants/grant.entity';
import { MisuseAlertRow } from '../misuse/misuse-alert.entity';
import { OfficerRow } from '../officers/officer.entity';
import { PermitRow, PublicationRequestRow } from '../publications/publication.entities';
import { ReviewDelegationRow } from '../review-delegations/review-delegation.entity';
import { StandingConsentRow } from '../standing-consents/standing-consent.entity';
import { StopRow } from '../stops/stop.entity';
import { SystemRow } from '../systems/system.entity';
import { OnwardTransferRow } from '../transfers/onward-transfer.entity';
import { NOTHING, type World, type Bodies } from './outcomes';
import type { Resource } from './preview';

/** Parts that are looked at for themselves; cases go with what they are about. */
export const PARTS = [
  'systems',
  'officers',
  'stops',
  'alerts',
  'grants',
  'applications',
  'transfers',
  'requests',
  'permits',
  'agreements',
  'standing',
  'delegations',
  'admissions',
] as const;
export type Part = (typeof PARTS)[number];
type Kind = Readonly<{ row: new () => ObjectLiteral; table: string; open: string; id?: string }>;

const ofBodies = (...columns: string[]): string => columns.map((column) => `${column} = ANY($1)`).join(' OR ');
/** What of each part is open and hangs on the bodies `$1`; a chain of grants goes by its root. */
const KINDS: Readonly<Record<Part, Kind>> = {
  systems: { row: SystemRow, table: 'system', open: `status <> 'RETIRED' AND (${ofBodies('department_id', 'owner_id')})` },
  officers: {
    row: OfficerRow,
    table: 'officer',
    open: `EXISTS (SELECT FROM jsonb_array_elements(appointments) AS held WHERE held ->> 'organisationId' = ANY($1)
      AND (held ->> 'until' IS NULL OR held ->> 'until' > $4))`,
  },
  stops: {
    row: StopRow,
    table: 'stop',
    open: `status = 'ACTIVE' AND (department_id = ANY($1) OR concerned && $1::text[] OR stands_by ->> 'organisationId' = ANY($1))`,
  },
  alerts: { row: MisuseAlertRow, table: 'misuse_alert', open: `conclusion IS NULL AND (${ofBodies('department_id', 'provider_id')})` },
  grants: {
    row: GrantRow,
    table: 'sharing_grant',
    id: 'root_id',
    open: `(status IN ('ACTIVE', 'SUSPENDED') OR disposal -> 'report' = 'null') AND (${ofBodies('holder_id', 'provider_id')})`,
  },
  applications: {
    row: SharingApplicationRow,
    table: 'sharing_application',
    open: `status IN (${OPEN.map((status) => `'${status}'`).join(', ')}) AND (${ofBodies('applicant_id', 'provider_id')})`,
  },
  transfers: {
    row: OnwardTransferRow,
    table: 'onward_transfer',
    open: `status = 'REQUESTED' AND (${ofBodies('holder_id', 'provider_id', `recipient ->> 'id'`)})`,
  },
  requests: {
    row: PublicationRequestRow,
    table: 'publication_request',
    open: `status = 'REQUESTED' AND (${ofBodies('requester_id', 'provider_id')} OR deciders ?| $1::text[])`,
  },
  permits: {
    row: PermitRow,
    table: 'publication_permit',
    open: `status = 'ACTIVE' AND (${ofBodies('publisher_id', 'provider_id')} OR deciders ?| $1::text[])`,
  },
  agreements: { row: AgreementRow, table: 'agreement', open: `status IN ('ACCEPTED', 'PENDING') AND (${ofBodies('applicant_id', 'provider_id')})` },
  standing: { row: StandingConsentRow, table: 'standing_consent', open: `status IN ('PROPOSED', 'ACTIVE') AND provider_id = ANY($1)` },
  delegations: { row: ReviewDelegationRow, table: 'review_delegation', open: `"end" IS NULL AND (${ofBodies('provider_id', 'delegate_id')})` },
  admissions: { row: AccessApplicationRow, table: 'access_application', open: `status IN ('DRAFT', 'SUBMITTED', 'UNDER_REVIEW', 'RETURNED') AND organisation_id = ANY($1)` },
}; // prettier-ignore

/** What hangs on bodies, read as one world: for a preview whole, for carrying out part after part. */
@Injectable()
export class WorldStore {
  constructor(private readonly database: DataSource) {}

  /** Ids of one part in their order, of grants those of the roots. */
  async ids(
    part: Part,
    bodies: readonly string[],
    after: string,
    limit: number,
    now: Date,
    manager: EntityManager = this.database.manager,
  ): Promise<string[]> {
    const { table, open, id = 'id' } = KINDS[part];
    // Every parameter is named, whether a part asks for it or not.
    const rows: { id: string }[] = await manager.query(
      `SELECT DISTINCT ${id} AS id FROM ${table} WHERE ${id} > $2 AND $4::text IS NOT NULL AND ${open} ORDER BY 1 LIMIT $3`,
      [bodies, after, limit, now.toISOString()],
    );
    return rows.map((row) => row.id);
  }

  /** Some things of a part with what each must be seen beside; locked where they are to be changed. */
  async some(
    part: Part,
    ids: readonly string[],
    bodies: Bodies,
    { manager, locked }: Readonly<{ manager?: EntityManager; locked: boolean }>,
  ): Promise<World> {
    const of = manager ?? this.database.manager;
    const { row, table, id = 'id' } = KINDS[part];
    // A chain is locked by its root, everything else by itself, in the order of ids as everywhere.
    if (locked) await of.query(`SELECT 1 FROM ${table} WHERE id = ANY($1) ORDER BY id FOR UPDATE`, [ids]);
    const where = id === 'root_id' ? { rootId: In([...ids]) } : { id: In([...ids]) };
    const found = ids.length === 0 ? [] : await of.find(row, { where, order: { id: 'ASC' } });
    const world = { ...NOTHING, bodies, providers: new Map<string, string>(), [part]: found } as World;
    return this.beside(part, world, of, locked);
  }

  private async beside(part: Part, world: World, manager: EntityManager, locked: boolean): Promise<World> {
    if (part === 'applications' || part === 'grants') {
      const subjects = world[part].map(({ id }) => id);
      const kind = part === 'grants' ? 'grant' : 'sharing-application';
      return { ...world, cases: await this.casesOf(kind, subjects, manager, locked) };
    }
    if (part === 'systems') return { ...world, providers: await this.providersOf(world.systems.flatMap(({ provides }) => provides), manager) };
    if (part === 'transfers') return { ...world, grants: await grantsById(world.transfers.flatMap(({ parentGrantId }) => parentGrantId ?? []), manager) };
    if (part === 'requests' || part === 'permits') {
      const all = world[part];
      const grants = await grantsById(all.flatMap(({ grantId }) => grantId ?? []), manager);
      const providers = await this.providersOf(all.flatMap(({ resourceId, origins }) => [resourceId, ...origins]), manager);
      return { ...world, grants, providers };
    }
    if (part === 'agreements') return { ...world, grants: await grantsMadeOn(world.agreements.map(({ applicationId }) => applicationId), manager) };
    return world;
  } // prettier-ignore

  private casesOf(kind: string, subjects: readonly string[], manager: EntityManager, locked: boolean) {
    const query = manager
      .createQueryBuilder(ConsentCaseRow, 'opened')
      .where(`opened.status = 'PROPOSED' AND opened.subject ->> 'kind' = :kind AND opened.subject ->> 'id' = ANY(:subjects)`, { kind, subjects })
      .orderBy('opened.id');
    return (locked ? query.setLock('pessimistic_write') : query).getMany();
  } // prettier-ignore

  private async providersOf(ids: readonly string[], manager: EntityManager): Promise<ReadonlyMap<string, string>> {
    const rows: { id: string; provider_id: string }[] = await manager.query(
      'SELECT id, provider_id FROM resource WHERE id = ANY($1)',
      [[...new Set(ids)]],
    );
    return new Map(rows.map((row) => [row.id, row.provider_id]));
  }

  /** What the bodies provide, as far as the catalogue has told. */
  async resources(bodies: readonly string[], manager: EntityManager = this.database.manager): Promise<Resource[]> {
    return manager.query(
      `SELECT id, provider_id AS "providerId", state ->> 'status' AS status FROM resource
       WHERE provider_id = ANY($1) ORDER BY id`,
      [bodies],
    );
  }

  /** Everything at once, for who only looks; no part of it beyond `most`. */
  async whole(bodies: Bodies, of: readonly string[], most: number, now: Date, manager?: EntityManager): Promise<World> {
    const parts: World[] = [];
    for (const part of PARTS) {
      const ids = await this.ids(part, of, '', most, now, manager);
      parts.push(await this.some(part, ids, bodies, { manager, locked: false }));
    }
    const all = (part: keyof typeof NOTHING) => [
      ...new Map(
        parts.flatMap((world) => world[part] as readonly { id: string }[]).map((one) => [one.id, one]),
      ).values(),
    ];
    const gathered = Object.fromEntries(Object.keys(NOTHING).map((part) => [part, all(part as keyof typeof NOTHING)]));
    const known = [...(await this.resources(of, manager)).map(({ id, providerId }) => [id, providerId] as const)];
    const providers = new Map([...parts.flatMap((world) => [...world.providers]), ...known]);
    return { ...(gathered as unknown as typeof NOTHING), bodies, providers };
  }

  /** Which of the bodies are stopped. */
  async stopped(
    bodies: readonly string[],
    now: Date,
    manager: EntityManager = this.database.manager,
  ): Promise<string[]> {
    const rows: { target_id: string }[] = await manager.query(
      `SELECT DISTINCT target_id FROM stop WHERE status = 'ACTIVE' AND target = 'organisation' AND target_id = ANY($1)
         AND (until IS NULL OR until > $2) ORDER BY 1`,
      [bodies, now],
    );
    return rows.map((row) => row.target_id);
  }
}

const grantsById = (ids: readonly string[], manager: EntityManager): Promise<GrantRow[]> =>
  ids.length === 0 ? Promise.resolve([]) : manager.find(GrantRow, { where: { id: In([...ids]) } });

const grantsMadeOn = (applicationIds: readonly string[], manager: EntityManager): Promise<GrantRow[]> =>
  manager
    .createQueryBuilder(GrantRow, 'made')
    .where(`made.origin ->> 'kind' = 'sharing-application' AND made.origin ->> 'id' = ANY(:applicationIds)`, {
      applicationIds,
    })
    .getMany();
