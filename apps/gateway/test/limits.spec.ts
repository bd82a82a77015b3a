import type { Refusal } from '@qiongtong/contracts';
import { Drain } from '@qiongtong/platform';
import { aGrant, EmbeddedRedis } from '@qiongtong/testing';
import { GatewayConfig } from '../src/config';
import { Limits, type Limit } from '../src/limits/limits';
import { RunningGateway, until } from './running-gateway';

const PURPOSE = { purpose: 'social-aid.eligibility' };
const RECORDS = '/v1/resources/203000-000001/records?fields=granted';
const OPEN = '/v1/resources/102000-000001/records/A1';
const five: Limit = { kind: 'grant', points: 5, seconds: 60, refusal: 'access.grant_rate_exceeded' };

type Problem = { code: string; about?: string[]; decisionId: string };

describe('limits of use', () => {
  let redis: EmbeddedRedis;
  const drains: Drain[] = [];
  beforeAll(async () => {
    redis = await EmbeddedRedis.start();
  });
  afterAll(async () => {
    for (const drain of drains) await drain.run();
    await redis.stop();
  });

  const aReplica = async (shared = true): Promise<Limits> => {
    const drain = new Drain();
    drains.push(drain);
    const config = Object.assign(new GatewayConfig(), shared ? { LIMITS_REDIS_URL: redis.url } : {});
    const limits = new Limits(config, drain);
    if (shared)
      await until(async () => (await outcome(limits, 'warm-up')) !== 'access.limits_unavailable', 'the store');
    return limits;
  };
  const outcome = (limits: Limits, key: string, limit = five): Promise<string> =>
    limits.take({ ...limit, points: key === 'warm-up' ? 1_000 : limit.points }, key).then(
      () => 'taken',
      (refusal: Refusal) => refusal.code,
    );
  const takenOf = async (key: string, ...replicas: Limits[]) => {
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, (_, i) => outcome(replicas[i % replicas.length]!, key)),
    );
    return outcomes.filter((one) => one === 'taken').length;
  };

  it('[R12.7] are shared between replicas through Redis, in a race too', async () => {
    expect(await takenOf('race', await aReplica(), await aReplica(), await aReplica())).toBe(5);
  });

  it('[R12.7] are each key’s own, and say when to come again', async () => {
    const limits = await aReplica();
    expect(await takenOf('spent', limits)).toBe(5);
    expect(await outcome(limits, 'other')).toBe('taken');
    const refusal = await limits.take(five, 'spent', ['g1']).catch((error: Refusal) => error);
    const { about, retryAfterSeconds } = (refusal as Refusal).details;
    expect(about).toEqual(['g1']);
    expect(retryAfterSeconds).toBeGreaterThan(50);
    expect(retryAfterSeconds).toBeLessThanOrEqual(60);
  });

  it('[R12.7] begin again after their time', async () => {
    const limits = await aReplica();
    const brief = { ...five, kind: 'brief', points: 1, seconds: 1 };
    expect([await outcome(limits, 'k', brief), await outcome(limits, 'k', brief)]).toEqual(['taken', five.refusal]);
    await until(async () => (await outcome(limits, 'k', brief)) === 'taken', 'the next second', 5_000);
  });

  it('are counted in memory by each replica where no store is named', async () => {
    expect(await takenOf('alone', await aReplica(false), await aReplica(false))).toBe(10);
  });

  it('[R12.7] fail closed while the store is away or silent, at once, and come back with it', async () => {
    const limits = await aReplica();
    redis.pause();
    const from = performance.now();
    expect(await outcome(limits, 'silent')).toBe('access.limits_unavailable');
    expect(performance.now() - from).toBeLessThan(2_000);
    redis.resume();
    await until(async () => (await outcome(limits, 'silent-2')) === 'taken', 'the store');
    await redis.stop();
    await until(async () => (await outcome(limits, 'away')) === 'access.limits_unavailable', 'the loss');
    await redis.start();
    await until(async () => (await outcome(limits, `back-${Date.now()}`)) === 'taken', 'the store again');
  });

  describe('at the gateway', () => {
    let gateway: RunningGateway;
    let system: string;
    beforeAll(async () => {
      gateway = await RunningGateway.start({ LIMITS_REDIS_URL: redis.url });
      system = await gateway.issuer.system('mzj-system');
      await gateway.publisher.publish('policy.grants', aGrant({ limits: { requestsPerMinute: 500 } }));
      await until(async () => (await read()).status === 200, 'the grant');
    });
    afterAll(() => gateway.stop());
    const read = (path = RECORDS) => gateway.get(path, system, PURPOSE);
    const problemOf = async (response: Response) => (await response.json()) as Problem;

    it('[R12.7] a grant’s requests a minute end in 429, on record and with the time to wait', async () => {
      await gateway.publisher.publish('policy.grants', aGrant({ version: 2, limits: { requestsPerMinute: 3 } }));
      await until(async () => (await read()).status === 429, 'the limit');
      const response = await read();
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      const problem = await problemOf(response);
      expect(problem).toMatchObject({ code: 'access.grant_rate_exceeded', about: ['g1'] });
      expect((await gateway.recordOf(problem.decisionId)).record).toMatchObject({
        outcome: 'refused',
        grantId: 'g1',
        status: 429,
        reasons: [{ code: 'access.grant_rate_exceeded', requirement: 'R12.7', article: 12 }],
      });
    });

    it('[R13.5] a throttle slows its caller, and nobody else, until it is lifted', async () => {
      const throttle = {
        id: 'a1',
        target: 'system' as const,
        targetId: 'mzj-system',
        status: 'ACTIVE' as const,
        requestsPerMinute: 2,
        until: new Date(Date.now() + 600_000).toISOString(),
      };
      await gateway.publisher.publish('policy.throttles', { ...throttle, version: 1 });
      await until(async () => (await read(OPEN)).status === 429, 'the throttle');
      expect(await problemOf(await read(OPEN))).toMatchObject({ code: 'access.throttled' });
      const officer = await gateway.issuer.officer('li');
      for (let i = 0; i < 5; i++) expect((await gateway.get(OPEN, officer, PURPOSE)).status).toBe(200);
      await gateway.publisher.publish('policy.throttles', { ...throttle, version: 2, status: 'LIFTED' });
      await until(async () => (await read(OPEN)).status === 200, 'the end of the throttle');
    });

    it('[R13.5] a throttle ends by itself', async () => {
      await gateway.publisher.publish('policy.throttles', {
        id: 'a2',
        version: 1,
        target: 'system',
        targetId: 'mzj-system',
        status: 'ACTIVE',
        requestsPerMinute: 1,
        until: new Date(Date.now() + 1_500).toISOString(),
      });
      await until(async () => (await read(OPEN)).status === 429, 'the throttle');
      await until(async () => (await read(OPEN)).status === 200, 'its end', 5_000);
    });

    it('[R12.7] a use that is limited is refused while nobody can count it; one that is not goes on', async () => {
      await gateway.publisher.publish('policy.grants', aGrant({ version: 3, limits: { requestsPerMinute: 400 } }));
      await until(async () => (await read()).status === 200, 'the wider limit');
      await redis.stop();
      await until(async () => (await read()).status === 503, 'the loss');
      const response = await read();
      expect(response.headers.get('retry-after')).toBe('5');
      const problem = await problemOf(response);
      expect(problem.code).toBe('access.limits_unavailable');
      expect((await gateway.recordOf(problem.decisionId)).record).toMatchObject({ outcome: 'refused', status: 503 });
      expect((await read(OPEN)).status).toBe(200);
      await redis.start();
      await until(async () => (await read()).status === 200, 'the store again');
    });
  });
});
