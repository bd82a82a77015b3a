import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Refusal } from '@qiongtong/contracts';
import { Clock, Drain, NotOurs, Scheduler, UnitOfWork, Workers, type Transaction } from '@qiongtong/platform';
import { draft } from '../entries/domain/acts';
import { codeToCome } from '../system/domain/class-code';
import { checkDescribed, partsOfGiven, type CatalogueSystem } from '../system/domain/system';
import { AT } from './columns';
import { ImportWriting, officerOf } from './import-writing';
import { ImportStore, type Import, type ImportStatus, type StagedEntry } from './import.store';
import { continues, faultsOf, readEntry, type Fault, type ReadRow } from './read-entry';

const MOST_ATTEMPTS = 5;
const REPORTS_KEPT_DAYS = 90;
const DAY_MS = 86_400_000;
const PROVIDER = AT.get('entry.provider')!;

class HandedBack extends Error {}

/**
 * Checks and writes what was received, a step at a time, each in a transaction of its own that says how far it has
 * come: whoever takes over after a crash goes on there, and nothing is done twice. What takes all or nothing is written
 * in one.
 */
@Injectable()
export class ImportRun implements OnApplicationBootstrap {
  private readonly log = new Logger('imports');
  readonly workers: Workers<Import>;

  constructor(
    private readonly work: UnitOfWork,
    private readonly store: ImportStore,
    private readonly writing: ImportWriting,
    private readonly clock: Clock,
    scheduler: Scheduler,
    drain: Drain,
  ) {
    this.workers = new Workers<Import>({
      most: 1,
      mayTake: () => true,
      claim: () => store.claim(),
      run: (job, stop) => this.one(job, stop),
      unseen: (error) => this.log.warn(`imports could not be looked for: ${error.message}`),
    });
    drain.add('imports', 'work', () => this.workers.end(new HandedBack()));
    scheduler.every('imports forgotten', DAY_MS / 24, (now) =>
      store.forgetBefore(new Date(now.getTime() - REPORTS_KEPT_DAYS * DAY_MS)),
    );
  }

  onApplicationBootstrap(): void {
    this.workers.start();
  }

  private async one(job: Import, stop: AbortSignal): Promise<void> {
    try {
      if (job.attempt > MOST_ATTEMPTS) return await this.end(job, 'FAILED');
      while (await this.check(job)) stop.throwIfAborted();
      await this.settle(job);
      while (await this.write(job)) stop.throwIfAborted();
    } catch (error) {
      if (error instanceof NotOurs) return;
      if (!(error instanceof HandedBack)) this.log.warn(`import ${job.id}, attempt ${job.attempt}: ${(error as Error).message}`); // prettier-ignore
      await this.store.handBack(job).catch(() => undefined);
    }
  }

  /** The next rows. False when there are none. */
  private check(job: Import): Promise<boolean> {
    return this.work.run(async (tx) => {
      const { id, checkedRow, settled } = await this.store.confirm(tx, job);
      if (settled) return false;
      const rows = await this.store.rowsAfter(tx, id, checkedRow);
      if (rows.length === 0) return false;
      const groups = groupsOf(rows);
      // The last entry may go on in the rows that follow; one larger than a step never fits and is taken as it is.
      if (rows.length === this.store.page && groups.length > 1) groups.pop();
      const now = this.clock.now();
      const system = await this.writing.system(tx);
      const read = groups.map((group) => ({ group, entry: readEntry(group) }));
      const departments = await this.store.departmentsNamed(tx, read.map(({ entry }) => entry.provider)); // prettier-ignore
      const faults: Fault[] = [];
      const good: StagedEntry[] = [];
      for (const { group, entry } of read) {
        const found = [...entry.faults];
        const providerId = providerOf(entry.provider, departments, job, group[0]!.n, found);
        const content = found.length > 0 ? null : checked(entry, providerId, job, system, now, group, found);
        if (content) good.push({ n: entry.n, resourceCode: entry.resourceCode, providerId, content });
        faults.push(...found);
      }
      await this.store.keepEntries(tx, id, good);
      await this.store.keepFaults(tx, id, faults);
      const counts = { entries: groups.length, badEntries: groups.length - good.length, faults: faults.length };
      await this.store.advance(tx, id, 'checked_row', groups.at(-1)!.at(-1)!.n, counts);
      return true;
    });
  }

  private settle(job: Import): Promise<void> {
    return this.work.run(async (tx) => {
      const standing = await this.store.confirm(tx, job);
      if (!standing.settled) await this.writing.settle(tx, standing);
    });
  }

  /** The next entries, or all of them. False when it has ended. */
  private write(job: Import): Promise<boolean> {
    return this.work
      .run(async (tx) => {
        const { id, mode, dryRun, badEntries, writtenRow, entries, existing } = await this.store.confirm(tx, job);
        const now = this.clock.now();
        if (dryRun) return this.over(tx, id, 'CHECKED', now);
        if (mode === 'all-or-nothing') {
          if (badEntries > 0) return this.over(tx, id, 'REFUSED', now);
          // Somebody may have taken a code since it was settled: all of it is told by that fault, and nothing is kept.
          for (let n = writtenRow, more = true; more;) ({ n, more } = await this.writing.writeAfter(tx, job, n, now));
          const { badEntries: taken } = await this.store.confirm(tx, job);
          if (taken > 0) throw new CodeTaken();
          return this.over(tx, id, 'IMPORTED', now);
        }
        const { more } = await this.writing.writeAfter(tx, job, writtenRow, now);
        if (more) return true;
        const { badEntries: bad } = await this.store.confirm(tx, job);
        if (bad > 0 && bad + existing === entries) return this.over(tx, id, 'REFUSED', now);
        return this.over(tx, id, bad > 0 ? 'PARTLY_IMPORTED' : 'IMPORTED', now);
      })
      .catch(async (error: unknown) => {
        if (!(error instanceof CodeTaken)) throw error;
        await this.resettle(job);
        return true;
      });
  }

  private resettle(job: Import): Promise<void> {
    return this.work.run(async (tx) => this.writing.resettle(tx, await this.store.confirm(tx, job)));
  }

  private async over(tx: Transaction, id: string, status: ImportStatus, now: Date): Promise<false> {
    await this.store.end(tx, id, status, now);
    return false;
  }

  private end(job: Import, status: ImportStatus): Promise<void> {
    return this.work.run(async (tx) => {
      await this.store.confirm(tx, job);
      await this.store.end(tx, job.id, status, this.clock.now());
    });
  }
}

class CodeTaken extends Error {}

function groupsOf(rows: readonly ReadRow[]): ReadRow[][] {
  const groups: ReadRow[][] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (last && continues(row, last[0]!)) last.push(row);
    else groups.push([row]);
  }
  return groups;
}

function providerOf(
  named: string,
  departments: ReadonlyMap<string, string>,
  job: Import,
  n: number,
  faults: Fault[],
): string {
  // prettier-ignore
  if (named === '' && !job.forDepartments) return job.departmentId;
  const fault = (code: Fault['code']) => faults.push({ n, at: PROVIDER, code });
  const providerId = departments.get(named);
  if (named === '') fault('import.cell_missing');
  else if (providerId === undefined) fault('import.provider_unknown');
  else if (!job.forDepartments && providerId !== job.departmentId) fault('import.provider_not_own');
  return providerId ?? '';
}

function checked(
  entry: ReturnType<typeof readEntry>,
  providerId: string,
  job: Import,
  system: CatalogueSystem,
  now: Date,
  group: readonly ReadRow[],
  faults: Fault[],
): StagedEntry['content'] | null {
  try {
    const { resourceCode, given } = entry;
    const outcome = draft(resourceCode ?? codeToCome(given.classification), given, officerOf(job, providerId), now);
    // Marked text never gets here: the file would have been refused as a whole.
    if ('refusedBy' in outcome) return null;
    const { content } = outcome.state;
    checkDescribed(system, content);
    if (resourceCode !== null) partsOfGiven(system, resourceCode, content.classification);
    return content;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    faults.push(...faultsOf(error, group));
    return null;
  }
}
