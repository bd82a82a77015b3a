import { folded, termsOf } from './folding';
import { SYNONYMS, withSynonyms } from './synonyms';

const othersOf = (query: string) => withSynonyms(termsOf(query)).map(({ others }) => others ?? []);

describe('[R5.4] synonyms', () => {
  it('stand for the whole of a word or for a part of it', () => {
    expect(othersOf('低保')).toEqual([['最低生活保障']]);
    expect(othersOf('公司登记 海口')).toEqual([['企业登记', '市场主体登记', '经营主体登记'], []]);
  });
  it('are few, whatever is looked for', () =>
    expect(othersOf('企业公司市场主体居民人口社保医保').flat().length).toBeLessThanOrEqual(8));
  it('are Chinese and folded, each in one group, and none a part of another of its group', () => {
    const words = SYNONYMS.flat();
    expect([...new Set(words)]).toEqual(words);
    for (const word of words) expect([folded(word), /^\p{Script=Han}+$/u.test(word)]).toEqual([word, true]);
    for (const group of SYNONYMS)
      for (const word of group) expect(group.filter((other) => other !== word && other.includes(word))).toEqual([]);
  });
});
