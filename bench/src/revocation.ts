import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { PolicyPublisher, startPlatform, testIssuer, type Platform, type TestIssuer } from '@qiongtong/testing';
import { compare, median, quantile, type Round } from './report';
import type { Reads } from './revocation/reads';
import { withBareKafka, withStopwatch, type Revoked } from './revocation/stopwatch';
import { grantOf, issueGrants, publishWorld, PURPOSE, pushRows, recordOf, REVIEWER, USER } from './revocation/world';
import { run } from './run';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const A_ROUND = Number(process.env['BENCH_REVOCATIONS'] ?? 40);
/** At each gateway. */
const READS_PER_SECOND = 100;
const WAYS = ['alone', 'while reads run'] as const;
/** Not counted: what runs for the first time. */
const WARM_UP = 10;
/** One is never revoked: it is read meanwhile. */
const GRANTS = 1 + WARM_UP + WAYS.length * ROUNDS * A_ROUND;
/** Hundreds of refusals in a row are what the misuse watch is for: it would slow the one who asks. */
const UNWATCHED = Object.fromEntries(
  ['REFUSALS_IN_A_ROW', 'OFF_HOURS_ROWS', 'WITHOUT_MATTER', 'VOLUME_FLOOR_ROWS'].map((rule) => [
    `MISUSE_${rule}`,
    '100000000',
  ]),
);
const SUBJECT = 'every gateway';
const PEER = 'bare kafkajs';

async function main(): Promise<void> {
  const issuer = await testIssuer();
  let publisher: PolicyPublisher | undefined;
  console.log('starting authorisation, exchange and two gateways of their own …');
  const platform = await startPlatform({
    name: `bench-revocation-${process.pid}`,
    processes: ['authorisation', 'exchange', 'gateway'],
    beforeProcesses: async ({ kafkaBrokers, topicPrefix }) => {
      publisher = await PolicyPublisher.start(kafkaBrokers, topicPrefix);
      await publishWorld(publisher, GRANTS);
    },
    env: {
      authorisation: UNWATCHED,
      all: { OIDC_ISSUER: issuer.issuer, OIDC_AUDIENCE: issuer.audience, LOG_LEVEL: 'warn' },
    },
  });
  try {
    const gateways = [platform.gatewayUrl, await platform.replica('gateway')];
    await issueGrants(platform, GRANTS);
    await pushRows(platform, issuer, GRANTS);
    await measure(platform, issuer, gateways);
  } finally {
    await publisher?.stop();
    await platform.remove();
    await issuer.close();
  }
}

async function measure(platform: Platform, issuer: TestIssuer, gateways: readonly string[]): Promise<void> {
  const headers = {
    authorization: `Bearer ${await issuer.system(USER, { expiresIn: 3600 })}`,
    purpose: PURPOSE,
    accept: 'application/json',
  };
  const reviewer = await issuer.officer(REVIEWER, { expiresIn: 3600 });
  const known = new Map<string, number[]>();
  const rounds: Round[] = [];
  let next = 1;
  await withBareKafka(platform, (roundTrip) =>
    withStopwatch(platform, gateways, async (stopwatch) => {
      const one = (): Promise<Revoked> => {
        const n = next++;
        return stopwatch(grantOf(n), () => revoke(platform, reviewer, grantOf(n)), { path: recordOf(n), headers });
      };
      for (let i = 0; i < WARM_UP; i++) {
        await one();
        await roundTrip();
      }
      for (let round = 0; round < ROUNDS; round++)
        for (const way of WAYS) {
          const reads = way === 'alone' ? undefined : startReads({ urls: gateways, path: recordOf(0), headers });
          const times: Record<string, number[]> = {};
          const add = (who: string, ms: number) => (times[who] ??= []).push(ms);
          for (let i = 0; i < A_ROUND; i++) {
            const { answered, arrived, refused } = await one();
            add(SUBJECT, Math.max(...refused));
            refused.forEach((ms, at) => add(`gateway ${at + 1}`, ms));
            add('a consumer of the topic', arrived);
            add('the answer to who revokes', answered);
            add(PEER, await roundTrip());
          }
          if (reads) console.log(`  round ${round + 1}: ${await endReads(reads)} reads meanwhile`);
          for (const [who, ms] of Object.entries(times)) {
            rounds.push({ group: way, who, round, value: median(ms), p50: median(ms), p99: quantile(ms, 0.99) });
            known.set(`${way}, ${who}`, [...(known.get(`${way}, ${who}`) ?? []), ...ms]);
          }
          console.log(`  round ${round + 1}, ${way}: ${figures(times[SUBJECT]!)}`);
        }
    }),
  );
  const facts: Record<string, string | number> = { 'revocations each way': ROUNDS * A_ROUND };
  facts['reads a second at each gateway'] = READS_PER_SECOND;
  for (const [who, ms] of known) facts[who] = figures(ms);
  compare({
    name: 'revocation',
    title: 'From the commit of a revocation to the first refusal, beside a bare message through the same broker',
    unit: 'ms',
    subject: SUBJECT,
    peer: PEER,
    headline: 'while reads run',
    higherIsBetter: false,
    rounds,
    facts,
  });
}

async function revoke({ gatewayUrl }: Platform, token: string, grantId: string): Promise<void> {
  const answer = await fetch(`${gatewayUrl}/v1/grants/${grantId}/revocation`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify({ ground: 'MISUSE', narrative: '超范围使用' }),
  });
  if (!answer.ok) throw new Error(`not revoked: ${answer.status} ${await answer.text()}`);
  await answer.body?.cancel();
}

function startReads(reads: Omit<Reads, 'perSecond'>): ChildProcess {
  const child = fork(join(__dirname, 'revocation', 'reads.js'));
  const order: Reads = { ...reads, perSecond: READS_PER_SECOND };
  child.send(order);
  return child;
}

async function endReads(child: ChildProcess): Promise<number> {
  if (child.exitCode !== null) throw new Error('the reads ended');
  child.send('how many');
  const [answered] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('the reads ended'))),
  ])) as [number];
  child.kill();
  return answered;
}

const figures = (ms: readonly number[]): string =>
  [['p50', 0.5] as const, ['p95', 0.95] as const, ['p99', 0.99] as const, ['max', 1] as const]
    .map(([name, q]) => `${name} ${quantile(ms, q).toFixed(1)}`)
    .join(', ') + ' ms';

run(main);
