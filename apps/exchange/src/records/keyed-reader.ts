import { Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { Pools } from '../store/pools';

export type StoredRecord = Readonly<{ payload: string; batchNo: number }>;

type Wanted = Readonly<{
  resourceId: string;
  key: string;
  found: (record: StoredRecord | null) => void;
  failed: (error: Error) => void;
}>;

const LANES = 4;
const MOST_AT_ONCE = 64;

/** Values come as the text the server sends; the payload is parsed once, where it is used. */
const AS_TEXT = { getTypeParser: () => (value: string) => value };

/**
 * Records by their key: the hot path. Reads that arrive while all lanes are busy travel together in one statement, so a
 * lone read waits for nothing and a thousand cost a few round trips (`docs/decisions/0022-the-keyed-read.md`).
 */
@Injectable()
export class KeyedReader {
  private waiting: Wanted[] = [];
  private busy = 0;

  constructor(private readonly pools: Pools) {}

  read(resourceId: string, key: string): Promise<StoredRecord | null> {
    return new Promise((found, failed) => {
      this.waiting.push({ resourceId, key, found, failed });
      if (this.busy < LANES) void this.lane();
    });
  }

  private async lane(): Promise<void> {
    this.busy++;
    let client: PoolClient | null = null;
    let broken: Error | undefined;
    try {
      // Requests of the same turn of the loop go together.
      await Promise.resolve();
      while (this.waiting.length > 0) {
        const group = this.waiting.splice(0, MOST_AT_ONCE);
        try {
          client ??= await this.pools.reader.connect();
          await this.answer(client, group);
        } catch (error) {
          broken = error as Error;
          for (const wanted of group) wanted.failed(broken);
          return;
        }
      }
    } finally {
      this.busy--;
      client?.release(broken);
      if (this.waiting.length > 0 && this.busy < LANES) void this.lane();
    }
  }

  private async answer(client: PoolClient, group: readonly Wanted[]): Promise<void> {
    if (group.length === 1) {
      const { resourceId, key, found } = group[0]!;
      const { rows } = await client.query<[string, string]>({
        name: 'record-by-key',
        text: 'SELECT payload, batch_no FROM record WHERE resource_id = $1 AND record_key = $2',
        values: [resourceId, key],
        rowMode: 'array',
        types: AS_TEXT,
      });
      return found(rows[0] ? { payload: rows[0][0], batchNo: Number(rows[0][1]) } : null);
    }
    const { rows } = await client.query<[string, string | null, string | null]>({
      name: 'records-by-keys',
      text: `SELECT w.n, r.payload, r.batch_no
             FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w (resource_id, record_key, n)
             JOIN record r ON r.resource_id = w.resource_id AND r.record_key = w.record_key`,
      values: [group.map((wanted) => wanted.resourceId), group.map((wanted) => wanted.key)],
      rowMode: 'array',
      types: AS_TEXT,
    });
    const found = new Array<StoredRecord | null>(group.length).fill(null);
    for (const [n, payload, batchNo] of rows) found[Number(n) - 1] = { payload: payload!, batchNo: Number(batchNo) };
    group.forEach((wanted, i) => wanted.found(found[i]!));
  }
}
