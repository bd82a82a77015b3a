import { invalid, isObject, refuseUnknown } from './body';
import { recordQueryOfBody, type RecordQuery } from './record-query';

export const EXPORT_FORMATS = ['NDJSON', 'CSV'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/**
 * What a spreadsheet must not take for a formula: `AS_TEXT` puts an apostrophe before such a text and before one that
 * begins with an apostrophe, so that taking one away gives the value again; `AS_IS` leaves every value as it is.
 */
export const FORMULA_HANDLING = ['AS_TEXT', 'AS_IS'] as const;
export type FormulaHandling = (typeof FORMULA_HANDLING)[number];

/** Where the rows come from: the store, or the provider that is asked by its endpoint. */
export const EXPORT_KINDS = ['EXPORT', 'QUERY'] as const;
export type ExportKind = (typeof EXPORT_KINDS)[number];

/** What an export is asked to hold, and in which form. */
export type ExportRequest = Readonly<{
  query: Pick<RecordQuery, 'filter' | 'fields'>;
  format: ExportFormat;
  gzip: boolean;
  /** Of CSV alone: whether the file begins with a byte order mark, by which some spreadsheets know UTF-8. */
  bom: boolean;
  formulas: FormulaHandling;
}>;

/** Reads the body of `POST …/exports`, as the gateway names the use by it and exchange runs it. */
export function exportRequestOf(body: unknown): ExportRequest {
  if (!isObject(body)) throw invalid('', 'expected an object');
  const { filter, fields, format, gzip = false, bom, formulas, ...unknown } = body;
  refuseUnknown(unknown);
  if (!isOneOf(EXPORT_FORMATS, format)) throw invalid('/format', `expected one of ${EXPORT_FORMATS.join(', ')}`);
  if (typeof gzip !== 'boolean') throw invalid('/gzip', 'expected true or false');
  if (bom !== undefined && typeof bom !== 'boolean') throw invalid('/bom', 'expected true or false');
  if (formulas !== undefined && !isOneOf(FORMULA_HANDLING, formulas))
    throw invalid('/formulas', `expected one of ${FORMULA_HANDLING.join(', ')}`);
  if (format !== 'CSV' && bom !== undefined) throw invalid('/bom', 'only of CSV');
  if (format !== 'CSV' && formulas !== undefined) throw invalid('/formulas', 'only of CSV');
  const query = recordQueryOfBody({ filter, fields });
  return {
    query: { filter: query.filter, fields: query.fields },
    format,
    gzip,
    bom: bom ?? false,
    formulas: formulas ?? 'AS_TEXT',
  };
}

const isOneOf = <T extends string>(known: readonly T[], value: unknown): value is T =>
  (known as readonly unknown[]).includes(value);
