import { Injectable } from '@nestjs/common';
import { Refusal, type Principal, type RefusalCode } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { draft } from '../entries/domain/acts';
import type { Decision } from '../entries/domain/entry';
import { EntryStore } from '../entries/entry.store';
import { CatalogueSystems } from '../system/catalogue-systems';
import { prefixOf } from '../system/domain/class-code';
import type { CatalogueSystem } from '../system/domain/system';
import { ResourceCodeStore } from '../system/resource-codes.store';
import { AT } from './columns';
import { ImportStore, type Import, type StagedEntry } from './import.store';
import type { Fault } from './read-entry';

const ENTRIES_A_STEP = 1_000;
const CODE = AT.get('entry.resourceCode')!;
const CLASS = AT.get('entry.classification')!;

/** What the entries of an import are in the catalogue: whether it takes them, under which codes, and as drafts of whom. */
@Injectable()
export class ImportWriting {
  constructor(
    private readonly store: ImportStore,
    private readonly entries: EntryStore,
    private readonly systems: CatalogueSystems,
    private readonly codes: ResourceCodeStore,
  ) {}

  /** By which entries are checked. */
  system(tx: Transaction): Promise<CatalogueSystem> {
    return this.systems.inForce(tx);
  }

  /** What can only be told of all of it: codes that are there twice, and those that the catalogue has. */
  async settle(tx: Transaction, { id, mode, dryRun, badEntries }: Import): Promise<void> {
    const repeated = await this.store.dropRepeated(tx, id, CODE);
    const refused = await this.refuse(tx, id);
    await this.store.settled(tx, id, { badEntries: repeated + refused.badEntries, existing: refused.existing });
    const writes = !dryRun && (mode === 'good-rows' || badEntries + repeated + refused.badEntries === 0);
    if (writes) await this.giveCodes(tx, id);
  }

  /** Once more: somebody took a code, or the catalogue system was revised. */
  async resettle(tx: Transaction, { id }: Import): Promise<void> {
    await this.store.settled(tx, id, await this.refuse(tx, id));
  }

  private async refuse(tx: Transaction, id: string): Promise<{ badEntries: number; existing: number }> {
    const { edition } = await this.systems.inForce(tx);
    const { existing, taken } = await this.store.dropExisting(tx, id, CODE);
    return { existing, badEntries: taken + (await this.store.dropOutside(tx, id, CLASS, edition)) };
  }

  /** Numbers are kept for this import here, not where it writes: what takes all or nothing takes long. [R6.1] */
  private async giveCodes(tx: Transaction, id: string): Promise<void> {
    await this.codes.movePast(tx, await this.store.codesGiven(tx, id));
    const { codeRule } = await this.systems.inForce(tx);
    const given = [];
    for (const { classification, entries } of await this.store.withoutCode(tx, id)) {
      const prefix = prefixOf(classification);
      given.push({ classification, prefix, before: (await this.codes.next(tx, prefix, entries)) - entries });
    }
    await this.store.giveCodes(tx, id, given, codeRule.sequenceDigits);
  }

  /** Drafts the next entries. `more` is false when there were none. */
  async writeAfter(tx: Transaction, job: Import, after: number, now: Date): Promise<{ n: number; more: boolean }> {
    const staged = await this.store.entriesAfter(tx, job.id, after, ENTRIES_A_STEP);
    if (staged.length === 0) return { n: after, more: false };
    const { classes } = await this.systems.inForce(tx);
    const faults: Fault[] = [];
    const fault = (n: number, at: number, code: RefusalCode) => faults.push({ n, at, code });
    const classed = staged.filter(({ n, content }) => {
      const inForce = classes.has(content.classification);
      if (!inForce) fault(n, CLASS, 'catalogue.class_not_in_force');
      return inForce;
    });
    const drafts = classed.map((entry) => ({ n: entry.n, ...drafted(entry, job, now) }));
    const free = await this.codes.take(tx, drafts.map(({ state }) => state.resourceCode)); // prettier-ignore
    const fresh = drafts.flatMap(({ state }) => (free.has(state.resourceCode) ? [state] : []));
    const added = fresh.length > 0 ? await this.entries.addAll(tx, fresh) : new Set<string>();
    for (const { n, state, event } of drafts)
      if (added.has(state.id)) tx.publish(event);
      else fault(n, CODE, 'catalogue.code_taken');
    await this.store.keepFaults(tx, job.id, faults);
    const n = staged.at(-1)!.n;
    const counts = { created: added.size, badEntries: faults.length, faults: faults.length };
    await this.store.advance(tx, job.id, 'written_row', n, counts);
    // What takes all or nothing is one transaction: its facts would fill the memory as the file grows.
    await tx.writeOut();
    return { n, more: true };
  }
}

function drafted({ resourceCode, providerId, content }: StagedEntry, job: Import, now: Date): Decision {
  if (resourceCode === null) throw new Error(`an entry of import ${job.id} was given no code`);
  const outcome = draft(resourceCode, content, officerOf(job, providerId), now);
  if ('refusedBy' in outcome) throw new Refusal('catalogue.secret_mark');
  return outcome;
}

/** Who imports, drafting for the provider: what the draft needs of them was checked when the file was received. */
export const officerOf = ({ principal }: Import, departmentId: string): Principal => ({
  ...principal,
  departmentId,
  roles: ['SUBMITTER'],
});
