import { Refusal } from '@qiongtong/contracts';

/** What a sheet may be. Of a workbook, unpacked as well. */
export const BOUNDS = {
  bytes: 256 * 1024 * 1024,
  unpacked: 2 * 1024 * 1024 * 1024,
  rows: 1_000_000,
  columns: 200,
  cell: 32_767,
  sheets: 20,
  parts: 500,
  sharedStrings: 1_000_000,
  sharedCharacters: 64 * 1024 * 1024,
} as const;

/** @param n row, counted as a spreadsheet does; null for the file as a whole */
export const unreadable = (n: number | null, message: string) =>
  new Refusal('import.file_unreadable', {
    errors: [{ pointer: n === null ? '' : `/${n}`, message: n === null ? message : `row ${n}: ${message}` }],
  });
