/** An entry of the log as far as it tells when and where it comes from. */
export type Dated = Readonly<{
  index: number;
  topic: string;
  partition: number;
  producer: string;
  run: string | null;
  n: number | null;
  /** As its producer wrote it. */
  at: string;
  sealedAt: Date;
}>;

/** Whose times are compared: of a service on one partition, of one boot of a gateway, of the log itself. */
export type ClockId = Readonly<{ topic: string; partition: number; producer: string; boot: string }>;
export type Jump = Readonly<{ index: number; from: Date; to: Date }>;
export type SeenClock = ClockId &
  Readonly<{
    /** Of the last fact that was compared; numbers are compared within a run alone. */
    run: string | null;
    n: number;
    latest: Date;
    latestIndex: number;
    /** The last time it went back. */
    jump: Jump | null;
  }>;

const BOOT = 'boot:';
const ANY_PARTITION = -1;
const LOG: ClockId = { topic: '', partition: ANY_PARTITION, producer: 'log', boot: '' };

export const clockKey = ({ topic, partition, producer, boot }: ClockId): string =>
  JSON.stringify([topic, partition, producer, boot]);

/** Partitions are read one after the other when there is a backlog, so that each has a time of its own. */
export function clockOf({ topic, partition, producer, run }: Dated): ClockId {
  const boot = run?.startsWith(BOOT) ? run : '';
  return { topic, partition: boot === '' ? partition : ANY_PARTITION, producer, boot };
}

export const clocksOf = (entries: readonly Dated[]): ClockId[] => {
  const ids = new Map(entries.map((entry) => [clockKey(clockOf(entry)), clockOf(entry)]));
  return entries.length === 0 ? [] : [...ids.values(), LOG];
};

/**
 * Times of the entries, in the log's order, against what their source said before. After a jump its new time is what
 * is gone by: one that was once years ahead is no alarm for years.
 *
 * @param toleranceMs of what lies within, transactions that ended in another order than they began may be the cause
 * @returns the clocks that were seen
 */
export function watchClocks(entries: readonly Dated[], before: readonly SeenClock[], toleranceMs: number): SeenClock[] {
  const clocks = new Map(before.map((clock) => [clockKey(clock), clock]));
  for (const entry of entries) {
    const said = Date.parse(entry.at);
    if (said >= FIRST && said < LAST) see(clocks, clockOf(entry), { ...entry, time: new Date(said) }, toleranceMs);
    see(clocks, LOG, { run: null, n: entry.index, index: entry.index, time: entry.sealedAt }, toleranceMs);
  }
  return [...clocks.values()];
}

/** What a database has a time for; anything else is no time. */
const FIRST = 0;
const LAST = Date.UTC(9999, 0);

type Seen = Readonly<{ run: string | null; n: number | null; index: number; time: Date }>;
function see(clocks: Map<string, SeenClock>, id: ClockId, { run, n, index, time }: Seen, toleranceMs: number): void {
  const last = clocks.get(clockKey(id));
  const seen = { ...id, run, n: n ?? 0, latest: time, latestIndex: index };
  if (!last) return void clocks.set(clockKey(id), { ...seen, jump: null });
  // What came late was said before what came early.
  if (n !== null && run === last.run && n <= last.n) return;
  const back = last.latest.getTime() - time.getTime();
  const jump = back > toleranceMs ? { index, from: last.latest, to: time } : last.jump;
  const latest = back > 0 && back <= toleranceMs ? last.latest : time;
  clocks.set(clockKey(id), { ...seen, latest, jump });
}
