import { Injectable } from '@nestjs/common';
import type { ResourceState } from '@qiongtong/contracts';
import { Clock, type Transaction } from '@qiongtong/platform';
import { LivePolicy } from '../policy/live-policy';
import { hourOf, isMet, type QualityResult } from './domain/quality-result';
import { itemsOfRule } from './domain/quality-rule';
import { givenPayloads, QualityStore, stagedUnder, type MeasuredRows, type QualityRules } from './quality.store';

/** Measures rows that come by their provider's rules. [R8.2] */
@Injectable()
export class BatchQuality {
  constructor(
    private readonly store: QualityStore,
    private readonly policy: LivePolicy,
    private readonly clock: Clock,
  ) {}

  /**
   * A batch that is staged, in the transaction that settles it: there is no outcome without its results, nor the other way round.
   * @returns codes of the rules by which the batch has to wait for its provider's decision
   */
  async measure(
    tx: Transaction,
    batchId: string,
    resource: ResourceState,
    { applied }: Readonly<{ applied: boolean }>,
  ): Promise<string[]> {
    const set = await this.rulesOf(tx, resource);
    if (!set) return [];
    const now = this.clock.now();
    const results = await this.results(tx, stagedUnder(batchId), resource, set, { batchId, measuredAt: now }, now);
    await this.store.save(tx, resource.id, results, applied);
    return set.rules.filter(({ effect }, i) => effect === 'quarantine' && !isMet(results[i]!)).map(({ code }) => code);
  }

  /**
   * Rows that came as messages and are applied in this transaction, which has the resource's lock: summed by the hour. What comes
   * twice among them is no fault, so nothing is said of uniqueness; and nothing is held.
   */
  async measureMessages(tx: Transaction, resourceId: string, payloads: readonly string[]): Promise<void> {
    const resource = this.policy.index.resource(resourceId);
    const set = resource && payloads.length > 0 ? await this.rulesOf(tx, resource) : null;
    const rules = set?.rules.filter(({ dimension }) => dimension !== 'uniqueness') ?? [];
    if (!resource || !set || rules.length === 0) return;
    const now = this.clock.now();
    const under = hourOf(resource.id, set.revision, now);
    const results = await this.results(tx, givenPayloads(payloads), resource, { ...set, rules }, under, now);
    await this.store.save(
      tx,
      resource.id,
      results.map((result) => ({ ...result, sampleLines: [] })),
      true,
    );
  }

  /** Null where nothing is expected. */
  private async rulesOf(tx: Transaction, { id, providerId, items }: ResourceState): Promise<QualityRules | null> {
    const current = await this.store.current(id, tx);
    // After the resource has passed to another body, the old one's rules are none of its.
    if (current?.providerId !== providerId) return null;
    const known = new Set(items.map(({ code }) => code));
    // A rule about an item that the entry no longer has says nothing until it is set anew.
    const rules = current.rules.filter((rule) => itemsOfRule(rule).every((code) => known.has(code)));
    return rules.length > 0 ? { ...current, rules } : null;
  }

  private async results(
    tx: Transaction,
    rows: MeasuredRows,
    { items }: ResourceState,
    { rules, revision }: QualityRules,
    under: Pick<QualityResult, 'batchId' | 'measuredAt'>,
    now: Date,
  ): Promise<QualityResult[]> {
    const measured = await this.store.measure(tx, rows, rules, items, now);
    return rules.map(({ code, dimension, threshold }, i) => ({
      ...{ ...under, rule: code, dimension, threshold, revision },
      ...measured[i]!,
    }));
  }
}
