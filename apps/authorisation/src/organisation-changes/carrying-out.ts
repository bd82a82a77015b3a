import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Refusal } from '@qiongtong/contracts';
import { Scheduler, UnitOfWork, type Transaction } from '@qiongtong/platform';
import { CarryingOutSteps } from './carrying-out-steps';
import { ChangeDesk } from './change-desk';
import { begin, block, complete, successionOf, type OrganisationChange } from './domain/organisation-change';
import { onBodies } from './preview';
import { OrganisationChangeStore } from './organisation-change.store';
import { PARTS } from './world.store';

const LOOK_EVERY_MS = 10_000;
/** Bounds one run; what is left comes with the next. */
const MOST_AT_ONCE = 50;

/**
 * Carries out what was decided, when its day has come: the bodies first, then, when the catalogue has moved the entries,
 * part after part in transactions of their own. Whatever stops it, the next run goes on: what has had its effect has none
 * a second time, and nobody else is needed to know how far it came.
 */
@Injectable()
export class CarryingOut implements OnModuleInit {
  private readonly log = new Logger(CarryingOut.name);

  constructor(
    private readonly work: UnitOfWork,
    private readonly changes: OrganisationChangeStore,
    private readonly desk: ChangeDesk,
    private readonly steps: CarryingOutSteps,
    private readonly scheduler: Scheduler,
  ) {}

  onModuleInit(): void {
    this.scheduler.every('organisation changes', LOOK_EVERY_MS, (now) => this.runDue(now));
  }

  /** One change's trouble is no other's. */
  async runDue(now: Date): Promise<void> {
    for (const id of await this.changes.due(now, MOST_AT_ONCE))
      await this.carryOut(id, now).catch((error: Error) =>
        this.log.error(`organisation change ${id}: ${error.message}`),
      );
  }

  async carryOut(id: string, now: Date): Promise<void> {
    await this.begin(id, now);
    const change = await this.changes.find(id);
    const succession = change && successionOf(change, change);
    if (!succession || !change.begunAt) return;
    if (!(await this.steps.entriesMoved(succession))) return;
    for (const part of PARTS) await this.steps.everything(part, id, succession, now);
    if (change.status === 'IN_PROGRESS') await this.steps.close(id, succession, now);
  }

  private async begin(id: string, now: Date): Promise<void> {
    try {
      await this.work.run(async (tx) => {
        const change = await this.changes.lock(tx, id);
        if (change.status === 'DECIDED' && change.effectiveAt <= now.toISOString()) await this.start(tx, change, now);
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      await this.work.run(async (tx) => {
        const change = await this.changes.lock(tx, id);
        const blocked = change.status === 'DECIDED' ? block(change, error, now) : null;
        if (blocked) await this.changes.save(tx, blocked);
      });
    }
  }

  /** Held once more against the world as it is on its day. */
  private async start(tx: Transaction, change: OrganisationChange, now: Date): Promise<void> {
    const { succession, world, resources, refusals } = await this.desk.look(change, change, now, tx.manager);
    if (refusals[0]) throw refusals[0];
    const effects = succession ? onBodies(world, succession, resources) : [];
    const begun = begin(change, now);
    await this.changes.save(tx, begun);
    await this.changes.report(tx, change.id, effects, now);
    await this.steps.startBodies(tx, change, succession, now);
    if (!succession) await this.changes.save(tx, complete(begun.state, {}, now));
  }
}
