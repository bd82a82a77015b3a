import { fits, levelOf, parentOf, partsOf, pathOf, prefixOf, resourceCodeIn } from './class-code';
import { checkDescribed, checkReviewable, partsOfGiven, type CatalogueSystem } from './system';
import type { TemplateField } from './template';

const RULE = { sequenceDigits: 6 };

describe('the class of a resource', () => {
  it('[R6.1] has a level, a parent and a path', () => {
    expect(['1', '2-03', '2-03-001', '2-03-001-7'].map(levelOf)).toEqual([1, 2, 3, 4]);
    expect(['1', '2-03', '2-03-001-7'].map(parentOf)).toEqual([null, '2', '2-03-001']);
    expect(pathOf('2-03-001')).toEqual(['2', '2-03', '2-03-001']);
  });

  it('[R6.1] begins the codes that are given in it', () => {
    expect(['3', '2-03', '2-03-001', '2-03-001-07'].map(prefixOf)).toEqual(['300000', '203000', '203001', '20300107']);
    expect(resourceCodeIn('2-03', 7, RULE)).toBe('203000/000007');
    expect(resourceCodeIn('2-03', 1_234_567, RULE)).toBe('203000/1234567');
  });

  it.each([
    ['346007', '3', true],
    ['346007', '3-46', true],
    ['346007', '3-47', false],
    ['20300107', '2-03-001', true],
    ['20300107', '2-03-001-07', true],
    ['203001070', '2-03-001-07', false],
    ['20300107', '2-03-001-0', false],
  ])('[R6.1] a code of %s may be in %s: %s', (prefix, code, may) => {
    expect(fits(prefix, code)).toBe(may);
  });

  it.each([
    ['203000/000001', { prefix: '203000', sequence: 1 }],
    ['203000/1234567', { prefix: '203000', sequence: 1_234_567 }],
    ['203000/1234567890', null],
    ['203000/1', null],
    ['203000/0000001', null],
    ['203000/000000', null],
    ['203000-000001', null],
    ['20300/000001', null],
  ])('[R6.1] %s is written by the rule, or not', (code, parts) => {
    expect(partsOf(code, RULE)).toEqual(parts);
  });
});

describe('the catalogue system in force', () => {
  const field = (name: string, over: Partial<TemplateField> = {}): TemplateField => ({
    ...{ field: name, element: null, zh: name, en: name, told: false, required: false, longest: null, values: null },
    ...over,
  });
  const system: CatalogueSystem = {
    edition: 4,
    codeRule: RULE,
    template: [
      field('name', { required: true, longest: 4 }),
      field('publishedOn', { told: true, required: true }),
      field('sharingMethods', { values: ['API', 'FILE'] }),
      field('dataLevel', { values: ['L1', 'L2'] }),
      field('items', { required: true }),
    ],
    classes: new Set(['2', '2-03']),
  };
  const content = { classification: '2-03', name: '婚姻登记', sharingMethods: ['API'], dataLevel: null, items: [{}] };
  const refusal = (act: () => unknown) => {
    try {
      act();
      return null;
    } catch (error) {
      const { code, details } = error as {
        code: string;
        details: { about?: string[]; errors?: { pointer: string }[] };
      };
      return [code, ...(details.about ?? []), ...(details.errors ?? []).map(({ pointer }) => pointer)];
    }
  };

  it.each<[string, object, string[] | null]>([
    ['what agrees with it', {}, null],
    ['characters, not code units, as many as it allows', { name: '𠮷𠮷𠮷𠮷' }, null],
    ['one character more', { name: '婚姻登记表' }, ['catalogue.outside_template', '/name']],
    ['a value that is not listed', { dataLevel: 'L4' }, ['catalogue.outside_template', '/dataLevel']],
    ['one of several that is not', { sharingMethods: ['API', 'BATCH'] }, ['catalogue.outside_template', '/sharingMethods']], // prettier-ignore
    ['a class that it does not have', { classification: '2-04' }, ['catalogue.class_not_in_force', '/classification']],
    ['a gap', { items: [] }, null],
  ])('[R6.1] [R7.3] of a draft: %s', (_case, over, refused) => {
    expect(refusal(() => checkDescribed(system, { ...content, ...over }))).toEqual(refused);
  });

  it('[R7.3] has no gap reviewed', () => {
    expect(refusal(() => checkReviewable(system, content))).toBeNull();
    expect(refusal(() => checkReviewable(system, { ...content, items: [], name: ' ' }))).toEqual(['catalogue.incomplete', 'name', 'items']); // prettier-ignore
  });

  it('[R6.1] takes codes that its rule would have written', () => {
    expect(partsOfGiven(system, '203000/000009', '2-03')).toEqual({ prefix: '203000', sequence: 9 });
    expect(refusal(() => partsOfGiven(system, '203000/9', '2-03'))).toEqual(['catalogue.code_not_by_rule', '/resourceCode']); // prettier-ignore
    expect(refusal(() => partsOfGiven(system, '204000/000009', '2-03'))).toEqual(['catalogue.code_outside_classification', '2-03']); // prettier-ignore
  });
});
