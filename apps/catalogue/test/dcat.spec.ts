import type { Quad } from 'n3';
import type { Principal } from '@qiongtong/contracts';
import { foundByDcatAp as foundBy, ofJsonLd, ofTurtle } from '@qiongtong/testing';
import { authority, stranger, submitter } from './builders';
import { startCatalogue, type RunningCatalogue } from './catalogue';
import { livesIn } from './lives';

const BASE = 'http://127.0.0.1:8080/v1/catalogue/dcat';
const DCAT = 'http://www.w3.org/ns/dcat#';
const DCT = 'http://purl.org/dc/terms/';
const NOT_SHARED = {
  ...{ sharingType: 'NOT_SHARED', deliveryMode: 'NONE', metadataVisibility: 'HIDDEN' },
  ...{ sharingCondition: null, sensitivityReason: null, sharingMethods: [] },
  legalBasis: { law: '某法', article: '第一条', documentNumber: '1号' },
};

describe('the catalogue in DCAT 3', () => {
  let catalogue: RunningCatalogue;
  let open: string, summary: string, hidden: string, draft: string;
  const lives = livesIn(() => catalogue);
  beforeAll(async () => {
    catalogue = await startCatalogue();
    const roles = [{ role: 'PROVINCIAL_AUTHORITY' as const, from: '2020-01-01', until: null }];
    await catalogue.organisations({ id: 'gxt', name: '省工业和信息化厅', roles }, { id: 'mzt', name: '海南省民政厅' });
    open = await lives.anEntryIn('PUBLISHED', {
      ...{ sharingMethods: ['API', 'BATCH', 'FILE'], abstract: '带"引号"\\、\n换行和 𠮷 的摘要' },
    });
    summary = await lives.anEntryIn('PUBLISHED', { metadataVisibility: 'SUMMARY' });
    hidden = await lives.anEntryIn('PUBLISHED', NOT_SHARED, { approval: { basisExamined: true } });
    draft = await lives.anEntryIn('DRAFT');
  });
  afterAll(() => catalogue.close());

  const get = async (by: Principal, accept?: string, target = '/v1/catalogue/dcat') => {
    const headers: Record<string, string> = accept === undefined ? {} : { accept };
    const answer = await catalogue.send('GET', target, by, { headers });
    return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
  };
  const subjects = (quads: readonly Quad[]) => [...new Set(quads.map(({ subject }) => subject.value))];
  const datasets = (quads: readonly Quad[]) =>
    quads.filter(({ predicate }) => predicate.value === `${DCAT}dataset`).map(({ object }) => object.value).sort(); // prettier-ignore
  const said = (quads: readonly Quad[], subject: string, predicate: string) =>
    quads.filter((quad) => quad.subject.value === subject && quad.predicate.value === predicate).map(({ object }) => object.value); // prettier-ignore
  const lines = (quads: readonly Quad[]) =>
    [...new Set(quads.map(({ subject, predicate, object }) => JSON.stringify([subject.value, predicate.value, object.value, object.termType === 'Literal' ? [object.language, object.datatype.value] : []])))].sort(); // prettier-ignore

  it('[R14.1] is what DCAT-AP asks for, whoever asks', async () => {
    for (const by of [stranger, submitter, authority]) {
      const { violations, warnings } = await foundBy(await ofTurtle((await get(by, 'text/turtle')).text));
      expect(violations).toEqual([]);
      // What an entry does not say: the time its data are of; and what a summary, or what is not shared, has none of.
      const unsaid = [`keyword of ${BASE}/${summary}`, ...[open, summary].map((id) => `temporal of ${BASE}/${id}`)];
      const whole = [`distribution of ${BASE}/${hidden}`, ...[open, summary, hidden].map((id) => `temporal of ${BASE}/${id}`)]; // prettier-ignore
      expect(warnings).toEqual(by === stranger ? unsaid.sort() : whole.sort());
    }
  });

  it.each([
    ['title', `${DCT}title`, 'Dataset'],
    ['accessURL', `${DCAT}accessURL`, 'Distribution'],
    ['endpointURL', `${DCAT}endpointURL`, 'DataService'],
    ['publisher', `${DCT}publisher`, 'Catalog'],
  ])('the shapes find a missing %s', async (name, predicate, type) => {
    const quads = await ofTurtle((await get(stranger, 'text/turtle')).text);
    const of = quads.filter(({ object }) => object.value === DCAT + type).map(({ subject }) => subject.value);
    const broken = quads.filter((quad) => !(of.includes(quad.subject.value) && quad.predicate.value === predicate));
    expect((await foundBy(broken)).violations).toEqual(of.map((iri) => `${name} of ${iri}`).sort());
  });

  it('the shapes find a publisher that nothing is said of, and a day that is none', async () => {
    const { text } = await get(stranger, 'text/turtle');
    const nameless = text.replaceAll('foaf:Agent', 'foaf:Thing');
    expect((await foundBy(await ofTurtle(nameless))).violations.length).toBeGreaterThan(0);
    const timeless = text.replaceAll('^^xsd:date', '^^xsd:string');
    expect((await foundBy(await ofTurtle(timeless))).violations.length).toBeGreaterThan(0);
  });

  it('says the same in JSON-LD and in Turtle, and nothing without a name', async () => {
    const [turtle, jsonld] = [await get(submitter, 'text/turtle'), await get(submitter, 'application/ld+json')];
    expect([turtle.type, jsonld.type]).toEqual(['text/turtle; charset=utf-8', 'application/ld+json']);
    const [one, other] = [await ofTurtle(turtle.text), await ofJsonLd(jsonld.text)];
    expect(lines(other)).toEqual(lines(one));
    expect(one.length).toBeGreaterThan(100);
    for (const { subject, object } of one) expect([subject.termType, object.termType]).not.toContain('BlankNode');
    expect(said(one, `${BASE}/${open}`, `${DCT}description`)).toEqual(['带"引号"\\、\n换行和 𠮷 的摘要']);
  });

  it.each([
    [undefined, 'jsonld'],
    ['*/*', 'jsonld'],
    ['application/json', 'jsonld'],
    ['text/turtle', 'turtle'],
    ['text/turtle;q=0.5, application/ld+json;q=0.9', 'jsonld'],
    ['application/ld+json;q=0.2, text/turtle;q=0.8, */*;q=0.1', 'turtle'],
    ['text/html, text/*;q=0.8, */*;q=0.1', 'turtle'],
    ['text/turtle;q=0', 'jsonld'],
    ['image/png', 'jsonld'],
  ])('answers Accept: %s with %s', async (accept, form) => {
    const { type } = await get(stranger, accept, `/v1/catalogue/dcat/${open}`);
    expect(type).toBe(form === 'turtle' ? 'text/turtle; charset=utf-8' : 'application/ld+json');
  });

  it('is asked for a form by name as well, and refuses others', async () => {
    expect((await get(stranger, undefined, '/v1/catalogue/dcat?format=turtle')).type).toContain('text/turtle');
    expect((await get(stranger, undefined, '/v1/catalogue/dcat?format=rdfxml')).status).toBe(400);
  });

  it('[R14.1] [R3.1] names what the caller may know, no more', async () => {
    const of = async (by: Principal) => ofTurtle((await get(by, 'text/turtle')).text);
    const iris = (...ids: string[]) => ids.map((id) => `${BASE}/${id}`).sort();
    expect(datasets(await of(stranger))).toEqual(iris(open, summary));
    expect(datasets(await of(submitter))).toEqual(iris(open, summary, hidden));
    expect(datasets(await of(authority))).toEqual(iris(open, summary, hidden));
    const other = await of(stranger);
    expect(said(other, `${BASE}/${summary}`, `${DCAT}keyword`)).toEqual([]);
    expect(said(other, `${BASE}/${open}`, `${DCAT}keyword`)).toEqual(['证书编号', '姓名']);
    expect(JSON.stringify(subjects(other))).not.toContain(hidden);
  });

  it('[R6.1] calls the classes by their names, in both languages', async () => {
    const [name] = await catalogue.query<{ zh: string; en: string }>(`SELECT zh, en FROM catalogue_class WHERE code = '2-03'`); // prettier-ignore
    for (const target of ['/v1/catalogue/dcat', `/v1/catalogue/dcat/${open}`]) {
      const quads = await ofTurtle((await get(stranger, 'text/turtle', target)).text);
      const labels = quads.filter(({ subject, predicate }) => subject.value === `${BASE}#class-2-03` && predicate.value.endsWith('#prefLabel')); // prettier-ignore
      const said = labels.map(({ object }) => [object.termType === 'Literal' && object.language, object.value]);
      expect(said.sort()).toEqual([['en', name!.en], ['zh', name!.zh]]); // prettier-ignore
    }
  });

  it('has a document for each entry at its own IRI, with the same said of it', async () => {
    const whole = await ofTurtle((await get(stranger, 'text/turtle')).text);
    const one = await ofTurtle((await get(stranger, 'text/turtle', `/v1/catalogue/dcat/${open}`)).text);
    expect(datasets(one)).toEqual([`${BASE}/${open}`]);
    const about = (quads: Quad[]) => lines(quads.filter(({ subject }) => subject.value.startsWith(`${BASE}/${open}`)));
    expect(about(one)).toEqual(about(whole));
    expect((await foundBy(one)).violations).toEqual([]);
    for (const id of [hidden, draft, '203000-999999'])
      expect((await get(stranger, 'text/turtle', `/v1/catalogue/dcat/${id}`)).status).toBe(404);
    expect((await get(submitter, 'text/turtle', `/v1/catalogue/dcat/${draft}`)).status).toBe(404);
  });
});
