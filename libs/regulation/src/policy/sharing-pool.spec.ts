import { aGrant } from '@qiongtong/testing';
import fc from 'fast-check';
import { SharingPool } from './sharing-pool';

const parsed = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe('equal parts of many states', () => {
  it('are one, in states that are equal to the given ones', () => {
    const pool = new SharingPool();
    const [a, b] = [pool.shared(parsed(aGrant())), pool.shared(parsed(aGrant({ id: 'g2' })))];
    expect([a, b]).toEqual([aGrant(), aGrant({ id: 'g2' })]);
    expect(a.items).toBe(b.items);
    expect(a.items).not.toBe(pool.shared(['certNo']));
    expect(a.scopeOfKnowledge).toBe(b.scopeOfKnowledge);
  });

  it.each<[unknown, unknown]>([
    [{ value: NaN }, { value: null }],
    [{ value: undefined }, {}],
    [{ value: -0 }, { value: 0 }],
    [{ inner: { value: [NaN] } }, { inner: { value: [null] } }],
    [{ value: 1, toJSON: () => ({}) }, {}],
  ])('are not one because they are written alike: %p and %p', (a, b) => {
    const [kept, other] = new SharingPool().shared([[a], [b]]) as [unknown[], unknown[]];
    expect([kept, other]).toEqual([[a], [b]]);
    expect(kept[0]).not.toBe(other[0]);
  });

  it('are kept as they are when they are no JSON at all', () => {
    const round: Record<string, unknown> = { big: 1n };
    round['itself'] = round;
    expect(new SharingPool().shared({ round })).toMatchObject({ round: { big: 1n } });
  });

  it('go on being equal to what was given when far more came than is remembered', () => {
    const pool = new SharingPool();
    for (let i = 0; i < 12_000; i++) expect(pool.shared({ inner: { i } })).toEqual({ inner: { i } });
  });

  it('never change a value, whatever JSON it is', () => {
    const pool = new SharingPool();
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const before = JSON.stringify(value);
        expect(JSON.stringify(pool.shared(value))).toBe(before);
        expect(JSON.stringify(value)).toBe(before);
      }),
    );
  });

  it('are not confused when lists join to the same text', () => {
    const pool = new SharingPool();
    expect(pool.shared([['a\nb'], ['a', 'b'], [''], []])).toEqual([['a\nb'], ['a', 'b'], [''], []]);
  });

  it('take a prototype for what it is: a key', () => {
    const hostile = JSON.parse('{"__proto__": {"status": "ACTIVE"}}') as Record<string, unknown>;
    const kept = new SharingPool().shared(hostile);
    expect(kept['status']).toBeUndefined();
    expect(Object.keys(kept)).toEqual(['__proto__']);
  });

  it('take a state nested without end as it is', () => {
    const deep = Array.from({ length: 100_000 }).reduce<unknown>((inner) => [inner], 'x');
    expect(() => new SharingPool().shared(deep)).not.toThrow();
  });
});
