import { startAuthorisation, type RunningAuthorisation } from './authorisation';
import { aDepartment, admin, admit, aResource, aSharingAsk, reviewer, submitter } from './world';

/** What is asked for is checked when it is asked, whoever would decide it later. */
describe('a scope that cannot be', () => {
  let service: RunningAuthorisation;
  let grantId: string;
  beforeAll(async () => {
    service = await startAuthorisation();
    for (const id of ['mzt', 'ybj', 'wjw']) await aDepartment(service, id);
    await service.resources(aResource());
    await admit(service, 'ybj');
    const asked = aSharingAsk({ mask: { status: 'full' }, limits: { rowsPerRequest: 100, rowsPerDay: 1_000 } });
    const { id } = await service.done('POST', '/v1/sharing-applications', submitter('ybj'), { body: asked });
    const consent = { matterNumber: 'required' };
    const { decision } = await service.done('POST', `/v1/sharing-applications/${String(id)}/consent`, reviewer('mzt'), {
      body: consent,
    });
    grantId = (decision as { grantId: string }).grantId;
  });
  afterAll(() => service?.close());

  const apply = (over: object) =>
    service.call('POST', '/v1/sharing-applications', submitter('ybj'), { body: aSharingAsk(over) });
  const transfer = (over: object) =>
    service.call('POST', '/v1/onward-transfers', submitter('ybj'), {
      body: {
        ...{
          grantId,
          recipientId: 'wjw',
          why: '核验',
          basis: '协议',
          items: ['aidNo'],
          actions: ['query'],
          systems: [],
        },
        ...{ purposes: ['medical-aid.eligibility'], period: { from: '2027-01-01', until: '2027-06-01' } },
        ...over,
      },
    });

  it.each([
    ['reversed', { from: '2027-06-01', until: '2027-01-01' }, 422],
    ['of no length', { from: '2027-06-01', until: '2027-06-01' }, 422],
    ['of no length, in two zones', { from: '2027-06-01T00:00:00+08:00', until: '2027-05-31T16:00:00Z' }, 422],
    ['in the past', { from: '2025-01-01', until: '2025-06-01' }, 422],
    ['of a century', { from: '2027-01-01', until: '2127-01-01' }, 422],
    ['with a day that does not exist', { from: '2027-02-30', until: '2027-06-01' }, 400],
    ['that is no date', { from: 'tomorrow', until: 'later' }, 400],
    ['with half its ends', { from: '2027-01-01' }, 400],
    ['that is a list', [], 400],
  ])('[R12.2] a period %s is refused, by an application and by a transfer', async (_what, period, status) => {
    for (const { status: answered, body } of [await apply({ period }), await transfer({ period })])
      expect([answered, body['code']]).toEqual([
        status,
        status === 400 ? 'request.invalid' : 'application.period_invalid',
      ]);
  });

  it.each([
    ['an item that is SQL', { item: "persons' OR '1'='1", op: 'eq', value: 1 }],
    ['an operator that is none', { item: 'persons', op: 'like', value: '%' }],
    ['a text for a number', { item: 'persons', op: 'ge', value: '1; DROP TABLE sharing_grant' }],
    ['an object for a value', { item: 'status', op: 'eq', value: { $ne: null } }],
    ['a prototype', JSON.parse('{"__proto__":{"item":"status"},"op":"eq","value":"1"}') as object],
    ['a further field', { item: 'status', op: 'eq', value: '1', or: true }],
    ['conditions without end', { any: Array.from({ length: 65 }, () => ({ item: 'status', op: 'isNull' })) }],
    ['an empty group', { all: [] }],
  ])('[R12.7] a row filter with %s is refused', async (_what, rowFilter) => {
    const { status, body } = await apply({ rowFilter });
    expect([400, 422]).toContain(status);
    expect(['request.invalid', 'request.malformed', 'application.row_filter_invalid']).toContain(body['code']);
  });

  it.each([
    ['mask', { items: ['aidNo', 'status'], mask: {} }],
    ['mask', { items: ['aidNo', 'status'], mask: { status: 'name' } }],
    ['limits', { limits: { rowsPerRequest: 101, rowsPerDay: 1_000 } }],
    ['limits', { limits: { rowsPerRequest: 100 } }],
    ['items', { items: ['aidNo', 'headIdNo'] }],
    ['actions', { actions: ['query', 'batch'] }],
    ['purposes', { purposes: ['health.register'] }],
    [
      'rowFilter',
      {
        rowFilter: {
          any: [
            { item: 'persons', op: 'ge', value: 1 },
            { item: 'status', op: 'isNull' },
          ],
        },
      },
    ],
    ['matterNumber', { matterNumber: 'optional' }],
    ['scopeOfKnowledge', { scopeOfKnowledge: { units: [] } }],
    ['period', { period: { from: '2025-12-31', until: '2027-06-01' } }],
    ['period', { period: { from: '2027-01-01', until: '2028-01-02' } }],
  ])('[R13.2] a transfer wider than its grant in one dimension is refused: %s (%#)', async (dimension, over) => {
    const { status, body } = await transfer(over);
    expect([status, body['code'], body['about']]).toEqual([422, 'transfer.wider_than_parent', [dimension]]);
  });

  it('[R14.7] an id of another department is as unknown as one that nobody has', async () => {
    const asked = async (target: string) => (await service.call('GET', target, submitter('wjw'))).body['code'];
    expect(await asked(`/v1/grants/${grantId}`)).toBe('request.not_found');
    expect(await asked('/v1/grants/019abcde-0000-7000-8000-000000000000')).toBe('request.not_found');
    expect((await service.call('GET', `/v1/grants/${grantId}`, admin)).status).toBe(200);
  });
});
