import { readFileSync, writeFileSync } from 'node:fs';

/** Begins to measure the most that a process has resident. Linux only, as `/proc` is. */
export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** The most megabytes that the process has had resident since `resetPeak`, or since it began. */
export function peakMb(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
