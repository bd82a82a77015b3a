import { Injectable, Logger } from '@nestjs/common';
import { Drain, Scheduler } from '@qiongtong/platform';
import type { PoolClient } from 'pg';
import { ExchangeConfig } from '../config';
import { LivePolicy } from '../policy/live-policy';
import { wantedIndexes, type ItemIndex } from './item-index';
import { ItemIndexStore } from './item-index.store';

const LOOK_EVERY_MS = 15_000;
const TOO_LARGE = '54000';

/**
 * Keeps an index of each item that an entry declares queryable, as the entries change and resources grow. Until it is
 * there everything is answered as well, only slower (`docs/decisions/0240-an-index-for-each-queryable-item.md`).
 */
@Injectable()
export class ItemIndexes {
  private readonly log = new Logger(ItemIndexes.name);
  /** Values from an older version of the entry are too long for these; tried again when the service starts anew. */
  private readonly unfit = new Set<string>();
  private building: number | null = null;
  private ending = false;

  constructor(
    private readonly store: ItemIndexStore,
    private readonly policy: LivePolicy,
    private readonly config: ExchangeConfig,
    scheduler: Scheduler,
    drain: Drain,
  ) {
    scheduler.every('indexes of items', LOOK_EVERY_MS, () => this.tend());
    drain.add('indexes of items', 'work', () => this.end());
  }

  /** Drops what is no longer declared, and builds what is missing. */
  async tend(): Promise<void> {
    // Of a policy that is not known yet nothing is missing and everything is too much.
    if (this.policy.freshness() !== 'fresh' || this.ending) return;
    await this.store.alone(async (client) => {
      await this.drop(client);
      // One at a time: what is no longer wanted does not wait until all are built.
      while ((await this.buildNext(client)) && !this.ending) await this.drop(client);
    });
  }

  private async drop(client: PoolClient): Promise<void> {
    // A resource that goes up and down about the bound keeps what it has.
    const wanted = await this.wanted(this.config.INDEX_FROM_ROWS / 2);
    const keep = new Set(wanted.map(({ name }) => name));
    for (const [name, whole] of await this.store.present())
      if (!whole || !keep.has(name)) await this.store.drop(client, name);
  }

  private async buildNext(client: PoolClient): Promise<boolean> {
    const [wanted, present] = await Promise.all([this.wanted(this.config.INDEX_FROM_ROWS), this.store.present()]);
    const next = wanted.find(({ name }) => !present.has(name) && !this.unfit.has(name));
    if (!next || present.size >= this.config.INDEXES || this.ending) return false;
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    this.building = rows[0]!.pid;
    try {
      if (!(await this.store.build(client, next))) this.unfit.add(next.name);
    } catch (error) {
      if ((error as { code?: string }).code !== TOO_LARGE) throw error;
      this.unfit.add(next.name);
      this.log.warn(`an item of ${next.resourceId} has values that are too long for an index`);
    } finally {
      this.building = null;
    }
    return true;
  }

  private async wanted(fromRows: number): Promise<ItemIndex[]> {
    const counted = await this.store.rowsByResource();
    const stored = [...this.policy.index.resources()].map((resource) => ({
      resource,
      rows: counted.get(resource.id) ?? 0,
    }));
    return wantedIndexes(stored, {
      fromRows,
      items: this.config.INDEXED_ITEMS_PER_RESOURCE,
      indexes: this.config.INDEXES,
    });
  }

  /** One that is half built is dropped and begun anew by whoever comes next. */
  private async end(): Promise<void> {
    this.ending = true;
    if (this.building !== null) await this.store.interrupt(this.building);
  }
}
