import { inForce, instantOf, spanOf } from './instants';

describe('an instant of the policy', () => {
  it('is read as RFC 3339, or as a day that begins at midnight in Hainan', () => {
    expect(instantOf('2026-03-02T10:00:00+08:00')).toBe(Date.UTC(2026, 2, 2, 2));
    expect(instantOf('2026-03-02')).toBe(Date.UTC(2026, 2, 1, 16));
    expect(instantOf('2028-02-29T00:00:00.5Z')).toBe(Date.UTC(2028, 1, 29, 0, 0, 0, 500));
  });

  it.each([
    '2026-02-30',
    '2026-02-29T00:00:00Z',
    '2026-04-31',
    '2026-13-01',
    '2026-3-2',
    'never',
    '2026-03-02T10:00:00',
    '2026-03-02T25:00:00Z',
  ])('is none: %s, and so nothing is in force by it', (text) => {
    expect(instantOf(text)).toBeNaN();
    expect(inForce(spanOf('2020-01-01', text), Date.UTC(2021, 0))).toBe(false);
    expect(inForce(spanOf(text, null), Date.UTC(2040, 0))).toBe(false);
  });
});
