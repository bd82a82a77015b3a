import { Injectable } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { OneSourceRule } from '../one-source/one-source.rule';
import { OrganisationStore } from '../organisations/organisation.store';
import { checkDerivation } from './domain/content';
import { beginAt, follow } from './domain/derivation';
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
    await this.checkAcyclic(tx, entry);
    const provider = await this.organisations.find(tx, entry.providerId);
    const regionCode = provider?.regionCode ?? by.regionCode;
    await this.oneSource.check(tx, entry, { id: entry.providerId, regionCode }, by, now);
  }

  /**
   * Asked again when it is published: of two versions that derive from each other, each was handed in while the other was
   * not in force. They are published one after the other, whoever is second sees the first. [R13.6]
   */
  async checkAcyclic(tx: Transaction, { id, content }: Entry): Promise<void> {
    if (content.derivedFrom.length === 0) return;
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('catalogue derivation', 0))`);
    let at = beginAt(id, content.derivedFrom);
    while (at.frontier.length > 0) at = follow(at, await this.entries.originsOf(tx, at.frontier));
  }
}
