import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { BYTE_ORDER_MARK, csvLine } from '@qiongtong/platform';
import { knowledgeOf } from '../entries/domain/knowledge';
import { ExportStore, type Chosen, type FoundEntry } from './export.store';
import { CODE_LISTS, EXPLANATIONS, HEADINGS, rowsOf, type SheetRow } from './sheet-rows';
import { workbook } from './xlsx-writer';

export const SHEET_FORMATS = ['csv', 'xlsx'] as const;
export type SheetFormat = (typeof SHEET_FORMATS)[number];
export const TEMPLATE_PARTS = ['sheet', 'explanations', 'code-lists'] as const;
export type TemplatePart = (typeof TEMPLATE_PARTS)[number];

const PARTS: Readonly<Record<TemplatePart, readonly SheetRow[]>> = {
  sheet: HEADINGS,
  explanations: EXPLANATIONS,
  'code-lists': CODE_LISTS,
};

/** The catalogue in the national guide's columns: as an empty template, and with what the caller may see of it. */
@Injectable()
export class SheetsService {
  constructor(private readonly store: ExportStore) {}

  /** @param part of a CSV template, which is one sheet; a workbook has all of them */
  template(format: SheetFormat, part: TemplatePart): Readable {
    return format === 'csv' ? csv(PARTS[part]) : book(HEADINGS);
  }

  export(format: SheetFormat, chosen: Chosen, by: Principal): Readable {
    const rows = exported(this.store.entries(chosen, by), by);
    return format === 'csv' ? csv(rows) : book(rows);
  }
}

async function* exported(entries: AsyncIterable<FoundEntry>, by: Principal): AsyncGenerator<SheetRow> {
  yield* HEADINGS;
  for await (const entry of entries) {
    const knowledge = knowledgeOf(entry, by);
    if (knowledge === 'nothing') continue;
    const { content } = entry;
    yield* rowsOf({ ...entry, content: knowledge === 'summary' ? { ...content, items: [] } : content });
  }
}

type Rows = Iterable<SheetRow> | AsyncIterable<SheetRow>;

/** With a byte order mark, without which spreadsheets take it for the national encoding. */
const csv = (rows: Rows): Readable =>
  Readable.from(
    (async function* () {
      yield BYTE_ORDER_MARK;
      for await (const row of rows) yield csvLine(row);
    })(),
    { objectMode: false },
  );

const book = (rows: Rows): Readable =>
  workbook([
    { name: '资源目录', rows },
    { name: '填写说明', rows: EXPLANATIONS },
    { name: '代码表', rows: CODE_LISTS },
  ]);
