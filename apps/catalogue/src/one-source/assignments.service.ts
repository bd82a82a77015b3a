import { Injectable } from '@nestjs/common';
import { Refusal, type Principal, type Role } from '@qiongtong/contracts';
import { Clock, Cursors, expectRevision, newId, type Page, type Transaction } from '@qiongtong/platform';
import { localDayOf } from '@qiongtong/regulation';
import { EntryDesk } from '../entries/entry-desk';
import { OrganisationStore } from '../organisations/organisation.store';
import { AssignmentStore, type AssignmentFilter } from './assignment.store';
import * as acts from './domain/assignment';
import type { Assignment, Terms } from './domain/assignment';
import type { Deciding } from './domain/collection';
import { checkPopulation } from './domain/data-element';
import { ElementStore } from './element.store';

/** Which department collects what, about whom and where: exactly one. [R6.3] */
@Injectable()
export class AssignmentsService {
  constructor(
    private readonly desk: EntryDesk,
    private readonly elements: ElementStore,
    private readonly assignments: AssignmentStore,
    private readonly organisations: OrganisationStore,
    private readonly clock: Clock,
    private readonly cursors: Cursors,
  ) {}

  async find(id: string, by: Principal): Promise<Assignment> {
    const assignment = await this.assignments.find(id);
    if (!assignment || !acts.isKnownTo(assignment, by)) throw new Refusal('request.not_found');
    return assignment;
  }

  async list(
    filter: AssignmentFilter,
    limit: number,
    cursor: string | undefined,
    by: Principal,
  ): Promise<Page<Assignment>> {
    const { elementId, departmentId, regionCode, status } = filter;
    const scope = JSON.stringify(['assignments', by.departmentId, elementId, departmentId, regionCode, status]);
    const before = cursor === undefined ? null : this.cursors.decode<{ id: string }>(cursor, scope).id;
    const found = await this.assignments.list(filter, by, before, limit + 1);
    const last = found[limit - 1];
    const next = last && found.length > limit ? this.cursors.encode({ id: last.id }, scope) : null;
    return { items: found.slice(0, limit), next };
  }

  /** A department asks to be the one; the authority decides. */
  propose(terms: Terms, reason: string, by: Principal): Promise<Assignment> {
    return this.desk.unmarked([terms, reason], by, async (tx) => {
      const now = this.clock.now();
      const collector = await this.organisations.find(tx, by.departmentId);
      const { state, event } = acts.propose(newId(), terms, reason, collector, by, now);
      await this.checkStandard(tx, terms, now);
      if (!(await this.assignments.add(tx, state))) throw new Refusal('catalogue.collection_settled', { about: ['PROPOSED'] }); // prettier-ignore
      tx.publish(event);
      return state;
    });
  }

  assign(terms: Terms, departmentId: string, deciding: Deciding, by: Principal): Promise<Assignment> {
    return this.desk.unmarked([terms, deciding], by, async (tx) => {
      const now = this.clock.now();
      const collector = await this.organisations.find(tx, departmentId);
      const competent = await this.competentFor(tx, [departmentId], now);
      const { state, event } = acts.assign(newId(), terms, deciding, collector, competent, by, now);
      await this.checkStandard(tx, terms, now);
      if (!(await this.assignments.add(tx, state))) await this.refuseAssigned(tx, terms);
      await this.assignments.endVacant(tx, state, now);
      tx.publish(event);
      return state;
    });
  }

  accept(id: string, deciding: Deciding, by: Principal): Promise<Assignment> {
    return this.decide(id, deciding, by, async (tx, proposed, competent, now) => {
      const collector = await this.organisations.find(tx, proposed.departmentId);
      const outcome = acts.accept(proposed, deciding, collector, competent, by, now);
      await this.checkStandard(tx, proposed, now);
      // One that is decided at the same moment is refused by the database.
      if (await this.assignments.held(tx, proposed)) await this.refuseAssigned(tx, proposed);
      await this.assignments.endVacant(tx, proposed, now);
      return outcome;
    });
  }

  reject(id: string, reason: string, by: Principal): Promise<Assignment> {
    return this.decide(id, reason, by, async (_tx, proposed, competent, now) =>
      acts.reject(proposed, reason, competent, by, now),
    );
  }

  /** Another department collects it from now on. Answers the new assignment. */
  supersede(
    id: string,
    revision: number,
    departmentId: string,
    deciding: Deciding & Readonly<{ duties: string | null }>,
    by: Principal,
  ): Promise<Assignment> {
    return this.desk.unmarked(deciding, by, async (tx) => {
      const now = this.clock.now();
      const assignment = await this.locked(tx, id, by);
      const collector = await this.organisations.find(tx, departmentId);
      const competent = await this.competentFor(tx, [departmentId, assignment.departmentId], now);
      const { former, state, event } = acts.supersede(newId(), assignment, deciding, collector, competent, by, now);
      expectRevision(assignment.revision, revision);
      await this.assignments.save(tx, former);
      if (!(await this.assignments.add(tx, state))) await this.refuseAssigned(tx, state);
      tx.publish(event);
      return state;
    });
  }

  end(id: string, revision: number, deciding: Deciding, by: Principal): Promise<Assignment> {
    return this.decide(id, deciding, by, async (_tx, assignment, competent, now) => {
      const outcome = acts.end(assignment, deciding, competent, by, now);
      expectRevision(assignment.revision, revision);
      return outcome;
    });
  }

  private decide(
    id: string,
    said: unknown,
    by: Principal,
    rule: (
      tx: Transaction,
      assignment: Assignment,
      competent: Role,
      now: Date,
    ) => Promise<ReturnType<typeof acts.accept | typeof acts.reject | typeof acts.end>>,
  ): Promise<Assignment> {
    return this.desk.unmarked(said, by, async (tx) => {
      const now = this.clock.now();
      const assignment = await this.locked(tx, id, by);
      const competent = await this.competentFor(tx, [assignment.departmentId], now);
      const { state, event } = await rule(tx, assignment, competent, now);
      await this.assignments.save(tx, state);
      tx.publish(event);
      return state;
    });
  }

  private async locked(tx: Transaction, id: string, by: Principal): Promise<Assignment> {
    const assignment = await this.assignments.lock(tx, id);
    if (!assignment || !acts.isKnownTo(assignment, by)) throw new Refusal('request.not_found');
    return assignment;
  }

  /** Where one of them is the authority itself, the next level. [R14.10] */
  private async competentFor(tx: Transaction, departmentIds: readonly string[], now: Date): Promise<Role> {
    for (const providerId of departmentIds)
      if ((await this.desk.competentFor(tx, { providerId }, now)) === 'LEADING_GROUP') return 'LEADING_GROUP';
    return 'PROVINCIAL_AUTHORITY';
  }

  private async checkStandard(tx: Transaction, { elementId, population }: Terms, now: Date): Promise<void> {
    const standard = (await this.elements.inForce(tx, [elementId], localDayOf(now))).get(elementId);
    if (!standard) throw new Refusal('catalogue.element_unknown', { about: [elementId] });
    checkPopulation(standard, population);
  }

  private async refuseAssigned(tx: Transaction, terms: Terms): Promise<never> {
    const held = await this.assignments.held(tx, terms);
    throw new Refusal('catalogue.collection_assigned', { about: held ? [held.id, held.departmentId] : [] });
  }
}
