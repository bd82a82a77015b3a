import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE, type Instance } from './instance';
import { end, freePort, identify, isAlive } from './processes';
import { createDatabase } from './test-infrastructure';

/** In the order in which they start; they end in the reverse one, the entrance first. */
export const PROCESSES = ['dev-identity', 'authorisation', 'catalogue', 'exchange', 'audit', 'gateway'] as const;
export type ProcessName = (typeof PROCESSES)[number];
export const WITH_DATABASE = ['authorisation', 'catalogue', 'exchange', 'audit'] as const;
/** They keep keys of their own between starts. */
const WITH_FOLDER: readonly ProcessName[] = ['dev-identity', 'audit'];

export const AUDIENCE = 'qiongtong';

export type Database = Readonly<{ url: string; readerUrl: string }>;
export type Address = Readonly<{ port: number; metricsPort: number; url: string }>;
export type Addresses = Readonly<Record<ProcessName, Address>>;

export function mapped<T>(of: (name: ProcessName) => T): Record<ProcessName, T> {
  return Object.fromEntries(PROCESSES.map((name) => [name, of(name)])) as Record<ProcessName, T>;
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
export async function claim(instance: Instance): Promise<void> {
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

/** A database that the environment gives: `DATABASE_URL_<SERVICE>`. */
export function givenDatabase(service: ProcessName): Database | undefined {
  const url = process.env[`DATABASE_URL_${service.toUpperCase()}`];
  if (url === undefined) return undefined;
  return { url, readerUrl: process.env[`READER_DATABASE_URL_${service.toUpperCase()}`] ?? url };
}

export type Databases = Partial<Record<ProcessName, Database>>;

export async function databasesFor(
  services: readonly ProcessName[],
  prefix: string,
  adminUrl: () => string,
): Promise<Databases> {
  const databases: Databases = {};
  for (const service of services) {
    databases[service] = givenDatabase(service) ?? (await createDatabase(adminUrl(), prefix + service));
  }
  return databases;
}

/** Ports are kept from start to start while they are free, so that printed addresses stay true. */
export async function addresses(
  instance: Instance,
  wanted: Partial<Record<ProcessName, number>> = {},
): Promise<Addresses> {
  const before = instance.read().services ?? {};
  const found = {} as Record<ProcessName, Address>;
  for (const name of PROCESSES) {
    const port = await freePort(before[name]?.port ?? wanted[name]);
    const metricsPort = await freePort(before[name]?.metricsPort);
    found[name] = { port, metricsPort, url: `http://127.0.0.1:${port}` };
  }
  instance.write((s) => {
    s.services = mapped((name) => ({ port: found[name].port, metricsPort: found[name].metricsPort }));
  });
  return found;
}

export type Surroundings = Readonly<{
  instance: Instance;
  at: Addresses;
  databases: Databases;
  kafkaBrokers: string;
  topicPrefix: string;
  hopKeysDir: string;
  issuer: string;
  audience: string;
}>;

/** All a process is told: configuration comes by environment variables alone. */
export function environmentOf(name: ProcessName, world: Surroundings): NodeJS.ProcessEnv {
  const { at, databases, instance } = world;
  const database = databases[name];
  const folder = instance.path(name);
  if (WITH_FOLDER.includes(name)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    PATH: process.env['PATH'],
    TZ: 'UTC',
    LC_ALL: 'C.UTF-8',
    // Compiled code is kept between starts: half of what a start takes is compiling the same packages again.
    NODE_COMPILE_CACHE: join(WORKSPACE, '.qiongtong', 'compile-cache'),
    MODE: 'embedded',
    HOST: '127.0.0.1',
    PORT: String(at[name].port),
    METRICS_PORT: String(at[name].metricsPort),
    KAFKA_BROKERS: world.kafkaBrokers,
    TOPIC_PREFIX: world.topicPrefix,
    OIDC_ISSUER: world.issuer,
    OIDC_AUDIENCE: world.audience,
    HOP_KEYS_DIR: world.hopKeysDir,
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'info',
    ...(database === undefined ? {} : { DATABASE_URL: database.url }),
    ...(name === 'exchange' && database !== undefined ? { READER_DATABASE_URL: database.readerUrl } : {}),
    ...(name === 'gateway' || name === 'exchange' || name === 'catalogue' || name === 'audit'
      ? {
          AUTHORISATION_URL: at.authorisation.url,
          CATALOGUE_URL: at.catalogue.url,
          EXCHANGE_URL: at.exchange.url,
          AUDIT_URL: at.audit.url,
        }
      : {}),
    ...(name === 'catalogue' ? { PUBLIC_URL: at.gateway.url } : {}),
    ...(name === 'authorisation' ? BOOTSTRAP : {}),
    ...(WITH_FOLDER.includes(name) ? { DATA_DIR: folder } : {}),
  };
}
