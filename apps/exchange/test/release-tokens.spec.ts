import { createHmac, hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GROUP_TARGET, MOST_IN_A_GROUP, type GroupedRead, type Refusal } from '@qiongtong/contracts';
import { FixedClock, HopTokens } from '@qiongtong/platform';
import fc from 'fast-check';
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

  // Each has an id of its own: with a shared one all but the first would be refused as shown before, whatever is wrong with them.
  const cases: [string, (good: Claims) => string, boolean][] = [
    ['as it should be', (good) => signed(good), true],
    ['without a decision', (good) => signed({ ...good, release: undefined }), false],
    ['for another method', (good) => signed({ ...good, method: 'POST' }), false],
    ['for another target', (good) => signed({ ...good, target: `${TARGET}?fields=a` }), false],
    ['for another service', (good) => signed({ ...good, aud: 'audit' }), false],
    ['that has expired', (good) => signed({ ...good, iat: iat - 20, exp: iat - 10 }), false],
    ['that lives too long', (good) => signed({ ...good, exp: iat + 3600 }), false],
    ['from the future', (good) => signed({ ...good, iat: iat + 60, exp: iat + 70 }), false],
    ['without expiry', (good) => signed({ ...good, exp: undefined }), false],
    ['without id', (good) => signed({ ...good, jti: undefined }), false],
    ['without issuer', (good) => signed({ ...good, iss: undefined }), false],
    [
      'of another pair',
      (good) => signed({ ...good, iss: 'authorisation' }, undefined, keyOf('authorisation-exchange')),
      false,
    ],
    ['signed by the key of another pair', (good) => signed(good, undefined, keyOf('authorisation-exchange')), false],
    ['of an unknown key', (good) => signed(good, undefined, { ...keyOf('exchange-gateway'), kid: 'nobody' }), false],
    ['without algorithm', (good) => signed(good, { alg: 'none' }), false],
    ['by another algorithm', (good) => signed(good, { alg: 'HS512' }, undefined, 'sha512'), false],
    ['without signature', (good) => signed(good).replace(/[^.]*$/, ''), false],
    ['with another signature', (good) => signed(good).replace(/.{4}$/, 'AAAA'), false],
    ['that is no token', () => 'abc', false],
    ['that is none either', () => '..', false],
    ['that is empty', () => '', false],
  ];
  it.each(cases)('[R14.7] %s is judged as by the general check', async (what, token, expected) => {
    const made = token({ ...good, jti: `case ${what}` });
    expect([taken(made), await takenInGeneral(made)]).toEqual([expected, expected]);
  });

  it('[R14.7] changed in any way is judged as by the general check', async () => {
    const odd = fc.constantFrom<unknown>(undefined, null, '', 0, 1.5, -1, true, [], {}, 'gateway', 'exchange', 'GET');
    const seconds = fc.integer({ min: iat - 30, max: iat + 30 });
    // Not `nbf`: no service issues it, and the library judges it by the clock of the machine.
    const claims = fc.record(
      {
        iss: fc.oneof(fc.constantFrom('gateway', 'authorisation', 'exchange'), odd),
        aud: fc.oneof(fc.constantFrom('exchange', 'audit', ['exchange'], ['exchange', 'audit']), odd),
        iat: fc.oneof(seconds, odd),
        exp: fc.oneof(seconds, odd),
        method: fc.oneof(fc.constantFrom('GET', 'get', 'POST'), odd),
        target: fc.oneof(fc.constantFrom(TARGET, `${TARGET}/`, `${TARGET}?`), odd),
        principal: fc.oneof(fc.constant(principal), odd),
        release: fc.constantFrom(release, undefined),
      },
      { requiredKeys: [] },
    );
    const header = fc.record(
      { alg: fc.constantFrom('HS256', 'HS512', 'none', 'hs256', ''), typ: odd, crit: odd, b64: odd, zip: odd },
      { requiredKeys: [] },
    );
    const edit = fc.constantFrom<(token: string) => string>(
      (token) => token,
      (token) => `${token}.`,
      (token) => `${token}=`,
      (token) => `${token}.x`,
      (token) => ` ${token}`,
      (token) => `.${token}`,
      (token) => token.replace('.', '..'),
      (token) => token.slice(0, -1),
      (token) => token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A'),
    );
    // Most changes alone, so that what is wrong is not hidden behind something else that is wrong.
    const change = fc.oneof(
      claims.map((changed) => ({ changed, head: {}, write: (token: string) => token })),
      fc
        .tuple(claims, fc.nat())
        .map(([all, n]) => Object.entries(all)[n % (Object.keys(all).length || 1)] ?? ['iss', 'gateway'])
        .map(([name, value]) => ({ changed: { [name]: value }, head: {}, write: (token: string) => token })),
      header.map((head) => ({ changed: {}, head, write: (token: string) => token })),
      edit.map((write) => ({ changed: {}, head: {}, write })),
    );
    let n = 0;
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(change, async ({ changed, head, write }) => {
        const token = write(
          signed({ ...good, ...changed, jti: `random ${n++}` }, { alg: 'HS256', typ: 'JWT', ...head }),
        );
        const general = await takenInGeneral(token);
        if (general) accepted++;
        expect([token, taken(token)]).toEqual([token, general]);
      }),
      { numRuns: 3_000 },
    );
    // Otherwise it would have compared refusals only.
    expect(accepted).toBeGreaterThan(100);
    expect(n - accepted).toBeGreaterThan(100);
  });

  it('[R14.7] that is shown a second time is refused, until long after it has expired anyway', () => {
    const token = signed({ ...good, jti: 'once' });
    expect([taken(token), taken(token)]).toEqual([true, false]);
    clock.advance(16_000);
    const next = signed({ ...good, iat: iat + 16, exp: iat + 26, jti: 'next' });
    expect([taken(next), taken(next), taken(token)]).toEqual([true, false, false]);
    clock.set(NOW);
  });

  describe('of reads that travel together', () => {
    const reads: readonly GroupedRead[] = [
      { target: TARGET, language: null, release },
      { target: `${TARGET}2`, language: 'en', release },
    ];
    const body = JSON.stringify(reads);
    const group: Claims = { ...good, method: 'POST', target: GROUP_TARGET, body: hash('sha256', body, 'hex') };
    delete group['principal'];
    delete group['release'];
    const opened = (token: unknown, shown = body, target = GROUP_TARGET, method = 'POST') => {
      try {
        return tokens.checkGroup(token, method, target, Buffer.from(shown));
      } catch (refusal) {
        return (refusal as Refusal).code;
      }
    };

    it('gives the decisions of its body, once', () => {
      const token = gateway.issueForBody('exchange', 'POST', GROUP_TARGET, body);
      expect([opened(token), opened(token)]).toEqual([reads, 'hop.invalid']);
    });

    const many = JSON.stringify(Array.from({ length: MOST_IN_A_GROUP + 1 }, () => reads[0]));
    const bodies: [string, string][] = [
      ['another decision', JSON.stringify([{ ...reads[0], release: aRelease(aUse(), { items: ['b'] }) }, reads[1]])],
      ['one read less', JSON.stringify(reads.slice(0, 1))],
      ['the reads in another order', JSON.stringify([...reads].reverse())],
      ['a space more', `${body} `],
      ['nothing', ''],
    ];
    it.each(bodies)('[R14.7] opens no body with %s', (_what, other) => {
      expect(opened(gateway.issueForBody('exchange', 'POST', GROUP_TARGET, body), other)).toBe('hop.invalid');
    });

    const cases: [string, Claims, string][] = [
      ['for another target', { target: TARGET }, 'exchange-gateway'],
      ['for another method', { method: 'GET' }, 'exchange-gateway'],
      ['for another service', { aud: 'audit' }, 'exchange-gateway'],
      ['that has expired', { iat: iat - 20, exp: iat - 10 }, 'exchange-gateway'],
      ['that lives too long', { exp: iat + 3600 }, 'exchange-gateway'],
      ['without id', { jti: undefined }, 'exchange-gateway'],
      ['without digest', { body: undefined }, 'exchange-gateway'],
      ['of another pair', { iss: 'authorisation' }, 'authorisation-exchange'],
      ['signed by the key of another pair', {}, 'authorisation-exchange'],
    ];
    it.each(cases)('[R14.7] %s is refused', (what, changed, pair) => {
      const header = { alg: 'HS256', typ: 'JWT' };
      expect(opened(signed({ ...group, jti: `good beside ${what}` }, header))).toEqual(reads);
      expect(opened(signed({ ...group, jti: `group ${what}`, ...changed }, header, keyOf(pair)))).toBe('hop.invalid');
    });

    it('[R14.7] opens no group of none or of too many', () => {
      for (const other of ['[]', many])
        expect(opened(gateway.issueForBody('exchange', 'POST', GROUP_TARGET, other), other)).toBe('hop.invalid');
    });

    it('[R14.7] opens no single read, and the token of a single read no group', () => {
      expect(taken(signed({ ...group, jti: 'g1', method: 'GET', target: TARGET }))).toBe(false);
      expect(opened(gateway.issue('exchange', 'POST', GROUP_TARGET, principal, release))).toBe('hop.invalid');
    });
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
