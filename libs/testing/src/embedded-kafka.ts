import { randomUUID } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KAFKA_LIB, WORKSPACE, type Instance, type InstanceState } from './instance';
import { brokerAnswers } from './kafka-probe';
import { end, freePort, isAlive, lastLines, signal, spawnDetached, waitUntilGone, type ProcessId } from './processes';

type KafkaState = NonNullable<InstanceState['kafka']>;

type Keystore = Readonly<{ file: string; password: string }>;

/** For a broker that lives shortly: it never gets as fast, and starts with half the work. */
const QUICK_START = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/** A real single-node Apache Kafka in KRaft mode from its Maven artifacts, on 127.0.0.1 only. */
export class EmbeddedKafka {
  constructor(
    private readonly instance: Instance,
    private readonly options: Readonly<{
      fsync: boolean;
      /** SCRAM users with their passwords, on a listener of their own with TLS and an authorizer; without a name one may do everything. */
      users?: Readonly<Record<string, string>>;
    }>,
  ) {}

  brokers(): string {
    return `127.0.0.1:${this.state().port}`;
  }

  /** Where users come in with name and password. */
  securedBrokers(): string {
    return `127.0.0.1:${this.state().securedPort}`;
  }

  /** PEM of the authority that the certificate where users come in is from: the certificate itself. */
  caFile(): string {
    return this.instance.path('kafka-ca.pem');
  }

  process(): ProcessId | undefined {
    return this.instance.read().kafka?.process;
  }

  /** Starts it, or finds it running. A crashed one comes back with its data, on its port. */
  async start(): Promise<void> {
    if (await this.isRunning()) return;
    const found = spawnSync(java(), ['--version'], { stdio: 'ignore' });
    if (found.error !== undefined) {
      throw new Error('the embedded Kafka needs Java 17, and none was found; or set KAFKA_BROKERS to a running broker');
    }
    if (!existsSync(KAFKA_LIB)) throw new Error('the jars of Kafka are missing: run `npm run setup`');
    let state = this.instance.read().kafka;
    if (state === undefined || !existsSync(join(state.dataDir, 'meta.properties'))) state = await this.format();
    const { id } = spawnDetached({
      command: java(),
      args: [
        ...[
          '-Xms256m',
          '-Xmx512m',
          '-Djava.awt.headless=true',
          ...(this.options.fsync ? ['-XX:+UseG1GC'] : QUICK_START),
        ],
        `-Dlog4j2.configurationFile=${join(WORKSPACE, 'tools/kafka/log4j2.properties')}`,
        ...['-cp', `${KAFKA_LIB}/*`, 'kafka.Kafka', this.propertiesFile()],
      ],
      env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' },
      cwd: this.instance.dir,
      logFile: this.log(),
    });
    this.instance.write((s) => (s.kafka = { ...state, process: id }));
    await this.waitUntilReady();
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
    await end(this.process(), 'SIGTERM', 15_000);
    this.instance.write((s) => delete s.kafka?.process);
  }

  async kill(): Promise<void> {
    const id = this.process();
    signal(id, 'SIGKILL');
    if (id !== undefined) await waitUntilGone(id, 5_000);
  }

  private state(): KafkaState {
    const { kafka } = this.instance.read();
    if (kafka === undefined) throw new Error('Kafka has not been started');
    return kafka;
  }

  private log(): string {
    return this.instance.path('logs', 'kafka.log');
  }

  private propertiesFile(): string {
    return this.instance.path('kafka.properties');
  }

  private async format(): Promise<KafkaState> {
    const dataDir = this.instance.path('kafka');
    rmSync(dataDir, { recursive: true, force: true });
    mkdirSync(dataDir, { recursive: true });
    const { users } = this.options;
    const state: KafkaState = {
      ...{ port: await freePort(), controllerPort: await freePort(), dataDir },
      ...(users && { securedPort: await freePort() }),
    };
    const keystore = users && this.certify();
    writeFileSync(this.propertiesFile(), properties(state, keystore));
    // One that begins with a dash would be read as an option.
    const clusterId = `A${Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url').slice(1)}`;
    const format = spawnSync(
      java(),
      [
        '-Xmx256m',
        '-cp',
        `${KAFKA_LIB}/*`,
        'kafka.tools.StorageTool',
        'format',
        '-t',
        clusterId,
        '-c',
        this.propertiesFile(),
        ...Object.entries(users ?? {}).flatMap(([name, password]) => [
          '--add-scram',
          `SCRAM-SHA-512=[name=${name},password=${password}]`,
        ]),
      ],
      { encoding: 'utf8' },
    );
    if (format.status !== 0)
      throw new Error(`Kafka's storage cannot be formatted: ${format.error?.message ?? format.stderr}`);
    this.instance.write((s) => (s.kafka = state));
    return state;
  }

  /** A certificate of its own for 127.0.0.1. */
  private certify(): Keystore {
    const store = { file: this.instance.path('kafka.p12'), password: randomUUID() };
    rmSync(store.file, { force: true });
    const common = [
      '-keystore',
      store.file,
      '-storetype',
      'PKCS12',
      '-storepass:env',
      'STORE_PASSWORD',
      '-alias',
      'broker',
    ];
    const keytool = (...args: string[]): void => {
      const { status, error, stdout } = spawnSync(join(dirname(java()), 'keytool'), [...args, ...common], {
        ...{ encoding: 'utf8', env: { PATH: process.env['PATH'], STORE_PASSWORD: store.password } },
      });
      if (status !== 0) throw new Error(`Kafka's certificate cannot be made: ${error?.message ?? stdout}`);
    };
    keytool(
      '-genkeypair',
      '-keyalg',
      'EC',
      '-dname',
      'CN=embedded broker',
      '-ext',
      'SAN=ip:127.0.0.1',
      '-validity',
      '30',
    );
    keytool('-exportcert', '-rfc', '-file', this.caFile());
    return store;
  }

  private async waitUntilReady(): Promise<void> {
    const until = Date.now() + 90_000;
    const { port } = this.state();
    for (;;) {
      if (await brokerAnswers(port)) return;
      if (!isAlive(this.process())) throw new Error(`Kafka ended at its start:\n${lastLines(this.log())}`);
      if (Date.now() > until) throw new Error(`Kafka does not answer:\n${lastLines(this.log())}`);
      await sleep(100);
    }
  }
}

export function java(): string {
  const home = process.env['JAVA_HOME'];
  return home !== undefined && existsSync(join(home, 'bin', 'java')) ? join(home, 'bin', 'java') : 'java';
}

const entrances = ({ port, securedPort }: KafkaState): string[] => [
  `PLAINTEXT://127.0.0.1:${port}`,
  ...(securedPort === undefined ? [] : [`SECURED://127.0.0.1:${securedPort}`]),
];

/** Who comes without a name is the broker itself, or whoever set it up; everybody else may do what rules say. */
const secured = ({ file, password }: Keystore): Record<string, string> => ({
  'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURED:SASL_SSL',
  'inter.broker.listener.name': 'PLAINTEXT',
  'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
  'listener.name.secured.scram-sha-512.sasl.jaas.config':
    'org.apache.kafka.common.security.scram.ScramLoginModule required;',
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': 'User:ANONYMOUS',
  'ssl.keystore.type': 'PKCS12',
  'ssl.keystore.location': file,
  'ssl.keystore.password': password,
});

const properties = (state: KafkaState, keystore?: Keystore): string =>
  Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${state.controllerPort}`,
    listeners: [...entrances(state), `CONTROLLER://127.0.0.1:${state.controllerPort}`].join(),
    'advertised.listeners': entrances(state).join(),
    ...(keystore && secured(keystore)),
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': state.dataDir,
    'auto.create.topics.enable': false,
    'delete.topic.enable': true,
    'default.replication.factor': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 5,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 5,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // A broker that comes back after a kill -9 must not wait for the session of its former self.
    'broker.heartbeat.interval.ms': 500,
    'broker.session.timeout.ms': 2_000,
    'log.index.size.max.bytes': 1_048_576,
    'log.cleaner.dedupe.buffer.size': 16_777_216,
    'num.network.threads': 2,
    'num.io.threads': 4,
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
