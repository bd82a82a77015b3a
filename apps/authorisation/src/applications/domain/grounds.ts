import { Refusal, type StatutoryBasis } from '@qiongtong/contracts';

const DIGITS = '零一二三四五六七八九';
const UNITS: Readonly<Record<string, number>> = { 十: 10, 百: 100, 千: 1000 };
const ARTICLE =
  /^(?:第|art(?:icle|\.)?)?(\d{1,4}|[〇零一二三四五六七八九十百千]{1,9})(?:条|$|(?=[(第款]))(之[一二三四五六七八九十])?/iu;

/** Articles of the laws that a refusal is most likely to name: what lies beyond the last is made up. [R10.2] */
const LAST_ARTICLES: Readonly<Record<string, number>> = {
  海南省政务信息资源共享管理办法: 23,
  政务数据共享条例: 44,
  个人信息保护法: 74,
  数据安全法: 55,
  保守国家秘密法: 65,
  民法典: 1260,
};

/** `个人信息保护法#28`, however law and article are written: one ground is one ground in any spelling. */
export function groundOf({ law, article }: Pick<StatutoryBasis, 'law' | 'article'>): string {
  return `${lawOf(law)}#${articleOf(article) ?? article.trim()}`;
}

/**
 * There is one, its article is a number, and one that the law has where we know how many there are. The words that are
 * quoted are for the authority to read. [R10.2]
 */
export function checkGrounds(given: readonly StatutoryBasis[]): void {
  if (given.length === 0) throw new Refusal('consent.statutory_basis_missing');
  const wrong = given.flatMap(({ law, article }, i) => {
    const number = Number.parseInt(articleOf(article) ?? '0', 10);
    return number >= 1 && number <= (LAST_ARTICLES[lawOf(law)] ?? 9999) ? [] : [`/statutoryBasis/${i}`];
  });
  if (wrong.length > 0) throw new Refusal('application.article_unknown', { about: wrong });
}

const lawOf = (law: string): string =>
  law
    .normalize('NFKC')
    .replace(/[《》〈〉\s"'“”]/gu, '')
    .replace(/\([^)]*\)/gu, '')
    .replace(/^中华人民共和国/u, '');

function articleOf(article: string): string | null {
  const [, number, insertion = ''] = ARTICLE.exec(article.normalize('NFKC').replace(/\s/gu, '')) ?? [];
  if (number === undefined) return null;
  return `${/^\d/.test(number) ? Number(number) : numberOf(number)}${insertion}`;
}

function numberOf(chinese: string): number {
  let total = 0;
  let digit = 0;
  for (const character of chinese.replace(/〇/gu, '零')) {
    const unit = UNITS[character];
    if (unit === undefined) digit = DIGITS.indexOf(character);
    else {
      // 十二 is twelve: a unit without a digit before it counts once.
      total += (digit === 0 ? 1 : digit) * unit;
      digit = 0;
    }
  }
  return total + digit;
}
