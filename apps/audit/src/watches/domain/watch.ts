import { Refusal } from '@qiongtong/contracts';

/** From what says most of an entry to what says least: by the first that it names a watch is looked up. */
export const WATCH_KINDS = [
  'matter',
  'about',
  'actor',
  'reason',
  'article',
  'purpose',
  'organisation',
  'effect',
] as const;
/** What a watch is told of: entries that meet every field. An empty one is told of everything. */
export type WatchFilter = Readonly<
  Partial<Record<(typeof WATCH_KINDS)[number], string>> & {
    /** Of one of these types. */
    types?: readonly string[];
  }
>;
export type WatchState = 'ACTIVE' | 'PAUSED' | 'ENDED';
export type WatchAct = 'pause' | 'resume' | 'end';
/** `terms` are those of its filter, in the order of the kinds. */
export type Watching = Readonly<{
  id: string;
  terms: readonly string[];
  types?: readonly string[] | undefined;
  fromIndex: number;
}>;
/** Matches of one watch in one page of the log. */
export type Matches = Readonly<{ id: string; count: number; first: number; last: number; entries: readonly number[] }>;
type Entry = Readonly<{ index: number; type: string; entry: string; terms: readonly string[] }>;

/** Of an officer; what is ended does not count. */
export const MOST_WATCHES = 50;
/** Of all officers: each page of the log is compared with them. */
export const MOST_OF_ALL = 1_000;
/** Entries that a notice names; the others lie between its first and its last and are found by a search. */
export const MOST_ENTRIES = 100;
export const SHORTEST_SECONDS = 10;
export const LONGEST_SECONDS = 86_400;

const TRANSITIONS: Readonly<Record<WatchAct, Readonly<{ from: readonly WatchState[]; to: WatchState }>>> = {
  pause: { from: ['ACTIVE'], to: 'PAUSED' },
  resume: { from: ['PAUSED'], to: 'ACTIVE' },
  end: { from: ['ACTIVE', 'PAUSED'], to: 'ENDED' },
};

export function after(state: WatchState, act: WatchAct): WatchState {
  const { from, to } = TRANSITIONS[act];
  if (!from.includes(state)) throw new Refusal('audit.watch_state', { about: [state] });
  return to;
}

const LOG_READ = 'audit.log-read.v1';
const EVERYTHING = '';

/** Which watches met which entries. Each entry is compared with the watches that share one of its terms alone. */
export function matchesOf(watches: readonly Watching[], entries: readonly Entry[]): Matches[] {
  const byTerm = Map.groupBy(watches, ({ terms }) => terms[0] ?? EVERYTHING);
  const met = new Map<string, number[]>();
  for (const entry of entries) {
    const has = new Set(entry.terms);
    for (const term of [EVERYTHING, ...entry.terms])
      for (const watch of byTerm.get(term) ?? [])
        if (watch.terms.every((one) => has.has(one)) && isFor(watch, entry)) {
          const found = met.get(watch.id);
          if (found) found.push(entry.index);
          else met.set(watch.id, [entry.index]);
        }
  }
  return [...met].map(([id, found]) => ({
    ...{ id, count: found.length, first: found[0]!, last: found.at(-1)! },
    entries: found.slice(0, MOST_ENTRIES),
  }));
}

function isFor({ id, types, fromIndex }: Watching, entry: Entry): boolean {
  if (entry.index < fromIndex) return false;
  if (types !== undefined && !types.includes(entry.type)) return false;
  if (entry.type !== LOG_READ) return true;
  // Fetching notices is itself in the log: told of it, a watch would keep its reader, or two each other, busy for ever.
  type Read = Readonly<{ what?: string; asked?: Readonly<{ watchId?: string }> | null }>;
  const { what, asked } = (JSON.parse(entry.entry) as { data: Read | null }).data ?? {};
  return what !== 'watch' || (types !== undefined && asked?.watchId !== id);
}

/** As it is said in the log: a matter may name a person. */
export const saidOf = ({ matter, ...rest }: WatchFilter) => ({
  ...rest,
  ...(matter === undefined ? {} : { matter: 'given' }),
});
