import { termsOf } from './folding';
import { highlightsOf } from './highlight';

const shown = { name: '最低生活保障名单', nameEn: 'Subsistence recipients', abstract: 'Ａ级 <b>保障</b>,保障对象', items: [{ code: 'idNumber', name: '身份证号' }, { code: 'fee', name: '保障金额' }] }; // prettier-ignore
const INITIALS: Record<string, string> = { 最: 'z', 低: 'd', 生: 's', 活: 'h', 保: 'b', 障: 'z', 名: 'm', 单: 'd' };
const initials = (text: string) => [...text].map((c) => INITIALS[c] ?? ' ').join('');
const cut = (text: string, places: readonly (readonly [number, number])[]) => places.map(([a, b]) => text.slice(a, b));
const of = (query: string) => highlightsOf(shown, termsOf(query), initials);

describe('highlights', () => {
  it('[R5.4] are places in the text as it is; marked-up text stays text', () => {
    const { name, abstract, items } = of('保障');
    expect(cut(shown.name, name)).toEqual(['保障']);
    expect(cut(shown.abstract, abstract)).toEqual(['保障', '保障']);
    expect(items).toEqual([{ code: 'fee', name: '保障金额', places: [[0, 2]] }]);
  });
  it('[R5.4] of full-width letters are places in those', () =>
    expect(cut(shown.abstract, of('a级').abstract)).toEqual(['Ａ级']));
  it('[R5.4] of an English word are its beginning, of what is in the middle none', () => {
    expect(cut(shown.nameEn, of('SUB').nameEn)).toEqual(['Sub']);
    expect(of('sistence').nameEn).toEqual([]);
  });
  it('[R5.4] of initials are the characters they stand for', () =>
    expect(cut(shown.name, of('shbz').name)).toEqual(['生活保障']));
  it('[R5.4] of what a name says in another word are those of the name alone', () => {
    const { name, abstract } = highlightsOf(shown, [{ kind: 'chinese', text: '低保', others: ['保障'] }], initials);
    expect([cut(shown.name, name), abstract]).toEqual([['保障'], []]);
  });
  it('[R5.4] that touch are one', () => expect(cut(shown.name, of('最低 低生活').name)).toEqual(['最低生活']));
});
