import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TOPICS } from '@qiongtong/contracts';
import { createHopKeys } from './hop-keys';
import { startInfrastructure, type Infrastructure } from './infrastructure';
import { Instance, WORKSPACE } from './instance';
import { end, freePort, isAlive, identify } from './processes';
import { Supervisor } from './supervisor';
import { createDatabase, createTopics, deleteTopics, dropDatabase } from './test-infrastructure';

/** In the order in which they start; they end in the reverse one, the entrance first. */
export const PROCESSES = ['dev-identity', 'authorisation', 'catalogue', 'exchange', 'audit', 'gateway'] as const;
export type ProcessName = (typeof PROCESSES)[number];
const WITH_DATABASE = ['authorisation', 'catalogue', 'exchange', 'audit'] as const;

export const AUDIENCE = 'qiongtong';

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
  /** Called when topics and databases exist and no process runs yet, for instance to publish a policy of one's own. */
  beforeProcesses?: (given: Readonly<{ kafkaBrokers: string; topicPrefix: string }>) => Promise<void>;
  onEvent?: (line: string) => void;
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
  const own = options.infrastructure === undefined ? await startOwnInfrastructure(options, services, say) : undefined;
  const kafkaBrokers = options.infrastructure?.kafkaBrokers ?? own?.kafkaBrokers() ?? '';
  const topicPrefix = options.topicPrefix ?? '';
  const prefix = own === undefined ? `${options.name.replaceAll('-', '_')}_` : '';
  const adminUrl = (): string => options.infrastructure?.postgresUrl ?? own?.postgresUrl() ?? '';

  say('creating topics, databases and keys');
  await createTopics(topicPrefix, TOPICS, kafkaBrokers);
  const databases: Partial<Record<ProcessName, { url: string; readerUrl: string }>> = {};
  for (const service of services) {
    databases[service] = external(service) ?? (await createDatabase(adminUrl(), prefix + service));
  }
  const hopKeysDir = createHopKeys(instance.path('hop-keys'));
  await options.beforeProcesses?.({ kafkaBrokers, topicPrefix });

  const at = await addresses(instance, options);
  const issuer = process.env['OIDC_ISSUER'] ?? at['dev-identity'].url;
  const audience = process.env['OIDC_AUDIENCE'] ?? AUDIENCE;
  const environment = (name: ProcessName): NodeJS.ProcessEnv => ({
    PATH: process.env['PATH'],
    TZ: 'UTC',
    LC_ALL: 'C.UTF-8',
    MODE: 'embedded',
    HOST: '127.0.0.1',
    PORT: String(at[name].port),
    METRICS_PORT: String(at[name].metricsPort),
    KAFKA_BROKERS: kafkaBrokers,
    TOPIC_PREFIX: topicPrefix,
    OIDC_ISSUER: issuer,
    OIDC_AUDIENCE: audience,
    HOP_KEYS_DIR: hopKeysDir,
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'info',
    ...(databases[name] === undefined ? {} : { DATABASE_URL: databases[name].url }),
    ...(name === 'exchange' && databases[name] !== undefined ? { READER_DATABASE_URL: databases[name].readerUrl } : {}),
    ...(name === 'gateway' || name === 'exchange' || name === 'catalogue'
      ? {
          AUTHORISATION_URL: at.authorisation.url,
          CATALOGUE_URL: at.catalogue.url,
          EXCHANGE_URL: at.exchange.url,
          AUDIT_URL: at.audit.url,
        }
      : {}),
    ...(name === 'authorisation' ? BOOTSTRAP : {}),
    ...(name === 'dev-identity' || name === 'audit' ? { DATA_DIR: instance.path(name) } : {}),
    ...options.env?.all,
    ...options.env?.[name],
  });

  const supervisor = new Supervisor(instance.path('logs'), {
    onEvent: say,
    onProcess: (name, id) => {
      if (!instance.exists()) return;
      instance.write((s) => {
        const service = s.services?.[name];
        if (service !== undefined) service.process = id;
      });
    },
  });
  const release = async (): Promise<void> => {
    await supervisor.stopAll(PROCESSES);
    await own?.stop();
    instance.write((s) => delete s.supervisor);
  };
  try {
    await Promise.all(
      names.map(async (name) => {
        const main = join(WORKSPACE, 'apps', name, 'dist', 'main.js');
        if (!existsSync(main)) throw new Error(`${name} is not built: run \`npm run setup\``);
        const from = Date.now();
        await supervisor.start({
          name,
          command: process.execPath,
          args: ['--enable-source-maps', main],
          env: environment(name),
          cwd: instance.dir,
          readyUrl:
            name === 'dev-identity'
              ? `${at[name].url}/.well-known/openid-configuration`
              : `${at[name].url}/health/ready`,
        });
        say(`${name} is ready at ${at[name].url} (${((Date.now() - from) / 1000).toFixed(1)} s)`);
      }),
    );
  } catch (error) {
    await release();
    throw error;
  }

  return {
    instance,
    urls: mapped((name) => at[name].url),
    metricsUrls: mapped((name) => `http://127.0.0.1:${at[name].metricsPort}`),
    gatewayUrl: at.gateway.url,
    issuer,
    audience,
    topicPrefix,
    kafkaBrokers,
    hopKeysDir,
    infrastructure: own,
    supervisor,
    databaseUrl(service) {
      const database = databases[service];
      if (database === undefined) throw new Error(`${service} has no database`);
      return database.url;
    },
    kill: (name) => supervisor.kill(name),
    restart: (name, env) => supervisor.restart(name, env),
    ready: (name) => supervisor.ready(name),
    log: (name) => supervisor.log(name),
    stop: release,
    async remove() {
      await supervisor.stopAll(PROCESSES);
      if (own === undefined) {
        for (const service of services)
          if (external(service) === undefined) await dropDatabase(adminUrl(), prefix + service);
        if (topicPrefix !== '') await deleteTopics(topicPrefix, kafkaBrokers);
      }
      await own?.stop();
      instance.remove();
    },
  };
}

/** The first authority and its first administrator; everything else comes through the API. */
const BOOTSTRAP = {
  BOOTSTRAP_ORGANISATION_ID: 'gxt',
  BOOTSTRAP_ORGANISATION_NAME: '省工业和信息化厅',
  BOOTSTRAP_REGION: '460000',
  BOOTSTRAP_OFFICER_ID: 'gxt-admin',
  BOOTSTRAP_OFFICER_NAME: '系统管理员',
};

/** One supervisor an instance; what a killed one left behind is ended first. */
async function claim(instance: Instance): Promise<void> {
  await instance.locked(async () => {
    const { supervisor, services = {} } = instance.read();
    if (isAlive(supervisor) && supervisor.pid !== process.pid) {
      throw new Error(`${instance.name} is being run by process ${supervisor.pid}: stop it with \`npm run stop\``);
    }
    await Promise.all(Object.values(services).map((service) => end(service.process, 'SIGTERM', 10_000)));
    instance.write((s) => {
      s.name = instance.name;
      s.supervisor = identify(process.pid);
      for (const service of Object.values(s.services ?? {})) delete service.process;
    });
  });
}

const external = (service: ProcessName): { url: string; readerUrl: string } | undefined => {
  const url = process.env[`DATABASE_URL_${service.toUpperCase()}`];
  if (url === undefined) return undefined;
  return { url, readerUrl: process.env[`READER_DATABASE_URL_${service.toUpperCase()}`] ?? url };
};

async function startOwnInfrastructure(
  options: PlatformOptions,
  services: readonly ProcessName[],
  say: (line: string) => void,
): Promise<Infrastructure> {
  say('starting PostgreSQL and Kafka');
  const infra = await startInfrastructure({
    name: options.name,
    fsync: options.fsync ?? true,
    postgres: services.some((service) => external(service) === undefined),
    ...(options.home === undefined ? {} : { home: options.home }),
  });
  infra.watch();
  return infra;
}

type Address = Readonly<{ port: number; metricsPort: number; url: string }>;

/** Ports are kept from start to start while they are free, so that printed addresses stay true. */
async function addresses(instance: Instance, options: PlatformOptions): Promise<Record<ProcessName, Address>> {
  const before = instance.read().services ?? {};
  const found = {} as Record<ProcessName, Address>;
  for (const name of PROCESSES) {
    const port = await freePort(before[name]?.port ?? options.ports?.[name]);
    const metricsPort = await freePort(before[name]?.metricsPort);
    found[name] = { port, metricsPort, url: `http://127.0.0.1:${port}` };
  }
  instance.write((s) => {
    s.services = mapped((name) => ({ port: found[name].port, metricsPort: found[name].metricsPort }));
  });
  return found;
}

function mapped<T>(of: (name: ProcessName) => T): Record<ProcessName, T> {
  return Object.fromEntries(PROCESSES.map((name) => [name, of(name)])) as Record<ProcessName, T>;
}
