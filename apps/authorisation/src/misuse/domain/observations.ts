import type { AccessRecord } from '@qiongtong/contracts';

export type CallerKind = 'system' | 'officer';
/** Who used whose resource: what everything is counted by. */
export type Caller = Readonly<{
  callerKind: CallerKind;
  callerId: string;
  departmentId: string;
  /** `-` for resources that nobody knows: a caller may invent as many as it likes. */
  resourceId: string;
  providerId: string | null;
}>;

/** What one access record says to the watch. */
export type Observation = Caller &
  Readonly<{
    /** Milliseconds since the epoch. */
    at: number;
    refused: boolean;
    rows: number;
    beyondScope: boolean;
    withoutMatter: boolean;
    verifiedNo: boolean;
    /** From an address or by a certificate that is not the system's: its key is in other hands. */
    elsewhere: boolean;
    /** Keyed hash; null when no matter was named or nothing left. */
    matter: string | null;
    /** Keyed hashes of the records that left. */
    subjects: readonly string[];
    /** Rows that left without being listed in the record, as in a stream. */
    unlisted: number;
  }>;

/** Sums of one hour. */
export type Tally = Caller &
  Readonly<{
    /** Beginning of the hour, milliseconds. */
    hour: number;
    requests: number;
    rows: number;
    refused: number;
    beyondScope: number;
    withoutMatter: number;
    verifiedNo: number;
    elsewhere: number;
    /** The latest observation, milliseconds. */
    latest: number;
  }>;

/** What one matter number opened within a day. */
export type MatterTally = Caller &
  Readonly<{
    day: string;
    matter: string;
    subjects: readonly string[];
    unlisted: number;
    latest: number;
  }>;

/** Times of refusals since the last release. */
export type Streak = Caller & Readonly<{ releasedAt: number; refusedAt: readonly number[] }>;

export const HOUR = 3_600_000;
export const UNKNOWN_RESOURCE = '-';

/** Refusals that say: the officer is outside the agreed scope of knowledge, or nobody who could be in it. [R12.2] */
const BEYOND_SCOPE = new Set(['access.officer_beyond_scope', 'access.officer_unknown']);

/** The connection is not one of the system's. [R13.1] */
const NOT_ITS_OWN = 'access.address_not_registered';
/** Somebody kept asking about one subject by yes and no. */
const TRIED_TOO_OFTEN = 'access.verify_too_often';

/**
 * @param hashed makes a keyed hash of a matter number, which may name a person
 * @returns null for what is no use: questions, pushes, strangers, the beginning of a stream that its end will count
 */
export function observationOf(record: AccessRecord, at: number, hashed: (text: string) => string): Observation | null {
  const { use, outcome, effect, basis, reasons, rows, delivery } = record;
  if (!use || use.action === 'push' || outcome === 'explained' || outcome === 'release-started') return null;
  // An abort before anything left is no use of anything.
  if (outcome === 'aborted' && !rows) return null;
  const callerId = use.systemId ?? use.officerId;
  if (callerId === null || !Number.isFinite(at)) return null;
  const refused = outcome === 'refused';
  const codes = reasons.map(({ code }) => code);
  const triedTooOften = codes.includes(TRIED_TOO_OFTEN);
  // What was permitted, or could not be decided, and was only told to wait is no sign of anything.
  if (refused && effect !== 'deny' && !triedTooOften) return null;
  const left = refused || use.action === 'verify' ? 0 : (rows ?? 0);
  const subjects = refused ? [] : subjectsOf(delivery);
  return {
    callerKind: use.systemId === null ? 'officer' : 'system',
    callerId,
    departmentId: use.departmentId,
    resourceId: record.providerId === null ? UNKNOWN_RESOURCE : use.resourceId,
    providerId: record.providerId,
    at,
    refused,
    rows: left,
    beyondScope: codes.some((code) => BEYOND_SCOPE.has(code)),
    withoutMatter: use.matterNumber === null && (basis === 'grant' || codes.includes('access.matter_number_missing')),
    elsewhere: codes.includes(NOT_ITS_OWN),
    verifiedNo: triedTooOften || (!refused && use.action === 'verify' && rows === 0),
    matter: use.matterNumber === null || refused ? null : hashed(`${use.departmentId}\0${use.matterNumber}`),
    subjects,
    unlisted: subjects.length > 0 ? 0 : left,
  };
}

/** `inline:<hash key>:<rows>:<root>:<hash>,…` lists them; other forms say only where they are kept. */
function subjectsOf(delivery: string | null): readonly string[] {
  const [form, , , , hashes] = delivery?.split(':') ?? [];
  return form === 'inline' && hashes ? [...new Set(hashes.split(','))] : [];
}

export const callerKey = ({ callerKind, callerId, resourceId }: Caller): string =>
  `${callerKind} ${callerId} ${resourceId}`;

export function talliesOf(observations: readonly Observation[]): Tally[] {
  const tallies = new Map<string, Tally>();
  for (const seen of observations) {
    const hour = Math.floor(seen.at / HOUR) * HOUR;
    const key = `${callerKey(seen)} ${hour}`;
    const known = tallies.get(key) ?? { ...EMPTY, ...callerOf(seen), hour };
    tallies.set(key, {
      ...known,
      requests: known.requests + 1,
      rows: known.rows + seen.rows,
      refused: known.refused + Number(seen.refused),
      beyondScope: known.beyondScope + Number(seen.beyondScope),
      withoutMatter: known.withoutMatter + Number(seen.withoutMatter),
      verifiedNo: known.verifiedNo + Number(seen.verifiedNo),
      elsewhere: known.elsewhere + Number(seen.elsewhere),
      latest: Math.max(known.latest, seen.at),
    });
  }
  return inOrder(tallies);
}
const EMPTY = {
  requests: 0,
  rows: 0,
  refused: 0,
  beyondScope: 0,
  withoutMatter: 0,
  verifiedNo: 0,
  elsewhere: 0,
  latest: 0,
};

/** @param most subjects of one matter that are worth keeping: beyond the threshold no more are counted */
export function matterTalliesOf(
  observations: readonly Observation[],
  dayOf: (at: Date) => string,
  most: number,
): MatterTally[] {
  const tallies = new Map<string, MatterTally>();
  for (const seen of observations) {
    const { matter } = seen;
    if (matter === null || (seen.subjects.length === 0 && seen.unlisted === 0)) continue;
    const day = dayOf(new Date(seen.at));
    const key = `${day} ${seen.departmentId} ${seen.resourceId} ${matter}`;
    const known = tallies.get(key) ?? { ...callerOf(seen), day, matter, subjects: [], unlisted: 0, latest: 0 };
    tallies.set(key, {
      ...known,
      ...callerOf(seen),
      subjects: [...new Set([...known.subjects, ...seen.subjects])].slice(0, most),
      // Two lists of rows may be the same rows: the longest is sure.
      unlisted: Math.max(known.unlisted, seen.unlisted),
      latest: Math.max(known.latest, seen.at),
    });
  }
  return inOrder(tallies);
}

export function streaksOf(observations: readonly Observation[], most: number): Streak[] {
  const streaks = new Map<string, Streak>();
  for (const seen of observations) {
    const key = callerKey(seen);
    const known = streaks.get(key) ?? { ...callerOf(seen), releasedAt: -Infinity, refusedAt: [] };
    streaks.set(
      key,
      joined(
        known,
        { ...known, releasedAt: seen.refused ? -Infinity : seen.at, refusedAt: seen.refused ? [seen.at] : [] },
        most,
      ),
    );
  }
  return inOrder(streaks);
}

/** Partitions bring records in any order; joining in any order gives the same. */
export function joined(a: Streak, b: Streak, most: number): Streak {
  const releasedAt = Math.max(a.releasedAt, b.releasedAt);
  const refusedAt = [...a.refusedAt, ...b.refusedAt]
    .filter((at) => at > releasedAt)
    .sort((x, y) => x - y)
    .slice(-most);
  return { ...b, releasedAt, refusedAt };
}

const callerOf = ({ callerKind, callerId, departmentId, resourceId, providerId }: Caller): Caller => ({
  callerKind,
  callerId,
  departmentId,
  resourceId,
  providerId,
});

/** By key, so that two batches at once lock their rows in one order. */
const inOrder = <T>(tallies: ReadonlyMap<string, T>): T[] =>
  [...tallies].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tally]) => tally);
