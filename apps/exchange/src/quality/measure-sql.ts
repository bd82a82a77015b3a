import type { Item } from '@qiongtong/contracts';
import { KIND_OF } from '@qiongtong/regulation';
import { filterSql, valueSql, type Parameters } from '../records/domain/filter-sql';
import type { QualityRule } from './domain/quality-rule';

const DAY = 24 * 3600 * 1000;
const CHINA = 8 * 3600 * 1000;

/** Conditions on `payload`; neither is ever unknown. */
export type RowMeasure = Readonly<{ looksAt: string; fails: string }>;

/** A rule about single rows as SQL; null for one of uniqueness. `now`: when the batch is accepted. */
export function measureSql(
  rule: QualityRule,
  items: readonly Item[],
  parameters: Parameters,
  now: Date,
): RowMeasure | null {
  if (rule.dimension === 'uniqueness') return null;
  if (rule.dimension === 'consistency')
    return measure(surely(filterSql(rule.when, items, parameters)), surely(filterSql(rule.then, items, parameters)));
  const item = items.find(({ code }) => code === rule.item)!;
  const text = `(payload ->> ${parameters.add(item.code, 'text')})`;
  const present = `COALESCE(btrim(${text}) <> '', false)`;
  switch (rule.dimension) {
    case 'completeness':
      return measure('true', present);
    case 'validity':
      return measure(
        present,
        'pattern' in rule
          ? surely(`${text} ~ ${parameters.add(`^(?:${rule.pattern.replaceAll('\\d', '[0-9]')})$`, 'text')}`)
          : surely(filterSql(rule.holds, items, parameters)),
      );
    case 'timeliness': {
      const value = valueSql(item, parameters);
      const [from, to] = boundsOf(item, rule.days, now);
      const type = KIND_OF[item.type] === 'date' ? 'text' : 'timestamptz';
      return measure(
        present,
        surely(`${value} >= ${parameters.add(from, type)} AND ${value} <= ${parameters.add(to, type)}`),
      );
    }
  }
}

/** First and last value that is timely; days are days in China. */
function boundsOf(item: Item, days: number, now: Date): [string, string] {
  const from = new Date(now.getTime() - days * DAY);
  if (KIND_OF[item.type] !== 'date') return [from.toISOString(), now.toISOString()];
  const dayOf = (at: Date) => new Date(at.getTime() + CHINA).toISOString().slice(0, 10);
  return [dayOf(from), dayOf(now)];
}

const surely = (condition: string) => `COALESCE(${condition}, false)`;
const measure = (looksAt: string, holds: string): RowMeasure => ({
  looksAt,
  fails: `(${looksAt} AND NOT ${holds})`,
});
