import type { DataSource } from 'typeorm';
import type { IdempotencyClaim } from '../request-context';
import { sql, type Sql } from './sql';

/** Thrown when the key is taken: what was asked ran before, and its answer can be found. */
export class IdempotencyConflict extends Error {
  constructor(
    readonly caller: string,
    readonly key: string,
  ) {
    super('this idempotency key was used before');
    this.name = 'IdempotencyConflict';
  }
}

export type StoredAnswer = Readonly<{ operation: string; digest: string; answer: unknown; createdAt: Date }>;

/** Takes the key in the transaction of the effect. Waits for a transaction that is just using it. */
export async function claim(query: Sql, { caller, key, operation, digest }: IdempotencyClaim): Promise<void> {
  const taken = await query(
    `INSERT INTO idempotency_key (caller, key, operation, digest) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING RETURNING 1`,
    [caller, key, operation, digest],
  );
  if (taken.length === 0) throw new IdempotencyConflict(caller, key);
}

export async function storeAnswer(query: Sql, { caller, key }: IdempotencyClaim, answer: unknown): Promise<void> {
  await query('UPDATE idempotency_key SET answer = $3 WHERE caller = $1 AND key = $2', [
    caller,
    key,
    JSON.stringify(answer ?? null),
  ]);
}

export async function findAnswer(dataSource: DataSource, caller: string, key: string): Promise<StoredAnswer | null> {
  const [row] = await sql<StoredAnswer>(
    dataSource,
    `SELECT operation, digest, answer, created_at AS "createdAt" FROM idempotency_key WHERE caller = $1 AND key = $2`,
    [caller, key],
  );
  return row ?? null;
}
