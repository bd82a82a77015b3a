import { readConfig } from './config';
import { identitiesOf } from './identities';

const env = { PORT: '4000', OIDC_ISSUER: 'http://127.0.0.1:4000', OIDC_AUDIENCE: 'qiongtong', DATA_DIR: '/nowhere' };

describe('the configuration of the development issuer', () => {
  it('takes what it needs and has a token life of half an hour', () => {
    expect(readConfig(env)).toMatchObject({
      port: 4000,
      audience: 'qiongtong',
      tokenTtlSeconds: 1800,
      identityFile: null,
    });
  });

  it('refuses production: it asks nobody for a password', () => {
    expect(() => readConfig({ ...env, MODE: 'production' })).toThrow('MODE must be embedded');
  });

  it('names every key that is wrong and repeats no value', () => {
    const read = () => readConfig({ ...env, PORT: 'seventy', DATA_DIR: '', OIDC_ISSUER: 'ftp://hidden' });
    expect(read).toThrow(/PORT must[\s\S]*|OIDC_ISSUER must[\s\S]*DATA_DIR is missing/);
    expect(read).not.toThrow(/seventy|hidden/);
  });
});

describe('the file of identities', () => {
  it.each([
    [
      'a private key',
      { systems: [{ id: 'a', jwks: { keys: [{ kty: 'EC', d: 'x' }] } }] },
      '/systems/0/jwks/keys must be public EC keys',
    ],
    ['a system without keys', { systems: [{ id: 'a' }] }, '/systems/0/jwks must be an object'],
    ['an officer without name', { officers: [{ id: 'a' }] }, '/officers/0/name must be text'],
    ['an id that is no slug', { officers: [{ id: 'A b', name: 'n' }] }, '/officers/0/id must be a slug'],
    [
      'a life of no time',
      { systems: [{ id: 'a', jwks: { keys: [{ kty: 'EC' }] }, tokenTtlSeconds: 0 }] },
      '/systems/0/tokenTtlSeconds',
    ],
    ['a list', [], '/ must be an object'],
  ])('with %s is not taken', (_what, document, problem) => {
    expect(() => identitiesOf(document)).toThrow(problem);
  });
});
