import { randomUUID } from 'node:crypto';
import type { GrantState, ResourceState } from '@qiongtong/contracts';
import { openDatabase, sql, SystemClock, UnitOfWork } from '@qiongtong/platform';
import {
  aGrant,
  anAppointment,
  anItem,
  anOfficer,
  anOrganisation,
  aResource,
  aSystem,
  type Platform,
  type PolicyPublisher,
  type TestIssuer,
} from '@qiongtong/testing';

export const PURPOSE = 'social-aid.eligibility';
export const REVIEWER = 'chen';
export const USER = 'mzj-system';
const PROVIDER = 'mzt-system';
const KEY = 'HN1';

export const resourceOf = (n: number) => `203000-${String(n).padStart(6, '0')}`;
export const grantOf = (n: number) => `grant-${n}`;
export const recordOf = (n: number) => `/v1/resources/${resourceOf(n)}/records/${KEY}`;

const items = [anItem({ code: 'certNo', length: '20', key: true, required: true }), anItem({ code: 'personName' })];
const resource = (n: number): ResourceState => aResource({ id: resourceOf(n), items });
const grant = (n: number): GrantState =>
  aGrant({
    id: grantOf(n),
    resourceId: resourceOf(n),
    items: items.map(({ code }) => code),
    period: { from: '2020-01-01T00:00:00Z', until: '2099-01-01T00:00:00Z' },
  });
const organisations = [anOrganisation({ id: 'mzt' }), anOrganisation({ id: 'mzj' })];

/** Everything but the grants, as its owners would have told it. */
export async function publishWorld(publisher: PolicyPublisher, grants: number): Promise<void> {
  const all = Array.from({ length: grants }, (_, n) => resource(n));
  await publisher.publish('policy.organisations', ...organisations);
  const appointments = [anAppointment({ organisationId: 'mzt', roles: ['REVIEWER'] })];
  await publisher.publish('policy.officers', anOfficer({ id: REVIEWER, appointments }));
  const provides = all.map(({ id }) => id);
  await publisher.publish(
    'policy.systems',
    aSystem({ id: USER }),
    aSystem({ id: PROVIDER, departmentId: 'mzt', ownerId: 'mzt', provides }),
  );
  await publisher.publish('policy.resources', ...all);
}

/** The grants where the service that owns them has them, told by its own outbox; hundreds of applications would take long. */
export async function issueGrants(platform: Platform, grants: number): Promise<void> {
  const database = await openDatabase({ url: platform.databaseUrl('authorisation'), applicationName: 'bench' });
  const at = new Date().toISOString();
  try {
    await sql(database, 'INSERT INTO organisation SELECT * FROM jsonb_populate_recordset(NULL::organisation, $1)', [
      JSON.stringify(
        organisations.map((o) => ({
          ...{ id: o.id, name: o.name, type: o.type, level: o.level, region_code: o.regionCode, kind: o.kind },
          ...{ status: o.status, roles: [], duties: o.duties, has_responsible_unit: true, admission: 'ACTIVE' },
          ...{ pledge_version: o.pledgeVersion, revision: 1, registered_at: at, updated_at: at },
          ...{ former_names: [], successor_ids: [] },
        })),
      ),
    ]);
    await new UnitOfWork(database, 'authorisation', new SystemClock()).run(async (tx) => {
      const states = Array.from({ length: grants }, (_, n) => grant(n));
      await tx.query('INSERT INTO sharing_grant SELECT * FROM jsonb_populate_recordset(NULL::sharing_grant, $1)', [
        JSON.stringify(states.map((state) => rowOf(state, at))),
      ]);
      for (const state of states) tx.state('policy.grants', state.id, state);
    });
  } finally {
    await database.destroy();
  }
}

const rowOf = (g: GrantState, at: string) => ({
  ...{ id: g.id, parent_id: null, root_id: g.id, depth: 0, resource_id: g.resourceId, provider_id: g.providerId },
  ...{ holder_id: g.holderId, status: g.status, items: g.items, mask: g.mask, actions: g.actions },
  ...{ purposes: g.purposes, matter_number: g.matterNumber, scope_of_knowledge: g.scopeOfKnowledge },
  ...{ systems: g.systems, period: g.period, limits: g.limits, origin: { kind: 'APPLICATION', id: g.id } },
  ...{ proposals: [], review: { dueAt: '2099-01-01T00:00:00.000Z', overdueAt: null, last: null } },
  ...{ rule_pack: g.rulePack, revision: g.version, issued_at: at, issued_by: REVIEWER },
});

/** One row in each, so that what is not refused is a whole read. */
export async function pushRows({ gatewayUrl }: Platform, issuer: TestIssuer, grants: number): Promise<void> {
  const token = await issuer.system(PROVIDER, { expiresIn: 3600 });
  for (let n = 0; n < grants; n++) {
    const pushed = await fetch(`${gatewayUrl}/v1/resources/${resourceOf(n)}/batches`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/x-ndjson',
        'idempotency-key': randomUUID(),
      },
      body: JSON.stringify({ certNo: KEY, personName: '张三' }),
    });
    if (!pushed.ok) throw new Error(`a row was not taken: ${pushed.status} ${await pushed.text()}`);
    await pushed.body?.cancel();
  }
}
