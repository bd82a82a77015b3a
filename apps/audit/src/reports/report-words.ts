import type { Language } from '@qiongtong/platform';
import type { UseReportView } from './reports.dto';

type Words = Readonly<Record<string, string>>;

export const TITLE: Readonly<Record<Language, string>> = { zh: '使用情况报告', en: 'Report on uses' };
export const COLUMNS: Readonly<Record<Language, Words>> = {
  zh: { department: '部门', resource: '资源', effect: '决定', article: '依据条款', purpose: '用途', uses: '次数', rows: '行数' }, // prettier-ignore
  en: { department: 'Department', resource: 'Resource', effect: 'Decision', article: 'Articles', purpose: 'Purpose', uses: 'Uses', rows: 'Rows' }, // prettier-ignore
};
const EFFECTS: Readonly<Record<Language, Words>> = {
  zh: { permit: '准予', deny: '拒绝', indeterminate: '无法判定', aborted: '中断' },
  en: { permit: 'Permitted', deny: 'Refused', indeterminate: 'Indeterminate', aborted: 'Aborted' },
};

/** Cells of the sheet: first the columns' titles, then a line a group. */
export function cellsOf({ columns, items }: UseReportView, language: Language): string[][] {
  const said = (name: string, value: string | number | undefined): string =>
    name === 'effect' ? (EFFECTS[language][String(value)] ?? String(value)) : String(value ?? '');
  return [
    columns.map(({ title }) => title),
    ...items.map((item) => columns.map(({ name }) => said(name, item[name as keyof typeof item]))),
  ];
}
