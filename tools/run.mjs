// Runs one of the project's commands under the Node 24 of its own packages, whatever Node started npm.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants } from 'node:os';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const BIN = join(ROOT, 'node_modules', '.bin');
const tool = (...path) => join(ROOT, 'tools', 'dist', ...path);

const COMMANDS = {
  demo: () => tool('demo', 'main.js'),
  tour: () => tool('demo', 'tour.js'),
  token: () => tool('demo', 'token.js'),
  infra: () => tool('infra.js'),
  topics: () => join(ROOT, 'libs', 'platform', 'dist', 'topics-job', 'main.js'),
  'kafka-users': () => tool('k8s', 'main.js'),
  operator: () => join(ROOT, 'libs', 'platform', 'dist', 'operator', 'main.js'),
  drill: () => tool('drill', 'main.js'),
  rollout: () => tool('rollout', 'main.js'),
  stop: () => tool('stop.js'),
  test: () => tool('test.js'),
  mutate: () => tool('mutate.js'),
  licences: () => tool('licences.js'),
  traceability: () => tool('traceability.js'),
  bench: ([name = 'gateway']) => join(ROOT, 'bench', 'dist', `${name}.js`),
};

const [command = '', ...args] = process.argv.slice(2);
if (!Object.hasOwn(COMMANDS, command)) {
  console.error(`usage: node tools/run.mjs ${Object.keys(COMMANDS).join('|')}`);
  process.exit(2);
}
const script = COMMANDS[command](args);
if (!existsSync(script) || !existsSync(join(BIN, 'node'))) {
  if (command === 'stop' && !existsSync(join(ROOT, '.qiongtong', 'instances'))) {
    console.log('nothing was ever started here');
    process.exit(0);
  }
  console.error(
    existsSync(dirname(script))
      ? `there is no ${script.slice(ROOT.length + 1)}`
      : 'not set up yet: run `npm run setup` first',
  );
  process.exit(2);
}

const child = spawn(
  join(BIN, 'node'),
  ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning', script, ...args],
  { stdio: 'inherit', env: { ...process.env, PATH: `${BIN}${delimiter}${process.env.PATH}` } },
);
// A Ctrl-C reaches the child by itself as well: it must take the same signal twice for once.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name));
child.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
