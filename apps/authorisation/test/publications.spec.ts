import { PermitsService } from '../src/publications/permits.service';
import { startAuthorisation, type RunningAuthorisation } from './authorisation';
import { admin, admit, aDepartment, aGrant, aResource, officer, responsible, reviewer, submitter } from './world';

describe('publication to society', () => {
  let service: RunningAuthorisation;
  let grantId: string;

  beforeAll(async () => {
    service = await startAuthorisation();
    for (const id of ['mzt', 'ybj', 'hk-mzj', 'wjw']) await aDepartment(service, id);
    await service.resources(
      aResource(),
      aResource({ id: '102000-000001', sharingType: 'UNCONDITIONAL' }),
      aResource({ id: 'derived', providerId: 'hk-mzj', derivedFrom: ['203000-000001', 'far'] }),
      aResource({ id: 'far', providerId: 'wjw', derivedFrom: ['derived'] }),
      aResource({ id: 'orphan', derivedFrom: ['nowhere'] }),
      aResource({ id: 'video', specialRegime: 'PUBLIC_SECURITY_VIDEO' }),
      aResource({ id: 'closed', sharingType: 'NOT_SHARED' }),
      aResource({ id: 'channel', deliveryMode: 'EXCHANGE_CHANNEL' }),
      aResource({ id: 'gone', status: 'WITHDRAWN' }),
    );
    await admit(service, 'ybj');
    grantId = await aGrant(service);
  });
  afterAll(() => service?.close());

  const own = { resourceId: '203000-000001', grantId: undefined };
  const aRequest = (over: object = {}) => ({
    grantId,
    title: '医疗救助对象人数',
    purpose: '便于社会监督',
    forms: ['CSV'],
    items: ['aidNo', 'persons'],
    period: { from: '2026-01-01', until: '2028-01-01' },
    ...over,
  });
  const request = (over: object = {}, by = submitter('ybj'), key?: string) =>
    service.call('POST', '/v1/publication-requests', by, { body: aRequest(over), key });
  const decide = (id: unknown, by = reviewer('mzt'), act = 'consent', body: object = {}, key?: string) =>
    service.call('POST', `/v1/publication-requests/${String(id)}/${act}`, by, { body, key });
  const permitted = async (over: object = {}, by = submitter('ybj')): Promise<string> => {
    const asked = await request(over, by);
    const { status, body } = await decide(asked.body['id']);
    if (status !== 200) throw new Error(JSON.stringify([asked.body, body]));
    return String(body['permitId']);
  };
  const withdrawal = (id: string, by = reviewer('mzt')) =>
    service.call('POST', `/v1/publication-permits/${id}/withdrawal`, by, { body: { reason: '数据有误' } });

  it.each<[string, object, string, string]>([
    ['an item beyond the grant', { items: ['headIdNo'] }, 'ybj', 'publication.wider_than_grant'],
    ['rows beyond the grant', { rowFilter: null }, 'ybj', 'publication.wider_than_grant'],
    [
      'a longer time than the grant',
      { period: { from: '2026-01-01', until: '2028-01-02' } },
      'ybj',
      'publication.wider_than_grant',
    ],
    ['what has no such item', { items: ['secret'] }, 'ybj', 'application.items_unknown'],
    [
      'for a time that is over',
      { period: { from: '2025-01-01', until: '2025-02-01' } },
      'ybj',
      'application.period_invalid',
    ],
    [
      'for a time turned round',
      { period: { from: '2028-01-01', until: '2027-01-01' } },
      'ybj',
      'application.period_invalid',
    ],
    ['what was not obtained', own, 'ybj', 'publication.grant_needed'],
    ['data by who is not admitted', { ...own, resourceId: '102000-000001' }, 'wjw', 'access.not_admitted'],
    ['data by the grant of a stranger', {}, 'wjw', 'request.not_found'],
    ['data that another holds', {}, 'mzt', 'publication.holder_only'],
    ['data both by a grant and by right', { resourceId: '203000-000001' }, 'ybj', 'request.invalid'],
    ['data in no form', { forms: [] }, 'ybj', 'request.invalid'],
    ['data in a form nobody knows', { forms: ['XLS'] }, 'ybj', 'request.invalid'],
    ['data without saying why', { purpose: ' ' }, 'ybj', 'request.invalid'],
    ['data for a fee', { fee: 1 }, 'ybj', 'request.invalid'],
    ['data under a special regime', { ...own, resourceId: 'video' }, 'mzt', 'access.special_regime'],
    ['what is not shared', { ...own, resourceId: 'closed' }, 'mzt', 'access.not_shared'],
    ['what the platform does not host', { ...own, resourceId: 'channel' }, 'mzt', 'publication.not_hosted'],
    ['what was withdrawn', { ...own, resourceId: 'gone' }, 'mzt', 'access.resource_unknown'],
    ['what comes from an origin nobody knows', { ...own, resourceId: 'orphan' }, 'mzt', 'publication.origin_unknown'],
  ])('[R13.3] is not asked for %s', async (_what, over, department, code) => {
    expect((await request(over, submitter(department))).body['code']).toBe(code);
  });

  it('[R13.3] is asked for by a submitter, once for one key', async () => {
    expect((await request({}, reviewer('ybj'))).body['code']).toBe('access.role_required');
    const first = await request({}, submitter('ybj'), 'pub-1');
    expect(first).toMatchObject({ status: 201, body: { status: 'REQUESTED', deciders: ['mzt'], permitId: null } });
    expect(await request({}, submitter('ybj'), 'pub-1')).toMatchObject({
      replayed: true,
      body: { id: first.body['id'] },
    });
    expect(await service.factsOf(String(first.body['id']), 1)).toMatchObject([
      { type: 'authorisation.publication-requested.v1', data: { requesterId: 'ybj', providerId: 'mzt', grantId } },
    ]);
  });

  it('[R13.3] [R14.10] is decided by the provider, by somebody else than asked, once', async () => {
    const { id } = (await request()).body;
    expect((await decide(id, reviewer('ybj'))).body['code']).toBe('publication.not_asked');
    expect((await decide(id, admin)).body['code']).toBe('publication.not_asked');
    expect((await decide(id, reviewer('wjw'))).body['code']).toBe('request.not_found');
    expect((await decide(id, responsible('mzt'))).body['code']).toBe('access.role_required');
    expect((await decide(id, officer('mzt', 'ybj-submitter', 'REVIEWER'))).body['code']).toBe(
      'publication.own_submission',
    );
    expect((await decide(id, reviewer('mzt'), 'rejection', {})).body['code']).toBe('request.invalid');
    const race = await Promise.all([decide(id), decide(id, reviewer('mzt'), 'rejection', { reason: '不宜公开' })]);
    expect(race.map((a) => a.status).sort()).toEqual([200, 409]);
    expect(race.find((a) => a.status === 409)!.body['code']).toBe('publication.already_decided');
    expect((await decide(id, submitter('ybj'), 'withdrawal')).body['code']).toBe('publication.already_decided');
  });

  it('[R13.3] [R14.10] a provider’s own takes two of its people', async () => {
    const both = officer('mzt', 'mzt-both', 'SUBMITTER', 'REVIEWER');
    const { id } = (await request(own, both)).body;
    expect((await decide(id, both)).body['code']).toBe('publication.own_submission');
    expect((await decide(id)).body).toMatchObject({ status: 'PERMITTED' });
  });

  it('[R13.3] makes a permit with the rows and masks of the grant, told to the gateway with its fact', async () => {
    const id = await permitted();
    const [state] = await service.states('policy.permits', id, 1);
    expect(state).toMatchObject({
      version: 1,
      resourceId: '203000-000001',
      providerId: 'mzt',
      publisherId: 'ybj',
      grantId,
      origins: [],
      forms: ['CSV'],
      status: 'ACTIVE',
      items: ['aidNo', 'persons'],
      rowFilter: { item: 'persons', op: 'ge', value: 1 },
      mask: {},
      period: { from: '2025-12-31T16:00:00.000Z', until: '2027-12-31T16:00:00.000Z' },
    });
    expect(await service.factsOf(id, 1)).toMatchObject([
      {
        type: 'authorisation.publication-permit-issued.v1',
        data: { permitId: id, items: ['aidNo', 'persons'], rowsRestricted: true, by: 'mzt-reviewer' },
      },
    ]);
    expect(await service.done('GET', `/v1/publication-permits/${id}`, submitter('ybj'))).toMatchObject({ id });
    expect((await service.call('GET', `/v1/publication-permits/${id}`, reviewer('wjw'))).status).toBe(404);
  });

  it('[R13.3] needs the permit for an unconditional resource as well', async () => {
    const id = await permitted({ ...own, resourceId: '102000-000001' });
    expect((await service.states('policy.permits', id, 1))[0]).toMatchObject({ publisherId: 'ybj', grantId: null });
  });

  it('[R13.3] is withdrawn before the decision by who asked alone', async () => {
    const { id } = (await request()).body;
    expect((await decide(id, submitter('mzt'), 'withdrawal')).body['code']).toBe('publication.not_requester');
    expect((await decide(id, submitter('ybj'), 'withdrawal')).body).toMatchObject({ status: 'WITHDRAWN' });
    expect((await decide(id)).body['code']).toBe('publication.already_decided');
  });

  it('[R13.3] is not permitted on a grant that ended since', async () => {
    const own_ = await aGrant(service);
    const { id } = (await request({ grantId: own_ })).body;
    await service.done('POST', `/v1/grants/${own_}/revocation`, reviewer('mzt'), {
      body: { ground: 'MISUSE', narrative: '…' },
    });
    expect((await decide(id)).body['code']).toBe('publication.grant_not_active');
    expect((await request({ grantId: own_ })).body['code']).toBe('publication.grant_not_active');
  });

  it('[R13.3] is withdrawn by whoever consented or publishes, once, with a reason', async () => {
    const id = await permitted();
    expect((await withdrawal(id, reviewer('wjw'))).body['code']).toBe('request.not_found');
    expect((await withdrawal(id, admin)).body['code']).toBe('publication.not_party');
    expect((await withdrawal(id, submitter('mzt'))).body['code']).toBe('access.role_required');
    const race = await Promise.all([withdrawal(id), withdrawal(id, reviewer('ybj'))]);
    expect(race.map((a) => a.status).sort()).toEqual([200, 409]);
    const states = await service.states('policy.permits', id, 2);
    expect(states.map((s) => [s['version'], s['status']])).toEqual([
      [1, 'ACTIVE'],
      [2, 'REVOKED'],
    ]);
    expect((await service.factsOf(id, 2))[1]).toMatchObject({ type: 'authorisation.publication-permit-withdrawn.v1' });
    expect((await withdrawal(id)).body['code']).toBe('publication.already_ended');
  });

  it('[R13.3] expires with its period, told once whichever replica looks', async () => {
    const id = await permitted({ period: { from: '2026-01-01', until: '2027-01-01' } });
    const other = await permitted();
    const permits = service.app.get(PermitsService);
    await permits.expireDue(new Date('2026-12-31T15:59:59Z'));
    expect(await service.done('GET', `/v1/publication-permits/${id}`, reviewer('mzt'))).toMatchObject({
      status: 'ACTIVE',
    });
    const over = new Date('2026-12-31T16:00:00Z');
    await Promise.all([permits.expireDue(over), permits.expireDue(over)]);
    const states = await service.states('policy.permits', id, 2);
    expect(states.map((s) => s['status'])).toEqual(['ACTIVE', 'EXPIRED']);
    expect(await service.done('GET', `/v1/publication-permits/${other}`, reviewer('mzt'))).toMatchObject({
      status: 'ACTIVE',
    });
    expect((await withdrawal(id)).body['code']).toBe('publication.already_ended');
  });

  describe('of derived data', () => {
    const derived = { ...own, resourceId: 'derived' };

    it('[R13.6] needs every origin’s provider, and the last one’s yes makes the permit', async () => {
      const { id, deciders, origins } = (await request(derived, submitter('hk-mzj'))).body;
      expect(origins).toEqual(['203000-000001', 'far']);
      expect(deciders).toEqual(['hk-mzj', 'mzt', 'wjw']);
      expect((await decide(id, reviewer('mzt'))).body).toMatchObject({ status: 'REQUESTED', permitId: null });
      expect((await decide(id, reviewer('mzt'))).body['code']).toBe('publication.already_decided');
      expect((await decide(id, reviewer('hk-mzj'))).body).toMatchObject({ status: 'REQUESTED', permitId: null });
      const listed = await service.everyPage('/v1/publication-requests?limit=1', reviewer('wjw'));
      expect(listed.map((each) => each['id'])).toContain(id);
      const last = await decide(id, reviewer('wjw'));
      expect(last.body).toMatchObject({ status: 'PERMITTED' });
      const permitId = String(last.body['permitId']);
      expect((await service.states('policy.permits', permitId, 1))[0]).toMatchObject({
        origins: ['203000-000001', 'far'],
      });
      expect((await withdrawal(permitId, reviewer('wjw'))).body).toMatchObject({ status: 'REVOKED' });
    });

    it('[R13.6] one no is enough', async () => {
      const { id } = (await request(derived, submitter('hk-mzj'))).body;
      await decide(id, reviewer('hk-mzj'));
      expect((await decide(id, reviewer('wjw'), 'rejection', { reason: '含个人信息' })).body['status']).toBe(
        'REJECTED',
      );
      expect((await decide(id, reviewer('mzt'))).body['code']).toBe('publication.already_decided');
    });

    it('[R13.6] asks who was not asked when the entry declares another origin since', async () => {
      const late = aResource({ id: 'late', providerId: 'hk-mzj' });
      await service.resources(late);
      const { id, deciders } = (await request({ ...own, resourceId: 'late' }, submitter('hk-mzj'))).body;
      expect(deciders).toEqual(['hk-mzj']);
      await service.resources({ ...late, version: 2, derivedFrom: ['far'] });
      expect((await decide(id, reviewer('hk-mzj'))).body).toMatchObject({
        status: 'REQUESTED',
        deciders: ['hk-mzj', 'mzt', 'wjw'],
      });
    });
  });
});
