import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { officerToken, systemToken } from '@qiongtong/testing';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { ADMINISTRATOR, bodies, VENDOR_SYSTEM } from './people';

/** A client whose tokens are over after a second: how the story comes by an expired one. */
export const BRIEF_SYSTEM = 'ybj-brief';
const EARLY_MS = 30_000;

/** Keys and tokens of the demo's people and systems, as each would hold their own. */
export class Identities {
  private readonly tokens = new Map<string, { token: string; until: number }>();

  private constructor(
    private readonly keys: ReadonlyMap<string, JWK>,
    /** What dev-identity reads. */
    readonly file: string,
    private readonly issuer: () => string,
  ) {}

  /**
   * Makes each system's key pair once; the private halves stay in the folder, the public ones go to the provider.
   *
   * @param file what the provider reads, for everybody to read
   */
  static async create(
    folder: string,
    issuer: () => string,
    file = join(folder, 'identities.json'),
  ): Promise<Identities> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const systems = [
      ...bodies.flatMap((body) => (body.system ? [body.system.id] : [])),
      VENDOR_SYSTEM.id,
      BRIEF_SYSTEM,
    ];
    const keys = new Map<string, JWK>();
    for (const id of systems) keys.set(id, await keyOf(join(folder, `${id}.jwk.json`), id));
    const officers = [
      { id: ADMINISTRATOR, name: '系统管理员' },
      ...bodies.flatMap((body) => body.officers.map(({ id, name }) => ({ id, name }))),
    ];
    const clients = systems.map((id) => ({
      id,
      jwks: { keys: [publicHalf(keys.get(id)!)] },
      ...(id === BRIEF_SYSTEM ? { tokenTtlSeconds: 1 } : {}),
    }));
    writeFileSync(file, JSON.stringify({ officers, systems: clients }, null, 1), { mode: 0o644 });
    return new Identities(keys, file, issuer);
  }

  officer(id: string): Promise<string> {
    return this.cached(id, () => officerToken(this.issuer(), id));
  }

  system(id: string): Promise<string> {
    if (id === BRIEF_SYSTEM) return this.newSystemToken(id);
    return this.cached(id, () => this.newSystemToken(id));
  }

  private newSystemToken(id: string): Promise<string> {
    const key = this.keys.get(id);
    if (!key) throw new Error(`no key for system ${id}`);
    return systemToken(this.issuer(), id, key);
  }

  private async cached(id: string, make: () => Promise<string>): Promise<string> {
    const known = this.tokens.get(id);
    if (known && known.until > Date.now()) return known.token;
    const token = await make();
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString('utf8')) as { exp: number };
    this.tokens.set(id, { token, until: exp * 1000 - EARLY_MS });
    return token;
  }
}

async function keyOf(file: string, kid: string): Promise<JWK> {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as JWK;
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const key: JWK = { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' };
  writeFileSync(file, JSON.stringify(key), { mode: 0o600 });
  return key;
}

function publicHalf({ d: _private, ...rest }: JWK): JWK {
  return rest;
}
