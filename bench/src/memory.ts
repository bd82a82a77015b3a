import { readFileSync, writeFileSync } from 'node:fs';

/** Begins to measure the most that a process has resident. Linux only, as `/proc` is. */
export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** The most megabytes that the process has had resident since `resetPeak`, or since it began. */
export function peakMb(pid: number): number {
  return field(pid, 'VmHWM');
}

/** Megabytes that the process has resident now. */
export function residentMb(pid: number): number {
  return field(pid, 'VmRSS');
}

const field = (pid: number, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
