import { randomUUID } from 'node:crypto';
import { anItem, authority, stranger, submitter } from './builders';
import { startCatalogue, type Answer, type RunningCatalogue } from './catalogue';
import { aDecision, entriesIn, haikou, holding, inDays, keepingIn, leading, settle } from './one-source';

const WAIVERS = '/v1/catalogue/collection-waivers';
let catalogue: RunningCatalogue;
beforeAll(async () => {
  catalogue = await startCatalogue();
  await settle(catalogue);
});
afterAll(() => catalogue?.close());
const { element, assign } = keepingIn(() => catalogue);
const of = entriesIn(() => catalogue);
const [mzt, zgt] = [of('mzt'), of('zgt')];
const [hkMzj, hkYbj] = [of('hk-mzj', '460100'), of('hk-ybj', '460100')];
const refused = (status: number, code: string) => ({ status, body: { code } });
const idOf = ({ body }: Answer) => String(body.id);

async function anElement(over: object = {}): Promise<string> {
  const id = `e-${randomUUID()}`;
  expect(await element({ id, ...over })).toMatchObject({ status: 201 });
  return id;
}
/** An element that `mzt` collects for the whole province, and the resource in which it publishes it. */
async function collectedByMzt(): Promise<{ elementId: string; resource: string }> {
  const elementId = await anElement();
  expect(await assign({ elementId })).toMatchObject({ status: 201 });
  return { elementId, resource: await mzt.published({ name: '低保家庭', items: [holding(elementId)] }) };
}
const ask = (entryId: string, elementId: string, over: object = {}, by = zgt.by) =>
  catalogue.call('POST', WAIVERS, by, {
    body: { entryId, elementId, reason: '现有数据不含所需字段', until: inDays(90), ...over },
  });
const answer = (id: string, act: 'grant' | 'rejection', by = authority, over: object = {}) =>
  catalogue.call('POST', `${WAIVERS}/${id}/${act}`, by, {
    body: act === 'grant' ? { ...aDecision(), ...over } : { reason: '请复用民政厅数据' },
  });

describe('what another department is assigned to collect', () => {
  it('[R6.3] [R8.1] is refused as collected when it is handed in, with who collects it and what to reuse', async () => {
    const { elementId, resource } = await collectedByMzt();
    const entry = await zgt.drafted({ items: [anItem({ code: 'other' }), holding(elementId)] });
    const submission = await zgt.submitted(entry);
    expect(submission).toMatchObject(refused(409, 'catalogue.collected_elsewhere'));
    expect(submission.body).toMatchObject({ requirement: 'R6.3', about: [resource] });
    expect(submission.body.errors).toEqual([
      { pointer: '/items/1/source', message: `${elementId} (all, 460000) is collected by 民政厅: reuse certNo of ${resource}` },
    ]); // prettier-ignore
    expect(await zgt.get(entry, '/sources')).toMatchObject({
      status: 200,
      body: {
        items: [
          {
            ...{ item: 'certNo', elementId, how: 'COLLECTED', collectedElsewhere: true, waiver: null },
            collectors: [{ departmentId: 'mzt', departmentName: '民政厅', regionCode: '460000' }],
            reusable: [{ entryId: resource, itemCode: 'certNo', name: '低保家庭', providerId: 'mzt' }],
          },
        ],
      },
    });
    expect(await mzt.get(entry, '/sources')).toMatchObject(refused(404, 'request.not_found'));
  });

  it('[R8.1] may be reused from what its collector published, when the entry says that it derives from it', async () => {
    const { elementId, resource } = await collectedByMzt();
    const reused = holding(elementId, { how: 'REUSED', fromId: resource });
    const entry = await zgt.drafted({ items: [reused] });
    expect(await zgt.submitted(entry)).toMatchObject({
      ...refused(422, 'catalogue.reuse_unfounded'),
      body: { errors: [{ pointer: '/items/0/source/fromId' }] },
    });
    await zgt.revise(entry, { derivedFrom: [resource] });
    expect(await zgt.submitted(entry)).toMatchObject({ status: 200, body: { status: 'SUBMITTED' } });
    const elsewhere = await mzt.published({ items: [holding(await anElement())] });
    const from = holding(elementId, { how: 'REUSED', fromId: elsewhere });
    const other = await zgt.drafted({ items: [from], derivedFrom: [elsewhere] });
    expect(await zgt.submitted(other)).toMatchObject(refused(422, 'catalogue.reuse_unfounded'));
  });

  it('[R8.1] is said to be reused from something, and collected from nothing', async () => {
    const draft = (source: object) =>
      catalogue.call('POST', '/v1/catalogue/entries', zgt.by, {
        body: { resourceCode: '203000/499999', classification: '2-03', name: '条目', items: [holding('x', source)] },
      });
    for (const source of [{ how: 'REUSED' }, { fromId: '203000-000001' }])
      expect(await draft(source)).toMatchObject({
        ...refused(422, 'catalogue.item_invalid'),
        body: { errors: [{ pointer: '/items/0/source/fromId' }] },
      });
    expect(await draft({ how: 'FOUND' })).toMatchObject(refused(400, 'request.invalid'));
    expect(await draft({ more: true })).toMatchObject(refused(400, 'request.invalid'));
  });

  it('[R6.3] the nearest assignment counts: a county’s own takes it out of the province’s', async () => {
    const { elementId } = await collectedByMzt();
    const items = [holding(elementId)];
    expect(await hkMzj.submitted(await hkMzj.drafted({ items }))).toMatchObject(refused(409, 'catalogue.collected_elsewhere')); // prettier-ignore
    expect(await assign({ elementId, regionCode: '460100', departmentId: 'hk-mzj' })).toMatchObject({ status: 201 });
    expect(await hkMzj.submitted(await hkMzj.drafted({ items }))).toMatchObject({ status: 200 });
    expect(await hkYbj.submitted(await hkYbj.drafted({ items }))).toMatchObject(refused(409, 'catalogue.collected_elsewhere')); // prettier-ignore
    // The province's collector goes on for the rest.
    expect(await mzt.submitted(await mzt.drafted({ items }))).toMatchObject({ status: 200 });
  });

  it('[R6.3] where only counties are assigned, a department of the province would be a second collector', async () => {
    const elementId = await anElement();
    await assign({ elementId, regionCode: '460100', departmentId: 'hk-mzj' });
    const inSanya = holding(elementId, { regionCode: '460200' });
    expect(await zgt.submitted(await zgt.drafted({ items: [holding(elementId)] }))).toMatchObject(refused(409, 'catalogue.collected_elsewhere')); // prettier-ignore
    expect(await zgt.submitted(await zgt.drafted({ items: [inSanya] }))).toMatchObject({ status: 200 });
    expect(await hkMzj.submitted(await hkMzj.drafted({ items: [inSanya] }))).toMatchObject(refused(422, 'catalogue.collector_unfit')); // prettier-ignore
  });

  it('[R6.3] another population of the element is another collection', async () => {
    const { elementId } = await collectedByMzt();
    const children = holding(elementId, { population: 'children' });
    expect(await zgt.submitted(await zgt.drafted({ items: [children] }))).toMatchObject({ status: 200 });
    const unheard = holding(elementId, { population: 'unheard' });
    expect(await zgt.submitted(await zgt.drafted({ items: [unheard] }))).toMatchObject(refused(422, 'catalogue.element_unknown')); // prettier-ignore
  });

  it('[R6.3] is found again before it is approved, when somebody was assigned in between', async () => {
    const elementId = await anElement();
    const entry = await zgt.drafted({ items: [holding(elementId)] });
    expect(await zgt.submitted(entry)).toMatchObject({ status: 200 });
    await assign({ elementId });
    expect(await zgt.approved(entry)).toMatchObject(refused(409, 'catalogue.collected_elsewhere'));
    expect(await zgt.post(entry, 'return', authority, { remarks: '请复用' })).toMatchObject({ status: 200 });
  });

  it('[R8.1] the next version of an entry is asked the same', async () => {
    const { elementId } = await collectedByMzt();
    const entry = await zgt.published();
    await zgt.post(entry, 'revision');
    await zgt.revise(entry, { items: [holding(elementId)] }, '/revision');
    expect(await zgt.submitted(entry, '/revision')).toMatchObject(refused(409, 'catalogue.collected_elsewhere'));
  });

  it('[R3.1] what is proposed for reuse says nothing of items that are withheld', async () => {
    const elementId = await anElement();
    await assign({ elementId });
    await mzt.published({ items: [holding(elementId)], metadataVisibility: 'SUMMARY' });
    const entry = await zgt.drafted({ items: [holding(elementId)] });
    const { body } = await zgt.submitted(entry);
    expect(body).toMatchObject({
      errors: [{ message: expect.stringContaining('nothing of theirs is published yet') }],
    });
    expect(body.about).toBeUndefined();
  });

  it('[R6.2] an item is as its element says: type, length and values', async () => {
    const elementId = await anElement({ length: '4', codeList: ['01', '02'] });
    const submitted = async (over: object) =>
      mzt.submitted(await mzt.drafted({ items: [holding(elementId, {}, { length: '4', codeList: ['01'], ...over })] }));
    expect(await submitted({})).toMatchObject({ status: 200 });
    for (const [over, field] of [
      [{ type: 'I', length: undefined, codeList: undefined }, 'type'],
      [{ length: '5' }, 'length'],
      [{ codeList: ['01', '03'] }, 'codeList'],
      [{ codeList: undefined }, 'codeList'],
    ] as const)
      expect(await submitted(over)).toMatchObject({
        ...refused(422, 'catalogue.item_not_standard'),
        body: { errors: [{ pointer: `/items/0/${field}` }] },
      });
    const unknown = await mzt.drafted({ items: [holding('not-there')] });
    expect(await mzt.submitted(unknown)).toMatchObject(refused(422, 'catalogue.element_unknown'));
  });
});

describe('a waiver of collecting twice', () => {
  async function refusedEntry(by = zgt): Promise<{ elementId: string; entry: string }> {
    const { elementId } = await collectedByMzt();
    const entry = await by.drafted({ items: [holding(elementId)] });
    expect(await by.submitted(entry)).toMatchObject(refused(409, 'catalogue.collected_elsewhere'));
    return { elementId, entry };
  }

  it('[R8.1] is asked by the department, granted by the authority for a period, and lets the entry be handed in', async () => {
    const { elementId, entry } = await refusedEntry();
    const asked = await ask(entry, elementId);
    expect(asked).toMatchObject({ status: 201, body: { status: 'REQUESTED', collectorIds: ['mzt'] } });
    expect(await ask(entry, elementId)).toMatchObject(refused(409, 'catalogue.waiver_asked'));
    expect(await zgt.post(entry, 'submission')).toMatchObject(refused(409, 'catalogue.collected_elsewhere'));
    const granted = await answer(idOf(asked), 'grant', authority, { until: inDays(30) });
    expect(granted).toMatchObject({ status: 200, body: { status: 'GRANTED', until: inDays(30) } });
    expect(await answer(idOf(asked), 'rejection')).toMatchObject(refused(409, 'catalogue.waiver_settled'));
    expect(await zgt.get(entry, '/sources')).toMatchObject({
      body: { items: [{ collectedElsewhere: false, waiver: { status: 'GRANTED', until: inDays(30) } }] },
    });
    expect(await zgt.post(entry, 'submission')).toMatchObject({ status: 200 });
    expect(await zgt.approved(entry)).toMatchObject({ status: 200 });
    const facts = await catalogue.factsOf(idOf(asked), 2);
    expect(facts.map(({ type }) => type)).toEqual([
      'catalogue.collection-waiver-asked.v1',
      'catalogue.collection-waiver-granted.v1',
    ]);
    // It is of this entry, not of the department.
    const another = await zgt.drafted({ items: [holding(elementId)] });
    expect(await zgt.submitted(another)).toMatchObject(refused(409, 'catalogue.collected_elsewhere'));
  });

  it('[R8.5] holds no longer than its last day, which is within a year', async () => {
    const { elementId, entry } = await refusedEntry();
    for (const until of [inDays(-1), inDays(400)])
      expect(await ask(entry, elementId, { until })).toMatchObject(refused(422, 'catalogue.waiver_period'));
    const id = idOf(await ask(entry, elementId));
    await answer(id, 'grant');
    await catalogue.query(`UPDATE collection_waiver SET since = until - 400, until = current_date - 2 WHERE id = $1`, [id]);
    expect(await zgt.post(entry, 'submission')).toMatchObject(refused(409, 'catalogue.collected_elsewhere'));
    expect(await ask(entry, elementId)).toMatchObject({ status: 201 });
  }); // prettier-ignore

  it('[R8.1] may be rejected, and asked again', async () => {
    const { elementId, entry } = await refusedEntry();
    const id = idOf(await ask(entry, elementId));
    expect(await answer(id, 'rejection')).toMatchObject({ status: 200, body: { status: 'REJECTED' } });
    expect(await zgt.post(entry, 'submission')).toMatchObject(refused(409, 'catalogue.collected_elsewhere'));
    expect(await ask(entry, elementId)).toMatchObject({ status: 201 });
  });

  it('[R14.10] [R4.1] is decided by the competent authority, which is no party and has the region', async () => {
    const { elementId, entry } = await refusedEntry();
    const id = idOf(await ask(entry, elementId));
    // Between two departments of the province the local authority has nothing to say, nor does the next level yet.
    expect(await answer(id, 'grant', haikou)).toMatchObject(refused(404, 'request.not_found'));
    expect(await answer(id, 'grant', leading)).toMatchObject(refused(403, 'catalogue.outside_jurisdiction'));
    expect(await answer(id, 'grant', { ...authority, departmentId: 'zgt' })).toMatchObject(refused(403, 'catalogue.own_case')); // prettier-ignore
    expect(await answer(id, 'grant', { ...authority, officerId: zgt.by.officerId })).toMatchObject(refused(403, 'catalogue.own_submission')); // prettier-ignore

    const local = await anElement();
    await assign({ elementId: local, regionCode: '460100', departmentId: 'hk-mzj' });
    const inHaikou = await hkYbj.drafted({ items: [holding(local)] });
    const between = idOf(await ask(inHaikou, local, {}, hkYbj.by));
    expect(await answer(between, 'grant')).toMatchObject(refused(403, 'catalogue.outside_jurisdiction'));
    expect(await answer(between, 'grant', haikou)).toMatchObject({ status: 200 });
    expect(await hkYbj.submitted(inHaikou)).toMatchObject({ status: 200 });
  });

  it('[R14.10] of the authority’s own entry, and against it, is the leading group’s to decide', async () => {
    const { elementId } = await collectedByMzt();
    const gxt = of('gxt');
    const entry = await gxt.drafted({ items: [holding(elementId)] });
    const id = idOf(await ask(entry, elementId, {}, gxt.by));
    expect(await answer(id, 'grant')).toMatchObject(refused(403, 'catalogue.own_case'));
    expect(await answer(id, 'grant', leading)).toMatchObject({ status: 200 });
  });

  it('[R14.7] is asked by the entry’s own department, where it is needed, and known to those it concerns', async () => {
    const { elementId, entry } = await refusedEntry();
    expect(await ask(entry, elementId, {}, submitter)).toMatchObject(refused(404, 'request.not_found'));
    expect(await ask(entry, elementId, { population: 'children' })).toMatchObject(refused(409, 'catalogue.waiver_not_needed')); // prettier-ignore
    const published = await mzt.published();
    expect(await ask(published, elementId)).toMatchObject(refused(403, 'catalogue.not_provider'));
    const id = idOf(await ask(entry, elementId));
    const see = (by = stranger) => catalogue.call('GET', `${WAIVERS}/${id}`, by);
    const listed = async (by = stranger) =>
      ((await catalogue.call('GET', `${WAIVERS}?entryId=${entry}`, by)).body.items as { id: string }[]).map(
        (w) => w.id,
      );
    for (const by of [zgt.by, submitter, authority]) {
      expect(await see(by)).toMatchObject({ status: 200, body: { request: { reason: '现有数据不含所需字段' } } });
      expect(await listed(by)).toEqual([id]);
    }
    for (const by of [hkYbj.by, haikou]) {
      expect(await see(by)).toMatchObject(refused(404, 'request.not_found'));
      expect(await listed(by)).toEqual([]);
    }
  });

  it('[R2.2] goes with an entry that is wiped, and leaves no copy in stored answers', async () => {
    const { elementId, entry } = await refusedEntry();
    const reason = `涉密缘由${randomUUID()}`;
    await ask(entry, elementId, { reason });
    expect(await catalogue.tablesContaining(reason)).toEqual(['collection_waiver']);
    const ifMatch = Number((await zgt.get(entry)).body.revision);
    const body = { reviewer: '符审', unit: '办公室', date: '2026-01-19', conclusion: 'UNDETERMINED' };
    await catalogue.call('PUT', `/v1/catalogue/entries/${entry}/secrecy-review`, zgt.head, { body, ifMatch });
    expect(await zgt.get(entry)).toMatchObject({ status: 404 });
    expect(await catalogue.tablesContaining(reason)).toEqual([]);
    expect(await catalogue.query('SELECT 1 FROM entry_element WHERE entry_id = $1', [entry])).toEqual([]);
  });

  it('[R8.1] is asked once at the same moment, however many ask', async () => {
    const { elementId, entry } = await refusedEntry();
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask(entry, elementId)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
  });
});
