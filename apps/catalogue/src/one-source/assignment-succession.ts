import { Injectable } from '@nestjs/common';
import { newId, Scheduler, UnitOfWork, type Transaction } from '@qiongtong/platform';
import { OrganisationStore } from '../organisations/organisation.store';
import { AssignmentStore } from './assignment.store';
import { succeedTo } from './domain/assignment-succession';

const LOOK_EVERY_MS = 30_000;
const AT_ONCE = 200;

/**
 * Assignments of bodies that are no more. The decision comes by one topic and the bodies' states by another: what was
 * decided was kept, and is acted on when both are known. [R6.3]
 */
@Injectable()
export class AssignmentSuccession {
  constructor(
    private readonly work: UnitOfWork,
    private readonly assignments: AssignmentStore,
    private readonly organisations: OrganisationStore,
    scheduler: Scheduler,
  ) {
    scheduler.every('assignments of ended bodies', LOOK_EVERY_MS, (now) => this.pass(now));
  }

  async pass(now: Date): Promise<void> {
    while (await this.work.run((tx) => this.passSome(tx, now)));
  }

  /** @returns whether there may be more */
  private async passSome(tx: Transaction, now: Date): Promise<boolean> {
    const found = await this.assignments.ofEndedBodies(tx, AT_ONCE);
    for (const { assignment, succession } of found) {
      const heir = succession.successorId === null ? null : await this.organisations.find(tx, succession.successorId);
      const { former, state, event } = succeedTo(newId(), assignment, succession, heir, now);
      await this.assignments.save(tx, former);
      if (state && !(await this.assignments.add(tx, state))) throw new Error(`${former.id} is assigned twice`);
      tx.publish(event);
    }
    return found.length === AT_ONCE;
  }
}
