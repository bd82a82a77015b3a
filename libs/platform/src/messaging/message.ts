import type { Fetched } from './kafka';

/** One message as a handler gets it. */
export type Message<T = unknown> = Readonly<{
  topic: string;
  partition: number;
  offset: string;
  /** Empty when the message has none. */
  key: string;
  /** CloudEvents type; empty when the producer gave none. */
  type: string;
  /** CloudEvents time, or when the broker got it. RFC 3339. */
  at: string;
  /** CloudEvents id, or `topic/partition/offset`. */
  id: string;
  source: string;
  /** The value as JSON; undefined when it is no JSON, null for a tombstone. */
  data: T;
  raw: Buffer | null;
  headers: Readonly<Record<string, string>>;
}>;

/** Names of headers; lower case on the wire. */
export const HEADER = {
  id: 'ce_id',
  source: 'ce_source',
  type: 'ce_type',
  time: 'ce_time',
  specVersion: 'ce_specversion',
  contentType: 'content-type',
  traceparent: 'traceparent',
  /** Epoch of the producer's database, and the message's number in its partition within that epoch, from 1. */
  epoch: 'qt_epoch',
  n: 'qt_n',
  /** Boot of a producer without database; its numbers count per topic. */
  boot: 'qt_boot',
} as const;

/** Type of a message on a state topic. */
export const STATE_TYPE = 'state';
export const HEARTBEAT_KEY = '_heartbeat';
export const HEARTBEAT_TYPE = 'heartbeat';

export function messageOf(topic: string, partition: number, fetched: Fetched): Message {
  const { headers, value, offset } = fetched;
  return {
    topic,
    partition,
    offset,
    key: fetched.key ?? '',
    type: headers[HEADER.type] ?? '',
    at: headers[HEADER.time] ?? new Date(Number(fetched.timestamp)).toISOString(),
    id: headers[HEADER.id] ?? `${topic}/${partition}/${offset}`,
    source: headers[HEADER.source] ?? '',
    data: jsonOf(value),
    raw: value,
    headers,
  };
}

export function jsonOf(value: Buffer | null): unknown {
  if (value === null) return null;
  try {
    return JSON.parse(value.toString()) as unknown;
  } catch {
    return undefined;
  }
}

/** Position in a producer's numbers. A later epoch starts again from 1. */
export type SequenceNumber = Readonly<{ epoch: bigint; n: bigint }>;

export function numberOf(headers: Readonly<Record<string, string>>): SequenceNumber | null {
  const epoch = headers[HEADER.epoch];
  const n = headers[HEADER.n];
  if (epoch === undefined || n === undefined || !/^\d{1,18}$/.test(epoch) || !/^\d{1,18}$/.test(n)) return null;
  return { epoch: BigInt(epoch), n: BigInt(n) };
}

export const isAfter = (a: SequenceNumber, b: SequenceNumber): boolean =>
  a.epoch > b.epoch || (a.epoch === b.epoch && a.n > b.n);
