import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HopClaims, Release } from '@qiongtong/contracts';
import { rotateHopKey, type HopKey } from '@qiongtong/testing';
import { fetchService, FixedClock, HopKeysMissing, HopTokens, SystemClock } from '../../src';
import { aPrincipal, startNotes, type NotesService } from './service';

const ME = '/v1/me?a=1&b=%20';

describe('the token between services [R14.7]', () => {
  let service: NotesService;
  let key: HopKey;
  beforeAll(async () => {
    service = await startNotes();
    key = (JSON.parse(readFileSync(join(service.hopKeysDir, 'catalogue-gateway.json'), 'utf8')) as { keys: HopKey[] })
      .keys[0]!;
  });
  afterAll(() => service.close());

  const seconds = () => Math.floor(Date.now() / 1000);
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = (header: object, claims: object, secret: Buffer | string, algorithm = 'sha256') => {
    const input = `${part(header)}.${part(claims)}`;
    return `${input}.${createHmac(algorithm, secret).update(input).digest('base64url')}`;
  };
  const claims = (changes: Partial<HopClaims> = {}): HopClaims => ({
    iss: 'gateway',
    aud: 'catalogue',
    iat: seconds(),
    exp: seconds() + 10,
    jti: randomUUID(),
    method: 'GET',
    target: ME,
    principal: aPrincipal(),
    ...changes,
  });
  const own = (changes: Partial<Record<keyof HopClaims, unknown>>) =>
    signed({ alg: 'HS256', typ: 'JWT', kid: key.kid }, { ...claims(), ...changes }, Buffer.from(key.key, 'base64url'));
  const ask = (hop: string | null, target = ME, method = 'GET') => service.call(method, target, { hop });

  it('lets the call through that it was made for, on behalf of its principal', async () => {
    const answer = await ask(own({}));
    expect([answer.status, answer.body]).toEqual([200, aPrincipal()]);
  });

  it.each<[string, () => string | null]>([
    ['none', () => null],
    ['no token at all', () => 'not.a.token'],
    ['half a token', () => own({}).split('.').slice(0, 2).join('.')],
    [
      'one signed by another key under the same name',
      () => signed({ alg: 'HS256', kid: key.kid }, claims(), Buffer.alloc(32, 1)),
    ],
    [
      'one of an unknown key',
      () => signed({ alg: 'HS256', kid: 'other' }, claims(), Buffer.from(key.key, 'base64url')),
    ],
    ['one without a key name', () => signed({ alg: 'HS256' }, claims(), Buffer.from(key.key, 'base64url'))],
    ['an unsigned one', () => `${part({ alg: 'none', kid: key.kid })}.${part(claims())}.`],
    [
      'one of another algorithm',
      () => signed({ alg: 'HS512', kid: key.kid }, claims(), Buffer.from(key.key, 'base64url'), 'sha512'),
    ],
    ['one for another service', () => own({ aud: 'exchange' })],
    ['one for several services', () => own({ aud: ['catalogue', 'exchange'] })],
    ['one from another service', () => own({ iss: 'exchange' })],
    ['one that names us as its issuer', () => own({ iss: 'catalogue' })],
    ['one that reaches for another file', () => own({ iss: '../gateway' })],
    ['one for another method', () => own({ method: 'POST' })],
    ['one for another address', () => own({ target: '/v1/notes/n1' })],
    ['one for another query', () => own({ target: '/v1/me?a=2&b=%20' })],
    ['one for the same query written otherwise', () => own({ target: '/v1/me?a=1&b=+' })],
    ['an expired one', () => own({ iat: seconds() - 20, exp: seconds() - 10 })],
    ['one that lives longer than ten seconds', () => own({ exp: seconds() + 11 })],
    ['one without expiry', () => own({ exp: undefined })],
    ['one without time of issue', () => own({ iat: undefined })],
    ['one from the future', () => own({ iat: seconds() + 60, exp: seconds() + 65 })],
    ['one without an id', () => own({ jti: undefined })],
    ['one without a principal', () => own({ principal: null })],
    [
      'one larger than any we make',
      () =>
        own({ jti: 'x'.repeat(15_000), principal: { ...aPrincipal(), officerId: 'y'.repeat(10_000) } })
          .padEnd(70_000, 'A')
          .slice(0, 30_000),
    ],
  ])('%s is refused', async (_what, make) => {
    const answer = await ask(make());
    expect([answer.status, answer.body['code'], answer.headers.get('www-authenticate')]).toEqual([
      401,
      'hop.invalid',
      'Bearer',
    ]);
  });

  it('made for one service is refused by another', async () => {
    const exchange = new HopTokens(service.hopKeysDir, 'exchange', new SystemClock());
    await expect(exchange.verify(own({}), { method: 'GET', target: ME })).rejects.toMatchObject({
      code: 'hop.invalid',
    });
    await expect(
      exchange.verify(service.gateway.issue('exchange', 'GET', ME, aPrincipal()), { method: 'GET', target: ME }),
    ).resolves.toMatchObject({ aud: 'exchange' });
  });

  it('is over after ten seconds, by the clock the service is given', async () => {
    const clock = new FixedClock(new Date());
    const catalogue = new HopTokens(service.hopKeysDir, 'catalogue', clock);
    const gateway = new HopTokens(service.hopKeysDir, 'gateway', clock);
    const [token, later] = [1, 2].map(() => gateway.issue('catalogue', 'GET', ME, aPrincipal()));
    clock.advance(8_900);
    await catalogue.verify(token, { method: 'GET', target: ME });
    clock.advance(1_200);
    await expect(catalogue.verify(later, { method: 'GET', target: ME })).rejects.toMatchObject({ code: 'hop.invalid' });
  });

  it('[R14.7] opens nothing a second time, whatever is sent with it', async () => {
    const token = service.gateway.issue('catalogue', 'GET', ME, aPrincipal());
    expect((await ask(token)).status).toBe(200);
    expect([(await ask(token)).status, (await ask(token)).body['code']]).toEqual([401, 'hop.invalid']);
    expect((await ask(service.gateway.issue('catalogue', 'GET', ME, aPrincipal()))).status).toBe(200);
  });

  it('a public route needs none, a route for a role needs the role, a release needs a decision', async () => {
    expect((await ask(null, '/v1/open')).status).toBe(200);
    const refused = await service.call('GET', '/v1/reviews');
    expect(refused.body).toMatchObject({
      status: 403,
      code: 'access.role_required',
      about: ['REVIEWER'],
      requirement: 'R14.7',
      article: 14,
    });
    expect((await service.call('GET', '/v1/reviews', { principal: aPrincipal({ roles: ['REVIEWER'] }) })).status).toBe(
      200,
    );
    expect((await service.call('GET', '/v1/release')).body['code']).toBe('hop.invalid');
    const release = { decisionId: 'd1' } as Release;
    const answer = await ask(
      service.gateway.issue('catalogue', 'GET', '/v1/release', aPrincipal(), release),
      '/v1/release',
    );
    expect(answer.body).toEqual({ decisionId: 'd1' });
  });

  it('is made by a service that calls another', async () => {
    const answer = await fetchService(service.gateway, 'catalogue', {
      url: service.running.url,
      target: ME,
      principal: aPrincipal(),
    });
    expect([answer.status, await answer.body.json()]).toEqual([200, aPrincipal()]);
    const nobody = fetchService(service.gateway, 'catalogue', {
      url: 'http://127.0.0.1:9',
      target: ME,
      principal: aPrincipal(),
    });
    await expect(nobody).rejects.toMatchObject({ code: 'service.unavailable' });
  });

  it('is signed by a new key without a restart, the former accepted as long as it is kept', async () => {
    const before = own({});
    const cursor = String((await service.call('GET', '/v1/notes')).body['next']);
    const list = `/v1/notes?cursor=${cursor}`;
    rotateHopKey(service.hopKeysDir, 'catalogue', 'gateway', [key]);
    await sleep(1_100);
    expect((await ask(before)).status).toBe(200);
    expect((await service.call('GET', ME)).status).toBe(200);
    expect((await service.call('GET', list)).status).toBe(200);

    rotateHopKey(service.hopKeysDir, 'catalogue', 'gateway', []);
    await sleep(1_100);
    expect((await ask(before)).body['code']).toBe('hop.invalid');
    expect((await service.call('GET', ME)).status).toBe(200);
    expect((await service.call('GET', list)).body['code']).toBe('request.bad_cursor');
  });

  it('a service without keys for a pair says which file is missing', () => {
    const alone = new HopTokens('/nowhere', 'gateway', new SystemClock());
    expect(() => alone.issue('exchange', 'GET', '/', aPrincipal())).toThrow(HopKeysMissing);
    expect(() => alone.issue('exchange', 'GET', '/', aPrincipal())).toThrow('exchange-gateway.json');
  });
});
