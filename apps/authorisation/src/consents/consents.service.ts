import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Refusal, type ConsentKind, type Fact, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, newId, Scheduler, UnitOfWork, type Page, type Transaction } from '@qiongtong/platform';
import type { WorkingDayCalendar } from '@qiongtong/regulation';
import { CONSENTING_ROLES } from '../organisations/domain/competence';
import { pageOf, type PageOf } from '../pages';
import { ConsentCaseStore, type ConsentCaseFilter } from './consent-case.store';
import { ConsentDesk } from './consent-desk';
import {
  decide,
  escalate,
  lapse,
  moved,
  propose,
  recount,
  withdraw,
  type Answer,
  type ConsentCase,
  type NewConsentCase,
} from './domain/consent-case';

/** What the slice whose matter it is does with an answer, in the transaction of the answer. */
export type ConsentHandler = Readonly<{
  kinds: readonly ConsentKind[];
  /** Locks the subject. It comes before the case, as everywhere, so that nobody waits for each other. */
  lock?(tx: Transaction, subjectId: string): Promise<unknown>;
  consented(tx: Transaction, opened: ConsentCase, by: Principal, now: Date): Promise<void>;
  notConsented(tx: Transaction, opened: ConsentCase, by: Principal, now: Date): Promise<void>;
  lapsed(tx: Transaction, opened: ConsentCase, now: Date): Promise<void>;
}>;

/** Bounds one run; what is left comes with the next. */
const MOST_AT_ONCE = 500;
const LOOK_EVERY_MS = 60_000;

@Injectable()
export class ConsentsService implements OnModuleInit {
  private readonly handlers = new Map<ConsentKind, ConsentHandler>();
  private readonly log = new Logger(ConsentsService.name);

  constructor(
    private readonly work: UnitOfWork,
    private readonly cases: ConsentCaseStore,
    private readonly desk: ConsentDesk,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
    private readonly scheduler: Scheduler,
  ) {}

  onModuleInit(): void {
    this.scheduler.every('consents', LOOK_EVERY_MS, (now) => this.runDue(now));
  }

  register(handler: ConsentHandler): void {
    for (const kind of handler.kinds) {
      if (this.handlers.has(kind)) throw new Error(`two slices answer for consents of kind ${kind}`);
      this.handlers.set(kind, handler);
    }
  }

  async find(id: string, by: Principal): Promise<ConsentCase> {
    const opened = await this.cases.find(id);
    if (!opened || !(await this.desk.isKnownTo(opened, by, this.clock.now()))) throw new Refusal('request.not_found');
    return opened;
  }

  /** For an authority with what it is to decide now, whoever was competent when it was proposed. */
  async list(filter: ConsentCaseFilter, page: PageOf, by: Principal): Promise<Page<ConsentCase>> {
    const decides = CONSENTING_ROLES.some((role) => by.roles.includes(role));
    const open = decides ? await this.cases.openPairs() : [];
    const deciding = await this.desk.deciding(open, by.departmentId, this.clock.now());
    const scope = ['consents', by.departmentId, filter.status, filter.kind, filter.subjectId];
    return pageOf(page, this.cursors, scope, (after, limit) => this.cases.list(filter, deciding, by, after, limit));
  }

  /** Puts a proposal before the competent authority, whose own clock starts. The caller has locked the subject. */
  async open(tx: Transaction, given: NewConsentCase, by: Principal, now: Date): Promise<ConsentCase> {
    const { clock, rulePack } = await this.desk.opening(tx, given.providerId, given.emergency, now);
    const competent = await this.desk.competent(given, now, tx.manager);
    const outcome = propose({ ...given, id: newId(), clock, rulePack }, competent, by, now);
    await this.cases.add(tx, outcome);
    return outcome.state;
  }

  /** @param by null where what it was about has ended otherwise. The caller has locked the subject. */
  async withdraw(tx: Transaction, caseId: string, by: Principal | null, now: Date): Promise<ConsentCase> {
    const outcome = withdraw(await this.cases.lock(tx, caseId), by, now);
    await this.cases.save(tx, outcome);
    return outcome.state;
  }

  /** The competent authority answers, and what was proposed takes effect or falls in the same transaction. */
  async decide(id: string, answer: Answer, by: Principal): Promise<ConsentCase> {
    const known = await this.find(id, by);
    const handler = this.handlerOf(known);
    return this.work.run(async (tx) => {
      const now = this.clock.now();
      await handler.lock?.(tx, known.subject.id);
      const opened = await this.cases.lock(tx, id);
      const outcome = decide(opened, answer, await this.desk.competent(opened, now, tx.manager), by, now);
      await this.cases.save(tx, outcome);
      await handler[answer.to === 'CONSENTED' ? 'consented' : 'notConsented'](tx, outcome.state, by, now);
      return outcome.state;
    });
  }

  /** Emergencies that nobody confirmed lapse; silence of the authority is told to the next level; cases follow their role. */
  async runDue(now: Date): Promise<void> {
    for (const { id } of await this.cases.open({ dueBefore: now }, MOST_AT_ONCE))
      await this.each(id, now, this.timeIsUp);
    for (const [pair, competent] of await this.desk.competenceOf(await this.cases.openPairs(), now))
      for (const opened of await this.cases.open({ pair }, MOST_AT_ONCE))
        if (moved(opened, competent, now)) await this.each(opened.id, now, this.roleHasMoved);
  }

  /** A calendar changed: the authority's clocks count again from the day each case was proposed. [R12.3] */
  async recompute(tx: Transaction, calendars: readonly WorkingDayCalendar[], now: Date): Promise<void> {
    for (const { id } of await this.cases.openIds(tx)) {
      const opened = await this.cases.lock(tx, id);
      const outcome = recount(opened, this.desk.clockOf(calendars, new Date(opened.proposedAt)), now);
      if (outcome) await this.cases.save(tx, outcome);
    }
  }

  private readonly timeIsUp = async (tx: Transaction, opened: ConsentCase, now: Date): Promise<Changed | null> => {
    const lapsed = lapse(opened, now);
    if (lapsed) await this.handlerOf(opened).lapsed(tx, lapsed.state, now);
    if (lapsed) return lapsed;
    return escalate(opened, await this.desk.competent(opened, now, tx.manager, [opened.authorityId]), now);
  };

  private readonly roleHasMoved = async (tx: Transaction, opened: ConsentCase, now: Date): Promise<Changed | null> =>
    moved(opened, await this.desk.competent(opened, now, tx.manager), now);

  /** One case at a time: a case that fails holds up no other. */
  private async each(id: string, now: Date, step: typeof this.timeIsUp): Promise<void> {
    try {
      const known = await this.cases.find(id);
      if (!known) return;
      await this.work.run(async (tx) => {
        await this.handlerOf(known).lock?.(tx, known.subject.id);
        const outcome = await step(tx, await this.cases.lock(tx, id), now);
        if (outcome) await this.cases.save(tx, outcome);
      });
    } catch (error) {
      this.log.error(`consent case ${id}: ${(error as Error).message}`);
    }
  }

  private handlerOf({ kind }: ConsentCase): ConsentHandler {
    const handler = this.handlers.get(kind);
    if (!handler) throw new Error(`no slice answers for consents of kind ${kind}`);
    return handler;
  }
}

type Changed = Readonly<{ state: ConsentCase; event: Fact }>;
