import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { Refusal, type Principal } from '@qiongtong/contracts';
import { Cursors, type Page, type PageQuery } from '@qiongtong/platform';
import { LivePolicy } from '../policy/live-policy';
import { BatchStore, type BatchReport } from './batch.store';

type Position = Readonly<{ at: string; id: string }>;

/** What became of batches, told to the resource's provider and nobody else. */
@Injectable()
export class ReportsService {
  constructor(
    private readonly store: BatchStore,
    private readonly policy: LivePolicy,
    private readonly cursors: Cursors,
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

  /** NDJSON, a row that was set aside on each line. */
  async quarantine(resourceId: string, batchId: string, principal: Principal): Promise<Readable> {
    const { id } = await this.one(resourceId, batchId, principal);
    return Readable.from(lines(this.store.quarantined(id)));
  }

  /** Somebody else's resource looks like one that does not exist. */
  private checkProvider(resourceId: string, { departmentId }: Principal): void {
    if (this.policy.index.resource(resourceId)?.providerId !== departmentId) throw new Refusal('request.not_found');
  }
}

async function* lines(pages: AsyncIterable<readonly object[]>): AsyncGenerator<string> {
  for await (const page of pages) yield page.map((row) => `${JSON.stringify(row)}\n`).join('');
}
