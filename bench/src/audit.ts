import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { promisify } from 'node:util';
import { HOP_HEADER, type Principal } from '@qiongtong/contracts';
import { HopTokens, SystemClock } from '@qiongtong/platform';
import { startPlatform, type Platform } from '@qiongtong/testing';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { Costs } from './costs';
import { cpuBetween, cpuTimes } from './cpu';
import { getRequest, load } from './load';
import { compare, quantile, type Round } from './report';
import { run, secondsSince } from './run';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const FACTS = Number(process.env['BENCH_FACTS'] ?? 100_000);
const FACT_BYTES = 500;
/** Of the peer: as many as keep its batches full. */
const CALLERS = 1_024;
const SENT_AT_ONCE = 1_000;
const STEADY_PER_SECOND = 2_000;
const STEADY_SECONDS = 10;
const STEADY_EVERY_MS = 10;
const PROOF_SECONDS = 2;
const RESTING_MS = 1_000;
/** A token is taken once, within ten seconds. */
const MOST_PROOFS = 20_000;
const SUBJECT = 'audit';
const PEER = 'Tessera POSIX';
const GO_MODULE = join(__dirname, '../../tools/tlog');
const RESULTS = join(__dirname, '..', 'results');
const AUDITOR: Principal = {
  ...{ kind: 'officer', officerId: 'auditor', systemId: null, departmentId: 'sjt', regionCode: '460000' },
  ...{ roles: ['AUDITOR'], tokenId: 'bench' },
};

/** Facts as a relay writes them, numbered without a gap. */
class Facts {
  private n = 0;
  private readonly padding = randomBytes(FACT_BYTES).toString('base64');

  constructor(
    private readonly producer: Producer,
    private readonly topic: string,
  ) {}

  get sent(): number {
    return this.n;
  }

  async send(count: number): Promise<void> {
    const messages = Array.from({ length: count }, () => {
      const n = String(++this.n);
      const text = `{"n":${n},"providerId":"hk-mzj","text":"`;
      return {
        key: `203000-${n}`,
        value: `${text}${this.padding.slice(0, FACT_BYTES - text.length - 2)}"}`,
        headers: {
          ...{ ce_type: 'catalogue.entry-published.v1', ce_source: 'catalogue', ce_time: new Date().toISOString() },
          ...{ qt_epoch: '1', qt_n: n },
        },
      };
    });
    await this.producer.send({ topic: this.topic, messages });
  }
}

/** What is in the newest checkpoint; 0 while nobody answers. */
async function sizeOf(platform: Platform): Promise<number> {
  const answer = await fetch(`${platform.urls.audit}/v1/audit/checkpoint`).catch(() => null);
  return answer?.ok ? ((await answer.json()) as { size: number }).size : 0;
}

/**
 * The facts lie there while audit is away; time runs from the first checkpoint that covers some of them to that which covers all.
 * @returns facts a second
 */
async function sealed(platform: Platform, facts: Facts): Promise<number> {
  const before = await sizeOf(platform);
  await platform.kill('audit');
  for (let sent = 0; sent < FACTS; sent += SENT_AT_ONCE) await facts.send(SENT_AT_ONCE);
  await platform.restart('audit');
  let first = { size: before, at: 0 };
  for (let size = before; size < before + FACTS; size = await sizeOf(platform)) {
    if (first.at === 0 && size > before) first = { size, at: performance.now() };
    await later(5);
  }
  return (before + FACTS - first.size) / secondsSince(first.at);
}

/** @returns milliseconds from the sending of each fact until a checkpoint covers it, at a steady rate */
async function untilCheckpoint(platform: Platform, facts: Facts): Promise<number[]> {
  const base = (await sizeOf(platform)) - facts.sent;
  const sentAt: number[] = [];
  const latencies: number[] = [];
  const first = facts.sent;
  const wanted = STEADY_PER_SECOND * STEADY_SECONDS;
  const watching = (async () => {
    while (latencies.length < wanted) {
      const covered = (await sizeOf(platform)) - base - first;
      const now = performance.now();
      while (latencies.length < covered) latencies.push(now - sentAt[latencies.length]!);
      await later(2);
    }
  })();
  const from = performance.now();
  const atOnce = (STEADY_PER_SECOND * STEADY_EVERY_MS) / 1000;
  for (let n = 0; n < wanted; n += atOnce) {
    await later(Math.max(0, from + (n / STEADY_PER_SECOND) * 1000 - performance.now()));
    const now = performance.now();
    for (let i = 0; i < atOnce; i++) sentAt.push(now);
    await facts.send(atOnce);
  }
  await watching;
  return latencies;
}

/** Waits until audit has nothing to do any more: what follows the log works on after it is sealed. */
async function rest(platform: Platform): Promise<void> {
  const parts = { audit: platform.supervisor.pid('audit') };
  for (;;) {
    const before = cpuTimes(parts);
    await later(RESTING_MS);
    if (cpuBetween(before, cpuTimes(parts), 1)['audit']! < RESTING_MS * 100) return;
  }
}

async function proofs(platform: Platform, connections: number) {
  const hops = new HopTokens(platform.hopKeysDir, 'gateway', new SystemClock());
  const size = await sizeOf(platform);
  const requests = Array.from({ length: MOST_PROOFS }, (_, i) => {
    const target = `/v1/audit/proofs/inclusion?index=${(i * 7919) % size}`;
    return getRequest(target, { [HOP_HEADER]: hops.issue('audit', 'GET', target, AUDITOR) });
  });
  const measured = await load({ url: platform.urls.audit, connections, seconds: PROOF_SECONDS, requests, once: true });
  if (Object.keys(measured.statuses).join() !== '200') throw new Error(JSON.stringify(measured.statuses));
  return measured;
}

/** The peer's program; null where there is no Go, or its modules cannot be had. */
function peer(folder: string): (() => Promise<{ value: number; p99: number }>) | null {
  const built = spawnSync('go', ['build', '-o', join(folder, 'posix'), './posix'], {
    cwd: GO_MODULE,
    encoding: 'utf8',
  });
  if (built.status !== 0) {
    console.log(`  ${PEER} is not measured: ${built.error?.message ?? built.stderr}`);
    return null;
  }
  return async () => {
    const log = mkdtempSync(join(folder, 'log-'));
    const args = [log, FACTS, FACT_BYTES, CALLERS].map(String);
    const { stdout } = await promisify(execFile)(join(folder, 'posix'), args);
    rmSync(log, { recursive: true });
    const { seconds, checkpoint } = JSON.parse(stdout) as Record<'seconds' | 'checkpoint', number>;
    // Its checkpoint comes every ten seconds, as its default is.
    return { value: FACTS / seconds, p99: checkpoint * 1000 };
  };
}

async function measure(platform: Platform, facts: Facts, folder: string): Promise<void> {
  const group = `${FACTS.toLocaleString('en')} facts of ${FACT_BYTES} bytes`;
  const rounds: Round[] = [];
  const bare = peer(folder);
  const proved: number[] = [];
  const told: Record<string, number> = {};
  for (let round = 0; round <= ROUNDS; round++) {
    const value = await sealed(platform, facts);
    const costs = new Costs(platform, ['audit']);
    const latencies = await costs.of('at 2,000/s', STEADY_PER_SECOND * STEADY_SECONDS, () =>
      untilCheckpoint(platform, facts),
    );
    const [p50, p99] = [quantile(latencies, 0.5), quantile(latencies, 0.99)];
    await rest(platform);
    const parts = { audit: platform.supervisor.pid('audit') };
    const before = cpuTimes(parts);
    const asked = await proofs(platform, 32);
    const cost = cpuBetween(before, cpuTimes(parts), asked.answers)['audit']!;
    await rest(platform);
    const other = await bare?.();
    console.log(
      `  round ${round}: ${Math.round(value)} facts/s, checkpoint p50 ${p50.toFixed(0)} p99 ${p99.toFixed(0)} ms, ` +
        `${Math.round(asked.value)} proofs/s p99 ${asked.p99.toFixed(1)} ms, peer ${Math.round(other?.value ?? NaN)}/s`,
    );
    // What runs for the first time is not counted.
    if (round === 0) continue;
    rounds.push({ group, who: SUBJECT, round, value, p50, p99 });
    if (other) rounds.push({ group, who: PEER, round, ...other });
    rounds.push({ group: 'inclusion proofs, 32 connections', who: SUBJECT, round, ...asked });
    proved.push(cost);
    Object.assign(told, costs.facts());
  }
  compare({
    name: 'audit',
    title: `Facts from the broker into the log, at ${STEADY_PER_SECOND.toLocaleString('en')} a second from a fact to its checkpoint, and proofs by HTTP`,
    unit: 'a second',
    subject: SUBJECT,
    peer: PEER,
    headline: group,
    higherIsBetter: true,
    rounds,
    facts: { ...told, 'µs of audit a proof': quantile(proved, 0.5) },
  });
}

async function main(): Promise<void> {
  console.log('starting audit on an instance of its own …');
  const platform = await startPlatform({
    name: `bench-audit-${process.pid}`,
    processes: ['audit'],
    env: {
      // `-- audit --profile` leaves a CPU profile of audit beside the results.
      audit: process.argv.includes('--profile') ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${RESULTS}` } : {},
      all: { OIDC_ISSUER: 'http://127.0.0.1:9', OIDC_AUDIENCE: 'qiongtong', LOG_LEVEL: 'warn' },
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'bench-audit-'));
  const kafka = new Kafka({ brokers: platform.kafkaBrokers.split(','), logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  try {
    await producer.connect();
    await measure(platform, new Facts(producer, `${platform.topicPrefix}facts.catalogue`), folder);
  } finally {
    await producer.disconnect();
    rmSync(folder, { recursive: true, force: true });
    await platform.remove();
  }
}

run(main);
