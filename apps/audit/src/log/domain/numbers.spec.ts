import fc from 'fast-check';
import { leafOf, type Leaf } from './leaf';
import { numberKey, sequenceOf, watch, withoutNumber, type Sequence } from './numbers';

const aFact = (n: number, content = `fact ${n}`, epoch = '1'): Leaf =>
  leafOf({
    topic: 'facts.catalogue',
    partition: 0,
    offset: String(n),
    key: 'k',
    headers: { ce_type: 't', ce_source: 'catalogue', qt_epoch: epoch, qt_n: String(n) },
    value: Buffer.from(JSON.stringify(content)),
  });
const sequence = sequenceOf(aFact(1)) as Sequence;
const numbers = (leaves: readonly Leaf[]) => leaves.map((leaf) => leaf.number?.n);

describe("producers' numbers [R14.9]", () => {
  it('is an alarm when a number stands in the log with other content, and the fact is sealed nevertheless', () => {
    const known = new Map([[numberKey(sequence, 2), [aFact(2).digest]]]);
    const watched = watch([aFact(2, 'something else')], [{ ...sequence, highest: 2 }], known);
    expect(numbers(watched.conflicting)).toEqual([2]);
    expect(numbers(watched.fresh)).toEqual([2]);
  });

  it('finds a conflict inside one batch, once', () => {
    const watched = watch([aFact(1), aFact(1, 'other'), aFact(1, 'other')], [], new Map());
    expect(numbers(watched.conflicting)).toEqual([1]);
    expect(numbers(watched.repeated)).toEqual([1]);
  });

  it('has no effect when the same number comes with the same content', () => {
    const known = new Map([[numberKey(sequence, 2), [aFact(2).digest]]]);
    const watched = watch([aFact(2), aFact(3), aFact(3)], [{ ...sequence, highest: 2 }], known);
    expect(numbers(watched.fresh)).toEqual([3]);
    expect(numbers(watched.repeated)).toEqual([2, 3]);
    expect(watched.conflicting).toEqual([]);
  });

  it('reports numbers that never came, also at the beginning', () => {
    expect(watch([aFact(3), aFact(4), aFact(7)], [], new Map()).gaps).toEqual([
      { ...sequence, from: 1, to: 2 },
      { ...sequence, from: 5, to: 6 },
    ]);
  });

  it('counts each epoch and each producer for itself', () => {
    const watched = watch([aFact(1), aFact(2), aFact(1, 'x', '2')], [], new Map());
    expect(watched.gaps).toEqual([]);
    expect(watched.conflicting).toEqual([]);
    expect(watched.progress).toHaveLength(2);
  });

  it('counts a gateway over the partitions of its topic, in whatever order they come', () => {
    const aRecord = (n: number, partition: number) =>
      leafOf({
        topic: 'facts.access',
        partition,
        offset: '0',
        key: `d-${n}`,
        headers: { ce_source: 'gateway', qt_boot: 'b1', qt_n: String(n) },
        value: null,
      });
    const first = watch([aRecord(4, 1), aRecord(1, 0), aRecord(2, 0)], [], new Map());
    expect(first.gaps).toMatchObject([{ partition: -1, from: 3, to: 3 }]);
    expect(watch([aRecord(3, 2), aRecord(5, 0)], first.progress, new Map())).toMatchObject({
      gaps: [],
      late: [{ partition: -1, n: 3 }],
      progress: [{ highest: 5 }],
    });
  });

  it('seals facts without a number', () => {
    const leaf = leafOf({ topic: 't', partition: 0, offset: '0', key: '', headers: {}, value: null });
    expect(watch([leaf, leaf], [], new Map()).fresh).toHaveLength(2);
  });

  it('closes the gap that a late number fills, and only that', () => {
    const gap = { ...sequence, from: 3, to: 6 };
    expect(withoutNumber(gap, 2)).toEqual([gap]);
    expect(withoutNumber(gap, 3)).toEqual([{ ...gap, from: 4 }]);
    expect(withoutNumber(gap, 6)).toEqual([{ ...gap, to: 5 }]);
    expect(withoutNumber(gap, 4)).toEqual([
      { ...gap, to: 3 },
      { ...gap, from: 5 },
    ]);
    expect(withoutNumber({ ...gap, to: 3 }, 3)).toEqual([]);
  });

  it('reports exactly the missing numbers, whatever is lost, repeated or cut into batches', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 30 })),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.nat(29)),
        (lost, size, again) => {
          const sent = Array.from({ length: 30 }, (_, i) => i + 1).filter((n) => !lost.includes(n));
          const stream = sent.flatMap((n, i) => (again.includes(i) ? [n, n] : [n])).map((n) => aFact(n));
          let progress = watch([], [], new Map()).progress;
          const missing: number[] = [];
          const sealed: Leaf[] = [];
          for (let at = 0; at < stream.length; at += size) {
            const known = new Map(sealed.map((leaf) => [numberKey(sequence, leaf.number?.n ?? 0), [leaf.digest]]));
            const watched = watch(stream.slice(at, at + size), progress, known);
            progress = watched.progress.length > 0 ? watched.progress : progress;
            sealed.push(...watched.fresh);
            for (const gap of watched.gaps) for (let n = gap.from; n <= gap.to; n += 1) missing.push(n);
          }
          expect(numbers(sealed)).toEqual(sent);
          expect(missing).toEqual(lost.filter((n) => n < Math.max(0, ...sent)).sort((a, b) => a - b));
        },
      ),
    );
  });
});
