import type { Item } from '@qiongtong/contracts';

/** What a connector's schema says of a field. */
export type Semantic = Readonly<{ name?: string; parameters?: Readonly<Record<string, unknown>> }>;

const DAY = 24 * 3600 * 1000;
const MOST_SCALE = 100;

/**
 * A value as the item has it. What is not understood stays as it is, and the check of the row then says what was expected:
 * a number that could be milliseconds or microseconds is not guessed at.
 */
export function valueFromSource(value: unknown, { type }: Item, semantic: Semantic = {}): unknown {
  const meant = byMeaning(value, semantic);
  switch (type) {
    case 'D':
      return typeof meant === 'number' && Number.isInteger(meant) ? dateOf(meant) : meant;
    case 'T':
      return typeof meant === 'string' ? toMilliseconds(meant) : meant;
    case 'N':
    case 'Y':
      return typeof meant === 'number' ? plainDecimal(meant) : meant;
    case 'C':
    case 'M':
      return Number.isSafeInteger(meant) || typeof meant === 'boolean' ? String(meant) : meant;
    case 'L':
      return meant === 1 ? true : meant === 0 ? false : meant;
    default:
      return meant;
  }
}

function byMeaning(value: unknown, { name, parameters }: Semantic): unknown {
  switch (name) {
    case 'io.debezium.time.Timestamp':
    case 'org.apache.kafka.connect.data.Timestamp':
      return instantOf(value, 1);
    case 'io.debezium.time.MicroTimestamp':
      return instantOf(value, 1_000);
    case 'io.debezium.time.NanoTimestamp':
      return instantOf(value, 1_000_000);
    case 'org.apache.kafka.connect.data.Decimal':
      return decimalOf(value, Number(parameters?.['scale'])) ?? value;
    case 'io.debezium.data.VariableScaleDecimal': {
      const { scale, value: unscaled } = (value ?? {}) as { scale?: unknown; value?: unknown };
      return decimalOf(unscaled, Number(scale)) ?? value;
    }
    default:
      return value;
  }
}

/** @param perMillisecond in how many parts of a millisecond it counts */
function instantOf(value: unknown, perMillisecond: number): unknown {
  if (typeof value !== 'number' || !Number.isFinite(value)) return value;
  const at = new Date(Math.floor(value / perMillisecond));
  return Number.isNaN(at.getTime()) ? value : at.toISOString();
}

function dateOf(days: number): unknown {
  const at = new Date(days * DAY);
  const text = Number.isNaN(at.getTime()) ? '' : at.toISOString();
  return /^\d{4}-/.test(text) ? text.slice(0, 10) : days;
}

/** Finer than milliseconds is cut off: nothing here is compared finer. */
const toMilliseconds = (text: string): string => text.replace(/(\.\d{3})\d+(Z|[+-]\d{2}:\d{2})$/, '$1$2');

/** A number that JSON carried whole; one that it may have rounded stays a number, and is refused. */
const plainDecimal = (value: number): unknown => {
  const text = String(value);
  return Number.isFinite(value) && !text.includes('e') && text.replace(/[-.]/g, '').length <= 15 ? text : value;
};

/** Big-endian two's complement in base64, with so many digits behind the point. */
function decimalOf(base64: unknown, scale: number): string | null {
  if (typeof base64 !== 'string' || !Number.isInteger(scale) || scale < 0 || scale > MOST_SCALE) return null;
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length === 0) return null;
  const unscaled = BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`));
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, point)}${scale > 0 ? `.${digits.slice(point)}` : ''}`;
}
