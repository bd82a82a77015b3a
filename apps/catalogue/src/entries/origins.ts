import { Injectable } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { OneSourceRule } from '../one-source/one-source.rule';
import { OrganisationStore } from '../organisations/organisation.store';
import { checkDerivation } from './domain/content';
import type { Entry } from './domain/entry';
import { EntryStore } from './entry.store';

/** Where the data of an entry comes from: asked before it is handed in, and before it is approved. [R8.1, R13.6] */
@Injectable()
export class Origins {
  constructor(
    private readonly entries: EntryStore,
    private readonly organisations: OrganisationStore,
    private readonly oneSource: OneSourceRule,
  ) {}

  async check(tx: Transaction, entry: Entry, by: Principal, now: Date): Promise<void> {
    checkDerivation(entry.content, await this.entries.oncePublished(tx, entry.content.derivedFrom));
    const provider = await this.organisations.find(tx, entry.providerId);
    const regionCode = provider?.regionCode ?? by.regionCode;
    await this.oneSource.check(tx, entry, { id: entry.providerId, regionCode }, by, now);
  }
}
