import type { Item } from '@qiongtong/contracts';
import fc from 'fast-check';
import { aContent, aKeyItem, anItem } from '../../../test/builders';
import { SHARING_TYPES, type Content } from './content';
import { applied, differenceBetween, same } from './difference';

const text = fc.string({ minLength: 1, maxLength: 6 });
const item: fc.Arbitrary<Item> = fc
  .record({
    code: fc.constantFrom('a', 'b', 'c', 'd', 'e', '__proto__', 'toString'),
    name: text,
    type: fc.constantFrom('C', 'N', 'D'),
    length: fc.option(fc.constantFrom('1', '2'), { nil: undefined }),
    key: fc.boolean(),
    codeList: fc.option(fc.array(text, { maxLength: 3 }), { nil: undefined }),
  } satisfies Partial<Record<keyof Item, unknown>>)
  .map((over) => {
    const { length, codeList, ...rest } = anItem(over as Partial<Item>);
    return { ...rest, ...(length !== undefined && { length }), ...(codeList && { codeList }) };
  });
const content: fc.Arbitrary<Content> = fc
  .record({
    name: text,
    abstract: fc.option(text),
    sharingType: fc.constantFrom(...SHARING_TYPES),
    relatedCodes: fc.array(text, { maxLength: 3 }),
    legalBasis: fc.option(fc.record({ law: text, article: text, documentNumber: text, attachmentDigest: fc.option(text) })), // prettier-ignore
    items: fc.uniqueArray(item, { selector: ({ code }) => code, maxLength: 6 }),
  })
  .map(aContent);

describe('the difference between two versions', () => {
  it('[R7.1] applied to the one gives the other, whatever they are', () => {
    fc.assert(
      fc.property(content, content, (from, to) => expect(applied(from, differenceBetween(from, to))).toEqual(to)),
    );
  });

  it('[R7.1] is nothing between a content and itself, however its members are ordered', () => {
    const turned = (value: unknown): unknown =>
      Array.isArray(value) || typeof value !== 'object' || value === null
        ? value
        : Object.fromEntries(Object.entries(value).reverse().map(([name, inner]) => [name, turned(inner)])); // prettier-ignore
    fc.assert(
      fc.property(content, (one) =>
        expect(differenceBetween(one, turned(one) as Content)).toEqual({
          fields: {},
          items: { added: [], removed: [], changed: [], order: null },
        }),
      ),
    );
  });

  it('[R7.1] names fields from and to, and items by their code', () => {
    const from = aContent({ items: [aKeyItem(), anItem(), anItem({ code: 'gone' })] });
    const to = aContent({
      abstract: null,
      items: [anItem({ type: 'N', length: '3.0' }), aKeyItem(), anItem({ code: 'new' })],
    });
    expect(differenceBetween(from, to)).toEqual({
      fields: { abstract: { from: from.abstract, to: null } },
      items: {
        added: [anItem({ code: 'new' })],
        removed: [anItem({ code: 'gone' })],
        changed: [{ code: 'name', changes: { type: { from: 'C', to: 'N' }, length: { from: '100', to: '3.0' } } }],
        order: ['name', 'certNo', 'new'],
      },
    });
  });

  it.each([
    [[1], { 0: 1 }, false],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ a: { b: [1, null] } }, { a: { b: [1, null] } }, true],
    [null, {}, false],
  ])('compares %j with %j as documents', (one, other, equal) => expect(same(one, other)).toBe(equal));
});
