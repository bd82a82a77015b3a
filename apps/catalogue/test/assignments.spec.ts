import { randomUUID } from 'node:crypto';
import { authority, responsible, stranger, submitter } from './builders';
import { startCatalogue, type Answer, type RunningCatalogue } from './catalogue';
import { aDecision, anAssignment, aStandard, ASSIGNMENTS, ELEMENTS, haikou, haikouSubmitter, keepingIn, leading, settle } from './one-source'; // prettier-ignore

let catalogue: RunningCatalogue;
beforeAll(async () => {
  catalogue = await startCatalogue();
  await settle(catalogue);
  await element({ id: 'household-no' });
});
afterAll(() => catalogue?.close());
const { element, assign } = keepingIn(() => catalogue);
const refused = (status: number, code: string) => ({ status, body: { code } });
const post = (path: string, by = authority, body: object = {}) => catalogue.call('POST', path, by, { body });
const put = (path: string, ifMatch: number, body: object, by = authority) =>
  catalogue.call('PUT', path, by, { body, ifMatch });
const idOf = ({ body }: Answer) => String(body.id);
const anElement = async (): Promise<string> => {
  const id = `e-${randomUUID()}`;
  expect(await element({ id })).toMatchObject({ status: 201 });
  return id;
};

describe('a standard data element', () => {
  it('[R6.2] is kept by the provincial authority alone, found by name, synonym and English, and changed by version', async () => {
    for (const by of [submitter, responsible, haikou, leading])
      expect(await element({ id: 'not-theirs' }, by)).toMatchObject(refused(403, 'access.role_required'));
    const kept = await element({ id: 'cert-no', name: '证书编号', nameEn: 'Certificate', synonyms: ['证照号码'] });
    expect(kept).toMatchObject({ status: 201, etag: '"1"', body: { revision: 1, status: 'IN_FORCE' } });
    expect(await element({ id: 'cert-no' })).toMatchObject(refused(409, 'catalogue.element_taken'));
    expect(await element({ id: 'of-all', populations: undefined })).toMatchObject({
      body: { standard: { populations: [{ code: 'all', name: '全体' }] } },
    });
    for (const q of ['证照', '证书 certificate', 'cert-no']) {
      const { body } = await catalogue.call('GET', `${ELEMENTS}?q=${encodeURIComponent(q)}`, stranger);
      expect(body.items).toMatchObject([{ id: 'cert-no' }]);
    }

    const changed = { body: { length: '30', effectiveFrom: '2999-01-01' } };
    const path = `${ELEMENTS}/cert-no`;
    expect(await catalogue.call('PATCH', path, authority, changed)).toMatchObject({ status: 428 });
    expect(await catalogue.call('PATCH', path, authority, { ...changed, ifMatch: 7 })).toMatchObject({ status: 412 });
    expect(await catalogue.call('PATCH', path, authority, { ...changed, ifMatch: 1 })).toMatchObject({ status: 200 });
    expect(await catalogue.call('GET', `${path}/versions`, stranger)).toMatchObject({
      body: {
        items: [
          { revision: 2, standard: { length: '30' } },
          { revision: 1, standard: { length: '20' } },
        ],
      },
    });
    const facts = await catalogue.factsOf('cert-no', 2);
    expect(facts.map(({ type }) => type)).toEqual(['catalogue.data-element-kept.v1', 'catalogue.data-element-kept.v1']);
  });

  it('[R6.2] is refused where type, length and code list do not agree, and where it is said to hold from a day gone by', async () => {
    expect(await element({ id: 'bad', type: 'D' })).toMatchObject({
      ...refused(400, 'request.invalid'),
      body: { errors: [{ pointer: '/length' }] },
    });
    const tooLong = { id: 'bad', length: '1', codeList: ['01'] };
    expect(await element(tooLong)).toMatchObject({ body: { errors: [{ pointer: '/codeList' }] } });
    expect(await element({ id: 'bad', effectiveFrom: '2020-01-01' })).toMatchObject(refused(400, 'request.invalid'));
    const twice = [{ code: 'all', name: '甲' }, { code: 'all', name: '乙' }]; // prettier-ignore
    expect(await element({ id: 'bad', populations: twice })).toMatchObject(refused(400, 'request.invalid'));
  });

  it('[R2.3] with a secret marking is refused, and nothing of it is kept but that', async () => {
    const text = `绝密★启用前${randomUUID()}`;
    expect(await element({ id: 'marked', definition: text })).toMatchObject(refused(422, 'catalogue.secret_mark'));
    expect(await catalogue.tablesContaining(text)).toEqual([]);
    const kept = await catalogue.query(`SELECT 1 FROM registration_refusal WHERE refused_to = 'gxt-officer'`);
    expect(kept).toHaveLength(1);
  });

  it('[R6.3] is not retired, and loses no population, while somebody is assigned to collect it', async () => {
    const id = await anElement();
    const assigned = await assign({ elementId: id, population: 'children' });
    const only = { body: { populations: [{ code: 'all', name: '全体' }] }, ifMatch: 1 };
    expect(await catalogue.call('PATCH', `${ELEMENTS}/${id}`, authority, only)).toMatchObject({
      ...refused(409, 'catalogue.element_collected'),
      body: { about: [idOf(assigned)] },
    });
    expect(await post(`${ELEMENTS}/${id}/retirement`)).toMatchObject(refused(409, 'catalogue.element_collected'));
    expect(await put(`${ASSIGNMENTS}/${idOf(assigned)}/end`, 1, aDecision())).toMatchObject({ status: 200 });
    expect(await post(`${ELEMENTS}/${id}/retirement`)).toMatchObject({ status: 200, body: { status: 'RETIRED' } });
    expect(await assign({ elementId: id })).toMatchObject(refused(422, 'catalogue.element_unknown'));
    expect(await post(`${ELEMENTS}/${id}/retirement`)).toMatchObject(refused(409, 'catalogue.element_retired'));
  });
});

describe('who collects an element', () => {
  it('[R6.3] is exactly one department for a population and a region; others have their own', async () => {
    const elementId = await anElement();
    const first = await assign({ elementId });
    expect(first).toMatchObject({ status: 201, body: { status: 'IN_FORCE', departmentId: 'mzt', revision: 1 } });
    const second = await assign({ elementId, departmentId: 'zgt' });
    expect(second).toMatchObject(refused(409, 'catalogue.collection_assigned'));
    expect(second.body.about).toEqual([idOf(first), 'mzt']);
    expect(await assign({ elementId, departmentId: 'zgt', population: 'children' })).toMatchObject({ status: 201 });
    expect(await assign({ elementId, departmentId: 'hk-mzj', regionCode: '460100' })).toMatchObject({ status: 201 });
  });

  it('[R6.3] stays exactly one when many assign at the same moment', async () => {
    const elementId = await anElement();
    const departments = ['mzt', 'zgt', 'mzt', 'zgt', 'mzt', 'zgt', 'mzt', 'zgt'];
    const answers = await Promise.all(departments.map((departmentId) => assign({ elementId, departmentId })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
    const held = await catalogue.query(
      `SELECT 1 FROM collection_assignment WHERE element_id = $1 AND status = 'IN_FORCE'`,
      [elementId],
    );
    expect(held).toHaveLength(1);
  });

  it('[R6.3] stays exactly one when proposals of two departments are accepted at the same moment', async () => {
    const elementId = await anElement();
    const { departmentId: _, documentNumber: __, ...terms } = anAssignment({ elementId });
    const proposed = [await post(`${ASSIGNMENTS}/proposals`, submitter, terms), await post(`${ASSIGNMENTS}/proposals`, stranger, terms)]; // prettier-ignore
    const accepted = await Promise.all(proposed.map((p) => post(`${ASSIGNMENTS}/${idOf(p)}/acceptance`, authority, aDecision()))); // prettier-ignore
    expect(accepted.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('[R6.3] passes to another department with its history, guarded by what the authority read', async () => {
    const elementId = await anElement();
    const first = idOf(await assign({ elementId }));
    const change = { ...aDecision({ documentNumber: '琼工信〔2026〕2号' }), departmentId: 'zgt' };
    expect(await put(`${ASSIGNMENTS}/${first}/collector`, 9, change)).toMatchObject({ status: 412 });
    const second = await put(`${ASSIGNMENTS}/${first}/collector`, 1, change);
    expect(second).toMatchObject({ status: 200, body: { departmentId: 'zgt', formerId: first, duties: '采集并更新' } });
    expect(await put(`${ASSIGNMENTS}/${first}/collector`, 2, change)).toMatchObject(refused(409, 'catalogue.collection_settled')); // prettier-ignore
    const { body } = await catalogue.call('GET', `${ASSIGNMENTS}?elementId=${elementId}`, stranger);
    expect(body.items).toMatchObject([
      { id: idOf(second), status: 'IN_FORCE' },
      { id: first, status: 'SUPERSEDED', ending: { by: 'gxt-officer' } },
    ]);
    const facts = await catalogue.factsOf(idOf(second), 1);
    expect(facts[0]).toMatchObject({
      type: 'catalogue.collection-assigned.v1',
      data: { departmentId: 'zgt', formerAssignmentId: first, documentNumber: '琼工信〔2026〕2号' },
    });
  });

  it('[R6.3] is proposed by a department for itself, decided by the authority, and known to nobody else until then', async () => {
    const elementId = await anElement();
    const { departmentId: _, documentNumber: __, ...terms } = anAssignment({ elementId });
    const propose = (by = submitter, over: object = {}) => post(`${ASSIGNMENTS}/proposals`, by, { ...terms, ...over });
    const proposed = idOf(await propose());
    expect(await propose()).toMatchObject(refused(409, 'catalogue.collection_settled'));
    expect(await propose(haikouSubmitter)).toMatchObject(refused(422, 'catalogue.collector_unfit'));
    const see = (by = authority) => catalogue.call('GET', `${ASSIGNMENTS}/${proposed}`, by);
    expect(await see(stranger)).toMatchObject(refused(404, 'request.not_found'));
    expect((await catalogue.call('GET', `${ASSIGNMENTS}?elementId=${elementId}`, stranger)).body.items).toEqual([]);
    expect(await see()).toMatchObject({ body: { status: 'PROPOSED', proposal: { reason: '职责所在' } } });
    expect(await post(`${ASSIGNMENTS}/${proposed}/rejection`, authority, { reason: '由另一部门采集' })).toMatchObject({
      status: 200,
      body: { status: 'REJECTED' },
    });
    expect(await post(`${ASSIGNMENTS}/${proposed}/acceptance`, authority, aDecision())).toMatchObject(refused(409, 'catalogue.collection_settled')); // prettier-ignore
    // A new proposal may follow, and one that somebody else holds by then is not accepted.
    const again = idOf(await propose());
    await assign({ elementId, departmentId: 'zgt' });
    expect(await post(`${ASSIGNMENTS}/${again}/acceptance`, authority, aDecision())).toMatchObject(refused(409, 'catalogue.collection_assigned')); // prettier-ignore
  });

  it('[R14.10] [R4.1] is not decided by the authority about itself, by a local one, or outside the region', async () => {
    const elementId = await anElement();
    expect(await assign({ elementId, departmentId: 'gxt' })).toMatchObject(refused(403, 'catalogue.own_case'));
    expect(await assign({ elementId, departmentId: 'gxt' }, leading)).toMatchObject({ status: 201 });
    expect(await assign({ elementId, regionCode: '460100', departmentId: 'hk-mzj' }, haikou)).toMatchObject(refused(403, 'access.role_required')); // prettier-ignore
    const elsewhere = { elementId, regionCode: '440000', departmentId: 'mzt' };
    expect(await assign(elsewhere)).toMatchObject(refused(403, 'catalogue.outside_jurisdiction'));
  });

  it('[R6.3] is refused to who is no department, to who has no such region, and of what is not known', async () => {
    const elementId = await anElement();
    for (const departmentId of ['softco', 'nobody', 'hk-mzj'])
      expect(await assign({ elementId, departmentId })).toMatchObject(refused(422, 'catalogue.collector_unfit'));
    expect(await assign({ elementId, population: 'unheard' })).toMatchObject({
      ...refused(422, 'catalogue.population_unknown'),
      body: { about: ['all', 'children'] },
    });
    expect(await assign({ elementId: 'unheard' })).toMatchObject(refused(422, 'catalogue.element_unknown'));
    expect(await assign({ elementId, regionCode: 'hainan' })).toMatchObject(refused(400, 'request.invalid'));
  });

  it('[R6.3] is assigned once however often the same request comes', async () => {
    const call = { body: anAssignment({ elementId: await anElement() }), key: randomUUID() };
    const [one, two] = [await catalogue.call('POST', ASSIGNMENTS, authority, call), await catalogue.call('POST', ASSIGNMENTS, authority, call)]; // prettier-ignore
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(idOf(two)).toBe(idOf(one));
  });
});

describe('a data element that a department proposes', () => {
  const PROPOSALS = '/v1/catalogue/data-element-proposals';
  const proposed = (elementId: string, over: object = {}, by = submitter) => {
    const { id: _id, ...standard } = aStandard();
    return post(PROPOSALS, by, { elementId, reason: '多部门使用', ...standard, ...over });
  };
  const see = (id: string, by = submitter) => catalogue.call('GET', `${PROPOSALS}/${id}`, by);

  it('[R6.2] is no standard before the authority accepts it, and can be assigned afterwards', async () => {
    const elementId = `p-${randomUUID()}`;
    const id = idOf(await proposed(elementId));
    expect(await see(id)).toMatchObject({ status: 200, body: { status: 'PROPOSED', elementId, departmentId: 'mzt' } });
    expect(await see(id, stranger)).toMatchObject(refused(404, 'request.not_found'));
    expect(await catalogue.call('GET', `${ELEMENTS}/${elementId}`, submitter)).toMatchObject({ status: 404 });
    expect(await assign({ elementId })).toMatchObject(refused(422, 'catalogue.element_unknown'));
    expect(await proposed(elementId)).toMatchObject(refused(409, 'catalogue.element_proposed'));

    const accepting = (by = authority) => post(`${PROPOSALS}/${id}/acceptance`, by, { remarks: '同意' });
    for (const by of [submitter, responsible, leading])
      expect(await accepting(by)).toMatchObject(refused(403, 'access.role_required'));
    expect(await accepting({ ...authority, departmentId: 'mzt' })).toMatchObject(refused(403, 'catalogue.own_case'));
    expect(await accepting({ ...authority, officerId: submitter.officerId })).toMatchObject(refused(403, 'catalogue.own_submission')); // prettier-ignore
    expect(await accepting()).toMatchObject({
      status: 200,
      body: { status: 'ACCEPTED', decision: { reason: '同意' } },
    });
    expect(await accepting()).toMatchObject(refused(409, 'catalogue.element_proposal_settled'));
    expect(await catalogue.call('GET', `${ELEMENTS}/${elementId}`, stranger)).toMatchObject({
      body: { status: 'IN_FORCE', revision: 1, standard: { name: '户编号' } },
    });
    expect(await assign({ elementId })).toMatchObject({ status: 201 });
    expect(await proposed(elementId)).toMatchObject(refused(409, 'catalogue.element_taken'));
    const [, accepted] = await catalogue.factsOf(id, 2);
    expect(accepted).toMatchObject({
      type: 'catalogue.data-element-proposal-accepted.v1',
      data: { proposalId: id, elementId, departmentId: 'mzt', organisationId: 'gxt' },
    });
  });

  it('[R6.2] is returned with remarks, and proposed anew', async () => {
    const elementId = `p-${randomUUID()}`;
    expect(await proposed(elementId, { type: 'D' })).toMatchObject(refused(400, 'request.invalid'));
    const id = idOf(await proposed(elementId));
    expect(await post(`${PROPOSALS}/${id}/return`, authority, { remarks: '请补充定义' })).toMatchObject({ status: 200 });
    expect(await see(id)).toMatchObject({ body: { status: 'RETURNED', decision: { reason: '请补充定义', organisationId: 'gxt' } } });
    const again = idOf(await proposed(elementId, { definition: '低保家庭的唯一编号,由乡镇编定' }));
    const listed = await catalogue.call('GET', `${PROPOSALS}?status=PROPOSED`, authority);
    expect((listed.body.items as { id: string }[]).map((one) => one.id)).toEqual([again]);
    expect((await catalogue.call('GET', PROPOSALS, stranger)).body.items).toEqual([]);
  }); // prettier-ignore
});
