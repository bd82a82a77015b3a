import type { Item } from '@qiongtong/contracts';
import { markedAsText } from '@qiongtong/platform';
import type { Content } from '../entries/domain/content';
import { nameIn, LISTS, type CodeList } from './code-lists';
import { COLUMNS, type Column } from './columns';

/** An entry as far as somebody may know it. */
export type Listed = Readonly<{
  resourceCode: string;
  providerName: string | null;
  publishedOn: string | null;
  content: Content;
}>;
export type SheetRow = readonly string[];

export const SEPARATOR = ';';
export const HEADINGS: readonly SheetRow[] = [COLUMNS.map(({ zh }) => zh), COLUMNS.map(({ en }) => en)];

/** The rows of one entry: what concerns all of it on each, so that a filter of a spreadsheet leaves none of it behind. */
export function rowsOf(listed: Listed): SheetRow[] {
  const { content, resourceCode, publishedOn } = listed;
  const whole = { ...content, resourceCode, publishedOn, provider: listed.providerName };
  const items: readonly (Item | null)[] = content.items.length === 0 ? [null] : content.items;
  return items.map((item) => COLUMNS.map((column) => cellOf(column, column.part === 'entry' ? whole : item)));
}

function cellOf({ field, kind }: Column, of: object | null): string {
  const value = field.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown> | null)?.[name], of);
  if (value === null || value === undefined) return '';
  switch (kind.is) {
    case 'yesNo':
      return value === true ? '1' : '0';
    case 'one':
      return nameIn(kind.of, value as string);
    case 'some':
      return (value as string[]).map((each) => nameIn(kind.of, each)).join(SEPARATOR);
    case 'texts':
      return markedAsText((value as string[]).map(escaped).join(SEPARATOR));
    default:
      return markedAsText(value as string);
  }
}

/** A value may itself have the sign that parts values. */
const escaped = (value: string) => value.replaceAll(/[\\;\uff1b]/g, (sign) => `\\${sign}`);

/** The sheet of explanations: what belongs into each column. */
export const EXPLANATIONS: readonly SheetRow[] = [
  ['列', '英文名', '核心元数据', '必填', '说明', 'Explanation'],
  ...COLUMNS.map(({ zh, en, element, needed, aboutZh, aboutEn, part }) => [
    zh,
    en,
    element ? String(element) : '扩展',
    needed ? (part === 'item' ? '有信息项时' : '是') : '',
    aboutZh,
    aboutEn,
  ]),
];

export const CODE_LISTS: readonly SheetRow[] = [
  ['代码表', 'Code list', '取值', 'Value', '代码', 'Code'],
  ...Object.values<CodeList>(LISTS).flatMap(({ zh, en, values }) =>
    values.map((listed) => [zh, en, listed.zh, listed.en, listed.number ?? listed.value, listed.value]),
  ),
];
