import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that can be recognised later: a pid alone may by then belong to somebody else. */
export type ProcessId = Readonly<{ pid: number; startedAt: string }>;

/** When the process started, as the system tells it; undefined when there is none (or only its zombie is left). */
export function startTimeOf(pid: number): string | undefined {
  if (process.platform !== 'linux') {
    const ps = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' });
    const line = ps.stdout.trim();
    return ps.status === 0 && line !== '' && !line.startsWith('Z') ? line.replace(/^\S+\s+/, '') : undefined;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command, in parentheses, may hold spaces and parentheses itself: count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

export function identify(pid: number): ProcessId {
  return { pid, startedAt: startTimeOf(pid) ?? 'gone' };
}

export function isAlive(id: ProcessId | undefined): id is ProcessId {
  return id !== undefined && startTimeOf(id.pid) === id.startedAt;
}

export function signal(id: ProcessId | undefined, name: NodeJS.Signals): void {
  if (!isAlive(id)) return;
  try {
    process.kill(id.pid, name);
  } catch {
    // It ended between the look and the signal.
  }
}

export async function waitUntilGone(id: ProcessId, timeoutMs: number): Promise<boolean> {
  const until = Date.now() + timeoutMs;
  while (isAlive(id)) {
    if (Date.now() > until) return false;
    await sleep(20);
  }
  return true;
}

/** Asks with `how`, and ends it by force when it has not gone in time. */
export async function end(id: ProcessId | undefined, how: NodeJS.Signals, graceMs: number): Promise<void> {
  if (!isAlive(id)) return;
  signal(id, how);
  if (await waitUntilGone(id, graceMs)) return;
  signal(id, 'SIGKILL');
  await waitUntilGone(id, 5_000);
}

export type Detached = Readonly<{
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  logFile: string;
  cwd?: string;
  uid?: number;
  gid?: number;
}>;

/**
 * Starts a process in a session of its own, writing to a file: it outlives its starter, and a Ctrl-C in the terminal
 * does not reach it before whoever supervises it ends it in order.
 */
export function spawnDetached(what: Detached): { child: ChildProcess; id: ProcessId } {
  mkdirSync(dirname(what.logFile), { recursive: true });
  const log = openSync(what.logFile, 'a', 0o644);
  try {
    const child = spawn(what.command, what.args, {
      detached: true,
      stdio: ['ignore', log, log],
      env: what.env,
      ...(what.cwd === undefined ? {} : { cwd: what.cwd }),
      ...(what.uid === undefined ? {} : { uid: what.uid, gid: what.gid }),
    });
    child.on('error', () => undefined);
    if (child.pid === undefined) throw new Error(`${what.command} cannot be started`);
    child.unref();
    return { child, id: identify(child.pid) };
  } finally {
    closeSync(log);
  }
}

export function lastLines(file: string, count = 15): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  } catch {
    return '(no log)';
  }
}

const taken = new Set<number>();

/** Below the range from which the system takes ports of outgoing connections: one that is freed stays free. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isFree(preferred))) {
    taken.add(preferred);
    return preferred;
  }
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (taken.has(port) || !(await isFree(port))) continue;
    taken.add(port);
    return port;
  }
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
