import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { SheetRow } from './sheet-rows';
import { lettersOf } from './columns';

export type Sheet = Readonly<{ name: string; rows: AsyncIterable<SheetRow> | Iterable<SheetRow> }>;

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const XML_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
/** Text that XML cannot hold; none of it means anything in a cell. */
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
/** Characters of rows that are put together before they are handed on. */
const CHUNK = 64 * 1024;

/**
 * A workbook (ECMA-376) of sheets with text cells, written at the pace of its reader: rows are asked for as they are
 * taken, and nothing is held but a chunk of them. Cells are inline text, so no formula can come of them.
 */
export function workbook(sheets: readonly Sheet[]): Readable {
  const zip = new ZipFile();
  const fixed = (path: string, xml: string) => zip.addBuffer(Buffer.from(HEAD + xml), path);
  fixed('[Content_Types].xml', contentTypes(sheets.length));
  fixed('_rels/.rels', relations([['officeDocument', 'xl/workbook.xml']]));
  fixed('xl/workbook.xml', bookOf(sheets));
  fixed('xl/_rels/workbook.xml.rels', relations(sheets.map((_, i) => ['worksheet', `worksheets/sheet${i + 1}.xml`])));
  sheets.forEach(({ rows }, i) => {
    zip.addReadStreamLazy(`xl/worksheets/sheet${i + 1}.xml`, {}, (give) => {
      const xml = Readable.from(sheetXml(rows));
      xml.once('error', (error) => (zip.outputStream as Readable).destroy(error));
      give(null, xml);
    });
  });
  zip.end();
  return zip.outputStream as Readable;
}

async function* sheetXml(rows: Sheet['rows']): AsyncGenerator<Buffer> {
  let text = `${HEAD}<worksheet xmlns="${MAIN}"><sheetData>`;
  let n = 0;
  for await (const row of rows) {
    n++;
    const cells = row.map((cell, at) => (cell === '' ? '' : cellXml(cell, `${lettersOf(at)}${n}`)));
    text += `<row r="${n}">${cells.join('')}</row>`;
    if (text.length < CHUNK) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(`${text}</sheetData></worksheet>`);
}

const cellXml = (text: string, at: string) =>
  `<c r="${at}" t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`;

const escaped = (text: string) =>
  text
    .replaceAll(NOT_XML, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');

const contentTypes = (sheets: number) =>
  `<Types xmlns="${PACKAGE}/content-types">` +
  '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
  '<Default Extension="xml" ContentType="application/xml"/>' +
  `<Override PartName="/xl/workbook.xml" ContentType="${XML_TYPE}.sheet.main+xml"/>` +
  Array.from(
    { length: sheets },
    (_, i) => `<Override PartName="/xl/worksheets/sheet${i + 1}.xml" ContentType="${XML_TYPE}.worksheet+xml"/>`,
  ).join('') +
  '</Types>';

const relations = (of: readonly (readonly [type: string, target: string])[]) =>
  `<Relationships xmlns="${PACKAGE}/relationships">` +
  of
    .map(([type, target], i) => `<Relationship Id="rId${i + 1}" Type="${RELATIONS}/${type}" Target="${target}"/>`)
    .join('') + // prettier-ignore
  '</Relationships>';

const bookOf = (sheets: readonly Sheet[]) =>
  `<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>` +
  sheets.map(({ name }, i) => `<sheet name="${escaped(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`).join('') +
  '</sheets></workbook>';
