import type { Item, RowFilter } from '@qiongtong/contracts';
import { KIND_OF, validateRowFilter, type FieldError } from '@qiongtong/regulation';
import { isBoundedPattern } from './bounded-pattern';

export const DIMENSIONS = ['completeness', 'validity', 'uniqueness', 'consistency', 'timeliness'] as const;
export type Dimension = (typeof DIMENSIONS)[number];
const EFFECTS = ['report', 'quarantine'] as const;
export type Effect = (typeof EFFECTS)[number];
export const RULE_LIMITS = { rules: 50, items: 5, days: 36_500 } as const;

/** What a row must be to satisfy a rule; a checked rule names only items the entry has. */
type Demand =
  | Readonly<{ dimension: 'completeness'; item: string }>
  /** In a list or a range as a filter of rows, or of a pattern that the whole value has. */
  | Readonly<{ dimension: 'validity'; item: string; pattern: string }>
  | Readonly<{ dimension: 'validity'; item: string; holds: RowFilter }>
  /** The values of these items together come once in a batch. */
  | Readonly<{ dimension: 'uniqueness'; items: readonly string[] }>
  | Readonly<{ dimension: 'consistency'; when: RowFilter; then: RowFilter }>
  /** Not in the future, and at most so many days old when the batch is accepted. */
  | Readonly<{ dimension: 'timeliness'; item: string; days: number }>;
export type QualityRule = Demand &
  Readonly<{
    code: string;
    /** Share of the rows looked at that must satisfy the rule: a decimal from "0" to "1" with up to four places. */
    threshold: string;
    /** Below the threshold it is said and the batch applied, or the batch waits for its provider's decision. */
    effect: Effect;
  }>;
export type CheckedRules = { rules: QualityRule[]; errors?: undefined } | { rules?: undefined; errors: FieldError[] };

const CODE = /^[a-z0-9][a-z0-9-]{0,63}$/;
const THRESHOLD = /^(0([.][0-9]{1,4})?|1([.]0{1,4})?)$/;
const COMMON = ['code', 'dimension', 'threshold', 'effect'];
const FIELDS: Readonly<Record<Dimension, readonly string[]>> = {
  completeness: ['item'],
  validity: ['item', 'pattern', 'holds'],
  uniqueness: ['items'],
  consistency: ['when', 'then'],
  timeliness: ['item', 'days'],
};

/** Checks rules against the entry's items. What comes back is built anew and has nothing else in it. [R8.2] */
export function checkRules(raw: readonly unknown[], items: readonly Item[]): CheckedRules {
  if (raw.length > RULE_LIMITS.rules)
    return { errors: [{ pointer: '/rules', message: `more than ${RULE_LIMITS.rules} rules` }] };
  const check = new Check(items);
  const rules = raw.map((rule, i) => check.rule(rule, `/rules/${i}`));
  rules.forEach((rule, i) => {
    if (rule && rules.findIndex((other) => other?.code === rule.code) < i)
      check.wrong(`/rules/${i}/code`, 'a rule before has the same code');
  });
  return check.errors.length === 0 ? { rules: rules.filter((rule) => rule !== null) } : { errors: check.errors };
}

class Check {
  readonly errors: FieldError[] = [];

  constructor(private readonly items: readonly Item[]) {}

  rule(raw: unknown, at: string): QualityRule | null {
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return this.wrong(at, 'expected a rule');
    const { code, dimension, threshold, effect, ...rest } = raw as Record<string, unknown>;
    if (typeof code !== 'string' || !CODE.test(code))
      return this.wrong(`${at}/code`, 'expected up to 64 of a-z, 0-9 and -');
    if (!DIMENSIONS.includes(dimension as Dimension))
      return this.wrong(`${at}/dimension`, `expected one of ${DIMENSIONS.join(', ')}`);
    if (typeof threshold !== 'string' || !THRESHOLD.test(threshold))
      return this.wrong(`${at}/threshold`, 'expected a decimal from "0" to "1" with up to four places, as a string');
    if (!EFFECTS.includes(effect as Effect)) return this.wrong(`${at}/effect`, `expected one of ${EFFECTS.join(', ')}`);
    const allowed = FIELDS[dimension as Dimension];
    const stranger = Object.keys(rest).find((key) => !allowed.includes(key));
    if (stranger !== undefined)
      return this.wrong(
        `${at}/${stranger.slice(0, 64)}`,
        `${String(dimension)} takes ${[...COMMON, ...allowed].join(', ')}`,
      );
    const demand = this.demand(dimension as Dimension, rest, at);
    return demand && { code, threshold, effect: effect as Effect, ...demand };
  }

  wrong(pointer: string, message: string): null {
    this.errors.push({ pointer, message });
    return null;
  }

  private demand(dimension: Dimension, raw: Record<string, unknown>, at: string): Demand | null {
    switch (dimension) {
      case 'completeness': {
        const item = this.item(raw['item'], `${at}/item`);
        return item && { dimension, item: item.code };
      }
      case 'validity':
        return this.validity(raw, at);
      case 'uniqueness':
        return this.uniqueness(raw['items'], `${at}/items`);
      case 'consistency': {
        const when = this.filter(raw['when'], `${at}/when`);
        const then = this.filter(raw['then'], `${at}/then`);
        return when && then && { dimension, when, then };
      }
      case 'timeliness': {
        const item = this.item(raw['item'], `${at}/item`);
        const days = raw['days'];
        if (item && !['date', 'instant'].includes(KIND_OF[item.type]))
          return this.wrong(`${at}/item`, 'expected an item that is a date or an instant');
        if (!Number.isInteger(days) || (days as number) < 0 || (days as number) > RULE_LIMITS.days)
          return this.wrong(`${at}/days`, `expected a whole number from 0 to ${RULE_LIMITS.days}`);
        return item && { dimension, item: item.code, days: days as number };
      }
    }
  }

  private validity(raw: Record<string, unknown>, at: string): Demand | null {
    const item = this.item(raw['item'], `${at}/item`);
    if (!item) return null;
    const { pattern, holds } = raw;
    if ((pattern === undefined) === (holds === undefined)) return this.wrong(at, 'expected either pattern or holds');
    if (pattern === undefined) {
      const filter = this.filter(holds, `${at}/holds`);
      if (filter && itemsOf(filter).some((code) => code !== item.code))
        return this.wrong(`${at}/holds`, 'names another item; rules across items are of consistency');
      return filter && { dimension: 'validity', item: item.code, holds: filter };
    }
    if (KIND_OF[item.type] !== 'text') return this.wrong(`${at}/pattern`, 'only an item of text has a pattern');
    if (typeof pattern !== 'string' || !isBoundedPattern(pattern))
      return this.wrong(
        `${at}/pattern`,
        'expected characters and classes such as [A-Z0-9] or \\d, each at most with {n} or {n,m}; no groups, |, * or +',
      );
    return { dimension: 'validity', item: item.code, pattern };
  }

  private uniqueness(raw: unknown, at: string): Demand | null {
    if (!Array.isArray(raw) || raw.length === 0 || raw.length > RULE_LIMITS.items)
      return this.wrong(at, `expected a list of 1 to ${RULE_LIMITS.items} items`);
    const items = raw.map((code, i) => this.item(code, `${at}/${i}`)?.code);
    if (new Set(items).size < items.length) return this.wrong(at, 'names an item twice');
    const known = items.filter((code) => code !== undefined);
    return known.length === items.length ? { dimension: 'uniqueness', items: known } : null;
  }

  private item(code: unknown, at: string): Item | null {
    const item = this.items.find((candidate) => candidate.code === code);
    return item ?? this.wrong(at, 'not an item of the entry');
  }

  private filter(raw: unknown, at: string): RowFilter | null {
    const { filter, errors } = validateRowFilter(raw, this.items);
    if (filter) return filter;
    errors?.forEach(({ pointer, message }) => this.wrong(at + pointer, message));
    return null;
  }
}

function itemsOf(filter: RowFilter): string[] {
  if ('item' in filter) return [filter.item];
  return ('all' in filter ? filter.all : filter.any).flatMap(itemsOf);
}

/** Items a rule looks at. */
export function itemsOfRule(rule: QualityRule): string[] {
  switch (rule.dimension) {
    case 'uniqueness':
      return [...rule.items];
    case 'consistency':
      return [...itemsOf(rule.when), ...itemsOf(rule.then)];
    default:
      return [rule.item];
  }
}
