import { Injectable } from '@nestjs/common';
import { Refusal, type BatchQuarantined, type ResourceState } from '@qiongtong/contracts';
import { Clock, type Transaction } from '@qiongtong/platform';
import { BatchStore, type BatchReport } from '../batches/batch.store';
import { NO_COUNTS } from '../batches/domain/batch-facts';
import type { Push } from '../batches/push';
import { HoldStore } from './hold.store';

type Staged = Readonly<{
  id: string;
  push: Push;
  resource: ResourceState;
  /** Codes of the rules of quality that it does not satisfy. */
  failed: readonly string[];
  received: number;
  quarantined: number;
  digest: string;
  requestDigest: string;
}>;

/** Keeps a whole batch for its provider's decision, in the transaction that would have applied it. [R8.2] */
@Injectable()
export class Holding {
  constructor(
    private readonly store: BatchStore,
    private readonly holds: HoldStore,
    private readonly clock: Clock,
  ) {}

  async hold(tx: Transaction, staged: Staged): Promise<BatchReport> {
    const { id, push, resource, failed, received, quarantined, digest, requestDigest } = staged;
    const at = this.clock.now();
    const report = await this.store.settle(tx, id, {
      ...{ status: 'QUARANTINED', batchNo: null, counts: { ...NO_COUNTS, received, quarantined } },
      ...{ digest, requestDigest, refusal: null, at, bindsKey: true },
    });
    if (!report) throw new Refusal('request.lost_race', { retryAfterSeconds: 2 });
    const rows = received - quarantined;
    const whole = push.operation === 'snapshot';
    await this.holds.keep(tx, { batchId: id, resourceId: resource.id, version: resource.version, whole, rows, rules: failed }); // prettier-ignore
    tx.publish({
      type: 'exchange.batch-quarantined.v1',
      key: resource.id,
      at: at.toISOString(),
      data: {
        ...{ batchId: id, resourceId: resource.id, providerId: resource.providerId },
        ...{ systemId: push.use.systemId, rows, rules: failed },
      },
    } satisfies BatchQuarantined);
    return report;
  }
}
