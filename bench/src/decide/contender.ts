import type { Use } from '@qiongtong/contracts';
import { median, quantile } from '../report';
import { casbin } from './casbin';
import { cedarSliced, cedarWhole } from './cedar';
import { mapLookup, ourDecision, type Contender, type Contenders } from './contenders';
import { opa } from './opa';
import { policyWorld, usesOf, type PolicyWorld } from './policy-world';

/** One contender with its policy in a process of its own, which measures a round when it is told to. */
export type Ready = Readonly<{ loadMs: number; heapMb: number; rssMb: number; answers: string }>;
/** It does not hold so many. */
export type Failed = Readonly<{ failed: string }>;
export type MeasuredRound = Readonly<{ value: number; p50?: number; p99?: number }>;

const USES = 50_000;
/** Shows the index by itself: the memory it touches does not grow. */
const HOT = 'decide, 1,000 in use';
/** So many answers are compared with the others'. */
const COMPARED = 300;
const BATCH = 20;
/** Of each of the two passes of a round; the slow ones do not come to the end of the uses. */
const PASS_MS = 600;

async function load(who: Contenders, world: PolicyWorld): Promise<{ contender: Contender; loadMs: number }> {
  if (who === 'decide' || who === HOT) return ourDecision(world);
  const from = performance.now();
  const contender = await {
    OPA: opa,
    casbin,
    Cedar: cedarWhole,
    'Cedar, sliced': cedarSliced,
    'Map lookup': mapLookup,
  }[who](world);
  return { contender, loadMs: performance.now() - from };
}

const read = (batch: readonly string[]): Use[] => batch.map((json) => JSON.parse(json) as Use);

function timed(call: () => unknown): number {
  const started = process.hrtime.bigint();
  call();
  return Number(process.hrtime.bigint() - started);
}

/**
 * Calls a second, the clock read once for a batch; then each call by itself in microseconds, less what reading the clock
 * takes. Uses are read outside of what is measured.
 */
function measure(uses: readonly string[], call: Contender): MeasuredRound {
  let elapsed = 0;
  let calls = 0;
  let permitted = 0;
  for (const batch of batches(uses)) {
    elapsed += timed(() => {
      for (const use of batch) if (call(use)) permitted++;
    });
    calls += batch.length;
  }
  // The answers must be used, or there may be no calls.
  if (permitted === 0) throw new Error('nothing was permitted');
  const times: number[] = [];
  for (const batch of batches(uses)) for (const use of batch) times.push(timed(() => call(use)));
  const reading = median(Array.from({ length: 1_000 }, () => timed(() => null)));
  const us = (q: number) => Math.max(0, quantile(times, q) - reading) / 1_000;
  return { value: (calls * 1e9) / elapsed, p50: us(0.5), ...(times.length >= 200 ? { p99: us(0.99) } : {}) };
}

function* batches(uses: readonly string[]): Generator<readonly Use[]> {
  const until = performance.now() + PASS_MS;
  for (let from = 0; from < uses.length && (from === 0 || performance.now() < until); from += BATCH)
    yield read(uses.slice(from, from + BATCH));
}

async function main(): Promise<void> {
  const [who, size] = [process.argv[2] as Contenders, Number(process.argv[3])];
  const world = policyWorld(size);
  const uses = usesOf(world, USES, who === HOT ? 1_000 : size);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const { contender, loadMs } = await load(who, world);
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  const asked = performance.now();
  let answers = '';
  for (const use of read(uses.slice(0, COMPARED))) {
    answers += contender(use) ? '1' : '0';
    if (performance.now() - asked > 20 * PASS_MS) break;
  }
  const ready: Ready = { loadMs, heapMb: (heapUsed - before) / 2 ** 20, rssMb: rss / 2 ** 20, answers };
  process.on('message', () => process.send!(measure(uses, contender)));
  process.send!(ready);
}

main().catch((error: unknown) => {
  process.send!({ failed: String(error) });
});
