import { Injectable } from '@nestjs/common';
import type { ResourceState } from '@qiongtong/contracts';
import { Clock, type Transaction } from '@qiongtong/platform';
import { isMet } from './domain/quality-result';
import { itemsOfRule } from './domain/quality-rule';
import { QualityStore } from './quality.store';

/** Measures a batch that is staged by its provider's rules. [R8.2] */
@Injectable()
export class BatchQuality {
  constructor(
    private readonly store: QualityStore,
    private readonly clock: Clock,
  ) {}

  /**
   * In the transaction that settles the batch: there is no outcome without its results, nor the other way round.
   * @returns codes of the rules by which the batch has to wait for its provider's decision
   */
  async measure(
    tx: Transaction,
    batchId: string,
    { id, providerId, items }: ResourceState,
    { applied }: Readonly<{ applied: boolean }>,
  ): Promise<string[]> {
    const current = await this.store.current(id, tx);
    // After the resource has passed to another body, the old one's rules are none of its.
    if (current?.providerId !== providerId) return [];
    const known = new Map(items.map((item) => [item.code, item]));
    // A rule about an item that the entry no longer has says nothing until it is set anew.
    const rules = current.rules.filter((rule) => itemsOfRule(rule).every((code) => known.has(code)));
    if (rules.length === 0) return [];
    const now = this.clock.now();
    const measured = await this.store.measure(tx, batchId, rules, items, now);
    const results = rules.map(({ code, dimension, threshold }, i) => ({
      ...{ batchId, rule: code, dimension, threshold, revision: current.revision, measuredAt: now },
      ...measured[i]!,
    }));
    await this.store.save(tx, id, results, applied);
    return rules.filter(({ effect }, i) => effect === 'quarantine' && !isMet(results[i]!)).map(({ code }) => code);
  }
}
