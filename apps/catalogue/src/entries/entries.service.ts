import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, expectRevision, type Page, type Transaction } from '@qiongtong/platform';
import { rulePackFor } from '@qiongtong/regulation';
import type { OrganisationRow } from '../organisations/organisation.entity';
import type { Content, ContentChange } from './domain/content';
import { MARKED } from './domain/acting';
import * as acts from './domain/acts';
import { approve, returnWithRemarks, startReview, type Approval, type Return } from './domain/review';
import { succeed, type Passing } from './domain/succession';
import type { Decision, SecrecyReview } from './domain/entry';
import { carriesSecretMark } from './domain/secret-mark';
import { knowledgeOf, seenWith, standingOf, type SeenEntry, type Standing } from './domain/knowledge';
import { EffectsService, type SaidOfEffects } from './effects.service';
import { EntryDesk } from './entry-desk';
import { codeToCome } from '../system/domain/class-code';
import { checkDescribed, checkReviewable } from '../system/domain/system';
import { EntryStore, type EntryFilter, type ListedEntry } from './entry.store';
import { Origins } from './origins';
import { GUIDE_NAMES } from './remark-names';

@Injectable()
export class EntriesService {
  constructor(
    private readonly desk: EntryDesk,
    private readonly entries: EntryStore,
    private readonly effects: EffectsService,
    private readonly origins: Origins,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  async find(id: string, by: Principal): Promise<SeenEntry> {
    const entry = await this.entries.find(id);
    const knowledge = entry ? knowledgeOf(entry, by) : 'nothing';
    if (!entry || knowledge === 'nothing') throw new Refusal('request.not_found');
    return seenWith(knowledge, entry);
  }

  async list(
    filter: EntryFilter,
    limit: number,
    cursor: string | undefined,
    by: Principal,
  ): Promise<Page<ListedEntry>> {
    // A cursor belongs to one question of one department.
    const scope = JSON.stringify([
      'entries',
      by.departmentId,
      filter.q,
      filter.providerId,
      filter.sharingType,
      filter.status,
      filter.classification,
    ]);
    const after = cursor === undefined ? null : this.cursors.decode<{ id: string }>(cursor, scope).id;
    const found = await this.entries.list(filter, by, after, limit + 1);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return { items, next: last && found.length > limit ? this.cursors.encode({ id: last.id }, scope) : null };
  }

  /** @param given the code; by default the next of the class */
  draft(
    given: string | undefined,
    said: ContentChange & Pick<Content, 'classification' | 'name'>,
    by: Principal,
  ): Promise<Standing> {
    return this.desk.keep(said, async (tx) => {
      checkDepartment(await this.desk.organisations.find(tx, by.departmentId));
      const drafted = (code: string) => acts.draft(code, said, by, this.clock.now());
      // A code is not taken for what is refused.
      const checked = drafted(given ?? codeToCome(said.classification));
      if ('refusedBy' in checked) return this.desk.refuse(tx, checked, by, null);
      const resourceCode = await this.desk.systems.register(tx, given, checked.state.content);
      const { state, event } = drafted(resourceCode) as Decision;
      if (!(await this.entries.add(tx, state))) throw new Refusal('catalogue.code_taken', { about: [resourceCode] });
      tx.publish(event);
      return standingOf(state);
    });
  }

  revise(id: string, revision: number, change: ContentChange, by: Principal) {
    return this.desk.compile(id, by, change, async (entry, now, tx) => {
      const system = await this.desk.systems.inForce(tx);
      const classEnded = !system.classes.has(entry.content.classification);
      const outcome = acts.revise(entry, change, by, now, { classEnded });
      if ('refusedBy' in outcome) return { ...outcome, voids: acts.voidReviews(entry, by, now) };
      expectRevision(entry.revision, revision);
      checkDescribed(system, outcome.state.content);
      return outcome;
    });
  }

  /** Keeps the review with the entry; where it does not clear the entry, wipes the entry and keeps only that. [R2.2] */
  declareSecrecyReview(id: string, revision: number, review: SecrecyReview, by: Principal) {
    return this.desk.compile(id, by, review, (entry, now) => {
      const outcome = acts.declareSecrecyReview(entry, review, by, now);
      // Only what clears an entry has to be of exactly this content: a doubt about an earlier one is a doubt.
      if (!('refusedBy' in outcome)) expectRevision(entry.revision, revision);
      return outcome;
    });
  }

  passInternalReview(id: string, by: Principal) {
    return this.desk.compile(id, by, null, async (entry, now, tx) => {
      const outcome = acts.passInternalReview(entry, by, now);
      checkReviewable(await this.desk.systems.inForce(tx), entry.content);
      return outcome;
    });
  }

  submit(id: string, said: SaidOfEffects, by: Principal) {
    return this.desk.compile(id, by, said, async (entry, now, tx) => {
      const provider = await this.desk.organisations.find(tx, entry.providerId);
      checkDepartment(provider);
      const { reference } = rulePackFor(now, provider?.type ?? 'OTHER');
      // Who may, and whether it is ready, is answered before anything is said of others' grants.
      acts.submit(entry, reference, by, now);
      if (carriesSecretMark(said)) return MARKED;
      checkReviewable(await this.desk.systems.inForce(tx), entry.content);
      await this.origins.check(tx, entry, by, now);
      return acts.submit(entry, reference, by, now, await this.effects.confirmed(tx, entry, said, now));
    });
  }

  startReview(id: string, by: Principal) {
    return this.desk.compile(id, by, null, async (entry, now, tx) =>
      startReview(entry, await this.desk.competentFor(tx, entry, now), by, now),
    );
  }

  approve(id: string, said: Approval, by: Principal) {
    return this.desk.compile(id, by, said, async (entry, now, tx) => {
      const outcome = approve(entry, await this.desk.competentFor(tx, entry, now), said, by, now);
      // Somebody else may have been assigned since it was handed in: it is returned, or waived. [R6.3]
      if (!('refusedBy' in outcome)) await this.origins.check(tx, entry, by, now);
      return outcome;
    });
  }

  returnWithRemarks(id: string, said: Return, by: Principal) {
    return this.desk.compile(id, by, said, async (entry, now, tx) =>
      returnWithRemarks(entry, await this.desk.competentFor(tx, entry, now), said, GUIDE_NAMES, by, now),
    );
  }

  publish(id: string, by: Principal) {
    return this.desk.compile(id, by, null, async (entry, now, tx) => {
      const decision = acts.publish(entry, by, now);
      await this.origins.checkAcyclic(tx, entry);
      return this.effects.published(tx, entry, decision, now);
    });
  }

  /** Every entry of the bodies that give way goes where the decision says. */
  async pass(tx: Transaction, providerIds: readonly string[], passing: Passing): Promise<void> {
    for (const id of await this.entries.idsOf(tx, providerIds)) {
      const entry = await this.entries.lock(tx, id);
      const passed = entry && providerIds.includes(entry.providerId) ? succeed(entry, passing, this.clock.now()) : null;
      if (entry && passed)
        await this.desk.saveEntry(tx, entry, await this.effects.withTold(tx, passed, this.clock.now()));
    }
  }
}

/** A vendor runs systems for a department; it provides nothing itself. One not yet projected was resolved by the gateway. [R2.1] */
function checkDepartment(organisation: OrganisationRow | null): void {
  if (organisation && organisation.kind !== 'DEPARTMENT') throw new Refusal('catalogue.provider_not_department');
}
