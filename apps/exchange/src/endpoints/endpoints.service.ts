import { Injectable } from '@nestjs/common';
import { officerWith, Refusal, type Principal, type ResourceState } from '@qiongtong/contracts';
import { Clock, Cursors, OutboundRefused, UnitOfWork, type Page } from '@qiongtong/platform';
import { ProviderHealth, type HealthView } from '../channel/provider-health';
import { LivePolicy } from '../policy/live-policy';
import { mayKnow } from '../policy/may-know';
import { registered, type Endpoint, type EndpointStatus } from './domain/endpoint';
import { EndpointStore } from './endpoint.store';
import type { EndpointsQuery } from './endpoints.dto';
import { Nodes } from './nodes';

const SCOPE = 'channel endpoints';

export type EndpointView = Readonly<{
  resourceId: string;
  providerId: string;
  /** null while none is registered. */
  url: string | null;
  status: EndpointStatus | 'NOT_REGISTERED';
  revision: number;
  registeredAt: string | null;
  /** As the replica that answers has seen it. */
  health: HealthView;
}>;

/** Where providers answer for what stays with them, and how it goes. [R9.1, R9.3] */
@Injectable()
export class EndpointsService {
  constructor(
    private readonly work: UnitOfWork,
    private readonly store: EndpointStore,
    private readonly nodes: Nodes,
    private readonly policy: LivePolicy,
    private readonly health: ProviderHealth,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
  ) {}

  /** The responsible officer of the provider says where it answers, or that it does not for now. */
  async register(
    resourceId: string,
    { url, status }: Readonly<{ url: string; status: EndpointStatus }>,
    revision: number,
    by: Principal,
  ): Promise<EndpointView> {
    const officerId = officerWith(['RESPONSIBLE_OFFICER'], by);
    const resource = this.policy.index.resource(resourceId);
    if (resource?.providerId !== by.departmentId) throw new Refusal('request.not_found');
    if (!isChannel(resource)) throw new Refusal('channel.not_channel', { about: [resourceId] });
    const wanted = { resourceId, providerId: resource.providerId, url: this.addressOf(url), status };
    const endpoint = await this.work.run(async (tx) => {
      const known = await this.store.lock(tx, resourceId);
      const now = this.clock.now();
      const { endpoint: made, fact } = registered(known, wanted, { revision, officerId, now });
      await this.store.save(tx, made);
      tx.publish(fact);
      return made;
    });
    // What went wrong at the old address says nothing of the new one.
    this.health.forget(resourceId);
    return this.viewOf(resource, endpoint);
  }

  /** For its provider, who oversees it, and the operator; for anybody else it does not exist. */
  async one(resourceId: string, by: Principal): Promise<EndpointView> {
    const resource = this.policy.index.resource(resourceId);
    if (!resource || !mayKnow(this.policy, resource, by)) throw new Refusal('request.not_found');
    return this.viewOf(resource, await this.store.one(resourceId));
  }

  /** Of every published resource that stays with its provider, registered or not, in the order of their ids. */
  async list(query: EndpointsQuery, by: Principal): Promise<Page<EndpointView>> {
    const after = query.cursor === undefined ? '' : this.cursors.decode<{ id: string }>(query.cursor, SCOPE).id;
    const resources = [...this.policy.index.resources()]
      .filter((resource) => isChannel(resource) && resource.id > after && mayKnow(this.policy, resource, by))
      .filter(({ id }) => query.circuit === undefined || this.health.of(id).circuit === query.circuit)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    const shown = resources.slice(0, query.limit);
    const endpoints = await this.store.of(shown.map(({ id }) => id));
    const last = resources.length > shown.length ? shown.at(-1) : undefined;
    return {
      items: shown.map((resource) => this.viewOf(resource, endpoints.get(resource.id) ?? null)),
      next: last ? this.cursors.encode({ id: last.id }, SCOPE) : null,
    };
  }

  private addressOf(text: string): string {
    try {
      const url = this.nodes.check(text);
      if (url.search === '' && url.hash === '' && !text.includes('?') && !text.includes('#'))
        return url.href.replace(/\/+$/, '');
    } catch (error) {
      if (!(error instanceof OutboundRefused)) throw error;
    }
    throw new Refusal('channel.node_not_listed');
  }

  private viewOf({ id, providerId }: ResourceState, endpoint: Endpoint | null): EndpointView {
    // After the resource has passed to another body, the old one's endpoint is none of its.
    const own = endpoint?.providerId === providerId ? endpoint : null;
    return {
      resourceId: id,
      providerId,
      url: own?.url ?? null,
      status: own?.status ?? 'NOT_REGISTERED',
      revision: endpoint?.revision ?? 0,
      registeredAt: own?.registeredAt.toISOString() ?? null,
      health: this.health.of(id),
    };
  }
}

const isChannel = ({ deliveryMode, status }: ResourceState): boolean =>
  deliveryMode === 'EXCHANGE_CHANNEL' && status === 'PUBLISHED';
