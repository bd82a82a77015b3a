import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { end, identify, isAlive, type ProcessId } from './processes';

export const WORKSPACE = resolve(__dirname, '../../..');
const HOME = join(WORKSPACE, '.qiongtong');
export const KAFKA_LIB = join(HOME, 'kafka', 'lib');
/** What sources push with: Kafka's console producer, Kafka Connect, Debezium. */
export const CLIENTS_LIB = join(HOME, 'clients', 'lib');
/** Unpacked by `npm run setup` for Linux on x64; elsewhere the environment names a server. */
export const REDIS_SERVER = process.env['REDIS_SERVER'] ?? join(HOME, 'redis', 'redis-server-2.8.19');

/** What of an instance runs, where, and where its data is: the only thing that `stop` believes. */
export type InstanceState = {
  name: string;
  /** Other runs may use it, and leave it running. */
  shared?: boolean;
  /** Whoever made it for itself alone; when that is gone, it may be removed. */
  owner?: ProcessId;
  supervisor?: ProcessId;
  postgres?: { process?: ProcessId; port: number; password: string; dataDir: string; uid?: number; gid?: number };
  kafka?: { process?: ProcessId; port: number; controllerPort: number; securedPort?: number; dataDir: string };
  services?: Record<string, { process?: ProcessId; port: number; metricsPort: number }>;
};

export const INSTANCES = join(HOME, 'instances');

/** Beside the data, in what the same user may enter. */
export const archiveOf = (dataDir: string): string => `${dataDir}-wal`;

/** One embedded platform: a folder with its data, logs and state. */
export class Instance {
  readonly dir: string;
  private readonly stateFile: string;
  private readonly lockFile: string;

  constructor(
    readonly name: string,
    home = INSTANCES,
  ) {
    if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) throw new Error(`an instance is named like a-z0-9-: ${name}`);
    this.dir = join(home, name);
    this.stateFile = join(this.dir, 'state.json');
    this.lockFile = join(this.dir, 'lock');
  }

  static names(home = INSTANCES): string[] {
    return existsSync(home) ? readdirSync(home).filter((name) => existsSync(join(home, name, 'state.json'))) : [];
  }

  path(...parts: string[]): string {
    return join(this.dir, ...parts);
  }

  create(): void {
    mkdirSync(this.dir, { recursive: true, mode: 0o755 });
    chmodSync(this.dir, 0o755);
  }

  exists(): boolean {
    return existsSync(this.stateFile);
  }

  read(): InstanceState {
    try {
      return JSON.parse(readFileSync(this.stateFile, 'utf8')) as InstanceState;
    } catch {
      return { name: this.name };
    }
  }

  write(change: (state: InstanceState) => void): InstanceState {
    const state = this.read();
    change(state);
    const next = `${this.stateFile}.next`;
    writeFileSync(next, JSON.stringify(state, null, 1), { mode: 0o600 });
    renameSync(next, this.stateFile);
    return state;
  }

  remove(): void {
    const { postgres } = this.read();
    if (postgres !== undefined)
      for (const folder of [postgres.dataDir, archiveOf(postgres.dataDir)])
        rmSync(folder, { recursive: true, force: true });
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** One start or stop at a time; a lock whose holder is gone is taken over. */
  async locked<T>(work: () => Promise<T>, timeoutMs = 120_000): Promise<T> {
    this.create();
    const until = Date.now() + timeoutMs;
    while (!this.tryLock()) {
      if (Date.now() > until) throw new Error(`instance ${this.name} is being started or stopped by another process`);
      await sleep(100);
    }
    try {
      return await work();
    } finally {
      rmSync(this.lockFile, { force: true });
    }
  }

  private tryLock(): boolean {
    const mine = `${this.lockFile}.${process.pid}`;
    writeFileSync(mine, JSON.stringify(identify(process.pid)));
    try {
      linkSync(mine, this.lockFile);
      return true;
    } catch {
      this.breakLockOfTheDead(mine);
      return false;
    } finally {
      rmSync(mine, { force: true });
    }
  }

  private breakLockOfTheDead(mine: string): void {
    const holder = (file: string): ProcessId => JSON.parse(readFileSync(file, 'utf8')) as ProcessId;
    const taken = `${mine}.taken`;
    try {
      if (isAlive(holder(this.lockFile))) return;
      // Another process may have broken it and locked anew meanwhile: look again at what was really taken.
      renameSync(this.lockFile, taken);
      if (isAlive(holder(taken))) linkSync(taken, this.lockFile);
    } catch {
      // It was given back in between.
    } finally {
      rmSync(taken, { force: true });
    }
  }
}

/** Ends what the state names, and nothing else: the supervisor first, so that it brings nothing back. */
export async function stopInstance(instance: Instance, say: (line: string) => void = () => undefined): Promise<void> {
  const { supervisor, services = {}, kafka, postgres } = instance.read();
  if (isAlive(supervisor) && supervisor.pid !== process.pid) {
    say(`asking process ${supervisor.pid} to end`);
    await end(supervisor, 'SIGTERM', 90_000);
  }
  const ending = async (what: string, id: ProcessId | undefined, how: NodeJS.Signals): Promise<void> => {
    if (!isAlive(id)) return;
    say(`stopping ${what} (process ${id.pid})`);
    await end(id, how, 20_000);
  };
  await instance.locked(async () => {
    await Promise.all(Object.entries(services).map(([name, service]) => ending(name, service.process, 'SIGTERM')));
    await Promise.all([ending('Kafka', kafka?.process, 'SIGTERM'), ending('PostgreSQL', postgres?.process, 'SIGINT')]);
    instance.write((s) => {
      delete s.supervisor;
      delete s.kafka?.process;
      delete s.postgres?.process;
      for (const service of Object.values(s.services ?? {})) delete service.process;
    });
  });
}

/** Removes the instances of test runs that were killed before they could. */
export async function sweepAbandoned(home = INSTANCES): Promise<void> {
  for (const name of Instance.names(home)) {
    const instance = new Instance(name, home);
    const { owner } = instance.read();
    if (owner === undefined || isAlive(owner)) continue;
    await stopInstance(instance);
    instance.remove();
  }
}
