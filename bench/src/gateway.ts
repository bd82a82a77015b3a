import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { HOP_HEADER, recordKeyOf, type GrantState, type Principal, type Release } from '@qiongtong/contracts';
import { HopTokens, newId, SystemClock } from '@qiongtong/platform';
import { decide, PolicyIndex } from '@qiongtong/regulation';
import {
  aGrant,
  anItem,
  anOrganisation,
  aResource,
  aSystem,
  PolicyPublisher,
  startPlatform,
  testIssuer,
  type Platform,
  type TestIssuer,
} from '@qiongtong/testing';
import { cpuBetween, cpuTimes, type CpuTimes, type Parts } from './cpu';
import { getRequest, load, type Measured } from './load';
import { compare, median, type Round } from './report';
import { run } from './run';

const RESOURCE = '203000-000001';
const KEYS = 2_000;
const SYSTEMS = 64;
const GRANTS = 100_000;
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 5);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
/** A broker that has just started runs its code uncompiled: without this, half of a record's cost would be that. */
const WARM_UP_SECONDS = 12;
const RESULTS = join(__dirname, '..', 'results');
const CONNECTIONS = [32, 128] as const;

type Way = 'gateway' | 'http-proxy' | 'leanest proxy' | 'direct';
/** `once`: a release token opens one read, so that each call of the peers carries one of its own. */
type Peer = Readonly<{ way: Way; url: string; once: boolean; requests: (count: number) => Buffer[] }>;

const TEXTS = ['regNo', 'personName', 'address', 'issuer', 'title', 'level', 'specialty', 'status', 'remark'];
const items = [
  anItem({ code: 'certNo', length: '20', key: true, required: true }),
  ...TEXTS.map((code) => anItem({ code, length: '200' })),
];
const resource = aResource({ id: RESOURCE, providerId: 'mzt', items });
const numberOf = (n: number) => `HN${String(n % KEYS).padStart(8, '0')}`;
const targetOf = (n: number) => `/v1/resources/${RESOURCE}/records/${recordKeyOf([numberOf(n)])}`;
const systemOf = (n: number) => aSystem({ id: `user-${n}`, departmentId: `dept-${n}`, ownerId: `dept-${n}` });

/** 100,000 grants, several of which match each caller's use: the one that gives the most has to be found among them. */
function* grants(): Generator<GrantState> {
  for (let n = 0; n < GRANTS; n++) {
    const own = n < SYSTEMS * 4;
    yield aGrant({
      id: `grant-${n}`,
      resourceId: own ? RESOURCE : `209000-${String(n % 10_000).padStart(6, '0')}`,
      holderId: `dept-${own ? n % SYSTEMS : n % 500}`,
      items: items.slice(0, own && n >= SYSTEMS ? 5 : items.length).map((item) => item.code),
      purposes: ['social-aid.eligibility'],
      period: { from: '2020-01-01T00:00:00Z', until: '2099-01-01T00:00:00Z' },
    });
  }
}

async function main(): Promise<void> {
  const issuer = await testIssuer();
  console.log('starting exchange and gateway on an instance of their own …');
  let publisher: PolicyPublisher | undefined;
  let index = new PolicyIndex();
  const platform = await startPlatform({
    name: `bench-gateway-${process.pid}`,
    processes: ['exchange', 'gateway'],
    beforeProcesses: async ({ kafkaBrokers, topicPrefix }) => {
      publisher = await PolicyPublisher.start(kafkaBrokers, topicPrefix);
      index = await publishPolicy(publisher);
    },
    env: {
      // `-- gateway --profile` leaves a CPU profile of the gateway beside the results.
      gateway: {
        ...(process.argv.includes('--profile') ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${RESULTS}` } : {}),
        ...(process.env['RECORD_LINGER_MS'] ? { RECORD_LINGER_MS: process.env['RECORD_LINGER_MS'] } : {}),
      },
      all: { OIDC_ISSUER: issuer.issuer, OIDC_AUDIENCE: issuer.audience, LOG_LEVEL: 'warn' },
    },
  });
  const proxies: ChildProcess[] = [];
  try {
    await pushRows(platform, issuer);
    const fastify = await startProxy('http-proxy', platform.urls.exchange, proxies);
    const lean = await startProxy('leanest', platform.urls.exchange, proxies);
    const tokens = await Promise.all(
      Array.from({ length: SYSTEMS }, (_, n) => issuer.system(`user-${n}`, { expiresIn: 3600 })),
    );
    const released = (count: number) => releasedRequests(platform, index, count);
    const enforced = enforcedRequests(tokens);
    const peers: Peer[] = [
      { way: 'http-proxy', url: fastify, once: true, requests: released },
      { way: 'gateway', url: platform.gatewayUrl, once: false, requests: () => enforced },
      { way: 'leanest proxy', url: lean, once: true, requests: released },
      { way: 'direct', url: platform.urls.exchange, once: true, requests: released },
    ];
    const parts = partsOf(platform, proxies);
    const groups = groupsOf(platform);
    const costs = new Map<string, CpuTimes[]>();
    const rounds: Round[] = [];
    for (const connections of CONNECTIONS) {
      const group = `${connections} connections`;
      const expected = new Map<Way, number>();
      for (const peer of peers)
        expected.set(peer.way, (await measure(peer, connections, peer.once ? 3 : WARM_UP_SECONDS, 3_000)).value);
      for (let round = 0; round < ROUNDS; round++)
        for (const peer of peers) {
          await groups();
          const before = cpuTimes(parts);
          const measured = await measure(peer, connections, SECONDS, expected.get(peer.way)! * 1.2);
          const cost = cpuBetween(before, cpuTimes(parts), measured.answers);
          const who = `${group}, ${peer.way}`;
          costs.set(who, [...(costs.get(who) ?? []), cost]);
          const written = peer.way === 'gateway' ? ` · ${await groups()}` : '';
          console.log(
            `  ${who}, round ${round + 1}: ${Math.round(measured.value)} req/s, µs each: ${costLine(cost)}${written}`,
          );
          const { value, p50, p99 } = measured;
          rounds.push({ group, who: peer.way, round, value, p50, p99 });
        }
    }
    console.log('\nProcessor time of a request, µs, median of the rounds');
    for (const [who, each] of costs) console.log(`  ${who}: ${costLine(medians(each))}`);
    compare({
      name: 'gateway',
      title: 'Keyed reads per second through the whole path, beside proxies that check nothing',
      unit: 'req/s',
      subject: 'gateway',
      peer: 'http-proxy',
      headline: '128 connections',
      higherIsBetter: true,
      rounds,
      facts: { grants: GRANTS, keys: KEYS, tokens: SYSTEMS, secondsPerRound: SECONDS, ...costFacts(costs) },
    });
  } finally {
    for (const proxy of proxies) proxy.kill();
    await publisher?.stop();
    await platform.remove();
    await issuer.close();
  }
}

/** The policy as its owners would publish it. */
async function publishPolicy(publisher: PolicyPublisher): Promise<PolicyIndex> {
  const users = Array.from({ length: SYSTEMS }, (_, n) => n);
  const organisations = [anOrganisation({ id: 'mzt' }), ...users.map((n) => anOrganisation({ id: `dept-${n}` }))];
  const provider = aSystem({ id: 'provider', departmentId: 'mzt', ownerId: 'mzt', provides: [RESOURCE] });
  const systems = [provider, ...users.map(systemOf)];
  const all = [...grants()];
  await publisher.publish('policy.organisations', ...organisations);
  await publisher.publish('policy.systems', ...systems);
  await publisher.publish('policy.resources', resource);
  await publisher.publish('policy.grants', ...all);
  const index = new PolicyIndex();
  for (const organisation of organisations) index.apply('policy.organisations', organisation.id, organisation);
  for (const system of systems) index.apply('policy.systems', system.id, system);
  index.apply('policy.resources', resource.id, resource);
  for (const grant of all) index.apply('policy.grants', grant.id, grant);
  return index;
}

/** Rows of about 500 bytes, pushed by the provider's own system. */
async function pushRows(platform: Platform, issuer: TestIssuer): Promise<void> {
  const rows = Array.from({ length: KEYS }, (_, n) =>
    JSON.stringify({
      certNo: numberOf(n),
      ...Object.fromEntries(TEXTS.map((code) => [code, `${code}-${n}-`.padEnd(40, 'x')])),
    }),
  );
  const pushed = await fetch(`${platform.gatewayUrl}/v1/resources/${RESOURCE}/batches`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await issuer.system('provider')}`,
      'content-type': 'application/x-ndjson',
      'idempotency-key': newId(),
    },
    body: rows.join('\n'),
  });
  if (!pushed.ok) throw new Error(`the rows were not taken: ${pushed.status} ${await pushed.text()}`);
}

const enforcedRequests = (tokens: readonly string[]): Buffer[] =>
  Array.from({ length: KEYS }, (_, n) =>
    getRequest(targetOf(n), {
      authorization: `Bearer ${tokens[n % SYSTEMS]!}`,
      purpose: 'social-aid.eligibility',
      accept: 'application/json',
    }),
  );

/**
 * The peers' calls carry release tokens minted here just before each round: exchange has no way in without one, and takes
 * each once. A token lives ten seconds; minting and a round take less.
 */
function releasedRequests(platform: Platform, index: PolicyIndex, count: number): Buffer[] {
  const hops = new HopTokens(platform.hopKeysDir, 'gateway', new SystemClock());
  const uses = Array.from({ length: SYSTEMS }, (_, n) => releasedUse(index, n));
  return Array.from({ length: Math.ceil(count) }, (_, n) => {
    const { principal, use, decision } = uses[n % SYSTEMS]!;
    const token = hops.issue('exchange', 'GET', targetOf(n), principal, { decisionId: newId(), decision, use });
    return getRequest(targetOf(n), { [HOP_HEADER]: token, accept: 'application/json' });
  });
}

function releasedUse(index: PolicyIndex, n: number): Omit<Release, 'decisionId'> & { principal: Principal } {
  const { id, departmentId } = systemOf(n);
  const principal: Principal = {
    kind: 'system',
    officerId: null,
    systemId: id,
    departmentId,
    regionCode: '460100',
    roles: ['SYSTEM'],
    tokenId: 'bench',
  };
  const use: Release['use'] = {
    systemId: id,
    departmentId,
    officerId: null,
    officerAsserted: false,
    resourceId: RESOURCE,
    action: 'query',
    items: items.map((item) => item.code),
    touchedItems: [],
    purpose: 'social-aid.eligibility',
    matterNumber: null,
    address: '127.0.0.1',
    certificate: null,
    tokenId: 'bench',
    clientId: id,
    sessionId: null,
  };
  const decision = decide(index, use, new Date());
  if (decision.effect !== 'permit') throw new Error(`not permitted: ${JSON.stringify(decision)}`);
  return { principal, use, decision };
}

/** @param perSecond how many answers a second are expected at most */
async function measure(peer: Peer, connections: number, seconds: number, perSecond: number): Promise<Measured> {
  const requests = peer.requests(seconds * perSecond);
  const measured = await load({ url: peer.url, connections, seconds, requests, once: peer.once });
  if (Object.keys(measured.statuses).join() !== '200')
    throw new Error(`${peer.way} answered ${JSON.stringify(measured.statuses)}`);
  return measured;
}

function partsOf({ instance }: Platform, proxies: readonly ChildProcess[]): Parts {
  const { services, postgres, kafka } = instance.read();
  return {
    driver: process.pid,
    'http-proxy': proxies[0]!.pid,
    'leanest proxy': proxies[1]!.pid,
    gateway: services?.['gateway']?.process?.pid,
    exchange: services?.['exchange']?.process?.pid,
    postgres: postgres?.process?.pid,
    broker: kafka?.process?.pid,
  };
}

/** How many records went to the broker together and how long that took, since the last time this was asked. */
function groupsOf({ metricsUrls }: Platform): () => Promise<string> {
  let before = { records: 0, groups: 0, seconds: 0 };
  return async () => {
    const text = await (await fetch(`${metricsUrls.gateway}/metrics`)).text();
    const figure = (name: string) => Number(new RegExp(`^qiongtong_record_${name} (\\S+)`, 'm').exec(text)?.[1]);
    const now = {
      records: figure('group_size_sum'),
      groups: figure('group_size_count'),
      seconds: figure('write_seconds_sum'),
    };
    const [groups, records] = [now.groups - before.groups, now.records - before.records];
    const milliseconds = ((now.seconds - before.seconds) * 1000) / groups;
    before = now;
    return groups > 0 ? `${(records / groups).toFixed(1)} records a group, ${milliseconds.toFixed(1)} ms each` : '';
  };
}

const costLine = (cost: CpuTimes): string =>
  Object.entries(cost)
    .filter(([, each]) => each >= 1)
    .map(([part, each]) => `${part} ${Math.round(each)}`)
    .join(' · ');

const medians = (costs: readonly CpuTimes[]): CpuTimes =>
  Object.fromEntries(Object.keys(costs[0]!).map((part) => [part, median(costs.map((cost) => cost[part]!))]));

/** What the whole path costs, everybody together. */
const costFacts = (costs: ReadonlyMap<string, readonly CpuTimes[]>): Record<string, number> =>
  Object.fromEntries(
    [...costs].map(([who, each]) => [
      `µs of a request, ${who}`,
      Object.values(medians(each)).reduce((sum, part) => sum + part, 0),
    ]),
  );

async function startProxy(kind: 'http-proxy' | 'leanest', upstream: string, proxies: ChildProcess[]): Promise<string> {
  const proxy = fork(join(__dirname, 'proxy.js'), [kind, upstream]);
  proxies.push(proxy);
  const [url] = (await once(proxy, 'message')) as [string];
  return url;
}

run(main);
