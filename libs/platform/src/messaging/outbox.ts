import type { Fact, Versioned } from '@qiongtong/contracts';
import { newId, type Clock } from '../clock';
import type { Sql } from '../database/sql';
import { requestContext } from '../request-context';
import { HEADER, STATE_TYPE } from './message';

/** Channel that tells the relay of new rows. */
export const OUTBOX_CHANNEL = 'outbox';
/** Bytes of one value. A message must stay below the broker's limit of 1 MiB. */
export const MAX_VALUE_BYTES = 900_000;

type Row = { topic: string; key: string; headers: string; value: string | null; size: number };

/** Collects what a transaction has to say and writes it as rows, in order, when the transaction ends or earlier. */
export class Outbox {
  private readonly rows: Row[] = [];
  private readonly states = new Map<string, Row>();

  constructor(
    private readonly service: string,
    private readonly clock: Clock,
  ) {}

  publish(fact: Fact): void {
    this.add(`facts.${this.service}`, fact.key, fact.data, this.headers(fact.type, fact.at));
  }

  send(topic: string, key: string, type: string, data: unknown, headers: Readonly<Record<string, string>> = {}): void {
    this.add(topic, key, data, { ...this.headers(type, this.clock.now().toISOString()), ...headers });
  }

  state(topic: string, key: string, value: Versioned | null): void {
    const row = this.add(topic, key, value, this.headers(STATE_TYPE, this.clock.now().toISOString()));
    this.states.set(JSON.stringify([topic, key]), row);
  }

  /** What was said so far becomes rows; they are seen, and the relay is told, when the transaction commits. */
  async flush(sql: Sql): Promise<void> {
    if (this.rows.length === 0) return;
    const [rows, states] = [this.rows.splice(0), [...this.states.values()]];
    this.states.clear();
    await insert(sql, rows);
    await keepStates(sql, states);
    await sql('SELECT pg_notify($1, $2)', [OUTBOX_CHANNEL, '']);
  }

  private add(topic: string, key: string, data: unknown, headers: Record<string, string>): Row {
    const value = data === null ? null : JSON.stringify(data);
    if (value === undefined) throw new TypeError(`a message for ${topic} has no value`);
    const size = value === null ? 0 : Buffer.byteLength(value);
    if (size > MAX_VALUE_BYTES)
      throw new RangeError(`a message for ${topic} has ${size} bytes, more than the broker takes`);
    const row = { topic, key, headers: JSON.stringify(headers), value, size: size + 512 };
    this.rows.push(row);
    return row;
  }

  private headers(type: string, at: string): Record<string, string> {
    const traceparent = requestContext.getStore()?.traceparent;
    return {
      [HEADER.specVersion]: '1.0',
      [HEADER.id]: newId(),
      [HEADER.source]: this.service,
      [HEADER.type]: type,
      [HEADER.time]: at,
      [HEADER.contentType]: 'application/json',
      ...(traceparent ? { [HEADER.traceparent]: traceparent } : {}),
    };
  }
}

const columns = (rows: readonly Row[]) => [
  rows.map((r) => r.topic),
  rows.map((r) => r.key),
  rows.map((r) => r.headers),
  rows.map((r) => r.value),
];

async function insert(sql: Sql, rows: readonly Row[]): Promise<void> {
  await sql(
    `INSERT INTO outbox (topic, key, headers, value, size)
     SELECT topic, key, headers, value, size
     FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::text[], $5::int[])
       WITH ORDINALITY AS row (topic, key, headers, value, size, position)
     ORDER BY position`,
    [...columns(rows), rows.map((r) => r.size)],
  );
}

/** The last state of every key, from which all can be published again in a new epoch. */
async function keepStates(sql: Sql, states: readonly Row[]): Promise<void> {
  const kept = states.filter((s) => s.value !== null);
  const ended = states.filter((s) => s.value === null);
  if (kept.length > 0)
    await sql(
      `INSERT INTO outbox_state (topic, key, headers, value)
       SELECT * FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::text[])
       ON CONFLICT (topic, key) DO UPDATE SET headers = excluded.headers, value = excluded.value`,
      columns(kept),
    );
  if (ended.length > 0)
    await sql(
      `DELETE FROM outbox_state WHERE (topic, key) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
      columns(ended).slice(0, 2),
    );
}
