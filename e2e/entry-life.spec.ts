import { ADMINISTRATOR, DEPARTMENTS, ORGANS, responsibleOf, submitterOf, systemOf } from './province/bodies';
import { sealedFacts, typesOf } from './province/log';
import { Province } from './province/province';
import { admit, push, register, registerSystem, SINCE } from './province/registers';
import { entryOf, MARRIAGES } from './province/resources';
import { granted } from './journeys/asks';

jest.setTimeout(240_000);

const PURPOSE = 'medical-aid.eligibility';
const COLLEAGUE = 'mzt-submitter-2';
const [submitter, responsible] = [submitterOf('mzt'), responsibleOf('mzt')];
const AT = `/v1/catalogue/entries/${MARRIAGES.id}`;
/** Read as the system of the department that was granted it. */
const recordsOf = (...items: string[]) => `/v1/resources/${MARRIAGES.id}/records?fields=${items.join(',')}`;
const USE = { purpose: PURPOSE, officer: submitterOf('ybj') };

describe('an entry from its first draft to its end', () => {
  let province: Province;
  let grantId: string;
  beforeAll(async () => {
    province = await Province.start({ name: 'journey-entry-life', clock: '2026-03-02T09:00:00+08:00' });
    const departments = [DEPARTMENTS.mzt, DEPARTMENTS.ybj, DEPARTMENTS.wjw];
    await Promise.all([...ORGANS, ...departments].map((body) => register(province, body)));
    const posts = [{ organisationId: 'mzt', unit: '业务处', post: '干部', roles: ['SUBMITTER'], from: SINCE }];
    await Promise.all([
      admit(province, DEPARTMENTS.ybj),
      registerSystem(province, 'mzt', { provides: [MARRIAGES.id] }),
      registerSystem(province, 'ybj'),
      province.done(ADMINISTRATOR, 'POST', '/v1/officers', { id: COLLEAGUE, name: COLLEAGUE, appointments: posts }),
    ]);
  });
  afterAll(() => province?.stop());

  const act = (by: string, name: string, body: object = {}) => province.done(by, 'POST', `${AT}/${name}`, body);
  const see = (by: string, what = '') => province.done(by, 'GET', `${AT}${what && `/${what}`}`);
  const refusedTo = async (by: string, name: string, body: object = {}) =>
    (await province.asked(by, 'POST', `${AT}/${name}`, { body })).body['code'];
  const ifMatch = (revision: unknown) => ({ headers: { 'if-match': `"${String(revision)}"` } });
  const change = async (by: string, body: object, revision: unknown) =>
    province.asked(by, 'PATCH', AT, { body, ...ifMatch(revision) });
  async function reviewInside(what = ''): Promise<void> {
    const { revision } = await see(responsible, what);
    const review = { reviewer: '保密审查员', unit: '办公室', date: SINCE, conclusion: 'NON_SECRET' };
    await province.done(responsible, 'PUT', `${AT}/secrecy-review`, review, ifMatch(revision));
    await act(responsible, 'internal-review');
  }

  it('[R7.3] [R2.2] is compiled and reviewed inside its department, and has two working days then', async () => {
    const form = { ...entryOf(MARRIAGES), abstract: '婚姻登记' };
    await province.done(submitter, 'POST', '/v1/catalogue/entries', form);
    expect(await refusedTo(responsible, 'internal-review')).toBe('catalogue.secrecy_review_missing');
    await reviewInside();
    await act(submitter, 'submission');
    const clocks = await province.eventually('the clock of the review', async () => {
      const { items } = await see(submitter, 'clocks');
      return (items as unknown[]).length > 0 && items;
    });
    expect(clocks).toMatchObject([{ kind: 'REVIEW', dueAt: '2026-03-04T15:59:59.999Z', state: 'ON_TIME' }]);
  });

  it('[R7.1] is returned with remarks field by field, of fields that there are', async () => {
    await act(ADMINISTRATOR, 'review');
    const remarks = '请按意见补充';
    const colour = [{ field: '/colour', remark: '请说明' }];
    expect(await refusedTo(ADMINISTRATOR, 'return', { remarks, fieldRemarks: colour })).toBe('catalogue.remark_field_unknown'); // prettier-ignore
    const fieldRemarks = [
      { field: '信息资源摘要', remark: '摘要过于简略' },
      { field: '/items/婚姻状态/codeList', remark: '请列出代码取值' },
    ];
    await act(ADMINISTRATOR, 'return', { remarks, fieldRemarks });
    expect(await see(submitter)).toMatchObject({
      status: 'RETURNED',
      decision: {
        remarks,
        fieldRemarks: [
          { field: '/abstract', remark: '摘要过于简略' },
          { field: '/items/status/codeList', remark: '请列出代码取值' },
        ],
      },
    });
  });

  it('[R7.1] is corrected; of two officers who edit it at once the later one is told', async () => {
    const { revision } = await see(submitter);
    const answers = await Promise.all([
      change(submitter, { abstract: '全省婚姻登记的办理结果' }, revision),
      change(COLLEAGUE, { abstract: '另一种写法' }, revision),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    const items = MARRIAGES.items.map((item) => (item.code === 'status' ? { ...item, codeList: ['01', '02'] } : item));
    const now = await see(COLLEAGUE);
    expect(await change(COLLEAGUE, { items }, now['revision'])).toMatchObject({ status: 200 });
    await reviewInside();
    await act(submitter, 'submission');
    await act(ADMINISTRATOR, 'review');
    await act(ADMINISTRATOR, 'approval', { remarks: '符合要求' });
    await act(responsible, 'publication');
    expect(await see(submitterOf('wjw'))).toMatchObject({ status: 'PUBLISHED', version: 1, endsAt: null });
    const { items: reviews } = await see(submitter, 'reviews');
    expect(reviews).toMatchObject([{ decision: { outcome: 'APPROVED' } }, { decision: { outcome: 'RETURNED' } }]);
    await push(province, MARRIAGES);
    grantId = await granted(province, MARRIAGES, PURPOSE);
    await province.reads(systemOf('ybj'), recordsOf('certNo', 'personName'), USE, 200);
  });

  it('[R10.4] its next version takes an item away: whom that concerns is listed, confirmed, and told', async () => {
    const { revision } = await act(submitter, 'revision');
    const items = MARRIAGES.items.filter(({ code }) => code !== 'personName');
    expect(await change(submitter, { items }, revision)).toMatchObject({ status: 200 });
    await reviewInside('revision');
    const effects = await province.eventually('the grant in the list', async () => {
      const found = await see(submitter, 'revision/effects');
      return found['count'] === 1 && found;
    });
    expect(effects).toMatchObject({
      narrowing: { stricterClass: null, items: [{ item: 'personName', how: ['REMOVED'] }] },
      items: [{ grantId, holderId: 'ybj', items: ['personName'] }],
    });
    expect(await refusedTo(submitter, 'submission')).toBe('catalogue.effects_not_confirmed');
    expect(await refusedTo(submitter, 'submission', { effectsDigest: '0'.repeat(64) })).toBe('catalogue.effects_changed'); // prettier-ignore
    await act(submitter, 'submission', { effectsDigest: effects['digest'] });
    await act(ADMINISTRATOR, 'review');
    await act(ADMINISTRATOR, 'approval', { remarks: '同意' });
    await province.reads(systemOf('ybj'), recordsOf('certNo', 'personName'), USE, 200);
    await act(responsible, 'publication');

    await province.reads(systemOf('ybj'), recordsOf('certNo', 'personName'), USE, 'access.items_unknown');
    await province.reads(systemOf('ybj'), recordsOf('certNo'), USE, 200);
    const told = await sealedFacts(province, MARRIAGES.id, 'catalogue.grant-affected.v1');
    expect(told.at(-1)!.data).toMatchObject({ cause: 'NARROWED', grantId, holderId: 'ybj', items: ['personName'], version: 2 }); // prettier-ignore
    expect(await see(submitterOf('wjw'), 'versions/2/difference?from=1')).toMatchObject({
      items: { added: [], removed: [{ code: 'personName' }] },
    });
  });

  it('[R7.1] a change is noticed, and ten working days run', async () => {
    await act(submitter, 'noticed-changes', { noticedOn: '2026-03-02', what: '登记系统字段已调整' });
    const { items } = await see(submitter, 'clocks');
    expect((items as { kind: string }[]).find(({ kind }) => kind === 'UPDATE')).toMatchObject({
      dueAt: '2026-03-16T15:59:59.999Z',
      provisional: false,
    });
    province.setClock('2026-03-17T09:00:00+08:00');
    const facts = await province.eventually('that it is overdue', async () => {
      const sealed = await sealedFacts(province, MARRIAGES.id, 'catalogue.entry-clock-changed.v1');
      return sealed.filter(({ data }) => data['kind'] === 'UPDATE' && data['state'] === 'OVERDUE')[0];
    });
    expect(facts.data).toMatchObject({ providerId: 'mzt', dueAt: '2026-03-16T15:59:59.999Z' });
  });

  it('[R6.1] it comes along into the next edition, under the code it has, and whoever may read it goes on reading', async () => {
    const edition = '/v1/catalogue/system/editions/2';
    const latest = async () => ifMatch((await province.done(ADMINISTRATOR, 'GET', edition))['revision']);
    await province.done(ADMINISTRATOR, 'POST', '/v1/catalogue/system/editions', { title: '目录体系', documentNumber: '琼工信〔2026〕9号' }); // prettier-ignore
    const moves = {
      classes: [{ code: '2-13', zh: '民生保障', en: 'Livelihood' }],
      ended: [{ code: '2-03', replacedBy: '2-13' }],
    };
    await province.done(ADMINISTRATOR, 'PATCH', edition, moves, await latest());
    await province.done(
      ADMINISTRATOR,
      'POST',
      `${edition}/announcement`,
      { effectiveOn: '2026-03-31' },
      await latest(),
    );
    province.setClock('2026-03-31T09:00:00+08:00');
    const entry = await province.eventually('it in its new class', async () => {
      const now = await see(submitterOf('wjw'));
      return now['classification'] === '2-13' && now;
    });
    expect(entry).toMatchObject({ status: 'PUBLISHED', resourceCode: MARRIAGES.id.replace('-', '/'), version: 2 });
    await province.reads(systemOf('ybj'), recordsOf('certNo'), USE, 200);
  });

  it('[R10.4] its withdrawal is set for later, told at once, called back, set again, and takes effect by itself', async () => {
    const ended = (effectiveAt: string) => ({ ground: 'DUTY_ENDED', narrative: '职能已划转', effectiveAt });
    expect(await refusedTo(responsible, 'withdrawal', ended('2026-04-01T00:00:00+08:00'))).toBe('catalogue.withdrawal_notice_too_short'); // prettier-ignore
    await act(responsible, 'withdrawal', ended('2026-05-01T00:00:00+08:00'));
    expect(await see(submitterOf('ybj'))).toMatchObject({ status: 'PUBLISHED', endsAt: '2026-04-30T16:00:00.000Z' });
    await act(responsible, 'withdrawal/retraction');
    expect(await see(submitterOf('ybj'))).toMatchObject({ endsAt: null });
    await act(responsible, 'withdrawal', ended('2026-05-06T00:00:00+08:00'));
    await province.reads(systemOf('ybj'), recordsOf('certNo'), USE, 200);

    province.setClock('2026-05-06T09:00:00+08:00');
    await province.eventually('that it is withdrawn', async () => (await see(submitter))['status'] === 'WITHDRAWN');
    await province.reads(systemOf('ybj'), recordsOf('certNo'), USE, 'access.resource_not_published');
    const facts = await province.eventually('that it is told', async () => {
      const sealed = await sealedFacts(province, MARRIAGES.id, 'catalogue.entry-withdrawn.v1');
      return sealed.some(({ data }) => data['cause'] === 'WITHDRAWN') && sealed;
    });
    expect(facts.filter(({ data }) => data['grantId'] === grantId).map(({ data }) => data['cause'])).toEqual([
      'NARROWED',
      'WITHDRAWAL_SCHEDULED',
      'WITHDRAWAL_CALLED_BACK',
      'WITHDRAWAL_SCHEDULED',
      'WITHDRAWN',
    ]);
    expect(typesOf(facts)).toContain('entry-returned');
  });
});
