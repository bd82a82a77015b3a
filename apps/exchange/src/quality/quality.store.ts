import { Injectable } from '@nestjs/common';
import { Refusal, type Item } from '@qiongtong/contracts';
import type { Transaction } from '@qiongtong/platform';
import { Parameters } from '../records/domain/filter-sql';
import { Pools } from '../store/pools';
import { measureSql } from './measure-sql';
import type { QualityResult } from './domain/quality-result';
import type { Dimension, QualityRule } from './domain/quality-rule';

const SAMPLES = 10;

/** Rows with their place, as `(n, payload)`; what is removed is not among them. */
export type MeasuredRows = Readonly<{ from: string; parameter: string }>;
export const stagedUnder = (batchId: string): MeasuredRows => ({
  from: 'FROM staged_row WHERE batch_id = $1::text AND payload IS NOT NULL',
  parameter: batchId,
});
/** Rows at hand, as texts of JSON. */
export const givenPayloads = (payloads: readonly string[]): MeasuredRows => ({
  from: 'FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS given (payload, n) WHERE true',
  parameter: `[${payloads.join()}]`,
});

export type QualityRules = Readonly<{
  resourceId: string;
  revision: number;
  providerId: string;
  rules: readonly QualityRule[];
  setBy: string;
  setAt: Date;
}>;
export type Measured = Pick<QualityResult, 'checked' | 'failing' | 'sampleLines'>;
export type TrendPosition = Readonly<{ at: string; batchId: string; rule: string }>;

type Runner = Readonly<{ rows<T extends object>(sql: string, params: unknown[]): Promise<T[]> }>;
type ResultRow = Readonly<{
  batch_id: string;
  rule: string;
  revision: number;
  dimension: Dimension;
  threshold: string;
  checked: string;
  failing: string;
  sample_lines: string[];
  measured_at: Date;
}>;

/** Rows of `quality_rules` and `quality_result`. */
@Injectable()
export class QualityStore {
  private readonly pool: Runner;

  constructor(pools: Pools) {
    this.pool = {
      rows: async <T extends object>(sql: string, params: unknown[]) => (await pools.writer.query<T>(sql, params)).rows,
    };
  }

  /** The rules in force, of the latest revision. */
  async current(resourceId: string, tx?: Transaction): Promise<QualityRules | null> {
    const sql = `SELECT resource_id AS "resourceId", revision, provider_id AS "providerId", rules, set_by AS "setBy",
        set_at AS "setAt" FROM quality_rules WHERE resource_id = $1 ORDER BY revision DESC LIMIT 1`;
    const rows = tx
      ? await tx.query<QualityRules>(sql, [resourceId])
      : await this.pool.rows<QualityRules>(sql, [resourceId]);
    return rows[0] ?? null;
  }

  /** After the revision before it; of two that come after the same, one loses. */
  async add(tx: Transaction, added: QualityRules): Promise<void> {
    const rows = await tx.query(
      `INSERT INTO quality_rules (resource_id, revision, provider_id, rules, set_by, set_at)
       VALUES ($1, $2, $3, $4::jsonb, $5, $6) ON CONFLICT DO NOTHING RETURNING revision`,
      [added.resourceId, added.revision, added.providerId, JSON.stringify(added.rules), added.setBy, added.setAt],
    );
    if (rows.length === 0) throw new Refusal('request.stale_revision');
  }

  /** Measures rows in the database: all rules about single rows in one pass, then each of uniqueness. */
  async measure(
    tx: Transaction,
    rows: MeasuredRows,
    rules: readonly QualityRule[],
    items: readonly Item[],
    now: Date,
  ): Promise<Measured[]> {
    const parameters = new Parameters([rows.parameter]);
    const measures = rules.map((rule) => measureSql(rule, items, parameters, now));
    const counts = measures.flatMap((m, i) =>
      m ? [`count(*) FILTER (WHERE ${m.looksAt}) AS c${i}, count(*) FILTER (WHERE ${m.fails}) AS f${i}`] : [],
    );
    const [counted] =
      counts.length === 0
        ? []
        : await tx.query<Record<string, string>>(`SELECT ${counts.join(', ')} ${rows.from}`, parameters.values);
    const measured: Measured[] = [];
    for (const [i, rule] of rules.entries()) {
      if (rule.dimension === 'uniqueness') {
        measured.push(await this.repeated(tx, rows, rule.items));
        continue;
      }
      const failing = Number(counted![`f${i}`]);
      const sampleLines = failing === 0 ? [] : await this.samples(tx, rows, rule, items, now);
      measured.push({ checked: Number(counted![`c${i}`]), failing, sampleLines });
    }
    return measured;
  }

  private async samples(
    tx: Transaction,
    { from, parameter }: MeasuredRows,
    rule: QualityRule,
    items: readonly Item[],
    now: Date,
  ): Promise<number[]> {
    const parameters = new Parameters([parameter]);
    const { fails } = measureSql(rule, items, parameters, now)!;
    const sql = `SELECT n ${from} AND ${fails} ORDER BY n LIMIT ${SAMPLES}`;
    return (await tx.query<{ n: string }>(sql, parameters.values)).map(({ n }) => Number(n));
  }

  /** Rows whose values come more than once; rows without all of them are not looked at. */
  private async repeated(
    tx: Transaction,
    { from, parameter }: MeasuredRows,
    codes: readonly string[],
  ): Promise<Measured> {
    const parameters = new Parameters([parameter]);
    const values = codes.map((code) => `(payload ->> ${parameters.add(code, 'text')})`);
    const [row] = await tx.query<{ checked: string; failing: string; lines: string[] | null }>(
      `WITH alike AS (
         SELECT count(*) AS rows, min(n) AS first ${from} AND ${values.map((v) => `${v} IS NOT NULL`).join(' AND ')}
         GROUP BY ${values.join(', ')})
       SELECT COALESCE(sum(rows), 0) AS checked, COALESCE(sum(rows) FILTER (WHERE rows > 1), 0) AS failing,
         ARRAY(SELECT first FROM alike WHERE rows > 1 ORDER BY first LIMIT ${SAMPLES}) AS lines
       FROM alike`,
      parameters.values,
    );
    return {
      checked: Number(row!.checked),
      failing: Number(row!.failing),
      sampleLines: (row!.lines ?? []).map(Number),
    };
  }

  /** Results under a batch that has some already are added to them. */
  async save(tx: Transaction, resourceId: string, results: readonly QualityResult[], applied: boolean): Promise<void> {
    await tx.query(
      `INSERT INTO quality_result (batch_id, rule, resource_id, revision, dimension, threshold, checked, failing,
         sample_lines, applied, measured_at)
       SELECT r->>'batchId', r->>'rule', $1, (r->>'revision')::integer, r->>'dimension', r->>'threshold',
         (r->>'checked')::bigint, (r->>'failing')::bigint,
         ARRAY(SELECT line::bigint FROM jsonb_array_elements_text(r->'sampleLines') AS line), $3,
         (r->>'measuredAt')::timestamptz
       FROM jsonb_array_elements($2::jsonb) AS r
       ON CONFLICT (batch_id, rule) DO UPDATE
         SET checked = quality_result.checked + excluded.checked, failing = quality_result.failing + excluded.failing`,
      [resourceId, JSON.stringify(results), applied],
    );
  }

  /** Forgets up to `limit` results of before. @returns how many it were */
  async forgetBefore(before: Date, limit: number): Promise<number> {
    const rows = await this.pool.rows(
      `DELETE FROM quality_result WHERE (batch_id, rule) IN (
         SELECT batch_id, rule FROM quality_result WHERE measured_at < $1 ORDER BY measured_at LIMIT $2)
       RETURNING 1`,
      [before, limit],
    );
    return rows.length;
  }

  async ofBatch(batchId: string): Promise<QualityResult[]> {
    const sql = 'SELECT * FROM quality_result WHERE batch_id = $1 ORDER BY rule';
    return (await this.pool.rows<ResultRow>(sql, [batchId])).map(resultOf);
  }

  /** Of applied batches, the latest first. */
  async trend(resourceId: string, after: TrendPosition | null, limit: number): Promise<QualityResult[]> {
    const rows = await this.pool.rows<ResultRow>(
      `SELECT * FROM quality_result WHERE resource_id = $1 AND applied
         AND ($2::timestamptz IS NULL OR (measured_at, batch_id, rule) < ($2, $3::text, $4::text))
       ORDER BY measured_at DESC, batch_id DESC, rule DESC LIMIT $5`,
      [resourceId, after?.at ?? null, after?.batchId ?? null, after?.rule ?? null, limit],
    );
    return rows.map(resultOf);
  }
}

const resultOf = (row: ResultRow): QualityResult => ({
  batchId: row.batch_id,
  rule: row.rule,
  dimension: row.dimension,
  revision: row.revision,
  threshold: row.threshold,
  checked: Number(row.checked),
  failing: Number(row.failing),
  sampleLines: row.sample_lines.map(Number),
  measuredAt: row.measured_at,
});
