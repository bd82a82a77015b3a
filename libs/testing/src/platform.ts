import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createHopKeys } from './hop-keys';
import { startInfrastructure, type Infrastructure } from './infrastructure';
import { Instance, WORKSPACE } from './instance';
import {
  addresses,
  AUDIENCE,
  claim,
  databasesFor,
  environmentOf,
  givenDatabase,
  mapped,
  PROCESSES,
  WITH_DATABASE,
  type ProcessName,
  type Surroundings,
} from './platform-parts';
import { freePort } from './processes';
import { Supervisor } from './supervisor';
import { deleteTopics, dropDatabase } from './test-infrastructure';
import { makeTopics } from './topics-job';

export type PlatformOptions = Readonly<{
  name: string;
  home?: string;
  topicPrefix?: string;
  processes?: readonly ProcessName[];
  /** Added to what each process gets, for one of them or for all. */
  env?: Partial<Record<ProcessName | 'all', Readonly<Record<string, string>>>>;
  /** Given from outside, for instance the test run's; an instance of its own otherwise. */
  infrastructure?: Readonly<{ postgresUrl: string; kafkaBrokers: string }>;
  /** Taken where they are free. */
  ports?: Partial<Record<ProcessName, number>>;
  fsync?: boolean;
  /** Of an instance of its own: keeps the write-ahead log for a restore, a segment finished after so many seconds at most. */
  archiveSeconds?: number;
  /** The built workspace whose services run; this one by default. */
  workspace?: string;
  /** Called when topics and databases exist and no process runs yet, for instance to publish a policy of one's own. */
  beforeProcesses?: (given: Readonly<{ kafkaBrokers: string; topicPrefix: string }>) => Promise<void>;
  onEvent?: (line: string) => void;
  /** Ends the start in order, with everything already begun: for a Ctrl-C that does not wait. */
  signal?: AbortSignal;
}>;

export type Urls = Readonly<Record<ProcessName, string>>;

export interface Platform {
  readonly instance: Instance;
  readonly urls: Urls;
  readonly metricsUrls: Urls;
  /** The entrance: what callers outside use. */
  readonly gatewayUrl: string;
  readonly issuer: string;
  readonly audience: string;
  readonly topicPrefix: string;
  readonly kafkaBrokers: string;
  readonly hopKeysDir: string;
  /** Only where the platform has an instance of its own. */
  readonly infrastructure: Infrastructure | undefined;
  readonly supervisor: Supervisor;
  databaseUrl(service: ProcessName): string;
  kill(name: ProcessName): Promise<void>;
  restart(name: ProcessName, env?: Record<string, string>): Promise<void>;
  ready(name: ProcessName): Promise<void>;
  log(name: ProcessName): string;
  /** One more process of the same kind, beside the others. @returns where it answers */
  replica(name: ProcessName, workspace?: string): Promise<string>;
  /** Applies the migrations of a build, as its job does before a roll-out. */
  migrate(workspace: string): void;
  stop(): Promise<void>;
  /** Stops, and removes databases, topics and files. */
  remove(): Promise<void>;
}

/** Starts the whole platform, or those of its processes that are named, and waits until each is ready. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const say = options.onEvent ?? (() => undefined);
  const instance = new Instance(options.name, options.home);
  instance.create();
  await claim(instance);

  const names = PROCESSES.filter((name) => options.processes?.includes(name) ?? true).filter(
    (name) => name !== 'dev-identity' || process.env['OIDC_ISSUER'] === undefined,
  );
  const services = WITH_DATABASE.filter((name) => names.includes(name));
  let own: Infrastructure | undefined;
  const supervisor = supervisorOf(instance, say);
  const stop = async (): Promise<void> => {
    await supervisor.stopAll(PROCESSES);
    await own?.stop();
    if (instance.exists()) instance.write((s) => delete s.supervisor);
  };
  // Ends processes that are still starting; their starts then fail, and with them this one.
  const abort = (): void => void supervisor.stopAll(PROCESSES);
  options.signal?.addEventListener('abort', abort);

  try {
    if (options.infrastructure === undefined) own = await startOwnInfrastructure(options, services, say);
    options.signal?.throwIfAborted();
    const world = await prepare(options, instance, own, services, say);
    options.signal?.throwIfAborted();
    await Promise.all(names.map((name) => startProcess(name, world, supervisor, options, say)));
    const replica = async (name: ProcessName, workspace?: string): Promise<string> => {
      const port = await freePort();
      const address = { port, metricsPort: await freePort(), url: `http://127.0.0.1:${port}` };
      const beside = { ...world, at: { ...world.at, [name]: address } };
      const from = workspace === undefined ? options : { ...options, workspace };
      await startProcess(name, beside, supervisor, from, say, `${name}-${port}`);
      return address.url;
    };
    const migrate = (workspace: string): void =>
      services.forEach((name) => migrateOnce(name, workspace, world, options));
    return platformOf(world, own, supervisor, { replica, migrate }, stop, async () => {
      await supervisor.stopAll(PROCESSES);
      if (options.infrastructure !== undefined) {
        const made = services.filter((service) => givenDatabase(service) === undefined);
        const prefix = databasePrefix(options);
        for (const service of made) await dropDatabase(options.infrastructure.postgresUrl, prefix + service);
        if (world.topicPrefix !== '') await deleteTopics(world.topicPrefix, world.kafkaBrokers);
      }
      await own?.stop();
      instance.remove();
    });
  } catch (error) {
    await stop();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', abort);
  }
}

function supervisorOf(instance: Instance, say: (line: string) => void): Supervisor {
  return new Supervisor(instance.path('logs'), {
    onEvent: say,
    onProcess: (name, id) => {
      if (!instance.exists()) return;
      instance.write((s) => {
        const service = s.services?.[name];
        if (service !== undefined) service.process = id;
      });
    },
  });
}

async function startOwnInfrastructure(
  options: PlatformOptions,
  services: readonly ProcessName[],
  say: (line: string) => void,
): Promise<Infrastructure> {
  say('starting PostgreSQL and Kafka');
  const infra = await startInfrastructure({
    name: options.name,
    fsync: options.fsync ?? true,
    postgres: services.some((service) => givenDatabase(service) === undefined),
    ...(options.home === undefined ? {} : { home: options.home }),
    ...(options.archiveSeconds === undefined ? {} : { archiveSeconds: options.archiveSeconds }),
  });
  infra.watch();
  return infra;
}

/** On a server that others use as well, databases carry the platform's name. */
const databasePrefix = (options: PlatformOptions): string =>
  options.infrastructure === undefined ? '' : `${options.name.replaceAll('-', '_')}_`;

async function prepare(
  options: PlatformOptions,
  instance: Instance,
  own: Infrastructure | undefined,
  services: readonly ProcessName[],
  say: (line: string) => void,
): Promise<Surroundings> {
  const kafkaBrokers = options.infrastructure?.kafkaBrokers ?? own?.kafkaBrokers() ?? '';
  const topicPrefix = options.topicPrefix ?? '';
  say('creating topics, databases and keys');
  await makeTopics(kafkaBrokers, topicPrefix, say);
  const databases = await databasesFor(
    services,
    databasePrefix(options),
    () => options.infrastructure?.postgresUrl ?? own?.postgresUrl() ?? '',
  );
  const hopKeysDir = createHopKeys(instance.path('hop-keys'));
  await options.beforeProcesses?.({ kafkaBrokers, topicPrefix });
  const at = await addresses(instance, options.ports);
  return {
    instance,
    at,
    databases,
    kafkaBrokers,
    topicPrefix,
    hopKeysDir,
    issuer: process.env['OIDC_ISSUER'] ?? at['dev-identity'].url,
    audience: process.env['OIDC_AUDIENCE'] ?? AUDIENCE,
  };
}

async function startProcess(
  name: ProcessName,
  world: Surroundings,
  supervisor: Supervisor,
  options: PlatformOptions,
  say: (line: string) => void,
  as: string = name,
): Promise<void> {
  const main = join(options.workspace ?? WORKSPACE, 'apps', name, 'dist', 'main.js');
  if (!existsSync(main)) throw new Error(`${name} is not built: run \`npm run setup\``);
  const from = Date.now();
  const { url } = world.at[name];
  await supervisor.start({
    name: as,
    command: process.execPath,
    // Young garbage is collected sooner: a service that streams stays at some 300 MB instead of 450.
    // The gateway holds little and makes much garbage: there a larger young space saves a tenth of its time.
    // A heap that may grow far is collected late: with 2 GB a stream through the channel takes exchange 450 MB, with 1 GB 270 MB.
    // A projection of a million grants has room in it.
    args: [
      '--enable-source-maps',
      `--max-semi-space-size=${name === 'gateway' ? 32 : 8}`,
      '--max-old-space-size=1024',
      main,
    ],
    env: { ...environmentOf(name, world), ...options.env?.all, ...options.env?.[name] },
    cwd: world.instance.dir,
    readyUrl: name === 'dev-identity' ? `${url}/.well-known/openid-configuration` : `${url}/health/ready`,
  });
  say(`${as} is ready at ${url} (${((Date.now() - from) / 1000).toFixed(1)} s)`);
}

function migrateOnce(name: ProcessName, workspace: string, world: Surroundings, { env }: PlatformOptions): void {
  const given = { ...environmentOf(name, world), ...env?.all, ...env?.[name], MIGRATIONS: 'only' };
  const main = join(workspace, 'apps', name, 'dist', 'main.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [main], { env: given, encoding: 'utf8' });
  if (status !== 0) throw new Error(`migrations of ${name}: ${stdout}${stderr}`);
}

function platformOf(
  world: Surroundings,
  infrastructure: Infrastructure | undefined,
  supervisor: Supervisor,
  { replica, migrate }: Pick<Platform, 'replica' | 'migrate'>,
  stop: () => Promise<void>,
  remove: () => Promise<void>,
): Platform {
  const { at, databases, instance, issuer, audience, topicPrefix, kafkaBrokers, hopKeysDir } = world;
  return {
    ...{ instance, issuer, audience, topicPrefix, kafkaBrokers, hopKeysDir, infrastructure, supervisor },
    ...{ replica, migrate, stop, remove },
    urls: mapped((name) => at[name].url),
    metricsUrls: mapped((name) => `http://127.0.0.1:${at[name].metricsPort}`),
    gatewayUrl: at.gateway.url,
    databaseUrl(service) {
      const database = databases[service];
      if (database === undefined) throw new Error(`${service} has no database`);
      return database.url;
    },
    kill: (name) => supervisor.kill(name),
    restart: (name, env) => supervisor.restart(name, env),
    ready: (name) => supervisor.ready(name),
    log: (name) => supervisor.log(name),
  };
}
