import { randomUUID } from 'node:crypto';
import { openDatabase } from '@qiongtong/platform';
import { testDatabase } from '@qiongtong/testing';
import { Catalogue1795305600000 } from '../src/migrations/1795305600000-catalogue';
import { FormerProviders1795700001000 } from '../src/migrations/1795700001000-former-providers';
import { aContent, anOfficer, aSecrecyReview, authority, responsible, stranger, submitter } from './builders';
import { startCatalogue, type RunningCatalogue } from './catalogue';

const BODY = (({ updateMode: _derived, ...content }) => content)(aContent());

describe('[R15.3] entries of a body that gives way to another', () => {
  let catalogue: RunningCatalogue;
  beforeAll(async () => {
    catalogue = await startCatalogue();
    await catalogue.organisations(
      { id: 'gxt', name: '工信厅', roles: [{ role: 'PROVINCIAL_AUTHORITY', from: '2014-12-19', until: null }] },
      { id: 'hz', name: '和众厅' },
      { id: 'mzt', name: '民政厅' },
    );
  });
  afterAll(() => catalogue?.close());

  const heir = anOfficer({ officerId: 'hz-submitter', departmentId: 'hz' });
  const act = async (id: string, what: string, by: Parameters<RunningCatalogue['call']>[2], body: object = {}) => {
    const answer = await catalogue.call('POST', `/v1/catalogue/entries/${id}/${what}`, by, { body });
    if (answer.status >= 300) throw new Error(`${what} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer;
  };
  const see = (id: string, by = heir) => catalogue.call('GET', `/v1/catalogue/entries/${id}`, by);
  async function anEntry(code: string, stages: number): Promise<string> {
    const { body } = await catalogue.call('POST', '/v1/catalogue/entries', submitter, { body: { ...BODY, resourceCode: code } });
    const id = String(body.id);
    const review = { body: aSecrecyReview, ifMatch: 1 };
    await catalogue.call('PUT', `/v1/catalogue/entries/${id}/secrecy-review`, responsible, review);
    const life = [
      () => act(id, 'internal-review', responsible),
      () => act(id, 'submission', submitter),
      () => act(id, 'review', authority),
      () => act(id, 'approval', authority, { remarks: '同意' }),
      () => act(id, 'publication', submitter),
    ];
    for (const step of life.slice(0, stages)) await step();
    return id;
  } // prettier-ignore
  const tell = (what: 'begun' | 'carried-out', entries: object) =>
    catalogue.sendRaw(
      'facts.authorisation',
      randomUUID(),
      JSON.stringify({ changeId: 'c1', documentNumber: '琼编〔2026〕3号', organisationIds: ['mzt'], successorIds: ['hz'], by: 'platform', decidedBy: 'gxt-li', authorityId: 'gxt', entries: { listed: [], rest: [], withdrawals: [], ...entries } }),
      `authorisation.organisation-change-${what}.v1`,
    ); // prettier-ignore

  it('are the heir’s, published, in review and drafted alike; the gateway learns it, and what was told twice is done once', async () => {
    const [published, inReview, draft] = [
      await anEntry('203000/000001', 5),
      await anEntry('203000/000002', 3),
      await anEntry('203000/000003', 0),
    ];
    const merger = { rest: [{ fromId: 'mzt', toId: 'hz' }] };
    await tell('begun', merger);
    await tell('begun', merger);
    const facts = await catalogue.factsOf(published, 8);
    expect(facts.at(-1)).toMatchObject({ type: 'catalogue.entry-passed.v1', data: { providerId: 'hz', formerProviderId: 'mzt' } });
    expect(await catalogue.states('policy.resources', published, 2)).toMatchObject([{ providerId: 'mzt' }, { providerId: 'hz', status: 'PUBLISHED' }]);

    await catalogue.organisations({ id: 'hz', name: '和众厅', version: 2 });
    for (const [id, status] of [[published, 'PUBLISHED'], [inReview, 'UNDER_REVIEW'], [draft, 'DRAFT']] as const) {
      expect((await see(id)).body).toMatchObject({ status, providerId: 'hz', formerProviders: [{ providerId: 'mzt', changeId: 'c1' }] });
      // Whoever gave way keeps nothing: a draft is gone for it as for any stranger.
      expect((await see(id, submitter)).status).toBe((await see(id, stranger)).status);
    }
    // Where it stands, it goes on from there, by its new provider.
    expect((await act(inReview, 'approval', authority, { remarks: '同意' })).body).toMatchObject({ status: 'APPROVED' });
    expect((await act(inReview, 'publication', heir)).body).toMatchObject({ status: 'PUBLISHED' });
    // What was drafted in between goes after it.
    const late = await anEntry('203000/000004', 0);
    await tell('carried-out', merger);
    await catalogue.factsOf(late, 3);
    expect((await see(late)).body).toMatchObject({ providerId: 'hz' });
    expect((await see(published)).body.formerProviders).toHaveLength(1);
  }); // prettier-ignore

  it('[R10.4] are withdrawn where the decision withdraws them, and the gateway learns it', async () => {
    const id = await anEntry('203000/000005', 5);
    await tell('begun', { withdrawals: [{ entryId: id, statutoryBasis: [{ law: '某法', article: '第六条' }] }] });
    const states = await catalogue.states('policy.resources', id, 2);
    expect(states.at(-1)).toMatchObject({ status: 'WITHDRAWN', providerId: 'mzt' });
  });
});

describe('entries of the version before', () => {
  it('have had one provider', async () => {
    const database = await testDatabase('migrations');
    const before = await openDatabase({ url: database.url, applicationName: 'test', migrations: [Catalogue1795305600000] });
    await before.query(`INSERT INTO entry (id, resource_code, provider_id, status, sharing_type, metadata_visibility, revision, content, workflow, search_text, search_grams, updated_at)
      VALUES ('e1', 'e/1', 'mzt', 'PUBLISHED', 'CONDITIONAL', 'ALL', 1, '{}', '{}', '', '{}', now())`);
    await before.destroy();
    const migrations = [Catalogue1795305600000, FormerProviders1795700001000];
    const after = await openDatabase({ url: database.url, applicationName: 'test', migrations });
    expect(await after.query('SELECT provider_id, former_providers FROM entry')).toEqual([{ provider_id: 'mzt', former_providers: [] }]);
    await after.destroy();
    await database.drop();
  }); // prettier-ignore
});
