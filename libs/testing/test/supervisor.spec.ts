import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, isAlive, Supervisor, type ProcessId, type SupervisedProcess } from '../src';

jest.setTimeout(60_000);

const dir = mkdtempSync(join(tmpdir(), 'qiongtong-supervisor-'));
const ended = join(dir, 'ended');
let supervisor: Supervisor;
let events: string[];
let processes: Map<string, ProcessId | undefined>;

beforeEach(() => {
  events = [];
  processes = new Map();
  supervisor = new Supervisor(dir, {
    onEvent: (line) => events.push(line),
    onProcess: (name, id) => processes.set(name, id),
  });
  rmSync(ended, { force: true });
});
afterEach(() => supervisor.stopAll());
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** A service that writes its name to a file when it has drained. */
async function service(name: string, code = ''): Promise<SupervisedProcess> {
  const port = await freePort();
  const script = `
    ${code}
    require('node:http').createServer((_, r) => r.end(String(process.env.GREETING))).listen(${port}, '127.0.0.1');
    process.on('SIGTERM', () => { require('node:fs').appendFileSync(${JSON.stringify(ended)}, '${name} '); process.exit(0); });`;
  return {
    name,
    command: process.execPath,
    args: ['-e', script],
    env: { GREETING: 'hello' },
    readyUrl: `http://127.0.0.1:${port}/`,
  };
}
const ask = async (what: SupervisedProcess): Promise<string> => (await fetch(what.readyUrl)).text();
async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !condition(); await sleep(20)) {
    if (Date.now() > end) throw new Error('it did not come to pass');
  }
}

it('says why, with the end of its log, when a process keeps ending at its start', async () => {
  const broken = await service('broken', "console.error('KAFKA_BROKERS is missing'); process.exit(3);");
  await expect(supervisor.start(broken)).rejects.toThrow(/broken keeps ending[^]*KAFKA_BROKERS is missing/);
});

it('says so when a process does not get ready in time', async () => {
  const slow = { ...(await service('slow')), readyUrl: 'http://127.0.0.1:1/', readyWithinMs: 300 };
  await expect(supervisor.start(slow)).rejects.toThrow('slow was not ready within 300 ms');
});

it('says so when there is no such program', async () => {
  await expect(supervisor.start({ ...(await service('none')), command: '/no/such/program' })).rejects.toThrow();
});

it('brings back a process that crashes', async () => {
  const crashing = await service('crashing');
  await supervisor.start(crashing);
  const before = supervisor.pid('crashing') as number;
  process.kill(before, 'SIGKILL');
  await until(() => events.length > 0);
  await supervisor.ready('crashing');
  expect(supervisor.pid('crashing')).not.toBe(before);
  expect(events[0]).toMatch(/^crashing ended \(SIGKILL\)/);
});

it('leaves down what it was told to kill, until a restart, which may change its environment', async () => {
  const killed = await service('killed');
  await supervisor.start(killed);
  await supervisor.kill('killed');
  await sleep(700);
  await expect(ask(killed)).rejects.toThrow();
  await supervisor.restart('killed', { GREETING: 'again' });
  await expect(ask(killed)).resolves.toBe('again');
  expect(events).toEqual([]);
});

it('lets a process stand still and go on', async () => {
  const paused = await service('paused');
  await supervisor.start(paused);
  supervisor.pause('paused');
  await expect(fetch(paused.readyUrl, { signal: AbortSignal.timeout(300) })).rejects.toThrow();
  supervisor.resume('paused');
  await expect(ask(paused)).resolves.toBe('hello');
});

it('ends all in the reverse order of their start, each after its draining, and starts nothing more', async () => {
  for (const name of ['first', 'second', 'third']) await supervisor.start(await service(name));
  const running = [...processes.values()];
  await supervisor.stopAll(['first', 'second', 'third']);
  expect(readFileSync(ended, 'utf8').trim().split(' ')).toEqual(['third', 'second', 'first']);
  expect(running.some((id) => isAlive(id))).toBe(false);
  await expect(service('late').then((late) => supervisor.start(late))).rejects.toThrow('being stopped');
});

it('ends by force what does not drain', async () => {
  const stubborn = await service('stubborn', "process.on('SIGTERM', () => undefined);");
  await supervisor.start({
    ...stubborn,
    args: ['-e', stubborn.args[1]?.replace('process.exit(0)', '0') ?? ''],
    drainMs: 300,
  });
  await supervisor.stop('stubborn');
  expect(supervisor.pid('stubborn')).toBeUndefined();
});

it('keeps what a process wrote', async () => {
  await supervisor.start(await service('writing', "console.log('ready to serve');"));
  expect(existsSync(supervisor.log('writing'))).toBe(true);
  expect(readFileSync(supervisor.log('writing'), 'utf8')).toContain('ready to serve');
  writeFileSync(supervisor.log('writing'), '');
});
