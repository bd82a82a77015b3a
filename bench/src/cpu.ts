import { readdirSync, readFileSync } from 'node:fs';

/** The process of each part of what is measured; its children count with it. */
export type Parts = Readonly<Record<string, number | undefined>>;
/** Microseconds of processor time. */
export type CpuTimes = Readonly<Record<string, number>>;

const TICK_MICROSECONDS = 10_000;

/**
 * Processor time spent so far by each part. It says what a request costs whatever else the machine does. Linux only;
 * elsewhere everything is 0.
 */
export function cpuTimes(parts: Parts): CpuTimes {
  const times: Record<string, number> = {};
  for (const part in parts) times[part] = 0;
  for (const id of processIds()) {
    const stat = statOf(id);
    if (!stat) continue;
    const of = (process: number) => Object.keys(parts).find((name) => parts[name] === process);
    const part = of(id) ?? of(stat.parent);
    if (part !== undefined) times[part]! += stat.ticks * TICK_MICROSECONDS;
  }
  return times;
}

/** Microseconds of each part between two readings, for each of `count` requests. */
export function cpuBetween(before: CpuTimes, after: CpuTimes, count: number): CpuTimes {
  return Object.fromEntries(
    Object.keys(before).map((part) => [part, Math.max(0, after[part]! - before[part]!) / Math.max(1, count)]),
  );
}

function processIds(): number[] {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
}

function statOf(id: number): { parent: number; ticks: number } | null {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, 'latin1');
    // After the name in brackets come state and parent; user and system time are the 14th and 15th field of the whole.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return null; // It has ended meanwhile.
  }
}
