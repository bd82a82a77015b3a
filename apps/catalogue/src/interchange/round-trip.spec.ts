import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ITEM_SOURCES, ITEM_TYPES, Refusal, UPDATE_CYCLES, type Item } from '@qiongtong/contracts';
import { csvLine } from '@qiongtong/platform';
import fc from 'fast-check';
import { aContent, anItem } from '../../test/builders';
import * as content from '../entries/domain/content';
import type { Content } from '../entries/domain/content';
import { AT, COLUMNS } from './columns';
import { continues, faultsOf, readEntry, type ReadRow } from './read-entry';
import { HEADINGS, rowsOf, type SheetRow } from './sheet-rows';
import { readSheet } from './sheet-reader';
import type { SheetFormat } from './sheets.service';
import { workbook } from './xlsx-writer';

/** What a text may hold: the signs that sheets and this one give a meaning, both widths, lines, and what is rare. */
const SIGNS = [...'=+-@\'"\\;,', ...'\uff1b\uff1d\uff0b中文𠮷名 a1', '\n'];
const textOf = (most: number) =>
  fc
    .array(fc.constantFrom(...SIGNS), { minLength: 1, maxLength: Math.min(most, 12) })
    .map((signs) => signs.join('').trim())
    .filter((text) => text !== '');
const orNull = <T>(given: fc.Arbitrary<T>) => fc.option(given, { nil: null });
const oneOf = <T>(values: readonly T[]) => fc.constantFrom(...values);
const idOf = fc.integer({ min: 1, max: 999_999 }).map((n) => `203000-${String(n).padStart(6, '0')}`);
const codeOf = idOf.map((id) => id.replace('-', '/'));
const wordOf = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);

const sourceOf = fc.record(
  {
    elementId: wordOf,
    how: oneOf(ITEM_SOURCES),
    population: wordOf,
    regionCode: oneOf(['460000', '460100']),
    fromId: idOf,
  },
  { requiredKeys: ['elementId', 'how'] },
);
const itemOf: fc.Arbitrary<Item> = fc.record(
  {
    code: wordOf,
    name: textOf(200),
    type: oneOf(ITEM_TYPES),
    length: oneOf(['1', '99999', '18.2']),
    key: fc.boolean(),
    required: fc.boolean(),
    sensitive: fc.boolean(),
    queryable: fc.boolean(),
    codeList: fc.uniqueArray(textOf(200), { minLength: 1, maxLength: 4 }),
    source: sourceOf,
  },
  { requiredKeys: ['code', 'name', 'type', 'key', 'required', 'sensitive', 'queryable'] },
);
/** Every field, so that one that is added to an entry and has no column is missed here. */
const contentOf: fc.Arbitrary<Content> = fc
  .record<Content>({
    classification: oneOf(['2-03', '3-02-001', '1']),
    name: textOf(200),
    nameEn: orNull(textOf(300)),
    providerCode: orNull(oneOf(['11460000MB1234567X'])),
    abstract: orNull(textOf(2000)),
    formatCategory: orNull(oneOf(content.FORMAT_CATEGORIES)),
    items: fc.array(itemOf, { maxLength: 4 }),
    sharingType: oneOf(content.SHARING_TYPES),
    sharingCondition: orNull(textOf(1000)),
    sensitivityReason: orNull(textOf(1000)),
    legalBasis: orNull(
      fc.record({
        law: textOf(200),
        article: textOf(100),
        documentNumber: textOf(100),
        attachmentDigest: orNull(oneOf(['a1'.repeat(32)])),
      }),
    ),
    sharingMethods: fc.uniqueArray(oneOf(content.SHARING_METHODS)),
    deliveryMode: orNull(oneOf(content.DELIVERY_MODES)),
    openToSociety: fc.boolean(),
    opennessCondition: orNull(textOf(1000)),
    updateCycle: orNull(oneOf(UPDATE_CYCLES)),
    updateMode: orNull(oneOf(content.UPDATE_MODES)),
    monthlyConfirmation: orNull(textOf(500)),
    relatedCodes: fc.uniqueArray(codeOf, { maxLength: 3 }),
    dataLevel: orNull(oneOf(content.DATA_LEVELS)),
    personalInfo: orNull(oneOf(content.PERSONAL_INFO)),
    dutyBasis: orNull(textOf(1000)),
    origin: orNull(oneOf(content.ORIGINS)),
    derivedFrom: fc.uniqueArray(idOf, { maxLength: 3 }),
    specialRegime: orNull(oneOf(content.SPECIAL_REGIMES)),
    governingRule: orNull(
      fc.record({
        title: textOf(200),
        documentNumber: textOf(100),
        wayOfSharing: textOf(500),
        contact: textOf(200),
      }),
    ),
    matterNumberPerSubject: fc.boolean(),
    metadataVisibility: oneOf(content.METADATA_VISIBILITIES),
  })
  // A mode follows its cycle where nothing is said of it.
  .map((one) => ({ ...one, updateCycle: one.updateMode === null ? null : one.updateCycle }));

const listed = (contents: readonly Content[]): SheetRow[] =>
  contents.flatMap((one, i) =>
    rowsOf({ resourceCode: `203000/${String(i + 1).padStart(6, '0')}`, providerName: null, publishedOn: '2026-01-01', content: one }),
  ); // prettier-ignore

describe('a sheet that was exported', () => {
  const folder = mkdtempSync(join(tmpdir(), 'qiongtong-round-trip-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Written as an export writes it, and read as an import reads it. */
  async function readBack(rows: readonly SheetRow[], format: SheetFormat): Promise<ReturnType<typeof readEntry>[]> {
    const path = join(folder, `sheet.${format}`);
    const all = [...HEADINGS, ...rows];
    const written = format === 'csv' ? Readable.from(all.map(csvLine)) : workbook([{ name: '资源目录', rows: all }]);
    await pipeline(written, createWriteStream(path));
    const groups: ReadRow[][] = [];
    for await (const row of (await readSheet(path, format)).rows) {
      const last = groups.at(-1);
      if (last && continues(row, last[0]!)) last.push(row);
      else groups.push([row]);
    }
    return groups.map(readEntry);
  }

  it.each([
    ['csv', 60],
    ['xlsx', 15],
  ] as const)('[R7.3] loses nothing of an entry on its way out and in again: %s', async (format, numRuns) => {
    await fc.assert(
      fc.asyncProperty(fc.array(contentOf, { minLength: 1, maxLength: 8 }), async (contents) => {
        const read = await readBack(listed(contents), format);
        expect(read.flatMap(({ faults }) => faults)).toEqual([]);
        expect(read.map(({ given }) => content.newContent(given))).toEqual(contents);
      }),
      { numRuns },
    );
  });

  it('takes a text of rare ideographs for as long as its characters', async () => {
    const one = aContent({ name: '𠮷'.repeat(200), items: [anItem({ codeList: ['𠮷'.repeat(200)] })] });
    const [read] = await readBack(listed([one]), 'csv');
    expect(read!.faults).toEqual([]);
    const [tooLong] = await readBack(listed([{ ...one, name: '𠮷'.repeat(201) }]), 'csv');
    expect(tooLong!.faults).toEqual([{ n: 3, at: AT.get('entry.name'), code: 'import.cell_too_long' }]);
  });

  it.each([
    [{ 'item.source.how': '复用', 'item.source.elementId': '' }, 'item.source.elementId', 'import.cell_missing'],
    [{ 'item.source.how': '', 'item.source.elementId': 'household-no' }, 'item.source.how', 'import.cell_missing'],
    [{ 'item.source.how': '抄来', 'item.source.elementId': 'x' }, 'item.source.how', 'import.value_not_listed'],
    [{ 'item.source.how': '采集', 'item.source.elementId': '户' }, 'item.source.elementId', 'import.cell_malformed'],
  ])('[R8.1] is told what is wrong with where an item comes from: %j', async (cells, column, code) => {
    const rows = listed([aContent()]).map((row) =>
      row.map((cell, at) => (cells as Record<string, string>)[`${COLUMNS[at]!.part}.${COLUMNS[at]!.field}`] ?? cell),
    );
    const [read] = await readBack(rows, 'csv');
    expect(read!.faults[0]).toEqual({ n: 3, at: AT.get(column), code });
  });

  it('[R8.1] is told of a rule about where an item comes from in the cell that it is about', () => {
    const refusal = new Refusal('catalogue.item_invalid', {
      errors: [{ pointer: '/items/1/source/fromId', message: 'the resource it is reused from' }],
    });
    const rows = listed([aContent()]).map((cells, i) => ({ n: i + 3, cells }));
    expect(faultsOf(refusal, rows)).toEqual([
      { n: 4, at: AT.get('item.source.fromId'), code: 'catalogue.item_invalid' },
    ]);
  });
});
