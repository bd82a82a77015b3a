import { Injectable } from '@nestjs/common';
import { Refusal, type Principal, type Role } from '@qiongtong/contracts';
import { Clock, newId, requestContext, UnitOfWork, type Transaction } from '@qiongtong/platform';
import { inForce, spanOf } from '@qiongtong/regulation';
import { OrganisationStore } from '../organisations/organisation.store';
import { CatalogueSystems } from '../system/catalogue-systems';
import { MARKED } from './domain/acting';
import { competentRole, resourceState, type Decision, type Entry, type Outcome, type SecrecyRefusal } from './domain/entry'; // prettier-ignore
import { knowledgeOf, standingOf, type Standing } from './domain/knowledge';
import { refuseRegistration } from './domain/registration-refusal';
import { carriesSecretMark } from './domain/secret-mark';
import { mayKnowRevision, numberedAfter } from './domain/versions';
import { EntryStore } from './entry.store';
import { VersionStore } from './version.store';

const DECIDED: readonly string[] = ['catalogue.entry-approved.v1', 'catalogue.entry-returned.v1'];

type Decide = (entry: Entry, now: Date, tx: Transaction) => Outcome | Promise<Outcome>;
/** What is acted on: the entry as it is known to all, or the version that is to take its place. */
type Acted = 'entry' | 'compiled';

/** One act on one entry: nobody else touches it from the decision to the commit. */
@Injectable()
export class EntryDesk {
  constructor(
    private readonly work: UnitOfWork,
    private readonly entries: EntryStore,
    private readonly versions: VersionStore,
    readonly organisations: OrganisationStore,
    private readonly clock: Clock,
    /** By which entries are compiled. */
    readonly systems: CatalogueSystems,
  ) {}

  /** Acts on what is being compiled: a new entry, or the next version of a published one. */
  compile(id: string, by: Principal, said: unknown, decide: Decide): Promise<Standing> {
    return this.act('compiled', id, by, said, decide);
  }

  /** Acts on the entry itself, also while its next version is compiled. */
  onEntry(id: string, by: Principal, said: unknown, decide: Decide): Promise<Standing> {
    return this.act('entry', id, by, said, decide);
  }

  private act(acted: Acted, id: string, by: Principal, said: unknown, decide: Decide): Promise<Standing> {
    return this.keep(said, async (tx) => {
      const entry = await this.entries.lock(tx, id);
      if (!entry || knowledgeOf(entry, by) === 'nothing') throw new Refusal('request.not_found');
      const copy = await this.versions.revisionOf(entry, tx.manager);
      // To who may not know of the next version, there is none.
      const compiled = acted === 'compiled' && copy && mayKnowRevision(copy, by) ? copy : null;
      const outcome = await decide(compiled ?? entry, this.clock.now(), tx);
      const other = compiled ? entry : copy;
      if ('refusedBy' in outcome) {
        if (outcome.voids) await this.save(tx, numberedAfter(other, outcome.voids), compiled);
        return this.refuse(tx, outcome, by, compiled ?? entry, compiled !== null);
      }
      const decision = numberedAfter(other, outcome);
      await this.save(tx, decision, compiled);
      return standingOf(decision.state);
    });
  }

  /** What becomes of an entry by other hands than an officer's. The caller holds its lock. */
  async saveEntry(tx: Transaction, entry: Entry, decision: Decision): Promise<void> {
    await this.save(tx, numberedAfter(await this.versions.revisionOf(entry, tx.manager), decision));
  }

  /** @param compiled the next version, where that was acted on */
  private async save(
    tx: Transaction,
    { state, event, also = [] }: Decision,
    compiled: Entry | null = null,
  ): Promise<void> {
    for (const fact of [event, ...also]) tx.publish(fact);
    if (DECIDED.includes(event.type)) await this.versions.keepReview(tx, state);
    if (compiled && state.status !== 'PUBLISHED') return this.versions.saveRevision(tx, state);
    await this.entries.save(tx, state);
    // What was published takes the place of what was; of what is withdrawn there is no next version.
    if (compiled || state.status === 'WITHDRAWN') await this.versions.dropRevision(tx, state.id);
    if (event.type === 'catalogue.entry-published.v1') await this.versions.keep(tx, state);
    // Withdrawn is a state: an entry that is gone and one that never was must not be confused.
    if (state.status === 'PUBLISHED' || state.status === 'WITHDRAWN')
      tx.state('policy.resources', state.id, resourceState(state));
  }

  /**
   * Keeps who, when and which rule, and of what was not cleared nothing else. What is published was cleared before: its
   * next version goes, and it stays. [R2.2, R2.3]
   */
  async refuse(
    tx: Transaction,
    { refusedBy: rule }: SecrecyRefusal,
    by: Principal,
    entry: Entry | null,
    isRevision = false,
  ): Promise<SecrecyRefused> {
    const wiped = rule === 'R2.2' && entry !== null;
    if (wiped && isRevision) {
      await this.versions.dropRevision(tx, entry.id);
      await this.versions.wipeReviews(tx, entry.id, entry.version);
    } else if (wiped) await this.entries.wipe(tx, entry.id);
    const given = { rule, wiped, entryId: entry?.id ?? null };
    const { state, event } = refuseRegistration(newId(), given, by, this.clock.now());
    await this.entries.keepRefusal(tx, state);
    tx.publish(event);
    return new SecrecyRefused(rule);
  }

  /**
   * Runs a unit of work whose refusal for secrecy is committed before it is answered. The answer to marked text is not
   * stored under its idempotency key: it is refused, and kept, as often as it is sent.
   */
  async keep<T>(said: unknown, work: (tx: Transaction) => Promise<T | SecrecyRefused>): Promise<T> {
    const run = () => this.work.run(work);
    const kept = await (carriesSecretMark(said) ? withoutStoredAnswer(run) : run());
    if (kept instanceof SecrecyRefused)
      throw new Refusal(kept.rule === 'R2.2' ? 'catalogue.secrecy_not_cleared' : 'catalogue.secret_mark');
    return kept;
  }

  /** What is said beside entries: marked text is refused, and only that is kept. [R2.3] */
  unmarked<T>(said: unknown, by: Principal, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.keep(said, (tx) => (carriesSecretMark(said) ? this.refuse(tx, MARKED, by, null) : work(tx)));
  }

  async competentFor(tx: Transaction, { providerId }: Pick<Entry, 'providerId'>, now: Date): Promise<Role> {
    const provider = await this.organisations.find(tx, providerId);
    const held = provider?.roles.filter((r) => inForce(spanOf(r.from, r.until), now.getTime())) ?? [];
    return competentRole(held.map((r) => r.role));
  }
}

function withoutStoredAnswer<T>(run: () => Promise<T>): Promise<T> {
  const context = requestContext.getStore();
  return context ? requestContext.run({ ...context, idempotency: undefined }, run) : run();
}

class SecrecyRefused {
  constructor(readonly rule: SecrecyRefusal['refusedBy']) {}
}
