import { Injectable } from '@nestjs/common';
import type { Sql } from '@qiongtong/platform';
import type { Cosignature } from '../log/domain/cosignature';

/** What a witness answered that is no signature. */
export const PROBLEMS = ['DISAGREES', 'AHEAD', 'REFUSES', 'UNREACHABLE'] as const;
export type Problem = (typeof PROBLEMS)[number];
export type Seen = Readonly<{
  name: string;
  /** Entries of the log that it has seen, as far as it told us. */
  size: number;
  line: string | null;
  signedAt: Date | null;
  problem: Problem | null;
  problemSince: Date | null;
}>;

@Injectable()
export class WitnessStore {
  all(query: Sql): Promise<Seen[]> {
    return query<Seen>(
      `SELECT name, size::float8 AS size, line, signed_at AS "signedAt", problem, problem_since AS "problemSince"
       FROM witness ORDER BY name`,
    );
  }

  /** A signature is never replaced by one of a smaller log. */
  async signed(query: Sql, name: string, size: number, { line, at }: Cosignature): Promise<void> {
    await query(
      `INSERT INTO witness (name, size, line, signed_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (name) DO UPDATE SET size = excluded.size, line = excluded.line, signed_at = excluded.signed_at,
         problem = NULL, problem_since = NULL
       WHERE excluded.size >= witness.size OR witness.line IS NULL`,
      [name, size, line, at],
    );
  }

  /** It has seen another size than we remembered; its last signature is of the one that we did. */
  async moved(query: Sql, name: string, size: number): Promise<void> {
    await query(
      `INSERT INTO witness (name, size) VALUES ($1, $2)
       ON CONFLICT (name) DO UPDATE SET size = excluded.size, line = NULL, signed_at = NULL`,
      [name, size],
    );
  }

  /** @returns whether that is new */
  async failed(query: Sql, name: string, problem: Problem, at: Date): Promise<boolean> {
    const rows = await query(
      `INSERT INTO witness (name, size, problem, problem_since) VALUES ($1, 0, $2, $3)
       ON CONFLICT (name) DO UPDATE SET problem = excluded.problem, problem_since = excluded.problem_since
       WHERE witness.problem IS DISTINCT FROM excluded.problem RETURNING 1`,
      [name, problem, at],
    );
    return rows.length > 0;
  }
}
