import * as fc from 'fast-check';
import { folded, foldedWithPlaces, termsOf } from './folding';

describe('what is looked for', () => {
  it.each([
    ['最低生活保障 海口', ['chinese 最低生活保障', 'chinese 海口']],
    ['Ａ级 Licence', ['latin a', 'chinese 级', 'latin licence']],
    ['203000/0000', ['code 203000-0000']],
    ['203000-000001', ['code 203000-000001']],
    ['2024年度', ['latin 2024', 'chinese 年度']],
    ['低保　低保', ['chinese 低保']],
    ['“低保”、(名单)', ['chinese 低保', 'chinese 名单']],
    ['%_\\ <b>', ['latin b']],
    ['!!! …', []],
  ])('[R5.4] %s', (query, terms) => {
    expect(termsOf(query).map(({ kind, text }) => `${kind} ${text}`)).toEqual(terms);
  });

  it('[R5.4] has an end', () => {
    expect(termsOf(Array.from({ length: 100 }, (_, i) => `w${i}`).join(' '))).toHaveLength(12);
  });

  it('[R5.4] a text is folded the same with and without its places, and each place is in the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const { text: out, placeOf } = foldedWithPlaces(text);
        expect(out).toBe(folded(text));
        for (let at = 0; at < out.length; at++) expect(placeOf(at)).toBeLessThanOrEqual(placeOf(at + 1));
        expect([placeOf(0), placeOf(out.length)]).toEqual([0, text.length]);
      }),
    );
  });
});
