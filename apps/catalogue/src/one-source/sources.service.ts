import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { UnitOfWork, type Transaction } from '@qiongtong/platform';
import type { Entry } from '../entries/domain/entry';
import { knowledgeOf } from '../entries/domain/knowledge';
import { mayKnowRevision } from '../entries/domain/versions';
import { EntryStore } from '../entries/entry.store';
import { VersionStore } from '../entries/version.store';
import { OrganisationStore } from '../organisations/organisation.store';
import type { Collection } from './domain/collection';
import { collectorsElsewhere, type Held } from './domain/sourced-items';
import { OneSourceRule, type Provider, type TracedItem } from './one-source.rule';
import { SourceStore } from './source.store';

export type AskedCollection = Omit<Collection, 'regionCode'> & Readonly<{ regionCode?: string }>;

/** Where the items of an entry come from, and what stands in the way of collecting them. */
@Injectable()
export class SourcesService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly entries: EntryStore,
    private readonly versions: VersionStore,
    private readonly organisations: OrganisationStore,
    private readonly rule: OneSourceRule,
    private readonly store: SourceStore,
  ) {}

  /** Of what is being compiled, for its department and the authority. */
  ofEntry(id: string, by: Principal, now: Date) {
    return this.work.run(async (tx) => {
      const entry = await this.locked(tx, id, by);
      if (knowledgeOf(entry, by) !== 'whole') throw new Refusal('request.not_found');
      const copy = await this.versions.revisionOf(entry, tx.manager);
      const compiled = copy && mayKnowRevision(copy, by) ? copy : entry;
      const traced = await this.rule.trace(tx, compiled, await this.providerOf(tx, entry, by), by, now);
      return { entryId: id, version: compiled.version, items: traced.map(seen) };
    });
  }

  /** The entry, as it stays until the transaction ends; for whom it does not exist, it does not. */
  async locked(tx: Transaction, id: string, by: Principal): Promise<Entry> {
    const entry = await this.entries.lock(tx, id);
    if (!entry || knowledgeOf(entry, by) === 'nothing') throw new Refusal('request.not_found');
    return entry;
  }

  async providerOf(tx: Transaction, { providerId }: Entry, by: Principal): Promise<Provider> {
    const provider = await this.organisations.find(tx, providerId);
    return { id: providerId, regionCode: provider?.regionCode ?? by.regionCode };
  }

  async collectors(tx: Transaction, collection: Collection, provider: Provider): Promise<Held[]> {
    return collectorsElsewhere(collection, provider.id, await this.store.held(tx, [collection]));
  }
}

function seen({ sourced, elsewhere, reusable, waiver, waived }: TracedItem) {
  const { item, elementId, population, regionCode, how, fromId } = sourced;
  return {
    ...{ item: item.code, elementId, population, regionCode, how, fromId },
    /** Whether it may be handed in as it stands. */
    collectedElsewhere: elsewhere.length > 0 && !waived,
    collectors: elsewhere.map(({ id, departmentId, departmentName, regionCode: region }) => ({
      ...{ assignmentId: id, departmentId, departmentName, regionCode: region },
    })),
    reusable: reusable.map(({ elementId: _element, ...holding }) => holding),
    waiver: waiver && {
      ...{ id: waiver.id, status: waiver.status, since: waiver.since, until: waiver.until, endState: waiver.endState },
    },
  };
}
