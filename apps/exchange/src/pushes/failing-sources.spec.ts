import { FixedClock } from '@qiongtong/platform';
import { FAILING_FROM, FailingSources } from './failing-sources';

describe('a source whose messages keep failing', () => {
  const clock = new FixedClock('2026-03-02T01:00:00Z');
  let sources: FailingSources;
  beforeEach(() => (sources = new FailingSources(clock)));
  const take = (taken: number, failed: number, systemId = 'a') => {
    const turn = sources.after(systemId, taken, failed);
    sources.keep(systemId, turn);
    return [turn.begins, sources.waitMs(systemId)];
  };

  it('is slowed when enough have failed in a row, longer each time, and told of once', () => {
    expect(take(60, 60)).toEqual([false, 0]);
    expect(take(60, 40)).toEqual([true, 5_000]);
    expect(take(1, 1)).toEqual([false, 10_000]);
    for (const wait of [20_000, 40_000, 60_000, 60_000]) expect(take(10, 6)).toEqual([false, wait]);
  });

  it('waits no longer than that', () => {
    take(FAILING_FROM, FAILING_FROM);
    clock.advance(4_000);
    expect(sources.waitMs('a')).toBe(1_000);
    clock.advance(4_000);
    expect(sources.waitMs('a')).toBe(0);
  });

  it('is not slowed any more once half of a group is good, and told of again when it fails anew', () => {
    take(FAILING_FROM, FAILING_FROM);
    expect(take(10, 5)).toEqual([false, 0]);
    expect(take(FAILING_FROM - 1, FAILING_FROM - 1)).toEqual([false, 0]);
    expect(take(1, 1)).toEqual([true, 5_000]);
  });

  it('is slowed alone', () => {
    take(FAILING_FROM, FAILING_FROM);
    expect(take(1, 1, 'b')).toEqual([false, 0]);
    expect(sources.waitMs('c')).toBe(0);
  });
});
