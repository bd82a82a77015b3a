import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { REDIS_SERVER } from './instance';
import { freePort } from './processes';

/** A real Redis on a port of its own that keeps nothing; it can be stopped and started again, paused and resumed. */
export class EmbeddedRedis {
  private server: ChildProcess | null = null;

  private constructor(readonly port: number) {}

  static async start(): Promise<EmbeddedRedis> {
    if (!existsSync(REDIS_SERVER))
      throw new Error('no Redis: run `npm run setup`, or set REDIS_SERVER to a redis-server or valkey-server');
    const redis = new EmbeddedRedis(await freePort());
    await redis.start();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    if (process.env['REDIS_SERVER'] === undefined) chmodSync(REDIS_SERVER, 0o755);
    const options = ['--port', `${this.port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    this.server = spawn(REDIS_SERVER, options, { stdio: 'ignore', cwd: tmpdir() });
    for (const giveUpAt = Date.now() + 10_000; !(await answers(this.port));) {
      if (Date.now() > giveUpAt || this.server.exitCode !== null) throw new Error('Redis does not start');
      await sleep(20);
    }
  }

  /** It is there and says nothing. */
  pause(): void {
    this.server?.kill('SIGSTOP');
  }

  resume(): void {
    this.server?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const gone = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    await gone;
  }
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const settle = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('data', () => settle(true));
    socket.once('error', () => settle(false));
  });
