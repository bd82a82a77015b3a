import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { testIssuer, type TestIssuer, type TokenOptions } from '../src';

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await testIssuer();
});
afterAll(() => issuer.close());

const verify = (token: string) =>
  jwtVerify(token, createRemoteJWKSet(new URL(issuer.jwksUri)), {
    issuer: issuer.issuer,
    audience: issuer.audience,
    typ: 'at+jwt',
    algorithms: ['ES256'],
    requiredClaims: ['exp', 'iat', 'jti', 'sub', 'client_id'],
  });

it.each<[string, TokenOptions]>([
  ['signed with a key that is not published', { signature: 'foreign' }],
  ['not signed', { signature: 'none' }],
  ['signed with the public key as a shared secret', { signature: 'public' }],
  ['of another issuer', { issuer: 'https://elsewhere.example' }],
  ['for another audience', { audience: 'somebody-else' }],
  ['expired', { expiresIn: -10 }],
  ['without expiry', { without: ['exp'] }],
  ['without an id', { without: ['jti'] }],
  ['of another type', { typ: 'JWT' }],
])('mints a token that is %s, which a careful verifier refuses', async (_, options) => {
  await expect(verify(await issuer.token(options))).rejects.toThrow();
});

it('mints tokens of systems and officers that verify', async () => {
  const system = await verify(await issuer.system('mzt-system'));
  expect(system.payload).toMatchObject({ sub: 'mzt-system', client_id: 'mzt-system' });
  const officer = await verify(await issuer.officer('mzt-reviewer'));
  expect(officer.payload).toMatchObject({ sub: 'mzt-reviewer', client_id: 'console' });
});

it('signs with a new key after a rotation', async () => {
  const before = await issuer.token();
  await issuer.rotate();
  const after = await issuer.token();
  expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(before).kid);
  await expect(verify(before)).rejects.toThrow();
  await expect(verify(after)).resolves.toBeDefined();
});
