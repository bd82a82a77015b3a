import type { Platform, ProcessName } from '@qiongtong/testing';
import { cpuBetween, cpuTimes, type Parts } from './cpu';
import { peakMb, resetPeak } from './memory';
import { median } from './report';

/** What rows cost services and their database, and the most that the services have resident meanwhile. */
export class Costs {
  private readonly services: readonly (readonly [string, number])[];
  private readonly parts: Parts;
  private readonly micros = new Map<string, number[]>();
  private readonly peaks = new Map<string, number>();

  constructor({ supervisor, instance }: Platform, services: readonly ProcessName[]) {
    this.services = services.map((name) => [name, supervisor.pid(name)!] as const);
    this.parts = { ...Object.fromEntries(this.services), postgres: instance.read().postgres?.process?.pid };
  }

  /** @param rows that the work is about @param what it is told under */
  async of<T>(what: string, rows: number, work: () => Promise<T>): Promise<T> {
    for (const [, pid] of this.services) resetPeak(pid);
    const before = cpuTimes(this.parts);
    const done = await work();
    for (const [part, cost] of Object.entries(cpuBetween(before, cpuTimes(this.parts), rows))) {
      const known = `${what}, ${part}`;
      this.micros.set(known, [...(this.micros.get(known) ?? []), cost]);
    }
    for (const [name, pid] of this.services) {
      const known = `${what}, ${name}`;
      this.peaks.set(known, Math.max(this.peaks.get(known) ?? 0, peakMb(pid)));
    }
    return done;
  }

  facts(): Record<string, number> {
    return {
      ...Object.fromEntries([...this.micros].map(([what, costs]) => [`µs a row, ${what}`, median(costs)])),
      ...Object.fromEntries([...this.peaks].map(([what, peak]) => [`MB at most, ${what}`, peak])),
    };
  }
}
