import { Client } from 'pg';
import { pause } from './lease';

const AGAIN_AFTER_MS = 500;

type Listening = Readonly<{
  databaseUrl: string;
  /** Of the connection, as the database shows it. */
  name: string;
  channel: string;
  /** @param payload what was said */
  heard: (payload: string) => void;
  /** Each time it begins to listen: what was said before then was not heard. */
  begun?: () => void;
}>;

/** Keeps one connection listening (`LISTEN`) until `stop` aborts. What is said while it is lost is not heard: look now and then. */
export async function listen(
  { databaseUrl, name, channel, heard, begun }: Listening,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    const client = new Client({
      connectionString: databaseUrl,
      application_name: name,
      connectionTimeoutMillis: 5000,
      keepAlive: true,
    });
    const lost = new Promise<void>((resolve) => {
      client.on('error', () => resolve());
      client.on('end', () => resolve());
      stop.addEventListener('abort', () => resolve(), { once: true });
    });
    try {
      await client.connect();
      client.on('notification', ({ payload }) => heard(payload ?? ''));
      await client.query(`LISTEN ${channel}`);
      begun?.();
      await lost;
    } catch {
      // Tried again below.
    }
    await client.end().catch(() => undefined);
    await pause(AGAIN_AFTER_MS, stop);
  }
}
