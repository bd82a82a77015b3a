import { fork, type ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { aGrant, anOrganisation, aSystem, type Platform, type ProcessName } from '@qiongtong/testing';
import { ITEMS, keyOf, rowOf } from './ingest/rows';
import { RESOURCE, SOURCE, withIngest, type Ingest } from './ingest/world';
import { getRequest, load } from './load';
import { peakMb, residentMb, resetPeak } from './memory';
import { median } from './report';
import { run, secondsSince } from './run';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const SERVICES = ['gateway', 'exchange', 'audit', 'authorisation', 'catalogue'] as const satisfies ProcessName[];
const REST_SECONDS = 10;
const LOAD_SECONDS = 20;
const CONNECTIONS = 32;
const KEYS = 10_000;
/** So many that none meets the limit of what a system may ask. */
const READERS = Array.from({ length: 64 }, (_, n) => `reader-${n}`);
const PEER = '@fastify/http-proxy';

type Service = (typeof SERVICES)[number];
type Figures = Record<string, { start: number[]; rest: number; load: number; handles: number }>;

const pidOf = ({ supervisor }: Platform, name: Service): number => supervisor.pid(name)!;

/** From the end of a process until its successor can do its work, by turns with a proxy that does nothing else. */
async function starts(platform: Platform, figures: Figures): Promise<void> {
  for (let round = 0; round < ROUNDS; round++)
    for (const name of [PEER, ...SERVICES] as const) {
      const from = performance.now();
      if (name === PEER) (await proxyTo(platform)).kill();
      else {
        await platform.kill(name);
        await platform.restart(name);
      }
      figures[name]!.start.push(secondsSince(from));
    }
}

function proxyTo({ urls }: Platform): Promise<ChildProcess> {
  const proxy = fork(join(__dirname, 'proxy.js'), ['http-proxy', urls.exchange], { execArgv: [] });
  return new Promise((resolve, reject) => {
    proxy.once('message', () => resolve(proxy)).once('error', reject);
  });
}

/** Rows that are read by key by 32 callers, recorded and sealed, while more are pushed. */
async function work({ platform, issuer }: Ingest): Promise<void> {
  const push = (lines: string) => pushed(platform, lines, issuer.system(SOURCE));
  await push(rows(0));
  const tokens = await Promise.all(READERS.map((id) => issuer.system(id, { expiresIn: 3600 })));
  const requests = Array.from({ length: KEYS }, (_, n) =>
    getRequest(`/v1/resources/${RESOURCE}/records/${keyOf(n)}`, {
      authorization: `Bearer ${tokens[n % tokens.length]!}`,
      purpose: 'social-aid.eligibility',
    }),
  );
  const reading = load({ url: platform.gatewayUrl, connections: CONNECTIONS, seconds: LOAD_SECONDS, requests });
  let batches = 0;
  for (const until = performance.now() + LOAD_SECONDS * 1000; performance.now() < until; batches++)
    await push(rows(batches % 2));
  const { value, statuses } = await reading;
  if (Object.keys(statuses).join() !== '200') throw new Error(`answered ${JSON.stringify(statuses)}`);
  console.log(`  load: ${Math.round(value)} keyed reads a second, ${batches} batches of ${KEYS} rows`);
}

const rows = (change: number): string =>
  Array.from({ length: KEYS }, (_, n) => `${rowOf(n).replace('商贸', change ? '实业' : '商贸')}\n`).join('');

async function pushed({ gatewayUrl }: Platform, body: string, token: Promise<string>): Promise<void> {
  const answer = await fetch(`${gatewayUrl}/v1/resources/${RESOURCE}/batches`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await token}`,
      'content-type': 'application/x-ndjson',
      'idempotency-key': crypto.randomUUID(),
    },
    body,
  });
  if (!answer.ok) throw new Error(`not taken: ${answer.status} ${await answer.text()}`);
}

/** Start, memory and open handles of each service, and of the whole platform with the embedded PostgreSQL and Kafka. */
async function measure(ingest: Ingest): Promise<void> {
  const { platform } = ingest;
  const figures: Figures = Object.fromEntries(
    [PEER, ...SERVICES].map((name) => [name, { start: [], rest: 0, load: 0, handles: 0 }]),
  );
  await starts(platform, figures);
  const proxy = await proxyTo(platform);
  const { postgres, kafka } = platform.instance.read();
  const all: [string, number][] = [
    [PEER, proxy.pid!],
    ...SERVICES.map((name): [string, number] => [name, pidOf(platform, name)]),
    ['kafka', kafka!.process!.pid],
    ['postgres', postgres!.process!.pid],
  ];
  await later(REST_SECONDS * 1000);
  for (const [name, pid] of all) {
    (figures[name] ??= { start: [], rest: 0, load: 0, handles: 0 }).rest = residentMb(pid);
    resetPeak(pid);
  }
  await work(ingest);
  for (const [name, pid] of all)
    Object.assign(figures[name]!, { load: peakMb(pid), handles: readdirSync(`/proc/${pid}/fd`).length });
  proxy.kill();
  console.table(
    Object.fromEntries(
      Object.entries(figures).map(([name, { start, rest, load: most, handles }]) => [
        name,
        {
          'start s': start.length > 0 ? Number(median(start).toFixed(2)) : '',
          'at rest MB': Math.round(rest),
          'under load MB': Math.round(most),
          handles,
        },
      ]),
    ),
  );
}

run(() =>
  withIngest('footprint', measure, {
    others: ['audit', 'authorisation', 'catalogue'],
    async publish(publisher) {
      await publisher.publish('policy.organisations', anOrganisation({ id: 'mzj' }));
      await publisher.publish('policy.systems', ...READERS.map((id) => aSystem({ id })));
      const items = ITEMS.map(({ code }) => code);
      const period = { from: '2020-01-01T00:00:00Z', until: '2099-01-01T00:00:00Z' };
      await publisher.publish('policy.grants', aGrant({ resourceId: RESOURCE, holderId: 'mzj', items, period, actions: ['query'] })); // prettier-ignore
    },
  }),
);
