import { ADMINISTRATOR, DEPARTMENTS, responsibleOf, submitterOf, systemOf } from './province/bodies';
import { Province } from './province/province';
import { admit, publish, register, registerSystem } from './province/registers';
import { entryOf, INSURED, MARRIAGES, PUPILS } from './province/resources';

jest.setTimeout(240_000);

const SYSTEM = '/v1/catalogue/system';
const EDITION = `${SYSTEM}/editions/2`;

/** The authority revises the catalogue system; what departments registered under the former one comes along. */
describe('a revision of the catalogue system', () => {
  let province: Province;
  const ifMatch = async (by: string, path: string) => {
    const { revision } = await province.done(by, 'GET', path);
    return { headers: { 'if-match': `"${String(revision)}"` } };
  };
  const codeOf = (answer: { body: Record<string, unknown> }) => answer.body['code'];
  const listed = async (by: string, classification: string) => {
    const path = `/v1/catalogue/entries?limit=50&classification=${classification}`;
    const { items } = await province.done(by, 'GET', path);
    return (items as { id: string }[]).map(({ id }) => id);
  };

  beforeAll(async () => {
    province = await Province.start({ name: 'editions', clock: '2026-03-02T09:00:00+08:00' });
    for (const body of [DEPARTMENTS.mzt, DEPARTMENTS.rst, DEPARTMENTS.jyt, DEPARTMENTS.wjw]) await register(province, body); // prettier-ignore
    await admit(province, DEPARTMENTS.wjw);
    await registerSystem(province, 'wjw');
    await publish(province, MARRIAGES, { nameEn: 'Marriages' });
    await publish(province, INSURED);
  });
  afterAll(() => province?.stop());

  it('[R6.1] a resource is registered, and given the next code of its class', async () => {
    const { resourceCode: _, ...entry } = entryOf(PUPILS);
    const drafted = await province.done(submitterOf('jyt'), 'POST', '/v1/catalogue/entries', entry);
    expect(drafted).toMatchObject({ id: '203000-000003', resourceCode: '203000/000003', status: 'DRAFT' });
  });

  it('[R6.1] the authority proposes the next edition and announces its day', async () => {
    const title = { title: '海南省政务信息资源目录体系', documentNumber: '琼工信〔2026〕9号' };
    const refused = await province.asked(submitterOf('mzt'), 'POST', `${SYSTEM}/editions`, { body: title });
    expect(codeOf(refused)).toBe('access.role_required');
    expect(await province.done(ADMINISTRATOR, 'POST', `${SYSTEM}/editions`, title)).toMatchObject({ number: 2, status: 'PROPOSED' }); // prettier-ignore
    expect((await province.asked(submitterOf('mzt'), 'GET', EDITION)).status).toBe(404);

    const change = {
      classes: [{ code: '2-13', zh: '民生保障', en: 'Livelihood' }],
      ended: [{ code: '2-03', replacedBy: '2-13' }],
      template: [{ field: 'nameEn', required: true }],
    };
    await province.done(ADMINISTRATOR, 'PATCH', EDITION, change, await ifMatch(ADMINISTRATOR, EDITION));
    const day = { effectiveOn: '2026-03-16' };
    await province.done(ADMINISTRATOR, 'POST', `${EDITION}/announcement`, day, await ifMatch(ADMINISTRATOR, EDITION));
    expect(await province.done(submitterOf('mzt'), 'GET', EDITION)).toMatchObject({ status: 'ANNOUNCED', ...day });
    expect(await province.done(submitterOf('mzt'), 'GET', SYSTEM)).toMatchObject({ number: 1 });
    expect(await listed(submitterOf('wjw'), '2-03')).toEqual([MARRIAGES.id, INSURED.id]);
  });

  it('[R6.1] on its day entries are found in their new classes, under the codes they had', async () => {
    province.setClock('2026-03-16T00:01:00+08:00');
    await province.eventually('the edition to have brought all entries along', async () => {
      const { status, migration } = await province.done(submitterOf('mzt'), 'GET', EDITION);
      return status === 'IN_FORCE' && (migration as { finishedAt: string | null }).finishedAt !== null;
    });
    expect(await listed(submitterOf('wjw'), '2-13')).toEqual([MARRIAGES.id, INSURED.id]);
    expect(await listed(submitterOf('wjw'), '2-03')).toEqual([]);
    const entry = await province.done(submitterOf('wjw'), 'GET', `/v1/catalogue/entries/${MARRIAGES.id}`);
    expect(entry).toMatchObject({ resourceCode: '203000/000001', classification: '2-13', status: 'PUBLISHED' });
    await province.eventually('it found by its new class', async () => {
      const { items } = await province.done(submitterOf('wjw'), 'GET', '/v1/catalogue/search?q=婚姻&class=2-13');
      return (items as unknown[]).length === 1;
    });
    // Everybody is told of it by the same way as of any change.
    const system = await province.system(systemOf('wjw'));
    await province.eventually('the change in the feed', async () => {
      const { text } = await province.call(system, 'GET', '/v1/catalogue/changes?limit=50');
      return text.includes('"classification":"2-13"');
    });
  });

  it('[R6.1] [R7.3] the report names what could not be brought along, until its provider mends it', async () => {
    const report = (by: string) => province.done(by, 'GET', `${EDITION}/report?limit=10`);
    const fault = { entryId: INSURED.id, providerId: 'rst', reason: 'MISSING', field: 'nameEn' };
    expect((await report(submitterOf('rst')))['items']).toMatchObject([fault]);
    expect((await report(ADMINISTRATOR))['items']).toMatchObject([fault]);
    expect((await report(submitterOf('mzt')))['items']).toEqual([]);

    const at = `/v1/catalogue/entries/${INSURED.id}`;
    const [submitter, responsible] = [submitterOf('rst'), responsibleOf('rst')];
    const act = (by: string, name: string, body: object = {}) => province.done(by, 'POST', `${at}/${name}`, body);
    await act(submitter, 'revision');
    await province.done(submitter, 'PATCH', at, { abstract: '参保登记与缴费' }, await ifMatch(submitter, `${at}/revision`)); // prettier-ignore
    const review = { reviewer: '保密审查员', unit: '办公室', date: '2026-03-15', conclusion: 'NON_SECRET' };
    const reviewed = async () => province.done(responsible, 'PUT', `${at}/secrecy-review`, review, await ifMatch(responsible, `${at}/revision`)); // prettier-ignore
    await reviewed();
    const lacking = await province.asked(responsible, 'POST', `${at}/internal-review`, { body: {} });
    expect([lacking.status, codeOf(lacking), lacking.body['about']]).toEqual([422, 'catalogue.incomplete', ['nameEn']]);

    await province.done(submitter, 'PATCH', at, { nameEn: 'Insured persons' }, await ifMatch(submitter, `${at}/revision`)); // prettier-ignore
    await reviewed();
    await act(responsible, 'internal-review');
    await act(submitter, 'submission');
    await act(ADMINISTRATOR, 'review');
    await act(ADMINISTRATOR, 'approval', { remarks: '' });
    expect(await act(submitter, 'publication')).toMatchObject({ status: 'PUBLISHED', version: 2 });
    const { body } = await province.asked(submitterOf('wjw'), 'GET', at);
    expect(body).toMatchObject({ classification: '2-13', nameEn: 'Insured persons', version: 2 });
  });

  it('[R6.1] the former class takes no entries, and a code of it is given to nobody', async () => {
    const { resourceCode: _, ...entry } = entryOf(PUPILS);
    const former = await province.asked(submitterOf('jyt'), 'POST', '/v1/catalogue/entries', { body: entry });
    expect([former.status, codeOf(former)]).toEqual([422, 'catalogue.class_not_in_force']);
    const drafted = await province.done(submitterOf('jyt'), 'POST', '/v1/catalogue/entries', { ...entry, classification: '2-13' }); // prettier-ignore
    expect(drafted).toMatchObject({ resourceCode: '213000/000001' });
  });
});
