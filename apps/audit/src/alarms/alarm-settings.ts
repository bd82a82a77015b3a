import type { AuditConfig } from '../config';

/** After how long what is ordinarily a moment's matter is an alarm; milliseconds. */
export class AlarmSettings {
  readonly gapDelayMs: number;
  readonly outcomeDelayMs: number;
  readonly clockToleranceMs: number;
  /** How long a clock must not go back for its alarm to be closed. */
  readonly clockClearMs: number;
  readonly heartbeatMs: number;
  readonly stalledMs: number;

  constructor(config: AuditConfig) {
    this.gapDelayMs = config.GAP_ALARM_SECONDS * 1000;
    this.outcomeDelayMs = config.OUTCOME_ALARM_SECONDS * 1000;
    this.clockToleranceMs = config.CLOCK_TOLERANCE_SECONDS * 1000;
    this.clockClearMs = config.CLOCK_CLEAR_SECONDS * 1000;
    this.heartbeatMs = config.HEARTBEAT_SECONDS * 1000;
    this.stalledMs = config.STALLED_ALARM_SECONDS * 1000;
  }
}
