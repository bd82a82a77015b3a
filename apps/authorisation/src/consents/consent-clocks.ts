import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Fact } from '@qiongtong/contracts';
import { Scheduler, UnitOfWork, type Transaction } from '@qiongtong/platform';
import { editionOf, type Calendars } from '@qiongtong/regulation';
import { CalendarRecount, type Counted, type Portion } from '../calendar/calendar-recount';
import { ConsentCaseStore } from './consent-case.store';
import { ConsentDesk } from './consent-desk';
import { ConsentsService } from './consents.service';
import { countAgain, escalate, lapse, moved, type ConsentCase } from './domain/consent-case';

/** Bounds one run; what is left comes with the next. */
const MOST_AT_ONCE = 500;
const LOOK_EVERY_MS = 60_000;

type Changed = Readonly<{ state: ConsentCase; event: Fact }>;
type Step = (tx: Transaction, opened: ConsentCase, now: Date) => Promise<Changed | null>;

/** The authorities' own clocks: they tell, move and lapse, and never answer. [R12.8] */
@Injectable()
export class ConsentClocks implements OnModuleInit {
  private readonly log = new Logger(ConsentClocks.name);

  constructor(
    private readonly work: UnitOfWork,
    private readonly cases: ConsentCaseStore,
    private readonly desk: ConsentDesk,
    private readonly consents: ConsentsService,
    private readonly scheduler: Scheduler,
    private readonly recount: CalendarRecount,
  ) {}

  onModuleInit(): void {
    this.scheduler.every('consents', LOOK_EVERY_MS, (now) => this.runDue(now));
    this.recount.register('consents', (tx, portion) => this.countAgain(tx, portion));
  }

  /** Emergencies that nobody confirmed lapse; silence of the authority is told to the next level; cases follow their role. */
  async runDue(now: Date): Promise<void> {
    for (const { id } of await this.cases.open({ dueBefore: now }, MOST_AT_ONCE))
      await this.each(id, now, this.timeIsUp);
    for (const [pair, competent] of await this.desk.competenceOf(await this.cases.openPairs(), now))
      for (const opened of await this.cases.open({ pair }, MOST_AT_ONCE))
        if (moved(opened, competent, now)) await this.each(opened.id, now, this.roleHasMoved);
  }

  private async countAgain(tx: Transaction, { calendars, after, most, now }: Portion): Promise<Counted> {
    const lagging = await this.cases.lagging(tx, editionOf(calendars), after, most);
    // Subjects before cases, as everywhere, and each in one order.
    for (const one of [...lagging].sort((a, b) => (a.subject.id < b.subject.id ? -1 : 1)))
      await this.consents.handlerOf(one).lock?.(tx, one.subject.id);
    let dates = 0;
    for (const { id } of lagging)
      if ((await this.counted(tx, await this.cases.lock(tx, id), calendars, now)).moved) dates++;
    return { last: lagging.at(-1)?.id ?? null, moved: dates };
  }

  /** By the calendars as they are now; the subject and the case are locked. */
  private async counted(tx: Transaction, opened: ConsentCase, calendars: Calendars, now: Date) {
    const counted = countAgain(opened, calendars, now);
    if (!counted) return { state: opened, moved: false };
    await this.cases.save(tx, counted);
    if (counted.event) await this.consents.handlerOf(opened).recounted?.(tx, counted.state, now);
    return { state: counted.state, moved: counted.event !== null };
  }

  private readonly timeIsUp: Step = async (tx, opened, now) => {
    const lapsed = lapse(opened, now);
    if (lapsed) await this.consents.handlerOf(opened).lapsed(tx, lapsed.state, now);
    if (lapsed) return lapsed;
    // Nobody is called silent by a calendar that no longer holds.
    const { state } = await this.counted(tx, opened, await this.desk.calendars(tx), now);
    return escalate(state, await this.desk.competent(state, now, tx.manager, [state.authorityId]), now);
  };

  private readonly roleHasMoved: Step = async (tx, opened, now) =>
    moved(opened, await this.desk.competent(opened, now, tx.manager), now);

  /** One case at a time: a case that fails holds up no other. */
  private async each(id: string, now: Date, step: Step): Promise<void> {
    try {
      const known = await this.cases.find(id);
      if (!known) return;
      await this.work.run(async (tx) => {
        await this.consents.handlerOf(known).lock?.(tx, known.subject.id);
        const outcome = await step(tx, await this.cases.lock(tx, id), now);
        if (outcome) await this.cases.save(tx, outcome);
      });
    } catch (error) {
      this.log.error(`consent case ${id}: ${(error as Error).message}`);
    }
  }
}
