// Builds the images and prints their sizes.
//   npm run images [-- SERVICE… | --check]
//   --check  also starts each of them, with the whole platform around it, and looks whether it runs as k8s/ will run it
// Environment: NPMRC (npm's settings for the build, a secret that no layer keeps), IMAGE_TAG (local), NODE_IMAGE, BUILD_NETWORK.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check } from './check.mjs';
import { docker, hasEngine } from './docker.mjs';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const { NPMRC, IMAGE_TAG = 'local', NODE_IMAGE, BUILD_NETWORK } = process.env;

/** Every application that has a process of its own. */
const services = readdirSync(join(ROOT, 'apps')).filter((name) =>
  existsSync(join(ROOT, 'apps', name, 'src', 'main.ts')),
);

const git = (...args) => spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' }).stdout?.trim() || undefined;

function build(service) {
  const created = Number(git('log', '-1', '--format=%ct') ?? 0);
  const args = {
    SERVICE: service,
    VERSION: JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version,
    REVISION: git('rev-parse', 'HEAD') ?? 'unknown',
    CREATED: new Date(created * 1000).toISOString(),
    SOURCE_DATE_EPOCH: String(created),
    ...(NODE_IMAGE === undefined ? {} : { NODE_IMAGE }),
  };
  docker(
    [
      'build',
      ...Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
      ...(NPMRC === undefined ? [] : ['--secret', `id=npmrc,src=${NPMRC}`]),
      ...(BUILD_NETWORK === undefined ? [] : ['--network', BUILD_NETWORK]),
      ...['-t', `qiongtong/${service}:${IMAGE_TAG}`, '.'],
    ],
    { cwd: ROOT, env: { ...process.env, DOCKER_BUILDKIT: '1' } },
  );
}

/** Bytes of an image, and of the layers above its base. */
function sizesOf(service) {
  const image = `qiongtong/${service}:${IMAGE_TAG}`;
  const whole = Number(docker(['image', 'inspect', '--format', '{{.Size}}', image]));
  const base = Number(docker(['image', 'inspect', '--format', '{{.Size}}', NODE_IMAGE ?? 'node:24-bookworm-slim']));
  return { whole, own: whole - base };
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

async function main(args) {
  const unknown = args.filter((arg) => arg !== '--check' && !services.includes(arg));
  if (unknown.length > 0)
    throw new Error(`usage: npm run images [-- --check] [SERVICE…]; services: ${services.join(' ')}`);
  if (!hasEngine()) {
    console.log('not run: there is no Docker engine here');
    return args.includes('--check') ? 0 : 1;
  }
  const chosen = args.filter((arg) => arg !== '--check');
  for (const service of chosen.length > 0 ? chosen : services) {
    const from = Date.now();
    build(service);
    const { whole, own } = sizesOf(service);
    const took = ((Date.now() - from) / 1000).toFixed(0);
    console.log(
      `qiongtong/${service}:${IMAGE_TAG}  ${megabytes(whole)}, of which its own ${megabytes(own)} (${took} s)`,
    );
  }
  return args.includes('--check') ? check(ROOT, services, IMAGE_TAG) : 0;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
