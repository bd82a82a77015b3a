import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  RECEIPTS_TYPE,
  receiptsTopic,
  type BatchCounts,
  type PushReceipt,
  type PushReceipts,
  type SourceColumnsUnknown,
  type SourceSlowed,
} from '@qiongtong/contracts';
import { Clock, newId, NotYet, type EventBatch, type Message, type Transaction } from '@qiongtong/platform';
import { applyRows, givenRows } from '../batches/apply-rows';
import { BatchStore } from '../batches/batch.store';
import { batchApplied, NO_COUNTS, rowsQuarantined, secretFound } from '../batches/domain/batch-facts';
import { UpdateDutiesService } from '../freshness/update-duties.service';
import { inParts, messageIdOf, receiptOf } from './domain/receipts';
import { FailingSources } from './failing-sources';
import { PushTopics } from './push-topics';
import { MessageJudge } from './message-judge';
import type { Verdict } from './pushed-message';
import { SourceColumns } from './source-columns';

type Judged = Readonly<{ message: Message; verdict: Verdict }>;
type Applying = Judged & Readonly<{ verdict: Extract<Verdict, { outcome: 'apply' }> }>;
type Aside = Judged & Readonly<{ verdict: Extract<Verdict, { outcome: 'quarantine' }> }>;

const PREFIX = 'push.';

/** Rows pushed by messages: applied a micro-batch at a time, each answered by a receipt. Nothing is dropped in silence. */
@Injectable()
export class PushesService {
  constructor(
    private readonly judge: MessageJudge,
    private readonly store: BatchStore,
    private readonly duties: UpdateDutiesService,
    private readonly columns: SourceColumns,
    private readonly topics: PushTopics,
    private readonly failing: FailingSources,
    private readonly clock: Clock,
  ) {}

  /** Messages of one topic, in their order. Their effects, receipts and the mark that they were seen are one transaction. */
  async take(batch: EventBatch): Promise<void> {
    const systemId = batch.messages[0]!.topic.slice(PREFIX.length);
    // The relay could not deliver receipts to a topic that is not there.
    await this.topics.ensure(systemId);
    const waitMs = this.failing.waitMs(systemId);
    if (waitMs > 0) throw new NotYet(`most of what ${systemId} sends keeps failing`, waitMs);
    let turn: ReturnType<FailingSources['after']> | undefined;
    await batch.once(async (tx, fresh) => {
      const judged = fresh.map((message) => ({ message, verdict: this.judge.verdictOn(systemId, message) }));
      if (judged.some(({ verdict }) => verdict.outcome === 'wait'))
        throw new NotYet('the policy projection is too old to decide a push on');
      for (const group of groupsOf(judged)) this.answer(tx, systemId, await this.apply(tx, systemId, group));
      this.refuse(tx, systemId, judged);
      if (judged.length === 0) return;
      const failed = judged.filter(({ verdict }) => verdict.outcome !== 'apply').length;
      turn = this.failing.after(systemId, judged.length, failed);
      if (turn.begins) tx.publish(slowed(systemId, failed, this.clock.now()));
    });
    if (turn) this.failing.keep(systemId, turn);
  }

  private answer(tx: Transaction, systemId: string, answered: PushReceipts): void {
    for (const part of inParts(answered))
      tx.send(receiptsTopic(systemId).name, part.batchId ?? systemId, RECEIPTS_TYPE, part);
  }

  /** Nothing of them is kept; who sent them and which rule they met is told. [R2.3] */
  private refuse(tx: Transaction, systemId: string, judged: readonly Judged[]): void {
    const refused = judged.flatMap(({ message, verdict }) =>
      verdict.outcome === 'refuse' ? [{ message, rule: verdict.rule }] : [],
    );
    for (const { rule } of refused) tx.publish(secretFound({ systemId, channel: 'KAFKA', rule }, this.clock.now()));
    const receipts = refused.map(({ message }) => receiptOf(message.id, 'refused', 'exchange.secret_marking'));
    this.answer(tx, systemId, { resourceId: null, batchId: null, batchNo: null, receipts });
  }

  /** One resource's part of the micro-batch becomes one batch. @returns what each of its messages is answered */
  private async apply(tx: Transaction, systemId: string, { resourceId, judged }: Group): Promise<PushReceipts> {
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

type Group = Readonly<{ resourceId: string | null; judged: readonly Judged[] }>;

/** By resource, in one order everywhere, so that two micro-batches never wait for each other's locks crosswise. */
function groupsOf(judged: readonly Judged[]): Group[] {
  const groups = new Map<string | null, Judged[]>();
  for (const one of judged) {
    if (one.verdict.outcome !== 'apply' && one.verdict.outcome !== 'quarantine') continue;
    const { resourceId } = one.verdict;
    const group = groups.get(resourceId);
    if (group) group.push(one);
    else groups.set(resourceId, [one]);
  }
  return [...groups]
    .map(([resourceId, members]) => ({ resourceId, judged: members }))
    .sort((a, b) => ((a.resourceId ?? '') < (b.resourceId ?? '') ? -1 : 1));
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

const slowed = (systemId: string, failed: number, now: Date): SourceSlowed => ({
  type: 'exchange.source-slowed.v1',
  key: systemId,
  at: now.toISOString(),
  data: { systemId, failed },
});
