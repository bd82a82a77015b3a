import { cutoff, isOfManifest, manifestLine, partEnd } from './manifest';

describe('what is old enough [R14.9]', () => {
  it.each([
    ['2029-11-23T08:00:00Z', 3, '2026-11-23T08:00:00.000Z'],
    ['2028-02-29T08:00:00Z', 3, '2025-02-28T08:00:00.000Z'],
    ['2028-02-29T08:00:00Z', 4, '2024-02-29T08:00:00.000Z'],
  ])('at %s with %d years was sealed before %s', (now, years, before) => {
    expect(cutoff(new Date(now), years).toISOString()).toBe(before);
  });

  it.each([
    [0, 255, null],
    [0, 256, 256],
    [0, 700, 512],
    [512, 700, null],
    [512, 512 + 256 * 500, 512 + 256 * 100],
  ])('from %d on, of %d, ends at %p: full bundles alone, and so many at once', (from, old, end) => {
    expect(partEnd(from, old, 256 * 100, 256)).toBe(end);
  });

  it('is named by a whole line of the signed note', () => {
    const note = `qiongtong/audit\n512\nroot\n${manifestLine('ab')}\n\n\u2014 qiongtong/audit x\n`;
    expect([isOfManifest(note, 'ab'), isOfManifest(note, 'a')]).toEqual([true, false]);
  });
});
