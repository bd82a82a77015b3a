import { Readable } from 'node:stream';
import { Refusal, type Item } from '@qiongtong/contracts';
import { CHARSETS, decoded, NOT_DECODED, type Charset } from '@qiongtong/platform';
import { parse, type CsvError } from 'csv-parse';
import type { ArrivedRow } from './arrived-rows';

export { CHARSETS, type Charset };

type Parsed = Readonly<{ record: readonly string[]; raw: string }>;
type Columns = readonly Item[];

/** Handed on at once: to wait for each costs more than to read it. */
const ROWS_TOGETHER = 64;

/**
 * Rows of a CSV sheet (RFC 4180; line ends may be mixed). The first line names the items, by code or by name. Values are text
 * there: each is read as its item's type, an empty one as absent. A row that cannot be read is a bad row, not the end
 * of its batch; a quote that is never closed ends it, since nobody can tell where rows begin behind it. Rows are counted
 * from 1, the line of names included.
 */
export async function* csvRows(
  chunks: AsyncIterable<Buffer>,
  items: readonly Item[],
  charset: Charset,
  rowBytes: number,
): AsyncGenerator<ArrivedRow[]> {
  const parser = parse({
    bom: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: rowBytes,
    raw: true,
  });
  const source = Readable.from(decoded(chunks, charset));
  source.once('error', (error) => parser.destroy(error));
  let columns: Columns | null = null;
  let n = 0;
  let rows: ArrivedRow[] = [];
  try {
    for await (const { record, raw } of source.pipe(parser) as AsyncIterable<Parsed>) {
      n++;
      if (columns === null) columns = columnsOf(record, items);
      else if (rows.push(rowOf(record, raw, columns, n)) === ROWS_TOGETHER) {
        yield rows;
        rows = [];
      }
    }
    if (rows.length > 0) yield rows;
  } catch (error) {
    throw refusalOf(error as CsvError);
  }
}

/** The items that the columns hold. A sheet whose columns are not known is refused as a whole. */
function columnsOf(names: readonly string[], items: readonly Item[]): Columns {
  const errors: { pointer: string; message: string }[] = [];
  const seen = new Set<string>();
  const columns = names.map((given, at) => {
    const name = given.trim();
    const item = items.find(({ code }) => code === name) ?? onlyNamed(name, items);
    const pointer = `/1/${at + 1}`;
    if (!item) errors.push({ pointer, message: `column ${at + 1} is named after no item` });
    else if (seen.has(item.code)) errors.push({ pointer, message: `column ${at + 1} is there twice` });
    else seen.add(item.code);
    return item;
  });
  for (const { code, key } of items)
    if (key && !seen.has(code)) errors.push({ pointer: `/1/${code}`, message: 'the column is missing' });
  if (errors.length > 0) throw new Refusal('exchange.csv_columns', { errors: errors.slice(0, 100) });
  return columns as Columns;
}

function onlyNamed(name: string, items: readonly Item[]): Item | undefined {
  const named = items.filter((item) => item.name === name);
  return named.length === 1 ? named[0] : undefined;
}

function rowOf(record: readonly string[], raw: string, columns: Columns, n: number): ArrivedRow {
  const text = raw.replace(/[\r\n]+$/, '');
  const arrived = { n, bytes: raw.length, text };
  if (raw.includes(NOT_DECODED))
    return { ...arrived, row: undefined, unreadable: 'has bytes that are not of the encoding' };
  if (record.some((value) => isStray(value, raw)))
    return { ...arrived, row: undefined, unreadable: 'has a quote where none may stand' };
  if (record.length !== columns.length)
    return { ...arrived, row: undefined, unreadable: `has ${record.length} values for ${columns.length} columns` };
  const row: Record<string, unknown> = {};
  columns.forEach((item, at) => {
    const value = record[at]!;
    if (value !== '') row[item.code] = valueOf(value, item);
  });
  return { ...arrived, row };
}

/** What does not read as its type stays text, which the check of the row then refuses by name. */
function valueOf(text: string, { type }: Item): unknown {
  switch (type) {
    case 'B':
    case 'I':
      return /^-?\d{1,16}$/.test(text) ? Number(text) : text;
    case 'F':
      return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : text;
    case 'L':
      return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : text;
    default:
      return text;
  }
}

/** A quote belongs into a quoted value, doubled; the parser lets others pass as they are. */
const isStray = (value: string, raw: string): boolean =>
  value.includes('"') && !raw.includes(`"${value.replaceAll('"', '""')}"`);

/** What the parser gives up on, with the row it was at. Rows it had read by then may not have been taken yet. */
function refusalOf(error: CsvError & { records?: number }): Error {
  const n = (error.records ?? 0) + 1;
  const at = (message: string) => ({ errors: [{ pointer: `/${n}`, message: `row ${n}: ${message}` }] });
  switch (error.code) {
    case 'CSV_MAX_RECORD_SIZE':
      return new Refusal('exchange.row_too_large', at('larger than one row may be, or a quote is not closed'));
    case 'CSV_QUOTE_NOT_CLOSED':
      return new Refusal('exchange.csv_unreadable', at('a quote is not closed'));
    default:
      return error;
  }
}
