export const BYTE_ORDER_MARK = '\ufeff';
export const LINE_END = '\r\n';

/** Beginnings that spreadsheets read as a formula, the wide forms included; and the mark itself. */
const TAKEN_FOR_A_FORMULA = /^['=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
/** What must stand in quotes (RFC 4180); spaces at an end, because readers trim them. */
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

/** Whether a spreadsheet may run the text of a cell instead of showing it. */
export const takenForAFormula = (text: string): boolean => TAKEN_FOR_A_FORMULA.test(text);
/** As text for every spreadsheet; `unmarked` is its inverse. */
export const markedAsText = (text: string): string => (takenForAFormula(text) ? `'${text}` : text);
export const unmarked = (text: string): string =>
  text.startsWith("'") && takenForAFormula(text.slice(1)) ? text.slice(1) : text;

/** One value of a CSV line (RFC 4180); an empty text stands in quotes, so that it is told from one that is absent. */
export const csvValue = (text: string): string =>
  text === '' || NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/** One line of a CSV sheet; empty cells are absent ones. */
export const csvLine = (cells: readonly string[]): string =>
  cells.map((cell) => (cell === '' ? '' : csvValue(cell))).join(',') + LINE_END;
