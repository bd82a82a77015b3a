import { Inject, Injectable, Logger } from '@nestjs/common';
import type { LogArchived, LogPruned } from '@qiongtong/contracts';
import { Scheduler, UnitOfWork } from '@qiongtong/platform';
import type { ArchiveFiles } from '../archive/archive.module';
import { TILE_WIDTH } from '../log/domain/tiles';
import { SearchStore } from '../search/search.store';
import { ARCHIVED, ArchiveStore, partKey } from './archive.store';
import { Archiver } from './archiver';
import { cutoff, partEnd } from './domain/manifest';

const EVERY_MS = 3_600_000;
/** Entries of one part: some tens of megabytes, written and read back within a minute. */
const PART_ENTRIES = 100 * TILE_WIDTH;
const PARTS_AT_ONCE = 20;

/** How long entries stay in the database, and where they go. */
export type Kept = Readonly<{ files: ArchiveFiles; years: number }>;
export const RETENTION = Symbol('RETENTION');

/**
 * What is old enough is archived, read back, said in the log, and only then pruned: each step begins where the one
 * before is durable, so whatever stops it, no text is gone that does not stand verified in the archive. [R14.9]
 */
@Injectable()
export class Retention {
  private readonly logger = new Logger(Retention.name);

  constructor(
    private readonly work: UnitOfWork,
    private readonly store: ArchiveStore,
    private readonly searches: SearchStore,
    private readonly archiver: Archiver,
    @Inject(RETENTION) private readonly kept: Kept,
    scheduler: Scheduler,
  ) {
    scheduler.every('retention of the log', EVERY_MS, (now) => this.run(now));
  }

  /** Until nothing is left that is old enough, or the time has come for others. */
  async run(now: Date): Promise<void> {
    for (let part = 0; part < PARTS_AT_ONCE && (await this.archiveNext(now)); part += 1);
    await this.prune(now);
  }

  /** False when nothing more is old enough. */
  async archiveNext(now: Date): Promise<boolean> {
    const { files, years } = this.kept;
    if (!files) return false;
    const part = await this.work.run(async ({ query }) => {
      const from = await this.store.end(query);
      const followed = await this.store.followed(query);
      const moment = cutoff(now, years).toISOString();
      const to = partEnd(from, await this.searches.sealedFrom(query, moment, followed), PART_ENTRIES, TILE_WIDTH);
      return to === null ? null : { from, to };
    });
    if (!part) return false;
    const written = await this.archiver.write(files, part);
    await this.archiver.verify(files, part);
    await this.work.run(async (tx) => {
      if (!(await this.store.add(tx.query, { ...written, place: files.place, archivedAt: now }))) return;
      const { from, to, root, manifestSha256 } = written;
      const fact: LogArchived = {
        ...{ type: ARCHIVED, key: partKey(part), at: now.toISOString() },
        data: { from, before: to, root: root.toString('base64'), manifestSha256 },
      };
      tx.publish(fact);
    });
    return true;
  }

  /** Each part is read back once more before its texts go: an archive that was lost meanwhile costs nothing. */
  async prune(now: Date): Promise<void> {
    const { files } = this.kept;
    if (!files) return;
    const parts = await this.work.run(({ query }) => this.store.prunable(query, PARTS_AT_ONCE));
    for (const part of parts) {
      await this.archiver.verify(files, part);
      const { pruned, held } = await this.work.run(async (tx) => {
        const outcome = await this.store.prune(tx.query, part, now);
        const fact: LogPruned = {
          ...{ type: 'audit.log-pruned.v1', key: partKey(part), at: now.toISOString() },
          data: { from: part.from, before: part.to, ...outcome },
        };
        if (outcome.pruned > 0) tx.publish(fact);
        return outcome;
      });
      this.logger.log(`entries ${partKey(part)}: ${pruned} texts are in the archive alone, ${held} are held`);
    }
  }
}
