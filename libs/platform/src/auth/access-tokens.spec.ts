import { testIssuer, type TestIssuer, type TokenOptions } from '@qiongtong/testing';
import { FixedClock } from '../clock';
import { AccessTokens } from './access-tokens';

const NOW = new Date('2026-03-02T01:00:00Z');
const issuedAt = NOW.getTime() / 1000;

describe('an access token [R14.6]', () => {
  let issuer: TestIssuer;
  let clock: FixedClock;
  let tokens: AccessTokens;
  beforeAll(async () => {
    issuer = await testIssuer('qiongtong');
  });
  afterAll(() => issuer.close());
  beforeEach(() => {
    clock = new FixedClock(NOW);
    tokens = new AccessTokens({ issuer: issuer.issuer, audience: issuer.audience, clock, cacheSize: 3 });
  });
  const officer = (options: TokenOptions = {}) => issuer.officer('mzt-submitter', { issuedAt, ...options });

  it('of an officer and of a system says who it speaks for', async () => {
    expect(await tokens.verify(await officer())).toMatchObject({
      kind: 'officer',
      sub: 'mzt-submitter',
      clientId: 'console',
      issuer: issuer.issuer,
      expiresAt: issuedAt + 300,
      certificate: null,
    });
    const bound = { claims: { cnf: { 'x5t#S256': 'thumbprint' } }, issuedAt };
    expect(await tokens.verify(await issuer.system('mzt-system', bound))).toMatchObject({
      kind: 'system',
      sub: 'mzt-system',
      certificate: 'thumbprint',
    });
  });

  it.each<[string, TokenOptions]>([
    ['for another audience', { audience: 'elsewhere' }],
    ['of another issuer', { issuer: 'https://evil.example' }],
    ['of another type', { typ: 'JWT' }],
    ['signed by another key under the known name', { signature: 'foreign' }],
    ['that is unsigned', { signature: 'none' }],
    ['signed with the public key as a secret', { signature: 'public' }],
    ['without expiry', { without: ['exp'] }],
    ['without time of issue', { without: ['iat'] }],
    ['without an id', { without: ['jti'] }],
    ['without a subject', { without: ['sub'] }],
    ['without a client', { without: ['client_id'] }],
    ['without an audience', { without: ['aud'] }],
    ['without an issuer', { without: ['iss'] }],
    ['whose id is no text', { claims: { jti: 7 as unknown as string } }],
    ['from the future', { issuedAt: issuedAt + 31 }],
    ['that is not valid yet', { claims: { nbf: issuedAt + 60 } }],
    ['of a key nobody knows', { header: { kid: 'unknown' } }],
  ])('%s is refused', async (_what, options) => {
    await expect(tokens.verify(await officer(options))).rejects.toMatchObject({ code: 'token.invalid' });
    expect(tokens.remembered).toBe(0);
  });

  it('brings no key of its own, whatever its header names', async () => {
    const foreign = { signature: 'foreign' } as const;
    for (const header of [
      { jku: 'https://evil.example/keys' },
      { x5u: 'https://evil.example/chain' },
      { jwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' } },
    ])
      await expect(tokens.verify(await officer({ ...foreign, header }))).rejects.toMatchObject({
        code: 'token.invalid',
      });
  });

  it.each(['', 'a', 'a.b.c', 'a.b', '....'])('%p is none', async (text) => {
    await expect(tokens.verify(text)).rejects.toMatchObject({ code: 'token.invalid' });
  });

  it('of more than 8 KB is not looked at', async () => {
    const large = await officer({ claims: { padding: 'x'.repeat(8_000) } });
    await expect(tokens.verify(large)).rejects.toMatchObject({ code: 'token.invalid' });
  });

  it('that has expired is told apart, also when it was remembered', async () => {
    const token = await officer();
    await expect(tokens.verify(await officer({ expiresIn: -1 }))).rejects.toMatchObject({ code: 'token.expired' });
    await tokens.verify(token);
    clock.advance(299_000);
    await tokens.verify(token);
    clock.advance(1_000);
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'token.expired' });
    expect(tokens.remembered).toBe(0);
  });

  it('is remembered, those least recently used are forgotten', async () => {
    const [a, b, c, d] = await Promise.all([officer(), officer(), officer(), officer()]);
    const first = await tokens.verify(a);
    for (const token of [b, c, a, d]) await tokens.verify(token);
    expect(tokens.remembered).toBe(3);
    expect(await tokens.verify(a)).toBe(first);
  });

  it('is not believed because another one with the same content was', async () => {
    const token = await officer();
    await tokens.verify(token);
    const last = token.at(-3) === 'A' ? 'B' : 'A';
    await expect(tokens.verify(token.slice(0, -3) + last + token.slice(-2))).rejects.toMatchObject({
      code: 'token.invalid',
    });
  });

  it('cannot be judged while the issuer is away, and that is no fault of the caller', async () => {
    const away = new AccessTokens({ issuer: 'http://127.0.0.1:9', audience: 'qiongtong', clock });
    await expect(away.verify(await officer({ issuer: 'http://127.0.0.1:9' }))).rejects.toMatchObject({
      code: 'service.unavailable',
      details: { retryAfterSeconds: 5 },
    });
  });

  it('is judged by keys that are fetched at another address of the same issuer', async () => {
    const discoveryUrl = `${issuer.issuer.replace('127.0.0.1', 'localhost')}/.well-known/openid-configuration`;
    const inside = new AccessTokens({ issuer: issuer.issuer, discoveryUrl, audience: issuer.audience, clock });
    expect(await inside.verify(await officer())).toMatchObject({ sub: 'mzt-submitter' });
    const foreign = new AccessTokens({ issuer: 'http://127.0.0.1:9', discoveryUrl, audience: issuer.audience, clock });
    await expect(foreign.verify(await officer({ issuer: 'http://127.0.0.1:9' }))).rejects.toMatchObject({
      code: 'service.unavailable',
    });
  });

  it('of an issuer whose own document names another is not believed', async () => {
    const alias = issuer.issuer.replace('127.0.0.1', 'localhost');
    const misled = new AccessTokens({ issuer: alias, audience: 'qiongtong', clock });
    await expect(misled.verify(await officer({ issuer: alias }))).rejects.toMatchObject({
      code: 'service.unavailable',
    });
  });
});
