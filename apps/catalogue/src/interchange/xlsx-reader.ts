import type { Readable } from 'node:stream';
import { Refusal } from '@qiongtong/contracts';
import { SaxesParser } from 'saxes';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import type { ReadRow } from './read-entry';
import { BOUNDS, unreadable } from './sheet-bounds';

const SHEET_NAME = '资源目录';
const tooLarge = () => new Refusal('import.file_too_large');

/**
 * Rows of the first sheet of a workbook, or of the one that is named as in the template. What the archive says of its
 * sizes bounds it before anything is unpacked, and nothing unpacks to more than it says. Of a formula its last value is
 * read; nothing is computed, and no entity that the file declares is expanded.
 */
export async function* xlsxRows(path: string): AsyncGenerator<ReadRow> {
  let zip: ZipFile | null = null;
  try {
    zip = await openPromise(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true });
    const parts = await partsOf(zip);
    const sheet = parts.get(await sheetPath(zip, parts));
    if (!sheet) throw unreadable(null, 'there is no sheet');
    const strings = await sharedStrings(zip, parts.get('xl/sharedStrings.xml'));
    yield* sheetRows(await zip.openReadStreamPromise(sheet), strings);
  } catch (error) {
    // What the system could not do is no fault of the file.
    const code = (error as NodeJS.ErrnoException).code;
    throw error instanceof Refusal || (code !== undefined && /^E[A-Z]+$/.test(code)) ? error : unreadable(null, (error as Error).message.slice(0, 200)); // prettier-ignore
  } finally {
    zip?.close();
  }
}

async function partsOf(zip: ZipFile): Promise<Map<string, Entry>> {
  const parts = new Map<string, Entry>();
  let unpacked = 0;
  for await (const entry of zip.eachEntry()) {
    unpacked += entry.uncompressedSize;
    parts.set(entry.fileName, entry);
    if (parts.size > BOUNDS.parts || unpacked > BOUNDS.unpacked) throw tooLarge();
  }
  return parts;
}

async function sheetPath(zip: ZipFile, parts: ReadonlyMap<string, Entry>): Promise<string> {
  const sheets: { name: string; relation: string }[] = [];
  await each(zip, parts.get('xl/workbook.xml'), (tag, attributes) => {
    if (tag === 'sheet') sheets.push({ name: attributes['name'] ?? '', relation: attributes['r:id'] ?? attributes['id'] ?? '' }); // prettier-ignore
  });
  if (sheets.length > BOUNDS.sheets) throw tooLarge();
  const chosen = sheets.find(({ name }) => name === SHEET_NAME) ?? sheets[0];
  let target = '';
  await each(zip, parts.get('xl/_rels/workbook.xml.rels'), (tag, attributes) => {
    if (tag === 'Relationship' && attributes['Id'] === chosen?.relation) target = attributes['Target'] ?? '';
  });
  return target.startsWith('/') ? target.slice(1) : `xl/${target}`;
}

type Opened = (tag: string, attributes: Readonly<Record<string, string>>) => void;
const SMALL_PART = 4 * 1024 * 1024;

async function each(zip: ZipFile, part: Entry | undefined, opened: Opened): Promise<void> {
  if (!part) throw unreadable(null, 'it is no workbook');
  if (part.uncompressedSize > SMALL_PART) throw tooLarge();
  const parser = parserOf();
  parser.on('opentag', ({ name, attributes }) => opened(local(name), attributes as Record<string, string>));
  for await (const text of textOf(await zip.openReadStreamPromise(part))) parser.write(text);
  parser.close();
}

/** Texts that cells refer to by their number; readings of characters (phonetic runs) are no part of them. */
async function sharedStrings(zip: ZipFile, part: Entry | undefined): Promise<string[]> {
  const strings: string[] = [];
  if (!part) return strings;
  let text = '';
  let phonetic = false;
  let inText = false;
  let characters = 0;
  const parser = parserOf();
  parser.on('opentag', ({ name }) => {
    const tag = local(name);
    if (tag === 'si') text = '';
    else if (tag === 'rPh') phonetic = true;
    else if (tag === 't') inText = !phonetic;
  });
  parser.on('text', (more) => {
    if (inText) text += more;
  });
  parser.on('closetag', ({ name }) => {
    const tag = local(name);
    if (tag === 't') inText = false;
    else if (tag === 'rPh') phonetic = false;
    else if (tag === 'si') {
      strings.push(text);
      characters += text.length;
    }
  });
  for await (const more of textOf(await zip.openReadStreamPromise(part))) {
    parser.write(more);
    if (strings.length > BOUNDS.sharedStrings || characters > BOUNDS.sharedCharacters || text.length > BOUNDS.cell * 2)
      throw tooLarge();
  }
  parser.close();
  return strings;
}

async function* sheetRows(stream: Readable, strings: readonly string[]): AsyncGenerator<ReadRow> {
  let ready: ReadRow[] = [];
  let n = 0;
  let cells: string[] = [];
  let cell = { at: 0, type: '', text: '' };
  let reading = false;
  let next = 0;
  const parser = parserOf();
  parser.on('opentag', ({ name, attributes }) => {
    const tag = local(name);
    const { r, t } = attributes as Record<string, string>;
    if (tag === 'row') {
      n = r === undefined ? n + 1 : Number(r);
      [cells, next] = [[], 0];
    } else if (tag === 'c') {
      cell = { at: r === undefined ? next : columnOf(r), type: t ?? 'n', text: '' };
      if (!(cell.at >= 0 && cell.at < BOUNDS.columns)) throw tooLarge();
      next = cell.at + 1;
    } else if (tag === 'v' || tag === 't') reading = true;
  });
  parser.on('text', (more) => {
    if (!reading) return;
    cell.text += more;
    if (cell.text.length > BOUNDS.cell) throw tooLarge();
  });
  parser.on('closetag', ({ name }) => {
    const tag = local(name);
    if (tag === 'v' || tag === 't') reading = false;
    else if (tag === 'c') {
      while (cells.length < cell.at) cells.push('');
      cells[cell.at] = cell.type === 's' ? (strings[Number(cell.text)] ?? '') : cell.text;
    } else if (tag === 'row' && cells.some((text) => text.trim() !== '')) ready.push({ n, cells });
  });
  for await (const text of textOf(stream)) {
    parser.write(text);
    const rows = ready;
    ready = [];
    yield* rows;
  }
  parser.close();
}

function parserOf(): SaxesParser {
  const parser = new SaxesParser();
  parser.on('doctype', () => {
    throw unreadable(null, 'a part declares a document type');
  });
  parser.on('error', (error) => {
    throw unreadable(null, error.message.slice(0, 200));
  });
  return parser;
}

async function* textOf(stream: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of stream) yield decoder.decode(chunk as Buffer, { stream: true });
}

const local = (name: string) => name.slice(name.indexOf(':') + 1);

function columnOf(reference: string): number {
  let column = 0;
  for (const letter of /^[A-Z]+/.exec(reference)?.[0] ?? '') column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}
