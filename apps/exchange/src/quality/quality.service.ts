import { Injectable } from '@nestjs/common';
import { officerWith, Refusal, type Principal, type ResourceState } from '@qiongtong/contracts';
import { Clock, Cursors, UnitOfWork, type Page, type PageQuery } from '@qiongtong/platform';
import { LivePolicy } from '../policy/live-policy';
import { mayKnow } from '../policy/may-know';
import {
  figuresOf,
  isMet,
  ofMessages,
  shareOf,
  type DimensionFigure,
  type QualityResult,
} from './domain/quality-result';
import { checkRules, RULE_LIMITS, type QualityRule } from './domain/quality-rule';
import { QualityStore, type QualityRules, type TrendPosition } from './quality.store';

export type QualityRulesView = Readonly<{
  resourceId: string;
  /** 0 while none were ever set. */
  revision: number;
  rules: readonly QualityRule[];
  setBy: string | null;
  setAt: string | null;
}>;
export type QualityResultView = Omit<QualityResult, 'measuredAt' | 'batchId'> &
  Readonly<{
    /** null for the rows that came as messages in the hour from `measuredAt`. */
    batchId: string | null;
    /** Satisfying rows of those looked at, four places, rounded down; null when there were none. */
    share: string | null;
    met: boolean;
    requirement: 'R8.2';
    measuredAt: string;
  }>;
export type QualityView = Page<QualityResultView> &
  Readonly<{
    /** Of the batch, or hour of messages, measured last. */
    dimensions: readonly DimensionFigure[];
  }>;

/** What providers expect of their rows, and how good they are. [R8.2] */
@Injectable()
export class QualityService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly store: QualityStore,
    private readonly policy: LivePolicy,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
  ) {}

  /** An officer of the provider sets all rules anew; they hold from the next batch on. */
  async set(resourceId: string, raw: readonly unknown[], revision: number, by: Principal): Promise<QualityRulesView> {
    const officerId = officerWith(['SUBMITTER', 'RESPONSIBLE_OFFICER'], by);
    const resource = this.policy.index.resource(resourceId);
    if (resource?.providerId !== by.departmentId) throw new Refusal('request.not_found');
    const { rules, errors } = checkRules(raw, resource.items);
    if (!rules) throw new Refusal('exchange.quality_rules_invalid', { errors });
    const { providerId } = resource;
    return this.work.run(async (tx) => {
      const known = await this.store.current(resourceId, tx);
      if ((known?.revision ?? 0) !== revision) throw new Refusal('request.stale_revision');
      const setAt = this.clock.now();
      const added = { resourceId, revision: revision + 1, providerId, rules, setBy: officerId, setAt };
      await this.store.add(tx, added);
      tx.publish({
        type: 'exchange.quality-rules-set.v1',
        key: resourceId,
        at: setAt.toISOString(),
        data: { resourceId, providerId, officerId, revision: added.revision, rules: rules.length },
      });
      return viewOf(resource, added);
    });
  }

  async rules(resourceId: string, by: Principal): Promise<QualityRulesView> {
    return viewOf(this.known(resourceId, by), await this.store.current(resourceId));
  }

  /** Results of applied batches and hours of messages, the latest first. */
  async trend(resourceId: string, page: PageQuery, by: Principal): Promise<QualityView> {
    this.known(resourceId, by);
    const scope = `quality ${resourceId}`;
    const after = page.cursor === undefined ? null : this.cursors.decode<TrendPosition>(page.cursor, scope);
    const found = await this.store.trend(resourceId, after, page.limit + 1);
    const items = found.slice(0, page.limit);
    const last = found.length > items.length ? items.at(-1) : undefined;
    const latest = ofLatestBatch(await this.store.trend(resourceId, null, RULE_LIMITS.rules));
    return {
      items: items.map(resultView),
      next: last
        ? this.cursors.encode(
            { at: last.measuredAt.toISOString(), batchId: last.batchId, rule: last.rule } satisfies TrendPosition,
            scope,
          )
        : null,
      dimensions: figuresOf(latest),
    };
  }

  /** Of one batch; whoever asks has been found to be its provider. */
  async ofBatch(batchId: string): Promise<QualityResultView[]> {
    return (await this.store.ofBatch(batchId)).map(resultView);
  }

  private known(resourceId: string, by: Principal): ResourceState {
    const resource = this.policy.index.resource(resourceId);
    if (!resource || !mayKnow(this.policy, resource, by)) throw new Refusal('request.not_found');
    return resource;
  }
}

const ofLatestBatch = (results: readonly QualityResult[]) =>
  results.filter(({ batchId }) => batchId === results[0]?.batchId);

function viewOf({ id, providerId }: ResourceState, set: QualityRules | null): QualityRulesView {
  // After the resource has passed to another body, the old one's rules are none of its.
  const own = set?.providerId === providerId ? set : null;
  return {
    resourceId: id,
    revision: set?.revision ?? 0,
    rules: own?.rules ?? [],
    setBy: own?.setBy ?? null,
    setAt: own?.setAt.toISOString() ?? null,
  };
}

const resultView = (result: QualityResult): QualityResultView => ({
  ...result,
  batchId: ofMessages(result) ? null : result.batchId,
  share: shareOf(result),
  met: isMet(result),
  requirement: 'R8.2',
  measuredAt: result.measuredAt.toISOString(),
});
