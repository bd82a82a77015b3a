import fc from 'fast-check';
import { anOfficer, aContent, authority, stranger, submitter } from './builders';
import { startCatalogue, type Answer, type RunningCatalogue } from './catalogue';
import { csvOf } from './sheet-of';

const ENTRIES = '/v1/catalogue/entries';
const SYSTEM = '/v1/catalogue/system';

describe('the catalogue system in force', () => {
  let catalogue: RunningCatalogue;
  beforeAll(async () => {
    catalogue = await startCatalogue();
    await catalogue.organisations({ id: 'mzt', name: '海南省民政厅' }, { id: 'zgt', name: '海南省资源厅' });
  });
  afterAll(() => catalogue.close());

  const { classification: _, ...REST } = aContent();
  const draft = (over: object, by = submitter, key?: string): Promise<Answer> =>
    catalogue.call('POST', ENTRIES, by, { body: { ...REST, classification: '2-03', ...over }, key });
  const codeOf = ({ status, body }: Answer): string => (status === 201 ? String(body['resourceCode']) : String(body['code'])); // prettier-ignore
  const errorsOf = ({ body }: Answer) => (body['errors'] as { pointer: string }[] | undefined)?.map(({ pointer }) => pointer); // prettier-ignore

  it('[R6.1] is told to everybody: template, code rule and classes', async () => {
    const { status, body } = await catalogue.call('GET', SYSTEM, stranger);
    expect([status, body['number'], body['status'], body['codeRule']]).toEqual([200, 1, 'IN_FORCE', { sequenceDigits: 6 }]); // prettier-ignore
    const elements = new Set((body['template'] as { element: number | null }[]).map(({ element }) => element));
    expect([...elements].filter((element) => element !== null)).toEqual(Array.from({ length: 13 }, (_, i) => i + 1));

    const classes = await catalogue.everyPage(`${SYSTEM}/editions/1/classes?limit=5`, stranger);
    const codes = classes.map(({ code }) => String(code));
    expect(codes).toEqual([...codes].sort());
    expect(classes.filter(({ parent }) => parent === null).map(({ code }) => code)).toEqual(['1', '2', '3']);
    expect(classes.find(({ code }) => code === '2-03')).toEqual({
      ...{ code: '2-03', zh: '社会保障', en: 'Social security', parent: '2', level: 2, ended: false, replacedBy: null },
    });
    const under = await catalogue.everyPage(`${SYSTEM}/editions/1/classes?limit=50&under=1`, stranger);
    expect(under.map(({ code }) => code)).toEqual(['1', '1-01', '1-02', '1-03', '1-04', '1-05']);
    expect((await catalogue.everyPage(`${SYSTEM}/editions?limit=5`, stranger)).map(({ number }) => number)).toEqual([1]); // prettier-ignore
    expect((await catalogue.call('GET', `${SYSTEM}/editions/2`, authority)).status).toBe(404);
  });

  it('[R6.1] gives the next code of the class to who names none', async () => {
    expect(codeOf(await draft({ classification: '2-05' }))).toBe('205000/000001');
    expect(codeOf(await draft({ classification: '2-05' }))).toBe('205000/000002');
    expect(codeOf(await draft({ classification: '3' }))).toBe('300000/000001');
  });

  it('[R6.1] [R23.1] goes on after the furthest code that was brought along', async () => {
    expect(codeOf(await draft({ classification: '2-06', resourceCode: '206000/000040' }))).toBe('206000/000040');
    expect(codeOf(await draft({ classification: '2-06', resourceCode: '206000/000007' }))).toBe('206000/000007');
    expect(codeOf(await draft({ classification: '2-06' }))).toBe('206000/000041');
    // What is narrower than any class is the former platform's, and counts by itself.
    expect(codeOf(await draft({ classification: '2-06', resourceCode: '206001/000003' }))).toBe('206001/000003');
    expect(codeOf(await draft({ classification: '2-06' }))).toBe('206000/000042');
  });

  it.each([
    ['a class that is none', { classification: '2-77' }, 'catalogue.class_not_in_force', '/classification'],
    ['a class below one', { classification: '2-03-001' }, 'catalogue.class_not_in_force', '/classification'],
    ['a number of fewer digits', { resourceCode: '203000/77' }, 'catalogue.code_not_by_rule', '/resourceCode'],
    ['a number of more digits', { resourceCode: '203000/999999999999' }, 'catalogue.code_not_by_rule', '/resourceCode'],
    ['the number 0', { resourceCode: '203000/000000' }, 'catalogue.code_not_by_rule', '/resourceCode'],
  ])('[R6.1] refuses %s, naming the field', async (_case, over, code, pointer) => {
    const answer = await draft(over);
    expect([answer.status, answer.body['code'], errorsOf(answer)]).toEqual([422, code, [pointer]]);
  });

  it('[R6.1] uses up no code for what is refused, and gives the same one to who asks again with the same key', async () => {
    const first = await draft({ classification: '2-07' }, submitter, 'once');
    expect((await draft({ classification: '2-07', providerCode: '1' })).status).toBe(422);
    expect(codeOf(await draft({ classification: '2-07' }, submitter, 'once'))).toBe(codeOf(first));
    expect(codeOf(await draft({ classification: '2-07' }))).toBe('207000/000002');
  });

  it('[R6.1] [R2.2] never gives the code of a draft that was wiped to another', async () => {
    const { body } = await draft({ classification: '2-08' });
    const review = { reviewer: '符审', unit: '办公室', date: '2026-11-19', conclusion: 'STATE_SECRET' };
    const wiped = await catalogue.call('PUT', `${ENTRIES}/${String(body['id'])}/secrecy-review`, submitter, { body: review, ifMatch: 1 }); // prettier-ignore
    expect(codeOf(wiped)).toBe('catalogue.secrecy_not_cleared');
    expect(codeOf(await draft({ classification: '2-08' }))).toBe('208000/000002');
    expect(codeOf(await draft({ classification: '2-08', resourceCode: '208000/000001' }))).toBe('catalogue.code_taken');
    const again = csvOf([{ code: '208000/000001', content: { classification: '2-08' } }]);
    expect(await imported(again)).toMatchObject({ status: 'REFUSED', created: 0, faults: 1 });
  });

  it('[R6.1] of entries registered at once, by whomever, each has a code of its own, and none is used again', async () => {
    const used = new Set<string>();
    const one = fc.record({
      classification: fc.constantFrom('2-09', '2-10', '1-04'),
      given: fc.option(fc.integer({ min: 1, max: 60 }), { nil: null }),
      department: fc.constantFrom('mzt', 'zgt'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(one, { minLength: 2, maxLength: 16 }), async (registrations) => {
        const answers = await Promise.all(
          registrations.map(({ classification, given, department }) => {
            const prefix = classification.replace('-', '').padEnd(6, '0');
            const code = given === null ? {} : { resourceCode: `${prefix}/${String(given).padStart(6, '0')}` };
            const by = anOfficer({ departmentId: department, officerId: `${department}-submitter` });
            return draft({ classification, ...code }, by);
          }),
        );
        answers.forEach((answer, i) => {
          if (answer.status !== 201) {
            expect([registrations[i]!.given === null, codeOf(answer)]).toEqual([false, 'catalogue.code_taken']);
            return;
          }
          expect(used).not.toContain(codeOf(answer));
          used.add(codeOf(answer));
        });
      }),
      { numRuns: 12 },
    );
    const rows = await catalogue.query<{ code: string }>(
      `SELECT resource_code AS code FROM entry WHERE content ->> 'classification' IN ('2-09', '2-10', '1-04')`,
    );
    expect(new Set(rows.map(({ code }) => code))).toEqual(used);
  });

  const imported = async (sheet: string): Promise<Answer['body']> => {
    const answer = await catalogue.send('POST', '/v1/catalogue-imports', submitter, { headers: { 'content-type': 'text/csv' }, body: sheet }); // prettier-ignore
    const { id } = (await answer.json()) as { id: string };
    for (;;) {
      const { body } = await catalogue.call('GET', `/v1/catalogue-imports/${id}`, submitter);
      if (body['status'] !== 'RECEIVED') return body;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  it('[R6.1] numbers the entries of a sheet that have no code, class by class in its order', async () => {
    const lines = [
      { code: '', content: { classification: '2-11', name: '甲' } },
      { code: '211000/000005', content: { classification: '2-11', name: '乙' } },
      { code: '', content: { classification: '2-12', name: '丙' } },
      { code: '', content: { classification: '2-11', name: '丁' } },
    ];
    expect(await imported(csvOf(lines))).toMatchObject({ status: 'IMPORTED', created: 4, faults: 0 });
    const rows = await catalogue.query<{ name: string; code: string }>(
      `SELECT content ->> 'name' AS name, resource_code AS code FROM entry
       WHERE content ->> 'classification' IN ('2-11', '2-12')`,
    );
    expect(Object.fromEntries(rows.map(({ name, code }) => [name, code]))).toEqual({
      ...{ 甲: '211000/000006', 乙: '211000/000005', 丙: '212000/000001', 丁: '211000/000007' },
    });
    expect(codeOf(await draft({ classification: '2-11' }))).toBe('211000/000008');
  });

  it('[R6.1] refuses a sheet with a class that is none, in its cell, and gives no code for it', async () => {
    const lines = [
      { code: '', content: { classification: '2-04', name: '甲' } },
      { code: '', content: { classification: '2-44', name: '乙' } },
    ];
    expect(await imported(csvOf(lines))).toMatchObject({ status: 'REFUSED', created: 0, faults: 1 });
    expect(codeOf(await draft({ classification: '2-04' }))).toBe('204000/000001');
  });

  it('[R6.1] lists a class with those below it', async () => {
    const listed = await catalogue.everyPage(`${ENTRIES}?limit=200&classification=2-05`, submitter);
    expect(listed.map(({ resourceCode }) => resourceCode)).toEqual(['205000/000001', '205000/000002']);
    const above = await catalogue.everyPage(`${ENTRIES}?limit=200&classification=2`, submitter);
    expect(above.map(({ resourceCode }) => resourceCode)).toEqual(expect.arrayContaining(['205000/000001', '206001/000003'])); // prettier-ignore
    expect(above.every(({ classification }) => String(classification).startsWith('2'))).toBe(true);
  });
});
