// Makes a clone ready to run: packages, the broker's jars, the build. Quick when nothing has changed since the last time.
// Runs on the Node that started npm, before anything is installed: it may use nothing but Node itself.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const HOME = join(ROOT, '.qiongtong');
const BIN = join(ROOT, 'node_modules', '.bin');
const NODE = join(BIN, 'node');

const say = (line) => console.log(`setup: ${line}`);
const seconds = (from) => `${((Date.now() - from) / 1000).toFixed(1)} s`;

function fail(message) {
  console.error(`setup: ${message}`);
  process.exit(1);
}

function run(command, args, what) {
  const from = Date.now();
  const { status, error } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${BIN}${delimiter}${process.env.PATH}`, NX_DAEMON: 'false', NX_TUI: 'false' },
  });
  if (status === 0) say(`${what} (${seconds(from)})`);
  return status === 0 ? undefined : (error?.message ?? `exit ${status}`);
}

const digest = (parts) =>
  parts.reduce((hash, part) => hash.update(part).update('\0'), createHash('sha256')).digest('hex');

/** Remembers under a name what a step was done for. */
const stamp = (name) => ({
  is: (value) => existsSync(join(HOME, name)) && readFileSync(join(HOME, name), 'utf8') === value,
  set: (value) => {
    mkdirSync(HOME, { recursive: true });
    writeFileSync(join(HOME, name), value);
  },
});

function packages() {
  const manifests = ['apps', 'libs'].flatMap((group) =>
    readdirSync(join(ROOT, group)).map((name) => join(ROOT, group, name, 'package.json')),
  );
  return [ROOT, ...['tools', 'e2e', 'bench'].map((name) => join(ROOT, name))]
    .map((dir) => join(dir, 'package.json'))
    .concat(manifests)
    .filter((file) => existsSync(file));
}

/** `npm ci` takes only a lock file with every platform's optional packages, which not every registry has. */
function isComplete(lock) {
  if (!existsSync(lock)) return false;
  const { packages: locked } = JSON.parse(readFileSync(lock, 'utf8'));
  const known = new Set(Object.keys(locked).map((path) => path.slice(path.lastIndexOf('node_modules/') + 13)));
  return Object.values(locked).every(({ optionalDependencies = {} }) =>
    Object.keys(optionalDependencies).every((name) => known.has(name)),
  );
}

function install() {
  const lock = join(ROOT, 'package-lock.json');
  const wanted = () =>
    digest([...packages(), ...(existsSync(lock) ? [lock] : [])].map((file) => readFileSync(file, 'utf8')));
  const done = stamp('installed');
  if (done.is(wanted()) && existsSync(NODE)) return;
  say('installing the packages; the first time takes a minute or two');
  const npm = process.env.npm_execpath === undefined ? ['npm'] : [process.execPath, process.env.npm_execpath];
  const npmDoes = (args, what) =>
    run(npm[0], [...npm.slice(1), ...args, '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], what);
  // Warnings are of the Node that started npm; the packages run on their own Node 24.
  // `npm install` keeps to the lock file as well, and leaves it alone; but it does not begin with an empty node_modules.
  const failed = isComplete(lock)
    ? npmDoes(['ci'], 'packages installed')
    : npmDoes(['install', '--no-save'], 'packages installed');
  if (failed !== undefined) fail(`the packages cannot be installed (${failed}); npm says why above`);
  if (!existsSync(NODE)) {
    fail('Node 24 was not installed by its package: install scripts seem to be off (npm config get ignore-scripts)');
  }
  done.set(wanted());
}

const ALTERNATIVES = [
  '  - set KAFKA_BROKERS=host:port to use a broker that is running already, or',
  '  - `docker compose up -d --wait kafka` and set KAFKA_BROKERS=127.0.0.1:9092.',
].join('\n');

function kafka() {
  if (process.env.KAFKA_BROKERS !== undefined) return say('using the broker at KAFKA_BROKERS');
  const pom = join(ROOT, 'tools', 'kafka', 'pom.xml');
  const wanted = digest([readFileSync(pom, 'utf8')]);
  const done = stamp('kafka-fetched');
  const lib = join(HOME, 'kafka', 'lib');
  if (done.is(wanted) && existsSync(lib)) return;
  const home = process.env.JAVA_HOME;
  const java = home !== undefined && existsSync(join(home, 'bin', 'java')) ? join(home, 'bin', 'java') : 'java';
  const version = spawnSync(java, ['-version'], { encoding: 'utf8' });
  const major = Number(/version "(?:1\.)?(\d+)/.exec(`${version.stderr}${version.stdout}`)?.[1] ?? 0);
  if (major < 17) {
    const found = version.error === undefined && major > 0 ? `Java ${major} was found` : 'no Java was found';
    fail(
      `the embedded Apache Kafka needs Java 17 or later; ${found}.\n` +
        `Install one (Debian: apt-get install openjdk-17-jre-headless maven), or\n${ALTERNATIVES}`,
    );
  }
  if (spawnSync('mvn', ['-v'], { encoding: 'utf8' }).status !== 0) {
    fail(
      `Maven fetches the embedded Apache Kafka, and \`mvn\` was not found.\n` +
        `Install it (Debian: apt-get install maven), or\n${ALTERNATIVES}`,
    );
  }
  say('fetching Apache Kafka; the first time takes about half a minute');
  const arriving = `${lib}.next`;
  rmSync(arriving, { recursive: true, force: true });
  const failed = run(
    'mvn',
    ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${arriving}`],
    'Apache Kafka fetched',
  );
  if (failed !== undefined) {
    fail(`Apache Kafka cannot be fetched (${failed}); Maven says why above. Otherwise\n${ALTERNATIVES}`);
  }
  rmSync(lib, { recursive: true, force: true });
  renameSync(arriving, lib);
  done.set(wanted);
}

/** Only tests use these. Where they cannot be had, the tests say what is missing. */
function redis() {
  if (process.env.REDIS_SERVER !== undefined) return;
  const dir = join(HOME, 'redis');
  forTests('redis', 'Redis', dir, [
    ...['dependency:unpack-dependencies', '-DincludeArtifactIds=embedded-redis'],
    ...['-Dmdep.unpack.includes=redis-server-2.8.19', `-DoutputDirectory=${dir}`, `-Dmarks=${join(dir, 'marks')}`],
  ]);
}

function clients() {
  const lib = join(HOME, 'clients', 'lib');
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${lib}`];
  forTests('clients', 'what sources push with', lib, goal);
}

/** @param name of the folder in tools/ that has the POM */
function forTests(name, what, dir, goal) {
  const pom = join(ROOT, 'tools', name, 'pom.xml');
  const wanted = digest([readFileSync(pom, 'utf8')]);
  const done = stamp(`${name}-fetched`);
  if (done.is(wanted) && existsSync(dir)) return;
  if (spawnSync('mvn', ['-v'], { encoding: 'utf8' }).status !== 0)
    return say(`no Maven, which fetches ${what} for tests: those that need it will fail and say so`);
  // What a former version left there would be found as well.
  rmSync(dir, { recursive: true, force: true });
  const failed = run('mvn', ['-q', '-B', '-f', pom, ...goal], `fetched, for tests: ${what}`);
  if (failed !== undefined)
    return say(`${what} cannot be fetched (${failed}): tests that need it will fail and say so`);
  done.set(wanted);
}

function* sources(dir) {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'dist') continue;
    const path = join(dir, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else yield path;
  }
}

function build() {
  const projects = ['apps', 'libs']
    .flatMap((group) => readdirSync(join(ROOT, group)).map((name) => join(ROOT, group, name)))
    .concat(['tools', 'bench'].map((name) => join(ROOT, name)));
  const files = [join(ROOT, '.swcrc'), join(ROOT, 'nx.json'), ...projects.flatMap((dir) => [...sources(dir)])].sort();
  const wanted = digest(
    files.map((file) => {
      const { size, mtimeMs } = statSync(file);
      return `${relative(ROOT, file)} ${size} ${mtimeMs}`;
    }),
  );
  const done = stamp('built');
  const complete = projects.every((dir) => !existsSync(join(dir, 'src')) || existsSync(join(dir, 'dist')));
  if (done.is(wanted) && complete) return;
  say('building');
  const failed = run(NODE, [join(ROOT, 'node_modules', 'nx', 'dist', 'bin', 'nx.js'), ...NX_BUILD], 'built');
  if (failed !== undefined) fail(`the build failed (${failed})`);
  done.set(wanted);
}
const NX_BUILD = ['run-many', '-t', 'build', '--outputStyle=static'];

const from = Date.now();
install();
kafka();
redis();
clients();
build();
say(`ready (${seconds(from)})`);
