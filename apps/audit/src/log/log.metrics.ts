import { Injectable } from '@nestjs/common';
import { Metrics } from '@qiongtong/platform';

@Injectable()
export class LogMetrics {
  readonly size;
  readonly copied;
  readonly witnessed;
  readonly witnessProblems;
  readonly leader;
  readonly seconds;
  private readonly entries;
  private readonly conflicts;

  constructor(metrics: Metrics) {
    this.size = metrics.gauge('qiongtong_audit_log_size', 'Entries in the log, as last signed by this process');
    this.witnessed = metrics.gauge('qiongtong_audit_witnessed_size', 'Entries of the log that a witness has signed', [
      'witness',
    ]);
    this.witnessProblems = metrics.counter(
      'qiongtong_audit_witness_problems_total',
      'Answers of witnesses that are no signature; alert on DISAGREES and AHEAD',
      ['witness', 'problem'],
    );
    this.copied = metrics.gauge(
      'qiongtong_audit_log_files_size',
      'Entries of the log that stand as plain files, as last written by this process',
    );
    this.leader = metrics.gauge('qiongtong_audit_sealer_leader', '1 in the process that seals');
    this.seconds = metrics.histogram('qiongtong_audit_seal_seconds', 'Time to seal one batch');
    this.entries = metrics.counter('qiongtong_audit_entries_sealed_total', 'Entries sealed by this process');
    this.conflicts = metrics.counter(
      'qiongtong_audit_number_conflicts_total',
      "Facts whose producer's number is in the log with other content; alert when above 0",
    );
  }

  sealed(size: number, entries: number, conflicts: number): void {
    this.size.set(size);
    this.entries.inc(entries);
    this.conflicts.inc(conflicts);
  }
}
