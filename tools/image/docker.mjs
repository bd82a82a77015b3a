import { spawnSync } from 'node:child_process';

const PROGRAM = process.env.DOCKER ?? 'docker';

/** What the program printed. Throws with what it complained. */
export function docker(args, { cwd, env = process.env } = {}) {
  return run([PROGRAM, ...args], { cwd, env });
}

export const hasEngine = () => spawnSync(PROGRAM, ['info', '--format', '{{.ServerVersion}}']).status === 0;

/** `docker compose` where the engine's client has it, else the program of that name. */
export function composeProgram() {
  if (spawnSync(PROGRAM, ['compose', 'version']).status === 0) return [PROGRAM, 'compose'];
  if (spawnSync('docker-compose', ['version']).status === 0) return ['docker-compose'];
  return undefined;
}

export function run([command, ...args], { cwd, env = process.env } = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (status !== 0)
    throw new Error(`${command} ${args.slice(0, 2).join(' ')}: ${error?.message ?? `${stdout}${stderr}`.trim()}`);
  return stdout.trim();
}
