import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { java } from './embedded-kafka';
import { CLIENTS_LIB, WORKSPACE } from './instance';
import { freePort } from './processes';

const MOST_OUTPUT = 20_000;

/** Whatever it printed, whichever way it ended. */
export type Ended = Readonly<{ code: number | null; output: string }>;

/** Runs a command to its end. @param input its standard input */
export function commandRuns(command: string, args: readonly string[], input = ''): Promise<Ended> {
  const child = spawn(command, [...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  const said = outputOf(child);
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output: said() }));
  });
}

const outputOf = (child: ChildProcess): (() => string) => {
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-MOST_OUTPUT)));
  return () => output;
};

const classPath = (): string[] => {
  if (!existsSync(CLIENTS_LIB))
    throw new Error(
      'Kafka’s own clients and Debezium are missing: run `npm run setup` on a machine with Java and Maven',
    );
  return ['-cp', `${CLIENTS_LIB}/*`];
};
const JVM = ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/** `kafka-console-producer`, by its class. @param lines what is typed in */
export const consoleProducer = (options: readonly string[], lines: readonly string[]): Promise<Ended> =>
  commandRuns(
    java(),
    [...JVM, ...classPath(), 'org.apache.kafka.tools.ConsoleProducer', ...options],
    lines.map((line) => `${line}\n`).join(''),
  );

/** Kafka Connect in its standalone mode with one connector. */
export class Connect {
  private constructor(
    private readonly child: ChildProcess,
    readonly output: () => string,
  ) {}

  /** @param folder for its files @param connector its settings, as its documentation names them */
  static async start(folder: string, brokers: string, connector: Readonly<Record<string, string>>): Promise<Connect> {
    const converter = 'org.apache.kafka.connect.json.JsonConverter';
    const worker = writeProperties(join(folder, 'worker.properties'), {
      'bootstrap.servers': brokers,
      'key.converter': converter,
      'value.converter': converter,
      'offset.storage.file.filename': join(folder, 'offsets'),
      'offset.flush.interval.ms': '1000',
      'topic.creation.enable': 'false',
      'plugin.discovery': 'only_scan',
      listeners: `http://127.0.0.1:${await freePort()}`,
    });
    const one = writeProperties(join(folder, 'connector.properties'), connector);
    const logging = `-Dlog4j2.configurationFile=${join(WORKSPACE, 'tools/kafka/log4j2.properties')}`;
    const args = [...JVM, logging, ...classPath(), 'org.apache.kafka.connect.cli.ConnectStandalone', worker, one];
    const child = spawn(java(), args, { stdio: ['ignore', 'pipe', 'pipe'] });
    return new Connect(child, outputOf(child));
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    for (const until = Date.now() + 10_000; this.running && Date.now() < until;) await sleep(50);
    if (this.running) this.child.kill('SIGKILL');
  }
}

function writeProperties(path: string, values: Readonly<Record<string, string>>): string {
  writeFileSync(
    path,
    Object.entries(values)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
  return path;
}
