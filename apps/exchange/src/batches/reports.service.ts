import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Clock, Cursors, UnitOfWork, type Page, type PageQuery } from '@qiongtong/platform';
import { LivePolicy } from '../policy/live-policy';
import { BatchStore, type BatchReport } from './batch.store';
import { batchRefused } from './domain/batch-facts';

type Position = Readonly<{ at: string; id: string }>;

/** What became of batches, told to the resource's provider and nobody else. */
@Injectable()
export class ReportsService {
  constructor(
    private readonly store: BatchStore,
    private readonly policy: LivePolicy,
    private readonly cursors: Cursors,
    private readonly work: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async list(resourceId: string, principal: Principal, page: PageQuery): Promise<Page<BatchReport>> {
    this.checkProvider(resourceId, principal);
    const scope = `batches ${resourceId}`;
    const before = page.cursor === undefined ? null : this.cursors.decode<Position>(page.cursor, scope);
    const found = await this.store.ofResource(resourceId, before, page.limit + 1);
    const items = found.slice(0, page.limit);
    const last = items.at(-1);
    const next = found.length > items.length && last ? { at: last.receivedAt, id: last.id } : null;
    return { items, next: next && this.cursors.encode(next, scope) };
  }

  async one(resourceId: string, batchId: string, principal: Principal): Promise<BatchReport> {
    this.checkProvider(resourceId, principal);
    const report = await this.store.one(resourceId, batchId);
    if (!report) throw new Refusal('request.not_found');
    return report;
  }

  /** Ends a batch before its outcome; what is being applied at this moment may still win. */
  async cancel(resourceId: string, batchId: string, principal: Principal): Promise<BatchReport> {
    const known = await this.one(resourceId, batchId, principal);
    if (known.status === 'CANCELLED') return known;
    return this.work.run(async (tx) => {
      const at = this.clock.now();
      const report = await this.store.cancel(tx, batchId, at);
      if (!report) throw new Refusal('exchange.batch_settled');
      const { channel, systemId } = report;
      tx.publish(batchRefused({ batchId, resourceId, channel, systemId, code: 'exchange.batch_cancelled' }, at));
      return report;
    });
  }

  /** NDJSON, a row that was set aside on each line. */
  async quarantine(resourceId: string, batchId: string, principal: Principal): Promise<Readable> {
    const { id } = await this.one(resourceId, batchId, principal);
    return Readable.from(lines(this.store.quarantined(id)));
  }

  /** Somebody else's resource looks like one that does not exist. */
  checkProvider(resourceId: string, { departmentId }: Principal): void {
    if (this.policy.index.resource(resourceId)?.providerId !== departmentId) throw new Refusal('request.not_found');
  }
}

async function* lines(pages: AsyncIterable<readonly object[]>): AsyncGenerator<string> {
  for await (const page of pages) yield page.map((row) => `${JSON.stringify(row)}\n`).join('');
}
