import { setTimeout as wait } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Refusal, type RecordQuery, type Release, type ResourceState, type RowFilter } from '@qiongtong/contracts';
import { ExchangeConfig } from '../config';
import type { Endpoint } from '../endpoints/domain/endpoint';
import type { FileRow } from '../records/domain/file-sql';
import { rowReleaser } from '../records/domain/released-row';
import { MatterSubjects } from '../records/matter-subjects';
import { ChannelService } from './channel.service';
import { providerQuery, type ProviderQuery } from './domain/provider-query';
import { ProviderCalls, type Later } from './provider-calls';
import { ProviderHealth } from './provider-health';
import { ProviderRows, type ProviderRow } from './provider-rows';
import { groupsOf } from './row-groups';

export type Ordered = Readonly<{
  /** The same each time it is asked, so that a provider need not begin anew. */
  id: string;
  release: Release;
  resource: ResourceState;
  wanted: Readonly<{
    released: readonly string[];
    filters: readonly RowFilter[];
    sort: RecordQuery['sort'];
    limit: number | null;
  }>;
  signal: AbortSignal;
}>;
type Source = Readonly<{ take: () => Promise<FileRow[]> }>;
type Call = Readonly<{ endpoint: Endpoint; ask: ProviderQuery }>;

/** Until an endpoint that rests, or is asked as much as it may be, is looked at again. */
const NOT_NOW_MS = 2_000;

/** Nothing was called: whoever has time waits for it, and loses no attempt by it. */
function notNow(error: unknown): 'not now' {
  if (error instanceof Refusal && (error.code === 'channel.provider_busy' || error.code === 'channel.provider_resting'))
    return 'not now';
  throw error;
}

/** All rows of one query, from a provider that may ask for patience. */
@Injectable()
export class ChannelRows {
  constructor(
    private readonly channel: ChannelService,
    private readonly calls: ProviderCalls,
    private readonly health: ProviderHealth,
    private readonly matters: MatterSubjects,
    private readonly config: ExchangeConfig,
  ) {}

  /**
   * Asks until there are rows, then lets `work` take them; they are whole only when `take` has given none. Between two
   * looks no call is under way, so that a patient provider is not taken for a busy one.
   */
  async of(ordered: Ordered, work: (source: Source) => Promise<void>): Promise<void> {
    const { resource, release, wanted, signal } = ordered;
    const { sort, limit } = wanted;
    const ask = providerQuery(resource, wanted.released, wanted.filters, { sort, limit, cursor: null });
    let revision: number | null = null;
    for (let at: URL | null = null; ;) {
      const { endpoint } = await this.channel.at(release, resource.id);
      // Another address is asked from the beginning, and one that was suspended meanwhile no more.
      if (endpoint.revision !== revision) at = null;
      revision = endpoint.revision;
      const look: URL | null = at;
      const once = (): Promise<Later | null> => this.once(ordered, { endpoint, ask }, look, work);
      const watched = this.health.watch(resource.providerId, resource.id, once);
      const later: Later | 'not now' | null = await watched.catch(notNow);
      if (later === null) return;
      if (later !== 'not now') at = later.at;
      await wait(later === 'not now' ? NOT_NOW_MS : later.waitMs, undefined, { signal });
    }
  }

  private async once(
    { id, release, resource, wanted, signal }: Ordered,
    { endpoint, ask }: Call,
    at: URL | null,
    work: (source: Source) => Promise<void>,
  ): Promise<Later | null> {
    const answer = await this.calls.patiently(endpoint, release, ask, { id, at, signal });
    if ('waitMs' in answer) return answer;
    const rows = new ProviderRows(resource, ask.fields, wanted.filters, wanted.limit);
    const groups = groupsOf(answer, rows, this.config.ROW_BYTES);
    const released = rowReleaser({ items: wanted.released, mask: {} });
    const take = async (): Promise<FileRow[]> => {
      const { done, value } = (await groups.next()) as IteratorResult<ProviderRow[], undefined>;
      if (done) return [];
      await this.matters.bind(release, resource, value.map(({ key }) => key)); // prettier-ignore
      return value.map(({ key, values }) => ({
        record_key: key,
        batch_no: '0',
        row: JSON.stringify(released(values)),
      }));
    };
    try {
      await work({ take });
      return null;
    } finally {
      this.health.dropped(rows.beyond);
      // However it ended, the provider is not kept waiting.
      await groups.return(undefined).catch(() => undefined);
    }
  }
}
