import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Scheduler, UnitOfWork, type Transaction } from '@qiongtong/platform';
import { editionOf, type Calendars } from '@qiongtong/regulation';
import { CalendarStore } from './calendar.store';
import { recounted } from './domain/calendar-version';

/** Some clocks of a kind, after this id in its order. */
export type Portion = Readonly<{ calendars: Calendars; after: string; most: number; now: Date }>;
/** The last that was looked at, null when there was none; and how many dates moved. */
export type Counted = Readonly<{ last: string | null; moved: number }>;
/**
 * Counts again what runs and was counted by earlier calendars, under its locks, and tells both sides where a date moves.
 * Each clock keeps the edition it was counted by, so that doing it again changes nothing.
 */
export type CountAgain = (tx: Transaction, portion: Portion) => Promise<Counted>;

const LOOK_EVERY_MS = 5_000;
const MOST_AT_ONCE = 200;

/**
 * After a calendar was published every clock that counts working days counts again. What an act that was under way at
 * that moment leaves behind, and what a crash left undone, still lags, and the next run finds it. [R12.3]
 */
@Injectable()
export class CalendarRecount implements OnModuleInit {
  private readonly kinds = new Map<string, CountAgain>();

  constructor(
    private readonly work: UnitOfWork,
    private readonly store: CalendarStore,
    private readonly scheduler: Scheduler,
  ) {}

  onModuleInit(): void {
    this.scheduler.every('calendars', LOOK_EVERY_MS, (now) => this.runDue(now));
  }

  /** Called while the service boots, by each slice whose clocks count working days. */
  register(kind: string, countAgain: CountAgain): void {
    if (this.kinds.has(kind)) throw new Error(`two slices count ${kind}`);
    this.kinds.set(kind, countAgain);
  }

  async runDue(now: Date): Promise<void> {
    const calendars = await this.store.published();
    for (const kind of this.kinds.keys())
      for (let after: string | null = ''; after !== null;) after = await this.some(kind, calendars, after, now);
    await this.work.run(async (tx) => {
      for (const version of await this.store.unfinished(tx, editionOf(calendars)))
        await this.store.finish(tx, recounted(version, now));
    });
  }

  /** @returns after which to go on, null when none is left */
  private some(kind: string, calendars: Calendars, after: string, now: Date): Promise<string | null> {
    return this.work.run(async (tx) => {
      const { last, moved } = await this.kinds.get(kind)!(tx, { calendars, after, most: MOST_AT_ONCE, now });
      if (moved > 0) await this.store.addMoved(tx, editionOf(calendars), kind, moved);
      return last;
    });
  }
}
