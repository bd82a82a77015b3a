import { filterSql, Parameters } from './filter-sql';
import { objectSql, type RowsWanted, type Statement } from './page-sql';

/** Items above which looking a row's names through costs more than putting it together anew. */
const FEW_ITEMS = 40;

/** One row of a file: exactly the released items, an absent one as null. */
export type FileRow = Readonly<{ record_key: string; batch_no: string; row: string }>;

/**
 * One statement for all rows of a file, in no order: sorting a million rows would cost more than the rest, and each chunk
 * gets the delivery's own order where it is written. Most rows
 * hold just the items of the entry, each with a value; what is left of such a row when the other items are taken away
 * is what may leave, at half the cost of an object that is put together. Any other row is put together item by item.
 */
export function fileStatement(
  wanted: Pick<RowsWanted, 'resourceId' | 'filters' | 'items' | 'released'> & Readonly<{ limit: number | null }>,
): Statement {
  const parameters = new Parameters();
  const conditions = [`resource_id = ${parameters.add(wanted.resourceId, 'text')}`];
  for (const filter of wanted.filters) conditions.push(filterSql(filter, wanted.items, parameters));
  const text = [
    `SELECT record_key, batch_no, ${rowSql(wanted, parameters)} AS row`,
    `FROM record WHERE ${conditions.join(' AND ')}`,
    ...(wanted.limit === null ? [] : [`LIMIT ${parameters.add(wanted.limit, 'bigint')}`]),
  ].join('\n');
  return { text, values: parameters.values };
}

function rowSql({ items, released }: Pick<RowsWanted, 'items' | 'released'>, parameters: Parameters): string {
  const together = `${objectSql(released, parameters)}::text`;
  if (items.length > FEW_ITEMS || released.length === 0) return together;
  const codes = items.map(({ code }) => code);
  const all = parameters.add(codes, 'text[]');
  const wanted = parameters.add(released, 'text[]');
  const others = codes.filter((code) => !released.includes(code));
  const kept = others.length === 0 ? 'payload' : `(payload - ${parameters.add(others, 'text[]')})`;
  return `CASE WHEN payload ?& ${wanted} AND payload - ${all} = '{}'::jsonb THEN ${kept}::text ELSE ${together} END`;
}
