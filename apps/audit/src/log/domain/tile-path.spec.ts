import fc from 'fast-check';
import { frontierTiles } from './tiles';
import { newTiles, parseTilePath, tilePath, type TileRef } from './tile-path';

describe('[R14.9] where a tile stands', () => {
  it.each<[string, TileRef]>([
    ['0/000', { level: 0, index: 0, width: 256 }],
    ['0/000.p/1', { level: 0, index: 0, width: 1 }],
    ['3/x001/x234/067', { level: 3, index: 1_234_067, width: 256 }],
    ['entries/x001/000.p/255', { level: 'entries', index: 1000, width: 255 }],
  ])('%s', (path, ref) => {
    expect(parseTilePath(path)).toEqual(ref);
    expect(tilePath(ref)).toBe(path);
  });

  it('is one path for each tile, and each path is of one tile', () => {
    const tiles = fc.record({
      level: fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant('entries' as const)),
      index: fc.integer({ min: 0, max: 999_999_999_999_999 }),
      width: fc.integer({ min: 1, max: 256 }),
    });
    fc.assert(fc.property(tiles, (ref) => expect(parseTilePath(tilePath(ref))).toEqual(ref)));
  });

  it.each([
    ...['', '0', '0/0', '0/00', '64/000', '00/000', '01/000', '-1/000', '0/x000/001', '0/x001', '0/001/002', '0/1000'],
    ...['0/000.p', '0/000.p/0', '0/000.p/256', '0/000.p/01', '0/000/', '/0/000', '0/000.p/1/', 'entries', 'x/000'],
    ...['0/x001/x001/x001/x001/x001/001', '0/%30%30%30', '0/../000', `0/${'x001/'.repeat(10_000)}001`],
  ])('is never %j', (path) => expect(parseTilePath(path)).toBeNull());
});

describe('[R14.9] the tiles that are new', () => {
  const paths = (before: number, size: number): string[] => [...newTiles(before, size)].map(tilePath);

  it.each([
    [0, 0, []],
    [0, 1, ['entries/000.p/1', '0/000.p/1']],
    [1, 3, ['entries/000.p/3', '0/000.p/3']],
    [0, 256, ['entries/000', '0/000', '1/000.p/1']],
    [255, 257, ['entries/000', 'entries/001.p/1', '0/000', '0/001.p/1', '1/000.p/1']],
    [257, 257, []],
  ])('from %d to %d entries', (before, size, expected) => expect(paths(before, size)).toEqual(expected));

  it('are, taken together over any steps, all that the last tree is made of', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 70_000 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(steps, (grown) => {
        const written = new Set<string>();
        let size = 0;
        for (const by of grown) for (const path of paths(size, (size += by))) written.add(path);
        for (const whole of paths(0, size)) expect(written).toContain(whole);
        for (const { level, index } of frontierTiles(size))
          expect([...written].some((path) => path.startsWith(tilePath({ level, index, width: 256 })))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
