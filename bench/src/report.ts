import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

/** One contender's figures in one round. Latencies are optional. */
export type Round = Readonly<{
  /** What is compared with each other, e.g. `128 connections`. */
  group: string;
  who: string;
  round: number;
  value: number;
  p50?: number;
  p99?: number;
}>;

export type Comparison = Readonly<{
  name: string;
  title: string;
  unit: string;
  /** Unit of p50 and p99. */
  latencyUnit?: string;
  subject: string;
  /** What 1.00 stands for. */
  peer: string;
  /** The group of the last line. */
  headline: string;
  higherIsBetter: boolean;
  rounds: readonly Round[];
  facts: Readonly<Record<string, string | number>>;
}>;

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** @param q between 0 and 1 */
export function quantile(values: readonly number[] | Float64Array, q: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN;
}

/** How good each contender is beside the peer in the same round; 1.00 is as good. */
export function ratiosOf(
  { rounds, peer, higherIsBetter }: Pick<Comparison, 'rounds' | 'peer' | 'higherIsBetter'>,
  group: string,
  who: string,
): number[] {
  return rounds
    .filter((round) => round.group === group && round.who === who)
    .flatMap(({ round, value }) => {
      const beside = rounds.find((other) => other.group === group && other.who === peer && other.round === round);
      return beside ? [higherIsBetter ? value / beside.value : beside.value / value] : [];
    });
}

/** Prints the table, writes `bench/results/NAME.json` and ends with the line that a script reads. */
export function compare(comparison: Comparison): void {
  const { name, headline, subject } = comparison;
  const ratios = ratiosOf(comparison, headline, subject);
  const summary = { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios), rounds: ratios.length };
  const machine = { node: process.version, cores: availableParallelism() };
  const folder = join(__dirname, '..', 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify({ ...comparison, summary, machine }, null, 2)}\n`);
  const facts = Object.entries(comparison.facts).map(([what, value]) => `${what}: ${shown(value)}`);
  console.log(
    ['', comparison.title, '', tableOf(comparison), '', facts.join(' · '), lastLineOf(comparison)].join('\n'),
  );
}

export function lastLineOf(comparison: Comparison): string {
  const ratios = ratiosOf(comparison, comparison.headline, comparison.subject);
  return (
    `bench ${comparison.name}: ${median(ratios).toFixed(2)} of ${comparison.peer} ` +
    `(${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}, ${ratios.length} rounds)`
  );
}

/** A line for each contender of each group: medians over the rounds, with the range of values and of ratios. */
export function tableOf(comparison: Comparison): string {
  const { rounds, unit, latencyUnit = 'ms', peer } = comparison;
  const rows: string[][] = [['', unit, `p50 ${latencyUnit}`, `p99 ${latencyUnit}`, `of ${peer}`]];
  for (const group of new Set(rounds.map((round) => round.group))) {
    const inGroup = rounds.filter((round) => round.group === group);
    for (const who of new Set(inGroup.map((round) => round.who))) {
      const own = inGroup.filter((round) => round.who === who);
      const ratios = ratiosOf(comparison, group, who);
      const range = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
      rows.push([
        `${group}, ${who}`,
        spread(own.map(({ value }) => value)),
        latency(own.map(({ p50 }) => p50)),
        latency(own.map(({ p99 }) => p99)),
        ratios.length > 0 ? `${median(ratios).toFixed(2)} (${range})` : '',
      ]);
    }
  }
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const shown = (value: string | number): string =>
  typeof value === 'number' ? value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 2 : 0 }) : value;

const spread = (values: readonly number[]): string =>
  values.length > 1
    ? `${shown(median(values))} (${shown(Math.min(...values))}–${shown(Math.max(...values))})`
    : shown(values[0] ?? NaN);

function latency(values: readonly (number | undefined)[]): string {
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? shown(median(known)) : '';
}
