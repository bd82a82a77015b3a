import { Injectable } from '@nestjs/common';
import { Refusal, type Item, type Principal, type RefusalCode } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { localDayOf } from '@qiongtong/regulation';
import type { Collection } from './domain/collection';
import {
  collectorsElsewhere,
  regionFaults,
  reuseFaults,
  sourcedItems,
  standardFaults,
  unknownFaults,
  type Fault,
  type SourcedItem,
} from './domain/sourced-items';
import { holdsOn, type Waiver } from './domain/waiver';
import { ElementStore } from './element.store';
import { SourceStore, type HeldByName, type Holding } from './source.store';
import { WaiverStore } from './waiver.store';

/** What an entry says of its items, as far as one source goes. */
export type Sources = Readonly<{
  id: string;
  content: Readonly<{ items: readonly Item[]; derivedFrom: readonly string[] }>;
}>;
/** A department with its region. */
export type Provider = Readonly<{ id: string; regionCode: string }>;
/** An item with who collects it elsewhere, what of theirs could be reused, and what the authority waived. */
export type TracedItem = Readonly<{
  sourced: SourcedItem;
  elsewhere: readonly HeldByName[];
  reusable: readonly Holding[];
  waiver: Waiver | null;
  waived: boolean;
}>;

/** One source for each item: asked before an entry is handed in, and again before it is approved. [R6.2, R6.3, R8.1] */
@Injectable()
export class OneSourceRule {
  constructor(
    private readonly elements: ElementStore,
    private readonly sources: SourceStore,
    private readonly waivers: WaiverStore,
  ) {}

  async check(tx: Transaction, entry: Sources, provider: Provider, by: Principal, now: Date): Promise<void> {
    const items = sourcedItems(entry.content.items, provider.regionCode);
    if (items.length === 0) return;
    const standards = await this.elements.inForce(tx, [...new Set(items.map(({ elementId }) => elementId))].sort(), localDayOf(now)); // prettier-ignore
    refuse('catalogue.element_unknown', unknownFaults(items, standards));
    refuse('catalogue.item_not_standard', standardFaults(items, standards));
    refuse('catalogue.collector_unfit', regionFaults(items, provider.regionCode));
    const from = items.flatMap(({ fromId }) => fromId ?? []);
    refuse('catalogue.reuse_unfounded', reuseFaults(items, entry.content.derivedFrom, await this.sources.holding(tx, from))); // prettier-ignore
    const traced = await this.trace(tx, entry, provider, by, now);
    const twice = traced.filter(({ elsewhere, waived }) => elsewhere.length > 0 && !waived);
    const about = [...new Set(twice.flatMap(({ reusable }) => reusable.map(({ entryId }) => entryId)))];
    refuse('catalogue.collected_elsewhere', twice.map(faultOf), about);
  }

  /** Every item that refers to an element, in the order of the entry. */
  async trace(tx: Transaction, entry: Sources, provider: Provider, by: Principal, now: Date): Promise<TracedItem[]> {
    const items = sourcedItems(entry.content.items, provider.regionCode);
    const found = await this.elsewhere(tx, items, provider.id);
    const waivers = await this.waivers.ofEntry(tx, entry.id);
    const reusable = await this.sources.reusable(tx, found.flat(), by);
    const today = localDayOf(now);
    return items.map((sourced, i) => {
      const elsewhere = found[i]!;
      const own = waivers.filter((waiver) => isOf(waiver, sourced));
      return {
        sourced,
        elsewhere,
        reusable: reusable.filter(({ elementId, providerId }) =>
          elsewhere.some((held) => held.elementId === elementId && held.departmentId === providerId),
        ),
        waiver: own.findLast((waiver) => holdsOn(waiver, sourced, today)) ?? own.at(-1) ?? null,
        waived: own.some((waiver) => holdsOn(waiver, sourced, today)),
      };
    });
  }

  /** For each item those that are assigned to collect it in the place of this department; what is reused nobody collects. */
  async elsewhere(tx: Transaction, items: readonly SourcedItem[], departmentId: string): Promise<HeldByName[][]> {
    const held = await this.sources.held(tx, items);
    return items.map((item) =>
      item.how === 'REUSED' ? [] : (collectorsElsewhere(item, departmentId, held) as HeldByName[]),
    );
  }
}

const isOf = (waiver: Waiver, { elementId, population, regionCode }: Collection): boolean =>
  waiver.elementId === elementId && waiver.population === population && waiver.regionCode === regionCode;

function refuse(code: RefusalCode, faults: readonly Fault[], about: readonly string[] = []): void {
  if (faults.length === 0) return;
  throw new Refusal(code, { errors: faults.slice(0, 100), ...(about.length > 0 && { about: about.slice(0, 50) }) });
}

/** Says who collects it and what to reuse. */
function faultOf({ sourced, elsewhere, reusable }: TracedItem): Fault {
  const { at, elementId, population, regionCode } = sourced;
  const collectors = elsewhere.slice(0, 5).map(({ departmentId, departmentName }) => departmentName ?? departmentId);
  const reuse = reusable.map(({ entryId, itemCode }) => `${itemCode} of ${entryId}`);
  const proposal = reuse.length > 0 ? `reuse ${reuse.join(' or ')}` : 'nothing of theirs is published yet';
  const what = `${elementId} (${population}, ${regionCode})`;
  return { pointer: `/items/${at}/source`, message: `${what} is collected by ${collectors.join(', ')}: ${proposal}` };
}
