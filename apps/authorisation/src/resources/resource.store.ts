import { Injectable } from '@nestjs/common';
import { Refusal, type ResourceState } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { DataSource, type EntityManager } from 'typeorm';
import { ResourceRow } from './resource.entity';

@Injectable()
export class ResourceStore {
  constructor(private readonly database: DataSource) {}

  /** Unknown, withdrawn and never published are one answer: a stranger learns nothing of drafts. */
  async published(id: string, manager: EntityManager = this.database.manager): Promise<ResourceState> {
    const row = await manager.findOne(ResourceRow, { where: { id } });
    if (row?.state.status !== 'PUBLISHED') throw new Refusal('access.resource_unknown', { about: [id] });
    return row.state;
  }

  /** Everything it is derived from, near and far; an origin that is not known has no provider. [R13.6] */
  async originsOf(
    id: string,
    manager: EntityManager = this.database.manager,
  ): Promise<Readonly<{ id: string; providerId: string | null }>[]> {
    return manager.query(
      `WITH RECURSIVE origin (id) AS (
         SELECT named.id FROM resource, jsonb_array_elements_text(state -> 'derivedFrom') AS named (id)
         WHERE resource.id = $1
         UNION SELECT named.id FROM origin JOIN resource ON resource.id = origin.id,
           jsonb_array_elements_text(resource.state -> 'derivedFrom') AS named (id)
       ) SELECT id, resource.provider_id AS "providerId" FROM origin LEFT JOIN resource USING (id)
       WHERE id <> $1 ORDER BY id`,
      [id],
    );
  }

  /** null when it is unknown. */
  async providerOf(id: string, manager: EntityManager = this.database.manager): Promise<string | null> {
    const row = await manager.findOne(ResourceRow, { where: { id } });
    return row?.providerId ?? null;
  }

  /** Which of the resources are known to be another department's. */
  async notOf(tx: Transaction, providerId: string, ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    const rows = await tx.query<{ id: string }>(
      'SELECT id FROM resource WHERE id = ANY($1) AND provider_id <> $2 ORDER BY id',
      [ids, providerId],
    );
    return rows.map(({ id }) => id);
  }

  /** Which of the resources are known to be this department's. */
  async ofProvider(tx: Transaction, providerId: string, ids: readonly string[]): Promise<string[]> {
    const rows = await tx.query<{ id: string }>('SELECT id FROM resource WHERE id = ANY($1) AND provider_id = $2', [
      ids,
      providerId,
    ]);
    return rows.map(({ id }) => id);
  }

  /** Takes the newest states; one that is not newer than what is known changes nothing. */
  async project(tx: Transaction, states: readonly ResourceState[]): Promise<void> {
    await tx.query(
      `INSERT INTO resource (id, version, provider_id, state)
       SELECT state ->> 'id', (state ->> 'version')::bigint, state ->> 'providerId', state
       FROM jsonb_array_elements($1::jsonb) AS given (state)
       ON CONFLICT (id) DO UPDATE SET version = excluded.version, provider_id = excluded.provider_id, state = excluded.state
       WHERE resource.version < excluded.version`,
      [JSON.stringify(states)],
    );
  }

  async forget(tx: Transaction, ids: readonly string[]): Promise<void> {
    await tx.query('DELETE FROM resource WHERE id = ANY($1)', [ids]);
  }
}
