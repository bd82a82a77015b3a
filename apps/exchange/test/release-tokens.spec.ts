import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FixedClock, HopTokens } from '@qiongtong/platform';
import { aUse, rotateHopKey, testHopKeys, type HopKey } from '@qiongtong/testing';
import { ExchangeConfig } from '../src/config';
import { ReleaseTokens } from '../src/records/release-tokens';
import { aRelease, principalOf } from './exchange';

const TARGET = '/v1/resources/r/records/k';
const NOW = '2026-03-02T01:00:00Z';
type Claims = Record<string, unknown>;

describe('a release token', () => {
  const dir = testHopKeys();
  const clock = new FixedClock(NOW);
  const tokens = new ReleaseTokens(Object.assign(new ExchangeConfig(), { HOP_KEYS_DIR: dir }), clock);
  const general = new HopTokens(dir, 'exchange', clock);
  const gateway = new HopTokens(dir, 'gateway', clock);
  const release = aRelease(aUse(), { items: ['a'] });
  const principal = principalOf('mzj-system', 'mzj');
  const keyOf = (pair: string) =>
    (JSON.parse(readFileSync(join(dir, `${pair}.json`), 'utf8')) as { keys: HopKey[] }).keys[0]!;

  const iat = Date.parse(NOW) / 1000;
  const good: Claims = {
    iss: 'gateway',
    aud: 'exchange',
    iat,
    exp: iat + 10,
    jti: 'j',
    method: 'GET',
    target: TARGET,
    principal,
    release,
  };
  const signed = (
    claims: Claims,
    header: object = { alg: 'HS256', typ: 'JWT' },
    key = keyOf('exchange-gateway'),
    name = 'sha256',
  ): string => {
    const input = [{ ...header, kid: key.kid }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${input}.${createHmac(name, Buffer.from(key.key, 'base64url')).update(input).digest('base64url')}`;
  };
  const taken = (token: unknown): boolean => {
    try {
      tokens.check(token, 'GET', TARGET);
      return true;
    } catch {
      return false;
    }
  };
  const takenInGeneral = (token: string): Promise<boolean> =>
    general.verify(token, { method: 'GET', target: TARGET }).then(
      ({ iss, release: found }) => iss === 'gateway' && found !== undefined,
      () => false,
    );

  it('of the gateway gives the decision', () => {
    expect(tokens.check(gateway.issue('exchange', 'GET', TARGET, principal, release), 'GET', TARGET)).toEqual(release);
  });

  const cases: [string, string, boolean][] = [
    ['as it should be', signed(good), true],
    ['without a decision', signed({ ...good, release: undefined }), false],
    ['for another method', signed({ ...good, method: 'POST' }), false],
    ['for another target', signed({ ...good, target: `${TARGET}?fields=a` }), false],
    ['for another service', signed({ ...good, aud: 'audit' }), false],
    ['that has expired', signed({ ...good, iat: iat - 20, exp: iat - 10 }), false],
    ['that lives too long', signed({ ...good, exp: iat + 3600 }), false],
    ['from the future', signed({ ...good, iat: iat + 60, exp: iat + 70 }), false],
    ['without expiry', signed({ ...good, exp: undefined }), false],
    ['without id', signed({ ...good, jti: undefined }), false],
    ['without issuer', signed({ ...good, iss: undefined }), false],
    ['of another pair', signed({ ...good, iss: 'authorisation' }, undefined, keyOf('authorisation-exchange')), false],
    ['signed by the key of another pair', signed(good, undefined, keyOf('authorisation-exchange')), false],
    ['of an unknown key', signed(good, undefined, { ...keyOf('exchange-gateway'), kid: 'nobody' }), false],
    ['without algorithm', signed(good, { alg: 'none' }), false],
    ['by another algorithm', signed(good, { alg: 'HS512' }, undefined, 'sha512'), false],
    ['without signature', signed(good).replace(/[^.]*$/, ''), false],
    ['with another signature', signed(good).replace(/.{4}$/, 'AAAA'), false],
    ['that is no token', 'abc', false],
    ['that is none either', '..', false],
    ['that is empty', '', false],
  ];
  it.each(cases)('[R14.7] %s is judged as by the general check', async (_what, token, expected) => {
    expect([taken(token), await takenInGeneral(token)]).toEqual([expected, expected]);
  });

  it('[R14.7] that is shown a second time is refused, until long after it has expired anyway', () => {
    const token = signed({ ...good, jti: 'once' });
    expect([taken(token), taken(token)]).toEqual([true, false]);
    clock.advance(16_000);
    const next = signed({ ...good, iat: iat + 16, exp: iat + 26, jti: 'next' });
    expect([taken(next), taken(next), taken(token)]).toEqual([true, false, false]);
    clock.set(NOW);
  });

  it('that is no text is refused', () => {
    expect([undefined, ['a'], 1].map(taken)).toEqual([false, false, false]);
  });

  it('of a withdrawn key is refused, of the next one taken', async () => {
    const old = signed({ ...good, jti: 'old' });
    expect(taken(old)).toBe(true);
    rotateHopKey(dir, 'exchange', 'gateway', []);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const fresh = signed({ ...good, jti: 'fresh' });
    expect([taken(old), taken(fresh)]).toEqual([false, true]);
  });
});
