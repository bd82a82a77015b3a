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
import { getRequest, load, type Measured } from './load';
import { compare, type Round } from './report';

const RESOURCE = '203000-000001';
const KEYS = 2_000;
const SYSTEMS = 64;
const GRANTS = 100_000;
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 5);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const RESULTS = join(__dirname, '..', 'results');
const CONNECTIONS = [32, 128] as const;

type Way = 'gateway' | 'http-proxy' | 'leanest proxy' | 'direct';
type Peer = Readonly<{ way: Way; url: string; requests: () => Promise<Buffer[]> }>;

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
      gateway: process.argv.includes('--profile') ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${RESULTS}` } : {},
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
    const released = () => releasedRequests(platform, index);
    const peers: Peer[] = [
      { way: 'http-proxy', url: fastify, requests: released },
      { way: 'gateway', url: platform.gatewayUrl, requests: () => Promise.resolve(enforcedRequests(tokens)) },
      { way: 'leanest proxy', url: lean, requests: released },
      { way: 'direct', url: platform.urls.exchange, requests: released },
    ];
    const rounds: Round[] = [];
    for (const connections of CONNECTIONS) {
      for (const peer of peers) await measure(peer, connections, 3);
      for (let round = 0; round < ROUNDS; round++)
        for (const peer of peers) {
          const measured = await measure(peer, connections, SECONDS);
          console.log(
            `  ${connections} connections, round ${round + 1}, ${peer.way}: ${Math.round(measured.value)} req/s`,
          );
          const { value, p50, p99 } = measured;
          rounds.push({ group: `${connections} connections`, who: peer.way, round, value, p50, p99 });
        }
    }
    compare({
      name: 'gateway',
      title: 'Keyed reads per second through the whole path, beside proxies that check nothing',
      unit: 'req/s',
      subject: 'gateway',
      peer: 'http-proxy',
      headline: '128 connections',
      higherIsBetter: true,
      rounds,
      facts: { grants: GRANTS, keys: KEYS, tokens: SYSTEMS, secondsPerRound: SECONDS },
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
 * The peers' calls carry release tokens minted here just before each round: exchange has no way in without one. A
 * token lives ten seconds, a round is shorter.
 */
async function releasedRequests(platform: Platform, index: PolicyIndex): Promise<Buffer[]> {
  const hops = new HopTokens(platform.hopKeysDir, 'gateway', new SystemClock());
  return Array.from({ length: KEYS }, (_, n) => {
    const { id, departmentId } = systemOf(n % SYSTEMS);
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
    const token = hops.issue('exchange', 'GET', targetOf(n), principal, { decisionId: newId(), decision, use });
    return getRequest(targetOf(n), { [HOP_HEADER]: token, accept: 'application/json' });
  });
}

async function measure(peer: Peer, connections: number, seconds: number): Promise<Measured> {
  const requests = await peer.requests();
  const measured = await load({ url: peer.url, connections, seconds, requests });
  if (Object.keys(measured.statuses).join() !== '200')
    throw new Error(`${peer.way} answered ${JSON.stringify(measured.statuses)}`);
  return measured;
}

async function startProxy(kind: 'http-proxy' | 'leanest', upstream: string, proxies: ChildProcess[]): Promise<string> {
  const proxy = fork(join(__dirname, 'proxy.js'), [kind, upstream]);
  proxies.push(proxy);
  const [url] = (await once(proxy, 'message')) as [string];
  return url;
}

void main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
