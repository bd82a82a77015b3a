import type { Term } from './folding';

/**
 * Words by which people look for the same: each group stands for any of its words. Official and everyday words, short forms
 * and what a matter was called before. No word is in two groups, and none is a part of another of its group.
 */
export const SYNONYMS: readonly (readonly string[])[] = [
  ['企业', '公司', '市场主体', '经营主体'],
  ['营业执照', '商事登记', '工商登记'],
  ['居民', '人口'],
  ['户口', '户籍'],
  ['身份证', '公民身份号码'],
  ['社保', '社会保险', '社会保障'],
  ['医保', '医疗保险'],
  ['低保', '最低生活保障'],
  ['五保', '特困人员'],
  ['养老院', '敬老院', '养老机构'],
  ['公租房', '廉租房', '公共租赁住房'],
  ['房产', '不动产'],
  ['驾照', '驾驶证'],
  ['车辆', '机动车'],
  ['网约车', '网络预约出租汽车'],
  ['高校', '大学', '高等学校'],
  ['学生证', '学籍'],
  ['导游资格', '导游证'],
  ['环评', '环境影响评价'],
  ['疫苗', '预防接种'],
];

const MOST = 8;

/** Terms with what else may be meant by them: by the whole of one, or by a part of it (`公司登记`, `企业登记`). */
export const withSynonyms = (terms: readonly Term[]): Term[] =>
  terms.map((term) => {
    const others = term.kind === 'chinese' ? othersOf(term.text) : [];
    return others.length > 0 ? { ...term, others } : term;
  });

function othersOf(text: string): string[] {
  const others = SYNONYMS.flatMap((group) =>
    group
      .filter((word) => text.includes(word))
      .flatMap((word) => group.filter((other) => other !== word).map((other) => text.replace(word, other))),
  );
  return [...new Set(others)].slice(0, MOST);
}
