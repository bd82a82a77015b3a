import { Injectable } from '@nestjs/common';
import { Refusal } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { prefixOf, resourceCodeIn } from './domain/class-code';
import { checkDescribed, partsOfGiven, type CatalogueSystem } from './domain/system';
import type { Described } from './domain/template';
import { EditionStore } from './edition.store';
import { ResourceCodeStore } from './resource-codes.store';

/** What entries are compiled by: the edition in force, and the codes that it gives. */
@Injectable()
export class CatalogueSystems {
  /** An edition in force no longer changes, but for the next one. */
  private known: CatalogueSystem | null = null;

  constructor(
    private readonly editions: EditionStore,
    private readonly codes: ResourceCodeStore,
  ) {}

  /** It stays in force until the transaction ends: the next one waits for whoever is compiling by it. */
  async inForce(tx: Transaction): Promise<CatalogueSystem> {
    const number = await this.editions.holdInForce(tx);
    const system = this.known?.edition === number ? this.known : await this.editions.system(tx, number);
    this.known = system;
    return system;
  }

  /**
   * Checks what is to be registered and answers its code: the given one, which nobody may have had before, or the next
   * of its class.
   */
  async register(
    tx: Transaction,
    given: string | undefined,
    content: Described & Readonly<{ classification: string }>,
  ): Promise<string> {
    const system = await this.inForce(tx);
    checkDescribed(system, content);
    if (given === undefined) return this.assigned(tx, system, content.classification);
    const parts = partsOfGiven(system, given, content.classification);
    await this.codes.movePast(tx, [parts]);
    if (!(await this.codes.take(tx, [given])).has(given)) throw new Refusal('catalogue.code_taken', { about: [given] });
    return given;
  }

  private async assigned(tx: Transaction, system: CatalogueSystem, classification: string): Promise<string> {
    for (;;) {
      const sequence = await this.codes.next(tx, prefixOf(classification));
      const code = resourceCodeIn(classification, sequence, system.codeRule);
      // The former platform may have written one so that is longer than the rule takes from anybody today.
      if ((await this.codes.take(tx, [code])).has(code)) return code;
    }
  }
}
