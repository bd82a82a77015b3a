import { Injectable } from '@nestjs/common';
import { ALARM_KINDS } from '@qiongtong/contracts';
import { Metrics, sql, type Sql } from '@qiongtong/platform';
import { DataSource } from 'typeorm';
import { AlarmStore } from './alarm.store';
import { StallStore } from './stall.store';

/** Read at each scrape from the database, on every replica: no part of it depends on who seals or watches. */
@Injectable()
export class AlarmMetrics {
  constructor(dataSource: DataSource, metrics: Metrics, alarms: AlarmStore, stalls: StallStore) {
    const query: Sql = (text, parameters) => sql(dataSource, text, parameters);
    metrics.gauge(
      'qiongtong_audit_alarms_open',
      "Open alarms of the log's completeness; alert when above 0",
      ['kind'],
      async (gauge) => {
        gauge.reset();
        const open = await alarms.countOpen(query).catch(() => null);
        if (open) for (const kind of ALARM_KINDS) gauge.set({ kind }, open.get(kind) ?? 0);
      },
    );
    metrics.gauge(
      'qiongtong_audit_checkpoint_age_seconds',
      'Since the newest checkpoint was written; alert when above HEARTBEAT_SECONDS and STALLED_ALARM_SECONDS together',
      [],
      async (gauge) => {
        const newest = await stalls.newest(query).catch(() => null);
        gauge.set(newest ? newest.ageMs / 1000 : NaN);
      },
    );
  }
}
