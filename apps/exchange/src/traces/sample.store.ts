import { Injectable } from '@nestjs/common';
import { Refusal, type Item } from '@qiongtong/contracts';
import { KIND_OF } from '@qiongtong/regulation';
import { Parameters, SQL_TYPE, valueSql } from '../records/domain/filter-sql';
import { sourcesOf, type Statement } from '../records/domain/page-sql';
import { Pools } from '../store/pools';
import type { RowGroup } from './domain/sample';

type Found = Readonly<{ at: number; key: string }>;
type Wanted = Readonly<{ resourceId: string; asOf: number | null; group: RowGroup }>;

/** Records that one question may find; beyond that its rows tell nothing. */
const MOST_FOUND = 20_000;
const TIMEOUT_MS = 20_000;
const QUERY_CANCELED = '57014';

/** Looks for records by values of some of their items. */
@Injectable()
export class SampleStore {
  constructor(private readonly pools: Pools) {}

  /** Which records each row of a group may be. */
  async keysOf(wanted: Wanted): Promise<Found[]> {
    const { text, values } = keysStatement(wanted);
    const found = await Pools.withClient(this.pools.reader, async (client) => {
      await client.query('BEGIN TRANSACTION READ ONLY');
      try {
        await client.query(`SELECT set_config('statement_timeout', $1, true)`, [String(TIMEOUT_MS)]);
        return (await client.query<Found>(text, values)).rows;
      } catch (error) {
        throw (error as { code?: string }).code === QUERY_CANCELED ? new Refusal('audit.sample_too_heavy') : error;
      } finally {
        await client.query('ROLLBACK').catch(() => undefined);
      }
    });
    if (found.length > MOST_FOUND) throw new Refusal('audit.sample_too_heavy');
    return found;
  }
}

/** Each item as reads compare it, so that an index of it serves; the sample is what is hashed where there is none. */
function keysStatement({ resourceId, asOf, group: { items, rows } }: Wanted): Statement {
  const parameters = new Parameters();
  const at = parameters.add(rows.map((one) => one.at), 'int[]'); // prettier-ignore
  const columns = items.map(({ code }) => parameters.add(rows.map(({ row }) => row.get(code)), 'text[]')); // prettier-ignore
  const names = items.map((_, i) => `value${i}`);
  const equal = items.map((item, i) => `${valueSql(item, parameters)} = ${givenSql(item, `sample.value${i}`)}`);
  const selects = sourcesOf({ resourceId, asOf }, parameters).map(
    ({ from, conditions }) =>
      `SELECT sample.at, record_key AS key FROM ${from} JOIN sample ON ${equal.join(' AND ')} WHERE ${conditions.join(' AND ')}`,
  );
  const text = [
    `WITH sample AS MATERIALIZED (SELECT * FROM unnest(${[at, ...columns].join(', ')}) AS given (at, ${names.join(', ')}))`,
    selects.join('\nUNION ALL\n'),
    `LIMIT ${parameters.add(MOST_FOUND + 1, 'bigint')}`,
  ].join('\n');
  return { text, values: parameters.values };
}

function givenSql({ type }: Item, column: string): string {
  const kind = KIND_OF[type];
  if (kind === 'instant') return `item_instant(${column})`;
  if (kind === 'boolean') return `(${column} = 'true')`;
  return kind === 'text' || kind === 'date' ? `(${column} COLLATE "C")` : `${column}::${SQL_TYPE[kind]}`;
}
