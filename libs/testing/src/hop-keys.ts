import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Instance } from './instance';
import { TEST_INFRASTRUCTURE, testInfrastructure } from './test-infrastructure';

/** Services that speak to each other over HTTP; each pair has keys of its own. */
const PAIRS = [
  ['authorisation', 'gateway'],
  ['catalogue', 'gateway'],
  ['exchange', 'gateway'],
  ['audit', 'gateway'],
  ['audit', 'exchange'],
  ['authorisation', 'exchange'],
  ['authorisation', 'catalogue'],
] as const;

const hopKeyFile = (dir: string, a: string, b: string): string => join(dir, `${[a, b].sort().join('-')}.json`);

/** Makes the keys that are missing; those that exist are kept, so that a restarted service understands the others. */
export function createHopKeys(dir: string, pairs: readonly (readonly [string, string])[] = PAIRS): string {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  chmodSync(dir, 0o700);
  for (const [a, b] of pairs) if (!existsSync(hopKeyFile(dir, a, b))) rotateHopKey(dir, a, b, []);
  return dir;
}

export type HopKey = Readonly<{ kid: string; key: string }>;

/** Puts a new signing key before those still accepted, in one step. Returns what the file now holds. */
export function rotateHopKey(dir: string, a: string, b: string, stillValid: readonly HopKey[]): readonly HopKey[] {
  const fresh: HopKey = { kid: randomBytes(6).toString('hex'), key: randomBytes(32).toString('base64url') };
  const keys = [fresh, ...stillValid];
  const file = hopKeyFile(dir, a, b);
  writeFileSync(`${file}.next`, JSON.stringify({ keys }), { mode: 0o600 });
  renameSync(`${file}.next`, file);
  return keys;
}

/** A folder of hop keys for a test; it goes with the test run's instance. */
export function testHopKeys(dir?: string): string {
  const given = process.env[TEST_INFRASTRUCTURE];
  const home = given === undefined ? tmpdir() : new Instance(testInfrastructure().instance).path('hop-keys');
  if (given !== undefined) mkdirSync(home, { recursive: true, mode: 0o700 });
  return createHopKeys(dir ?? mkdtempSync(join(home, 'qiongtong-keys-')));
}
