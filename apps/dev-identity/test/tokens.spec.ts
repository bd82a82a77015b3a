import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AccessTokens, SystemClock } from '@qiongtong/platform';
import { freePort, officerToken, systemToken } from '@qiongtong/testing';
import { decodeProtectedHeader, exportJWK, generateKeyPair, type JWK } from 'jose';
import { startIdentity, type RunningIdentity } from '../src/server';

const AUDIENCE = 'qiongtong';

async function aKey(kid: string): Promise<{ own: JWK; published: JWK }> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const own: JWK = { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' };
  const { d: _private, ...published } = own;
  return { own, published };
}

describe('the tokens of the development issuer [R14.6]', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'qiongtong-identity-'));
  const identityFile = join(dataDir, 'identities.json');
  const officers = [{ id: 'mzt-submitter', name: '经办<人>' }];
  const lines: object[] = [];
  let identity: RunningIdentity;
  let port: number;
  let key: Awaited<ReturnType<typeof aKey>>;
  let tokens: AccessTokens;

  const start = () =>
    startIdentity(
      {
        host: '127.0.0.1',
        port,
        issuer: `http://127.0.0.1:${port}`,
        audience: AUDIENCE,
        dataDir,
        identityFile,
        tokenTtlSeconds: 600,
      },
      (line) => lines.push(line),
    );
  const register = (...systems: object[]) => writeFileSync(identityFile, JSON.stringify({ officers, systems }));

  beforeAll(async () => {
    key = await aKey('one');
    register({ id: 'mzt-system', jwks: { keys: [key.published] } });
    port = await freePort();
    identity = await start();
    tokens = new AccessTokens({ issuer: identity.issuer, audience: AUDIENCE, clock: new SystemClock() });
  });
  afterAll(async () => {
    await identity.close();
    rmSync(dataDir, { recursive: true });
  });

  it('an officer gets one by the authorization code flow with PKCE', async () => {
    const token = await officerToken(identity.issuer, 'mzt-submitter');
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    expect(await tokens.verify(token)).toMatchObject({
      kind: 'officer',
      sub: 'mzt-submitter',
      clientId: 'console',
      issuer: identity.issuer,
      sid: expect.stringMatching(/.{16,}/),
    });
  });

  it('nobody who is not in the file gets one', async () => {
    await expect(officerToken(identity.issuer, 'stranger')).rejects.toThrow('422');
  });

  it('a code without its verifier is worth nothing', async () => {
    const answer = await fetch(
      `${identity.issuer}/auth?client_id=console&response_type=code&scope=openid&redirect_uri=http://127.0.0.1/callback`,
      { redirect: 'manual' },
    );
    expect(answer.headers.get('location')).toContain('error=invalid_request');
  });

  it('a system gets one with a signature of its own key', async () => {
    const token = await systemToken(identity.issuer, 'mzt-system', key.own);
    expect(await tokens.verify(token)).toMatchObject({
      kind: 'system',
      sub: 'mzt-system',
      clientId: 'mzt-system',
      sid: null,
    });
  });

  it('a system gets none with another key or under another name', async () => {
    const other = await aKey('one');
    await expect(systemToken(identity.issuer, 'mzt-system', other.own)).rejects.toThrow('invalid_client');
    await expect(systemToken(identity.issuer, 'gat-system', key.own)).rejects.toThrow('invalid_client');
  });

  it('a system that is added to the file is known without a restart, one that is taken out no longer', async () => {
    const later = await aKey('later');
    register({ id: 'gat-system', jwks: { keys: [later.published] }, tokenTtlSeconds: 1 });
    const token = await systemToken(identity.issuer, 'gat-system', later.own);
    expect(await tokens.verify(token)).toMatchObject({ sub: 'gat-system' });
    await expect(systemToken(identity.issuer, 'mzt-system', key.own)).rejects.toThrow('invalid_client');

    await sleep(1_200);
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'token.expired' });
    await expect(
      new AccessTokens({ issuer: identity.issuer, audience: AUDIENCE, clock: new SystemClock() }).verify(token),
    ).rejects.toMatchObject({ code: 'token.expired' });
  });

  it('a broken file is reported and what was known stays', async () => {
    register({ id: 'mzt-system', jwks: { keys: [key.published] } });
    await systemToken(identity.issuer, 'mzt-system', key.own);
    writeFileSync(identityFile, '{"officers": [{"id": "secret name"}]}');
    await systemToken(identity.issuer, 'mzt-system', key.own);
    expect(JSON.stringify(lines)).toContain('/officers/0/id must be a slug');
    expect(JSON.stringify(lines)).not.toContain('secret name');
    register({ id: 'mzt-system', jwks: { keys: [key.published] } });
  });

  it('a token from before a restart is good after it', async () => {
    const token = await systemToken(identity.issuer, 'mzt-system', key.own);
    await identity.close();
    identity = await start();
    const fresh = new AccessTokens({ issuer: identity.issuer, audience: AUDIENCE, clock: new SystemClock() });
    expect(await fresh.verify(token)).toMatchObject({ sub: 'mzt-system' });
  });

  it('is ready, and its sign-in page names people without being a way to run script', async () => {
    expect((await fetch(`${identity.issuer}/health/ready`)).status).toBe(200);
    const asked = await fetch(
      `${identity.issuer}/auth?client_id=console&response_type=code&scope=openid&redirect_uri=http://127.0.0.1/callback&code_challenge=${'a'.repeat(43)}&code_challenge_method=S256`,
      { redirect: 'manual' },
    );
    const page = await fetch(new URL(asked.headers.get('location')!, identity.issuer), {
      headers: {
        cookie: asked.headers
          .getSetCookie()
          .map((cookie) => cookie.split(';')[0])
          .join('; '),
      },
    });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('经办&lt;人&gt; (mzt-submitter)');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});
