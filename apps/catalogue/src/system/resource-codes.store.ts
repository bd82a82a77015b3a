import { Injectable } from '@nestjs/common';
import type { Transaction } from '@qiongtong/platform';
import type { CodeParts } from './domain/class-code';

/**
 * Every code that was ever given to a resource, and how far each prefix has come. A code stays here when its entry is
 * wiped, so that it never names anything else. [R6.1]
 */
@Injectable()
export class ResourceCodeStore {
  /** The next number under the prefix, or the last of so many. Nobody else is given one until the transaction ends. */
  async next(tx: Transaction, prefix: string, many = 1): Promise<number> {
    const [row] = await tx.query<{ last: string }>(
      `INSERT INTO resource_code_sequence AS known (prefix, last) VALUES ($1, $2)
       ON CONFLICT (prefix) DO UPDATE SET last = known.last + excluded.last RETURNING last`,
      [prefix, many],
    );
    return Number(row!.last);
  }

  /** Numbers that were given are never assigned. In the order of prefixes, so that two at once do not wait for each other. */
  async movePast(tx: Transaction, given: readonly CodeParts[]): Promise<void> {
    await tx.query(
      `INSERT INTO resource_code_sequence AS known (prefix, last)
       SELECT prefix, max(sequence) FROM unnest($1::text[], $2::bigint[]) AS given (prefix, sequence)
       GROUP BY prefix ORDER BY prefix
       ON CONFLICT (prefix) DO UPDATE SET last = excluded.last WHERE known.last < excluded.last`,
      [given.map(({ prefix }) => prefix), given.map(({ sequence }) => sequence)],
    );
  }

  /** Those of the codes that nobody had before. */
  async take(tx: Transaction, codes: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ code: string }>(
      'INSERT INTO resource_code (code) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING RETURNING code',
      [codes],
    );
    return new Set(rows.map(({ code }) => code));
  }
}
