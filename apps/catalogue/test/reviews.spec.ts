import { anOfficer, authority, leadingGroup, responsible, stranger, submitter } from './builders';
import { startCatalogue, type RunningCatalogue } from './catalogue';
import { livesIn } from './lives';

let catalogue: RunningCatalogue;
beforeAll(async () => {
  catalogue = await startCatalogue();
  await catalogue.organisations(
    { id: 'gxt', name: '工业和信息化厅', roles: [{ role: 'PROVINCIAL_AUTHORITY', from: '2014-12-19', until: null }] },
    { id: 'ldxz', name: '领导小组', roles: [{ role: 'LEADING_GROUP', from: '2014-12-19', until: null }] },
    { id: 'hkgxj', name: '海口市工信局', roles: [{ role: 'LOCAL_AUTHORITY', from: '2014-12-19', until: null }] },
    { id: 'mzt', name: '民政厅' },
  );
});
afterAll(() => catalogue?.close());
const { anEntryIn, revised, bring, post, get, patch, declare } = livesIn(() => catalogue);
const refused = (status: number, code: string) => ({ status, body: { code } });
const fieldRemarks = [
  { field: '信息资源摘要', remark: '摘要过于简略' },
  { field: '/items/姓名/length', remark: '长度依标准为50' },
];
const kept = [
  { field: '/abstract', remark: '摘要过于简略' },
  { field: '/items/name/length', remark: '长度依标准为50' },
];

describe('the remarks of a reviewer', () => {
  it('[R7.1] are shown by field until it is submitted again, and stay in the history', async () => {
    const id = await anEntryIn('UNDER_REVIEW');
    expect(await post(id, 'return', authority, { remarks: '请补充', fieldRemarks })).toMatchObject({
      status: 200,
      body: { status: 'RETURNED' },
    });
    expect((await get(id, submitter)).body.decision).toMatchObject({ remarks: '请补充', fieldRemarks: kept });
    await patch(id, { abstract: '补充后的摘要' }, submitter, '');
    expect((await get(id, submitter)).body.decision).toMatchObject({ fieldRemarks: kept });
    await declare(id, '');
    await post(id, 'internal-review', responsible);
    await post(id, 'submission', submitter);
    expect((await get(id, submitter)).body.decision).toBeNull();
    await post(id, 'review', authority);
    await post(id, 'approval', authority, { remarks: '同意' });
    for (const by of [submitter, authority])
      expect((await get(id, by, 'reviews')).body).toMatchObject({
        items: [
          { number: 2, version: 1, decision: { outcome: 'APPROVED', remarks: '同意' } },
          { number: 1, version: 1, decision: { outcome: 'RETURNED', fieldRemarks: kept, by: 'gxt-officer' } },
        ],
        next: null,
      });
  });

  it('[R7.1] are those of the version that they were about, a page at a time, and of nobody else’s concern', async () => {
    const id = await anEntryIn('PUBLISHED');
    await revised(id, { abstract: '第二版' }, 'UNDER_REVIEW');
    await post(id, 'return', authority, { remarks: '退回', fieldRemarks });
    expect((await get(id, submitter, 'revision')).body).toMatchObject({ version: 2, decision: { fieldRemarks: kept } });
    const { body } = await get(id, submitter, 'reviews?limit=1');
    expect(body.items).toMatchObject([{ number: 2, version: 2 }]);
    const rest = await get(id, submitter, `reviews?limit=1&cursor=${encodeURIComponent(String(body.next))}`);
    expect(rest.body).toMatchObject({ items: [{ number: 1, version: 1 }], next: null });
    expect(await get(id, stranger, 'reviews')).toMatchObject(refused(404, 'request.not_found'));
    expect(JSON.stringify((await get(id, stranger)).body)).not.toContain('摘要过于简略');
  });

  it.each([
    ['a field that is not there', [{ field: '/colour', remark: '请说明' }], 422, 'catalogue.remark_field_unknown'],
    [
      'an item that is not there',
      [{ field: '/items/nobody', remark: '请说明' }],
      422,
      'catalogue.remark_field_unknown',
    ],
    ['nothing to say', [{ field: '/abstract', remark: ' ' }], 400, 'request.invalid'],
    ['more than it knows', [{ field: '/abstract', remark: '请说明', colour: 'red' }], 400, 'request.invalid'],
    ['too long a remark', [{ field: '/abstract', remark: '长'.repeat(501) }], 400, 'request.invalid'],
    [
      '101 of them',
      Array.from({ length: 101 }, () => ({ field: '/abstract', remark: '请说明' })),
      400,
      'request.invalid',
    ],
  ])('[R7.1] with %s are refused, and nothing is decided', async (_what, said, status, code) => {
    const id = await anEntryIn('UNDER_REVIEW');
    expect(await post(id, 'return', authority, { remarks: '退回', fieldRemarks: said })).toMatchObject(refused(status, code)); // prettier-ignore
    expect((await get(id, submitter)).body).toMatchObject({ status: 'UNDER_REVIEW', decision: null });
    expect((await get(id, submitter, 'reviews')).body.items).toEqual([]);
  });

  it('[R2.3] with a secrecy marking are refused, and kept nowhere', async () => {
    const id = await anEntryIn('UNDER_REVIEW');
    const said = { remarks: '退回', fieldRemarks: [{ field: '/abstract', remark: '机密★ 无痕' }] };
    expect(await post(id, 'return', authority, said)).toMatchObject(refused(422, 'catalogue.secret_mark'));
    expect(await catalogue.tablesContaining('机密★ 无痕')).toEqual([]);
  });

  it('[R2.2] go with the version that is not cleared, and those of the published one stay', async () => {
    const id = await anEntryIn('PUBLISHED');
    await revised(id, { abstract: '第二版' }, 'UNDER_REVIEW');
    await post(id, 'return', authority, { remarks: '不该留下的话', fieldRemarks: [] });
    await declare(id, 'revision', { conclusion: 'WORK_SECRET' });
    expect(await catalogue.tablesContaining('不该留下的话')).toEqual([]);
    expect((await get(id, submitter, 'reviews')).body.items).toMatchObject([{ version: 1 }]);
    const draft = await anEntryIn('UNDER_REVIEW');
    await post(draft, 'return', authority, { remarks: '也不该留下', fieldRemarks: [] });
    await declare(draft, '', { conclusion: 'STATE_SECRET' });
    expect(await catalogue.tablesContaining('也不该留下')).toEqual([]);
  });
});

describe('who reviews', () => {
  it('[R14.10] nobody what they submitted, in whatever post, and no body its own', async () => {
    const id = await anEntryIn('SUBMITTED');
    const self = { ...authority, officerId: submitter.officerId };
    expect(await post(id, 'review', self)).toMatchObject(refused(403, 'catalogue.own_submission'));
    const inside = { ...authority, departmentId: 'mzt' };
    expect(await post(id, 'review', inside)).toMatchObject(refused(403, 'catalogue.own_case'));
    await post(id, 'review', authority);
    for (const act of ['approval', 'return'])
      expect(await post(id, act, self, { remarks: '同意' })).toMatchObject(refused(403, 'catalogue.own_submission'));
  });

  it('[R7.1] not an authority of a region, of its own or another, nor the leading group where the province decides', async () => {
    const id = await anEntryIn('UNDER_REVIEW');
    for (const regionCode of ['460100', '460200', '460000']) {
      const local = anOfficer({ officerId: 'hk-officer', departmentId: 'hkgxj', regionCode, roles: ['LOCAL_AUTHORITY', 'REVIEWER'] }); // prettier-ignore
      expect(await post(id, 'approval', local)).toMatchObject(refused(404, 'request.not_found'));
      expect(await get(id, local)).toMatchObject(refused(404, 'request.not_found'));
    }
    expect(await post(id, 'approval', leadingGroup)).toMatchObject(refused(403, 'access.role_required'));
  });
});

describe('what is not shared, and what another rule governs', () => {
  const legalBasis = { law: '某法', article: '第三条', documentNumber: '1号' };
  const governingRule = { title: '测绘成果管理条例', documentNumber: '国务院令第469号', wayOfSharing: '线下申请', contact: '办公室' }; // prettier-ignore

  it.each([
    ['[R3.2]', { sharingType: 'NOT_SHARED', deliveryMode: 'NONE', legalBasis }, 'basisExamined', 'catalogue.basis_not_examined'],
    ['[R22.2]', { specialRegime: 'GEOGRAPHIC_INFORMATION', deliveryMode: 'REFERENCE_ONLY', governingRule }, 'regimeConfirmed', 'catalogue.regime_not_confirmed'],
  ])('%s is approved only when the authority says that it looked at the ground', async (_r, over, flag, code) => {
    const id = await anEntryIn('UNDER_REVIEW', over);
    expect(await post(id, 'approval', authority, { remarks: '同意' })).toMatchObject(refused(422, code));
    expect(await post(id, 'approval', authority, { [flag]: 'yes' })).toMatchObject(refused(400, 'request.invalid'));
    expect(await post(id, 'approval', authority, { [flag]: true })).toMatchObject({ status: 200 });
    await bring(id, 'PUBLISHED', {}, 'PUBLISHED');
    expect((await get(id, authority)).body).toMatchObject({ decision: { [flag]: true } });
  }); // prettier-ignore

  it('[R22.2] a special regime shows its rule, way and contact, and is told as a reference only', async () => {
    const id = await anEntryIn('PUBLISHED', { specialRegime: 'GEOGRAPHIC_INFORMATION', deliveryMode: 'REFERENCE_ONLY', governingRule }, { approval: { regimeConfirmed: true } }); // prettier-ignore
    expect((await get(id, stranger)).body).toMatchObject({ governingRule, deliveryMode: 'REFERENCE_ONLY' });
    // Gateway and authorisation refuse a read and an application by this.
    expect((await catalogue.states('policy.resources', id, 1))[0]).toMatchObject({
      specialRegime: 'GEOGRAPHIC_INFORMATION',
      deliveryMode: 'REFERENCE_ONLY',
    });
  });
});
