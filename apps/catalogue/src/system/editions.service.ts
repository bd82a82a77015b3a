import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, expectRevision, UnitOfWork, type Page, type Transaction } from '@qiongtong/platform';
import { isAuthority } from '../entries/domain/knowledge';
import { carriesSecretMark } from '../entries/domain/secret-mark';
import * as acts from './domain/edition-acts';
import { classSeen, mayKnow, type Edition, type SeenClass } from './domain/edition';
import { changedClasses, type ClassChange } from './domain/revision';
import { EditionStore, type ReportedFault } from './edition.store';

/** The editions of the catalogue system, and how the next one comes about. [R6.1] */
@Injectable()
export class EditionsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly store: EditionStore,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  inForce(): Promise<Edition> {
    return this.store.inForce();
  }

  async find(number: number, by: Principal): Promise<Edition> {
    const edition = await this.store.find(number);
    if (!edition || !mayKnow(edition, by)) throw new Refusal('request.not_found');
    return edition;
  }

  /** The newest first, without what is not the caller's to know; templates are read one by one. */
  async list(limit: number, cursor: string | undefined, by: Principal): Promise<Page<Omit<Edition, 'template'>>> {
    const scope = JSON.stringify(['catalogue-editions', by.departmentId]);
    const before = cursor === undefined ? null : this.cursors.decode<{ number: number }>(cursor, scope).number;
    const found = await this.store.list(before, limit + 1);
    const page = found.slice(0, limit);
    const items = page.filter((edition) => mayKnow(edition, by)).map(({ template: _, ...edition }) => edition);
    const next = found.length > limit ? this.cursors.encode({ number: page.at(-1)!.number }, scope) : null;
    return { items, next };
  }

  /** The tree in the order of its codes: each class before those below it. */
  async classes(
    number: number,
    under: string | null,
    limit: number,
    cursor: string | undefined,
    by: Principal,
  ): Promise<Page<SeenClass>> {
    await this.find(number, by);
    const scope = JSON.stringify(['catalogue-classes', number, under]);
    const after = cursor === undefined ? '' : this.cursors.decode<{ code: string }>(cursor, scope).code;
    const found = await this.store.classes(number, under, after, limit + 1);
    const page = found.slice(0, limit);
    const next = found.length > limit ? this.cursors.encode({ code: page.at(-1)!.code }, scope) : null;
    return { items: page.map(classSeen), next };
  }

  propose(given: Pick<Edition, 'title' | 'documentNumber'>, by: Principal): Promise<Edition> {
    return this.work.run(async (tx) => {
      checkUnmarked(given);
      const inForce = await this.store.lockInForce(tx);
      const number = await this.store.nextNumber(tx);
      const { state, event } = acts.propose(inForce, number, given, by, this.clock.now());
      if (!(await this.store.add(tx, state))) throw new Refusal('catalogue.edition_to_come');
      await this.store.copyClasses(tx, inForce.number, number);
      tx.publish(event);
      return state;
    });
  }

  /** @param classes said together with it: all of it changes, or nothing */
  change(
    number: number,
    revision: number,
    given: acts.EditionChange,
    classes: ClassChange,
    by: Principal,
  ): Promise<Edition> {
    return this.act(number, revision, { ...given, classes }, async (edition, now, tx) => {
      const decision = acts.change(edition, given, by, now);
      const inForce = await this.store.system(tx, (await this.store.lockInForce(tx)).number);
      const before = await this.store.allClasses(tx, number);
      await this.store.saveClasses(tx, number, before, changedClasses(before, classes, inForce.classes));
      return decision;
    }, by); // prettier-ignore
  }

  announce(number: number, revision: number, effectiveOn: string, by: Principal): Promise<Edition> {
    return this.act(number, revision, null, (edition, now) => acts.announce(edition, effectiveOn, by, now), by);
  }

  withdraw(number: number, revision: number, reason: string, by: Principal): Promise<Edition> {
    return this.act(number, revision, { reason }, (edition, now) => acts.withdraw(edition, reason, by, now), by);
  }

  /** What an edition could not bring along: to a department its own entries, to the authority those handed in. */
  async report(number: number, limit: number, cursor: string | undefined, by: Principal): Promise<Page<ReportedFault>> {
    await this.find(number, by);
    const scope = JSON.stringify(['catalogue-edition-report', number, by.departmentId, isAuthority(by)]);
    const after = cursor === undefined ? BEFORE_ALL : this.cursors.decode<Position>(cursor, scope);
    const found = await this.store.faults(number, by, [after.entryId, after.field, after.reason], limit + 1);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    const next = last && found.length > limit ? this.cursors.encode(positionOf(last), scope) : null;
    return { items, next };
  }

  private act(
    number: number,
    revision: number,
    said: unknown,
    decide: (edition: Edition, now: Date, tx: Transaction) => acts.EditionDecision | Promise<acts.EditionDecision>,
    by: Principal,
  ): Promise<Edition> {
    return this.work.run(async (tx) => {
      checkUnmarked(said);
      const edition = await this.store.lock(tx, number);
      if (!edition || !mayKnow(edition, by)) throw new Refusal('request.not_found');
      const { state, event } = await decide(edition, this.clock.now(), tx);
      expectRevision(edition.revision, revision);
      await this.store.save(tx, state);
      tx.publish(event);
      return state;
    });
  }
}

type Position = Pick<ReportedFault, 'entryId' | 'field' | 'reason'>;
const BEFORE_ALL = { entryId: '', field: '', reason: '' };
const positionOf = ({ entryId, field, reason }: ReportedFault): Position => ({ entryId, field, reason });

function checkUnmarked(said: unknown): void {
  if (carriesSecretMark(said)) throw new Refusal('catalogue.secret_mark');
}
