import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { Refusal, type BatchCounts, type ResourceState, type Use } from '@qiongtong/contracts';
import { Clock, newId, UnitOfWork } from '@qiongtong/platform';
import type { PoolClient } from 'pg';
import { ExchangeConfig } from '../config';
import { Arrival } from '../ingest/arrival';
import { csvRows } from '../ingest/csv-rows';
import { jsonRows, type ArrivedRow } from '../ingest/arrived-rows';
import { UpdateDutiesService } from '../freshness/update-duties.service';
import { Holding } from '../holds/holding';
import { RowReaders } from '../ingest/rows';
import { BatchQuality } from '../quality/batch-quality';
import { elementsOf, linesOf } from '../ingest/splitters';
import { LivePolicy } from '../policy/live-policy';
import { refusalOf } from '../policy/push-use';
import { quietly } from '../store/quietly';
import { applyRows, compareRows, stagedRows, type Compared } from './apply-rows';
import { BatchStore, type BatchReport, type StoredRefusal } from './batch.store';
import { batchApplied, batchRefused, NO_COUNTS, secretFound } from './domain/batch-facts';
import type { Push } from './push';
import { requestDigestOf } from './request-digest';
import { SecretFound, Staging } from './staging';

export type Received = Readonly<{ report: BatchReport; replayed: boolean }>;

/** Batches pushed by HTTP: staged and checked as they stream in, applied at once at the end. */
@Injectable()
export class BatchesService {
  private receiving = 0;
  private readonly readers = new RowReaders();

  constructor(
    private readonly work: UnitOfWork,
    private readonly store: BatchStore,
    private readonly duties: UpdateDutiesService,
    private readonly quality: BatchQuality,
    private readonly holds: Holding,
    private readonly policy: LivePolicy,
    private readonly clock: Clock,
    private readonly config: ExchangeConfig,
  ) {}

  /** Receives one batch. Exactly once per idempotency key, whatever the sender repeats. */
  async receive(push: Push, body: Readable): Promise<Received> {
    const resource = this.expected(push);
    const busy = new Refusal('exchange.busy', { retryAfterSeconds: 2 });
    if (this.receiving >= this.config.CONCURRENT_BATCHES) throw busy;
    this.receiving++;
    try {
      return await this.store.connected(async (client) => {
        const { systemId } = push.use;
        if (!(await this.store.lockKey(client, systemId, push.idempotencyKey)))
          throw new Refusal('request.lost_race', { retryAfterSeconds: 2 });
        try {
          return await this.receiveLocked(client, push, resource, body);
        } finally {
          await this.store.unlock(client);
        }
      });
    } finally {
      this.receiving--;
    }
  }

  /** Refuses what could not be taken whatever its rows are. */
  expected({ use, operation, onInvalid }: Pick<Push, 'use' | 'operation' | 'onInvalid'>): ResourceState {
    const resource = this.permitted(use);
    if (operation === 'snapshot' && onInvalid === 'quarantine') throw new Refusal('exchange.snapshot_all_or_nothing');
    return resource;
  }

  private async receiveLocked(
    client: PoolClient,
    push: Push,
    resource: ResourceState,
    body: Readable,
  ): Promise<Received> {
    const arrival = new Arrival(body, push.gzip, this.config.BATCH_BYTES);
    const known = await this.store.underKey(client, push.use.systemId, push.idempotencyKey);
    if (known && known.report.settledAt !== null) {
      await arrival.skim();
      if (known.requestDigest !== requestDigestOf(push, arrival.digest()))
        throw new Refusal('request.idempotency_key_reused');
      const { refusal } = known.report;
      if (refusal) throw asRefusal(refusal);
      return { report: known.report, replayed: true };
    }
    // Unsettled and not locked by anybody: whoever received it is gone.
    if (known) await this.store.forget(client, known.report.id);
    const id = push.batchId ?? newId();
    const key = push.idempotencyKey;
    await this.store.open(client, {
      id,
      resourceId: resource.id,
      systemId: push.use.systemId,
      key,
      operation: push.operation,
      at: this.clock.now(),
    });
    try {
      const report = await this.stageAndApply(client, id, push, resource, arrival);
      // Whoever waits for the answer does not wait for this.
      void quietly(this.store.clearStaged(id));
      return { report, replayed: false };
    } catch (error) {
      await this.end(client, id, push, resource, error);
      throw error;
    }
  }

  private async stageAndApply(
    client: PoolClient,
    id: string,
    push: Push,
    resource: ResourceState,
    arrival: Arrival,
  ): Promise<BatchReport> {
    const { operation, onInvalid, announced } = push;
    const reader = this.readers.of(resource);
    const staging = new Staging(client, this.store, id, {
      reader,
      operation: operation === 'delete' ? 'delete' : 'upsert',
      onInvalid,
      mostRows: this.config.BATCH_ROWS,
    });
    try {
      for await (const rows of this.rowsOf(push, resource, arrival)) await staging.take(rows);
      await staging.flush();
    } finally {
      // What is cleared away after a failure is cleared when nothing is added to it any more.
      await staging.settled();
    }

    const digest = arrival.digest();
    if (announced && !announced.equals(digest)) throw new Refusal('exchange.digest_mismatch');
    if (staging.received === 0) throw new Refusal('exchange.batch_empty');
    const requestDigest = requestDigestOf(push, digest);
    if (staging.refusal)
      throw new RefusedBatch(staging.refusal, staging.received, digest.toString('hex'), requestDigest);
    if (!(await this.store.markStaged(client, id, staging.received, staging.quarantined, arrival.size)))
      throw new Refusal('exchange.batch_cancelled');
    // What was lawful when the first byte came may have been stopped while the rest did.
    this.permitted(push.use);
    return this.settle(id, push, resource, staging, digest.toString('hex'), requestDigest);
  }

  private rowsOf(push: Push, resource: ResourceState, arrival: Arrival): AsyncIterable<ArrivedRow[]> {
    const { ROW_BYTES: rowBytes } = this.config;
    if (push.format === 'csv') return csvRows(arrival.bytes(), resource.items, push.charset, rowBytes);
    return jsonRows((push.format === 'ndjson' ? linesOf : elementsOf)(arrival.bytes(), rowBytes));
  }

  /** Applies what was staged, or for a dry run says what that would do. */
  private settle(
    id: string,
    push: Push,
    resource: ResourceState,
    staging: Staging,
    digest: string,
    requestDigest: string,
  ): Promise<BatchReport> {
    const staged = staging.received - staging.quarantined;
    return this.work.run(async (tx) => {
      if ((await this.store.staged(tx, id)) !== staged) throw new Refusal('service.failed', { retryAfterSeconds: 1 });
      // Before the resource is locked: others go on while it is measured.
      const failed =
        push.operation === 'delete' ? [] : await this.quality.measure(tx, id, resource, { applied: !push.dryRun });
      if (failed.length > 0 && !push.dryRun)
        return this.holds.hold(tx, { id, push, resource, failed, received: staging.received, quarantined: staging.quarantined, digest, requestDigest }); // prettier-ignore
      const source = stagedRows(id, staged, { whole: push.operation === 'snapshot', distinct: staging.distinct });
      const applied = push.dryRun ? null : await applyRows(tx, resource.id, source);
      const compared: Compared = applied ?? (await compareRows(tx, resource.id, source));
      const counts: BatchCounts = {
        received: staging.received,
        inserted: compared.inserted,
        updated: compared.updated,
        unchanged: compared.unchanged,
        deleted: compared.deleted,
        quarantined: staging.quarantined,
        replaced: compared.replaced,
      };
      const at = this.clock.now();
      const report = await this.store.settle(tx, id, {
        status: push.dryRun ? 'CHECKED' : staging.quarantined > 0 ? 'QUARANTINED_PARTLY' : 'APPLIED',
        batchNo: applied?.batchNo ?? null,
        counts,
        digest,
        requestDigest,
        refusal: null,
        at,
        bindsKey: !push.dryRun,
      });
      if (!report)
        throw (await this.store.isCancelled(tx, id))
          ? new Refusal('exchange.batch_cancelled')
          : new Refusal('request.lost_race', { retryAfterSeconds: 2 });
      if (applied) {
        tx.publish(batchApplied(report, applied.rows, at));
        await this.duties.updated(tx, resource.id, at);
      }
      return report;
    });
  }

  /** A batch that was not applied: an outcome of its content is kept under its key, anything else frees the key. */
  private async end(
    client: PoolClient,
    id: string,
    push: Push,
    resource: ResourceState,
    error: unknown,
  ): Promise<void> {
    const { systemId } = push.use;
    if (error instanceof SecretFound) {
      await this.store.forget(client, id);
      await this.work.run(async (tx) =>
        tx.publish(secretFound({ systemId, channel: 'REST', rule: error.rule }, this.clock.now())),
      );
      return;
    }
    if (!(error instanceof Refusal) || error.entry.kind === 'unavailable' || error.entry.kind === 'conflict') {
      // An interrupted sender comes again with the same key.
      await this.store.forget(client, id).catch(() => undefined);
      return;
    }
    const bound = error instanceof RefusedBatch ? error : null;
    await this.work.run(async (tx) => {
      await this.store.discardRows(tx, id);
      const at = this.clock.now();
      await this.store.settle(tx, id, {
        status: 'REFUSED',
        batchNo: null,
        counts: { ...NO_COUNTS, received: bound?.received ?? 0 },
        digest: bound?.digest ?? null,
        requestDigest: bound?.requestDigest ?? null,
        refusal: { code: error.code, errors: error.details.errors ?? [] },
        at,
        bindsKey: bound !== null,
      });
      tx.publish(
        batchRefused({ batchId: id, resourceId: resource.id, channel: 'REST', systemId, code: error.code }, at),
      );
    });
  }

  /** The gateway decided it; exchange decides it again on its own projection. [R9.2, R14.7] */
  private permitted(use: Use): ResourceState {
    const decision = this.policy.decide(use);
    if (decision.effect !== 'permit') throw refusalOf(decision);
    const resource = this.policy.index.resource(use.resourceId);
    if (!resource) throw new Refusal('access.resource_unknown');
    return resource;
  }
}

/** Everything arrived, and what arrived is wrong: the same bytes under the same key are refused the same way. */
class RefusedBatch extends Refusal {
  constructor(
    refusal: StoredRefusal,
    readonly received: number,
    readonly digest: string,
    readonly requestDigest: string,
  ) {
    super(refusal.code, { errors: refusal.errors });
  }
}

const asRefusal = ({ code, errors }: StoredRefusal) => new Refusal(code, { errors });
