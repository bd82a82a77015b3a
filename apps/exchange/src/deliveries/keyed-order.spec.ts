import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { KeyedOrder } from './keyed-order';

const KEY = Buffer.alloc(32, 7);
const hashes = (rows: number): Buffer => randomBytes(16 * rows);
const inverse = (order: readonly number[]): number[] => order.map((_, place) => order.indexOf(place));

describe('the order of a delivery', () => {
  it('[R13.4] has every row once, whatever they are', () => {
    fc.assert(
      fc.property(fc.nat(300), (rows) => {
        const order = new KeyedOrder(KEY, 'd-1').of(hashes(rows));
        expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, i) => i));
      }),
    );
  });

  it('[R13.4] is the same for the same rows, however they come', () => {
    const rows = Array.from({ length: 50 }, () => hashes(1));
    const arranged = (given: readonly Buffer[]) =>
      new KeyedOrder(KEY, 'd-1').of(Buffer.concat(given)).map((i) => given[i]!.toString('hex'));
    expect(arranged(rows.toReversed())).toEqual(arranged(rows));
  });

  it.each([
    ['delivery', () => new KeyedOrder(KEY, 'd-2')],
    ['quarter', () => new KeyedOrder(Buffer.alloc(32, 8), 'd-1')],
  ])('[R13.4] has nothing to do with that of another %s', (_what, other) => {
    const rows = hashes(1_000);
    const mine = inverse(new KeyedOrder(KEY, 'd-1').of(rows));
    const theirs = other().of(rows);
    // Of neighbours there, half stand here the one way round and half the other: 500 of 999, give or take 16.
    const kept = theirs.slice(1).filter((row, i) => mine[theirs[i]!]! < mine[row]!).length;
    expect(Math.abs(kept - 499.5)).toBeLessThan(100);
  });
});
