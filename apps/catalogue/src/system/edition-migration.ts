import { Injectable } from '@nestjs/common';
import type { NotMigrated } from '@qiongtong/contracts';
import { Scheduler, UnitOfWork, type Transaction } from '@qiongtong/platform';
import { localDayOf } from '@qiongtong/regulation';
import type { Entry } from '../entries/domain/entry';
import { reclassified, stageOf } from '../entries/domain/reclassification';
import { EntryStore } from '../entries/entry.store';
import { VersionStore } from '../entries/version.store';
import { announcedBy, finishMigration, takeEffect } from './domain/edition-acts';
import type { Edition, Migration } from './domain/edition';
import { migratingBy, notMigrated, successorOf, type Migrating } from './domain/migration';
import { EditionStore } from './edition.store';

const LOOK_EVERY_MS = 5_000;
const ENTRIES_A_STEP = 500;

type Found = Readonly<{ entry: Entry; faults: readonly NotMigrated[] }>;

/**
 * Puts an edition into force when its day has come and brings the entries along, a step at a time, each in a transaction
 * of its own that says how far it has come: what a crash left undone, the next run goes on with. [R6.1]
 */
@Injectable()
export class EditionMigration {
  constructor(
    private readonly work: UnitOfWork,
    private readonly editions: EditionStore,
    private readonly entries: EntryStore,
    private readonly versions: VersionStore,
    scheduler: Scheduler,
  ) {
    scheduler.every('catalogue editions', LOOK_EVERY_MS, (now) => this.runDue(now));
  }

  async runDue(now: Date): Promise<void> {
    await this.takeEffect(now);
    while (await this.migrateSome(now));
  }

  private async takeEffect(now: Date): Promise<void> {
    if (!(await this.editions.due(localDayOf(now)))) return;
    await this.work.run(async (tx) => {
      // Whoever compiles by the edition in force is waited for, and goes by the next one afterwards.
      await this.editions.endInForce(tx);
      const [inForce, due] = [await this.editions.lockInForce(tx), await this.editions.lockDue(tx, localDayOf(now))];
      if (!due) return;
      const { replaced, state, event } = takeEffect(due, inForce, now);
      await this.editions.save(tx, replaced);
      await this.editions.save(tx, state);
      tx.publish(event);
    });
  }

  /** The next entries. False when none is left. */
  private migrateSome(now: Date): Promise<boolean> {
    return this.work.run(async (tx) => {
      const edition = await this.editions.lockMigrating(tx);
      if (!edition?.migration) return false;
      const page = await this.entries.after(tx, edition.migration.migratedTo, ENTRIES_A_STEP);
      if (page.length === 0) {
        const { state, event } = finishMigration(edition, now);
        await this.editions.save(tx, state);
        tx.publish(event);
        return false;
      }
      const migrating = migratingBy(edition.template, await this.editions.allClasses(tx, edition.number));
      const moved = await this.move(tx, edition, migrating, page, now);
      const found = page.map((entry): Found => {
        const { content } = moved.get(entry.id) ?? entry;
        return { entry, faults: notMigrated(migrating, content, content.classification, stageOf(entry)) };
      });
      const faulty = found.filter(({ faults }) => faults.length > 0);
      await this.report(tx, edition, faulty, now);
      const { migration } = edition;
      const counted: Migration = {
        ...migration,
        migratedTo: page.at(-1)!.id,
        moved: migration.moved + moved.size,
        notMigrated: migration.notMigrated + faulty.length,
      };
      await this.editions.save(tx, { ...edition, migration: counted });
      return true;
    });
  }

  /** Entries and next versions of ended classes go to the successors, under the locks of the entries. */
  private async move(tx: Transaction, edition: Edition, migrating: Migrating, page: readonly Entry[], now: Date) {
    const ended = (entry: Entry | undefined) => entry && successorOf(migrating, entry.content.classification) !== null;
    const copies = await this.versions.revisionsOf(tx, page);
    const ids = page.filter((entry) => ended(entry) || ended(copies.get(entry.id))).map(({ id }) => id);
    const locked = await this.entries.lockAll(tx, ids);
    const lockedCopies = await this.versions.revisionsOf(tx, locked);
    const [moved, movedCopies] = [new Map<string, Entry>(), [] as Entry[]];
    for (const entry of locked) {
      const copy = lockedCopies.get(entry.id);
      let last = Math.max(entry.revision, copy?.revision ?? 0);
      for (const one of copy ? [entry, copy] : [entry]) {
        const to = successorOf(migrating, one.content.classification);
        if (to === null) continue;
        const succession = { edition: edition.number, announcedBy: announcedBy(edition), to };
        const { state, event } = reclassified(one, last, succession, now);
        last = state.revision;
        if (one === entry) moved.set(entry.id, state);
        else movedCopies.push(state);
        tx.publish(event);
      }
    }
    await this.entries.saveAll(tx, [...moved.values()]);
    for (const copy of movedCopies) await this.versions.saveRevision(tx, copy);
    return moved;
  }

  private async report(tx: Transaction, edition: Edition, found: readonly Found[], now: Date): Promise<void> {
    await this.editions.keepFaults(
      tx,
      edition.number,
      found.flatMap(({ entry, faults }) => faults.map((fault) => ({ entryId: entry.id, ...fault }))),
    );
    for (const { entry, faults } of found)
      tx.publish({
        type: 'catalogue.entry-not-migrated.v1',
        key: entry.id,
        at: now.toISOString(),
        data: {
          entryId: entry.id,
          providerId: entry.providerId,
          by: announcedBy(edition),
          edition: edition.number,
          faults,
        },
      });
  }
}
