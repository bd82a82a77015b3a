import { clocksOf, watchClocks, type Dated, type SeenClock } from './clocks';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 23, 8);
const at = (minute: number): string => new Date(START + minute * MINUTE).toISOString();
let index = 0;
const said = (minute: number, changes: Partial<Dated> = {}): Dated => ({
  index: (index += 1),
  topic: 'facts.catalogue',
  partition: 0,
  producer: 'catalogue',
  run: 'epoch:1',
  n: index,
  at: at(minute),
  sealedAt: new Date(START + 60 * MINUTE),
  ...changes,
});
/** Those that went back, and from when to when. */
const jumps = (clocks: readonly SeenClock[]) =>
  clocks.flatMap(({ producer, jump }) =>
    jump ? [`${producer} ${jump.from.toISOString()} ${jump.to.toISOString()}`] : [],
  );
const watch = (...entries: readonly Dated[]): string[] => jumps(watchClocks(entries, [], 5 * MINUTE));

describe("producers' clocks [R14.9]", () => {
  it('may be behind one another by as much as transactions overlap', () => {
    expect(watch(said(0), said(4), said(0), said(5))).toEqual([]);
  });

  it('are named when they go back by more, also a little at a time', () => {
    expect(watch(said(0), said(10), said(4))).toEqual([`catalogue ${at(10)} ${at(4)}`]);
    expect(watch(said(10), said(8), said(6), said(4))).toEqual([`catalogue ${at(10)} ${at(4)}`]);
  });

  it('are gone by as they are afterwards: one that was years ahead once is no alarm for years', () => {
    const first = watchClocks([said(0), said(5_000_000), said(1), said(2)], [], 5 * MINUTE);
    expect(jumps(first)).toEqual([`catalogue ${at(5_000_000)} ${at(1)}`]);
    const { jump } = first[0]!;
    expect(watchClocks([said(3), said(4)], first, 5 * MINUTE)[0]!.jump).toEqual(jump);
  });

  it('are each for itself: every partition, every boot of a gateway; not what came late, not what is no time', () => {
    const boot = (name: string) => ({ producer: 'gateway', run: `boot:${name}`, topic: 'facts.access' });
    expect(watch(said(50), said(0, { partition: 1 }), said(60, boot('a')), said(2, boot('b')))).toEqual([]);
    expect(watch(said(50, { n: 1000 }), said(0, { n: 7 }))).toEqual([]);
    expect(watch(said(50), said(0, { at: '' }), said(0, { at: '+275760-09-13T00:00:00Z' }), said(51))).toEqual([]);
    expect(watch(said(50, boot('a')), said(0, { ...boot('a'), partition: 3 }))).toEqual([`gateway ${at(50)} ${at(0)}`]);
  });

  it('go on over an epoch, whose numbers begin again', () => {
    expect(watch(said(50, { n: 9 }), said(0, { n: 1, run: 'epoch:2' }))).toEqual([`catalogue ${at(50)} ${at(0)}`]);
  });

  it("are compared with the log's own as well", () => {
    const sealed = (minute: number) => ({ sealedAt: new Date(START + minute * MINUTE) });
    expect(watch(said(0, sealed(30)), said(1, sealed(10)))).toEqual([`log ${at(30)} ${at(10)}`]);
  });

  it('are looked up for exactly the sources of the entries, and the log', () => {
    expect(clocksOf([]).length).toBe(0);
    expect(clocksOf([said(0), said(1), said(2, { partition: 2 })]).map((c) => `${c.topic}/${c.partition}`)).toEqual([
      'facts.catalogue/0',
      'facts.catalogue/2',
      '/-1',
    ]);
  });
});
