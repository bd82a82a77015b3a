import { Injectable } from '@nestjs/common';
import type { BatchApplied, EndpointRegistered, ResourceDisposed, UpdateDutyChanged } from '@qiongtong/contracts';
import type { Message, Transaction } from '@qiongtong/platform';
import { DataSource } from 'typeorm';
import { NOTHING_MOUNTED, type MountedData } from './domain/data-status';

/** A fact that is not newer than what is known changes nothing. */
@Injectable()
export class MountedStore {
  constructor(private readonly database: DataSource) {}

  async applied(tx: Transaction, facts: readonly Message<BatchApplied['data']>[]): Promise<void> {
    await tx.query(
      `INSERT INTO mounted_data AS known (resource_id, batch_no, rows, updated_at)
       SELECT DISTINCT ON (id) id, batch_no, rows, at
       FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::timestamptz[]) AS told (id, batch_no, rows, at)
       ORDER BY id, batch_no DESC
       ON CONFLICT (resource_id) DO UPDATE
         SET batch_no = excluded.batch_no, rows = excluded.rows, updated_at = excluded.updated_at
       WHERE known.batch_no < excluded.batch_no`,
      [
        facts.map(({ data }) => data.resourceId),
        facts.map(({ data }) => data.batchNo),
        facts.map(({ data }) => data.rows),
        facts.map(({ at }) => at),
      ],
    );
  }

  async duties(tx: Transaction, facts: readonly Message<UpdateDutyChanged['data']>[]): Promise<void> {
    await tx.query(
      `INSERT INTO mounted_data AS known (resource_id, duty, duty_at)
       SELECT DISTINCT ON (id) id, duty, at
       FROM unnest($1::text[], $2::text[], $3::timestamptz[]) WITH ORDINALITY AS told (id, duty, at, n)
       ORDER BY id, at DESC, n DESC
       ON CONFLICT (resource_id) DO UPDATE SET duty = excluded.duty, duty_at = excluded.duty_at
       WHERE known.duty_at IS NULL OR known.duty_at <= excluded.duty_at`,
      [facts.map(({ data }) => data.resourceId), facts.map(({ data }) => data.state), facts.map(({ at }) => at)],
    );
  }

  async endpoints(tx: Transaction, facts: readonly Message<EndpointRegistered['data']>[]): Promise<void> {
    await tx.query(
      `INSERT INTO mounted_data AS known (resource_id, endpoint, endpoint_revision)
       SELECT DISTINCT ON (id) id, endpoint, revision
       FROM unnest($1::text[], $2::text[], $3::integer[]) AS told (id, endpoint, revision)
       ORDER BY id, revision DESC
       ON CONFLICT (resource_id) DO UPDATE
         SET endpoint = excluded.endpoint, endpoint_revision = excluded.endpoint_revision
       WHERE known.endpoint_revision < excluded.endpoint_revision`,
      [
        facts.map(({ data }) => data.resourceId),
        facts.map(({ data }) => data.status),
        facts.map(({ data }) => data.revision),
      ],
    );
  }

  async disposed(tx: Transaction, facts: readonly Message<ResourceDisposed['data']>[]): Promise<void> {
    await tx.query(
      `INSERT INTO mounted_data AS known (resource_id, disposed_at)
       SELECT id, max(at) FROM unnest($1::text[], $2::timestamptz[]) AS told (id, at) GROUP BY id
       ON CONFLICT (resource_id) DO UPDATE SET disposed_at = greatest(known.disposed_at, excluded.disposed_at)`,
      [facts.map(({ data }) => data.resourceId), facts.map(({ at }) => at)],
    );
  }

  async of(resourceId: string): Promise<MountedData> {
    const [row] = await this.database.query<
      (Omit<MountedData, 'rows' | 'updatedAt' | 'disposedAt'> & { rows: string; updatedAt: Date | null; disposedAt: Date | null })[]
    >(
      `SELECT rows, updated_at AS "updatedAt", duty, endpoint, disposed_at AS "disposedAt"
       FROM mounted_data WHERE resource_id = $1`,
      [resourceId],
    ); // prettier-ignore
    if (!row) return NOTHING_MOUNTED;
    const { rows, updatedAt, disposedAt, ...told } = row;
    return { ...told, rows: Number(rows), updatedAt: updatedAt?.toISOString() ?? null, disposedAt: disposedAt?.toISOString() ?? null }; // prettier-ignore
  }
}
