import type { Leaf, ProducerNumber } from './leaf';

/**
 * One sequence of numbers. A service's relay counts per partition within an epoch; a gateway counts all its records of
 * a topic within a boot, over the partitions (then `partition` is -1), so that late numbers are ordinary there.
 */
export type Sequence = Readonly<{ topic: string; partition: number; producer: string; run: string }>;
/** How far a sequence has been seen. */
export type Progress = Sequence & Readonly<{ highest: number }>;
/** Numbers missing in a sequence, both ends included. */
export type Gap = Sequence & Readonly<{ from: number; to: number }>;

/** `epoch:7` or `boot:3f…`. */
export const runOf = (number: ProducerNumber): string =>
  'epoch' in number ? `epoch:${number.epoch}` : `boot:${number.boot}`;

/** A gateway's numbers run over the partitions of its topic. */
const ANY_PARTITION = -1;
export const sequenceOf = (leaf: Leaf): Sequence | null =>
  leaf.number && {
    topic: leaf.topic,
    partition: 'boot' in leaf.number ? ANY_PARTITION : leaf.partition,
    producer: leaf.producer,
    run: runOf(leaf.number),
  };
export const sequenceKey = (s: Sequence): string => JSON.stringify([s.topic, s.partition, s.producer, s.run]);

/** A number met before: its digests, from the log or from earlier in the same batch. */
export type Known = ReadonlyMap<string, readonly Buffer[]>;
export const numberKey = (sequence: Sequence, n: number): string => `${sequenceKey(sequence)}#${n}`;

export type Watched = Readonly<{
  /** To be sealed, in order. */
  fresh: readonly Leaf[];
  /** The same number with the same content: a producer sent it again. Nothing new happened. */
  repeated: readonly Leaf[];
  /** Among the fresh: the number stands in the log with other content. An alarm. */
  conflicting: readonly Leaf[];
  /** Numbers that were skipped. */
  gaps: readonly Gap[];
  /** Numbers below the highest that had been missing and came late. */
  late: readonly (Sequence & Readonly<{ n: number }>)[];
  /** Of the sequences that moved on. */
  progress: readonly Progress[];
}>;

/**
 * Watches producers' numbers over a batch. Integrity is the tree's matter; this finds what never came
 * (completeness) and what came twice with different content.
 */
export function watch(leaves: readonly Leaf[], before: readonly Progress[], known: Known): Watched {
  const digests = new Map([...known].map(([key, list]) => [key, [...list]]));
  const arrived = new Map<string, { sequence: Sequence; numbers: number[] }>();
  const watched = { fresh: [] as Leaf[], repeated: [] as Leaf[], conflicting: [] as Leaf[] };
  for (const leaf of leaves) {
    const sequence = sequenceOf(leaf);
    if (!sequence || !leaf.number) {
      watched.fresh.push(leaf);
      continue;
    }
    const { n } = leaf.number;
    const seen = digests.get(numberKey(sequence, n)) ?? [];
    if (seen.some((digest) => digest.equals(leaf.digest))) {
      watched.repeated.push(leaf);
      continue;
    }
    watched.fresh.push(leaf);
    digests.set(numberKey(sequence, n), [...seen, leaf.digest]);
    if (seen.length > 0) watched.conflicting.push(leaf);
    else {
      const group = arrived.get(sequenceKey(sequence)) ?? { sequence, numbers: [] };
      group.numbers.push(n);
      arrived.set(sequenceKey(sequence), group);
    }
  }
  return { ...watched, ...advance([...arrived.values()], before) };
}

function advance(arrived: readonly { sequence: Sequence; numbers: number[] }[], before: readonly Progress[]) {
  const highest = new Map(before.map((p) => [sequenceKey(p), p.highest]));
  const gaps: Gap[] = [];
  const late: (Sequence & { n: number })[] = [];
  const progress: Progress[] = [];
  for (const { sequence, numbers } of arrived) {
    const start = highest.get(sequenceKey(sequence)) ?? 0;
    let last = start;
    for (const n of numbers.sort((a, b) => a - b)) {
      if (n <= start) late.push({ ...sequence, n });
      else if (n > last + 1) gaps.push({ ...sequence, from: last + 1, to: n - 1 });
      last = Math.max(last, n);
    }
    if (last > start) progress.push({ ...sequence, highest: last });
  }
  return { gaps, late, progress };
}

/** What remains of a gap after a number in it came late. */
export function withoutNumber(gap: Gap, n: number): Gap[] {
  if (n < gap.from || n > gap.to) return [gap];
  return [
    { ...gap, to: n - 1 },
    { ...gap, from: n + 1 },
  ].filter((rest) => rest.from <= rest.to);
}
