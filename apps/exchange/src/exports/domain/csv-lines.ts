import type { FormulaHandling, Item } from '@qiongtong/contracts';

type Values = Readonly<Record<string, unknown>>;
type Column = Pick<Item, 'code' | 'type'>;

export const BYTE_ORDER_MARK = '\ufeff';
const LINE_END = '\r\n';

/** Beginnings that spreadsheets read as a formula, the wide forms included; and the mark itself. */
const TAKEN_FOR_A_FORMULA = /^['=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
/** What must stand in quotes (RFC 4180); spaces at an end, because readers trim them. */
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

/** Lines of a CSV sheet: RFC 4180, columns named by the items' codes as a pushed sheet names them, an absent value empty. */
export class CsvLines {
  /** Values that were marked as text. */
  marked = 0;

  constructor(
    private readonly columns: readonly Column[],
    private readonly formulas: FormulaHandling,
  ) {}

  head(bom: boolean): string {
    return `${bom ? BYTE_ORDER_MARK : ''}${this.columns.map(({ code }) => code).join(',')}${LINE_END}`;
  }

  line(row: Values): string {
    return `${this.columns.map((column) => this.value(column, row[column.code])).join(',')}${LINE_END}`;
  }

  /** Only text can be a formula: a decimal such as -5.00 is a number wherever it is read. */
  private value({ type }: Column, value: unknown): string {
    if (value === null || value === undefined) return '';
    if (typeof value !== 'string') return String(value);
    const isText = type === 'C' || type === 'M';
    const marked = isText && this.formulas === 'AS_TEXT' && TAKEN_FOR_A_FORMULA.test(value);
    if (marked) this.marked++;
    const text = marked ? `'${value}` : value;
    return text === '' || NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }
}
