import { Refusal, type Item, type Obligations } from '@qiongtong/contracts';
import type { Delivery } from '../deliveries/deliveries';
import type { FileRow } from '../records/domain/file-sql';
import { rowReleaser, rowTextReleaser } from '../records/domain/released-row';
import { quietly } from '../store/quietly';
import { CsvLines } from './csv-lines';
import type { Export } from './domain/export';

/** Rows one group after the other; none when there are no more. */
export type RowSource = Readonly<{ take: () => Promise<FileRow[]> }>;
export type RowBounds = Readonly<{ mostRows: number | null; rowBytes: number }>;
/** UTF-16 units of a text to bytes of UTF-8, at most. */
const MOST_BYTES_A_UNIT = 3;

/**
 * The text of a file, a chunk of rows at a time. While one chunk is written, the next is read and the hashes of the one
 * before are stored; nothing more is held.
 */
export class ExportRows {
  rows = 0;
  private readonly csv: CsvLines | null;
  private readonly head: string;
  private readonly line: (row: string) => string;

  constructor(
    { format, formulas, bom }: Pick<Export, 'format' | 'formulas' | 'bom'>,
    items: readonly Item[],
    released: readonly string[],
    { mask }: Pick<Obligations, 'mask'>,
    private readonly bounds: RowBounds,
  ) {
    const columns = released.map((code) => items.find((item) => item.code === code)!);
    this.csv = format === 'CSV' ? new CsvLines(columns, formulas) : null;
    this.head = this.csv?.head(bom) ?? '';
    this.line = lineOf(this.csv, { items: released, mask });
  }

  get markedValues(): number {
    return this.csv?.marked ?? 0;
  }

  /**
   * @param first the rows that were read already
   * @param asTheyCome in the order in which they come, as whoever asked was promised; otherwise each chunk in the
   *   delivery's own order
   */
  async *chunks(
    first: readonly FileRow[],
    cursor: RowSource,
    delivery: Pick<Delivery, 'leaves' | 'arranged'>,
    asTheyCome: boolean,
  ): AsyncGenerator<Buffer> {
    let rows = first;
    let next = quietly(cursor.take());
    let stored = Promise.resolve();
    try {
      if (this.head !== '') yield Buffer.from(this.head);
      while (rows.length > 0) {
        this.rows += rows.length;
        if (this.bounds.mostRows !== null && this.rows > this.bounds.mostRows)
          throw new Refusal('export.over_limit', { about: [String(this.bounds.mostRows)] });
        const { rows: arranged, hashes } = asTheyCome
          ? { rows, hashes: undefined }
          : delivery.arranged(rows, ({ record_key }) => record_key);
        await stored;
        stored = quietly(delivery.leaves(arranged.map(leftOf), hashes));
        yield Buffer.from(arranged.map(({ row }) => this.checked(this.line(row))).join(''));
        rows = await next;
        if (rows.length > 0) next = quietly(cursor.take());
      }
      await stored;
    } finally {
      // Nothing of it may still use the connections when these go back.
      await Promise.allSettled([next, stored]);
    }
  }

  private checked(line: string): string {
    const { rowBytes } = this.bounds;
    if (line.length * MOST_BYTES_A_UNIT > rowBytes && Buffer.byteLength(line) > rowBytes)
      throw new Refusal('export.row_too_large', { about: [String(rowBytes)] });
    return line;
  }
}

function lineOf(csv: CsvLines | null, released: Pick<Obligations, 'items' | 'mask'>): (row: string) => string {
  if (csv) {
    const release = rowReleaser(released);
    return (row) => csv.line(release(JSON.parse(row) as Record<string, unknown>));
  }
  const textOf = rowTextReleaser(released);
  return (row) => `${textOf(row)}\n`;
}

const leftOf = ({ record_key: key, batch_no: batchNo }: FileRow) => ({ key, batchNo: Number(batchNo) });
