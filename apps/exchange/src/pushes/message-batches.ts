import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { BatchCounts, PushReceipt, PushReceipts, SourceColumnsUnknown } from '@qiongtong/contracts';
import { Clock, newId, type Message, type Transaction } from '@qiongtong/platform';
import { applyRows, givenRows } from '../batches/apply-rows';
import { BatchStore } from '../batches/batch.store';
import { batchApplied, NO_COUNTS, rowsQuarantined } from '../batches/domain/batch-facts';
import { UpdateDutiesService } from '../freshness/update-duties.service';
import { BatchQuality } from '../quality/batch-quality';
import { messageIdOf, receiptOf } from './domain/receipts';
import type { Verdict } from './pushed-message';
import { SourceColumns } from './source-columns';

export type Judged = Readonly<{ message: Message; verdict: Verdict }>;
type Applying = Judged & Readonly<{ verdict: Extract<Verdict, { outcome: 'apply' }> }>;
type Aside = Judged & Readonly<{ verdict: Extract<Verdict, { outcome: 'quarantine' }> }>;
/** What one micro-batch brings to a resource; null where the sender may not push to what it names. */
export type Group = Readonly<{ resourceId: string | null; judged: readonly Judged[] }>;

/** What messages bring becomes a batch of its resource like any other. */
@Injectable()
export class MessageBatches {
  constructor(
    private readonly store: BatchStore,
    private readonly duties: UpdateDutiesService,
    private readonly columns: SourceColumns,
    private readonly quality: BatchQuality,
    private readonly clock: Clock,
  ) {}

  /** One resource's part of the micro-batch becomes one batch. @returns what each of its messages is answered */
  async apply(tx: Transaction, systemId: string, { resourceId, judged }: Group): Promise<PushReceipts> {
    const good = judged.filter((one): one is Applying => one.verdict.outcome === 'apply');
    const bad = judged.filter((one): one is Aside => one.verdict.outcome === 'quarantine');
    const at = this.clock.now();
    const id = newId();
    await this.store.openForMessages(tx, { id, resourceId, systemId, at });
    const applied =
      resourceId !== null && good.length > 0
        ? await applyRows(tx, resourceId, givenRows(good.map(({ verdict }) => verdict.row)))
        : null;
    if (bad.length > 0) await this.setAside(tx, id, bad);
    const counts: BatchCounts = {
      ...NO_COUNTS,
      received: judged.length,
      ...(applied && {
        inserted: applied.inserted,
        updated: applied.updated,
        unchanged: applied.unchanged,
        deleted: applied.deleted,
        replaced: applied.replaced,
      }),
      quarantined: bad.length,
    };
    const report = await this.store.settle(tx, id, {
      status: bad.length > 0 ? 'QUARANTINED_PARTLY' : 'APPLIED',
      batchNo: applied?.batchNo ?? null,
      counts,
      digest: digestOf(judged),
      requestDigest: null,
      refusal: null,
      at,
      bindsKey: false,
    });
    if (applied) {
      await this.quality.measureMessages(tx, resourceId!, payloadsOf(good));
      tx.publish(batchApplied(report!, applied.rows, at));
      await this.duties.updated(tx, resourceId!, at);
    }
    if (bad.length > 0) {
      const codes = [...new Set(bad.map(({ verdict }) => verdict.code))];
      tx.publish(rowsQuarantined({ batchId: id, resourceId, channel: 'KAFKA', systemId, rows: bad.length, codes }, at));
    }
    const leftOut = new Set(good.flatMap(({ verdict }) => verdict.leftOut ?? []));
    if (leftOut.size > 0) await this.noticeColumns(tx, systemId, resourceId!, [...leftOut]);
    return { resourceId, batchId: id, batchNo: applied?.batchNo ?? null, receipts: judged.map(receiptFor) };
  }

  /** Columns of a source that its entry does not have: told in every receipt, and as a fact when they first come. */
  private async noticeColumns(
    tx: Transaction,
    systemId: string,
    resourceId: string,
    columns: readonly string[],
  ): Promise<void> {
    const fresh = await this.columns.notice(tx, systemId, resourceId, columns, this.clock.now());
    if (fresh.length === 0) return;
    tx.publish({
      type: 'exchange.source-columns-unknown.v1',
      key: resourceId,
      at: this.clock.now().toISOString(),
      data: { systemId, resourceId, columns: fresh },
    } satisfies SourceColumnsUnknown);
  }

  private setAside(tx: Transaction, batchId: string, bad: readonly Aside[]): Promise<void> {
    const rows = bad.map(({ message, verdict }, n) => ({
      n: n + 1,
      messageId: messageIdOf(message.id),
      code: verdict.code,
      errors: verdict.errors,
      row: message.raw?.toString('utf8') ?? '',
    }));
    return this.store.quarantine(tx, batchId, rows);
  }
}

function digestOf(judged: readonly Judged[]): string {
  const hash = createHash('sha256');
  for (const { message } of judged) hash.update(message.raw ?? '');
  return hash.digest('hex');
}

function receiptFor({ message, verdict }: Judged): PushReceipt {
  if (verdict.outcome === 'quarantine') return receiptOf(message.id, 'quarantined', verdict.code, verdict.errors);
  const leftOut = verdict.outcome === 'apply' ? (verdict.leftOut ?? []) : [];
  return receiptOf(message.id, 'applied', undefined, leftOut.map(notAnItem));
}

const notAnItem = (column: string) => ({
  pointer: `/${column}`,
  message: 'is no item of the entry and was left out',
});

const payloadsOf = (good: readonly Applying[]): string[] =>
  good.flatMap(({ verdict }) => (verdict.row.payload === null ? [] : [verdict.row.payload]));
