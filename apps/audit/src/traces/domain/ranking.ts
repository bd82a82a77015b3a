import { byFit, type OrderFit } from '@qiongtong/contracts';

/** A delivery that holds every row of a sample: of an entry that has its hashes itself, or stored by exchange. */
export type Candidate = Readonly<{
  entry: number | null;
  deliveryId: string | null;
  openedAt: string;
  rows: number | null;
  fit: OrderFit;
  /** Whether it gave every item that the sample has; null where the log does not say. */
  gave: boolean | null;
}>;

export const MOST_RANKED = 20;

/** What gave other items than were found is not where they are from. */
const unlikely = ({ gave }: Candidate): number => (gave === false ? 1 : 0);
const byLikelihood = (one: Candidate, other: Candidate): number => unlikely(one) - unlikely(other) || byFit(one, other);

/** The best of those that were there and those that are new, each once. */
export function ranked(known: readonly Candidate[], found: readonly Candidate[]): Candidate[] {
  const every = new Map([...known, ...found].map((one) => [one.deliveryId ?? `entry ${one.entry}`, one]));
  return [...every.values()].sort(byLikelihood).slice(0, MOST_RANKED);
}

/** @param gave items of each use that is known of a delivery; null where one does not say */
export function gaveAll(items: readonly string[], gave: readonly (readonly string[] | null)[]): boolean | null {
  const told = gave.filter((one) => one !== null);
  return told.length === 0 ? null : told.some((given) => items.every((code) => given.includes(code)));
}
