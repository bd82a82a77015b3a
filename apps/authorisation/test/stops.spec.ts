import { StopsService } from '../src/stops/stops.service';
import { startAuthorisation, type RunningAuthorisation } from './authorisation';
import {
  aDepartment,
  admin,
  admit,
  aGrant,
  anOrganisation,
  aResource,
  officer,
  responsible,
  reviewer,
  submitter,
  system,
} from './world';

describe('stops', () => {
  let service: RunningAuthorisation;
  let grantId: string;
  const operator = officer('zx', 'ops', 'PLATFORM_OPERATOR');
  const city = { ...officer('hk-kgx', 'li', 'LOCAL_AUTHORITY'), regionCode: '460100' };
  const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

  beforeAll(async () => {
    service = await startAuthorisation();
    for (const id of ['mzt', 'ybj', 'hk-mzj', 'zx']) await aDepartment(service, id);
    await service.done('POST', '/v1/organisations', admin, {
      body: anOrganisation('hk-kgx', { regionCode: '460100', level: 'CITY' }),
    });
    await service.resources(aResource());
    await admit(service, 'ybj');
    grantId = await aGrant(service);
    for (const id of ['ybj', 'hk-mzj']) {
      await service.done('POST', '/v1/systems', responsible(id), {
        body: { id: `${id}-system`, name: '系统', ownerId: id },
      });
      await service.done('POST', '/v1/officers', responsible(id), {
        body: {
          id: `${id}-wang`,
          name: '王某',
          appointments: [{ organisationId: id, unit: '处', post: '员', roles: ['SUBMITTER'], from: '2026-01-01' }],
        },
      });
    }
  });
  afterAll(() => service?.close());

  const aStop = (over: object = {}) => ({
    target: 'system',
    targetId: 'ybj-system',
    reason: '异常调用',
    until: inHours(24),
    ...over,
  });
  const place = (by = responsible('ybj'), over: object = {}, key?: string) =>
    service.call('POST', '/v1/stops', by, { body: aStop(over), key });
  const placed = async (by = responsible('ybj'), over: object = {}) => {
    const { status, body } = await place(by, over);
    if (status !== 201) throw new Error(JSON.stringify(body));
    return String(body['id']);
  };
  const act = (id: string, what: 'lift' | 'confirmation', by = admin, over: object = {}) =>
    service.call('POST', `/v1/stops/${id}/${what}`, by, { body: { reason: '查明', ...over } });

  it.each([
    ['another department’s system', responsible('ybj'), { targetId: 'hk-mzj-system' }],
    ['another department’s client', responsible('ybj'), { target: 'client', targetId: 'hk-mzj-system' }],
    ['another department’s officer', responsible('ybj'), { target: 'officer', targetId: 'hk-mzj-wang' }],
    ['a grant of others', reviewer('hk-mzj'), { target: 'grant' }],
    ['a system that is not registered', responsible('ybj'), { targetId: 'nothing' }],
    ['an officer nobody knows', admin, { target: 'officer', targetId: 'nobody' }],
    ['an organisation nobody knows', admin, { target: 'organisation', targetId: 'nobody' }],
    ['a grant nobody issued', admin, { target: 'grant', targetId: 'nothing' }],
    ['another provider’s resource', reviewer('ybj'), { target: 'resource', targetId: '203000-000001' }],
    ['a resource nobody published', admin, { target: 'resource', targetId: 'nothing' }],
    ['what is of another region', city, { targetId: 'ybj-system' }],
  ])('[R14.7] answer %s as one that does not exist', async (_what, by, over) => {
    const { status, body } = await place(by, { targetId: grantId, ...over });
    expect([status, body['code']]).toEqual([404, 'request.not_found']);
  });

  it.each([
    ['the holder’s reviewer a grant', reviewer('ybj'), { target: 'grant' }, 403, 'stop.not_entitled'],
    [
      'a department another’s token',
      responsible('ybj'),
      { target: 'token', targetId: 'j', organisationId: 'hk-mzj' },
      403,
      'stop.not_entitled',
    ],
    [
      'a department an organisation',
      responsible('ybj'),
      { target: 'organisation', targetId: 'hk-mzj' },
      403,
      'stop.not_entitled',
    ],
    ['the operator a system', operator, { targetId: 'ybj-system' }, 403, 'stop.not_entitled'],
    ['a submitter anything', submitter('ybj'), { targetId: 'ybj-system' }, 403, 'access.role_required'],
    ['a system anything', system('ybj', 'ybj-system'), { targetId: 'ybj-system' }, 403, 'access.role_required'],
    [
      'a department without an end',
      responsible('ybj'),
      { targetId: 'ybj-system', until: null },
      422,
      'stop.until_required',
    ],
    ['anybody without a reason', admin, { targetId: 'ybj-system', reason: ' ' }, 400, 'request.invalid'],
    ['anybody with a field of their own', admin, { targetId: 'ybj-system', status: 'LIFTED' }, 400, 'request.invalid'],
    [
      'a provider for longer than an emergency',
      reviewer('mzt'),
      { target: 'grant', until: inHours(80) },
      422,
      'stop.emergency_too_long',
    ],
  ])('[R14.3] [R14.7] are not for %s', async (_who, by, over, status, code) => {
    const answer = await place(by, { targetId: grantId, ...over });
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
  });

  it('[R14.7] are told to the gateway when placed and when lifted, and are facts without their reason', async () => {
    const id = await placed();
    expect((await act(id, 'lift', responsible('ybj'))).body).toMatchObject({ status: 'LIFTED', revision: 2 });
    const states = await service.states('policy.stops', id, 2);
    expect(states.map((s) => [s['version'], s['status'], s['target'], s['targetId']])).toEqual([
      [1, 'ACTIVE', 'system', 'ybj-system'],
      [2, 'LIFTED', 'system', 'ybj-system'],
    ]);
    const facts = await service.factsOf(id, 2);
    expect(facts.map(({ type }) => type)).toEqual(['authorisation.stop-placed.v1', 'authorisation.stop-lifted.v1']);
    expect(JSON.stringify(facts)).not.toMatch(/异常调用|查明/);
  });

  it('answer a retry as the first time', async () => {
    const until = inHours(24);
    const ask = () => place(responsible('ybj'), { until }, 'same');
    const [first, again] = [await ask(), await ask()];
    expect([again.status, again.replayed, again.body['id']]).toEqual([201, true, first.body['id']]);
  });

  it('[R14.10] are not lifted from below, nor by strangers, who do not find them', async () => {
    const id = await placed(admin);
    expect((await act(id, 'lift', responsible('ybj'))).body['code']).toBe('stop.placed_above');
    expect((await act(id, 'lift', responsible('hk-mzj'))).body['code']).toBe('request.not_found');
    expect((await service.call('GET', `/v1/stops/${id}`, responsible('hk-mzj'))).status).toBe(404);
    expect((await service.call('GET', `/v1/stops/${id}`, submitter('ybj'))).status).toBe(200);
    expect((await act(id, 'lift', admin)).status).toBe(200);
  });

  it('are lifted once, however many lift them at the same time', async () => {
    const id = await placed();
    const answers = await Promise.all([act(id, 'lift', responsible('ybj')), act(id, 'lift', admin)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await service.factsOf(id, 2)).map(({ type }) => type)).toEqual([
      'authorisation.stop-placed.v1',
      'authorisation.stop-lifted.v1',
    ]);
  });

  it('are listed to whom they concern, page by page', async () => {
    const ids = [await placed(), await placed(operator, { target: 'token', targetId: 'jti-9' })];
    const listed = async (by: typeof admin) =>
      (await service.everyPage('/v1/stops?limit=2', by)).map((stop) => stop['id']);
    expect(await listed(admin)).toEqual(expect.arrayContaining(ids));
    expect(await listed(responsible('ybj'))).toEqual(expect.arrayContaining([ids[0]]));
    expect(await listed(responsible('ybj'))).not.toContain(ids[1]);
    expect(await listed(operator)).toContain(ids[1]);
    expect(await listed(responsible('hk-mzj'))).toEqual([]);
    const { items } = await service.done('GET', '/v1/stops?target=token&targetId=jti-9&status=ACTIVE', admin);
    expect((items as { id: string }[]).map(({ id }) => id)).toEqual([ids[1]]);
  });

  describe('of a provider in an emergency', () => {
    const emergency = (over: object = {}) => ({ target: 'grant', targetId: grantId, until: inHours(72), ...over });

    it('[R10.4] lapse unless the authority confirms them, and are not placed again and again', async () => {
      const answers = await Promise.all([place(reviewer('mzt'), emergency()), place(reviewer('mzt'), emergency())]);
      expect(answers.map(({ status, body }) => [status, body['code']]).sort()).toEqual([
        [201, undefined],
        [409, 'stop.emergency_repeated'],
      ]);
      const id = String(answers.find(({ status }) => status === 201)!.body['id']);
      const due = service.app.get(StopsService);
      await due.runDue(new Date(Date.now() + 71 * 3_600_000));
      expect((await service.done('GET', `/v1/stops/${id}`, reviewer('mzt')))['status']).toBe('ACTIVE');
      await due.runDue(new Date(Date.now() + 73 * 3_600_000));
      await due.runDue(new Date(Date.now() + 73 * 3_600_000));
      expect(await service.done('GET', `/v1/stops/${id}`, reviewer('ybj'))).toMatchObject({
        status: 'LIFTED',
        ended: { how: 'LAPSED', by: 'platform' },
        revision: 2,
      });
      expect((await act(id, 'confirmation')).body['code']).toBe('stop.already_ended');
      expect((await place(reviewer('mzt'), emergency())).body['code']).toBe('stop.emergency_repeated');
      expect((await service.states('policy.stops', id, 2)).at(-1)).toMatchObject({ status: 'LIFTED', version: 2 });
    });

    it('[R10.4] [R14.10] are confirmed by the authority alone, and then are its to lift', async () => {
      const id = await placed(reviewer('mzt'), emergency({ target: 'resource', targetId: '203000-000001' }));
      expect((await act(id, 'confirmation', responsible('mzt'))).body['code']).toBe('access.role_required');
      expect((await act(id, 'confirmation', city)).body['code']).toBe('request.not_found');
      const both = await Promise.all([act(id, 'confirmation'), act(id, 'confirmation')]);
      expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect((await act(id, 'lift', reviewer('mzt'))).body['code']).toBe('stop.placed_above');
      await service.app.get(StopsService).runDue(new Date(Date.now() + 1000 * 3_600_000));
      expect(await service.done('GET', `/v1/stops/${id}`, admin)).toMatchObject({ status: 'ACTIVE', until: null });
      expect((await act(id, 'lift', admin)).status).toBe(200);
    });
  });

  it('leave the topic a month after they ended', async () => {
    const id = await placed();
    await act(id, 'lift', responsible('ybj'));
    const due = service.app.get(StopsService);
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
    await due.runDue(inDays(29));
    expect(await service.query('SELECT 1 FROM stop WHERE id = $1 AND told', [id])).toHaveLength(1);
    await due.runDue(inDays(31));
    await due.runDue(inDays(31));
    const states = await service.states('policy.stops', id, 3);
    expect(states.slice(2)).toEqual([null]);
  });
});
