import type { Fact, Principal } from '@qiongtong/contracts';
import { BODIES, authority, responsible, stranger, submitter } from './builders';
import { startCatalogue, type Answer, type RunningCatalogue } from './catalogue';
import { livesIn } from './lives';

jest.setTimeout(120_000);

const EDITIONS = '/v1/catalogue/system/editions';
const ENTRIES = '/v1/catalogue/entries';
const TITLE = { title: '海南省政务信息资源目录体系', documentNumber: '琼工信〔2026〕9号' };

let catalogue: RunningCatalogue;
beforeAll(async () => {
  catalogue = await startCatalogue();
  await catalogue.organisations(...BODIES);
});
afterAll(() => catalogue?.close());
const { anEntryIn, get, post, patch } = livesIn(() => catalogue);
const refused = (status: number, code: string) => ({ status, body: { code } });

const edition = (number: number, by: Principal = authority) => catalogue.call('GET', `${EDITIONS}/${number}`, by);
const propose = (by: Principal = authority) => catalogue.call('POST', EDITIONS, by, { body: TITLE });
const act = async (number: number, name: string, body: object, by: Principal = authority): Promise<Answer> => {
  const ifMatch = Number((await edition(number)).body['revision']);
  return name === ''
    ? catalogue.call('PATCH', `${EDITIONS}/${number}`, by, { body, ifMatch })
    : catalogue.call('POST', `${EDITIONS}/${number}/${name}`, by, { body, ifMatch });
};
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
/** Proposes, changes and announces an edition whose day is today. */
async function announced(change: object): Promise<number> {
  const number = Number((await propose()).body['number']);
  expect(await act(number, '', change)).toMatchObject({ status: 200 });
  expect(await act(number, 'announcement', { effectiveOn: inDays(30) })).toMatchObject({ status: 200 });
  await catalogue.query('UPDATE catalogue_edition SET effective_on = $2 WHERE number = $1', [number, inDays(-1)]);
  return number;
}
async function migrated(number: number): Promise<Answer['body']> {
  for (const until = Date.now() + 60_000; Date.now() < until; await new Promise((r) => setTimeout(r, 100))) {
    const { body } = await edition(number, stranger);
    if ((body['migration'] as { finishedAt: string | null } | null)?.finishedAt) return body;
  }
  throw new Error(`edition ${number} was not migrated in time`);
}
const report = (number: number, by: Principal) => catalogue.everyPage(`${EDITIONS}/${number}/report?limit=2`, by);
const listed = async (classification: string, by: Principal) =>
  (await catalogue.everyPage(`${ENTRIES}?limit=200&classification=${classification}`, by)).map(({ id }) => String(id));
const typesOf = (facts: readonly Fact[]) => facts.map(({ type }) => type);

describe('the next edition of the catalogue system', () => {
  it('[R6.1] is the provincial authority’s to write and announce, one at a time, each knowing what it changes', async () => {
    expect(await propose(submitter)).toMatchObject(refused(403, 'access.role_required'));
    const { body } = await propose();
    const number = Number(body['number']);
    expect(body).toMatchObject({ ...TITLE, status: 'PROPOSED', revision: 1, codeRule: { sequenceDigits: 6 } });
    expect(await propose()).toMatchObject(refused(409, 'catalogue.edition_to_come'));
    expect(await edition(number, stranger)).toMatchObject(refused(404, 'request.not_found'));
    expect(await catalogue.everyPage(`${EDITIONS}?limit=5`, stranger)).toHaveLength(1);
    expect(await catalogue.everyPage(`${EDITIONS}?limit=5`, authority)).toHaveLength(2);

    const change = { classes: [{ code: '2-13', zh: '社会救助', en: 'Aid' }] };
    const path = `${EDITIONS}/${number}`;
    expect(await catalogue.call('PATCH', path, authority, { body: change })).toMatchObject({ status: 428 });
    expect(await act(number, '', change)).toMatchObject({ status: 200, body: { revision: 2 } });
    expect(await catalogue.call('PATCH', path, authority, { body: change, ifMatch: 1 })).toMatchObject(refused(412, 'request.stale_revision')); // prettier-ignore
    expect(await act(number, '', { ended: [{ code: '2' }] })).toMatchObject(refused(422, 'catalogue.edition_inconsistent')); // prettier-ignore
    expect(await act(number, '', { template: [{ field: 'abstract', required: false }] })).toMatchObject(refused(422, 'catalogue.edition_inconsistent')); // prettier-ignore
    expect(await act(number, '', { title: '绝密★启用前' })).toMatchObject(refused(422, 'catalogue.secret_mark'));
    expect(await act(number, 'announcement', { effectiveOn: inDays(3) })).toMatchObject(refused(422, 'catalogue.edition_notice_too_short')); // prettier-ignore
    expect(await act(number, 'announcement', { effectiveOn: '2027-02-30' })).toMatchObject({ status: 400 });
    expect(await act(number, 'announcement', { effectiveOn: inDays(30) })).toMatchObject({ status: 200, body: { status: 'ANNOUNCED' } }); // prettier-ignore
    expect(await act(number, '', change)).toMatchObject(refused(409, 'catalogue.edition_wrong_state'));
    // Announced, and not yet what entries are compiled by.
    expect(await edition(number, stranger)).toMatchObject({ status: 200, body: { effectiveOn: inDays(30) } });
    const draft = { classification: '2-13', name: '临时救助信息' };
    expect(await catalogue.call('POST', ENTRIES, submitter, { body: draft })).toMatchObject(refused(422, 'catalogue.class_not_in_force')); // prettier-ignore

    expect(await act(number, 'withdrawal', { reason: '暂缓实施' })).toMatchObject({ status: 200, body: { status: 'WITHDRAWN' } }); // prettier-ignore
    const types = ['proposed', 'changed', 'announced', 'withdrawn'].map((what) => `catalogue.edition-${what}.v1`);
    expect(typesOf(await catalogue.factsOf(`edition-${number}`, 4))).toEqual(types);
    expect((await catalogue.call('GET', '/v1/catalogue/system', stranger)).body['number']).toBe(1);
  });

  it('[R6.1] of two who propose it at once, one does', async () => {
    const answers = await Promise.all([propose(), propose(), propose()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const number = Number(answers.find(({ status }) => status === 201)!.body['number']);
    await act(number, 'withdrawal', { reason: '重复' });
  });

  it('[R6.1] brings entries along when its day comes, tells their providers, and reports what it could not', async () => {
    const whole = await anEntryIn('PUBLISHED', { name: '甲', classification: '2-03' });
    const lacking = await anEntryIn('PUBLISHED', { name: '乙', nameEn: null });
    const draft = await anEntryIn('DRAFT', { name: '丙', nameEn: null });
    const revised = await anEntryIn('PUBLISHED', { name: '丁' });
    const withdrawn = await anEntryIn('WITHDRAWN', { name: '戊' });
    await post(revised, 'revision', submitter);
    await patch(revised, { name: '丁二' });
    const stuck = await anEntryIn('PUBLISHED', { name: '己', classification: '2-12', resourceCode: '212000/000001' });

    const number = await announced({
      classes: [{ code: '2-13', zh: '社会救助', en: 'Aid' }],
      ended: [{ code: '2-03', replacedBy: '2-13' }, { code: '2-12', replacedBy: null }],
      template: [{ field: 'nameEn', required: true }],
    }); // prettier-ignore
    const { migration } = await migrated(number);
    expect(migration).toMatchObject({ moved: 5, notMigrated: 2 });
    expect((await catalogue.call('GET', '/v1/catalogue/system', stranger)).body['number']).toBe(number);
    expect((await edition(1, stranger)).body['status']).toBe('REPLACED');

    // Another class, the same code.
    expect(await get(whole, stranger)).toMatchObject({ body: { id: whole, classification: '2-13', resourceCode: whole.replace('-', '/') } }); // prettier-ignore
    expect(await get(revised, submitter, 'revision')).toMatchObject({ body: { classification: '2-13', name: '丁二' } });
    expect(await listed('2-13', submitter)).toEqual(
      expect.arrayContaining([whole, lacking, draft, revised, withdrawn]),
    );
    expect(await listed('2-03', submitter)).toEqual([]);
    // What has no successor is found above.
    expect(await listed('2', stranger)).toContain(stuck);

    const [wholeFacts, lackingFacts, draftFacts] = [await catalogue.factsOf(whole, 8), await catalogue.factsOf(lacking, 9), await catalogue.factsOf(draft, 3)]; // prettier-ignore
    expect(wholeFacts.at(-1)).toMatchObject({ type: 'catalogue.entry-reclassified.v1', data: { edition: number, providerId: 'mzt', moved: { from: '2-03', to: '2-13' }, by: 'gxt-officer' } }); // prettier-ignore
    expect(lackingFacts.at(-1)).toMatchObject({ type: 'catalogue.entry-not-migrated.v1', data: { providerId: 'mzt', faults: [{ reason: 'MISSING', field: 'nameEn' }] } }); // prettier-ignore
    expect(draftFacts.at(-1)).toMatchObject({ type: 'catalogue.entry-reclassified.v1', data: { moved: null } });
    const ofEdition = typesOf(await catalogue.factsOf(`edition-${number}`, 5));
    expect(ofEdition.slice(-2)).toEqual(['catalogue.edition-took-effect.v1', 'catalogue.edition-migrated.v1']);

    const expected = [
      { entryId: lacking, reason: 'MISSING', field: 'nameEn', classification: '2-13' },
      { entryId: stuck, reason: 'CLASS_ENDED', field: 'classification', classification: '2-12' },
    ].sort((a, b) => (a.entryId < b.entryId ? -1 : 1));
    expect(await report(number, submitter)).toMatchObject(expected);
    expect(await report(number, authority)).toMatchObject(expected);
    expect(await report(number, stranger)).toEqual([]);
  });

  it('[R6.1] [R7.3] is what the next version of an entry goes by', async () => {
    const [stuck] = await listed('2-12', submitter);
    expect(await post(stuck!, 'revision', submitter)).toMatchObject({ status: 201 });
    expect(await patch(stuck!, { abstract: '更新的摘要' })).toMatchObject({
      ...refused(422, 'catalogue.class_not_in_force'),
      body: { errors: [{ pointer: '/classification' }] },
    });
    // Out of a class that ended the provider chooses another; the code stays.
    expect(await patch(stuck!, { classification: '2-04', nameEn: null })).toMatchObject({ status: 200, body: { resourceCode: '212000/000001' } }); // prettier-ignore
    const { body } = await get(stuck!, responsible, 'revision');
    const review = { reviewer: '符审', unit: '办公室', date: '2026-11-19', conclusion: 'NON_SECRET' };
    await catalogue.call('PUT', `${ENTRIES}/${stuck}/secrecy-review`, responsible, { body: review, ifMatch: Number(body['revision']) }); // prettier-ignore
    expect(await post(stuck!, 'internal-review', responsible)).toMatchObject({ status: 422, body: { code: 'catalogue.incomplete', about: ['nameEn'] } }); // prettier-ignore
  });

  it('[R6.1] migrates on after a crash, moves nothing twice and leaves none unreachable', async () => {
    // Enough for several steps.
    await catalogue.query(
      `INSERT INTO entry (id, resource_code, provider_id, status, sharing_type, metadata_visibility, revision, version,
         content, workflow, former_providers, search_text, search_grams, published_on, updated_at)
       SELECT '206000-' || lpad(n::text, 6, '0'), '206000/' || lpad(n::text, 6, '0'), provider_id, status, sharing_type,
         metadata_visibility, revision, version, content || '{"classification": "2-06"}', workflow, former_providers,
         search_text, search_grams, published_on, updated_at
       FROM entry, generate_series(1, 1300) AS n WHERE content ->> 'name' = '甲'`,
    );
    await catalogue.query(`
      CREATE FUNCTION crash() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the database went away'; END $$;
      CREATE TRIGGER crash BEFORE UPDATE ON entry FOR EACH ROW WHEN (new.id = '206000-000900') EXECUTE FUNCTION crash()`);
    const number = await announced({
      classes: [{ code: '2-14', zh: '价格', en: 'Prices' }],
      ended: [{ code: '2-06', replacedBy: '2-14' }],
    });
    const moved = async () => {
      const [row] = await catalogue.query<{ moved: number; revisions: string }>(
        `SELECT count(*)::int AS moved, sum(revision) AS revisions FROM entry WHERE content ->> 'classification' = '2-14'`,
      );
      return row!;
    };
    for (let seen = 0; seen === 0; seen = (await moved()).moved) await new Promise((r) => setTimeout(r, 100));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const half = (await moved()).moved;
    expect(half).toBeGreaterThan(0);
    expect(half).toBeLessThan(1300);
    // Half of them moved: every one is found from the top.
    expect((await listed('2', stranger)).filter((id) => id.startsWith('206000'))).toHaveLength(1300);

    await catalogue.query('DROP TRIGGER crash ON entry');
    const { migration } = await migrated(number);
    expect(migration).toMatchObject({ moved: 1300 });
    const [{ revision }] = (await catalogue.query<{ revision: number }>(
      `SELECT revision FROM entry WHERE content ->> 'name' = '甲' AND id NOT LIKE '206000%'`,
    )) as [{ revision: number }];
    expect(await moved()).toEqual({ moved: 1300, revisions: String(1300 * (revision + 1)) });
    expect(typesOf(await catalogue.factsOf('206000-000900', 1))).toEqual(['catalogue.entry-reclassified.v1']);
    expect((await listed('2-14', stranger)).length).toBe(1300);
  });
});
