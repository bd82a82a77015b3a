import { growthOf } from './growth';

const at = (minutes: number, mb: number) => ({ seconds: minutes * 60, seen: { mb } });

describe('growth over a long run', () => {
  it('is the slope of the second half, an hour', () => {
    const filling = [at(0, 0), at(1, 500), at(2, 900), at(3, 990)];
    const flat = [at(4, 1000), at(5, 1001), at(6, 1002), at(7, 1003)];
    expect(growthOf([...filling, ...flat])).toEqual({ mb: { first: 1000, last: 1003, 'an hour': 60 } });
  });

  it('is none where nothing grows, falls where something falls, and is not told from one sample', () => {
    expect(growthOf([at(0, 7), at(1, 7), at(2, 7), at(3, 7)])['mb']!['an hour']).toBe(0);
    expect(growthOf([at(0, 0), at(1, 0), at(2, 9), at(3, 8)])['mb']!['an hour']).toBe(-60);
    expect(growthOf([at(0, 5)])['mb']).toEqual({ first: 5, last: 5, 'an hour': 0 });
  });
});
