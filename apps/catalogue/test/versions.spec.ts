import type { ResourceState } from '@qiongtong/contracts';
import { BODIES, anItem, anOfficer, aKeyItem, authority, responsible, stranger, submitter } from './builders';
import { startCatalogue, type RunningCatalogue } from './catalogue';
import { livesIn } from './lives';

let catalogue: RunningCatalogue;
beforeAll(async () => {
  catalogue = await startCatalogue();
  await catalogue.organisations(...BODIES);
});
afterAll(() => catalogue?.close());
const { anEntryIn, revised, post, get, patch, declare } = livesIn(() => catalogue);
const refused = (status: number, code: string) => ({ status, body: { code } });

describe('the next version of a published entry', () => {
  it('[R7.1] leaves the published one in force until it is published itself, and follows it then', async () => {
    const id = await anEntryIn('PUBLISHED', { name: '第一版' });
    await revised(id, { name: '第二版' }, 'APPROVED');
    expect(await get(id, stranger)).toMatchObject({ body: { name: '第一版', status: 'PUBLISHED', version: 1 } });
    expect(await get(id, stranger, 'revision')).toMatchObject(refused(404, 'request.not_found'));
    expect(await get(id, authority, 'revision')).toMatchObject({
      body: { name: '第二版', status: 'APPROVED', version: 2, difference: { fields: { name: { from: '第一版', to: '第二版' } } } },
    }); // prettier-ignore
    expect(await catalogue.states('policy.resources', id, 1)).toHaveLength(1);

    expect(await post(id, 'publication', submitter)).toMatchObject({ status: 200, body: { version: 2 } });
    expect(await get(id, stranger)).toMatchObject({ body: { name: '第二版', status: 'PUBLISHED', version: 2 } });
    const [first, second] = (await catalogue.states('policy.resources', id, 2)) as ResourceState[];
    expect([first, second]).toMatchObject([{ name: '第一版' }, { name: '第二版' }]);
    expect(second!.version).toBeGreaterThan(first!.version);
    const facts = await catalogue.factsOf(id, 15);
    const revisions = facts.map(({ data }) => (data as { revision: number }).revision);
    expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
    expect(facts.at(-1)).toMatchObject({ type: 'catalogue.entry-published.v1', data: { version: 2 } });
    expect(facts.map(({ type }) => type)).toContain('catalogue.revision-started.v1');
    expect(await get(id, submitter, 'revision')).toMatchObject(refused(404, 'request.not_found'));
  });

  it('[R7.1] every published version is kept, with who reviewed it for provider and authority only', async () => {
    const id = await anEntryIn('PUBLISHED', { name: '甲', items: [aKeyItem(), anItem()] });
    await revised(id, { name: '乙', items: [aKeyItem(), anItem({ code: 'more' })] }, 'PUBLISHED');
    await revised(id, { abstract: '新的摘要' }, 'PUBLISHED');
    const { body } = await get(id, stranger, 'versions?limit=2');
    expect(body.items).toMatchObject([{ version: 3 }, { version: 2, content: { name: '乙' } }]);
    expect(JSON.stringify(body.items)).not.toContain('gxt-officer');
    const rest = await get(id, stranger, `versions?limit=2&cursor=${encodeURIComponent(String(body.next))}`);
    expect(rest.body).toMatchObject({ items: [{ version: 1, content: { name: '甲' } }], next: null });
    expect(await get(id, authority, 'versions/1')).toMatchObject({
      body: { workflow: { decision: { by: 'gxt-officer' }, internalReview: { by: 'mzt-responsible' } } },
    });

    expect(await get(id, stranger, 'versions/3/difference?from=1')).toMatchObject({
      status: 200,
      body: {
        fields: { name: { from: '甲', to: '乙' }, abstract: { to: '新的摘要' } },
        items: { added: [{ code: 'more' }], removed: [{ code: 'name' }], changed: [], order: null },
      },
    });
    expect(await get(id, stranger, 'versions/4/difference?from=1')).toMatchObject(refused(404, 'request.not_found'));
    expect(await get(id, stranger, 'versions/0')).toMatchObject({ status: 400 });
    expect(await get(id, stranger, 'versions/2/difference')).toMatchObject({ status: 400 });
  });

  it('[R3.1] a version tells no more than may be known of the entry now, nor than could be then', async () => {
    const id = await anEntryIn('PUBLISHED');
    await revised(id, { metadataVisibility: 'SUMMARY' }, 'PUBLISHED');
    for (const version of ['versions/1', 'versions/2'])
      expect(await get(id, stranger, version)).toMatchObject({ status: 200, body: { content: { items: [] } } });
    expect((await get(id, stranger, 'versions/2/difference?from=1')).body).toMatchObject({
      items: { added: [], removed: [] },
    });
    await revised(id, { metadataVisibility: 'ALL' }, 'PUBLISHED');
    expect((await get(id, stranger, 'versions/2')).body).toMatchObject({ content: { items: [] } });
    expect((await get(id, stranger, 'versions/3')).body).toMatchObject({ content: { items: [{}, {}] } });
    await post(id, 'withdrawal', responsible, { ground: 'DUTY_ENDED', narrative: '职能已划转' });
    expect(await get(id, stranger, 'versions')).toMatchObject(refused(404, 'request.not_found'));
    expect(await get(id, authority, 'versions/3')).toMatchObject({ status: 200 });
  });

  it('[R7.1] is one at a time, started by the provider only, and of what is published only', async () => {
    const id = await anEntryIn('PUBLISHED');
    expect(await post(id, 'revision', stranger)).toMatchObject(refused(403, 'catalogue.not_provider'));
    expect(await post(id, 'revision', responsible)).toMatchObject(refused(403, 'access.role_required'));
    expect(await post(id, 'revision/abandonment', submitter)).toMatchObject(refused(409, 'catalogue.no_revision'));
    const started = await Promise.all([post(id, 'revision', submitter), post(id, 'revision', submitter)]);
    expect(started.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(started.find(({ status }) => status === 409)).toMatchObject(refused(409, 'catalogue.revision_in_progress'));
    const draft = await anEntryIn('DRAFT');
    expect(await post(draft, 'revision', submitter)).toMatchObject(refused(409, 'catalogue.wrong_state'));
  });

  it('[R7.1] two officers who edit it: the later of the two is told that it has changed', async () => {
    const id = await anEntryIn('PUBLISHED');
    await post(id, 'revision', submitter);
    const { revision } = (await get(id, submitter, 'revision')).body;
    const edit = (by: typeof submitter, name: string) =>
      catalogue.call('PATCH', `/v1/catalogue/entries/${id}`, by, { body: { name }, ifMatch: Number(revision) });
    const other = anOfficer({ officerId: 'mzt-submitter-2' });
    const answers = await Promise.all([edit(submitter, '一'), edit(other, '二')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it('[R7.1] published twice at once, it is published once', async () => {
    const id = await anEntryIn('PUBLISHED');
    await revised(id, { name: '再版' }, 'APPROVED');
    const answers = await Promise.all([post(id, 'publication', submitter), post(id, 'publication', responsible)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await get(id, submitter, 'versions')).body.items).toHaveLength(2);
  });

  it('[R7.1] is given up, and starts again from what is published', async () => {
    const id = await anEntryIn('PUBLISHED', { name: '在用' });
    await revised(id, { name: '改名' }, 'SUBMITTED');
    expect(await post(id, 'revision/abandonment', submitter)).toMatchObject(refused(409, 'catalogue.wrong_state'));
    await post(id, 'review', authority);
    await post(id, 'return', authority, { remarks: '不妥' });
    expect(await post(id, 'revision/abandonment', submitter)).toMatchObject({ status: 200, body: { status: 'PUBLISHED', version: 1 } }); // prettier-ignore
    await post(id, 'revision', submitter);
    expect((await get(id, submitter, 'revision')).body).toMatchObject({ name: '在用', version: 2, decision: null });
  });

  it('[R14.10] nobody reviews the version that they drafted, also where the first one was another’s', async () => {
    const id = await anEntryIn('PUBLISHED');
    const both = { ...submitter, roles: ['SUBMITTER', 'RESPONSIBLE_OFFICER'] as const };
    await post(id, 'revision', both);
    await patch(id, { name: '自审' }, both);
    await declare(id, 'revision');
    expect(await post(id, 'internal-review', both)).toMatchObject(refused(403, 'catalogue.own_submission'));
  });

  it('[R2.2] that is not cleared is gone, and the published one stays', async () => {
    const id = await anEntryIn('PUBLISHED', { name: '公开名' });
    await post(id, 'revision', submitter);
    await patch(id, { name: '不该登记的名称' });
    expect(await declare(id, 'revision', { conclusion: 'WORK_SECRET' })).toMatchObject(refused(422, 'catalogue.secrecy_not_cleared')); // prettier-ignore
    expect(await get(id, stranger)).toMatchObject({ body: { name: '公开名', status: 'PUBLISHED' } });
    expect(await get(id, submitter, 'revision')).toMatchObject(refused(404, 'request.not_found'));
    expect(await catalogue.tablesContaining('不该登记的名称')).toEqual([]);
  });

  it('[R2.3] marked text is refused, kept nowhere, and voids the reviews of that version only', async () => {
    const id = await anEntryIn('PUBLISHED');
    await revised(id, { name: '改过的名称' }, 'INTERNAL_REVIEW');
    expect(await patch(id, { abstract: '机密★ 名单' })).toMatchObject(refused(422, 'catalogue.secret_mark'));
    expect((await get(id, submitter, 'revision')).body).toMatchObject({ status: 'DRAFT', secrecyReview: null });
    expect((await get(id, submitter)).body).toMatchObject({ status: 'PUBLISHED', secrecyReview: { conclusion: 'NON_SECRET' } }); // prettier-ignore
    expect(await catalogue.tablesContaining('机密★')).toEqual([]);
  });

  it('[R10.4] an entry is withdrawn with its next version', async () => {
    const id = await anEntryIn('PUBLISHED');
    await revised(id, { name: '来不及了' }, 'APPROVED');
    await post(id, 'withdrawal', responsible, { ground: 'DUTY_ENDED', narrative: '职能已划转' });
    expect(await post(id, 'publication', submitter)).toMatchObject(refused(409, 'catalogue.wrong_state'));
    expect(await catalogue.query('SELECT 1 FROM entry_revision WHERE entry_id = $1', [id])).toEqual([]);
  });
});
