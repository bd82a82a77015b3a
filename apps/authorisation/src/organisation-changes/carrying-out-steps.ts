import { Injectable } from '@nestjs/common';
import { newId, UnitOfWork, type Transaction } from '@qiongtong/platform';
import { resourceAfter, type Succession } from '@qiongtong/regulation';
import { OrganisationStore } from '../organisations/organisation.store';
import { BodiesCarriedOut } from './bodies-carried-out';
import { complete, type OrganisationChange } from './domain/organisation-change';
import { effectsOf, NOTHING, outcomesOf, type Outcomes } from './outcomes';
import { KeptParts } from './kept-parts';
import { OrganisationChangeStore } from './organisation-change.store';
import { WorldStore, type Part } from './world.store';

/** Things in one transaction. */
const BATCH = 100;

/** The transactions of which carrying out is made. */
@Injectable()
export class CarryingOutSteps {
  constructor(
    private readonly work: UnitOfWork,
    private readonly changes: OrganisationChangeStore,
    private readonly worlds: WorldStore,
    private readonly organisations: OrganisationStore,
    private readonly bodies: BodiesCarriedOut,
    private readonly parts: KeptParts,
  ) {}

  startBodies(tx: Transaction, change: OrganisationChange, s: Succession | null, now: Date): Promise<void> {
    return s ? this.bodies.start(tx, change, s, now) : this.bodies.rename(tx, change, now);
  }

  /** The catalogue owns its entries and has moved them: from now on nobody asks a body that gives way. */
  async entriesMoved(s: Succession): Promise<boolean> {
    const resources = await this.worlds.resources(s.from);
    return resources.every(({ id, providerId, status }) => {
      const after = resourceAfter(s, id, providerId);
      return after === providerId || (after === null && status !== 'PUBLISHED');
    });
  }

  async everything(part: Part, changeId: string, s: Succession, now: Date): Promise<void> {
    for (let after = '', last: string | null = after; last !== null; after = last) {
      last = await this.batch(part, changeId, s, after, now);
      if (last === null) return;
    }
  }

  /** @returns the last id of the batch; null where there was none */
  private async batch(part: Part, changeId: string, s: Succession, after: string, now: Date): Promise<string | null> {
    const found = await this.worlds.ids(part, s.from, after, BATCH, now);
    if (found.length === 0) return null;
    await this.work.run(async (tx) => {
      // Two replicas that both hold themselves for the one that carries out do so one after the other.
      await this.changes.lock(tx, changeId);
      const bodies = await this.organisations.all([...s.from, ...s.heirs], tx.manager);
      const world = await this.worlds.some(part, found, bodies, { manager: tx.manager, locked: true });
      const outcomes = only(part, outcomesOf(world, s, newId, now));
      await this.parts.keep(tx, outcomes, now);
      await this.changes.report(tx, changeId, effectsOf(outcomes, world), now);
    });
    return found.at(-1)!;
  }

  async close(id: string, s: Succession, now: Date): Promise<void> {
    await this.work.run(async (tx) => {
      const change = await this.changes.lock(tx, id);
      if (change.status !== 'IN_PROGRESS') return;
      const effects = await this.bodies.end(tx, s, now);
      await this.changes.report(tx, id, effects, now);
      await this.changes.save(tx, complete(change, await this.changes.counts(id, tx.query), now));
    });
  }
}

/** What was read beside a part is not changed with it; the cases about it are. */
const only = (part: Part, outcomes: Outcomes): Outcomes => ({
  ...(NOTHING as unknown as Outcomes),
  [part]: outcomes[part],
  cases: outcomes.cases,
});
