import type { FormulaHandling, Item } from '@qiongtong/contracts';
import { BYTE_ORDER_MARK, csvValue, LINE_END, markedAsText, takenForAFormula } from '@qiongtong/platform';

type Values = Readonly<Record<string, unknown>>;
type Column = Pick<Item, 'code' | 'type'>;

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
    const marked = isText && this.formulas === 'AS_TEXT' && takenForAFormula(value);
    if (marked) this.marked++;
    return csvValue(marked ? markedAsText(value) : value);
  }
}
