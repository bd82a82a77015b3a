import { Injectable } from '@nestjs/common';
import { Refusal } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { Pools } from '../store/pools';
import type { Endpoint, EndpointStatus } from './domain/endpoint';

type EndpointRow = Readonly<{
  resource_id: string;
  provider_id: string;
  url: string;
  status: EndpointStatus;
  revision: number;
  registered_by: string;
  registered_at: Date;
}>;

/** Rows of `channel_endpoint`, one a resource. */
@Injectable()
export class EndpointStore {
  constructor(private readonly pools: Pools) {}

  async one(resourceId: string): Promise<Endpoint | null> {
    const sql = 'SELECT * FROM channel_endpoint WHERE resource_id = $1';
    const { rows } = await this.pools.writer.query<EndpointRow>(sql, [resourceId]);
    return rows[0] ? endpointOf(rows[0]) : null;
  }

  async of(resourceIds: readonly string[]): Promise<Map<string, Endpoint>> {
    const sql = 'SELECT * FROM channel_endpoint WHERE resource_id = ANY($1)';
    const { rows } = await this.pools.writer.query<EndpointRow>(sql, [resourceIds]);
    return new Map(rows.map((row) => [row.resource_id, endpointOf(row)]));
  }

  async lock(tx: Transaction, resourceId: string): Promise<Endpoint | null> {
    const sql = 'SELECT * FROM channel_endpoint WHERE resource_id = $1 FOR UPDATE';
    const [row] = await tx.query<EndpointRow>(sql, [resourceId]);
    return row ? endpointOf(row) : null;
  }

  /** In place of the revision before; of two that are the first at once, one loses. */
  async save(tx: Transaction, endpoint: Endpoint): Promise<void> {
    const saved = await tx.query(
      `INSERT INTO channel_endpoint AS e
         (resource_id, provider_id, url, status, revision, registered_by, registered_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (resource_id) DO UPDATE SET provider_id = excluded.provider_id, url = excluded.url,
         status = excluded.status, revision = excluded.revision, registered_by = excluded.registered_by,
         registered_at = excluded.registered_at
       WHERE e.revision = excluded.revision - 1
       RETURNING 1 AS saved`,
      [
        endpoint.resourceId,
        endpoint.providerId,
        endpoint.url,
        endpoint.status,
        endpoint.revision,
        endpoint.registeredBy,
        endpoint.registeredAt,
      ],
    );
    if (saved.length === 0) throw new Refusal('request.stale_revision');
  }
}

const endpointOf = (row: EndpointRow): Endpoint => ({
  resourceId: row.resource_id,
  providerId: row.provider_id,
  url: row.url,
  status: row.status,
  revision: row.revision,
  registeredBy: row.registered_by,
  registeredAt: row.registered_at,
});
