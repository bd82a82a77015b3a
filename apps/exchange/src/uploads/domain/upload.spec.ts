import { Refusal } from '@qiongtong/contracts';
import { expectOpen, expectWhole } from './upload';

const parts = (...numbers: number[]) => numbers.map((n) => ({ n, bytes: 1, digest: '' }));
const errorsOf = (work: () => void) => {
  try {
    work();
  } catch (error) {
    return (error as Refusal).details.errors;
  }
  return null;
};

describe('an upload in parts', () => {
  it('[R9.2] is whole when all parts up to the last are there', () => {
    expect(errorsOf(() => expectWhole(parts(1, 2, 3), 3))).toBeNull();
  });

  it('[R9.2] names the parts that are missing, and those beyond the last', () => {
    expect(errorsOf(() => expectWhole(parts(2, 5), 3))).toEqual([
      { pointer: '/parts/1', message: 'is missing' },
      { pointer: '/parts/3', message: 'is missing' },
      { pointer: '/parts/5', message: 'is beyond the last part' },
    ]);
  });

  it('names a bounded number of them', () => {
    expect(errorsOf(() => expectWhole([], 10_000))).toHaveLength(100);
  });

  it.each(['QUEUED', 'RUNNING', 'SETTLED', 'FAILED', 'CANCELLED', 'EXPIRED'] as const)(
    'takes nothing more when %s',
    (status) => {
      expect(() => expectOpen({ id: 'u', status })).toThrow(expect.objectContaining({ code: 'upload.not_open' }));
    },
  );
});
