import { startAuthorisation, type RunningAuthorisation } from './authorisation';
import {
  admin,
  admit,
  aDepartment,
  aGrant,
  anOrganisation,
  aResource,
  officer,
  responsible,
  reviewer,
  submitter,
} from './world';

describe('onward transfer', () => {
  let service: RunningAuthorisation;
  let grantId: string;

  beforeAll(async () => {
    service = await startAuthorisation();
    for (const id of ['mzt', 'ybj', 'hk-mzj', 'wjw']) await aDepartment(service, id);
    await service.done('POST', '/v1/organisations', admin, {
      body: anOrganisation('yunfan', { type: 'OTHER', kind: 'VENDOR' }),
    });
    for (const [department, id, ownerId] of [
      ['ybj', 'yunfan-aid', 'yunfan'],
      ['ybj', 'ybj-system', 'ybj'],
      ['wjw', 'yunfan-health', 'yunfan'],
      ['hk-mzj', 'yunfan-hk', 'yunfan'],
    ] as const)
      await service.done('POST', '/v1/systems', responsible(department), { body: { id, name: id, ownerId } });
    for (const id of ['yunfan-aid', 'yunfan-health', 'yunfan-hk'])
      await service.done('POST', `/v1/systems/${id}/attestation`, admin, {
        body: { ownerId: 'yunfan', evidence: '现场核查' },
      });
    await service.done('POST', '/v1/systems', responsible('ybj'), {
      body: { id: 'unseen', name: 'unseen', ownerId: 'yunfan' },
    });
    await service.resources(aResource(), aResource({ id: '102000-000001', sharingType: 'UNCONDITIONAL' }));
    await admit(service, 'ybj');
    grantId = await aGrant(service);
  });
  afterAll(() => service?.close());

  const aRequest = (over: object = {}) => ({
    grantId,
    recipientId: 'yunfan',
    why: '受托运行医疗救助审核系统',
    basis: '运维服务合同2026-17',
    items: ['aidNo', 'persons'],
    actions: ['query'],
    purposes: ['medical-aid.eligibility'],
    systems: ['yunfan-aid'],
    period: { from: '2026-06-01', until: '2027-06-01' },
    ...over,
  });
  const request = (over: object = {}, by = submitter('ybj')) =>
    service.call('POST', '/v1/onward-transfers', by, { body: aRequest(over) });
  const decide = (id: unknown, by = reviewer('mzt'), act = 'authorisation', body: object = {}) =>
    service.call('POST', `/v1/onward-transfers/${String(id)}/${act}`, by, { body });
  const authorised = async (over: object = {}, by = submitter('ybj')): Promise<string> => {
    const asked = await request(over, by);
    const { status, body } = await decide(asked.body['id']);
    if (status !== 200) throw new Error(JSON.stringify([asked.body, body]));
    return (body['decision'] as { grantId: string }).grantId;
  };

  it.each([
    ['items', { items: ['aidNo', 'headIdNo'] }],
    ['rowFilter', { rowFilter: null }],
    ['rowFilter', { rowFilter: { item: 'persons', op: 'ge', value: 0 } }],
    ['actions', { actions: ['download'] }],
    ['purposes', { purposes: ['medical-aid.other'] }],
    ['matterNumber', { matterNumber: 'optional' }],
    ['scopeOfKnowledge', { scopeOfKnowledge: { units: ['外包组'] } }],
    ['period', { period: { from: '2026-06-01', until: '2028-06-01' } }],
  ])('[R13.2] is refused where it is wider than the grant: %s (%#)', async (dimension, over) => {
    expect(await request(over)).toMatchObject({
      status: 422,
      body: { code: 'transfer.wider_than_parent', about: [dimension] },
    });
  });

  it.each([
    ['the systems of the vendor are not named', { systems: [] }, 'transfer.vendor_systems_missing'],
    ['a system acts for another department', { systems: ['yunfan-health'] }, 'application.system_invalid'],
    ['nobody attested who runs a system', { systems: ['unseen'] }, 'transfer.owner_not_attested'],
    ['it is not said why', { why: ' ' }, 'request.invalid'],
    ['no basis is given', { basis: undefined }, 'request.invalid'],
    ['no period is given', { period: undefined }, 'request.invalid'],
    [
      'its period is turned round',
      { period: { from: '2027-06-01', until: '2026-06-01' } },
      'application.period_invalid',
    ],
    ['its period is over', { period: { from: '2025-06-01', until: '2025-07-01' } }, 'application.period_invalid'],
    ['a system is not the vendor’s', { systems: ['ybj-system'] }, 'application.system_invalid'],
    ['the recipient is unknown', { recipientId: 'nobody' }, 'transfer.recipient_invalid'],
    ['the recipient is the provider', { recipientId: 'mzt', systems: [] }, 'transfer.recipient_invalid'],
    ['the grant is unknown', { grantId: '0' }, 'request.not_found'],
    ['both a grant and a resource are named', { resourceId: '102000-000001' }, 'request.invalid'],
    [
      'a conditional resource is named instead of a grant',
      { grantId: undefined, resourceId: '203000-000001' },
      'transfer.grant_needed',
    ],
  ])('[R13.2] is refused when %s', async (_when, over, code) => {
    expect((await request(over)).body['code']).toBe(code);
  });

  it('[R13.2] is requested by the holder alone; others’ grants do not exist', async () => {
    expect((await request({}, submitter('mzt'))).body['code']).toBe('transfer.not_holder');
    expect((await request({}, submitter('wjw'))).body['code']).toBe('request.not_found');
  });

  it('[R13.2] [R14.10] is decided by the original provider, by somebody else than asked, once', async () => {
    const { id } = (await request()).body;
    expect((await decide(id, reviewer('ybj'))).body['code']).toBe('transfer.not_provider');
    expect((await decide(id, admin)).body['code']).toBe('transfer.not_provider');
    expect((await decide(id, reviewer('wjw'))).body['code']).toBe('request.not_found');
    expect((await decide(id, officer('mzt', 'ybj-submitter', 'REVIEWER'))).body['code']).toBe(
      'transfer.own_submission',
    );
    expect((await decide(id, reviewer('mzt'), 'rejection', {})).body['code']).toBe('request.invalid');
    const race = await Promise.all([decide(id), decide(id, reviewer('mzt'), 'rejection', { reason: '无必要' })]);
    expect(race.map((a) => a.status).sort()).toEqual([200, 409]);
    expect(race.find((a) => a.status === 409)!.body['code']).toBe('transfer.already_decided');
    expect((await service.everyPage('/v1/onward-transfers?limit=1', reviewer('mzt'))).map((t) => t['id'])).toContain(
      id,
    );
    expect(await service.everyPage('/v1/onward-transfers?limit=1', reviewer('wjw'))).toEqual([]);
  });

  it('[R13.2] for a vendor makes a grant of the same holder that says who may act, and passes nothing on', async () => {
    const derived = await authorised();
    const [state] = await service.states('policy.grants', derived, 1);
    expect(state).toMatchObject({
      parentId: grantId,
      holderId: 'ybj',
      recipientOwnerId: 'yunfan',
      providerId: 'mzt',
      systems: ['yunfan-aid'],
      // What the request left unsaid is as in the grant.
      rowFilter: { item: 'persons', op: 'ge', value: 1 },
      matterNumber: 'required',
      scopeOfKnowledge: { units: ['待遇处'], posts: [], officers: [] },
    });
    expect((await request({ grantId: derived })).body['code']).toBe('transfer.vendor_passes_nothing_on');
  });

  it('[R13.2] lets a vendor act on an unconditional resource, which needs no grant above', async () => {
    const byRight = { grantId: undefined, resourceId: '102000-000001' };
    const derived = await authorised(byRight);
    expect(await service.done('GET', `/v1/grants/${derived}`, submitter('ybj'))).toMatchObject({
      parentId: null,
      recipientOwnerId: 'yunfan',
      depth: 0,
    });
    expect((await request({ ...byRight, recipientId: 'hk-mzj', systems: [] })).body['code']).toBe(
      'transfer.grant_needed',
    );
  });

  it('[R13.2] goes at most three links deep', async () => {
    const toHk = await authorised({ recipientId: 'hk-mzj', systems: [] });
    const toWjw = await authorised({ grantId: toHk, recipientId: 'wjw', systems: [] }, submitter('hk-mzj'));
    const back = await authorised({ grantId: toWjw, recipientId: 'hk-mzj', systems: [] }, submitter('wjw'));
    expect(await service.done('GET', `/v1/grants/${back}`, submitter('hk-mzj'))).toMatchObject({
      depth: 3,
      rootId: grantId,
    });
    const fourth = { grantId: back, recipientId: 'yunfan', systems: ['yunfan-hk'] };
    expect((await request(fourth, submitter('hk-mzj'))).body['code']).toBe('transfer.too_deep');
  });

  it('[R13.2] falls with the grant it came from, all in one act, and each is told', async () => {
    const root = await aGrant(service);
    const child = await authorised({ grantId: root, recipientId: 'hk-mzj', systems: [] });
    const beside = await authorised({ grantId: root });
    const below = await authorised({ grantId: child, systems: ['yunfan-hk'] }, submitter('hk-mzj'));
    const waiting = (await request({ grantId: root })).body['id'];
    const revoke = (id: string) =>
      service.call('POST', `/v1/grants/${id}/revocation`, reviewer('mzt'), {
        body: { ground: 'MISUSE', narrative: '超范围使用' },
      });

    expect((await revoke(child)).status).toBe(200);
    expect((await service.done('GET', `/v1/grants/${beside}`, reviewer('mzt')))['status']).toBe('ACTIVE');
    expect((await revoke(root)).status).toBe(200);
    for (const [id, because] of [
      [root, null],
      [beside, root],
      [child, null],
      [below, child],
    ] as const) {
      const states = await service.states('policy.grants', id, 2);
      expect(states.map((s) => [s['version'], s['status'], s['ground']])).toEqual([
        [1, 'ACTIVE', null],
        [2, 'REVOKED', 'MISUSE'],
      ]);
      expect((await service.factsOf(id, 2))[1]).toMatchObject({
        type: 'authorisation.grant-revoked.v1',
        data: { becauseOf: because },
      });
    }
    expect((await decide(waiting)).body['code']).toBe('transfer.grant_not_active');
    expect((await request({ grantId: root })).body['code']).toBe('transfer.grant_not_active');
  });

  it('[R13.2] leaves no transfer alive that was being authorised while its root was revoked', async () => {
    for (let round = 0; round < 4; round++) {
      const root = await aGrant(service);
      const child = await authorised({ grantId: root, recipientId: 'hk-mzj', systems: [] });
      const pending = await request({ grantId: child, systems: ['yunfan-hk'] }, submitter('hk-mzj'));
      const [authorisation, revocation] = await Promise.all([
        decide(pending.body['id']),
        service.call('POST', `/v1/grants/${root}/revocation`, reviewer('mzt'), {
          body: { ground: 'MISUSE', narrative: '…' },
        }),
      ]);
      expect(revocation.status).toBe(200);
      expect([200, 409]).toContain(authorisation.status);
      expect(
        await service.query(`SELECT id FROM sharing_grant WHERE root_id = $1 AND status = 'ACTIVE'`, [root]),
      ).toEqual([]);
    }
  });

  it('[R13.2] is withdrawn by the holder alone, before it is decided', async () => {
    const { id } = (await request()).body;
    expect((await decide(id, submitter('mzt'), 'withdrawal')).body['code']).toBe('transfer.not_holder');
    expect((await decide(id, reviewer('ybj'), 'withdrawal')).body['code']).toBe('access.role_required');
    expect((await decide(id, submitter('wjw'), 'withdrawal')).body['code']).toBe('request.not_found');
    const race = await Promise.all([decide(id), decide(id, submitter('ybj'), 'withdrawal')]);
    expect(race.map((a) => a.status).sort()).toEqual([200, 409]);
    const other = (await request()).body['id'];
    expect((await decide(other, submitter('ybj'), 'withdrawal')).body).toMatchObject({ status: 'WITHDRAWN' });
    expect((await decide(other)).body['code']).toBe('transfer.already_decided');
    expect((await service.factsOf(String(other), 2))[1]).toMatchObject({
      type: 'authorisation.onward-transfer-withdrawn.v1',
    });
  });

  it('[R13.2] shows the provider the whole chain at any time, and a holder what it passed on', async () => {
    const root = await aGrant(service);
    const toHk = await authorised({ grantId: root, recipientId: 'hk-mzj', systems: [], why: '市级核对' });
    const below = await authorised({ grantId: toHk, systems: ['yunfan-hk'] }, submitter('hk-mzj'));
    const beside = await authorised({ grantId: root });
    const chainOf = async (id: string, by = reviewer('mzt')) => {
      const { status, body } = await service.call('GET', `/v1/grants/${id}/chain`, by);
      return status === 200 ? (body['links'] as Record<string, unknown>[]).map((link) => link['id']) : status;
    };
    expect(await service.done('GET', `/v1/grants/${below}/chain`, reviewer('mzt'))).toMatchObject({
      rootId: root,
      complete: true,
      links: [
        { id: root, depth: 0, holderId: 'ybj', status: 'ACTIVE', transfer: null },
        { id: toHk, depth: 1, holderId: 'hk-mzj', transfer: { why: '市级核对', recipient: { id: 'hk-mzj' } } },
        { id: beside, depth: 1, holderId: 'ybj', recipientOwnerId: 'yunfan' },
        {
          id: below,
          depth: 2,
          holderId: 'hk-mzj',
          recipientOwnerId: 'yunfan',
          transfer: { basis: '运维服务合同2026-17' },
        },
      ],
    });
    expect(await chainOf(toHk, reviewer('hk-mzj'))).toEqual([toHk, below]);
    expect(await chainOf(root, reviewer('hk-mzj'))).toBe(404);
    expect(await chainOf(root, reviewer('wjw'))).toBe(404);
    expect(await chainOf(root, admin)).toHaveLength(4);
    expect(await chainOf('0')).toBe(404);
    await service.done('POST', `/v1/grants/${root}/revocation`, reviewer('mzt'), {
      body: { ground: 'MISUSE', narrative: '超范围使用' },
    });
    const { links } = await service.done('GET', `/v1/grants/${root}/chain`, reviewer('mzt'));
    expect((links as Record<string, unknown>[]).map((link) => link['status'])).toEqual(Array(4).fill('REVOKED'));
  });

  it('[R13.6] of derived data needs each origin from its own provider first', async () => {
    await service.resources(
      aResource({ id: 'origin', providerId: 'wjw' }),
      aResource({ id: 'derived', providerId: 'mzt', derivedFrom: ['origin'] }),
    );
    const held = await aGrant(service, { resourceId: 'derived' });
    const toVendor = { grantId: held };
    expect((await request(toVendor)).body).toMatchObject({ code: 'transfer.origin_not_given', about: ['origin'] });
    // The holder's own grant of the origin lets the holder use it, not the third party.
    const origin = await aGrant(service, { resourceId: 'origin', rowFilter: null }, 'wjw');
    expect((await request(toVendor)).body['code']).toBe('transfer.origin_not_given');
    const passed = (await request({ grantId: origin, rowFilter: null })).body['id'];
    expect((await decide(passed, reviewer('mzt'))).body['code']).toBe('request.not_found');
    expect((await decide(passed, reviewer('wjw'))).status).toBe(200);
    const { id } = (await request(toVendor)).body;
    await service.done('POST', `/v1/grants/${origin}/revocation`, reviewer('wjw'), {
      body: { ground: 'MISUSE', narrative: '…' },
    });
    expect((await decide(id)).body['code']).toBe('transfer.origin_not_given');
    // The origin's own provider needs nobody's leave for it.
    expect((await request({ ...toVendor, recipientId: 'wjw', systems: [] })).status).toBe(201);
  });

  it('[R13.2] goes as deep as is configured', async () => {
    const strict = await startAuthorisation({ env: { TRANSFER_DEPTH_LIMIT: '0' } });
    try {
      for (const id of ['mzt', 'ybj', 'hk-mzj']) await aDepartment(strict, id);
      await strict.resources(aResource());
      await admit(strict, 'ybj');
      const root = await aGrant(strict);
      const body = aRequest({ grantId: root, recipientId: 'hk-mzj', systems: [] });
      expect((await strict.call('POST', '/v1/onward-transfers', submitter('ybj'), { body })).body['code']).toBe(
        'transfer.too_deep',
      );
    } finally {
      await strict.close();
    }
  });
});
