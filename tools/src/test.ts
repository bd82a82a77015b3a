import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  describeForTests,
  startInfrastructure,
  sweepAbandoned,
  TEST_INFRASTRUCTURE,
  WORKSPACE,
  type Infrastructure,
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

async function jest(project: string, infra?: Promise<Infrastructure>): Promise<Count> {
  const results = join(scratch, `${project}.json`);
  const given = infra === undefined ? {} : { [TEST_INFRASTRUCTURE]: JSON.stringify(describeForTests(await infra)) };
  const code = await run(
    [
      ...[modules('jest/bin/jest.js'), '--selectProjects', project, '--json', `--outputFile=${results}`],
      // Whole platforms side by side would only wait for each other.
      `--maxWorkers=${project === 'journeys' ? 1 : workers}`,
      '--passWithNoTests',
      // A client of a broker that was killed on purpose may hold the process open.
      ...(infra === undefined ? [] : ['--forceExit']),
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
  let infra: Promise<Infrastructure> | undefined;
  const infrastructure = (): Promise<Infrastructure> => {
    infra ??= startInfrastructure({ name: `test-run-${process.pid}`, fsync: false, temporary: true }).then(
      (started) => {
        started.watch();
        return started;
      },
    );
    infra.catch(() => undefined);
    return infra;
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
    const started = await infra?.catch(() => undefined);
    await started?.stop();
    started?.instance.remove();
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
