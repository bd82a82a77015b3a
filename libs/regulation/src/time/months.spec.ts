import { monthsLater } from './months';

describe('months later', () => {
  it.each([
    ['2026-03-02T01:00:00.000Z', 12, '2027-03-02T01:00:00.000Z'],
    ['2028-02-29T00:00:00.000Z', 12, '2029-03-01T00:00:00.000Z'],
    ['2026-11-15T23:59:59.999Z', 3, '2027-02-15T23:59:59.999Z'],
    ['2026-03-02T01:00:00.000Z', -12, '2025-03-02T01:00:00.000Z'],
  ])('of %s, %s of them, is %s, and leaves the first alone', (from, months, expected) => {
    const instant = new Date(from);
    expect([monthsLater(instant, months).toISOString(), instant.toISOString()]).toEqual([expected, from]);
  });
});
