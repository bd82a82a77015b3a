import type { ResourceState } from '@qiongtong/contracts';
import { startAuthorisation, type RunningAuthorisation } from './authorisation';
import { admin, admit, aDepartment, aGrant, anOrganisation, aPledge, aResource, aSharingAsk, aUnit, officer, responsible, reviewer, submitter, system } from './world'; // prettier-ignore

describe('first access and sharing', () => {
  let service: RunningAuthorisation;
  const group = officer('ldxz', 'zhao', 'LEADING_GROUP');
  const auditor = officer('sjt', 'sun', 'AUDITOR');

  beforeAll(async () => {
    service = await startAuthorisation();
    for (const id of ['mzt', 'ybj', 'wjw', 'jyt']) await aDepartment(service, id);
    await service.done('POST', '/v1/organisations', admin, {
      body: anOrganisation('yunfan', { type: 'OTHER', kind: 'VENDOR' }),
    });
    await service.resources(
      aResource(),
      aResource({ id: '102000-000001', sharingType: 'UNCONDITIONAL' }),
      aResource({ id: '102000-000002', sharingType: 'NOT_SHARED' }),
      aResource({ id: '102000-000003', status: 'WITHDRAWN' }),
      aResource({ id: '102000-000004', specialRegime: 'GEOGRAPHIC_INFORMATION' }),
      aResource({ id: '104000-000001', providerId: 'ybj' }),
    );
  });
  afterAll(() => service?.close());

  describe('first access', () => {
    const apply = (id: string, pledge: object = aPledge) =>
      service.call('POST', '/v1/access-applications', submitter(id), { body: { pledge } });
    const decide = (id: unknown, by = admin, act = 'approval', body: object = {}) =>
      service.call('POST', `/v1/access-applications/${String(id)}/${act}`, by, { body });

    it('[R11.2] shows the text of the pledge with its digest', async () => {
      const text = await service.done('GET', '/v1/pledge-texts/current', submitter('ybj'));
      expect(text).toMatchObject({
        version: aPledge.textVersion,
        digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      });
      expect(Object.keys(text['text'] as object).sort()).toEqual(['en', 'zh']);
    });

    it.each([
      ['one part of the pledge is not promised', { ...aPledge, acceptsConfidentiality: false }, 400, 'request.invalid'],
      ['the text is a former one', { ...aPledge, textVersion: '2014-1' }, 422, 'admission.pledge_outdated'],
    ])('[R11.2] is refused when %s', async (_when, pledge, status, code) => {
      expect(await apply('ybj', pledge)).toMatchObject({ status, body: { code } });
    });

    it('[R11.1] waits for one decision at a time, which the province alone gives, once', async () => {
      const first = await apply('ybj');
      expect(first).toMatchObject({
        status: 201,
        body: { status: 'SUBMITTED', rulePack: expect.stringContaining('HN-2014-176') as string },
      });
      expect((await apply('ybj')).body['code']).toBe('admission.already_pending');
      const { id } = first.body;
      expect((await decide(id, reviewer('wjw'))).body['code']).toBe('request.not_found');
      expect((await decide(id, officer('hk', 'li', 'LOCAL_AUTHORITY'))).body['code']).toBe('access.role_required');
      expect((await decide(id, { ...admin, officerId: 'ybj-submitter' })).body['code']).toBe(
        'admission.own_submission',
      );
      const race = await Promise.all([decide(id), decide(id, admin, 'rejection', { reason: '材料不全' })]);
      expect(race.map((a) => a.status).sort()).toEqual([200, 409]);
      expect(race.find((a) => a.status === 409)!.body['code']).toBe('admission.already_decided');
      if (race[0].status !== 200) await admit(service, 'ybj');
      const states = await service.states('policy.organisations', 'ybj', 4);
      expect(states.at(-1)).toMatchObject({
        admission: 'ACTIVE',
        pledgeVersion: aPledge.textVersion,
        hasResponsibleUnit: true,
      });
      expect((await apply('ybj')).body['code']).toBe('admission.already_active');
    });

    it('[R11.3] is not approved before a responsible unit is registered', async () => {
      await service.done('POST', '/v1/organisations', admin, { body: anOrganisation('rst') });
      const { id } = (await apply('rst')).body;
      expect((await decide(id)).body).toMatchObject({ code: 'admission.unit_missing', requirement: 'R11.3' });
      await service.done('POST', '/v1/organisations/rst/responsible-units', admin, { body: aUnit() });
      expect((await decide(id)).status).toBe(200);
    });

    it('[R14.10] of the authority itself is decided by the leading group', async () => {
      await service.done('POST', '/v1/organisations/gxt/responsible-units', admin, { body: aUnit() });
      const { id } = (await apply('gxt')).body;
      expect((await decide(id)).body['code']).toBe('admission.own_case');
      expect((await decide(id, { ...admin, departmentId: 'other' })).body['code']).toBe('access.role_required');
      expect((await decide(id, group)).status).toBe(200);
    });

    it('[R11.5] gates use, not looking: another department’s application does not exist for others', async () => {
      const [{ id }] = (await service.everyPage('/v1/access-applications?limit=9', submitter('ybj'))) as [
        { id: string },
      ];
      const [theirs, nobodys] = await Promise.all(
        [id, '0'].map((one) => service.call('GET', `/v1/access-applications/${one}`, submitter('wjw'))),
      );
      expect([theirs!.status, theirs!.body['detail']]).toEqual([404, nobodys!.body['detail']]);
      expect(await service.everyPage('/v1/access-applications?limit=9', submitter('jyt'))).toEqual([]);
      expect((await service.everyPage('/v1/access-applications?limit=1', auditor)).length).toBeGreaterThanOrEqual(3);
    });
  });

  describe('applying for a resource', () => {
    const apply = (over: object = {}, by = submitter('ybj')) =>
      service.call('POST', '/v1/sharing-applications', by, { body: aSharingAsk(over) });

    it('[R11.3] is refused to a department that was never admitted', async () => {
      expect(await apply({}, submitter('wjw'))).toMatchObject({
        status: 403,
        body: { code: 'access.not_admitted', requirement: 'R11.3' },
      });
    });

    it.each([
      ['[R12.2] the duty basis is missing', { dutyBasis: undefined }, 'request.invalid'],
      ['[R12.2] the security measures are blank', { securityMeasures: '  ' }, 'request.invalid'],
      ['[R12.2] the scope of knowledge is missing', { scopeOfKnowledge: undefined }, 'request.invalid'],
      ['[R12.2] nobody is in the scope of knowledge', { scopeOfKnowledge: {} }, 'application.scope_missing'],
      [
        '[R12.2] an officer in it serves elsewhere',
        { scopeOfKnowledge: { officers: ['gxt-admin'] } },
        'application.scope_invalid',
      ],
      ['[R12.2] no item is asked for', { items: [] }, 'request.invalid'],
      ['[R12.2] an item does not exist', { items: ['salary'] }, 'application.items_unknown'],
      [
        '[R12.2] the row filter does not fit',
        { rowFilter: { item: 'persons', op: 'prefix', value: 'x' } },
        'application.row_filter_invalid',
      ],
      ['[R12.2] a mask is of no known rule', { mask: { aidNo: 'blur' } }, 'request.invalid'],
      [
        '[R12.2] the period is over',
        { period: { from: '2025-01-01', until: '2025-02-01' } },
        'application.period_invalid',
      ],
      ['[R10.1] the purpose is not registered', { purposes: ['tax.audit'] }, 'application.purpose_not_registered'],
      ['[R13.1] a system is not its own', { systems: ['mzt-system'] }, 'application.system_invalid'],
      ['[R3.3] a fee is offered', { fee: '100' }, 'request.invalid'],
      ['pushing is asked for', { actions: ['push'] }, 'request.invalid'],
      ['[R11.4] the resource is unconditional', { resourceId: '102000-000001' }, 'application.direct_use'],
      ['[R3.2] the resource is not shared', { resourceId: '102000-000002' }, 'access.not_shared'],
      ['the resource is withdrawn', { resourceId: '102000-000003' }, 'access.resource_unknown'],
      ['[R22.2] another regime governs the resource', { resourceId: '102000-000004' }, 'access.special_regime'],
      ['the resource is its own', { resourceId: '104000-000001' }, 'application.own_resource'],
      ['nobody knows the resource', { resourceId: '999999-000001' }, 'access.resource_unknown'],
    ])('is refused when %s', async (_when, over, code) => {
      expect((await apply(over)).body['code']).toBe(code);
    });

    it('is refused to a system and to a reviewer', async () => {
      for (const by of [system('ybj', 'ybj-system'), reviewer('ybj')])
        expect((await apply({}, by)).body['code']).toBe('access.role_required');
    });

    it('[R12.3] delivers it to the provider of the resource and starts its clock', async () => {
      const { status, body } = await apply({ rowFilter: { item: 'persons', op: 'ge', value: '2' } });
      expect([status, body['status'], body['providerId']]).toEqual([201, 'SUBMITTED', 'mzt']);
      expect(body['clock']).toMatchObject({ workingDays: 10, provisional: expect.any(Boolean) as boolean });
      expect(body['asked']).toMatchObject({ rowFilter: { item: 'persons', op: 'ge', value: 2 } });
      const inbox = await service.everyPage('/v1/sharing-applications?limit=5&status=SUBMITTED', reviewer('mzt'));
      expect(inbox.map((a) => a['id'])).toContain(body['id']);
      const [fact] = await service.factsOf(String(body['id']), 1);
      expect(fact).toMatchObject({
        type: 'authorisation.sharing-application-submitted.v1',
        data: { providerId: 'mzt', receivedAt: body['receivedAt'] },
      });
    });

    it('[R14.7] does not exist for others', async () => {
      const { id } = (await apply()).body;
      const [theirs, nobodys] = await Promise.all(
        [String(id), '0'].map((one) => service.call('GET', `/v1/sharing-applications/${one}`, reviewer('wjw'))),
      );
      expect([theirs!.status, theirs!.body['detail']]).toEqual([404, nobodys!.body['detail']]);
      for (const act of ['consent', 'withdrawal']) {
        const body = act === 'consent' ? { matterNumber: 'required' } : {};
        const { status } = await service.call(
          'POST',
          `/v1/sharing-applications/${String(id)}/${act}`,
          officer('wjw', 'zhou', 'REVIEWER', 'SUBMITTER'),
          { body },
        );
        expect(status).toBe(404);
      }
      expect((await service.everyPage('/v1/sharing-applications?limit=1', auditor)).map((a) => a['id'])).toContain(id);
      expect(
        await service.everyPage('/v1/sharing-applications?limit=1', officer('dsj', 'x', 'PLATFORM_OPERATOR')),
      ).toEqual([]);
    });

    it('[R12.1] is withdrawn by the applicant alone, before its decision', async () => {
      const { id } = (await apply()).body;
      const withdraw = (by = submitter('ybj')) =>
        service.call('POST', `/v1/sharing-applications/${String(id)}/withdrawal`, by, { body: {} });
      expect((await withdraw(submitter('mzt'))).body['code']).toBe('application.not_applicant');
      expect((await withdraw()).status).toBe(200);
      expect((await withdraw()).body['code']).toBe('application.already_decided');
    });
  });

  describe('the provider', () => {
    const asked = async (over: object = {}): Promise<string> =>
      String(
        (await service.done('POST', '/v1/sharing-applications', submitter('ybj'), { body: aSharingAsk(over) }))['id'],
      );
    const consent = (id: string, over: object = {}, by = reviewer('mzt'), key?: string) =>
      service.call('POST', `/v1/sharing-applications/${id}/consent`, by, {
        body: { matterNumber: 'required', ...over },
        key,
      });

    it.each([
      ['[R14.10] the applicant', reviewer('ybj'), 'application.own_case'],
      [
        '[R14.10] the officer who submitted it',
        officer('mzt', 'ybj-submitter', 'REVIEWER'),
        'application.own_submission',
      ],
      [
        '[R12.1] the authority in its place',
        { ...admin, roles: ['PROVINCIAL_AUTHORITY', 'REVIEWER'] as const },
        'application.not_provider',
      ],
      ['a submitter of it', submitter('mzt'), 'access.role_required'],
    ])('decides, and not %s', async (_who, by, code) => {
      expect((await consent(await asked(), {}, by)).body['code']).toBe(code);
    });

    it('[R10.4] consents to all that was asked: a consent says nothing of less', async () => {
      expect(await consent(await asked(), { items: ['aidNo'] })).toMatchObject({
        status: 400,
        body: { code: 'request.invalid' },
      });
    });

    it('[R12.7] makes a grant of exactly what was agreed, once, whoever races', async () => {
      const id = await asked();
      const race = await Promise.all([
        consent(id),
        consent(id),
        service.call('POST', `/v1/sharing-applications/${id}/withdrawal`, submitter('ybj'), { body: {} }),
      ]);
      expect(race.map((a) => a.status).sort()).toEqual([200, 409, 409]);
      const grants = await service.query("SELECT id FROM sharing_grant WHERE origin ->> 'id' = $1", [id]);
      const consented = race.slice(0, 2).some((a) => a.status === 200);
      expect(grants).toHaveLength(consented ? 1 : 0);
    });

    it('answers a retry as the first time: one grant, one fact', async () => {
      const id = await asked();
      const [first, again] = [
        await consent(id, {}, reviewer('mzt'), `consent-${id}`),
        await consent(id, {}, reviewer('mzt'), `consent-${id}`),
      ];
      expect([first.status, again.status, again.replayed]).toEqual([200, 200, true]);
      expect(again.body).toEqual(first.body);
      const { grantId } = first.body['decision'] as { grantId: string };
      const [state] = await service.states('policy.grants', grantId, 1);
      expect(state).toMatchObject({
        id: grantId,
        version: 1,
        parentId: null,
        status: 'ACTIVE',
        providerId: 'mzt',
        holderId: 'ybj',
        recipientOwnerId: null,
        items: ['aidNo', 'persons', 'status'],
        rowFilter: { item: 'persons', op: 'ge', value: 1 },
        matterNumber: 'required',
        period: { from: '2025-12-31T16:00:00.000Z', until: '2027-12-31T16:00:00.000Z' },
      });
      expect(Object.keys(state!).sort()).toEqual(
        [
          'actions', 'ground', 'holderId', 'id', 'items', 'limits', 'mask', 'matterNumber', 'parentId', 'period', 'providerId', 'purposes',
          'recipientOwnerId', 'resourceId', 'rowFilter', 'rulePack', 'scopeOfKnowledge', 'status', 'systems', 'version',
        ], // prettier-ignore
      );
      const facts = await service.factsOf(grantId, 1);
      expect(facts.map((f) => f.type)).toEqual(['authorisation.grant-issued.v1']);
      expect((await service.factsOf(id, 2)).map((f) => f.type)).toEqual([
        'authorisation.sharing-application-submitted.v1',
        'authorisation.sharing-application-consented.v1',
      ]);
    });
  });

  describe('a grant', () => {
    const revoke = (id: string, by = reviewer('mzt'), over: object = {}) =>
      service.call('POST', `/v1/grants/${id}/revocation`, by, {
        body: { ground: 'DUTY_ENDED', narrative: '职责已划转', ...over },
      });

    it('[R14.7] is listed by its parties and who oversees them, and does not exist for others', async () => {
      const id = await aGrant(service);
      for (const by of [submitter('ybj'), reviewer('mzt'), admin, auditor]) {
        const listed = (await service.everyPage('/v1/grants?limit=2', by)).map((g) => g['id']);
        expect(listed).toContain(id);
        expect(listed).toEqual([...new Set(listed)].sort().reverse());
      }
      expect(await service.everyPage('/v1/grants?limit=2', submitter('wjw'))).toEqual([]);
      const [theirs, nobodys] = await Promise.all(
        [id, '0'].map((one) => service.call('GET', `/v1/grants/${one}`, submitter('wjw'))),
      );
      expect([theirs!.status, theirs!.body['detail']]).toEqual([404, nobodys!.body['detail']]);
      expect((await revoke(id, reviewer('wjw'))).status).toBe(404);
    });

    it('[R10.4] [R13.2] is revoked by the provider, with a ground, once', async () => {
      const id = await aGrant(service);
      expect((await revoke(id, reviewer('ybj'))).body['code']).toBe('grant.not_provider');
      expect((await revoke(id, submitter('mzt'))).body['code']).toBe('access.role_required');
      expect((await revoke(id, reviewer('mzt'), { ground: 'BECAUSE' })).body['code']).toBe('request.invalid');
      expect((await revoke(id, reviewer('mzt'), { ground: 'STATUTORY' })).body['code']).toBe(
        'consent.statutory_basis_missing',
      );
      const race = await Promise.all([revoke(id), revoke(id)]);
      expect(race.map((a) => a.status).sort()).toEqual([200, 409]);
      const states = await service.states('policy.grants', id, 2);
      expect(states.map((s) => [s['version'], s['status'], s['ground']])).toEqual([
        [1, 'ACTIVE', null],
        [2, 'REVOKED', 'DUTY_ENDED'],
      ]);
    });
  });

  it('takes a state of a resource that is delivered again, or late, for what it is', async () => {
    const id = '203000-000009';
    const at = (version: number, name: string): ResourceState => aResource({ id, version, name });
    await service.resources(at(2, 'second'), at(2, 'second again'), at(1, 'first, late'));
    await service.resources(at(1, 'first, later still'));
    const rows = await service.query("SELECT version, state ->> 'name' AS name FROM resource WHERE id = $1", [id]);
    expect(rows).toEqual([{ version: '2', name: expect.stringMatching(/^second/) as string }]);
  });

  it('knows nothing of what its own registers were not told', async () => {
    expect(
      (await service.call('POST', '/v1/access-applications', responsible('ybj'), { body: { pledge: aPledge } })).body[
        'code'
      ],
    ).toBe('access.role_required');
  });
});
