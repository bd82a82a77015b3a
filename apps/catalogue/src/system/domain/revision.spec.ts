import fc from 'fast-check';
import * as content from '../../entries/domain/content';
import { aContent } from '../../../test/builders';
import { ALWAYS_REQUIRED, UPDATE_CYCLES } from '@qiongtong/contracts';
import { levelOf, parentOf, pathOf } from './class-code';
import type { CatalogueClass } from './edition';
import { FIELDS } from './fields';
import { migratingBy, notMigrated, successorOf } from './migration';
import { changedClasses, changedTemplate } from './revision';
import type { TemplateField } from './template';

const aClass = (code: string, over: Partial<CatalogueClass> = {}): CatalogueClass => ({
  ...{ code, zh: code, en: code, ended: false, replacedBy: null },
  ...over,
});
const TREE = ['1', '2', '2-03', '2-03-001', '2-04', '3'].map((code) => aClass(code));
const IN_FORCE = new Set(TREE.map(({ code }) => code));
const codesOf = (classes: readonly CatalogueClass[]) => classes.map(({ code, ended }) => (ended ? `-${code}` : code));
const faultsOf = (act: () => unknown): string[] | null => {
  try {
    act();
    return null;
  } catch (error) {
    const { code, details } = error as { code: string; details: { errors: { pointer: string }[] } };
    return [code, ...details.errors.map(({ pointer }) => pointer)];
  }
};

describe('the classes of the next edition', () => {
  it('[R6.1] are added, renamed and ended', () => {
    const change = {
      classes: [
        { code: '2-13', zh: '社会救助', en: 'Aid' },
        { code: '2-04', zh: '食药安全', en: 'Food' },
      ],
      ended: [
        { code: '2-03', replacedBy: '2-13' },
        { code: '2-03-001', replacedBy: null },
      ],
    };
    const after = changedClasses(TREE, change, IN_FORCE);
    expect(codesOf(after)).toEqual(['1', '2', '-2-03', '-2-03-001', '2-04', '2-13', '3']);
    expect(after.find(({ code }) => code === '2-04')).toMatchObject({ zh: '食药安全' });
    // What was never in force leaves nothing behind, and what ended may be put back.
    expect(codesOf(changedClasses(after, { ended: [{ code: '2-13', replacedBy: null }], classes: [aClass('2-03')] }, IN_FORCE))).toEqual(
      ['1', '2', '2-03', '-2-03-001', '2-04', '3'],
    ); // prettier-ignore
  });

  it.each<[string, Parameters<typeof changedClasses>[1], string[]]>([
    ['a class below none', { classes: [aClass('2-05-001')] }, ['/classes/2-05-001']],
    ['an end that leaves a class without the one above', { ended: [{ code: '2-03', replacedBy: null }] }, ['/classes/2-03-001']], // prettier-ignore
    ['a successor that is none', { ended: [{ code: '2-04', replacedBy: '2-99' }] }, ['/classes/2-04']],
    ['two that take each other’s place', { ended: [{ code: '2-04', replacedBy: '2-03-001' }, { code: '2-03-001', replacedBy: '2-04' }] }, ['/classes/2-03-001', '/classes/2-04']], // prettier-ignore
    ['the end of a 类', { ended: [{ code: '3', replacedBy: null }] }, ['/ended/0/code']],
    ['the end of what is not there', { ended: [{ code: '2-77', replacedBy: null }] }, ['/ended/0/code']],
  ])('[R6.1] are refused with %s', (_case, change, pointers) => {
    expect(faultsOf(() => changedClasses(TREE, change, IN_FORCE))).toEqual(['catalogue.edition_inconsistent', ...pointers]); // prettier-ignore
  });

  const part = (digits: number) => fc.integer({ min: 0, max: 3 }).map((n) => String(n).padStart(digits, '0'));
  const code = fc
    .tuple(fc.constantFrom('1', '2', '3'), fc.integer({ min: 0, max: 3 }), part(2), part(3), part(1))
    .map(([first, depth, ...rest]) => [first, ...rest.slice(0, depth)].join('-'));
  const nth = fc.nat({ max: 50 });
  /** A class that ends, one below another, or a change of whatever codes. */
  const step = fc.oneof(
    fc.record({ end: nth, to: fc.option(nth, { nil: null }) }),
    fc.record({ under: nth, part: fc.integer({ min: 4, max: 9 }) }),
    fc.record({ ended: fc.array(fc.record({ code, replacedBy: fc.option(code, { nil: null }) }), { maxLength: 3 }) }),
  );
  type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
  function changeOf(one: Step, classes: readonly CatalogueClass[]): Parameters<typeof changedClasses>[1] {
    const live = classes.flatMap(({ code: known, ended }) => (ended ? [] : [known]));
    if ('ended' in one) return one;
    if ('under' in one) {
      const above = live[one.under % live.length]!;
      const digits = [2, 3, 1, 1][levelOf(above) - 1]!;
      return { classes: [aClass(`${above}-${String(one.part).padStart(digits, '0')}`)] };
    }
    const leaves = live.filter((known) => levelOf(known) > 1 && !live.some((other) => parentOf(other) === known));
    const ending = leaves[one.end % leaves.length];
    return {
      ended: ending ? [{ code: ending, replacedBy: one.to === null ? null : live[one.to % live.length]! }] : [],
    };
  }

  it('[R6.1] whatever moves, every entry stays reachable from the tree, in its class or above where that ended', () => {
    let [accepted, ended, moved] = [0, 0, 0];
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.array(code, { minLength: 1, maxLength: 20 }), (changes, codes) => {
        const whole = [...new Set([...'123', ...codes.flatMap(pathOf)])].map((one) => aClass(one));
        let classes: CatalogueClass[] = whole;
        const inForce = new Set(whole.map(({ code: one }) => one));
        for (const one of changes)
          try {
            classes = changedClasses(classes, changeOf(one, classes), inForce);
            accepted++;
          } catch {
            // Refused: nothing of it counts.
          }
        const migrating = migratingBy([], classes);
        for (const before of codes) {
          const after = successorOf(migrating, before) ?? before;
          const reports = notMigrated(migrating, aContent({ classification: after }), after, 'compiled');
          // It takes entries, or the report names it; and from the top one comes to it.
          expect(migrating.live.has(after)).toBe(reports.length === 0);
          if (reports.length > 0) ended++;
          if (after !== before) moved++;
          expect(pathOf(after).some((above) => migrating.live.has(above))).toBe(true);
        }
        for (const one of migrating.live) expect(parentOf(one) === null || migrating.live.has(parentOf(one)!)).toBe(true);
      }),
      { numRuns: 300 },
    );
    expect(Math.min(accepted, ended, moved)).toBeGreaterThan(20);
  }); // prettier-ignore
});

describe('the template of the next edition', () => {
  const field = (name: string, over: Partial<TemplateField> = {}): TemplateField => ({
    ...{ field: name, element: null, zh: name, en: name, told: false, required: false, longest: null, values: null },
    ...over,
  });
  const TEMPLATE = [field('name', { required: true, longest: 200 }), field('nameEn'), field('dataLevel', { required: true }), field('publishedOn', { told: true }), field('items', { required: true })]; // prettier-ignore

  it('[R6.1] [R7.3] asks for more, and for less text and fewer values', () => {
    const after = changedTemplate(TEMPLATE, [
      { field: 'nameEn', required: true, longest: 100 },
      { field: 'dataLevel', values: ['L1', 'L2'] },
    ]);
    expect(after.map(({ field: name, required, longest, values }) => [name, required, longest, values])).toEqual([
      ['name', true, 200, null],
      ['nameEn', true, 100, null],
      ['dataLevel', true, null, ['L1', 'L2']],
      ['publishedOn', false, null, null],
      ['items', true, null, null],
    ]);
  });

  it.each([
    ['lets go of what the measures ask', { field: 'name', required: false }],
    ['takes more than the platform holds', { field: 'name', longest: 201 }],
    ['gives a length to what has none', { field: 'items', longest: 5 }],
    ['gives values to a text', { field: 'nameEn', values: ['a'] }],
    ['names a value that is none', { field: 'dataLevel', values: ['L9'] }],
    ['leaves no value', { field: 'dataLevel', values: [] }],
    ['is about what the platform tells', { field: 'publishedOn', required: true }],
    ['is about no field', { field: 'colour', required: true }],
  ])('[R6.1] is refused where it %s', (_case, change) => {
    expect(faultsOf(() => changedTemplate(TEMPLATE, [change]))).toEqual([
      'catalogue.edition_inconsistent',
      '/template/0',
    ]);
  });

  it('[R7.3] knows the fields and values of an entry, and what is needed of it', () => {
    expect(Object.keys(FIELDS).sort()).toEqual(Object.keys(aContent()).sort());
    const lists = {
      formatCategory: content.FORMAT_CATEGORIES,
      sharingType: content.SHARING_TYPES,
      sharingMethods: content.SHARING_METHODS,
      updateCycle: UPDATE_CYCLES,
      deliveryMode: content.DELIVERY_MODES,
      updateMode: content.UPDATE_MODES,
      dataLevel: content.DATA_LEVELS,
      personalInfo: content.PERSONAL_INFO,
      origin: content.ORIGINS,
      specialRegime: content.SPECIAL_REGIMES,
      metadataVisibility: content.METADATA_VISIBILITIES,
    };
    for (const [name, values] of Object.entries(lists)) expect(FIELDS[name]!.values).toEqual(values);
    // Whatever else is needed, an entry says from the beginning.
    const always = ['classification', 'name', 'sharingType'];
    const gap = aContent(Object.fromEntries(ALWAYS_REQUIRED.filter((one) => !always.includes(one)).map((one) => [one, one === 'items' ? [] : null]))); // prettier-ignore
    try {
      content.checkComplete(gap);
    } catch (error) {
      const { about } = (error as { details: { about: string[] } }).details;
      expect([...about, ...always].sort()).toEqual([...ALWAYS_REQUIRED].sort());
    }
    expect.assertions(Object.keys(lists).length + 2);
  });
});
