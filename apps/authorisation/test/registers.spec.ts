import { ORGANISATION_TYPES } from '@qiongtong/contracts';
import { startAuthorisation, type RunningAuthorisation } from './authorisation';
import { admin, anOrganisation, aResource, aUnit, officer, responsible, reviewer, submitter, system } from './world';

describe('the registers', () => {
  let service: RunningAuthorisation;
  beforeAll(async () => {
    service = await startAuthorisation();
    for (const id of ['mzt', 'wjw', 'ldxz', 'hk-mzj'])
      await service.done('POST', '/v1/organisations', admin, {
        body: anOrganisation(
          id,
          id === 'ldxz' ? { type: 'OTHER', roles: [{ role: 'LEADING_GROUP', from: '2026-01-01' }] } : {},
        ),
      });
    await service.done('POST', '/v1/organisations', admin, {
      body: anOrganisation('yunfan', { type: 'OTHER', kind: 'VENDOR' }),
    });
    await service.resources(aResource());
  });
  afterAll(() => service?.close());

  const local = officer('hk-kgx', 'li', 'LOCAL_AUTHORITY');
  const group = officer('ldxz', 'zhao', 'LEADING_GROUP');

  describe('of organisations', () => {
    it('need a hop token', async () => {
      const response = await fetch(`${service.url}/v1/organisations`);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ code: 'hop.invalid' });
    });

    it.each([
      ['an unknown field', { fee: 1 }, '/fee'],
      ['an id that is no slug', { id: 'MZT!' }, '/id'],
      ['a region that is none', { regionCode: '46' }, '/regionCode'],
      ['a date that is none', { roles: [{ role: 'AUDITOR', from: 'soon' }] }, '/roles/0/from'],
      ['a role inside a department', { roles: [{ role: 'REVIEWER', from: '2026-01-01' }] }, '/roles/0/role'],
    ])('refuse %s, naming it', async (_what, over, pointer) => {
      const { status, body } = await service.call('POST', '/v1/organisations', admin, {
        body: anOrganisation('x', over),
      });
      expect([status, body['code']]).toEqual([400, 'request.invalid']);
      expect((body['errors'] as { pointer: string }[]).map((e) => e.pointer)).toContain(pointer);
    });

    it('refuse an id that is taken, and a POST without a key', async () => {
      expect(await service.call('POST', '/v1/organisations', admin, { body: anOrganisation('mzt') })).toMatchObject({
        status: 409,
        body: { code: 'organisation.id_taken' },
      });
      expect(
        await service.call('POST', '/v1/organisations', admin, { body: anOrganisation('new'), key: null }),
      ).toMatchObject({
        status: 400,
        body: { code: 'request.idempotency_key_required' },
      });
    });

    it('[R4.1] refuse a local authority outside its region and a cycle in the tree', async () => {
      const far = { ...local, regionCode: '460200' };
      expect(await service.call('POST', '/v1/organisations', far, { body: anOrganisation('x') })).toMatchObject({
        status: 403,
        body: { code: 'organisation.outside_jurisdiction', requirement: 'R4.1' },
      });
      await service.done('PATCH', '/v1/organisations/wjw', admin, { body: { parentId: 'mzt' }, ifMatch: 1 });
      const { body } = await service.call('PATCH', '/v1/organisations/mzt', admin, {
        body: { parentId: 'wjw' },
        ifMatch: 1,
      });
      expect(body['code']).toBe('organisation.parent_invalid');
    });

    it('answer a retry as the first time, and refuse its key for another body', async () => {
      const body = anOrganisation('once');
      const first = await service.call('POST', '/v1/organisations', admin, { body, key: 'k1' });
      const again = await service.call('POST', '/v1/organisations', admin, { body, key: 'k1' });
      expect([first.status, again.status, again.replayed]).toEqual([201, 201, true]);
      expect(again.body).toEqual(first.body);
      expect(
        await service.call('POST', '/v1/organisations', admin, { body: anOrganisation('twice'), key: 'k1' }),
      ).toMatchObject({ status: 422, body: { code: 'request.idempotency_key_reused' } });
    });

    it('refuse a change of what somebody else changed meanwhile', async () => {
      const { etag } = await service.call('GET', '/v1/organisations/hk-mzj', admin);
      expect(etag).toBe('"1"');
      const rename = (name: string) =>
        service.call('PATCH', '/v1/organisations/hk-mzj', admin, { body: { name }, ifMatch: 1 });
      const answers = await Promise.all([rename('甲'), rename('乙')]);
      expect(answers.map((a) => a.status).sort()).toEqual([200, 412]);
      expect(await service.call('PATCH', '/v1/organisations/hk-mzj', admin, { body: { name: '丙' } })).toMatchObject({
        status: 428,
        body: { code: 'request.if_match_required' },
      });
    });

    it('[R14.10] keep the authority from moving its own role, and let the leading group', async () => {
      const { revision } = await service.done('GET', '/v1/organisations/gxt', admin);
      const change = {
        body: { roles: [{ role: 'PROVINCIAL_AUTHORITY', from: '2026-01-01' }] },
        ifMatch: Number(revision),
      };
      expect((await service.call('PATCH', '/v1/organisations/gxt', admin, change)).body['code']).toBe(
        'organisation.own_case',
      );
      expect((await service.call('PATCH', '/v1/organisations/gxt', group, change)).status).toBe(200);
    });

    it.each([...ORGANISATION_TYPES])('[R2.1] take a body of the type %s', async (type) => {
      const id = `type-${type.toLowerCase().replaceAll('_', '-')}`.slice(0, 30);
      expect(
        (await service.call('POST', '/v1/organisations', admin, { body: anOrganisation(id, { type }) })).body,
      ).toMatchObject({ id, type, level: 'PROVINCE', regionCode: '460000' });
    });

    it('[R2.1] know the seven kinds of Article 2 and OTHER, and no body without type, region and level', async () => {
      expect(ORGANISATION_TYPES).toHaveLength(8);
      for (const over of [{ type: 'COMPANY' }, { type: undefined }, { level: undefined }, { regionCode: undefined }])
        expect(
          (await service.call('POST', '/v1/organisations', admin, { body: anOrganisation('untyped', over) })).body[
            'code'
          ],
        ).toBe('request.invalid');
    });

    it('[R14.10] keep the authority from saying what itself is and is for, and let the leading group', async () => {
      const duties = [{ code: 'it', title: '信息化', basis: '条例', purposes: ['it.check'] }];
      const { revision } = await service.done('GET', '/v1/organisations/gxt', admin);
      const put = (by: typeof admin) =>
        service.call('PUT', '/v1/organisations/gxt/duties', by, { body: { duties }, ifMatch: Number(revision) });
      const patch = (by: typeof admin) =>
        service.call('PATCH', '/v1/organisations/gxt', by, { body: { type: 'OTHER' }, ifMatch: Number(revision) });
      for (const call of [put, patch]) {
        expect((await call(admin)).body['code']).toBe('organisation.own_case');
        expect((await call(officer('x', 'x', 'PROVINCIAL_AUTHORITY'))).body['code']).toBe('access.role_required');
      }
      expect((await put(group)).body).toMatchObject({ duties });
    });

    it.each([
      ['PROVINCIAL_AUTHORITY', 'hk-mzj'],
      ['LEADING_GROUP', 'hk-mzj'],
      ['LOCAL_AUTHORITY', 'wjw'],
    ])('[R4.1] refuse the role %s to a body of another level (%s)', async (role, id) => {
      const { revision } = await service.done('GET', `/v1/organisations/${id}`, admin);
      const body = { roles: [{ role, from: '2026-01-01' }] };
      expect(
        (await service.call('PATCH', `/v1/organisations/${id}`, admin, { body, ifMatch: Number(revision) })).body,
      ).toMatchObject({ code: 'organisation.role_level_invalid', about: [role] });
    });

    it('[R10.1] keep duties that the authority registers, and tell the gateway', async () => {
      const duties = [{ code: 'aid', title: '救助', basis: '条例', purposes: ['aid.check'] }];
      const put = (by = admin, body: object = { duties }) =>
        service.call('PUT', '/v1/organisations/mzt/duties', by, { body, ifMatch: 1 });
      expect((await put(responsible('mzt'))).body['code']).toBe('organisation.outside_jurisdiction');
      expect((await put(admin, { duties: [{ ...duties[0], purposes: ['tax.check'] }] })).body['code']).toBe(
        'organisation.purpose_outside_duty',
      );
      expect((await put()).status).toBe(200);
      const states = await service.states('policy.organisations', 'mzt', 2);
      expect(states.at(-1)).toMatchObject({ id: 'mzt', version: 2, duties });
    });

    it('[R15.1] [R15.3] have exactly one responsible unit in office', async () => {
      const register = (by = responsible('mzt'), over = {}) =>
        service.call('POST', '/v1/organisations/mzt/responsible-units', by, { body: aUnit(over) });
      expect((await register(responsible('wjw'))).body['code']).toBe('organisation.outside_jurisdiction');
      expect((await register(responsible('mzt'), { from: '2099-01-01' })).body['code']).toBe(
        'organisation.unit_date_invalid',
      );
      const answers = await Promise.all([register(), register(responsible('mzt'), { from: '2026-02-01' })]);
      expect(answers.map((a) => a.status)).toContain(201);
      await register(responsible('mzt'), { name: '数据处', from: '2026-03-01' });
      const current = await service.query<{ name: string }>(
        `SELECT name FROM responsible_unit WHERE organisation_id = 'mzt' AND until IS NULL`,
      );
      expect(current).toEqual([{ name: '数据处' }]);
      expect(await service.done('GET', '/v1/organisations/mzt', reviewer('wjw'))).toMatchObject({
        hasResponsibleUnit: true,
        responsibleUnit: { name: '数据处', from: '2026-02-28T16:00:00.000Z' },
      });
      await expect(
        service.query(
          `INSERT INTO responsible_unit SELECT 'second', organisation_id, name, head, contacts, duty_text, "from", NULL,
             appointment_document, registered_by, registered_at FROM responsible_unit WHERE until IS NULL`,
        ),
      ).rejects.toThrow('responsible_unit_current');
    });

    it('are listed page by page, each once, with cursors that only fit their own question', async () => {
      const all = await service.everyPage('/v1/organisations?limit=2', admin);
      const ids = all.map((o) => o['id']);
      expect(ids).toEqual([...new Set(ids)].sort());
      expect(ids).toEqual(expect.arrayContaining(['gxt', 'mzt', 'yunfan']));
      const { next } = await service.done('GET', '/v1/organisations?limit=2', admin);
      const other = `/v1/organisations?limit=2&kind=VENDOR&cursor=${encodeURIComponent(String(next))}`;
      expect((await service.call('GET', other, admin)).body['code']).toBe('request.bad_cursor');
    });
  });

  describe('of officers', () => {
    const anOfficer = (id: string, over: object = {}) => ({
      id,
      name: '王某',
      appointments: [
        { organisationId: 'mzt', unit: '信息中心', post: '经办人', roles: ['SUBMITTER'], from: '2026-01-01', ...over },
      ],
    });
    const register = (by = responsible('mzt'), body: object = anOfficer('wang')) =>
      service.call('POST', '/v1/officers', by, { body });

    it.each([
      ['[R14.7] in another department', responsible('mzt'), { organisationId: 'wjw' }, 'officer.outside_reach'],
      [
        '[R14.7] with a platform role by a department',
        responsible('mzt'),
        { roles: ['AUDITOR'] },
        'officer.platform_role',
      ],
      ['[R4.5] with a role its body does not hold', admin, { roles: ['AUDITOR'] }, 'officer.role_not_of_body'],
      ['in a body that is not registered', admin, { organisationId: 'nobody' }, 'officer.outside_reach'],
    ])('refuse one %s', async (_when, by, over, code) => {
      expect((await register(by, anOfficer('wang', over))).body['code']).toBe(code);
    });

    it('[R14.7] answer another department’s officer as an unknown one', async () => {
      expect((await register()).status).toBe(201);
      const seen = await Promise.all(
        ['wang', 'nobody'].map((id) => service.call('GET', `/v1/officers/${id}`, responsible('wjw'))),
      );
      expect(seen.map(({ status, body }) => [status, body['code'], body['detail']])).toEqual([
        [404, 'request.not_found', seen[0]!.body['detail']],
        [404, 'request.not_found', seen[0]!.body['detail']],
      ]);
      const amend = await service.call('PATCH', '/v1/officers/wang', responsible('wjw'), {
        body: { name: 'x' },
        ifMatch: 1,
      });
      expect(amend.body['code']).toBe('request.not_found');
      expect(await service.everyPage('/v1/officers?limit=1', responsible('wjw'))).toEqual([]);
      expect((await service.everyPage('/v1/officers?limit=1', responsible('mzt'))).map((o) => o['id'])).toEqual([
        'wang',
      ]);
      expect((await service.everyPage('/v1/officers?limit=1', admin)).map((o) => o['id'])).toEqual([
        'gxt-admin',
        'wang',
      ]);
    });

    it('tell the gateway of an appointment, and no fact tells a name', async () => {
      await service.done('PATCH', '/v1/officers/wang', responsible('mzt'), {
        body: { status: 'DEPARTED' },
        ifMatch: 1,
      });
      const [first, last] = await service.states('policy.officers', 'wang', 2);
      expect([first, last]).toMatchObject([
        {
          version: 1,
          status: 'ACTIVE',
          appointments: [{ organisationId: 'mzt', from: '2025-12-31T16:00:00.000Z', until: null }],
        },
        { version: 2, status: 'DEPARTED' },
      ]);
      expect(JSON.stringify(await service.factsOf('wang', 2))).not.toContain('王某');
    });

    it('[R4.1] refuse a role granted outside the jurisdiction of who grants it', async () => {
      for (const body of [anOfficer('far'), anOfficer('far', { organisationId: 'hk-mzj', roles: ['AUDITOR'] })])
        expect((await register({ ...local, regionCode: '460200' }, body)).status).toBe(403);
      expect((await register(local, anOfficer('near', { organisationId: 'hk-mzj' }))).status).toBe(201);
    });

    it('[R15.1] deputise for who is absent, and are known as deputies', async () => {
      const holder = anOfficer('zhou', { roles: ['REVIEWER'] });
      const absence = { roles: ['REVIEWER'], deputyFor: 'zhou', from: '2026-03-01', until: '2026-03-20' };
      expect((await register(responsible('mzt'), anOfficer('early', absence))).body['code']).toBe(
        'officer.deputy_invalid',
      );
      expect((await register(responsible('mzt'), holder)).status).toBe(201);
      expect((await register(responsible('mzt'), anOfficer('wu', absence))).status).toBe(201);
      const [state] = await service.states('policy.officers', 'wu', 1);
      expect(state).toMatchObject({ appointments: [{ deputyFor: 'zhou', until: '2026-03-19T16:00:00.000Z' }] });
    });

    it('[R14.7] who changed posts are out of the former department’s reach', async () => {
      expect((await register(responsible('mzt'), anOfficer('sun'))).status).toBe(201);
      const change = (by: typeof admin, body: object, ifMatch: number) =>
        service.call('PATCH', '/v1/officers/sun', by, { body, ifMatch });
      const [held] = anOfficer('sun').appointments;
      const next = { ...held, organisationId: 'wjw', from: '2026-06-01' };
      expect((await change(admin, { appointments: [{ ...held, until: '2026-06-01' }, next] }, 1)).status).toBe(200);
      expect((await change(responsible('mzt'), { name: 'x' }, 2)).body['code']).toBe('officer.outside_reach');
      expect((await change(responsible('mzt'), { status: 'DEPARTED' }, 2)).body['code']).toBe('officer.outside_reach');
      expect((await change(responsible('mzt'), { appointments: [next] }, 2)).body['code']).toBe(
        'officer.outside_reach',
      );
      const { status, body } = await change(responsible('wjw'), { status: 'DEPARTED' }, 2);
      expect([status, body['code']]).toEqual([200, undefined]);
      expect((await service.states('policy.officers', 'sun', 3)).at(-1)).toMatchObject({
        status: 'DEPARTED',
        version: 3,
      });
    });

    it('[R14.10] refuse officers who change their own appointments', async () => {
      const { revision } = await service.done('GET', '/v1/officers/gxt-admin', admin);
      const { body } = await service.call('PATCH', '/v1/officers/gxt-admin', admin, {
        body: { name: 'x' },
        ifMatch: Number(revision),
      });
      expect(body['code']).toBe('officer.own_appointment');
    });
  });

  describe('of systems', () => {
    const aSystem = (id: string, over: object = {}) => ({ id, name: '业务系统', ownerId: 'mzt', ...over });
    const register = (body: object, by = responsible('mzt')) => service.call('POST', '/v1/systems', by, { body });
    const attest = (id: string, by: typeof admin, ownerId = 'mzt') =>
      service.call('POST', `/v1/systems/${id}/attestation`, by, { body: { ownerId, evidence: '现场核查' } });

    it.each([
      ['[R4.3] outside the extranet', { zone: 'INTERNET' }, 'request.invalid'],
      ['with an address that is none', { addresses: ['10.0.0.0/33'] }, 'request.invalid'],
      ['with a range that everybody is in', { addresses: ['10.0.0.0/8'] }, 'request.invalid'],
      ['with a certificate that is none', { certificates: ['abc'] }, 'request.invalid'],
      ['[R13.1] run by nobody who is registered', { ownerId: 'nobody' }, 'system.owner_invalid'],
    ])('refuse one %s', async (_when, over, code) => {
      expect((await register(aSystem('bad', over))).body['code']).toBe(code);
    });

    it('[R4.3] never get out of the extranet, by no request and by no hand in the database', async () => {
      expect((await register(aSystem('inside', { zone: 'GOV_EXTRANET' }))).body).toMatchObject({
        zone: 'GOV_EXTRANET',
      });
      expect((await service.states('policy.systems', 'inside', 1))[0]).toMatchObject({ zone: 'GOV_EXTRANET' });
      const moved = await service.call('PATCH', '/v1/systems/inside', responsible('mzt'), {
        body: { zone: 'INTERNET' },
        ifMatch: 1,
      });
      expect(moved.body['code']).toBe('request.invalid');
      await expect(service.query(`UPDATE system SET zone = 'INTERNET' WHERE id = 'inside'`)).rejects.toThrow(
        'system_zone_check',
      );
    });

    it('[R9.2] refuse one that is to push another department’s resource', async () => {
      const { body } = await register(
        aSystem('bad', { ownerId: 'wjw', provides: ['203000-000001'] }),
        responsible('wjw'),
      );
      expect(body).toMatchObject({ code: 'system.resource_of_other', about: ['203000-000001'] });
    });

    it('[R14.7] [R14.10] have an owner that the authority attests, never the department itself', async () => {
      expect((await register(aSystem('mzt-system', { provides: ['203000-000001'], kafka: true }))).status).toBe(201);
      expect((await attest('mzt-system', responsible('mzt'))).body['code']).toBe('system.own_case');
      expect((await attest('mzt-system', { ...responsible('wjw') })).body['code']).toBe('request.not_found');
      expect((await attest('mzt-system', admin, 'wjw')).body['code']).toBe('system.owner_differs');
      expect((await attest('mzt-system', admin)).status).toBe(200);
      expect((await attest('mzt-system', admin)).body['code']).toBe('system.already_attested');
      const states = await service.states('policy.systems', 'mzt-system', 2);
      expect(
        states.map((s) => [s['version'], s['ownerAttested'], s['departmentId'], s['provides'], s['kafka']]),
      ).toEqual([
        [1, false, 'mzt', ['203000-000001'], true],
        [2, true, 'mzt', ['203000-000001'], true],
      ]);
    });

    it('[R14.10] of the authority itself are attested by the leading group', async () => {
      expect((await register(aSystem('gxt-system', { ownerId: 'gxt' }), responsible('gxt'))).status).toBe(201);
      expect((await attest('gxt-system', admin, 'gxt')).body['code']).toBe('system.own_case');
      expect((await attest('gxt-system', group, 'gxt')).status).toBe(200);
    });

    it('[R14.7] lose the attestation when somebody else runs them', async () => {
      const { body } = await service.call('PATCH', '/v1/systems/mzt-system', responsible('mzt'), {
        body: { ownerId: 'yunfan' },
        ifMatch: 2,
      });
      expect(body).toMatchObject({ ownerId: 'yunfan', attestation: null, revision: 3 });
      expect(
        await service.call('PATCH', '/v1/systems/mzt-system', responsible('mzt'), { body: { name: 'x' }, ifMatch: 2 }),
      ).toMatchObject({ status: 412, body: { code: 'request.stale_revision' } });
    });

    const thumbprint = (letter: string) => letter.repeat(43);

    it('[R13.1] of a firm are not registered as the department’s own: what is bound to the firm gives it away', async () => {
      // The firm runs a system for wjw, with its own network and certificate.
      const firms = aSystem('wjw-cloud', {
        ownerId: 'yunfan',
        addresses: ['10.7.0.0/16'],
        certificates: [thumbprint('f')],
      });
      expect((await register(firms, responsible('wjw'))).status).toBe(201);
      for (const [over, about] of [
        [{ certificates: [thumbprint('f')] }, [thumbprint('f')]],
        [{ addresses: ['10.7.3.4'] }, ['10.7.3.4']],
        [{ addresses: ['10.9.0.0/16', '10.7.0.0/24'] }, ['10.7.0.0/24']],
      ] as const)
        expect((await register(aSystem('mzt-own', over))).body).toMatchObject({
          code: 'system.binding_of_other',
          about,
        });
      const own = { addresses: ['10.8.0.0/16'], certificates: [thumbprint('m')] };
      expect((await register(aSystem('mzt-own', own))).status).toBe(201);
      const taken = await service.call('PATCH', '/v1/systems/mzt-own', responsible('mzt'), {
        body: { certificates: [thumbprint('m'), thumbprint('f')] },
        ifMatch: 1,
      });
      expect(taken.body['code']).toBe('system.binding_of_other');
      // Said to be the firm's, it is: and attested as such, for everybody to see who runs it.
      const said = await service.call('PATCH', '/v1/systems/mzt-own', responsible('mzt'), {
        body: { ownerId: 'yunfan', addresses: ['10.7.0.0/16'], certificates: [thumbprint('f')] },
        ifMatch: 1,
      });
      expect(said.body).toMatchObject({ ownerId: 'yunfan', attestation: null });
      expect((await attest('mzt-own', admin, 'mzt')).body['code']).toBe('system.owner_differs');
      expect((await attest('mzt-own', admin, 'yunfan')).body).toMatchObject({
        ownerId: 'yunfan',
        attestation: { organisationId: 'gxt', evidence: '现场核查' },
      });
    });

    it('[R13.1] are bound to a certificate by one owner, when two register it at the same time', async () => {
      const bound = (id: string, ownerId: string) => aSystem(id, { ownerId, certificates: [thumbprint('z')] });
      const answers = await Promise.all([
        register(bound('race-a', 'mzt')),
        register(bound('race-b', 'wjw'), responsible('wjw')),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    });

    it('[R14.6] have public keys, never private ones, that are replaced with an overlap', async () => {
      const key = (kid: string) => ({
        kid,
        kty: 'EC',
        alg: 'ES256',
        crv: 'P-256',
        x: 'x'.repeat(43),
        y: 'y'.repeat(43),
      });
      const change = (keys: object[], ifMatch: number) =>
        service.call('PATCH', '/v1/systems/keyed', responsible('mzt'), { body: { keys }, ifMatch });
      expect((await register(aSystem('keyed', { keys: [key('one')] }))).status).toBe(201);
      const leaked = await change([{ ...key('two'), d: 'd'.repeat(43) }], 1);
      expect([leaked.status, JSON.stringify(leaked.body['errors'])]).toEqual([
        400,
        expect.stringContaining('/keys/0/d'),
      ]);
      expect((await change([key('one'), key('two')], 1)).status).toBe(200);
      expect((await change([key('two')], 2)).body).toMatchObject({ keys: [{ kid: 'two' }], revision: 3 });
      expect(JSON.stringify(await service.states('policy.systems', 'keyed', 3))).not.toContain('kid');
    });

    it('[R14.7] are suspended and resumed by their department, and retired for good', async () => {
      await register(aSystem('comes-and-goes'));
      const to = (status: string, ifMatch: number, by = responsible('mzt')) =>
        service.call('PATCH', '/v1/systems/comes-and-goes', by, { body: { status }, ifMatch });
      expect((await to('SUSPENDED', 1, responsible('wjw'))).body['code']).toBe('request.not_found');
      for (const [i, status] of ['SUSPENDED', 'ACTIVE', 'RETIRED'].entries())
        expect((await to(status, i + 1)).body).toMatchObject({ status });
      expect((await to('ACTIVE', 4)).body['code']).toBe('system.retired');
    });

    it('[R14.7] answer another department’s system as an unknown one', async () => {
      const ask = (id: string) => service.call('GET', `/v1/systems/${id}`, submitter('wjw'));
      const [theirs, nobodys] = await Promise.all([ask('mzt-system'), ask('nobody')]);
      expect([theirs!.status, theirs!.body['code'], theirs!.body['detail']]).toEqual([
        404,
        nobodys!.body['code'],
        nobodys!.body['detail'],
      ]);
      const listed = await service.everyPage('/v1/systems?limit=1', submitter('wjw'));
      expect([...new Set(listed.map((one) => one['departmentId']))]).toEqual(['wjw']);
      expect((await service.call('GET', '/v1/systems/mzt-system', system('mzt', 'mzt-system'))).status).toBe(200);
    });
  });
});
