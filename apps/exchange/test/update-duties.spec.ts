import type { NoChangeConfirmed, Principal, UpdateDutyChanged } from '@qiongtong/contracts';
import type { Page, Problem } from '@qiongtong/platform';
import { aGrant, anOrganisation, aResource } from '@qiongtong/testing';
import { LivePolicy } from '../src/policy/live-policy';
import { UpdateDutiesService } from '../src/freshness/update-duties.service';
import type { UpdateDutyView } from '../src/freshness/update-duty-desk';
import { aRow, marriages, ndjson, principalOf, RESOURCE, TestExchange, until } from './exchange';

const DAY = 24 * 3600 * 1000;
const officer = (departmentId: string, over: Partial<Principal> = {}): Principal => ({
  ...principalOf('console', departmentId),
  kind: 'officer',
  systemId: null,
  officerId: 'chen',
  roles: ['SUBMITTER'],
  ...over,
});

describe('the duty to update', () => {
  let exchange: TestExchange;
  let duties: UpdateDutiesService;
  const keep = (days = 0) => duties.keep(new Date(Date.now() + days * DAY));
  const view = async (resourceId: string, principal = officer('mzt')) =>
    exchange.call<UpdateDutyView>('GET', `/v1/resources/${resourceId}/update-duty`, { principal });
  const facts = async (resourceId: string) =>
    (await exchange.said<UpdateDutyChanged['data']>('exchange.update-duty-changed.v1'))
      .filter((fact) => fact.resourceId === resourceId)
      .map(({ state }) => state);
  let keys = 0;
  const post = <T>(target: string, principal: Principal) =>
    exchange.call<T>('POST', target, { principal, headers: { 'idempotency-key': `post-${++keys}` } });

  beforeAll(async () => {
    exchange = await TestExchange.start();
    duties = exchange.service.app.get(UpdateDutiesService);
    await exchange.state(
      'policy.resources',
      aResource({ ...marriages, id: 'big', version: 2, updateCycle: 'REALTIME' }),
      aResource({ ...marriages, id: 'order', version: 2, updateCycle: 'QUARTERLY', sharingType: 'UNCONDITIONAL' }),
      aResource({ ...marriages, id: 'old', updateCycle: undefined }),
      aResource({ ...marriages, id: 'gone', status: 'WITHDRAWN' }),
    );
    const { index } = exchange.service.app.get(LivePolicy);
    await until(() => index.resource('gone') !== undefined && index.resource('order')?.updateCycle === 'QUARTERLY');
    await keep();
  });
  afterAll(() => exchange.stop());

  it('[R8.3] is kept for what is published, hosted and has a cycle, and for nothing else', async () => {
    const { rows } = await exchange.pool.query<{ id: string }>(
      'SELECT resource_id AS id FROM update_duty ORDER BY resource_id',
    );
    expect(rows.map(({ id }) => id)).toEqual([RESOURCE, 'big', 'foreign', 'order']);
    expect((await view(RESOURCE)).json).toMatchObject({ cycle: 'MONTHLY', state: 'ON_TIME', updatedAt: null });
    expect((await view('old')).status).toBe(404);
    expect((await view('elsewhere')).status).toBe(404);
  });

  it('[R8.4] becomes due soon and overdue, each told once, and is fulfilled by a batch in the same transaction', async () => {
    await keep(27);
    await keep(27);
    await keep(33);
    await keep(34);
    expect(await facts(RESOURCE)).toEqual(['DUE_SOON', 'OVERDUE']);
    expect((await view(RESOURCE)).json.state).toBe('OVERDUE');
    await exchange.push(ndjson([aRow(1)]));
    expect(await facts(RESOURCE)).toEqual(['DUE_SOON', 'OVERDUE', 'ON_TIME']);
    const { json } = await view(RESOURCE);
    expect(json.state).toBe('ON_TIME');
    expect(Date.parse(json.dueAt)).toBeGreaterThan(Date.now() + 27 * DAY);
  });

  it('[R8.3] a dry run or a refused batch fulfils nothing', async () => {
    const { json: before } = await view('order');
    await exchange.push(ndjson([aRow(1)]), { resourceId: 'order', query: '?dryRun=true' });
    await exchange.push(ndjson([aRow(1, { status: '9' })]), { resourceId: 'order' });
    expect((await view('order')).json).toEqual(before);
  });

  it('[R8.3] of a slow list is fulfilled by an officer’s confirmation once there is data, and is on record', async () => {
    const target = '/v1/resources/order/no-change-confirmations';
    const early = await post<Problem>(target, officer('mzt'));
    expect([early.status, early.json.code]).toEqual([422, 'exchange.nothing_to_confirm']);
    await exchange.push(ndjson([aRow(1)]), { resourceId: 'order' });
    await keep(32);
    expect((await view('order')).json.state).toBe('OVERDUE');
    const confirmed = await post<UpdateDutyView>(target, officer('mzt'));
    expect([confirmed.status, confirmed.json.state]).toEqual([201, 'ON_TIME']);
    const [fact] = await exchange.said<NoChangeConfirmed['data']>('exchange.no-change-confirmed.v1');
    expect(fact).toMatchObject({ resourceId: 'order', officerId: 'chen' });
    expect((await facts('order')).slice(-2)).toEqual(['OVERDUE', 'ON_TIME']);
  });

  it.each([
    ['another department’s officer', 'order', officer('gat'), 404, 'request.not_found'],
    ['an officer without the role', 'order', officer('mzt', { roles: ['REVIEWER'] }), 403, 'access.role_required'],
    ['a system, which states nothing', 'order', principalOf('mzt-system', 'mzt'), 403, 'access.role_required'],
    ['one for a source in real time', 'big', officer('mzt'), 422, 'exchange.nothing_to_confirm'],
    ['one for a resource without a duty', 'elsewhere', officer('mzt'), 422, 'exchange.no_update_duty'],
  ])('[R14.7] does not take a confirmation from %s', async (_who, resourceId, by, status, code) => {
    const answer = await post<Problem>(`/v1/resources/${resourceId}/no-change-confirmations`, by);
    expect([answer.status, answer.json.code]).toEqual([status, code]);
  });

  it('hears the system that provides a resource in real time, and no other', async () => {
    await keep(2);
    expect((await view('big')).json.state).toBe('OVERDUE');
    const target = '/v1/resources/big/source-heartbeats';
    const heard = await post<UpdateDutyView>(target, principalOf('mzt-system', 'mzt'));
    expect([heard.status, heard.json.state]).toEqual([200, 'ON_TIME']);
    expect((await post(target, principalOf('gat-system', 'gat'))).status).toBe(404);
    const other = await post<Problem>(target, principalOf('mzt-other', 'mzt'));
    expect([other.status, other.json.code]).toEqual([403, 'access.not_provider']);
  });

  it('[R4.1] is listed to its provider, and to who oversees its region; one resource to who may use it', async () => {
    const list = async (by: Principal, query = '') =>
      (await exchange.call<Page<UpdateDutyView>>('GET', `/v1/update-duties${query}`, { principal: by })).json.items.map(
        ({ resourceId }) => resourceId,
      );
    const authority = (regionCode: string) => officer('gxt', { roles: ['PROVINCIAL_AUTHORITY'], regionCode });
    expect((await list(officer('mzt'))).sort()).toEqual([RESOURCE, 'big', 'order']);
    expect(await list(officer('gat'))).toEqual(['foreign']);
    expect(await list(authority('460000'))).toHaveLength(4);
    expect(await list(authority('460200'))).toEqual([]);
    expect(await list(authority('460000'), '?providerId=gat')).toEqual(['foreign']);
    expect((await list(authority('460000'), '?state=OVERDUE')).sort()).toEqual([RESOURCE, 'foreign']);
    expect((await view('foreign', officer('mzt'))).status).toBe(404);
    expect((await view('order', officer('gat'))).status).toBe(200);
    await exchange.state(
      'policy.grants',
      aGrant({ id: 'g9', resourceId: 'foreign', providerId: 'gat', holderId: 'mzt' }),
    );
    await until(async () => (await view('foreign', officer('mzt'))).status === 200);
  });

  it('is listed a page at a time, the most urgent first', async () => {
    const principal = officer('gxt', { roles: ['PROVINCIAL_AUTHORITY'], regionCode: '460000' });
    const seen: UpdateDutyView[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { json }: { json: Page<UpdateDutyView> } = await exchange.call<Page<UpdateDutyView>>(
        'GET',
        `/v1/update-duties?limit=3${query}`,
        { principal },
      );
      seen.push(...json.items);
      cursor = json.next;
    }
    expect(seen).toHaveLength(4);
    expect(seen.map(({ dueAt }) => dueAt)).toEqual(seen.map(({ dueAt }) => dueAt).sort());
  });

  it('follows its resource to another provider and ends with it; a projection that is stale ends nothing', async () => {
    await exchange.state('policy.resources', aResource({ ...marriages, id: 'big', version: 3, providerId: 'gat' }));
    await exchange.state('policy.organisations', anOrganisation({ id: 'gat', version: 2, regionCode: '460200' }));
    await exchange.state('policy.resources', aResource({ ...marriages, id: 'order', version: 3, status: 'WITHDRAWN' }));
    const { index } = exchange.service.app.get(LivePolicy);
    await until(() => index.resource('order')?.status === 'WITHDRAWN' && index.organisation('gat')?.version === 2);
    await keep();
    const { rows } = await exchange.pool.query(
      'SELECT resource_id AS id, provider_id AS provider, region_code AS region FROM update_duty ORDER BY 1',
    );
    expect(rows).toEqual([
      { id: RESOURCE, provider: 'mzt', region: '460100' },
      { id: 'big', provider: 'gat', region: '460200' },
      { id: 'foreign', provider: 'gat', region: '460200' },
    ]);
    exchange.pauseHeartbeats();
    const policy = exchange.service.app.get(LivePolicy);
    await until(() => policy.freshness() !== 'fresh');
    await exchange.state('policy.resources', aResource({ ...marriages, version: 9, status: 'WITHDRAWN' }));
    await until(() => index.resource(RESOURCE)?.status === 'WITHDRAWN');
    await keep();
    expect(await exchange.count('update_duty')).toBe(3);
    exchange.resumeHeartbeats();
    await until(() => policy.freshness() === 'fresh');
    await keep();
    expect(await exchange.count('update_duty')).toBe(2);
  });
});
