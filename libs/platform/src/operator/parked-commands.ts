import type { Client } from 'pg';
import { REDRIVE_CHANNEL } from '../messaging/redrives';
import type { OperatorWorld } from './operator-config';

const LISTED = 200;
const DRIVEN_WITHIN_MS = 30_000;

type Row = {
  id: string;
  consumer: string;
  topic: string;
  place: string;
  key: string;
  type: string;
  reason: string;
  error: string;
  parked_at: Date;
};

/** One line a message; their content is never shown. @returns 1 where there are any */
export async function parkedList(client: Client, key: string | null, { say }: OperatorWorld): Promise<number> {
  const { rows } = await client.query<Row>(
    `SELECT id, consumer, topic, partition || '/' || kafka_offset AS place, key, type, reason, error, parked_at
     FROM parked_message WHERE redriven_at IS NULL AND ($1::text IS NULL OR key = $1) ORDER BY id LIMIT $2`,
    [key, LISTED + 1],
  );
  for (const row of rows.slice(0, LISTED))
    say(
      [row.parked_at.toISOString(), row.consumer, `${row.topic}/${row.place}`, row.key, row.type]
        .concat(row.reason === 'failed' ? row.error.split('\n')[0]! : 'follows one that failed')
        .join('  '),
    );
  say(rows.length > LISTED ? `the first ${LISTED}; there are more` : `${rows.length} parked`);
  return rows.length > 0 ? 1 : 0;
}

/** Asks the service and waits until nothing of the key is parked. */
export async function parkedRedrive(client: Client, key: string, { say, complain }: OperatorWorld): Promise<number> {
  const asked = await parkedOf(client, key);
  if (asked.length === 0) {
    complain(`nothing is parked under ${key}`);
    return 1;
  }
  for (const { consumer } of asked)
    await client.query('SELECT pg_notify($1, $2)', [REDRIVE_CHANNEL, JSON.stringify({ consumer, key })]);
  const waiting = asked.reduce((sum, { count }) => sum + count, 0);
  let left = waiting;
  for (const until = Date.now() + DRIVEN_WITHIN_MS; left > 0 && Date.now() < until;) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    left = (await parkedOf(client, key)).reduce((sum, { count }) => sum + count, 0);
  }
  say(`${Math.max(0, waiting - left)} driven again, ${left} left`);
  if (left > 0)
    complain('The log of the service says why, under "redrives"; nothing there means that no replica of it listens.');
  return left > 0 ? 1 : 0;
}

async function parkedOf(client: Client, key: string): Promise<{ consumer: string; count: number }[]> {
  const { rows } = await client.query<{ consumer: string; count: number }>(
    `SELECT consumer, count(*)::int AS count FROM parked_message WHERE key = $1 AND redriven_at IS NULL GROUP BY consumer`,
    [key],
  );
  return rows;
}
