import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Failed, MeasuredRound, Ready } from './decide/contender';
import type { Contenders } from './decide/contenders';
import { opaVersion } from './decide/opa';
import { compare, median, type Round } from './report';
import { run } from './run';

const SIZES = [1_000, 10_000, 100_000, 1_000_000];
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 7);
const HEADLINE = 100_000;
const CONTENDERS: readonly Contenders[] = [
  'decide',
  'decide, 1,000 in use',
  'Map lookup',
  'Cedar, sliced',
  'OPA',
  'Cedar',
  'casbin',
];
/** Who needs longer to take in a policy does not hold it. */
const LOAD_LIMIT_MS = 180_000;
/** Who decides fewer a second is not asked to at the next size. */
const TOO_SLOW = 50;

type Running = Readonly<{ who: Contenders; process: ChildProcess; ready: Ready }>;

const facts: Record<string, string | number> = {};
const rounds: Round[] = [];
const groupOf = (size: number) => `${size.toLocaleString('en')} grants`;

/** @returns why it does not hold so many, when it does not */
async function start(who: Contenders, size: number): Promise<Running | string> {
  const child = fork(join(__dirname, 'decide', 'contender.js'), [who, String(size)], {
    execArgv: ['--expose-gc', '--max-old-space-size=8192'],
  });
  const limit = AbortSignal.timeout(LOAD_LIMIT_MS);
  const ended = once(child, 'exit', { signal: limit }).then(() => 'it ended while it took them in');
  const ready = once(child, 'message', { signal: limit }).then(([message]) => message as Ready | Failed);
  try {
    const first = await Promise.race([ready, ended]);
    if (typeof first === 'string') return first;
    if (!('failed' in first)) return { who, process: child, ready: first };
    child.kill('SIGKILL');
    return first.failed;
  } catch {
    child.kill('SIGKILL');
    return `more than ${LOAD_LIMIT_MS / 1000} s to take them in`;
  } finally {
    ended.catch(() => undefined);
    ready.catch(() => undefined);
  }
}

async function measured({ who, process: child }: Running): Promise<MeasuredRound> {
  child.send('round');
  const [answer] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error(`${who} ended`))),
  ])) as [MeasuredRound];
  return answer;
}

/** The same policies and the same questions must have had the same answers, or nothing is compared. */
function compareAnswers([first, ...others]: readonly Running[], size: number): void {
  const expected = first!.ready.answers;
  const permits = [...expected].filter((answer) => answer === '1').length;
  if (permits < expected.length / 2) throw new Error(`only ${permits} of ${expected.length} uses are permitted`);
  for (const { who, ready } of others)
    if (who !== 'Map lookup' && who !== 'decide, 1,000 in use' && !expected.startsWith(ready.answers))
      throw new Error(`${who} answers otherwise than decide at ${size} grants`);
}

async function atSize(size: number, left: Set<Contenders>): Promise<void> {
  const group = groupOf(size);
  const running: Running[] = [];
  const taken: string[] = [];
  try {
    for (const who of CONTENDERS.filter((one) => left.has(one))) {
      const started = await start(who, size);
      if (typeof started === 'string') {
        left.delete(who);
        facts[`${group}, ${who}`] = `not held: ${started}`;
        continue;
      }
      running.push(started);
      const { loadMs, rssMb } = started.ready;
      taken.push(`${who} ${(loadMs / 1000).toFixed(1)} s, ${Math.round(rssMb)} MB resident`);
    }
    facts[`${group} taken in`] = taken.join('; ');
    compareAnswers(running, size);
    for (const one of running) await measured(one);
    // Each begins in turn, so that whatever else the machine does falls on all alike.
    for (let round = 0; round < ROUNDS; round++)
      for (let turn = 0; turn < running.length; turn++) {
        const one = running[(round + turn) % running.length]!;
        rounds.push({ group, who: one.who, round, ...(await measured(one)) });
      }
    for (const { who } of running) {
      const speed = median(rounds.filter((r) => r.group === group && r.who === who).map(({ value }) => value));
      if (speed > TOO_SLOW) continue;
      left.delete(who);
      facts[`more grants, ${who}`] = `not asked, too slow at ${group}`;
    }
  } finally {
    for (const { process: child } of running) child.kill('SIGKILL');
  }
}

async function main(): Promise<void> {
  const left = new Set<Contenders>(CONTENDERS);
  const version = opaVersion();
  if (version === null) left.delete('OPA');
  facts['OPA'] = version === null ? 'not present' : `${version} as WebAssembly in process`;
  for (const size of SIZES) await atSize(size, left);
  compare({
    name: 'decide',
    title: 'Sharing decisions beside other engines with the same policies and the same questions',
    unit: 'decisions/s',
    latencyUnit: 'µs',
    subject: 'decide',
    // The nearest of the engines.
    peer: version === null ? 'Cedar, sliced' : 'OPA',
    headline: groupOf(HEADLINE),
    higherIsBetter: true,
    rounds,
    facts,
  });
}

run(main);
