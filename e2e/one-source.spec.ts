import type { Item } from '@qiongtong/contracts';
import { ADMINISTRATOR, AUTHORITY, DEPARTMENTS, ORGANS, responsibleOf, submitterOf } from './province/bodies';
import { Province } from './province/province';
import { publish, register, SINCE } from './province/registers';
import { entryOf, MARRIAGES, PUPILS, type Resource } from './province/resources';

jest.setTimeout(240_000);

const ELEMENT = 'marriage-certificate-number';
const [HOLDER, SECOND] = ['mzt', 'jyt'] as const;
/** The certificate number, said to be collected. */
const collected = (item: Item): Item =>
  item.key ? { ...item, source: { elementId: ELEMENT, how: 'COLLECTED' } } : item;
const REGISTER: Resource = { ...MARRIAGES, items: MARRIAGES.items.map(collected) };
const SURVEY: Resource = {
  ...PUPILS,
  id: '203000-000011',
  name: '学生家庭婚姻状况信息',
  items: [...PUPILS.items.filter(({ key }) => !key), ...REGISTER.items.filter(({ key }) => key)],
};

/** Duplicate refused, waiver granted. [R6.3, R8.1] */
describe('one source for each item', () => {
  let province: Province;
  const at = `/v1/catalogue/entries/${SURVEY.id}`;
  const submit = () => province.asked(submitterOf(SECOND), 'POST', `${at}/submission`, { body: {} });
  let waiver: string;

  beforeAll(async () => {
    province = await Province.start({ name: 'one-source', clock: '2026-03-02T09:00:00+08:00' });
    const bodies = [...ORGANS, ...[HOLDER, SECOND].map((id) => DEPARTMENTS[id])];
    await Promise.all(bodies.map((body) => register(province, body)));
    await province.done(ADMINISTRATOR, 'POST', '/v1/catalogue/data-elements', {
      ...{ id: ELEMENT, name: '结婚证字号', definition: '婚姻登记机关颁发证书的字号', type: 'C', length: '20' },
      synonyms: ['结婚证编号'],
    });
  });
  afterAll(() => province?.stop());

  it('[R6.3] the department proposes itself, and the authority assigns it', async () => {
    const terms = { elementId: ELEMENT, regionCode: AUTHORITY.regionCode, duties: '登记时采集', reason: '登记机关' };
    const proposed = await province.eventually('the department known to the catalogue', async () => {
      const path = '/v1/catalogue/collection-assignments/proposals';
      const answer = await province.asked(submitterOf(HOLDER), 'POST', path, { body: terms });
      return answer.status === 201 && answer.body;
    });
    const decided = { documentNumber: '琼工信〔2026〕1号', reason: '一数一源' };
    const path = `/v1/catalogue/collection-assignments/${String(proposed['id'])}`;
    expect(await province.done(ADMINISTRATOR, 'POST', `${path}/acceptance`, decided)).toMatchObject({
      ...{ status: 'IN_FORCE', departmentId: HOLDER },
    });
    await publish(province, REGISTER);
  });

  it('[R6.3] [R8.1] a second department that says it collects it is refused, and told what to reuse', async () => {
    const by = responsibleOf(SECOND);
    const drafted = await province.done(submitterOf(SECOND), 'POST', '/v1/catalogue/entries', entryOf(SURVEY));
    const review = { reviewer: '保密审查员', unit: '办公室', date: SINCE, conclusion: 'NON_SECRET' };
    const headers = { 'if-match': `"${String(drafted['revision'])}"` };
    await province.done(by, 'PUT', `${at}/secrecy-review`, review, { headers });
    await province.done(by, 'POST', `${at}/internal-review`, {});
    const { status, body } = await submit();
    expect([status, body]).toMatchObject([409, { code: 'catalogue.collected_elsewhere', about: [REGISTER.id] }]);
    expect(await province.done(submitterOf(SECOND), 'GET', `${at}/sources`)).toMatchObject({
      items: [
        { collectedElsewhere: true, collectors: [{ departmentId: HOLDER }], reusable: [{ entryId: REGISTER.id, itemCode: 'certNo' }] },
      ],
    }); // prettier-ignore
  });

  it('[R8.1] [R14.10] it asks for a waiver, which only the authority decides', async () => {
    const asked = { entryId: SURVEY.id, elementId: ELEMENT, reason: '普查须当面核验', until: '2026-12-31' };
    const { id } = await province.done(submitterOf(SECOND), 'POST', '/v1/catalogue/collection-waivers', asked);
    waiver = `/v1/catalogue/collection-waivers/${String(id)}`;
    expect((await submit()).body).toMatchObject({ code: 'catalogue.collected_elsewhere' });
    const decided = { body: { documentNumber: '琼工信〔2026〕2号', reason: '限本次普查' } };
    for (const officer of [responsibleOf(SECOND), responsibleOf(HOLDER)])
      expect(await province.asked(officer, 'POST', `${waiver}/grant`, decided)).toMatchObject({ status: 403 });
    const granted = await province.done(ADMINISTRATOR, 'POST', `${waiver}/grant`, decided.body);
    expect(granted).toMatchObject({ status: 'GRANTED', until: '2026-12-31' });
  });

  it('[R8.1] with it the entry is handed in, approved and published', async () => {
    expect(await submit()).toMatchObject({ status: 200, body: { status: 'SUBMITTED' } });
    await province.done(ADMINISTRATOR, 'POST', `${at}/review`, {});
    await province.done(ADMINISTRATOR, 'POST', `${at}/approval`, {});
    await province.done(responsibleOf(SECOND), 'POST', `${at}/publication`, {});
    const seen = await province.done(submitterOf(HOLDER), 'GET', at);
    expect(seen).toMatchObject({ status: 'PUBLISHED', providerId: SECOND });
  });

  it('[R14.9] and who decided it is in the log', async () => {
    const entries = await province.eventually('the waiver in the log', async () => {
      const type = 'catalogue.collection-waiver-granted.v1';
      const { body } = await province.asked(ADMINISTRATOR, 'GET', `/v1/audit/entries?type=${type}`);
      const items = body['items'] as unknown[] | undefined;
      return items && items.length > 0 && items;
    });
    expect(JSON.stringify(entries)).toContain(SURVEY.id);
  });
});
