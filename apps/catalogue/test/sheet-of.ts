import { csvLine } from '@qiongtong/platform';
import type { Content } from '../src/entries/domain/content';
import { AT, COLUMNS } from '../src/interchange/columns';
import { HEADINGS, rowsOf, type SheetRow } from '../src/interchange/sheet-rows';
import { aContent } from './builders';

export type Line = Readonly<{
  code: string;
  provider?: string;
  content?: Partial<Content>;
  cells?: Record<string, string>;
}>;

/** Rows of the template filled in: one entry a line, with single cells put over it. */
export const sheetRows = (lines: readonly Line[]): SheetRow[] =>
  lines.flatMap(({ code, provider = '', content = {}, cells = {} }) =>
    rowsOf({ resourceCode: code, providerName: provider, publishedOn: null, content: aContent(content) }).map(
      (row, i) =>
        row.map((cell, at) => {
          const { part, field } = COLUMNS[at]!;
          return (i === 0 || part === 'item' ? cells[`${part}.${field}`] : undefined) ?? (i > 0 && part === 'entry' ? '' : cell); // prettier-ignore
        }),
    ),
  );

export const csvOf = (lines: readonly Line[]): string => [...HEADINGS, ...sheetRows(lines)].map(csvLine).join('');
export const cellOf = (row: readonly string[], column: string) => row[AT.get(column)!];
