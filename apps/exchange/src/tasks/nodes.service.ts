import { Injectable } from '@nestjs/common';
import type { Principal } from '@qiongtong/contracts';
import { Cursors, type Page, type PageQuery } from '@qiongtong/platform';
import type { EndpointStatus } from '../endpoints/domain/endpoint';
import { ProviderHealth } from '../channel/provider-health';
import { LivePolicy } from '../policy/live-policy';
import { Pools } from '../store/pools';
import { isWithin, TaskScope, type Scope } from './task-scope';

/** A machine of a department that the exchange calls: one that answers for what stays there, or one that feeds are sent to. */
export type NodeView = Readonly<{
  kind: 'PROVIDER' | 'RECEIVER';
  /** Its name, and port where it is not the usual one. */
  node: string;
  departmentId: string;
  /** Endpoints of a provider, feeds of a receiver, and how many of them are in use. */
  uses: number;
  active: number;
  /** Endpoints that rest because they failed, as the replica that answers sees it; feeds whose last batch was not taken. */
  failing: number;
  /** When and why something last went wrong there; of endpoints a refusal code. */
  lastFailure: Readonly<{ at: string | null; why: string }> | null;
}>;
type Position = Pick<NodeView, 'kind' | 'node' | 'departmentId'>;
type EndpointRow = Readonly<{ resource_id: string; provider_id: string; url: string; status: EndpointStatus }>;
type FeedRow = Readonly<{
  node: string;
  department_id: string;
  uses: number;
  active: number;
  failing: number;
  since: Date | null;
  why: string | null;
}>;

const SCOPE = 'exchange nodes';
const orderOf = ({ kind, node, departmentId }: Position): string => `${kind}\0${node}\0${departmentId}`;

/** Nodes and how calls of them go. As many as departments have, which is few: put together anew for each page. [R9.1, R9.3] */
@Injectable()
export class ExchangeNodes {
  constructor(
    private readonly pools: Pools,
    private readonly health: ProviderHealth,
    private readonly policy: LivePolicy,
    private readonly scope: TaskScope,
    private readonly cursors: Cursors,
  ) {}

  async list({ cursor, limit }: PageQuery, by: Principal): Promise<Page<NodeView>> {
    const after = cursor === undefined ? '' : orderOf(this.cursors.decode<Position>(cursor, SCOPE));
    const scope = this.scope.of(by);
    const found = [...(await this.providers(scope)), ...(await this.receivers(scope))]
      .filter((node) => orderOf(node) > after)
      .sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    const at = last && { kind: last.kind, node: last.node, departmentId: last.departmentId };
    return { items, next: at ? this.cursors.encode(at, SCOPE) : null };
  }

  private async providers(scope: Scope): Promise<NodeView[]> {
    const { rows } = await this.pools.writer.query<EndpointRow>(
      `SELECT resource_id, provider_id, url, status FROM channel_endpoint WHERE $1::text[] IS NULL OR provider_id = ANY($1)`,
      [scope && [...scope]],
    );
    const nodes = new Map<string, NodeView>();
    for (const { resource_id: id, provider_id: departmentId, url, status } of rows) {
      // One of another body, from before the resource passed on, is not called.
      if (this.policy.index.resource(id)?.providerId !== departmentId || !isWithin(scope, [departmentId])) continue;
      const position = { kind: 'PROVIDER', node: new URL(url).host, departmentId } as const;
      const known = nodes.get(orderOf(position)) ?? { ...position, uses: 0, active: 0, failing: 0, lastFailure: null };
      const { circuit, lastFailure } = this.health.of(id);
      const failed = lastFailure && { at: lastFailure.at, why: lastFailure.code };
      nodes.set(orderOf(position), {
        ...known,
        uses: known.uses + 1,
        active: known.active + (status === 'ACTIVE' ? 1 : 0),
        failing: known.failing + (circuit === 'CLOSED' ? 0 : 1),
        lastFailure: (failed?.at ?? '') > (known.lastFailure?.at ?? '') ? failed : known.lastFailure,
      });
    }
    return [...nodes.values()];
  }

  private async receivers(scope: Scope): Promise<NodeView[]> {
    const { rows } = await this.pools.writer.query<FeedRow>(
      `SELECT substring(url from '://([^/?#]+)') AS node, department_id, count(*)::int AS uses,
         (count(*) FILTER (WHERE status = 'ACTIVE'))::int AS active, (count(*) FILTER (WHERE failures > 0))::int AS failing,
         max(failing_since) AS since, (array_agg(last_failure ORDER BY failing_since DESC NULLS LAST))[1] AS why
       FROM feed_subscription
       WHERE channel = 'WEBHOOK' AND status <> 'ENDED' AND ($1::text[] IS NULL OR department_id = ANY($1))
       GROUP BY 1, 2`,
      [scope && [...scope]],
    );
    return rows.map(({ node, department_id: departmentId, uses, active, failing, since, why }) => ({
      ...{ kind: 'RECEIVER', node, departmentId, uses, active, failing },
      lastFailure: why === null ? null : { at: since?.toISOString() ?? null, why },
    }));
  }
}
