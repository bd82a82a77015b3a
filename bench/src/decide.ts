import type { Use } from '@qiongtong/contracts';
import { decide } from '@qiongtong/regulation';
import { policyWorld, usesOf } from './policy-world';
import { compare, median, quantile, type Round } from './report';

const SIZES = [1_000, 10_000, 100_000];
const USES = 50_000;
const BATCH = 20;
const ROUNDS = 9;
const PEER = 'a bare Map lookup';
const now = new Date('2026-06-01T10:00:00+08:00');

type Call = (use: Use) => unknown;
type Measured = Pick<Round, 'value' | 'p50' | 'p99'>;

/**
 * Calls a second, the clock read once for a batch; then each call by itself in microseconds, less what reading the clock
 * takes. Uses are read outside of what is measured.
 */
function measure(uses: readonly string[], call: Call): Measured {
  let elapsed = 0;
  let kept = 0;
  for (let from = 0; from < uses.length; from += BATCH) {
    const batch = read(uses.slice(from, from + BATCH));
    elapsed += timed(() => {
      for (const use of batch) if (call(use)) kept++;
    });
  }
  // The answers must be used, or there may be no calls.
  if (kept === 0) throw new Error('nothing was answered');
  const times: number[] = [];
  for (let from = 0; from < uses.length; from += BATCH)
    for (const use of read(uses.slice(from, from + BATCH))) times.push(timed(() => call(use)));
  const reading = median(Array.from({ length: 1_000 }, () => timed(() => null)));
  const us = (q: number) => Math.max(0, quantile(times, q) - reading) / 1_000;
  return { value: (uses.length * 1e9) / elapsed, p50: us(0.5), p99: us(0.99) };
}

const read = (batch: readonly string[]): Use[] => batch.map((json) => JSON.parse(json) as Use);

function timed(call: () => unknown): number {
  const started = process.hrtime.bigint();
  call();
  return Number(process.hrtime.bigint() - started);
}

const rounds: Round[] = [];
const facts: Record<string, string | number> = { 'uses a round': USES };
for (const size of SIZES) {
  const world = policyWorld(size);
  const uses = usesOf(world, USES);
  const byKey = new Map(world.grants.map((grant) => [`${grant.holderId}|${grant.resourceId}|query`, grant]));
  const decided: Call = (use) => decide(world.policy, use, now).effect === 'permit';
  const lookedUp: Call = (use) => byKey.get(`${use.departmentId}|${use.resourceId}|${use.action}`);
  const permitted = read(uses).filter(decided).length;
  if (permitted < USES / 2) throw new Error(`only ${permitted} of ${USES} uses are permitted: this measures refusals`);

  const contenders: [string, Call][] = [
    ['decide', decided],
    [PEER, lookedUp],
  ];
  for (const [, call] of contenders) measure(uses, call);
  const group = `${size.toLocaleString('en')} grants`;
  for (let round = 0; round < ROUNDS; round++) {
    // Each begins in turn, so that whatever else the machine does falls on both alike.
    for (const [who, call] of contenders) rounds.push({ group, who, round, ...measure(uses, call) });
    contenders.reverse();
  }
  facts[`${group} load ms`] = Math.round(world.loadMs);
  facts[`${group} heap MB`] = Math.round(world.heapMb);
}
compare({
  name: 'decide',
  title: 'Sharing decisions beside a lookup by the same key, which decides nothing: the floor',
  unit: 'calls/s',
  latencyUnit: 'µs',
  subject: 'decide',
  peer: PEER,
  headline: `${SIZES.at(-1)!.toLocaleString('en')} grants`,
  higherIsBetter: true,
  rounds,
  facts,
});
