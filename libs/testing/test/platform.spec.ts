import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Instance,
  isAlive,
  startPlatform,
  stopInstance,
  testInfrastructure,
  uniqueTopicPrefix,
  type PlatformOptions,
  type ProcessId,
} from '../src';

jest.setTimeout(240_000);

const home = mkdtempSync(join(tmpdir(), 'qiongtong-platform-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const options = (name: string): PlatformOptions => ({
  name,
  home,
  topicPrefix: uniqueTopicPrefix(),
  infrastructure: testInfrastructure(),
  processes: ['dev-identity'],
});

/** A process of its own that runs a platform, as `npm run demo` does. */
function runner(given: PlatformOptions): ChildProcess {
  const script = `
    const { startPlatform } = require('@qiongtong/testing');
    const ending = new AbortController();
    let platform;
    const end = () => { ending.abort(); platform?.stop().then(() => process.exit(0)); };
    process.on('SIGINT', end);
    startPlatform({ ...${JSON.stringify(given)}, signal: ending.signal }).then(
      (started) => { platform = started; console.log('up'); },
      (error) => { console.log(error.message); process.exit(1); },
    );
    setInterval(() => undefined, 1000);`;
  return spawn(process.execPath, ['-e', script], { cwd: __dirname, stdio: ['ignore', 'pipe', 'inherit'] });
}
const firstLine = async (child: ChildProcess): Promise<string> => {
  const [line] = (await once(child.stdout as NodeJS.EventEmitter, 'data')) as [Buffer];
  return line.toString().trim();
};
const running = (instance: Instance): ProcessId[] =>
  Object.values(instance.read().services ?? {}).flatMap(({ process: id }) => (isAlive(id) ? [id] : []));

it('refuses to run an instance that another process runs', async () => {
  const given = options('taken');
  const other = runner(given);
  expect(await firstLine(other)).toBe('up');
  await expect(startPlatform(given)).rejects.toThrow(`taken is being run by process ${other.pid}`);
  other.kill('SIGINT');
  await once(other, 'exit');
  expect(running(new Instance('taken', home))).toEqual([]);
});

it('leaves nothing running when it is interrupted while it starts', async () => {
  const given = options('called-off');
  const instance = new Instance('called-off', home);
  const child = runner(given);
  while (running(instance).length === 0 && child.exitCode === null) await sleep(20);
  child.kill('SIGINT');
  await once(child, 'exit');
  expect(running(instance)).toEqual([]);
});

it('finds what a killed supervisor left, ends it, and starts anew on the same addresses', async () => {
  const given = options('orphaned');
  const instance = new Instance('orphaned', home);
  const child = runner(given);
  expect(await firstLine(child)).toBe('up');
  child.kill('SIGKILL');
  await once(child, 'exit');
  const orphans = running(instance);
  expect(orphans).toHaveLength(1);
  const { port } = instance.read().services?.['dev-identity'] ?? {};

  const platform = await startPlatform(given);
  expect(orphans.some((id) => isAlive(id))).toBe(false);
  expect(platform.urls['dev-identity']).toBe(`http://127.0.0.1:${port}`);
  await platform.remove();
  expect(instance.exists()).toBe(false);
});

it('is stopped by its name alone, whoever runs it', async () => {
  const instance = new Instance('stopped', home);
  const child = runner(options('stopped'));
  expect(await firstLine(child)).toBe('up');
  child.kill('SIGKILL');
  await once(child, 'exit');
  const said: string[] = [];
  await stopInstance(instance, (line) => said.push(line));
  expect(running(instance)).toEqual([]);
  expect(said).toEqual([expect.stringContaining('stopping dev-identity')]);
});
