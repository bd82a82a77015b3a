import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { Refusal } from '@qiongtong/contracts';
import { charsetOf, decoded, NOT_DECODED } from '@qiongtong/platform';
import { parse } from 'csv-parse';
import { COLUMNS } from './columns';
import type { ReadRow } from './read-entry';
import { BOUNDS, unreadable } from './sheet-bounds';
import type { SheetFormat } from './sheets.service';
import { xlsxRows } from './xlsx-reader';

/** A sheet's own columns: for each of `COLUMNS` where it stands in the sheet, -1 where it does not. */
export type Places = readonly number[];
export type ReadSheet = Readonly<{ places: Places; rows: AsyncGenerator<ReadRow> }>;

/** Reads the headings of a file, and then its rows as they are asked for. */
export async function readSheet(path: string, format: SheetFormat): Promise<ReadSheet> {
  const raw = format === 'csv' ? csvRows(path) : xlsxRows(path);
  const head = await raw.next();
  if (head.done) throw new Refusal('import.file_empty');
  const places = placesOf(head.value.cells);
  return { places, rows: rowsBelow(raw, places) };
}

async function* rowsBelow(raw: AsyncGenerator<ReadRow>, places: Places): AsyncGenerator<ReadRow> {
  let first = true;
  let read = 0;
  for await (const { n, cells } of raw) {
    const own = places.map((place) => cells[place] ?? '');
    const heading = first && own.every((cell, at) => cell === '' || names(at, cell));
    first = false;
    if (heading || own.every((cell) => cell === '')) continue;
    if (++read > BOUNDS.rows) throw new Refusal('import.file_too_large');
    yield { n, cells: own };
  }
}

const names = (at: number, cell: string): boolean => {
  const { zh, en, field } = COLUMNS[at]!;
  return [zh, en.toLowerCase(), field].includes(cell.trim().toLowerCase()) || cell.trim() === field;
};

/** Columns are known by their heading in either language, or by the field; in any order. */
function placesOf(headings: readonly string[]): Places {
  const errors: { pointer: string; message: string }[] = [];
  const places = COLUMNS.map((_, at) => headings.findIndex((heading) => names(at, heading)));
  headings.forEach((heading, place) => {
    if (heading.trim() === '') return;
    const found = COLUMNS.findIndex((_, at) => names(at, heading));
    if (found === -1) errors.push({ pointer: `/1/${place + 1}`, message: `column ${place + 1} is not of the template` });
    else if (places[found] !== place) errors.push({ pointer: `/1/${place + 1}`, message: `column ${place + 1} is there twice` }); // prettier-ignore
  });
  COLUMNS.forEach(({ needed, part, field, zh }, at) => {
    if (needed && part === 'entry' && places[at] === -1)
      errors.push({ pointer: `/1/${field}`, message: `the column ${zh} is missing` });
  });
  if (errors.length > 0) throw new Refusal('import.columns_unknown', { errors: errors.slice(0, 100) });
  return places;
}

type Parsed = Readonly<{ record: readonly string[]; info: { lines: number } }>;

/** Rows of a CSV file in UTF-8 or, where it is not that, the national encoding. Counted as a spreadsheet counts them. */
async function* csvRows(path: string): AsyncGenerator<ReadRow> {
  const charset = await charsetOf(createReadStream(path));
  const parser = parse({
    bom: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: BOUNDS.columns * BOUNDS.cell,
    info: true,
  });
  const source = Readable.from(decoded(createReadStream(path), charset));
  source.once('error', (error) => parser.destroy(error));
  let n = 0;
  try {
    for await (const { record } of source.pipe(parser) as AsyncIterable<Parsed>) {
      n++;
      if (record.every((cell) => cell.trim() === '')) continue;
      if (record.length > BOUNDS.columns) throw new Refusal('import.file_too_large');
      if (record.some((cell) => cell.includes(NOT_DECODED) || cell.includes('\0')))
        throw unreadable(n, 'has bytes that are not of the encoding');
      yield { n, cells: record };
    }
  } catch (error) {
    const { code } = error as { code?: unknown };
    throw typeof code === 'string' && code.startsWith('CSV_') ? unreadable(n + 1, code) : error;
  }
}
