import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  describeForTests,
  Instance,
  startContainers,
  startInfrastructure,
  sweepAbandoned,
  TEST_INFRASTRUCTURE,
  wantsContainers,
  WORKSPACE,
  type TestInfrastructure,
} from '@qiongtong/testing';
import { countOf, NOTHING, sum, type Count, type JestResults } from './test-count';

const modules = (path: string): string => join(WORKSPACE, 'node_modules', path);
const workers = Math.max(1, Math.min(4, availableParallelism()));
const scratch = mkdtempSync(join(tmpdir(), 'qiongtong-results-'));

let running: ChildProcess | undefined;
let interrupted = false;

function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: WORKSPACE, stdio: 'inherit', env: { ...process.env, ...env } });
    running = child;
    child.on('error', () => resolve(1));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

const check = async (args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Count> =>
  (await run(args, env)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };

type Parts = Readonly<{ described: TestInfrastructure; remove: () => Promise<void> }>;

/** PostgreSQL and Kafka for the whole run: embedded, or from images where `TEST_INFRA=containers` asks for them. */
async function startParts(): Promise<Parts> {
  const name = `test-run-${process.pid}`;
  if (wantsContainers()) {
    const contained = await startContainers(name);
    const remove = async (): Promise<void> => {
      await contained.stop();
      new Instance(name).remove();
    };
    return { described: contained.described, remove };
  }
  const started = await startInfrastructure({ name, fsync: false, temporary: true });
  started.watch();
  const remove = async (): Promise<void> => {
    await started.stop();
    started.instance.remove();
  };
  return { described: describeForTests(started), remove };
}

async function jest(project: string, parts?: Promise<Parts>): Promise<Count> {
  const results = join(scratch, `${project}.json`);
  const given = parts === undefined ? {} : { [TEST_INFRASTRUCTURE]: JSON.stringify((await parts).described) };
  const code = await run(
    [
      ...[modules('jest/bin/jest.js'), '--selectProjects', project, '--json', `--outputFile=${results}`],
      // Whole platforms side by side would only wait for each other.
      `--maxWorkers=${project === 'journeys' ? 1 : workers}`,
      '--passWithNoTests',
      // A client of a broker that was killed on purpose may hold the process open.
      ...(parts === undefined ? [] : ['--forceExit']),
    ],
    { ...given, NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --experimental-vm-modules`.trim() },
  );
  return countOf(read(results), code);
}

function read(file: string): JestResults | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as JestResults;
  } catch {
    return undefined;
  }
}

async function main(only: readonly string[]): Promise<number> {
  await sweepAbandoned();
  const wants = (step: string): boolean => only.length === 0 || only.includes(step);
  let parts: Promise<Parts> | undefined;
  const infrastructure = (): Promise<Parts> => {
    parts ??= startParts();
    parts.catch(() => undefined);
    return parts;
  };
  const steps: Record<string, () => Promise<Count>> = {
    lint: () =>
      check([modules('nx/dist/bin/nx.js'), 'run-many', '-t', 'lint', '--outputStyle=static'], {
        NX_DAEMON: 'false',
        NX_TUI: 'false',
      }),
    typecheck: () => check([modules('typescript/bin/tsc'), '-p', 'tsconfig.json', '--noEmit']),
    format: () => check([modules('prettier/bin/prettier.cjs'), '--check', '.', '--log-level=warn']),
    unit: () => jest('unit'),
    integration: () => jest('integration', infrastructure()),
    journeys: () => jest('journeys', infrastructure()),
  };
  for (const name of only) if (!Object.hasOwn(steps, name)) throw new Error(`steps: ${Object.keys(steps).join(', ')}`);

  let total: Count = NOTHING;
  const failedSteps: string[] = [];
  try {
    for (const [name, step] of Object.entries(steps).filter(([name]) => wants(name))) {
      if (interrupted) break;
      console.log(`\n— ${name}`);
      const from = Date.now();
      const count = await step().catch((error: unknown): Count => {
        console.error(error);
        return { passed: 0, failed: 1 };
      });
      const took = ((Date.now() - from) / 1000).toFixed(1);
      console.log(`— ${name}: ${count.passed} passed, ${count.failed} failed (${took} s)`);
      if (count.failed > 0) failedSteps.push(name);
      total = sum(total, count);
    }
  } finally {
    await (await parts?.catch(() => undefined))?.remove();
    rmSync(scratch, { recursive: true, force: true });
  }
  if (interrupted) total = sum(total, { passed: 0, failed: 1 });
  if (failedSteps.length > 0) console.log(`\nfailed: ${failedSteps.join(', ')}`);
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    interrupted = true;
    running?.kill('SIGTERM');
  });
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
