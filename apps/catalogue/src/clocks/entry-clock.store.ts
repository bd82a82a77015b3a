import { Injectable } from '@nestjs/common';
import type { EntryClockKind, EntryClockState } from '@qiongtong/contracts';
import { sql, type Transaction } from '@qiongtong/platform';
import type { Calendars } from '@qiongtong/regulation';
import { DataSource } from 'typeorm';
import { lookAt, type EntryClock } from './domain/entry-clock';

export type ClockFilter = Readonly<{ kind?: EntryClockKind; state?: EntryClockState }>;
export type ListedClock = EntryClock & Readonly<{ providerId: string }>;
/** Where a list of clocks goes on. */
export type ClockPlace = Readonly<{ dueAt: string; entryId: string; kind: string }>;

const instant = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const CLOCK = `clock.entry_id AS "entryId", clock.kind, ${instant('clock.since')} AS since, clock.working_days AS "workingDays",
  ${instant('clock.due_at')} AS "dueAt", clock.provisional, clock.calendar_edition AS "calendarEdition",
  ${instant('clock.resting_since')} AS "restingSince", clock.state, clock.noticed, clock.extension`;

/** Of what a clock is about, as it is now: what is told late may be over. */
const STILL_SO = `
  CASE WHEN clock.kind = 'REVIEW'
    THEN coalesce(revision.status, entry.status) IN ('SUBMITTED', 'UNDER_REVIEW', 'APPROVED')
    ELSE entry.status = 'PUBLISHED' END`;

@Injectable()
export class EntryClockStore {
  constructor(private readonly database: DataSource) {}

  async lock(tx: Transaction, entryId: string, kind: EntryClockKind): Promise<EntryClock | null> {
    const [row] = await tx.query<EntryClock>(
      `SELECT ${CLOCK} FROM entry_clock AS clock WHERE entry_id = $1 AND kind = $2 FOR UPDATE`,
      [entryId, kind],
    );
    return row ?? null;
  }

  /** Nothing of an entry that is gone is kept. */
  async save(tx: Transaction, clock: EntryClock): Promise<void> {
    await tx.query(
      `INSERT INTO entry_clock (entry_id, kind, since, working_days, due_at, provisional, calendar_edition, resting_since,
         state, noticed, extension, look_at)
       SELECT id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 FROM entry WHERE id = $1
       ON CONFLICT (entry_id, kind) DO UPDATE SET since = excluded.since, working_days = excluded.working_days,
         due_at = excluded.due_at, provisional = excluded.provisional, calendar_edition = excluded.calendar_edition,
         resting_since = excluded.resting_since, state = excluded.state, noticed = excluded.noticed,
         extension = excluded.extension, look_at = excluded.look_at`,
      [
        ...[clock.entryId, clock.kind, clock.since, clock.workingDays, clock.dueAt, clock.provisional],
        ...[clock.calendarEdition, clock.restingSince, clock.state],
        ...[clock.noticed && JSON.stringify(clock.noticed), clock.extension && JSON.stringify(clock.extension)],
        lookAt(clock),
      ],
    );
  }

  async end(tx: Transaction, entryId: string, kinds: readonly EntryClockKind[]): Promise<void> {
    await tx.query('DELETE FROM entry_clock WHERE entry_id = $1 AND kind = ANY($2)', [entryId, kinds]);
  }

  /** An update that was handed in and is published now. */
  async endRested(tx: Transaction, entryId: string): Promise<void> {
    await tx.query(`DELETE FROM entry_clock WHERE entry_id = $1 AND kind = 'UPDATE' AND resting_since IS NOT NULL`, [entryId]); // prettier-ignore
  }

  /** Whose state may change by now, locked, with whose entry it is; what another transaction has in hand comes later. */
  due(tx: Transaction, now: Date, limit: number): Promise<ListedClock[]> {
    return tx.query<ListedClock>(
      `SELECT ${CLOCK}, entry.provider_id AS "providerId"
       FROM entry_clock AS clock JOIN entry ON entry.id = clock.entry_id
         LEFT JOIN entry_revision AS revision ON revision.entry_id = clock.entry_id
       WHERE clock.look_at <= $1 AND ${STILL_SO}
       ORDER BY clock.look_at LIMIT $2 FOR UPDATE OF clock SKIP LOCKED`,
      [now, limit],
    );
  }

  /** Counted by earlier calendars, locked. */
  lagging(tx: Transaction, edition: number, limit: number): Promise<ListedClock[]> {
    return tx.query<ListedClock>(
      `SELECT ${CLOCK}, entry.provider_id AS "providerId"
       FROM entry_clock AS clock JOIN entry ON entry.id = clock.entry_id
       WHERE clock.working_days IS NOT NULL AND clock.calendar_edition < $1
       ORDER BY clock.entry_id LIMIT $2 FOR UPDATE OF clock SKIP LOCKED`,
      [edition, limit],
    );
  }

  of(entryId: string): Promise<EntryClock[]> {
    return sql(this.database, `SELECT ${CLOCK} FROM entry_clock AS clock WHERE entry_id = $1 ORDER BY kind`, [entryId]);
  }

  /** Those that run, what is due first before the rest. @param providerId null for those of all departments */
  list(
    filter: ClockFilter,
    providerId: string | null,
    after: ClockPlace | null,
    limit: number,
  ): Promise<ListedClock[]> {
    return sql(
      this.database,
      `SELECT ${CLOCK}, entry.provider_id AS "providerId"
       FROM entry_clock AS clock JOIN entry ON entry.id = clock.entry_id
       WHERE clock.due_at IS NOT NULL AND clock.resting_since IS NULL
         AND ($1::text IS NULL OR clock.state = $1) AND ($2::text IS NULL OR clock.kind = $2)
         AND ($3::text IS NULL OR entry.provider_id = $3)
         AND ($4::timestamptz IS NULL OR (clock.due_at, clock.entry_id, clock.kind) > ($4, $5, $6))
       ORDER BY clock.due_at, clock.entry_id, clock.kind LIMIT $7`,
      [
        ...[filter.state ?? null, filter.kind ?? null, providerId],
        ...[after?.dueAt ?? null, after?.entryId ?? null, after?.kind ?? null, limit],
      ],
    );
  }

  calendars(tx: Transaction): Promise<Calendars> {
    return tx.query('SELECT year, version, holidays, make_up_days AS "makeUpDays", source FROM calendar_year ORDER BY year'); // prettier-ignore
  }
}
