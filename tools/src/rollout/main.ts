import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  anItem,
  anOrganisation,
  aResource,
  aSystem,
  PolicyPublisher,
  startPlatform,
  testIssuer,
  withClient,
  WORKSPACE,
  type ProcessName,
} from '@qiongtong/testing';
import { Balancer } from './balancer';
import { BY_KAFKA, BY_REST, Load } from './load';

const SERVICES = [
  'authorisation',
  'catalogue',
  'exchange',
  'audit',
  'gateway',
] as const satisfies readonly ProcessName[];
const STAND_MS = 5_000;

const git = (...args: string[]): string => execFileSync('git', args, { cwd: WORKSPACE, encoding: 'utf8' }).trim();

/** The commit before the one that last changed a migration: between it and now a schema changes under the former build. */
const before = (): string => git('rev-parse', `${git('log', '-1', '--format=%H', '--', 'apps/*/src/migrations/*')}^`);

/** A former state of the sources, built with the packages that are installed, which must be those it asks for. */
function buildOf(ref: string, folder: string): void {
  git('worktree', 'add', '--detach', '--force', folder, ref);
  execFileSync('cp', ['-al', join(WORKSPACE, 'node_modules'), folder]);
  for (const part of ['apps/exchange', 'apps/audit', 'libs/platform', 'libs/testing'])
    execFileSync('sh', [
      '-c',
      `test ! -d "$1/node_modules" || cp -al "$1/node_modules" "$2/"`,
      'sh',
      join(WORKSPACE, part),
      join(folder, part),
    ]);
  const lock = (root: string): string => readFileSync(join(root, 'package-lock.json'), 'utf8');
  if (lock(folder) !== lock(WORKSPACE))
    console.log('  its lock file differs: it is built with the packages of this one');
  const env = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' };
  execFileSync(
    process.execPath,
    [join(folder, 'node_modules/nx/dist/bin/nx.js'), 'run-many', '-t', 'build', '--outputStyle=static'],
    { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] },
  );
}

const migrationsOf = (url: string): Promise<number> =>
  withClient(
    url,
    async (client) => (await client.query<{ n: number }>('SELECT count(*)::int AS n FROM migrations')).rows[0]!.n,
  );

async function main(ref: string): Promise<number> {
  const sha = git('rev-parse', '--short', ref);
  const folder = mkdtempSync(join(tmpdir(), 'qiongtong-former-'));
  const former = join(folder, 'former');
  const issuer = await testIssuer();
  const balancers = new Map<ProcessName, Balancer>();
  for (const name of SERVICES) balancers.set(name, await Balancer.listen());
  const at = (name: ProcessName): Balancer => balancers.get(name)!;
  let publisher: PolicyPublisher | undefined;
  let end: () => Promise<void> = () => Promise.resolve();
  try {
    console.log(`Building the former state, ${sha}`);
    buildOf(sha, former);
    const urls = Object.fromEntries(SERVICES.slice(0, 4).map((name) => [`${name.toUpperCase()}_URL`, at(name).url]));
    const platform = await startPlatform({
      name: `rollout-${process.pid}`,
      workspace: former,
      processes: SERVICES,
      env: { all: { OIDC_ISSUER: issuer.issuer, OIDC_AUDIENCE: issuer.audience, LOG_LEVEL: 'warn', ...urls } },
      beforeProcesses: async ({ kafkaBrokers, topicPrefix }) => {
        // Services find each other by these before all of them run.
        publisher = await PolicyPublisher.start(kafkaBrokers, topicPrefix);
        await publishWorld(publisher);
      },
    });
    end = () => platform.remove();
    for (const name of SERVICES) at(name).to(platform.urls[name]);
    const counted = async (): Promise<number> => {
      let sum = 0;
      for (const name of SERVICES.slice(0, 4)) sum += await migrationsOf(platform.databaseUrl(name));
      return sum;
    };
    const [had, load] = [await counted(), new Load(at('gateway').url, issuer, platform)];
    await sleep(STAND_MS);
    platform.migrate(WORKSPACE);
    const added = (await counted()) - had;
    console.log(`The former build serves on the newer schema: ${added} migrations more`);
    await sleep(STAND_MS);
    for (const name of SERVICES) {
      const next = await platform.replica(name, WORKSPACE);
      at(name).to(platform.urls[name], next);
      await sleep(STAND_MS / 5);
      at(name).to(next);
      await platform.supervisor.stop(name);
      console.log(`  ${name}: the next build serves, the former has drained`);
    }
    await sleep(STAND_MS);
    await load.stop();
    const rows = async (id: string): Promise<number> =>
      withClient(
        platform.databaseUrl('exchange'),
        async (client) =>
          (await client.query<{ n: number }>('SELECT count(*)::int AS n FROM record WHERE resource_id = $1', [id]))
            .rows[0]!.n,
      );
    const sealed = async (): Promise<number> =>
      withClient(
        platform.databaseUrl('audit'),
        async (client) =>
          (
            await client.query<{ n: number }>(
              `SELECT count(DISTINCT key)::int AS n FROM log_entry WHERE key = ANY ($1)`,
              [load.decisions],
            )
          ).rows[0]!.n,
      );
    for (
      const until = Date.now() + 60_000;
      Date.now() < until &&
      ((await rows(BY_KAFKA)) < load.acknowledged.kafka || (await sealed()) < load.decisions.length);
    )
      await sleep(200);
    const found = { rest: await rows(BY_REST), kafka: await rows(BY_KAFKA), sealed: await sealed() };
    console.log(`
rows acknowledged by REST ${load.acknowledged.rest}, in the store ${found.rest}
rows acknowledged by Kafka ${load.acknowledged.kafka}, in the store ${found.kafka}
accesses released ${load.decisions.length}, in the log ${found.sealed}
asked again ${[...load.again].map(([why, times]) => `${times} × ${why}`).join(', ') || 'never'}
failed ${load.failed.length}${load.failed.length > 0 ? `: ${[...new Set(load.failed)].join('; ')}` : ''}`);
    const whole =
      found.rest === load.acknowledged.rest &&
      found.kafka === load.acknowledged.kafka &&
      found.sealed === load.decisions.length;
    console.log(
      whole && load.failed.length === 0
        ? `\n${sha} was replaced; nothing failed and nothing was lost.`
        : '\nThe roll-out did not hold.',
    );
    return whole && load.failed.length === 0 ? 0 : 1;
  } finally {
    await publisher?.stop();
    await end();
    await issuer.close();
    for (const balancer of balancers.values()) balancer.close();
    git('worktree', 'remove', '--force', former);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function publishWorld(world: PolicyPublisher): Promise<void> {
  const items = [
    anItem({ code: 'no', length: '20', key: true, required: true }),
    anItem({ code: 'text', length: '100' }),
  ];
  const provides = [BY_REST, BY_KAFKA];
  await world.publish('policy.organisations', anOrganisation({ id: 'mzt' }), anOrganisation());
  await world.publish(
    'policy.systems',
    aSystem({ id: 'source', ownerId: 'mzt', departmentId: 'mzt', provides, kafka: true }),
    aSystem(),
  );
  for (const id of provides)
    await world.publish('policy.resources', aResource({ id, sharingType: 'UNCONDITIONAL', items }));
}

main(process.argv[2] ?? before()).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
