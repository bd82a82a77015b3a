import type { Condition, RowFilter, Scalar } from '@qiongtong/contracts';

/**
 * Does every row inside `child` lie inside `parent`, whatever the rows are? Conservative: it says yes only where the
 * form proves it, so a transfer may be refused that is narrower in fact, never one accepted that is wider. [R13.2]
 */
export function rowFilterWithin(child: RowFilter | null, parent: RowFilter | null): boolean {
  if (parent === null) return true;
  if (child === null) return false;
  if ('all' in parent) return parent.all.every((part) => rowFilterWithin(child, part));
  if ('any' in child) return child.any.length > 0 && child.any.every((part) => rowFilterWithin(part, parent));
  if ('all' in child && child.all.some((part) => rowFilterWithin(part, parent))) return true;
  if ('any' in parent) return parent.any.some((part) => rowFilterWithin(child, part));
  return !('all' in child) && child.item === parent.item && conditionWithin(child, parent);
}

function conditionWithin(child: Condition, parent: Condition): boolean {
  if (parent.op === 'isNull') {
    const absent = parent.value !== false;
    // Every other comparison is false on null, so it implies that there is a value.
    return child.op === 'isNull' ? (child.value !== false) === absent : !absent;
  }
  const [asked, given] = [listOf(child), listOf(parent)];
  if (parent.op === 'eq' || parent.op === 'in')
    return (
      (child.op === 'eq' || child.op === 'in') && asked.length > 0 && asked.every((value) => given.includes(value))
    );
  if (parent.op === 'prefix') {
    const [prefix] = given;
    return (
      (child.op === 'eq' || child.op === 'in' || child.op === 'prefix') &&
      typeof prefix === 'string' &&
      asked.length > 0 &&
      asked.every((value) => typeof value === 'string' && value.startsWith(prefix))
    );
  }
  if (child.op === parent.op && asked[0] === given[0]) return asked[0] !== undefined;
  if (parent.op === 'ne') return false;
  return rangeWithin(child, asked, parent.op, given[0]);
}

/** `lt 5` within `lt 9`; `eq 3` within `le 3`. Only where the order is the same for every type the value could have. */
function rangeWithin(
  child: Condition,
  asked: readonly Scalar[],
  op: Condition['op'],
  bound: Scalar | undefined,
): boolean {
  const up = op === 'gt' || op === 'ge';
  const sameWay = up ? child.op === 'gt' || child.op === 'ge' : child.op === 'lt' || child.op === 'le';
  if (!sameWay && child.op !== 'eq' && child.op !== 'in') return false;
  // The child reaches its own bound unless it excludes it; the parent has its bound unless it excludes it.
  const touches = child.op === 'gt' || child.op === 'lt';
  const closed = op === 'ge' || op === 'le';
  return (
    asked.length > 0 &&
    asked.every((value) => {
      const order = orderOf(value, bound);
      if (order === null) return false;
      return order === 0 ? closed || touches : up ? order > 0 : order < 0;
    })
  );
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Two numbers, or two dates (which order as text and as dates alike); null when the type decides. */
function orderOf(a: Scalar, b: Scalar | undefined): number | null {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string' && DATE.test(a) && DATE.test(b))
    return a === b ? 0 : a < b ? -1 : 1;
  return null;
}

const listOf = ({ value }: Condition): readonly Scalar[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly Scalar[]) : [value as Scalar];
