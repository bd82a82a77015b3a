import { mayBeErased } from './erasure';

describe('a quarter whose traces may end [R14.9]', () => {
  it.each([
    ['2026Q4', '2029-12-31T23:59:59Z', false],
    ['2026Q4', '2030-01-01T00:00:00Z', true],
    ['2026Q1', '2029-03-31T23:59:59Z', false],
    ['2026Q1', '2029-04-01T00:00:00Z', true],
    ['2026Q0', '2040-01-01T00:00:00Z', false],
    ['2026', '2040-01-01T00:00:00Z', false],
    ['', '2040-01-01T00:00:00Z', false],
  ])('%s at %s: %p', (quarter, now, may) => {
    expect(mayBeErased(quarter, new Date(now))).toBe(may);
  });
});
