import { createHmac } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { AccessRecord } from '@qiongtong/contracts';
import { Clock, HopTokens, newId, Scheduler, UnitOfWork, type Message, type Transaction } from '@qiongtong/platform';
import { localDayOf, WorkingDays } from '@qiongtong/regulation';
import { CalendarStore } from '../calendar/calendar.store';
import { AuthorisationConfig } from '../config';
import { raise, type Throttling } from './domain/misuse-alert';
import { matterTalliesOf, observationOf, streaksOf, talliesOf, type Observation } from './domain/observations';
import { findingOfMatter, findingOfStreak, findingsOfHour, type Finding, type Thresholds } from './domain/rules';
import { FiguresStore, FORGOTTEN_AT_ONCE } from './figures.store';
import { MisuseAlertStore, THROTTLES_AT_ONCE } from './misuse-alert.store';

const UPKEEP_EVERY_MS = 60_000;

/**
 * Looks at every access record for signs of misuse. What it finds is an alert and a throttle; stopping anybody is left to
 * a person (`docs/decisions/0153-misuse-watch.md`). [R13.5]
 */
@Injectable()
export class MisuseWatch implements OnModuleInit {
  private readonly thresholds: Thresholds;
  private readonly throttling: Throttling;
  private readonly matterKey: Buffer;

  constructor(
    private readonly work: UnitOfWork,
    private readonly figures: FiguresStore,
    private readonly alerts: MisuseAlertStore,
    private readonly calendars: CalendarStore,
    private readonly clock: Clock,
    private readonly scheduler: Scheduler,
    hops: HopTokens,
    config: AuthorisationConfig,
  ) {
    this.thresholds = thresholdsOf(config);
    this.throttling = {
      requestsPerMinute: config.MISUSE_THROTTLE_PER_MINUTE,
      minutes: config.MISUSE_THROTTLE_MINUTES,
    };
    this.matterKey = hops.derivedKey('misuse-watch', 'gateway');
  }

  onModuleInit(): void {
    this.scheduler.every('upkeep of the misuse watch', UPKEEP_EVERY_MS, (now) => this.keepUp(now));
  }

  /** One batch of access records, in the transaction that marks them as seen. */
  async observe(tx: Transaction, messages: readonly Message<AccessRecord>[]): Promise<void> {
    const seen = messages.flatMap(
      ({ data, at }) => observationOf(data, Date.parse(at), (text) => this.hashed(text)) ?? [],
    );
    if (seen.length === 0) return;
    const now = this.clock.now();
    const findings = [
      ...(await this.byHour(tx, seen)),
      ...(await this.byMatter(tx, seen)),
      ...(await this.byStreak(tx, seen)),
    ].sort((a, b) => (a.key < b.key ? -1 : 1));
    const raised = findings.map((finding) => raise(finding, this.throttling, newId(), now));
    await this.alerts.addFirst(tx, raised);
  }

  /** Forgets figures that no rule looks at, and throttles whose time is over. */
  async keepUp(now: Date): Promise<void> {
    for (let more = true; more;)
      more = await this.work.run(async (tx) => {
        const [figures, throttles] = [await this.figures.forget(tx, now), await this.alerts.forgetThrottles(tx, now)];
        return figures >= FORGOTTEN_AT_ONCE || throttles >= THROTTLES_AT_ONCE;
      });
  }

  private async byHour(tx: Transaction, seen: readonly Observation[]): Promise<Finding[]> {
    const tallies = await this.figures.add(tx, talliesOf(seen));
    const large = tallies.filter(({ rows }) => rows >= this.thresholds.volume.floor);
    const history = await this.figures.history(tx, large);
    const days = new WorkingDays(await this.calendars.published(tx.query));
    return tallies.flatMap((tally) => findingsOfHour(tally, history.get(tally) ?? [], this.thresholds, days));
  }

  private async byMatter(tx: Transaction, seen: readonly Observation[]): Promise<Finding[]> {
    const most = this.thresholds.subjectsPerMatter;
    const tallies = matterTalliesOf(seen, localDayOf, most);
    const subjects = await this.figures.addSubjects(tx, tallies, most);
    return tallies.flatMap((tally) => findingOfMatter(tally, subjects.get(tally) ?? 0, this.thresholds) ?? []);
  }

  private async byStreak(tx: Transaction, seen: readonly Observation[]): Promise<Finding[]> {
    const most = this.thresholds.refusalsInARow;
    const streaks = await this.figures.join(tx, streaksOf(seen, most), most);
    return streaks.flatMap((streak) => findingOfStreak(streak, this.thresholds) ?? []);
  }

  private hashed(text: string): string {
    return createHmac('sha256', this.matterKey).update(text).digest('base64url').slice(0, 22);
  }
}

function thresholdsOf(config: AuthorisationConfig): Thresholds {
  const [from, until] = config.MISUSE_OFFICE_HOURS.split('-').map(Number);
  return {
    officeHours: { from: from!, until: until! },
    offHoursRows: config.MISUSE_OFF_HOURS_ROWS,
    beyondScope: config.MISUSE_BEYOND_SCOPE,
    subjectsPerMatter: config.MISUSE_SUBJECTS_PER_MATTER,
    withoutMatter: config.MISUSE_WITHOUT_MATTER,
    refusalsInARow: config.MISUSE_REFUSALS_IN_A_ROW,
    verifiedNo: config.MISUSE_VERIFIED_NO,
    elsewhere: config.MISUSE_KEY_ELSEWHERE,
    volume: {
      floor: config.MISUSE_VOLUME_FLOOR_ROWS,
      minimumWeeks: config.MISUSE_VOLUME_MINIMUM_WEEKS,
      deviations: config.MISUSE_VOLUME_DEVIATIONS,
      factor: config.MISUSE_VOLUME_FACTOR,
    },
  };
}
