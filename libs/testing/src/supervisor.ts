import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { end, isAlive, lastLines, signal, spawnDetached, waitUntilGone, type ProcessId } from './processes';

export type SupervisedProcess = Readonly<{
  name: string;
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd?: string;
  /** Answers 2xx when the process can do its work. */
  readyUrl: string;
  readyWithinMs?: number;
  /** How long it may finish what is in hand before it is ended by force. */
  drainMs?: number;
}>;

export type SupervisorEvents = Readonly<{
  /** Something a person wants to know: a crash, a restart. */
  onEvent?: (line: string) => void;
  /** Called at every start and end, so that a later run can tell what is left over. */
  onProcess?: (name: string, id: ProcessId | undefined) => void;
}>;

type Entry = { spec: SupervisedProcess; id?: ProcessId; wanted: boolean; crashes: number; startedAt: number };

const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 10_000;
const STABLE_AFTER_MS = 30_000;
const DRAIN_MS = 20_000;

/** Runs processes, brings back those that crash, and ends all of them in the reverse order of their start. */
export class Supervisor {
  private readonly entries = new Map<string, Entry>();
  private ending = false;

  constructor(
    private readonly logDir: string,
    private readonly events: SupervisorEvents = {},
  ) {}

  /** Resolves when it is ready; throws with the end of its log when it ends or takes too long. */
  async start(spec: SupervisedProcess): Promise<void> {
    if (this.ending) throw new Error(`${spec.name} is not started: everything is being stopped`);
    if (this.entries.get(spec.name)?.wanted === true) throw new Error(`${spec.name} is running`);
    const entry: Entry = { spec, wanted: true, crashes: 0, startedAt: 0 };
    this.entries.delete(spec.name);
    this.entries.set(spec.name, entry);
    this.spawn(entry);
    await this.ready(spec.name);
  }

  async ready(name: string): Promise<void> {
    const entry = this.entry(name);
    const { readyUrl, readyWithinMs = 120_000 } = entry.spec;
    const until = Date.now() + readyWithinMs;
    for (;;) {
      if (await answers(readyUrl)) return;
      const why = !entry.wanted
        ? 'was stopped'
        : entry.crashes >= 3
          ? 'keeps ending'
          : Date.now() > until
            ? `was not ready within ${readyWithinMs} ms`
            : undefined;
      if (why !== undefined)
        throw new Error(`${name} ${why}; the end of ${this.log(name)}:\n${lastLines(this.log(name))}`);
      await sleep(100);
    }
  }

  /** Ends it by force and leaves it so, until `restart`. */
  async kill(name: string): Promise<void> {
    const entry = this.entry(name);
    entry.wanted = false;
    signal(entry.id, 'SIGKILL');
    if (entry.id !== undefined) await waitUntilGone(entry.id, 5_000);
  }

  /** Stands still, as in a long pause of its runtime or its machine, until `resume`. */
  pause(name: string): void {
    signal(this.entry(name).id, 'SIGSTOP');
  }

  resume(name: string): void {
    signal(this.entry(name).id, 'SIGCONT');
  }

  async stop(name: string): Promise<void> {
    const entry = this.entry(name);
    entry.wanted = false;
    signal(entry.id, 'SIGCONT');
    await end(entry.id, 'SIGTERM', entry.spec.drainMs ?? DRAIN_MS);
  }

  /** Ends it in order if it runs, and starts it again on its port; `env` is added to what it had. */
  async restart(name: string, env: NodeJS.ProcessEnv = {}): Promise<void> {
    const { spec } = this.entry(name);
    await this.stop(name);
    await this.start({ ...spec, env: { ...spec.env, ...env } });
  }

  /** Resolves when the process that runs now has ended. */
  async gone(name: string): Promise<void> {
    const { id } = this.entry(name);
    if (id !== undefined && !(await waitUntilGone(id, 10_000))) throw new Error(`${name} did not end`);
  }

  pid(name: string): number | undefined {
    const { id } = this.entry(name);
    return isAlive(id) ? id.pid : undefined;
  }

  log(name: string): string {
    return join(this.logDir, `${name}.log`);
  }

  /** In the reverse order of `order`, those not named first; each drains before the next is asked. */
  async stopAll(order: readonly string[] = [...this.entries.keys()]): Promise<void> {
    this.ending = true;
    const others = [...this.entries.keys()].filter((name) => !order.includes(name));
    for (const name of [...others, ...[...order].reverse()]) if (this.entries.has(name)) await this.stop(name);
  }

  private entry(name: string): Entry {
    const entry = this.entries.get(name);
    if (entry === undefined) throw new Error(`${name} was never started`);
    return entry;
  }

  private spawn(entry: Entry): void {
    const { name, command, args, env, cwd } = entry.spec;
    const { child, id } = spawnDetached({ command, args, env, logFile: this.log(name), ...(cwd ? { cwd } : {}) });
    entry.id = id;
    entry.startedAt = Date.now();
    this.events.onProcess?.(name, id);
    child.once('exit', (code, by) => this.ended(entry, child, `${by ?? `exit ${code}`}`));
  }

  private ended(entry: Entry, child: ChildProcess, how: string): void {
    const { name } = entry.spec;
    if (entry.id?.pid !== child.pid) return;
    this.events.onProcess?.(name, undefined);
    if (!entry.wanted || this.ending) return;
    entry.crashes = Date.now() - entry.startedAt > STABLE_AFTER_MS ? 1 : entry.crashes + 1;
    const wait = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (entry.crashes - 1));
    this.events.onEvent?.(`${name} ended (${how}); it is started again in ${wait} ms`);
    setTimeout(() => {
      if (entry.wanted && !this.ending && this.entries.get(name) === entry) this.spawn(entry);
    }, wait).unref();
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
