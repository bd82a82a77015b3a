import { Injectable } from '@nestjs/common';
import { RECEIPTS_TYPE, receiptsTopic, type PushReceipts, type SourceSlowed } from '@qiongtong/contracts';
import { Clock, NotYet, type EventBatch, type Transaction } from '@qiongtong/platform';
import { secretFound } from '../batches/domain/batch-facts';
import { inParts, receiptOf } from './domain/receipts';
import { FailingSources } from './failing-sources';
import { MessageBatches, type Group, type Judged } from './message-batches';
import { MessageJudge } from './message-judge';
import { PushTopics } from './push-topics';

const PREFIX = 'push.';

/** Rows pushed by messages: applied a micro-batch at a time, each answered by a receipt. Nothing is dropped in silence. */
@Injectable()
export class PushesService {
  constructor(
    private readonly judge: MessageJudge,
    private readonly batches: MessageBatches,
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
      for (const group of groupsOf(judged)) this.answer(tx, systemId, await this.batches.apply(tx, systemId, group));
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
}

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

const slowed = (systemId: string, failed: number, now: Date): SourceSlowed => ({
  type: 'exchange.source-slowed.v1',
  key: systemId,
  at: now.toISOString(),
  data: { systemId, failed },
});
