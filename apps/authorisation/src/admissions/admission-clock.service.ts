import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Scheduler, UnitOfWork } from '@qiongtong/platform';
import { AuthorisationConfig } from '../config';
import { AdmissionStore } from './admission.store';
import type { Admission, ChangedAdmission } from './domain/admission';
import { askToPledge, fallDue } from './domain/pledge-renewal';
import { PledgeTextStore } from './pledge-text.store';

/** Bounds one run; what is left comes with the next. */
const MOST_AT_ONCE = 500;
const LOOK_EVERY_MS = 30_000;

/** What time does to admissions: suspensions end, pledges on former texts are reminded of and lapse. [R11.2, R11.5] */
@Injectable()
export class AdmissionClock implements OnModuleInit {
  private readonly log = new Logger(AdmissionClock.name);

  constructor(
    private readonly work: UnitOfWork,
    private readonly admissions: AdmissionStore,
    private readonly texts: PledgeTextStore,
    private readonly scheduler: Scheduler,
    private readonly config: AuthorisationConfig,
  ) {}

  onModuleInit(): void {
    this.scheduler.every('admissions', LOOK_EVERY_MS, (now) => this.runDue(now));
  }

  /** Suspensions end, departments are asked and reminded to pledge anew, and told when their time is over. */
  async runDue(now: Date): Promise<void> {
    const current = await this.texts.current(now);
    const daysBefore = this.config.PLEDGE_REMINDER_DAYS;
    for (const id of await this.admissions.notAsked(current.version, MOST_AT_ONCE))
      await this.advance(id, now, (admission) => askToPledge(admission, current, daysBefore, now));
    for (const id of await this.admissions.due(now, MOST_AT_ONCE))
      await this.advance(id, now, (admission) => fallDue(admission, now));
  }

  /** One thing after the other, until nothing is left to do; one department's trouble is no other's. */
  private advance(
    organisationId: string,
    now: Date,
    rule: (admission: Admission) => ChangedAdmission | null,
  ): Promise<void> {
    return this.work
      .run(async (tx) => {
        let admission = await this.admissions.lock(tx, organisationId, now);
        for (let changed = rule(admission); changed; changed = rule(admission)) {
          await this.admissions.save(tx, changed);
          admission = changed.state;
        }
      })
      .catch((error: Error) => this.log.error(`admission of ${organisationId}: ${error.message}`));
  }
}
