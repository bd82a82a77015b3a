import { Injectable } from '@nestjs/common';
import { Refusal, type ConsentKind, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, newId, UnitOfWork, type Page, type Transaction } from '@qiongtong/platform';
import { CONSENTING_ROLES } from '@qiongtong/regulation';
import { pageOf, type PageOf } from '../pages';
import { ConsentCaseStore, type ConsentCaseFilter } from './consent-case.store';
import { ConsentDesk } from './consent-desk';
import { decide, propose, withdraw, type Answer, type ConsentCase, type NewConsentCase } from './domain/consent-case';

/** What the slice whose matter it is does with an answer, in the transaction of the answer. */
export type ConsentHandler = Readonly<{
  kinds: readonly ConsentKind[];
  /** Locks the subject. It comes before the case, as everywhere, so that nobody waits for each other. */
  lock?(tx: Transaction, subjectId: string): Promise<unknown>;
  consented(tx: Transaction, opened: ConsentCase, by: Principal, now: Date): Promise<void>;
  notConsented(tx: Transaction, opened: ConsentCase, by: Principal, now: Date): Promise<void>;
  lapsed(tx: Transaction, opened: ConsentCase, now: Date): Promise<void>;
  /** A calendar moved the end of the authority's time. */
  recounted?(tx: Transaction, opened: ConsentCase, now: Date): Promise<void>;
}>;

@Injectable()
export class ConsentsService {
  private readonly handlers = new Map<ConsentKind, ConsentHandler>();

  constructor(
    private readonly work: UnitOfWork,
    private readonly cases: ConsentCaseStore,
    private readonly desk: ConsentDesk,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

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

  handlerOf({ kind }: Pick<ConsentCase, 'kind'>): ConsentHandler {
    const handler = this.handlers.get(kind);
    if (!handler) throw new Error(`no slice answers for consents of kind ${kind}`);
    return handler;
  }
}
