import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Release } from '@qiongtong/contracts';
import { SystemClock } from '@qiongtong/platform';
import { aUse } from '@qiongtong/testing';
import { ExchangeConfig } from '../config';
import { ChannelKey } from './channel-key';

const folder = mkdtempSync(join(tmpdir(), 'channel-key-'));
afterAll(() => rmSync(folder, { recursive: true }));
const pemOf = (type: 'ed25519' | 'x25519') =>
  generateKeyPairSync(type as 'ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;

function keyOf(pem: string | undefined): ChannelKey {
  const config = new ExchangeConfig();
  if (pem !== undefined) writeFileSync((config.CHANNEL_KEY_FILE = join(folder, 'key.pem')), pem);
  return new ChannelKey(config, new SystemClock());
}
const release = {
  decisionId: 'd-1',
  use: aUse({ resourceId: '203000-000001' }),
  decision: { effect: 'permit', grantId: 'g-1' },
} as unknown as Release;

describe('the keys that providers are called with [R13.4]', () => {
  it('are all published, and the first signs', () => {
    const [first, second] = [pemOf('ed25519'), pemOf('ed25519')];
    const [alone, before] = [keyOf(first), keyOf(`${second}${first}`)];
    expect(before.published.keys).toHaveLength(2);
    expect(before.published.keys[1]).toEqual(alone.published.keys[0]);
    const [header, payload, signature] = before.token('mzt', release, '{}').split('.') as [string, string, string];
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
    expect(kid).toBe(before.published.keys[0]!['kid']);
    const signed = Buffer.from(`${header}.${payload}`);
    const by = (n: number) =>
      verify(
        null,
        signed,
        createPublicKey({ key: { ...before.published.keys[n] }, format: 'jwk' }),
        Buffer.from(signature, 'base64url'),
      );
    expect([by(0), by(1)]).toEqual([true, false]);
  });

  it('are never published with what signs', () => {
    const published = JSON.stringify(keyOf(undefined).published);
    expect(Object.keys((JSON.parse(published) as { keys: object[] }).keys[0]!).sort()).toEqual([
      ...['alg', 'crv', 'kid', 'kty', 'use', 'x'],
    ]);
  });

  it.each([['nothing'], [''], [pemOf('x25519')], [`${pemOf('ed25519')}${pemOf('x25519')}`]])(
    'are Ed25519 or there is no start',
    (pem) => {
      expect(() => keyOf(pem)).toThrow(/CHANNEL_KEY_FILE/);
    },
  );
});
