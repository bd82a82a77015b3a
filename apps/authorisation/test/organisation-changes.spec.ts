import { FixedClock, Scheduler, UnitOfWork } from '@qiongtong/platform';
import type { Principal, Versioned } from '@qiongtong/contracts';
import { decide, PolicyIndex } from '@qiongtong/regulation';
import { aUse } from '@qiongtong/testing';
import { CarryingOut } from '../src/organisation-changes/carrying-out';
import { startAuthorisation, type RunningAuthorisation } from './authorisation';
import {
  admin,
  admit,
  aDepartment,
  anOrganisation,
  aPledge,
  aResource,
  aSharingAsk,
  officer,
  responsible,
  reviewer,
  submitter,
} from './world';

const BASIS = {
  law: '中华人民共和国个人信息保护法',
  article: '第六条',
  quotation: '处理个人信息应当具有明确、合理的目的',
};
const REASONS = { statutoryBasis: [BASIS], narrative: '超出最小必要范围' };
const START = new Date('2026-03-02T09:00:00+08:00');
const DUTIES = {
  ybj: ['medical-aid.eligibility', 'medical-aid.audit'],
  wjw: ['health.register'],
} as const;

/** Each test has bodies of its own: `<name>-a`, and so on. */
describe('changes of organisations', () => {
  let service: RunningAuthorisation;
  const clock = new FixedClock(START);
  const group = officer('ldxz', 'zhao', 'LEADING_GROUP');

  beforeAll(async () => {
    service = await startAuthorisation({ clock });
    // Everything that is scheduled is called by the test, at a moment of its own.
    await service.app.get(Scheduler, { strict: false }).stop();
    await service.done('POST', '/v1/organisations', admin, {
      body: anOrganisation('ldxz', { type: 'OTHER', roles: [{ role: 'LEADING_GROUP', from: '2026-01-01' }] }),
    });
  });
  afterAll(() => service?.close());

  const carryOut = () => service.app.get(CarryingOut, { strict: false }).runDue(clock.now());
  const post = (target: string, by: Principal, body: object = {}) => service.call('POST', target, by, { body });
  const made = async (target: string, by: Principal, body: object) =>
    String((await service.done('POST', target, by, { body }))['id']);
  const get = (target: string, by: Principal = admin) => service.done('GET', target, by);
  const aChange = (over: object) => ({
    document: { number: '琼编〔2026〕3号', date: '2026-03-01' },
    effectiveOn: '2026-03-02',
    ...over,
  });
  const decideOn = (over: object, by = admin) => post('/v1/organisation-changes', by, aChange(over));
  const preview = (over: object, by = admin) => post('/v1/organisation-changes:preview', by, aChange(over));
  const decided = async (over: object, by = admin): Promise<string> => {
    const { status, body } = await decideOn(over, by);
    if (status !== 201) throw new Error(JSON.stringify(body));
    return String(body['id']);
  };
  /** A department with duties, admitted. */
  async function department(id: string, purposes: readonly string[] = DUTIES.ybj, admitted = true): Promise<string> {
    await aDepartment(service, id);
    const codes = [...new Set(purposes.map((purpose) => purpose.split('.')[0]!))];
    const duties = codes.map((code) => ({
      code,
      title: code,
      basis: '条例',
      purposes: purposes.filter((one) => one.startsWith(`${code}.`)),
    }));
    const { revision } = await get(`/v1/organisations/${id}`);
    await service.done('PUT', `/v1/organisations/${id}/duties`, admin, { body: { duties }, ifMatch: Number(revision) });
    if (admitted) await admit(service, id);
    return id;
  }
  let version = 1;
  const provides = (providerId: string, ...ids: string[]) =>
    service.resources(...ids.map((id) => aResource({ id, providerId, version: ++version })));
  const asked = (applicant: string, resourceId: string, over: object = {}) =>
    made('/v1/sharing-applications', submitter(applicant), aSharingAsk({ resourceId, ...over }));
  const granted = async (
    applicant: string,
    provider: string,
    resourceId: string,
    over: object = {},
  ): Promise<string> => {
    const id = await asked(applicant, resourceId, over);
    const { decision } = await service.done('POST', `/v1/sharing-applications/${id}/consent`, reviewer(provider), {
      body: { matterNumber: 'optional' },
    });
    return (decision as { grantId: string }).grantId;
  };
  const anOfficer = (id: string, organisationId: string, ...roles: string[]) =>
    service.done('POST', '/v1/officers', admin, {
      body: {
        id,
        name: id,
        appointments: [{ organisationId, unit: '待遇处', post: '科员', roles, from: '2026-01-01' }],
      },
    });
  const aSystem = async (id: string, departmentId: string, over: object = {}) => {
    await service.done('POST', '/v1/systems', responsible(departmentId), {
      body: { id, name: id, ownerId: departmentId, ...over },
    });
    await service.done('POST', `/v1/systems/${id}/attestation`, admin, {
      body: { ownerId: departmentId, evidence: '核查' },
    });
  };
  const told = (body: Record<string, unknown>, thing: string) =>
    (body['things'] as { thing: string; outcome: string; toId: string | null; ids: string[] }[]).filter(
      (one) => one.thing === thing,
    );
  const effects = (id: string, by: Principal = admin) =>
    service.everyPage(`/v1/organisation-changes/${id}/effects?limit=50`, by);
  const effectOn = async (id: string, thingId: string, thing: string) =>
    (await effects(id)).find((one) => one['id'] === thingId && one['thing'] === thing);

  describe('that cannot be', () => {
    beforeAll(async () => {
      for (const id of ['no-a', 'no-b', 'no-c']) await aDepartment(service, id);
      await service.done('POST', '/v1/organisations', admin, {
        body: anOrganisation('no-vendor', { type: 'OTHER', kind: 'VENDOR' }),
      });
      await service.done('POST', '/v1/organisations', admin, {
        body: anOrganisation('no-haikou', { level: 'CITY', regionCode: '460100' }),
      });
      await service.done('POST', '/v1/organisations', admin, {
        body: anOrganisation('no-sanya', { level: 'CITY', regionCode: '460200' }),
      });
      await provides('no-b', 'no-r1');
    });
    const merger = { kind: 'MERGER', organisationIds: ['no-a'], successorIds: ['no-c'] };
    const abolition = { kind: 'ABOLITION', organisationIds: ['no-b'] };
    const founded = (over: object) => [
      { id: 'no-new', name: '新厅', type: 'ADMINISTRATIVE', level: 'PROVINCE', regionCode: '460000', ...over },
    ];

    it.each([
      ['in the past', { ...merger, effectiveOn: '2026-03-01' }, 'succession.effective_in_past'],
      [
        'by a document of tomorrow',
        { ...merger, document: { number: 'x', date: '2026-03-03' } },
        'succession.document_invalid',
      ],
      ['of a day that does not exist', { ...merger, effectiveOn: '2026-02-30' }, 'request.invalid'],
      ['with a fee', { ...merger, fee: 1 }, 'request.invalid'],
      ['of a body that nobody knows', { ...merger, organisationIds: ['nobody'] }, 'organisation.unknown'],
      ['into a body that nobody knows', { ...merger, successorIds: ['nobody'] }, 'organisation.unknown'],
      ['into itself', { ...merger, successorIds: ['no-a'] }, 'succession.cycle'],
      ['into several', { ...merger, successorIds: ['no-b', 'no-c'] }, 'succession.bodies_invalid'],
      ['of one body into one by a split', { ...merger, kind: 'SPLIT' }, 'succession.bodies_invalid'],
      [
        'of two bodies at once by an abolition',
        { ...abolition, organisationIds: ['no-a', 'no-b'] },
        'succession.bodies_invalid',
      ],
      ['by a rename without a name', { kind: 'RENAME', organisationIds: ['no-a'] }, 'succession.bodies_invalid'],
      [
        'by a rename to its own name',
        { kind: 'RENAME', organisationIds: ['no-a'], name: '机构no-a' },
        'succession.same_name',
      ],
      ['of a vendor', { ...merger, organisationIds: ['no-vendor'] }, 'succession.departments_only'],
      ['into a vendor', { ...merger, successorIds: ['no-vendor'] }, 'succession.departments_only'],
      [
        'across two branches of the tree',
        { ...merger, organisationIds: ['no-haikou'], successorIds: ['no-sanya'] },
        'succession.region_foreign',
      ],
      [
        'into a new body outside the province',
        { ...merger, successorIds: ['no-new'], founded: founded({ regionCode: '440000' }) },
        'organisation.outside_jurisdiction',
      ],
      ['founding a body that exists', { ...merger, founded: founded({ id: 'no-c' }) }, 'organisation.id_taken'],
      ['founding a body that takes nothing', { ...merger, founded: founded({}) }, 'succession.bodies_invalid'],
      [
        'of a role holder that still holds its role',
        { ...merger, organisationIds: ['ldxz'] },
        'succession.role_to_move',
      ],
      ['with what goes to a stranger', { ...merger, systems: [{ id: 's', to: 'no-b' }] }, 'succession.target_invalid'],
      ['with what it does not have', { ...merger, systems: [{ id: 's', to: null }] }, 'succession.listed_unknown'],
      ['that leaves a resource to nobody', abolition, 'succession.successor_needed'],
      [
        'that withdraws a resource without law',
        { ...abolition, withdrawals: [{ id: 'no-r1', statutoryBasis: [{ ...BASIS, quotation: '…' }] }] },
        'succession.statutory',
      ],
    ])('[R4.1] [R4.5] is refused %s', async (_how, over, code) => {
      const { status, body } = await decideOn(over);
      if (code === 'succession.statutory') expect(body['code']).toBe('consent.statutory_basis_invalid');
      else expect([body['code'], status >= 400]).toEqual([code, true]);
    });

    it.each([
      ['a department', responsible('no-a'), 'access.role_required'],
      ['a local authority', officer('no-haikou', 'li', 'LOCAL_AUTHORITY'), 'access.role_required'],
      ['a party, whatever it is', officer('no-c', 'li', 'PROVINCIAL_AUTHORITY'), 'organisation.own_case'],
      ['the leading group in the place of the authority', group, 'access.role_required'],
    ])('[R14.10] is refused to %s, and so is its preview', async (_who, by, code) => {
      expect((await decideOn(merger, by)).body['code']).toBe(code);
      expect((await preview(merger, by)).body['code']).toBe(code);
    });

    it('[R14.10] is the leading group’s where the authority is a party', async () => {
      const into = { ...merger, successorIds: ['gxt'] };
      expect((await decideOn(into)).body['code']).toBe('organisation.own_case');
      expect((await decideOn(into, officer('no-b', 'li', 'PROVINCIAL_AUTHORITY'))).body['code']).toBe(
        'access.role_required',
      );
      const { status, body } = await decideOn({ ...into, effectiveOn: '2026-05-01' }, group);
      expect([status, body['authorityId']]).toEqual([201, 'ldxz']);
      expect((await post(`/v1/organisation-changes/${String(body['id'])}/cancellation`, admin)).body['code']).toBe(
        'organisation.own_case',
      );
      expect((await post(`/v1/organisation-changes/${String(body['id'])}/cancellation`, group)).status).toBe(200);
    });

    it('[R14.7] is no way around a stop', async () => {
      await aDepartment(service, 'no-stopped');
      const stop = await made('/v1/stops', admin, {
        target: 'organisation',
        targetId: 'no-stopped',
        reason: '查',
        until: null,
      });
      const of = { ...merger, organisationIds: ['no-stopped'] };
      expect((await decideOn(of)).body).toMatchObject({ code: 'succession.body_stopped', about: ['no-stopped'] });
      await service.done('POST', `/v1/stops/${stop}/lift`, admin, { body: { reason: '查明' } });
      expect((await preview(of)).body).toMatchObject({ possible: true });
    });

    it('[R4.5] overlaps no other of the same body, however many are decided at once', async () => {
      const later = { effectiveOn: '2026-06-01' };
      const race = await Promise.all([
        decideOn({ ...merger, ...later }),
        decideOn({ kind: 'ABOLITION', organisationIds: ['no-a'], ...later }),
        decideOn({ ...merger, organisationIds: ['no-c'], successorIds: ['no-a'], ...later }),
      ]);
      expect(race.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
      expect(race.filter(({ status }) => status === 409).map(({ body }) => body['code'])).toEqual([
        'succession.overlapping',
        'succession.overlapping',
      ]);
      expect((await preview({ ...merger, ...later })).body).toMatchObject({
        possible: false,
        obstacles: [{ code: 'succession.overlapping' }],
      });
      const id = String(race.find(({ status }) => status === 201)!.body['id']);
      const cancel = () => post(`/v1/organisation-changes/${id}/cancellation`, admin);
      const both = await Promise.all([cancel(), cancel()]);
      expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect((await preview({ ...merger, ...later })).body).toMatchObject({ possible: true });
      expect((await service.factsOf(id, 2)).map(({ type }) => type)).toEqual([
        'authorisation.organisation-change-decided.v1',
        'authorisation.organisation-change-cancelled.v1',
      ]);
    });

    it('is decided once for one key', async () => {
      const body = aChange({ kind: 'RENAME', organisationIds: ['no-b'], name: '新名', effectiveOn: '2026-07-01' });
      const first = await service.call('POST', '/v1/organisation-changes', admin, { body, key: 'change-1' });
      const again = await service.call('POST', '/v1/organisation-changes', admin, { body, key: 'change-1' });
      expect([first.status, again.replayed, again.body['id']]).toEqual([201, true, first.body['id']]);
      expect(
        (await service.call('GET', `/v1/organisation-changes/${String(first.body['id'])}`, responsible('no-a'))).status,
      ).toBe(404);
      expect(
        (await service.call('GET', `/v1/organisation-changes/${String(first.body['id'])}`, responsible('no-b'))).status,
      ).toBe(200);
      expect(
        (await service.call('GET', `/v1/organisation-changes/${String(first.body['id'])}/effects`, responsible('no-a')))
          .status,
      ).toBe(404);
      await post(`/v1/organisation-changes/${String(first.body['id'])}/cancellation`, admin);
    });
  });

  it('[R4.1] a rename keeps the id, and the former name with its dates; a future one has no effect before its day', async () => {
    await aDepartment(service, 'rn-a');
    const id = await decided({ kind: 'RENAME', organisationIds: ['rn-a'], name: '数据局', effectiveOn: '2026-03-05' });
    await carryOut();
    expect(await get('/v1/organisations/rn-a')).toMatchObject({ name: '机构rn-a', formerNames: [] });
    clock.set('2026-03-05T00:00:00+08:00');
    await Promise.all([carryOut(), carryOut()]);
    await carryOut();
    const formerNames = [{ name: '机构rn-a', until: '2026-03-04T16:00:00.000Z' }];
    expect(await get('/v1/organisations/rn-a')).toMatchObject({ id: 'rn-a', name: '数据局', formerNames });
    expect(
      (await service.everyPage(`/v1/organisations?limit=9&name=${encodeURIComponent('机构rn-a')}`, admin)).map(
        (one) => one['id'],
      ),
    ).toEqual(['rn-a']);
    expect((await service.states('policy.organisations', 'rn-a', 3)).at(-1)).toMatchObject({
      name: '数据局',
      formerNames,
    });
    expect((await service.factsOf('rn-a', 3)).at(-1)).toMatchObject({
      type: 'authorisation.organisation-renamed.v1',
      data: { formerName: '机构rn-a', changeId: id },
    });
    expect(await get(`/v1/organisation-changes/${id}`, responsible('rn-a'))).toMatchObject({ status: 'CARRIED_OUT' });
    expect((await post(`/v1/organisation-changes/${id}/cancellation`, admin)).body['code']).toBe(
      'succession.already_begun',
    );
    clock.set(START);
  });

  it('[R4.1] a correction of the name keeps the former one as well', async () => {
    await aDepartment(service, 'rn-b');
    const { revision } = await get('/v1/organisations/rn-b');
    await service.done('PATCH', '/v1/organisations/rn-b', admin, { body: { name: '更正' }, ifMatch: Number(revision) });
    expect(await get('/v1/organisations/rn-b')).toMatchObject({
      formerNames: [{ name: '机构rn-b', until: START.toISOString() }],
    });
  });

  /** `x` provides to `a`; `a` provides to `y`; `a` becomes `c`. */
  async function aMergerWorld(n: string) {
    const [a, c, x, y] = [`${n}-a`, `${n}-c`, `${n}-x`, `${n}-y`];
    for (const id of [a, c, y]) await department(id, id === c ? DUTIES.wjw : DUTIES.ybj);
    await aDepartment(service, x);
    await provides(x, `${n}-rx`);
    await provides(a, `${n}-ra`, `${n}-rb`);
    await aSystem(`${n}-sys`, a, { provides: [`${n}-ra`] });
    await anOfficer(`${n}-wang`, a, 'SUBMITTER');
    const held = await granted(a, x, `${n}-rx`, { systems: [`${n}-sys`] });
    const given = await granted(y, a, `${n}-ra`);
    const answered = await asked(y, `${n}-rb`);
    const applied = await asked(a, `${n}-rx`);
    const refused = await asked(y, `${n}-ra`);
    await service.done('POST', `/v1/sharing-applications/${refused}/refusal`, reviewer(a), { body: REASONS });
    const own = await asked(c, `${n}-rb`, { purposes: ['health.register'] });
    const stop = await made('/v1/stops', responsible(a), {
      target: 'officer',
      targetId: `${n}-wang`,
      reason: '查',
      until: '2026-03-20',
    });
    return { a, c, x, y, held, given, answered, applied, refused, own, stop };
  }
  /** The catalogue has heard of it. */
  const catalogueMoves = (to: string, ...ids: string[]) => provides(to, ...ids);

  it('[R4.5] [R15.3] a merger is told beforehand, and then does just that', async () => {
    const { a, c, x, y, held, given, answered, applied, refused, own, stop } = await aMergerWorld('mg');
    const clocks = async (id: string) => {
      const { receivedAt, clock: shown } = await get(`/v1/sharing-applications/${id}`);
      const { dueAt, workingDays, pause, endedAt } = shown as Record<string, unknown>;
      return { receivedAt, dueAt, workingDays, pause, endedAt };
    };
    const before = await Promise.all([answered, applied, refused].map(clocks));
    const merger = { kind: 'MERGER', organisationIds: [a], successorIds: [c] };
    const { status, body } = await preview(merger);
    expect([status, body['possible'], body['obstacles']]).toEqual([200, true, []]);
    expect(told(body, 'resource')).toMatchObject([{ outcome: 'PASSED', toId: c, ids: ['mg-ra', 'mg-rb'] }]);
    expect(
      told(body, 'grant')
        .flatMap(({ ids }) => ids)
        .sort(),
    ).toEqual([held, given].sort());
    expect(told(body, 'sharing-application')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ outcome: 'PASSED', ids: expect.arrayContaining([answered, applied, refused]) }),
        expect.objectContaining({ outcome: 'ENDED', because: 'OWN_RESOURCE', ids: [own] }),
      ]),
    );
    for (const thing of ['system', 'officer', 'stop', 'consent-case', 'duty', 'organisation'])
      expect([thing, told(body, thing).length]).toEqual([thing, 1]);
    expect(
      (body['clocks'] as { applicationId: string; receivedAt: string }[]).find((one) => one.applicationId === answered),
    ).toMatchObject({ receivedAt: before[0]!.receivedAt, dueAt: before[0]!.dueAt, overdue: false });
    expect(await service.query('SELECT 1 FROM organisation_change WHERE organisation_ids ? $1', [a])).toEqual([]);

    const id = await decided(merger);
    await carryOut();
    // The catalogue owns the entries: until it has moved them nothing but the duties has changed.
    expect(await get(`/v1/organisation-changes/${id}`)).toMatchObject({ status: 'IN_PROGRESS' });
    expect(await get(`/v1/grants/${given}`)).toMatchObject({ providerId: a });
    expect((await post(`/v1/organisation-changes/${id}/cancellation`, admin)).body['code']).toBe(
      'succession.already_begun',
    );
    await catalogueMoves(c, 'mg-ra', 'mg-rb');
    clock.set('2026-03-03T09:00:00+08:00');
    await Promise.all([carryOut(), carryOut()]);

    expect(await get(`/v1/organisation-changes/${id}`, responsible(c))).toMatchObject({
      status: 'CARRIED_OUT',
      counts: { 'grant.PASSED': 2, 'sharing-application.PASSED': 3 },
    });
    expect(await get(`/v1/organisations/${a}`)).toMatchObject({
      status: 'ABOLISHED',
      successorIds: [c],
      responsibleUnit: null,
      hasResponsibleUnit: false,
    });
    expect(await get(`/v1/grants/${held}`, reviewer(c))).toMatchObject({
      holderId: c,
      providerId: x,
      status: 'ACTIVE',
      systems: ['mg-sys'],
    });
    expect(await get(`/v1/grants/${given}`, reviewer(c))).toMatchObject({
      holderId: y,
      providerId: c,
      status: 'ACTIVE',
    });
    expect(await Promise.all([answered, applied, refused].map(clocks))).toEqual(before);
    expect(await get(`/v1/sharing-applications/${own}`, submitter(c))).toMatchObject({
      status: 'WITHDRAWN',
      withdrawnBy: 'platform',
    });
    // Whoever took the place answers, whoever gave way is nobody's office any more.
    expect(
      (await post(`/v1/sharing-applications/${answered}/consent`, reviewer(a), { matterNumber: 'optional' })).status,
    ).toBe(404);
    expect(
      (await post(`/v1/sharing-applications/${answered}/consent`, reviewer(c), { matterNumber: 'optional' })).body[
        'status'
      ],
    ).toBe('CONSENTED');
    const [{ id: caseId }] = (await service.query<{ id: string }>(
      `SELECT id FROM consent_case WHERE subject ->> 'id' = $1`,
      [refused],
    )) as [{ id: string }];
    expect(await get(`/v1/consent-cases/${caseId}`)).toMatchObject({
      providerId: c,
      otherPartyId: y,
      status: 'PROPOSED',
    });
    expect((await post(`/v1/consent-cases/${caseId}/consent`, admin, { reason: '同意' })).status).toBe(200);
    expect(await get('/v1/systems/mg-sys', responsible(c))).toMatchObject({
      departmentId: c,
      ownerId: c,
      provides: ['mg-ra'],
      attestation: { evidence: '琼编〔2026〕3号' },
    });
    expect((await get('/v1/officers/mg-wang'))['appointments']).toMatchObject([
      { organisationId: a, until: '2026-03-03T01:00:00.000Z' },
      { organisationId: c, unit: '待遇处', roles: ['SUBMITTER'], until: null },
    ]);
    expect(await get(`/v1/stops/${stop}`, responsible(c))).toMatchObject({ status: 'ACTIVE', departmentId: c });
    expect(await effectOn(id, held, 'grant')).toMatchObject({ outcome: 'PASSED', fromId: a, toId: c });
    // Nothing is done twice, and nothing is done to what has ended.
    const once = (await effects(id)).length;
    await carryOut();
    expect((await effects(id)).length).toBe(once);
    for (const change of [{ name: 'x' }, { roles: [] }])
      expect(
        (await service.call('PATCH', `/v1/organisations/${a}`, admin, { body: change, ifMatch: 1 })).body['code'],
      ).toBe('organisation.ended');
    expect(
      (await decideOn({ kind: 'MERGER', organisationIds: [c], successorIds: [a], effectiveOn: '2026-03-09' })).body[
        'code'
      ],
    ).toBe('succession.body_ended');
    clock.set(START);
  });

  it('[R14.7] what it publishes the gateway decides by: the heir reads under what was granted, and who gave way nothing', async () => {
    const { a, c, x, y, held, given } = await aMergerWorld('gw');
    await decided({ kind: 'MERGER', organisationIds: [a], successorIds: [c] });
    await carryOut();
    await catalogueMoves(c, 'gw-ra', 'gw-rb');
    await carryOut();
    const policy = new PolicyIndex();
    const apply = async (topic: Parameters<PolicyIndex['apply']>[0], key: string, least: number) => {
      for (const state of await service.states(topic, key, least))
        policy.apply(topic, key, state as unknown as Versioned);
    };
    await apply('policy.organisations', a, 5);
    for (const body of [c, y, x]) await apply('policy.organisations', body, 1);
    await apply('policy.systems', 'gw-sys', 3);
    await apply('policy.grants', held, 2);
    await apply('policy.grants', given, 2);
    await apply('policy.officers', 'gw-wang', 2);
    for (const [id, providerId] of [
      ['gw-rx', x],
      ['gw-ra', c],
    ] as const)
      policy.apply('policy.resources', id, aResource({ id, providerId }));
    const ask = (departmentId: string, resourceId: string) =>
      decide(
        policy,
        aUse({
          systemId: 'gw-sys',
          departmentId,
          officerId: 'gw-wang',
          resourceId,
          items: ['aidNo'],
          purpose: 'medical-aid.eligibility',
          matterNumber: '1',
        }),
        clock.now(),
      );
    expect(ask(c, 'gw-rx')).toMatchObject({ effect: 'permit', grantId: held });
    expect(ask(c, 'gw-ra')).toMatchObject({ effect: 'permit', basis: 'own' });
    for (const resource of ['gw-rx', 'gw-ra']) {
      const refused = ask(a, resource);
      expect(refused.effect).toBe('deny');
      expect(refused.effect === 'deny' && refused.reasons.map(({ code }) => code)).toContain(
        'access.organisation_inactive',
      );
    }
    expect(policy.principalOf({ sub: 'gw-wang', clientId: 'console', jti: 't' }, clock.now())).toMatchObject({
      departmentId: c,
      roles: ['SUBMITTER'],
    });
  });

  it('[R10.4] [R11.2] a grant waits for its new holder to be admitted, and ends where nobody has the duty', async () => {
    const [a, x] = ['hd-a', 'hd-x'];
    await department(a);
    await aDepartment(service, x);
    await provides(x, 'hd-r1', 'hd-r2');
    const waits = await granted(a, x, 'hd-r1');
    const ends = await granted(a, x, 'hd-r2', { purposes: ['medical-aid.audit'] });
    const founded = [{ id: 'hd-new', name: '新厅', type: 'ADMINISTRATIVE', level: 'PROVINCE', regionCode: '460000' }];
    await anOfficer('hd-wang', a, 'REVIEWER');
    const merger = { kind: 'MERGER', organisationIds: [a], successorIds: ['hd-new'], founded };
    const id = await decided(merger);
    await carryOut();
    expect(await get('/v1/organisations/hd-new')).toMatchObject({
      status: 'ACTIVE',
      admission: 'NONE',
      duties: [{ code: 'medical-aid' }],
    });
    for (const grant of [waits, ends])
      expect(await get(`/v1/grants/${grant}`, reviewer('hd-new'))).toMatchObject({
        holderId: 'hd-new',
        status: 'SUSPENDED',
        suspension: { ground: 'DUTY_ENDED', until: '2027-12-31T16:00:00.000Z' },
      });
    expect(await effectOn(id, waits, 'grant')).toMatchObject({ outcome: 'SUSPENDED', because: 'NOT_ADMITTED' });
    // A person of the provider lets it be used again, and nothing else does.
    expect((await post(`/v1/grants/${waits}/resumption`, reviewer('hd-new'))).body['code']).toBe('grant.not_provider');
    expect((await post(`/v1/grants/${waits}/resumption`, reviewer(x))).body['status']).toBe('ACTIVE');
    expect((await service.factsOf(waits, 2))[1]).toMatchObject({
      type: 'authorisation.grant-passed.v1',
      data: { former: { holderId: a }, suspended: true, changeId: id },
    });
  });

  it('[R10.4] what is listed as ended ends, with who reports on the data in its place', async () => {
    const [a, c, x] = ['en-a', 'en-c', 'en-x'];
    await department(a);
    await department(c, DUTIES.wjw);
    await aDepartment(service, x);
    await provides(x, 'en-r1');
    await aSystem('en-sys', a);
    const ended = await granted(a, x, 'en-r1');
    await decided({
      kind: 'MERGER',
      organisationIds: [a],
      successorIds: [c],
      duties: [{ id: 'medical-aid', to: null }],
      systems: [{ id: 'en-sys', to: null }],
    });
    await carryOut();
    const grant = await get(`/v1/grants/${ended}`, reviewer(x));
    expect(grant).toMatchObject({
      status: 'REVOKED',
      holderId: a,
      revocation: { ground: 'DUTY_ENDED' },
      disposal: { report: null, reporterId: c },
    });
    expect(await get('/v1/systems/en-sys')).toMatchObject({ status: 'RETIRED' });
    expect((await service.everyPage('/v1/grants?limit=9', reviewer(c))).map((one) => one['id'])).toContain(ended);
    const report = { method: 'DELETED', disposedAt: START.toISOString(), statement: '已删除' };
    expect((await post(`/v1/grants/${ended}/disposal-report`, reviewer('en-y'), report)).status).toBe(404);
    expect((await post(`/v1/grants/${ended}/disposal-report`, reviewer(c), report)).status).toBe(200);
  });

  it('[R4.5] a split says of each thing where it goes; what is not listed is named, and everything follows the lists', async () => {
    const [a, b, x, y] = ['sp-a', 'sp-b', 'sp-x', 'sp-y'];
    await department(a, [...DUTIES.ybj, ...DUTIES.wjw]);
    await department(b, []);
    await department(y);
    await aDepartment(service, x);
    await provides(x, 'sp-rx', 'sp-ry', 'sp-rz');
    await provides(a, 'sp-r1', 'sp-r2');
    await aSystem('sp-sys', a);
    await anOfficer('sp-wang', a, 'SUBMITTER');
    const stays = await granted(a, x, 'sp-rx');
    const goes = await granted(a, x, 'sp-ry', { purposes: ['health.register'] });
    const divided = await granted(a, x, 'sp-rz', { purposes: ['medical-aid.audit', 'health.register'] });
    const given = await granted(y, a, 'sp-r2');
    const split = { kind: 'SPLIT', organisationIds: [a], successorIds: [a, b] };
    const missing = [
      'resource:sp-r1',
      'resource:sp-r2',
      'duty:medical-aid',
      'duty:health',
      'system:sp-sys',
      'officer:sp-wang',
    ];
    expect((await decideOn(split)).body).toMatchObject({ code: 'succession.unlisted', about: missing });
    const listed = {
      ...split,
      resources: [
        { id: 'sp-r1', to: a },
        { id: 'sp-r2', to: b },
      ],
      duties: [
        { id: 'medical-aid', to: a },
        { id: 'health', to: b },
      ],
      systems: [{ id: 'sp-sys', to: b }],
      officers: [{ id: 'sp-wang', to: b }],
    };
    expect((await decideOn(listed)).body).toMatchObject({ code: 'succession.unlisted', about: [`grant:${divided}`] });
    expect(
      (
        await decideOn({
          ...listed,
          resources: [
            { id: 'sp-r1', to: null },
            { id: 'sp-r2', to: b },
          ],
        })
      ).body['code'],
    ).toBe('succession.target_invalid');
    await decided({ ...listed, grants: [{ id: divided, to: b }] });
    await carryOut();
    await catalogueMoves(b, 'sp-r2');
    await carryOut();
    expect(await get(`/v1/organisations/${a}`)).toMatchObject({
      status: 'ACTIVE',
      duties: [{ code: 'medical-aid' }],
      responsibleUnit: { name: '信息中心' },
    });
    expect(await get(`/v1/organisations/${b}`)).toMatchObject({ duties: [{ code: 'health' }] });
    expect(await get(`/v1/grants/${stays}`, reviewer(a))).toMatchObject({ holderId: a, revision: 1 });
    expect(await get(`/v1/grants/${goes}`, reviewer(b))).toMatchObject({ holderId: b, status: 'ACTIVE' });
    expect(await get(`/v1/grants/${divided}`, reviewer(b))).toMatchObject({
      holderId: b,
      purposes: ['health.register'],
    });
    expect(await get(`/v1/grants/${given}`, reviewer(b))).toMatchObject({ providerId: b });
    expect(await get('/v1/systems/sp-sys', responsible(b))).toMatchObject({ departmentId: b });
    expect((await service.call('GET', '/v1/systems/sp-sys', responsible(a))).status).toBe(404);
  });

  it('[R10.4] an abolition needs a successor for what it provides, or the law; its uses end and what it asked for lapses', async () => {
    const [a, c, x, y] = ['ab-a', 'ab-c', 'ab-x', 'ab-y'];
    for (const id of [a, c, y]) await department(id);
    await aDepartment(service, x);
    await provides(x, 'ab-rx');
    await provides(a, 'ab-r1', 'ab-r2');
    const held = await granted(a, x, 'ab-rx');
    const [kept, lost] = [await granted(y, a, 'ab-r1'), await granted(y, a, 'ab-r2')];
    const [asking, waiting] = [await asked(a, 'ab-rx'), await asked(y, 'ab-r1')];
    const abolition = { kind: 'ABOLITION', organisationIds: [a] };
    expect((await decideOn(abolition)).body).toMatchObject({
      code: 'succession.successor_needed',
      about: ['resource:ab-r1', 'resource:ab-r2'],
    });
    expect(
      (await decideOn({ ...abolition, successorIds: [c], duties: [{ id: 'medical-aid', to: c }] })).body['code'],
    ).toBe('succession.target_invalid');
    await decided({ ...abolition, successorIds: [c], withdrawals: [{ id: 'ab-r2', statutoryBasis: [BASIS] }] });
    await carryOut();
    await catalogueMoves(c, 'ab-r1');
    await carryOut();
    expect(await get('/v1/organisations/ab-a')).toMatchObject({ status: 'ACTIVE' });
    await service.resources(aResource({ id: 'ab-r2', providerId: a, status: 'WITHDRAWN', version: ++version }));
    await carryOut();
    expect(await get('/v1/organisations/ab-a')).toMatchObject({ status: 'ABOLISHED' });
    expect(await get(`/v1/grants/${held}`, reviewer(x))).toMatchObject({
      status: 'REVOKED',
      revocation: { ground: 'DUTY_ENDED' },
      disposal: { reporterId: c },
    });
    expect(await get(`/v1/grants/${kept}`, reviewer(c))).toMatchObject({ status: 'ACTIVE', providerId: c });
    expect(await get(`/v1/grants/${lost}`, reviewer(y))).toMatchObject({
      status: 'REVOKED',
      revocation: { ground: 'STATUTORY', statutoryBasis: [BASIS] },
    });
    expect(await get(`/v1/sharing-applications/${asking}`)).toMatchObject({ status: 'WITHDRAWN' });
    expect(await get(`/v1/sharing-applications/${waiting}`, reviewer(c))).toMatchObject({
      status: 'SUBMITTED',
      providerId: c,
    });
  });

  it('[R4.1] bodies below one that ends come under who takes its place', async () => {
    for (const id of ['tr-a', 'tr-c']) await aDepartment(service, id);
    await aDepartment(service, 'tr-child', { parentId: 'tr-a' });
    await decided({ kind: 'MERGER', organisationIds: ['tr-a'], successorIds: ['tr-c'] });
    await carryOut();
    expect(await get('/v1/organisations/tr-child')).toMatchObject({ parentId: 'tr-c' });
    expect(
      (
        await service.call('POST', '/v1/organisations', admin, {
          body: anOrganisation('tr-late', { parentId: 'tr-a' }),
        })
      ).body['code'],
    ).toBe('organisation.parent_invalid');
  });

  it('[R14.10] a case goes to the next level when its authority becomes a party; with nobody above it is refused', async () => {
    const [a, y] = ['au-a', 'au-y'];
    await department(y);
    await aDepartment(service, a);
    await provides(a, 'au-r1');
    const refused = await asked(y, 'au-r1');
    await service.done('POST', `/v1/sharing-applications/${refused}/refusal`, reviewer(a), { body: REASONS });
    const merger = { kind: 'MERGER', organisationIds: [a], successorIds: ['gxt'] };
    const { roles, revision } = await get('/v1/organisations/ldxz');
    await service.query(`UPDATE organisation SET roles = '[]' WHERE id = 'ldxz'`);
    expect((await preview(merger, group)).body).toMatchObject({
      obstacles: [{ code: 'succession.case_without_authority' }],
    });
    await service.query('UPDATE organisation SET roles = $1, revision = $2 WHERE id = $3', [
      JSON.stringify(roles),
      revision,
      'ldxz',
    ]);
    await decided(merger, group);
    await carryOut();
    await catalogueMoves('gxt', 'au-r1');
    await carryOut();
    const [{ id: caseId }] = (await service.query<{ id: string }>(
      `SELECT id FROM consent_case WHERE subject ->> 'id' = $1`,
      [refused],
    )) as [{ id: string }];
    expect((await post(`/v1/consent-cases/${caseId}/consent`, admin, { reason: '同意' })).body['code']).toBe(
      'consent.own_case',
    );
    expect((await post(`/v1/consent-cases/${caseId}/consent`, group, { reason: '同意' })).status).toBe(200);
  });

  it('[R4.5] what has come in the way since is told once, and carried out when it is gone', async () => {
    for (const id of ['bl-a', 'bl-c']) await aDepartment(service, id);
    const id = await decided({ kind: 'MERGER', organisationIds: ['bl-a'], successorIds: ['bl-c'] });
    const stop = await made('/v1/stops', admin, {
      target: 'organisation',
      targetId: 'bl-a',
      reason: '查',
      until: null,
    });
    for (let i = 0; i < 3; i++) await carryOut();
    expect(await get(`/v1/organisation-changes/${id}`)).toMatchObject({
      status: 'DECIDED',
      blocked: { code: 'succession.body_stopped', about: ['bl-a'] },
    });
    expect(await get(`/v1/organisation-changes/${id}/preview`)).toMatchObject({ possible: false });
    await service.done('POST', `/v1/stops/${stop}/lift`, admin, { body: { reason: '查明' } });
    await carryOut();
    expect(await get(`/v1/organisation-changes/${id}`)).toMatchObject({ status: 'CARRIED_OUT', blocked: null });
    expect(
      (await service.factsOf(id, 4)).map(({ type }) => type.replace(/^authorisation\.organisation-change-|\.v1$/g, '')),
    ).toEqual(['decided', 'blocked', 'begun', 'carried-out']);
  });

  it('[R15.3] a crash after any transaction loses nothing and does nothing twice', async () => {
    const { a, c, held, given, answered, applied, refused, own } = await aMergerWorld('cr');
    const id = await decided({ kind: 'MERGER', organisationIds: [a], successorIds: [c] });
    await catalogueMoves(a, 'cr-ra', 'cr-rb');
    const work = service.app.get(UnitOfWork, { strict: false });
    const run = work.run.bind(work);
    let crashes = 0;
    // The look at its beginning, and one batch: every run is killed after that.
    for (let runs = 0, done = false; !done && runs < 50; runs++) {
      let left = 2;
      work.run = (what) => (left-- > 0 ? run(what) : Promise.reject(new Error('killed')));
      await service.app
        .get(CarryingOut, { strict: false })
        .carryOut(id, clock.now())
        .catch(() => crashes++)
        .finally(() => (work.run = run));
      if (runs === 0) await catalogueMoves(c, 'cr-ra', 'cr-rb');
      done = (await get(`/v1/organisation-changes/${id}`))['status'] === 'CARRIED_OUT';
    }
    expect(crashes).toBeGreaterThanOrEqual(5);
    expect(await get(`/v1/grants/${held}`, reviewer(c))).toMatchObject({ holderId: c, revision: 2 });
    expect(await get(`/v1/grants/${given}`, reviewer(c))).toMatchObject({ providerId: c, revision: 2 });
    for (const application of [answered, applied])
      expect(await get(`/v1/sharing-applications/${application}`)).toMatchObject({
        status: 'SUBMITTED',
        revision: 2,
        receivedAt: START.toISOString(),
      });
    expect(await get(`/v1/sharing-applications/${refused}`)).toMatchObject({ status: 'REFUSAL_PROPOSED', revision: 3 });
    expect(await get(`/v1/sharing-applications/${own}`)).toMatchObject({ status: 'WITHDRAWN', revision: 2 });
    const lines = (await effects(id)).map((one) => `${String(one['thing'])} ${String(one['id'])}`);
    expect(new Set(lines).size).toBe(lines.length);
  });

  it('[R15.3] what was on its way at that moment follows within a day', async () => {
    const [a, c, y] = ['st-a', 'st-c', 'st-y'];
    for (const id of [a, c, y]) await department(id);
    await provides(a, 'st-r1');
    const id = await decided({ kind: 'MERGER', organisationIds: [a], successorIds: [c] });
    await carryOut();
    await catalogueMoves(c, 'st-r1');
    await carryOut();
    const late = await asked(y, 'st-r1');
    await service.query('UPDATE sharing_application SET provider_id = $1 WHERE id = $2', [a, late]);
    await carryOut();
    expect(await get(`/v1/sharing-applications/${late}`, reviewer(c))).toMatchObject({
      providerId: c,
      receivedAt: START.toISOString(),
    });
    expect(await effectOn(id, late, 'sharing-application')).toMatchObject({ outcome: 'PASSED', toId: c });
  });

  it('[R11.2] an application for first access does not outlive its body', async () => {
    for (const id of ['ac-a', 'ac-c']) await aDepartment(service, id);
    const application = await made('/v1/access-applications', submitter('ac-a'), { pledge: aPledge });
    await decided({ kind: 'MERGER', organisationIds: ['ac-a'], successorIds: ['ac-c'] });
    await carryOut();
    expect(await get(`/v1/access-applications/${application}`)).toMatchObject({ status: 'WITHDRAWN' });
  });
});
