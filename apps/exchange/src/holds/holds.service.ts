import { Injectable } from '@nestjs/common';
import { officerWith, Refusal, type BatchDecided, type Principal, type ResourceState } from '@qiongtong/contracts';
import { Clock, UnitOfWork, type Transaction } from '@qiongtong/platform';
import { applyRows, stagedRows } from '../batches/apply-rows';
import { BatchStore, type BatchReport } from '../batches/batch.store';
import { batchApplied } from '../batches/domain/batch-facts';
import { UpdateDutiesService } from '../freshness/update-duties.service';
import { LivePolicy } from '../policy/live-policy';
import { HoldStore, type Hold } from './hold.store';

/**
 * What a provider decides about batches that a rule of quality held. Others of the resource went on meanwhile: a batch that
 * is released is applied as of now, and over later ones only when that is said. [R8.2]
 */
@Injectable()
export class HoldsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly holds: HoldStore,
    private readonly batches: BatchStore,
    private readonly duties: UpdateDutiesService,
    private readonly policy: LivePolicy,
    private readonly clock: Clock,
  ) {}

  /** Applies the batch as it came. @param overLater also where a later batch was applied since */
  async release(
    resourceId: string,
    batchId: string,
    asked: Readonly<{ reason: string; overLater: boolean }>,
    by: Principal,
  ): Promise<BatchReport> {
    const { officerId, resource } = this.provider(resourceId, by);
    return this.decide(resourceId, batchId, ['APPLIED', 'QUARANTINED_PARTLY'], async (tx, hold, known) => {
      if (hold.version !== resource.version) throw new Refusal('exchange.hold_outdated', { about: [batchId] });
      // In the order in which a batch takes its locks: what is applied from here on comes after it.
      await tx.query('SELECT FROM resource_counter WHERE resource_id = $1 FOR UPDATE', [resourceId]);
      if (!asked.overLater && (await this.holds.laterApplied(tx, hold)))
        throw new Refusal('exchange.hold_overtaken', { about: [batchId] });
      // Disposed of with the rest of a withdrawn resource.
      if ((await this.holds.rowsLeft(tx, batchId)) !== hold.rows) throw new Refusal('exchange.batch_settled');
      const applied = await applyRows(
        tx,
        resourceId,
        stagedRows(batchId, hold.rows, { whole: hold.whole, table: 'held_row' }),
      );
      const at = this.clock.now();
      const status = known.counts.quarantined > 0 ? 'QUARANTINED_PARTLY' : 'APPLIED';
      const { batchNo } = applied;
      await this.holds.decided(tx, hold, { officerId, reason: asked.reason, at }, { status, batchNo, counts: applied });
      const { inserted, updated, unchanged, deleted, replaced } = applied;
      const counts = { ...known.counts, inserted, updated, unchanged, deleted, replaced };
      tx.publish(batchApplied({ ...known, batchNo, counts }, applied.rows, at));
      tx.publish(said('released', hold, resource, { officerId, reason: asked.reason }, at));
      await this.duties.updated(tx, resourceId, at);
    });
  }

  /** Drops the batch; nothing of it was ever applied. */
  async discard(resourceId: string, batchId: string, reason: string, by: Principal): Promise<BatchReport> {
    const { officerId, resource } = this.provider(resourceId, by);
    return this.decide(resourceId, batchId, ['DISCARDED'], async (tx, hold) => {
      const at = this.clock.now();
      await this.holds.decided(
        tx,
        hold,
        { officerId, reason, at },
        { status: 'DISCARDED', batchNo: null, counts: null },
      );
      tx.publish(said('discarded', hold, resource, { officerId, reason }, at));
    });
  }

  /** Once; to say the same again is answered by what became of it. */
  private async decide(
    resourceId: string,
    batchId: string,
    outcomes: readonly BatchReport['status'][],
    work: (tx: Transaction, hold: Hold, known: BatchReport) => Promise<void>,
  ): Promise<BatchReport> {
    await this.work.run(async (tx) => {
      const hold = await this.holds.lock(tx, resourceId, batchId);
      const known = hold && (await this.batches.one(resourceId, batchId));
      if (!hold || !known) throw new Refusal('request.not_found');
      if (!hold.decided) return work(tx, hold, known);
      if (!outcomes.includes(known.status)) throw new Refusal('exchange.batch_settled');
    });
    return (await this.batches.one(resourceId, batchId))!;
  }

  /** Somebody else's resource looks like one that does not exist. */
  private provider(resourceId: string, by: Principal): { officerId: string; resource: ResourceState } {
    const officerId = officerWith(['SUBMITTER', 'RESPONSIBLE_OFFICER'], by);
    const resource = this.policy.index.resource(resourceId);
    if (resource?.providerId !== by.departmentId) throw new Refusal('request.not_found');
    return { officerId, resource };
  }
}

const said = (
  decision: BatchDecided['data']['decision'],
  { batchId, resourceId, rules }: Hold,
  { providerId }: ResourceState,
  by: Readonly<{ officerId: string; reason: string }>,
  at: Date,
): BatchDecided => ({
  type: 'exchange.batch-decided.v1',
  key: resourceId,
  at: at.toISOString(),
  data: { batchId, resourceId, providerId, decision, rules, ...by },
});
