import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceName } from '@qiongtong/contracts';
import { HmacSha256 } from './hmac';

export type HopKey = Readonly<{ kid: string; secret: KeyObject; hmac: HmacSha256 }>;
type KeySet = Readonly<{ version: string; keys: readonly HopKey[]; derived: Map<string, readonly Buffer[]> }>;

const LOOK_AGAIN_MS = 1_000;
const KEY_BYTES = 32;

/** A pair of services has no usable keys. Says which file, never what is in it. */
export class HopKeysMissing extends Error {
  constructor(file: string, problem: string) {
    super(`${file} in HOP_KEYS_DIR ${problem}`);
    this.name = 'HopKeysMissing';
  }
}

/**
 * The keys this service shares with each other service: `<a>-<b>.json`, names in alphabetical order, the first key signs and
 * all verify. Looked at again every second, so that keys are changed without a restart: put the new key second
 * everywhere, then first, then remove the old one.
 */
export class HopKeys {
  private readonly sets = new Map<ServiceName, KeySet & { lookedAt: number }>();

  constructor(
    private readonly dir: string,
    readonly self: ServiceName,
  ) {}

  signing(peer: ServiceName): HopKey {
    return this.of(peer).keys[0]!;
  }

  verifying(peer: ServiceName, kid: string): HopKey | undefined {
    return this.of(peer).keys.find((key) => key.kid === kid);
  }

  /** Keys for another purpose from the same set, in the same order: replicas and restarts have the same ones. */
  derived(purpose: string, peer: ServiceName): readonly Buffer[] {
    const set = this.of(peer);
    let keys = set.derived.get(purpose);
    if (!keys) {
      keys = set.keys.map(({ secret }) =>
        Buffer.from(hkdfSync('sha256', secret, '', `qiongtong/${purpose}`, KEY_BYTES)),
      );
      set.derived.set(purpose, keys);
    }
    return keys;
  }

  private of(peer: ServiceName): KeySet {
    const known = this.sets.get(peer);
    const now = performance.now();
    if (known && now - known.lookedAt < LOOK_AGAIN_MS) return known;
    const fresh = this.read(peer, known);
    this.sets.set(peer, { ...fresh, lookedAt: now });
    return fresh;
  }

  private read(peer: ServiceName, known: KeySet | undefined): KeySet {
    const name = `${[this.self, peer].sort().join('-')}.json`;
    const file = join(this.dir, name);
    try {
      const { mtimeMs, ino, size } = statSync(file);
      const version = `${mtimeMs}/${ino}/${size}`;
      if (known?.version === version) return known;
      return { version, keys: parse(readFileSync(file, 'utf8'), name), derived: new Map() };
    } catch (error) {
      // A file that is being replaced is looked at again; what was valid a second ago still is.
      if (known) return known;
      throw error instanceof HopKeysMissing ? error : new HopKeysMissing(name, 'cannot be read');
    }
  }
}

function parse(text: string, name: string): readonly HopKey[] {
  let keys: unknown;
  try {
    ({ keys } = JSON.parse(text) as { keys?: unknown });
  } catch {
    throw new HopKeysMissing(name, 'is not JSON');
  }
  if (!Array.isArray(keys) || keys.length === 0) throw new HopKeysMissing(name, 'has no keys');
  return keys.map((entry: { kid?: unknown; key?: unknown } | null) => {
    const secret = typeof entry?.key === 'string' ? Buffer.from(entry.key, 'base64url') : Buffer.alloc(0);
    if (typeof entry?.kid !== 'string' || secret.length < KEY_BYTES)
      throw new HopKeysMissing(name, `has a key without kid or with fewer than ${KEY_BYTES} bytes`);
    return { kid: entry.kid, secret: createSecretKey(secret), hmac: new HmacSha256(secret) };
  });
}
