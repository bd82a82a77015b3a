import type { Fact } from './fact';

/** Somebody read the log. What was asked is kept, never what was answered. [R14.9] */
export type LogRead = Fact<
  'audit.log-read.v1',
  Readonly<{
    by: string;
    departmentId: string;
    /** All of the log, or what concerns the department. */
    scope: 'all' | 'own';
    what:
      | 'entries'
      | 'entry'
      | 'access'
      | 'gaps'
      | 'alarms'
      | 'log'
      | 'trace'
      | 'search'
      | 'evidence'
      | 'watch'
      | 'report'
      | 'archives'
      | 'holds'
      | 'erasures';
    asked: Readonly<Record<string, unknown>>;
    /** How many entries, notices, watches or groups were shown. */
    shown?: number;
  }>
>;

/** What can be wrong with the log's completeness. [R14.9] */
export const ALARM_KINDS = [
  'SEQUENCE_GAP',
  'NUMBER_REUSED',
  'OUTCOME_MISSING',
  'CLOCK_BACKWARDS',
  'SEALER_STALLED',
] as const;
export type AlarmKind = (typeof ALARM_KINDS)[number];

/** Something is wrong with the log's completeness. Said once for a cause, until it is closed. [R14.9] */
export type AlarmRaised = Fact<
  'audit.alarm-raised.v1',
  Readonly<{
    alarmId: string;
    kind: AlarmKind;
    /** What it is about: a sequence of numbers, a gateway's boot, a producer's clock, the sealer. */
    subject: string;
    since: string;
    /** What was seen, by its kind; at most twenty of anything. */
    found: Readonly<Record<string, unknown>>;
  }>
>;

/** What was wrong is not so any more. [R14.9] */
export type AlarmClosed = Fact<
  'audit.alarm-closed.v1',
  Readonly<{
    alarmId: string;
    kind: AlarmKind;
    subject: string;
    since: string;
    /** By what it is seen, by its kind: entries that came after all, the size of a new checkpoint. */
    evidence: Readonly<Record<string, unknown>>;
  }>
>;

/** Nothing was sealed for a while: sealed itself, it shows how old the newest checkpoint can be at most. [R14.9] */
export type LogHeartbeat = Fact<
  'audit.heartbeat-said.v1',
  Readonly<{
    /** Of the newest checkpoint when it was said. */
    size: number;
    silentSeconds: number;
  }>
>;

/** A witness of the log answers something else than its signature: on DISAGREES and AHEAD two pasts are about. [R14.9] */
export type WitnessProblemFound = Fact<
  'audit.witness-problem-found.v1',
  Readonly<{
    witness: string;
    problem: 'DISAGREES' | 'AHEAD' | 'REFUSES' | 'UNREACHABLE';
    /** Of the checkpoint that it was shown. */
    size: number;
    /** Entries that it says it has seen, where that is more. */
    seen: number | null;
  }>
>;

/** An auditor wants to be told of entries. What of is `asked`, so that looking for a grant is no evidence about it. [R14.9] */
export type WatchSaved = Fact<
  'audit.watch-saved.v1',
  Readonly<{ watchId: string; by: string; departmentId: string; asked: Readonly<Record<string, unknown>> }>
>;

export type WatchChanged = Fact<
  'audit.watch-changed.v1',
  Readonly<{ watchId: string; by: string; departmentId: string; state: 'ACTIVE' | 'PAUSED' | 'ENDED' }>
>;

/** Entries from `from` up to but without `before` stand in the archive, read back and verified. [R14.9] */
export type LogArchived = Fact<
  'audit.log-archived.v1',
  Readonly<{
    from: number;
    before: number;
    /** Of the first `before` entries, base64. */
    root: string;
    /** Hex; the manifest's own signature names it too. */
    manifestSha256: string;
  }>
>;

/** Texts that are in the archive alone from now on; `held` ones stay, because a hold is on what they name. */
export type LogPruned = Fact<
  'audit.log-pruned.v1',
  Readonly<{ from: number; before: number; pruned: number; held: number }>
>;

/** What names the object is not pruned. */
export type HoldPlaced = Fact<
  'audit.hold-placed.v1',
  Readonly<{ holdId: string; by: string; departmentId: string; objectId: string; ground: string; document: string }>
>;

export type HoldLifted = Fact<
  'audit.hold-lifted.v1',
  Readonly<{ holdId: string; by: string; departmentId: string; objectId: string }>
>;
