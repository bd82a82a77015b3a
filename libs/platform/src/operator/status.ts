import type { Client } from 'pg';
import type { OperatorConfig, OperatorWorld } from './operator-config';

const ANSWER_WITHIN_MS = 5_000;
const NAMES = ['gateway', 'authorisation', 'catalogue', 'exchange', 'audit'] as const;

/** @returns 0 where everything that was asked is ready */
export async function status(config: OperatorConfig, world: OperatorWorld): Promise<number> {
  const asked = NAMES.flatMap((name) => {
    const url = config[`${name.toUpperCase() as Uppercase<typeof name>}_URL`];
    return url === undefined ? [] : [{ name, url }];
  });
  if (asked.length === 0) {
    world.complain('Nothing to ask: set GATEWAY_URL and its like.');
    return 2;
  }
  const answers = await Promise.all(asked.map(async ({ name, url }) => ({ name, said: await readiness(url) })));
  for (const { name, said } of answers) world.say(`${name.padEnd(14)} ${said ?? 'ready'}`);
  return answers.every(({ said }) => said === null) ? 0 : 1;
}

/** null when it is ready, else what is not. */
async function readiness(url: string): Promise<string | null> {
  try {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    if (answer.ok) return null;
    const { checks = {} } = (await answer.json()) as { checks?: Record<string, string> };
    const down = Object.entries(checks).flatMap(([name, state]) => (state === 'up' ? [] : [name]));
    return `not ready: ${down.length > 0 ? down.join(', ') : 'starting or draining'}`;
  } catch {
    return 'does not answer';
  }
}

type Standing = {
  database: string;
  unpublished: string;
  oldest: string | null;
  parked: string;
  leaders: string | null;
};

/** What one service has not published and has parked, and who leads. @returns 0 where nothing is parked */
export async function messages(client: Client, { say }: OperatorWorld): Promise<number> {
  const { rows } = await client.query<Standing>(
    `SELECT current_database() AS database,
              (SELECT count(*) FROM outbox WHERE published_at IS NULL) AS unpublished,
              (SELECT round(extract(epoch FROM clock_timestamp() - min(created_at))) FROM outbox WHERE published_at IS NULL) AS oldest,
              (SELECT count(*) FROM parked_message WHERE redriven_at IS NULL) AS parked,
              (SELECT string_agg(name, ', ' ORDER BY name) FROM lease WHERE expires_at > clock_timestamp()) AS leaders`,
  );
  const { database, unpublished, oldest, parked, leaders } = rows[0]!;
  say(`${database}: ${unpublished} messages not published${oldest === null ? '' : `, the oldest ${oldest} s old`}`);
  say(`${database}: ${parked} parked`);
  say(`${database}: leases held: ${leaders ?? 'none'}`);
  return Number(parked) === 0 ? 0 : 1;
}
