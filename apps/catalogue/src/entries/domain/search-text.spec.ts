import * as fc from 'fast-check';
import { aContent } from '../../../test/builders';
import { gramsOf, neededGrams, searchTextOf, wordsOf } from './search-text';

describe('search text', () => {
  const text = searchTextOf({ resourceCode: '203000/000001', content: aContent({ name: 'Ａ级低保 名单' }) });

  it('folds widths and capitals, and has the code', () => {
    expect(text).toContain('a级低保 名单');
    expect(text).toContain('203000/000001');
  });

  it('has nothing of the items', () => {
    expect(text).not.toContain('证书编号');
  });

  it('splits a query into words, each once', () => {
    expect(wordsOf('  低保 名单　低保 ')).toEqual(['低保', '名单']);
  });

  it('a text that contains a word has every gram the word needs', () => {
    const han = fc.stringMatching(/^[\u4e00-\u4e20a-c1 /·]{0,12}$/);
    fc.assert(
      fc.property(han, han, han, (before, word, after) => {
        const grams = new Set(gramsOf(before + word + after));
        expect(neededGrams(word).every((gram) => grams.has(gram))).toBe(true);
      }),
    );
  });
});
