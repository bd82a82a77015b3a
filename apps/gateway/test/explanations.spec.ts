import { aGrant, anAppointment, anOfficer, anOrganisation, aResource, aSystem } from '@qiongtong/testing';
import { RunningGateway, until } from './running-gateway';

type Told = {
  status: number;
  code: string;
  decisionId: string;
  effect: string;
  grantId: string | null;
  reasons: { code: string; article: number; zh: string; change: { kind: string; with?: string[] } }[];
  grants: { grantId: string; fits: boolean; failed: { dimension: string }[] }[];
};
const CONDITIONAL = { resourceId: '203000-000001', action: 'query', purpose: 'social-aid.eligibility' };

describe('an explanation', () => {
  let gateway: RunningGateway;
  const tokens: Record<string, string> = {};
  beforeAll(async () => {
    gateway = await RunningGateway.start({ EXPLANATIONS_PER_MINUTE: '25' });
    const { publisher } = gateway;
    await publisher.publish('policy.organisations', anOrganisation({ id: 'sz', regionCode: '460200' }));
    await publisher.publish(
      'policy.organisations',
      anOrganisation({
        id: 'gxt',
        regionCode: '460000',
        roles: [{ role: 'PROVINCIAL_AUTHORITY', from: '2020-01-01', until: null }],
      }),
    );
    const officers = { 'of-mzt': 'mzt', 'of-jyt': 'jyt', 'of-sz': 'sz', 'of-gxt': 'gxt' };
    await publisher.publish(
      'policy.officers',
      ...Object.entries(officers).map(([id, organisationId]) =>
        anOfficer({ id, appointments: [anAppointment({ organisationId, roles: ['REVIEWER'] })] }),
      ),
    );
    await publisher.publish('policy.systems', aSystem({ id: 'bound-system', addresses: ['10.9.0.0/16'] }));
    await publisher.publish('policy.resources', aResource({ id: 'withdrawn', status: 'WITHDRAWN' }));
    await publisher.publish('policy.grants', aGrant({ id: 'g-mzj', purposes: ['social-aid.review'] }));
    for (const id of ['li', ...Object.keys(officers)]) tokens[id] = await gateway.issuer.officer(id);
    tokens['system'] = await gateway.issuer.system('mzj-system');
    await until(async () => (await ask('li', CONDITIONAL)).grants?.length === 1, 'the grant');
  });
  afterAll(() => gateway.stop());

  const ask = async (who: string, body: object): Promise<Told> => {
    const response = await gateway.post('/v1/decisions:explain', tokens[who]!, body);
    return { ...((await response.json()) as Told), status: response.status };
  };

  it('[R12.7] tells an officer why their department’s use would be refused, by which article, and what would change it', async () => {
    const told = await ask('li', CONDITIONAL);
    expect(told).toMatchObject({ status: 200, effect: 'deny' });
    expect(told.reasons).toEqual([
      expect.objectContaining({
        code: 'access.purpose_beyond_grant',
        article: 12,
        zh: '授权不包括该用途',
        change: expect.objectContaining({ kind: 'NAME_PURPOSE', with: ['social-aid.review'] }) as unknown,
      }),
    ]);
    expect(told.grants).toEqual([
      expect.objectContaining({
        grantId: 'g-mzj',
        fits: false,
        failed: [expect.objectContaining({ dimension: 'purpose' })],
      }),
    ]);
    expect(await ask('li', { ...CONDITIONAL, purpose: 'social-aid.review' })).toMatchObject({
      effect: 'permit',
      grantId: 'g-mzj',
    });
  });

  it('[R14.9] is on record: who asked, about which use, and that nothing left', async () => {
    const told = await ask('of-mzt', { ...CONDITIONAL, departmentId: 'mzj', systemId: 'mzj-system' });
    const { type, record } = await gateway.recordOf(told.decisionId);
    expect(type).toBe('access.explained.v1');
    expect(record).toMatchObject({
      outcome: 'explained',
      askedBy: { departmentId: 'mzt', officerId: 'of-mzt', systemId: null },
      use: { departmentId: 'mzj', systemId: 'mzj-system', resourceId: '203000-000001' },
      effect: 'deny',
      rows: 0,
      bytes: 0,
      delivery: null,
    });
  });

  it('takes a system to call from where it is registered, unless an address is asked about', async () => {
    const use = { ...CONDITIONAL, systemId: 'bound-system', purpose: 'social-aid.review' };
    expect((await ask('li', use)).effect).toBe('permit');
    const told = await ask('li', { ...use, address: '10.8.0.1' });
    expect(told.reasons.map(({ code, change }) => [code, change.with])).toEqual([
      ['access.address_not_registered', ['10.8.0.1']],
    ]);
  });

  it('[R14.7] answers a system about itself', async () => {
    expect((await ask('system', { ...CONDITIONAL, purpose: 'social-aid.review' })).effect).toBe('permit');
  });

  it.each([
    ['the provider, of its own resource', 'of-mzt'],
    ['the authority of the region', 'of-gxt'],
  ])('[R14.7] answers %s about another department', async (_who, token) => {
    const told = await ask(token, { ...CONDITIONAL, departmentId: 'mzj', systemId: 'mzj-system' });
    expect(told).toMatchObject({ status: 200, effect: 'deny' });
    expect(told.grants.map(({ grantId }) => grantId)).toEqual(['g-mzj']);
  });

  it.each([
    ['another department', 'of-jyt', { departmentId: 'mzj' }],
    ['another department that does not exist', 'of-jyt', { departmentId: 'nowhere' }],
    ['another department’s system', 'of-jyt', { systemId: 'mzj-system' }],
    ['a system that does not exist', 'of-jyt', { systemId: 'no-system' }],
    ['another system, by a system', 'system', { systemId: 'bound-system' }],
  ])('[R14.7] answers nobody else about %s', async (_what, who, over) => {
    expect(await ask(who, { ...CONDITIONAL, ...over })).toMatchObject({ status: 404, code: 'request.not_found' });
  });

  it('[R14.7] shows nobody another department’s grants', async () => {
    const told = await ask('of-sz', CONDITIONAL);
    expect([told.reasons.map(({ code }) => code), told.grants]).toEqual([['access.no_grant'], []]);
  });

  it('[R14.7] says of an officer of elsewhere the same as of nobody', async () => {
    const use = { ...CONDITIONAL, systemId: 'mzj-system', purpose: 'social-aid.review' };
    const codesFor = async (officerId: string) =>
      (await ask('li', { ...use, officerId })).reasons.map(({ code }) => code);
    expect(await codesFor('of-jyt')).toEqual(await codesFor('nobody'));
  });

  it.each([
    ['unknown', 'nothing-like-it'],
    ['withdrawn', 'withdrawn'],
  ])('answers 404 about a resource that is %s', async (_what, resourceId) => {
    expect(await ask('li', { ...CONDITIONAL, resourceId })).toMatchObject({
      status: 404,
      code: 'access.resource_unknown',
    });
  });

  it('tells the provider about its withdrawn resource', async () => {
    expect((await ask('of-mzt', { ...CONDITIONAL, resourceId: 'withdrawn' })).reasons[0]!.code).toBe(
      'access.resource_not_published',
    );
  });

  it.each([
    ['an unknown field', { ...CONDITIONAL, colour: 'red' }],
    ['no resource', { action: 'query' }],
    ['an unknown action', { ...CONDITIONAL, action: 'steal' }],
    ['an item that is a query', { ...CONDITIONAL, items: ["x' OR 1=1"] }],
    ['a list', []],
  ])('refuses %s', async (_what, body) => {
    expect(await ask('li', body)).toMatchObject({ status: 400, code: 'request.invalid' });
  });

  it('[R14.6] nobody without a token, and each caller only so often', async () => {
    expect((await gateway.get('/v1/decisions:explain', null)).status).toBe(404);
    expect((await gateway.post('/v1/decisions:explain', 'none', CONDITIONAL)).status).toBe(401);
    await until(async () => (await ask('of-jyt', CONDITIONAL)).code === 'request.too_many', 'the limit');
    expect((await ask('of-sz', CONDITIONAL)).status).toBe(200);
  });
});
