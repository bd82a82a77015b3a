import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, newId, Scheduler, UnitOfWork, type Page, type Transaction } from '@qiongtong/platform';
import { AuthorisationConfig } from '../config';
import { pageOf, type PageOf } from '../pages';
import { confirm, expire, lift, place, type Ask, type Stop, type StopLimits } from './domain/stop';
import { StopDesk, type Aim } from './stop-desk';
import { StopStore, type StopFilter } from './stop.store';

const LOOKED_FOR_EVERY_MS = 1_000;
export type NewStop = Aim & Omit<Ask, 'id'>;

@Injectable()
export class StopsService implements OnModuleInit {
  private readonly limits: StopLimits;

  constructor(
    private readonly work: UnitOfWork,
    private readonly stops: StopStore,
    private readonly desk: StopDesk,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
    private readonly scheduler: Scheduler,
    config: AuthorisationConfig,
  ) {
    this.limits = { emergencyHours: config.EMERGENCY_CONFIRM_HOURS, departmentDays: config.STOP_LONGEST_DAYS };
  }

  onModuleInit(): void {
    this.scheduler.every('ended stops', LOOKED_FOR_EVERY_MS, (now) => this.runDue(now));
  }

  async find(id: string, by: Principal): Promise<Stop> {
    const stop = await this.stops.findKnown(id, by);
    if (!stop) throw new Refusal('request.not_found');
    return stop;
  }

  list(filter: StopFilter, page: PageOf, by: Principal): Promise<Page<Stop>> {
    const { target, targetId, status } = filter;
    return pageOf(page, this.cursors, ['stops', by.departmentId, target, targetId, status], (after, limit) =>
      this.stops.list(filter, by, after, limit),
    );
  }

  stop(given: NewStop, by: Principal): Promise<Stop> {
    return this.work.run((tx) => this.place(tx, given, by, this.clock.now()));
  }

  /** Inside a transaction of another use case. */
  async place(tx: Transaction, given: NewStop, by: Principal, now: Date): Promise<Stop> {
    const subject = await this.desk.subject(tx, given, by, now);
    const stop = place(subject, { ...given, id: newId() }, this.limits, by, now);
    if (stop.state.placedAs === 'PROVIDER' && (await this.stops.recentEmergency(tx, stop.state)))
      throw new Refusal('stop.emergency_repeated');
    await this.stops.add(tx, stop);
    return stop.state;
  }

  async confirm(id: string, given: Omit<Ask, 'id'>, by: Principal): Promise<Stop> {
    await this.find(id, by);
    return this.work.run(async (tx) => {
      const now = this.clock.now();
      const stop = await this.stops.lock(tx, id);
      const confirmed = confirm(stop, await this.subjectOf(tx, stop, by, now), given, by, now);
      await this.stops.save(tx, confirmed);
      return confirmed.state;
    });
  }

  async release(id: string, reason: string, by: Principal): Promise<Stop> {
    await this.find(id, by);
    return this.work.run((tx) => this.lift(tx, id, reason, by, this.clock.now()));
  }

  /** Inside a transaction of another use case. */
  async lift(tx: Transaction, id: string, reason: string, by: Principal, now: Date): Promise<Stop> {
    const stop = await this.stops.lock(tx, id);
    const lifted = lift(stop, await this.subjectOf(tx, stop, by, now), reason, by, now);
    await this.stops.save(tx, lifted);
    return lifted.state;
  }

  /** Ends what is over, and lets the topic forget what ended long ago. */
  async runDue(now: Date): Promise<void> {
    while (await this.work.run((tx) => this.expireSome(tx, now)));
    while (await this.work.run((tx) => this.stops.forget(tx, now)));
  }

  private async expireSome(tx: Transaction, now: Date): Promise<number> {
    const due = await this.stops.due(tx, now);
    for (const stop of due) await this.stops.save(tx, expire(stop, now));
    return due.length;
  }

  private subjectOf(tx: Transaction, { target, targetId, departmentId }: Stop, by: Principal, now: Date) {
    return this.desk.subject(tx, { target, targetId, organisationId: departmentId }, by, now);
  }
}
