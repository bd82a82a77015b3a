import { Refusal, SAMPLE_ROWS, type Item, type SampleTraceQuestion } from '@qiongtong/contracts';
import { unmarked } from '@qiongtong/platform';
import { KIND_OF } from '@qiongtong/regulation';
import { parse } from 'csv-parse/sync';
import { sampleRows, type SampleRow } from './domain/sample';

/** The sample's rows, of JSON or of a sheet whose first line names the items. Marks against formulas are taken away. */
export function rowsOfSample(
  { rows, csv }: Pick<SampleTraceQuestion, 'rows' | 'csv'>,
  items: readonly Item[],
): SampleRow[] {
  return sampleRows(csv === undefined ? (rows ?? []) : sheetRows(csv, items), items);
}

function sheetRows(csv: string, items: readonly Item[]): Record<string, string>[] {
  const [names = [], ...lines] = linesOf(csv);
  const kinds = names.map((name) => items.find(({ code }) => code === name.trim()));
  const textOf = (value: string, at: number): string => {
    const item = kinds[at];
    return item && KIND_OF[item.type] === 'text' ? unmarked(value) : value;
  };
  return lines.map((line) => Object.fromEntries(line.slice(0, names.length).map((value, at) => [names[at]!.trim(), textOf(value, at)]))); // prettier-ignore
}

function linesOf(csv: string): string[][] {
  try {
    return parse(csv, {
      ...{ bom: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true },
      // One more than there may be, by which it is seen that there are too many.
      to: SAMPLE_ROWS + 2,
    });
  } catch {
    throw new Refusal('request.invalid', {
      errors: [{ pointer: '/csv', message: 'is no sheet of comma-separated values' }],
    });
  }
}
