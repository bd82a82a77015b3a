import { OVERSEERS, regionPrefix, type Principal } from '@qiongtong/contracts';
import { sql, type Cursors, type Page } from '@qiongtong/platform';
import type { DataSource } from 'typeorm';

export type PageOf = Readonly<{ limit: number; cursor?: string }>;

/** One page in the order of ids. `load` is asked for one more than fits, which tells whether there is another page. */
export async function pageOf<T extends { readonly id: string }>(
  { limit, cursor }: PageOf,
  cursors: Cursors,
  scope: readonly unknown[],
  load: (after: string | null, limit: number) => Promise<T[]>,
): Promise<Page<T>> {
  // A cursor belongs to one question of one caller's department.
  const asked = JSON.stringify(scope);
  const found = await load(cursor === undefined ? null : cursors.decode<{ id: string }>(cursor, asked).id, limit + 1);
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: last && found.length > limit ? cursors.encode({ id: last.id }, asked) : null };
}

/** The `LIKE` of the regions whose cases this caller oversees, null when none. */
export const overseenRegions = (by: Principal): string | null =>
  by.officerId !== null && OVERSEERS.some((role) => by.roles.includes(role)) ? `${regionPrefix(by.regionCode)}%` : null;

export type Parties = Readonly<{
  table:
    | 'sharing_application'
    | 'sharing_grant'
    | 'onward_transfer'
    | 'publication_request'
    | 'publication_permit'
    | 'agreement'
    | 'standing_consent'
    | 'review_delegation'
    | 'consent_case';
  /** Columns of the two departments; each leads an index that ends in the id. */
  columns: readonly [string, string];
  /** A JSON list of further parties. */
  listed?: string;
}>;

/** Further conditions, and further ways in which a row concerns the caller (whose department is `$1`). */
export type Narrowing = (
  parameter: (value: unknown) => string,
) => Readonly<{ conditions: readonly string[]; concerning: readonly string[] }>;

/**
 * Ids of rows that concern the caller, newest first: its department is a party, or it oversees the region of one. Each
 * branch walks an index from its end and stops after `limit`.
 */
export async function idsConcerning(
  database: DataSource,
  { table, columns: [one, other], listed }: Parties,
  filter: Readonly<Record<string, string | undefined>>,
  by: Principal,
  after: string | null,
  limit: number,
  narrowing?: Narrowing,
): Promise<string[]> {
  const parameters: unknown[] = [by.departmentId, limit];
  const parameter = (value: unknown) => `$${parameters.push(value)}`;
  const conditions = Object.entries(filter).flatMap(([column, value]) =>
    value === undefined ? [] : [`${column} = ${parameter(value)}`],
  );
  if (after !== null) conditions.push(`id < ${parameter(after)}`);
  const regions = overseenRegions(by);
  const concerning = [`${one} = $1`, `${other} = $1`];
  if (listed !== undefined) concerning.push(`${listed} @> jsonb_build_array($1::text)`);
  if (regions !== null)
    concerning.push(
      `EXISTS (SELECT FROM organisation WHERE organisation.id IN (${one}, ${other}) AND region_code LIKE ${parameter(regions)})`,
    );
  const more = narrowing?.(parameter);
  conditions.push(...(more?.conditions ?? []));
  concerning.push(...(more?.concerning ?? []));
  const branches = concerning.map(
    (party) => `(SELECT id FROM ${table} WHERE ${[party, ...conditions].join(' AND ')} ORDER BY id DESC LIMIT $2)`,
  );
  const rows = await sql<{ id: string }>(
    database,
    `SELECT id FROM (${branches.join(' UNION ')}) AS known ORDER BY id DESC LIMIT $2`,
    parameters,
  );
  return rows.map(({ id }) => id);
}
