import { Controller, Get, HttpCode, Injectable, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../http/public';
import { Drain } from './drain';

/** True when fit to serve; false or a throw when not. */
export type HealthCheck = () => boolean | Promise<boolean>;

const CHECK_TIMEOUT_MS = 2_000;

/** What must hold before requests are sent here. Modules add their own. */
@Injectable()
export class Health {
  private readonly checks = new Map<string, HealthCheck>();
  private readonly watched = new Map<string, HealthCheck>();
  private booted = false;

  constructor(private readonly drain: Drain) {}

  register(name: string, check: HealthCheck): void {
    this.checks.set(name, check);
  }

  /** Said beside the checks: something is wrong that another replica would not do better. */
  watch(name: string, check: HealthCheck): void {
    this.watched.set(name, check);
  }

  started(): void {
    this.booted = true;
  }

  get hasStarted(): boolean {
    return this.booted;
  }

  async ready(): Promise<Readiness> {
    const [checks, watched] = await Promise.all([resultsOf(this.checks), resultsOf(this.watched)]);
    const ready = this.booted && !this.drain.draining && Object.values(checks).every((state) => state === 'up');
    return { ready, checks, ...(this.watched.size > 0 ? { watched } : {}) };
  }
}

type Results = Record<string, 'up' | 'down'>;
/** `watched` is of what does not keep the service from being used. */
type Readiness = { ready: boolean; checks: Results; watched?: Results };

async function resultsOf(checks: ReadonlyMap<string, HealthCheck>): Promise<Results> {
  const results = [...checks].map(async ([name, check]) => [name, (await passes(check)) ? 'up' : 'down'] as const);
  return Object.fromEntries(await Promise.all(results));
}

async function passes(check: HealthCheck): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, CHECK_TIMEOUT_MS, false)));
  try {
    return await Promise.race([Promise.resolve().then(check), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

@Public()
@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(private readonly health: Health) {}

  @Get('live')
  @HttpCode(200)
  live(): { status: 'up' } {
    return { status: 'up' };
  }

  @Get('startup')
  startup(@Res({ passthrough: true }) reply: FastifyReply): { started: boolean } {
    reply.code(this.health.hasStarted ? 200 : 503);
    return { started: this.health.hasStarted };
  }

  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const answer = await this.health.ready();
    reply.code(answer.ready ? 200 : 503);
    return answer;
  }
}
