import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';

export type SigningKeys = Readonly<{ keys: readonly JWK[]; cookieKeys: readonly string[] }>;

/** Made at the first start and kept: tokens issued before a restart stay good after it. */
export async function signingKeys(dataDir: string): Promise<SigningKeys> {
  const file = join(dataDir, 'signing-keys.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as SigningKeys;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const made: SigningKeys = {
    keys: [{ ...(await exportJWK(privateKey)), kid: randomUUID(), alg: 'ES256', use: 'sig' }],
    cookieKeys: [randomBytes(32).toString('base64url')],
  };
  writeFileSync(`${file}.next`, JSON.stringify(made), { mode: 0o600 });
  renameSync(`${file}.next`, file);
  return made;
}
