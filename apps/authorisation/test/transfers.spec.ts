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
});
