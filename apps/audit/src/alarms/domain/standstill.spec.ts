import { Standstill } from './standstill';

const offsets = (at: Record<string, number>): Map<string, bigint> =>
  new Map(Object.entries(at).map(([place, offset]) => [place, BigInt(offset)]));

describe('a partition that stands still [R14.9]', () => {
  const ends = offsets({ a: 10, b: 10 });

  it('is suspected when it has not moved for long enough and goes on behind its place', () => {
    const still = new Standstill(1000);
    expect(still.suspects(offsets({ a: 4, b: 10 }), ends, 0)).toEqual(new Map());
    expect(still.suspects(offsets({ a: 4, b: 10 }), ends, 999)).toEqual(new Map());
    expect(still.suspects(offsets({ a: 4, b: 10 }), ends, 1000)).toEqual(offsets({ a: 4 }));
  });

  it('is not while it moves, and one of which nothing was ever sealed stands at its beginning', () => {
    const still = new Standstill(1000);
    for (const at of [1, 2, 3]) still.suspects(offsets({ a: at }), ends, at * 900);
    expect(still.suspects(offsets({ a: 3 }), ends, 3600)).toEqual(offsets({ b: 0 }));
  });

  it('is not asked again for what holds no message, until it has grown', () => {
    const still = new Standstill(1000);
    const at = offsets({ a: 9, b: 10 });
    still.suspects(at, ends, 0);
    still.nothingAt(['a'], ends);
    expect(still.suspects(at, ends, 5000)).toEqual(new Map());
    const grown = offsets({ a: 12, b: 10 });
    expect(still.suspects(at, grown, 6000)).toEqual(new Map());
    expect(still.suspects(at, grown, 7000)).toEqual(offsets({ a: 9 }));
  });
});
