import { aBasis, code } from '../../../test/applications';
import { checkGrounds, groundOf } from './grounds';

describe('the ground of a refusal', () => {
  it.each([
    ['第六条', '中华人民共和国个人信息保护法', '个人信息保护法#6'],
    ['第 6 条第一款', '《个人信息保护法》', '个人信息保护法#6'],
    ['6', '个人信息保护法(2021年)', '个人信息保护法#6'],
    ['６', ' 《中华人民共和国个人信息保护法》 ', '个人信息保护法#6'],
    ['第十条', '某法', '某法#10'],
    ['第十二条之一', '某法', '某法#12之一'],
    ['第二十三条', '某法', '某法#23'],
    ['第一百零三条', '某法', '某法#103'],
    ['第一千二百六十条', '某法', '某法#1260'],
    ['Art. 12(1)', 'Some Law', 'SomeLaw#12'],
  ])('[R12.1] %s of %s is one ground in any spelling', (article, law, ground) => {
    expect(groundOf({ article, law })).toBe(ground);
  });

  it.each([
    ['it names no article', { article: '有关规定' }],
    ['it names a zeroth article', { article: '第0条' }],
    ['the law has no such article', { article: '第七十五条' }],
    ['the measures have no such article', { law: '《海南省政务信息资源共享管理办法》', article: '24' }],
    ['the order has no such article', { law: '政务数据共享条例', article: '第四十五条' }],
  ])('[R10.2] is made up when %s', (_when, over) => {
    expect(() => checkGrounds([aBasis(), aBasis(over)])).toThrow(
      expect.objectContaining({ code: 'application.article_unknown', details: { about: ['/statutoryBasis/1'] } }),
    );
  });

  it('[R10.2] is needed', () => {
    expect(() => checkGrounds([])).toThrow(code('consent.statutory_basis_missing'));
  });

  it.each([
    ['第七十四条', '个人信息保护法'],
    ['第二十三条', '海南省政务信息资源共享管理办法'],
    ['第九百条', '一部我们不认识的条例'],
  ])('[R10.2] %s of %s is there, or may be', (article, law) => {
    expect(() => checkGrounds([aBasis({ article, law })])).not.toThrow();
  });
});
