import { Injectable } from '@nestjs/common';
import { Refusal } from '@qiongtong/contracts';
import { databaseErrorCode, type Sql } from '@qiongtong/platform';
import { DIMENSIONS, type Dimension, type UseCount } from './domain/uses';

export type Scope = Readonly<{ from: string; until: string } & Partial<Record<Dimension, string>>>;
export type Group = Readonly<Partial<Record<Dimension, string>> & { uses: number; rows: number }>;

const TIMEOUT_MS = 10_000;
const CANCELLED = '57014';

/** Uses as they are counted while the log is followed. */
@Injectable()
export class ReportStore {
  async add(query: Sql, counts: readonly UseCount[]): Promise<void> {
    // In one order everywhere, so that two that add wait for each other and do not lock each other out.
    await query(
      `INSERT INTO use_count (day, department, resource, effect, article, purpose, uses, rows)
       SELECT day, department, resource, effect, article, purpose, uses, rows
       FROM jsonb_to_recordset($1::jsonb) AS c (day date, department text, resource text, effect text, article text,
                                                purpose text, uses bigint, rows numeric)
       ORDER BY day, department, resource, effect, article, purpose
       ON CONFLICT (day, department, resource, effect, article, purpose)
       DO UPDATE SET uses = use_count.uses + excluded.uses, rows = use_count.rows + excluded.rows`,
      [JSON.stringify(counts)],
    );
  }

  /** Entries before this index are counted. */
  async countedTo(query: Sql): Promise<number> {
    const [row] = await query<{ next: number }>(
      `SELECT next_index::float8 AS next FROM log_follower WHERE name = 'reports'`,
    );
    return row?.next ?? 0;
  }

  /** Groups, largest first; one more than `most` when there are more. */
  async groups(query: Sql, scope: Scope, by: readonly Dimension[], most: number): Promise<Group[]> {
    const parameters: unknown[] = [scope.from, scope.until, most + 1];
    const conditions = DIMENSIONS.flatMap((name) =>
      scope[name] === undefined ? [] : [`${name} = $${parameters.push(scope[name])}`],
    );
    const columns = DIMENSIONS.filter((name) => by.includes(name));
    await query(`SELECT set_config('statement_timeout', $1, true)`, [String(TIMEOUT_MS)]);
    try {
      return await query<Group>(
        `SELECT ${[...columns, 'sum(uses)::float8 AS uses', 'sum(rows)::float8 AS rows'].join(', ')}
         FROM use_count WHERE ${['day >= $1::date', 'day < $2::date', ...conditions].join(' AND ')}
         ${columns.length > 0 ? `GROUP BY ${columns.join(', ')}` : 'HAVING count(*) > 0'}
         ORDER BY ${['sum(uses) DESC', ...columns].join(', ')} LIMIT $3`,
        parameters,
      );
    } catch (error) {
      if (databaseErrorCode(error) !== CANCELLED) throw error;
      throw new Refusal('audit.report_too_wide', { about: [scope.from, scope.until] });
    }
  }
}
