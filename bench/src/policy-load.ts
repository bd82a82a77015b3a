import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyStates, PolicyTopic } from '@qiongtong/contracts';
import { PolicyPublisher, startPlatform, testIssuer, type Platform } from '@qiongtong/testing';
import { grantsOf, policyWorld } from './decide/policy-world';
import type { Known, Order, Reader } from './policy-load/reader';
import { compare, median, type Round } from './report';
import { run } from './run';

const GRANTS = Number(process.env['BENCH_GRANTS'] ?? 100_000);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 7);
/** A thousand entries with their items are more than the broker takes at once. */
const AT_ONCE = 250;
const PREFIX = 'bench.';
const READERS: readonly Reader[] = ['projection', 'bare kafkajs'];

type Started = Pick<Known, 'seconds' | 'rssMb'>;

/** @returns how many states there are */
async function publishPolicy(publisher: PolicyPublisher): Promise<number> {
  const world = policyWorld(GRANTS);
  const publish = async <T extends PolicyTopic>(topic: T, states: Iterable<PolicyStates[T]>): Promise<void> => {
    let waiting: PolicyStates[T][] = [];
    for (const state of states)
      if (waiting.push(state) === AT_ONCE) {
        await publisher.publish(topic, ...waiting);
        waiting = [];
      }
    if (waiting.length > 0) await publisher.publish(topic, ...waiting);
  };
  await publish('policy.organisations', world.organisations);
  await publish('policy.systems', world.systems);
  await publish('policy.resources', world.resources);
  await publish('policy.grants', grantsOf(world));
  return world.organisations.length + world.systems.length + world.resources.length + GRANTS;
}

async function read(order: Order): Promise<Known> {
  const child = fork(join(__dirname, 'policy-load', 'reader.js'), {
    // As the gateway is started, see `startPlatform`.
    execArgv: ['--expose-gc', '--max-semi-space-size=32'],
  });
  try {
    child.send(order);
    const [known] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error(`${order.who} ended`))),
    ])) as [Known];
    return known;
  } finally {
    child.kill('SIGKILL');
  }
}

async function main(): Promise<void> {
  const issuer = await testIssuer();
  let publisher: PolicyPublisher | undefined;
  let states = 0;
  console.log('starting a broker and a gateway of their own …');
  const platform = await startPlatform({
    name: `bench-policy-load-${process.pid}`,
    topicPrefix: PREFIX,
    processes: ['gateway'],
    beforeProcesses: async ({ kafkaBrokers, topicPrefix }) => {
      publisher = await PolicyPublisher.start(kafkaBrokers, topicPrefix);
      states = await publishPolicy(publisher);
    },
    env: { all: { OIDC_ISSUER: issuer.issuer, OIDC_AUDIENCE: issuer.audience, LOG_LEVEL: 'warn' } },
  });
  try {
    await measure(platform, states);
  } finally {
    await publisher?.stop();
    await platform.remove();
    await issuer.close();
  }
}

/** The whole entrance from the start of its process: its own code has to be loaded as well. */
async function gatewayStarted(platform: Platform): Promise<Started> {
  await platform.kill('gateway');
  const from = performance.now();
  await platform.restart('gateway');
  const seconds = (performance.now() - from) / 1000;
  const pid = platform.supervisor.pid('gateway');
  const resident = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { seconds, rssMb: Number(resident) / 1024 };
}

async function measure(platform: Platform, states: number): Promise<void> {
  const order = { brokers: platform.kafkaBrokers, prefix: PREFIX, states };
  const gateways: Started[] = [];
  const rounds: Round[] = [];
  const known = new Map<Reader, Known[]>(READERS.map((who) => [who, []]));
  for (const who of READERS) await read({ ...order, who });
  for (let round = 0; round < ROUNDS; round++) {
    const gateway = await gatewayStarted(platform);
    gateways.push(gateway);
    rounds.push({ group: groupOf(), who: 'gateway', round, value: gateway.seconds });
    // Each of the others begins in turn, beside a gateway without callers.
    for (const who of round % 2 === 0 ? READERS : READERS.toReversed()) {
      const one = await read({ ...order, who });
      known.get(who)!.push(one);
      rounds.push({ group: groupOf(), who, round, value: one.seconds });
      console.log(`  round ${round + 1}, ${who}: ${lineOf(one)}`);
    }
  }
  await platform.kill('gateway');
  const others = await read({ ...order, who: 'projection without grants' });
  const of = (who: Reader, part: keyof Known) => median(known.get(who)!.map((one) => one[part]));
  const facts: Record<string, string | number> = { 'states in all': states };
  for (const who of READERS)
    for (const part of ['cpuSeconds', 'rssMb', 'peakRssMb', 'heapMb'] as const) facts[`${who} ${part}`] = of(who, part);
  facts['gateway rssMb'] = median(gateways.map(({ rssMb }) => rssMb));
  facts['heap bytes a grant'] = ((of('projection', 'heapMb') - others.heapMb) * 2 ** 20) / GRANTS;
  compare({
    name: 'policy-load',
    title: 'From an empty process to a whole policy, beside a consumer that parses the same messages and keeps nothing',
    unit: 'seconds',
    subject: 'projection',
    peer: 'bare kafkajs',
    headline: groupOf(),
    higherIsBetter: false,
    rounds,
    facts,
  });
}

const groupOf = () => `${GRANTS.toLocaleString('en')} grants`;
const lineOf = ({ seconds, cpuSeconds, rssMb, peakRssMb, heapMb }: Known): string =>
  `${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} s of processor, ${Math.round(rssMb)} MB resident ` +
  `(${Math.round(peakRssMb)} at most), ${Math.round(heapMb)} MB of heap`;

run(main);
