import { randomUUID } from 'node:crypto';
import { anItem, authority } from './builders';
import { startCatalogue, type RunningCatalogue } from './catalogue';
import { entriesIn, holding, keepingIn, settle } from './one-source';

let catalogue: RunningCatalogue;
beforeAll(async () => {
  catalogue = await startCatalogue();
  await settle(catalogue);
});
afterAll(() => catalogue?.close());
const { element } = keepingIn(() => catalogue);
const of = entriesIn(() => catalogue);
const [mzt, zgt] = [of('mzt'), of('zgt')];
type Alike = { id: string; score: number; alike: object; sharedItems: string[]; elements: string[] };
const itemsOf = ({ body }: { body: Record<string, unknown> }) => body.items as Alike[];
const CHARCOAL = { name: '木炭窑炉登记信息', abstract: '木炭窑炉的位置与业主', dutyBasis: '木炭管理办法' };
const items = [anItem({ code: 'kilnNo', name: '窑炉编号', key: true, required: true }), anItem({ name: '业主' })];

describe('entries that are nearly the same', () => {
  it('[R1.2] [R8.1] are found before an entry is handed in, with a score and what is alike', async () => {
    const [same, near] = [await mzt.published({ ...CHARCOAL, items }), await mzt.published({ ...CHARCOAL, name: '木炭窑炉普查', items: items.slice(0, 1) })]; // prettier-ignore
    await mzt.published({ name: '渔船捕捞许可', abstract: '渔船', dutyBasis: '渔业法' });
    const entry = await zgt.drafted({ ...CHARCOAL, items });
    const found = itemsOf(await zgt.get(entry, '/near-duplicates'));
    expect(found.map(({ id }) => id)).toEqual([same, near]);
    expect(found[0]).toMatchObject({ score: 1, alike: { name: 1, items: 1, purpose: 1 }, sharedItems: ['窑炉编号', '业主'] }); // prettier-ignore
    expect(found[1]!.score).toBeGreaterThan(0.4);
    expect(found[1]!.score).toBeLessThan(1);
    expect(await mzt.get(entry, '/near-duplicates')).toMatchObject({ status: 404 });
  });

  it('[R3.1] say nothing of what is hidden, drafted by others, or of items that are withheld', async () => {
    const words = { ...CHARCOAL, name: '砚台窑址信息', abstract: '砚台窑址' };
    const notShared = { ...words, items, sharingType: 'NOT_SHARED', deliveryMode: 'NONE', sharingCondition: null, sensitivityReason: null, legalBasis: { law: '某法', article: '第一条', documentNumber: '1号' } }; // prettier-ignore
    const summary = await mzt.published({ ...words, items, metadataVisibility: 'SUMMARY' });
    const hidden = await mzt.drafted({ ...notShared, metadataVisibility: 'HIDDEN' });
    const drafted = await mzt.drafted({ ...words, items });
    const entry = await zgt.drafted({ ...words, items });
    const found = itemsOf(await zgt.get(entry, '/near-duplicates'));
    expect(found.map(({ id }) => id)).toEqual([summary]);
    expect(found[0]).toMatchObject({ alike: { items: null }, sharedItems: [] });
    const own = itemsOf(await mzt.get(summary, '/near-duplicates')).map(({ id }) => id);
    expect(own).toEqual(expect.arrayContaining([hidden, drafted]));
    expect(own).not.toContain(entry);
  });

  it('[R8.1] are the twenty nearest at most', async () => {
    for (let n = 0; n < 22; n++) await mzt.drafted({ name: `珊瑚礁监测第${n}站`, items });
    const entry = await mzt.drafted({ name: '珊瑚礁监测', items });
    expect(itemsOf(await mzt.get(entry, '/near-duplicates'))).toHaveLength(20);
  });
});

describe('entries that hold the same elements', () => {
  it('[R8.1] are related, those that share most first, and only where the items may be known', async () => {
    const [one, two] = [`e-${randomUUID()}`, `e-${randomUUID()}`];
    for (const id of [one, two]) await element({ id });
    const both = [holding(one), holding(two, {}, { code: 'two', key: false })];
    const entry = await zgt.drafted({ name: '甲', items: both });
    const [shares2, shares1] = [await mzt.published({ name: '乙', items: both }), await mzt.published({ name: '丙', items: [holding(one)] })]; // prettier-ignore
    const withheld = await mzt.published({ name: '丁', items: both, metadataVisibility: 'SUMMARY' });
    const found = itemsOf(await zgt.get(entry, '/related'));
    expect(found.map(({ id }) => id)).toEqual([shares2, shares1]);
    expect(found[0]!.elements).toEqual([one, two].sort());
    expect(itemsOf(await zgt.get(shares2, '/related', authority)).map(({ id }) => id)).toContain(withheld);
    expect(itemsOf(await zgt.get(withheld, '/related'))).toEqual([]);
    expect(await mzt.get(entry, '/related')).toMatchObject({ status: 404 });
  });
});

describe('a cycle of derivation', () => {
  const derived = (ids: readonly string[]) => ({ derivedFrom: ids, origin: 'COLLECTED' });

  it('[R13.6] is refused when an entry is handed in, with the way round', async () => {
    const first = await mzt.published();
    const second = await mzt.published(derived([first]));
    const third = await zgt.published(derived([second]));
    await mzt.post(first, 'revision');
    await mzt.revise(first, derived([third]), '/revision');
    const answer = await mzt.submitted(first, '/revision');
    expect(answer).toMatchObject({ status: 422, body: { code: 'catalogue.derivation_cycle' } });
    expect(answer.body.about).toEqual([first, third, second, first]);
  });

  it('[R13.6] cannot come about by two versions that are published at the same moment', async () => {
    const [one, two] = [await mzt.published(), await mzt.published()];
    for (const [id, from] of [[one, two], [two, one]] as const) {
      await mzt.post(id, 'revision');
      await mzt.revise(id, derived([from]), '/revision');
      expect(await mzt.submitted(id, '/revision')).toMatchObject({ status: 200 });
      expect(await mzt.approved(id)).toMatchObject({ status: 200 });
    } // prettier-ignore
    const answers = await Promise.all([one, two].map((id) => mzt.post(id, 'publication')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
  });
});
