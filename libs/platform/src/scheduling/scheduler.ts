import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Counter, Gauge } from 'prom-client';
import type { DataSource } from 'typeorm';
import type { Drain } from '../boot/drain';
import type { Clock } from '../clock';
import { Lease, pause, type LeaseOptions, type LeaseTerm } from '../database/lease';
import type { Metrics } from '../telemetry/metrics';

const LOOKS_AT_CLOCK_EVERY_MS = 250;

/** @param first of this replica since it took over: what it remembers of earlier runs may have been changed by another */
type Run = (now: Date, first: boolean) => Promise<void>;
type Job = Readonly<{ name: string; intervalMs: number; run: Run }>;

/**
 * Work that comes again: on one replica of a service at a time, at once when that replica takes over and then after
 * each interval. A run that fails is logged and counted, and the next one comes anyway. A replica that is cut off from
 * its database may still be in a run when the next one begins elsewhere: what a job writes is guarded by row locks.
 */
@Injectable()
export class Scheduler implements OnApplicationBootstrap {
  private readonly log = new Logger(Scheduler.name);
  private readonly jobs: Job[] = [];
  private readonly lease: Lease | null;
  private readonly draining = new AbortController();
  private readonly released = new AbortController();
  private readonly runs: Counter<'job'>;
  private readonly failures: Counter<'job'>;
  /** By job, in milliseconds of `performance.now()`; empty in a replica that does not hold the lease. */
  private readonly succeededAt = new Map<string, number>();
  private leading = false;
  private started: Promise<void> | undefined;

  /** @param dataSource null in a service without a database, which has nothing to schedule */
  constructor(
    private readonly dataSource: DataSource | null,
    private readonly clock: Clock,
    metrics: Metrics,
    drain: Drain,
    lease: LeaseOptions = {},
  ) {
    this.lease = dataSource && new Lease(dataSource, 'scheduler', lease);
    this.runs = metrics.counter('qiongtong_job_runs_total', 'Runs of scheduled jobs', ['job']);
    this.failures = metrics.counter('qiongtong_job_failures_total', 'Runs of scheduled jobs that failed', ['job']);
    metrics.gauge(
      'qiongtong_job_last_success_age_seconds',
      'Since the last run without failure, or since this replica took over; said by the replica that runs the jobs',
      ['job'],
      (gauge) => this.report(gauge),
    );
    drain.add('scheduler', 'work', () => this.stop());
  }

  /** Called while the service boots, before its modules are done. A name is used once. */
  every(name: string, intervalMs: number, job: Run): void {
    if (!this.lease) throw new Error(`${name} cannot be scheduled in a service without a database`);
    if (this.started) throw new Error(`${name} was scheduled after the service had started`);
    if (this.jobs.some((known) => known.name === name)) throw new Error(`${name} is scheduled twice`);
    if (!(intervalMs > 0)) throw new Error(`${name} needs an interval above 0`);
    this.jobs.push({ name, intervalMs, run: job });
  }

  onApplicationBootstrap(): void {
    if (!this.lease || !this.dataSource?.isInitialized || this.jobs.length === 0) return;
    this.started = this.lease.hold((term) => this.lead(term), this.released.signal);
  }

  /** Begins no further run and resolves when those in hand have ended; the lease is kept until then. */
  async stop(): Promise<void> {
    this.draining.abort();
    if (!this.leading) this.released.abort();
    await this.started;
  }

  private async lead(term: LeaseTerm): Promise<void> {
    this.leading = true;
    try {
      const ended = AbortSignal.any([term.signal, this.draining.signal]);
      await Promise.all(this.jobs.map((job) => this.repeat(job, ended)));
    } finally {
      this.leading = false;
      this.succeededAt.clear();
      if (this.draining.signal.aborted) this.released.abort();
    }
  }

  private async repeat(job: Job, ended: AbortSignal): Promise<void> {
    this.succeededAt.set(job.name, performance.now());
    for (let first = true; !ended.aborted; first = false) {
      const now = this.clock.now();
      const from = performance.now();
      await this.runOnce(job, now, first);
      // As if the clock had gone on from what the run was told: one that was set while it ran leaves nothing waiting.
      const ranUntil = now.getTime() + performance.now() - from;
      await this.untilDue(job.intervalMs, ranUntil, ended);
    }
  }

  /** The interval is over here, or on the service's clock: one that was set forward leaves nothing waiting. */
  private async untilDue(intervalMs: number, ranUntil: number, ended: AbortSignal): Promise<void> {
    const dueAt = performance.now() + intervalMs;
    const dueOnClock = ranUntil + intervalMs;
    for (let left = intervalMs; left > 0 && !ended.aborted; left = dueAt - performance.now()) {
      await pause(Math.min(left, LOOKS_AT_CLOCK_EVERY_MS), ended);
      if (this.clock.now().getTime() >= dueOnClock) return;
    }
  }

  private async runOnce({ name, run }: Job, now: Date, first: boolean): Promise<void> {
    this.runs.inc({ job: name });
    try {
      await run(now, first);
      this.succeededAt.set(name, performance.now());
    } catch (error) {
      this.failures.inc({ job: name });
      this.log.error(`${name} failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private report(gauge: Gauge<'job'>): void {
    gauge.reset();
    const now = performance.now();
    for (const [job, at] of this.succeededAt) gauge.set({ job }, (now - at) / 1000);
  }
}
