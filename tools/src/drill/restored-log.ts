import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withClient } from '@qiongtong/testing';

const VERIFY = join(__dirname, '..', '..', 'verify', 'verify.mjs');

export async function verify(...args: string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [VERIFY, ...args], { maxBuffer: 16 * 1024 * 1024 });
    return stdout.trim().split('\n')[0] ?? '';
  } catch (error) {
    throw new Error((error as Error & { stdout?: string }).stdout?.trim() || (error as Error).message);
  }
}

/** The size that a checkpoint was signed for: the second line of the note. */
export const sizeOf = (checkpoint: string): number => Number(checkpoint.split('\n')[1]);

/** Writes what a restored database has of the log as an export, no further than the checkpoint, before any service runs on it. */
export async function exportUpTo(databaseUrl: string, checkpoint: string, file: string): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    const { rows: logs } = await client.query<{ origin: string; key: string }>(
      'SELECT origin, verifier_key AS key FROM log',
    );
    const { rows } = await client.query<{ index: string; hash: Buffer; entry: string }>(
      'SELECT index, leaf_hash AS hash, entry FROM log_entry WHERE index < $1 ORDER BY index',
      [sizeOf(checkpoint)],
    );
    const [{ origin, key } = { origin: '', key: '' }] = logs;
    const lines = rows.map(({ index, hash, entry }) =>
      JSON.stringify({ index: Number(index), leafHash: hash.toString('base64'), entry }),
    );
    writeFileSync(file, [JSON.stringify({ origin, publicKey: key, checkpoint }), ...lines, ''].join('\n'));
  });
}

export type Since = Readonly<{ producer: string; type: string; count: number }>;

/** What the log holds of after a moment, though the services that said it were restored to before it. */
export async function saidSince(databaseUrl: string, moment: Date): Promise<Since[]> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<Since>(
      `SELECT producer, type, count(*)::int AS count FROM log_entry
       WHERE at::timestamptz > $1 AND producer IN ('authorisation', 'catalogue', 'exchange')
       GROUP BY producer, type ORDER BY producer, type`,
      [moment],
    );
    return rows;
  });
}
