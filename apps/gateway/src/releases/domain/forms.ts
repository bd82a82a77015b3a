import type { ReleaseForm } from '@qiongtong/contracts';

/** Makes of rows as exchange sends them, a JSON object on each line, what a reader of a release is sent. */
export interface RowWriter {
  readonly mediaType: string;
  /** Rows so far. */
  readonly rows: number;
  take(chunk: Buffer): Buffer;
  /** What is left; nothing is taken after it. */
  end(): Buffer;
}

export const MEDIA_TYPES: Readonly<Record<ReleaseForm, string>> = {
  JSON: 'application/json; charset=utf-8',
  CSV: 'text/csv; charset=utf-8; header=present',
};

export const rowWriter = (form: ReleaseForm, items: readonly string[]): RowWriter =>
  form === 'CSV' ? new CsvWriter(items) : new JsonWriter();

const NEWLINE = 0x0a;
/** Spreadsheets take text for the national code page unless it says what it is. */
const BYTE_ORDER_MARK = '\ufeff';

abstract class LineWriter implements RowWriter {
  abstract readonly mediaType: string;
  rows = 0;
  private rest: Buffer[] = [];

  /** Bytes before the first row, between rows and after the last. */
  protected abstract opening(): string;
  protected abstract row(line: string, first: boolean): string;
  protected abstract closing(): string;
  private opened = false;

  take(chunk: Buffer): Buffer {
    const last = chunk.lastIndexOf(NEWLINE);
    if (last === -1) {
      this.rest.push(chunk);
      return Buffer.alloc(0);
    }
    const whole = Buffer.concat([...this.rest, chunk.subarray(0, last)]).toString('utf8');
    this.rest = last + 1 < chunk.length ? [chunk.subarray(last + 1)] : [];
    return Buffer.from(this.open() + this.written(whole));
  }

  end(): Buffer {
    const whole = Buffer.concat(this.rest).toString('utf8');
    this.rest = [];
    return Buffer.from(this.open() + this.written(whole) + this.closing());
  }

  private open(): string {
    if (this.opened) return '';
    this.opened = true;
    return this.opening();
  }

  private written(lines: string): string {
    let text = '';
    for (const line of lines.split('\n')) if (line !== '') text += this.row(line, this.rows++ === 0);
    return text;
  }
}

/** `{"items": [...]}` */
class JsonWriter extends LineWriter {
  readonly mediaType = MEDIA_TYPES.JSON;
  protected opening = () => '{"items":[';
  protected row = (line: string, first: boolean) => (first ? line : `,${line}`);
  protected closing = () => ']}';
}

/** RFC 4180: item codes as head, lines end in CRLF. */
class CsvWriter extends LineWriter {
  readonly mediaType = MEDIA_TYPES.CSV;

  constructor(private readonly items: readonly string[]) {
    super();
  }

  protected opening = () => `${BYTE_ORDER_MARK}${this.items.map(cell).join(',')}\r\n`;
  protected row = (line: string) => {
    const row = JSON.parse(line) as Record<string, unknown>;
    return `${this.items.map((item) => cell(row[item])).join(',')}\r\n`;
  };
  protected closing = () => '';
}

/** A spreadsheet would run what begins like this; a number may begin with its sign. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?\d+(\.\d+)?$/;

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const harmless = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
