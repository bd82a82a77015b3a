import { exportRequestOf } from './export-request';
import { Refusal } from './refusals';

const refused = (body: unknown): string => {
  try {
    exportRequestOf(body);
  } catch (error) {
    return (error as Refusal).details.errors![0]!.pointer;
  }
  return 'taken';
};

describe('what an export is asked to hold', () => {
  it('is everything as NDJSON where no more is said', () => {
    expect(exportRequestOf({ format: 'NDJSON' })).toEqual({
      query: { filter: null, fields: null },
      ...{ format: 'NDJSON', gzip: false, bom: false, formulas: 'AS_TEXT' },
    });
  });

  it('is read with its filter, its items and its form', () => {
    const filter = { item: 'status', op: 'eq', value: '1' };
    const body = { format: 'CSV', gzip: true, bom: true, formulas: 'AS_IS', fields: ['certNo'], filter };
    expect(exportRequestOf(body)).toEqual({
      query: { filter, fields: ['certNo'] },
      ...{ format: 'CSV', gzip: true, bom: true, formulas: 'AS_IS' },
    });
  });

  it.each([
    ['', null],
    ['', []],
    ['/format', {}],
    ['/format', { format: 'XLSX' }],
    ['/gzip', { format: 'CSV', gzip: 'yes' }],
    ['/bom', { format: 'CSV', bom: 1 }],
    ['/bom', { format: 'NDJSON', bom: false }],
    ['/formulas', { format: 'CSV', formulas: 'as_is' }],
    ['/formulas', { format: 'NDJSON', formulas: 'AS_IS' }],
    ['/fields', { format: 'CSV', fields: [] }],
    ['/filter', { format: 'CSV', filter: 'all' }],
    ['/limit', { format: 'CSV', limit: 10 }],
    ['/cursor', { format: 'CSV', cursor: 'x' }],
  ])('is refused at %s: %j', (pointer, body) => {
    expect(refused(body)).toBe(pointer);
  });
});
