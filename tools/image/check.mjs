// Starts the images as a platform of its own beside whatever runs here, looks at each container, and plays the tour on it.
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { composeProgram, docker, run } from './docker.mjs';

const PROJECT = `qiongtong-check-${process.pid}`;

/** @returns the exit code */
export async function check(root, services, tag) {
  const compose = composeProgram();
  if (compose === undefined) {
    console.log('not run: neither `docker compose` nor `docker-compose` is here');
    return 0;
  }
  const [gateway, identity, kafka, postgres] = await freePorts(4);
  const env = {
    ...process.env,
    COMPOSE_PROJECT_NAME: PROJECT,
    QIONGTONG_VERSION: tag,
    GATEWAY_PORT: gateway,
    IDENTITY_PORT: identity,
    KAFKA_PORT: kafka,
    POSTGRES_PORT: postgres,
  };
  const up = (...args) => run([...compose, ...args], { cwd: root, env });
  const problems = [];
  try {
    const from = Date.now();
    up('up', '-d', '--no-build');
    console.log(`the platform is up (${((Date.now() - from) / 1000).toFixed(0)} s)`);
    for (const service of services) problems.push(...(await looked(service, up('ps', '-q', service))));
    problems.push(...toured(root, gateway, identity, kafka));
  } catch (error) {
    problems.push(error.message, up('logs', '--tail', '40'));
  } finally {
    up('down', '-v', '-t', '40');
  }
  for (const problem of problems) console.error(`✘ ${problem}`);
  return problems.length === 0 ? 0 : 1;
}

/** How a container really runs, not how it was asked to. */
async function looked(service, container) {
  const healthy = await healthOf(container);
  const { Config, HostConfig } = JSON.parse(docker(['inspect', container]))[0];
  const inside = JSON.parse(docker(['exec', container, 'node', '-e', LOOK]));
  const found = [
    [healthy === 'healthy', `its health is ${healthy}`],
    [Config.User === '1000:1000' && inside.uid === 1000, `it runs as ${inside.uid}`],
    [HostConfig.ReadonlyRootfs && inside.written === 'EROFS', `its root can be written to: ${inside.written}`],
    [/^0+$/.test(inside.capabilities), `it has capabilities ${inside.capabilities}`],
    [inside.noNewPrivileges === '1', 'it may gain privileges'],
    [Config.Labels['org.opencontainers.image.revision'] !== 'unknown', 'it does not say what it was built from'],
    [inside.components > 20, `its bill of materials has ${inside.components} components`],
  ].filter(([holds]) => !holds);
  if (found.length === 0)
    console.log(
      `${service}: healthy, user 1000, read-only, no capabilities, ${inside.components} components listed, ${inside.memory} MB`,
    );
  return found.map(([, problem]) => `${service}: ${problem}`);
}

const LOOK = `
const { readFileSync, writeFileSync } = require('node:fs');
const status = Object.fromEntries(readFileSync('/proc/1/status', 'utf8').split('\\n').map((line) => line.split(':\\t')));
let written = 'yes';
try { writeFileSync('/app/probe', ''); } catch (error) { written = error.code; }
console.log(JSON.stringify({
  uid: process.getuid(), written, capabilities: status.CapEff.trim(), noNewPrivileges: status.NoNewPrivs.trim(),
  memory: Math.round(parseInt(status.VmRSS) / 1024),
  components: JSON.parse(readFileSync('/app/sbom.cdx.json', 'utf8')).components.length,
}));`;

async function healthOf(container) {
  for (const until = Date.now() + 120_000; ;) {
    const state = docker(['inspect', '--format', '{{.State.Health.Status}}', container]);
    if (state !== 'starting' || Date.now() > until) return state;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** The story of the demo, told from outside: every answer must be what the rules say. */
function toured(root, gateway, identity, kafka) {
  const { status } = spawnSync(process.execPath, [join(root, 'tools', 'run.mjs'), 'tour'], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      GATEWAY_URL: `http://127.0.0.1:${gateway}`,
      OIDC_ISSUER: `http://127.0.0.1:${identity}`,
      KAFKA_BROKERS: `127.0.0.1:${kafka}`,
    },
  });
  return status === 0 ? [] : ['the tour ended with answers that the rules do not say, or not at all'];
}

async function freePorts(count) {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => String(server.address().port));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
