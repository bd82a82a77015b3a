import { Injectable } from '@nestjs/common';
import type { AlarmKind } from '@qiongtong/contracts';
import type { Sql } from '@qiongtong/platform';
import type { Finding, OpenAlarm } from './domain/alarm';

export type AlarmRow = Finding &
  Readonly<{ alarmId: string; raisedAt: Date; closedAt: Date | null; evidence: Finding['found'] | null }>;
export type AlarmFilter = Readonly<{ status?: 'open' | 'closed'; kind?: AlarmKind }>;

const ALARM = `id AS "alarmId", kind, subject, since, found, raised_at AS "raisedAt", closed_at AS "closedAt", evidence`;

/** Alarms as they stand, one row each. */
@Injectable()
export class AlarmStore {
  open(query: Sql, kind: AlarmKind): Promise<OpenAlarm[]> {
    return query<OpenAlarm>(`SELECT ${ALARM} FROM alarm WHERE closed_at IS NULL AND kind = $1 ORDER BY id`, [kind]);
  }

  async countOpen(query: Sql): Promise<ReadonlyMap<AlarmKind, number>> {
    const rows = await query<{ kind: AlarmKind; count: number }>(
      'SELECT kind, count(*)::int AS count FROM alarm WHERE closed_at IS NULL GROUP BY kind',
    );
    return new Map(rows.map(({ kind, count }) => [kind, count]));
  }

  /** @returns false when there is one already for this cause */
  async raise(query: Sql, alarmId: string, { kind, subject, since, found }: Finding, at: Date): Promise<boolean> {
    const rows = await query(
      `INSERT INTO alarm (id, kind, subject, since, found, raised_at) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (kind, subject) WHERE closed_at IS NULL DO NOTHING RETURNING 1`,
      [alarmId, kind, subject, since, JSON.stringify(found), at],
    );
    return rows.length > 0;
  }

  async change(query: Sql, { alarmId, found }: OpenAlarm): Promise<void> {
    await query('UPDATE alarm SET found = $2 WHERE id = $1 AND closed_at IS NULL', [alarmId, JSON.stringify(found)]);
  }

  /** @returns false when it is closed already */
  async close(query: Sql, alarmId: string, evidence: Finding['found'], at: Date): Promise<boolean> {
    const rows = await query(
      'UPDATE alarm SET closed_at = $2, evidence = $3 WHERE id = $1 AND closed_at IS NULL RETURNING 1',
      [alarmId, at, JSON.stringify(evidence)],
    );
    return rows.length > 0;
  }

  /** Newest first; ids are in the order in which alarms were raised. */
  page(query: Sql, { status, kind }: AlarmFilter, before: string | null, limit: number): Promise<AlarmRow[]> {
    return query<AlarmRow>(
      `SELECT ${ALARM} FROM alarm
       WHERE ($1::text IS NULL OR (closed_at IS NULL) = ($1 = 'open')) AND ($2::text IS NULL OR kind = $2)
         AND ($3::uuid IS NULL OR id < $3)
       ORDER BY id DESC LIMIT $4`,
      [status ?? null, kind ?? null, before, limit],
    );
  }
}
