import 'reflect-metadata';
import { Logger, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ServiceName } from '@qiongtong/contracts';
import type { FastifyInstance } from 'fastify';
import { HopGuard } from '../auth/hop-guard';
import { HopTokens } from '../auth/hop-tokens';
import type { PlatformConfig } from '../config';
import { registerBodyParsers } from '../http/body';
import { EtagInterceptor } from '../http/etag-interceptor';
import { IdempotencyInterceptor } from '../http/idempotency';
import { ProblemFilter } from '../http/problem-filter';
import { validationPipe } from '../http/validation';
import { connectBus } from '../messaging/transport';
import { BootParts } from '../platform.module';
import { JsonLogger } from '../telemetry/logger';
import { Metrics } from '../telemetry/metrics';
import { Tracing } from '../telemetry/tracing';
import { Connections } from './connections';
import { Drain } from './drain';
import { Health } from './health';
import { httpAdapter, observeRequests } from './server';

export type BootOptions<C extends PlatformConfig = PlatformConfig> = Readonly<{
  name: ServiceName;
  /** Imports `PlatformModule.forRoot(...)`. */
  module: (config: C) => DynamicModule | Type;
  config: C;
  /** The entrance itself, which nobody hands a hop token. */
  public?: boolean;
  /** Before the routes of the controllers are made. */
  configure?: (app: NestFastifyApplication) => void | Promise<void>;
}>;

export interface RunningService {
  readonly app: NestFastifyApplication;
  readonly url: string;
  readonly metricsUrl: string;
  /** Drains in order; calling it again waits for the same end. */
  close(): Promise<void>;
}

/** Boots a service, and drains it on SIGTERM or SIGINT. */
export async function bootService<C extends PlatformConfig>(options: BootOptions<C>): Promise<RunningService> {
  const { name, config } = options;
  const log = new Logger('boot');
  const app = await NestFactory.create<NestFastifyApplication>(options.module(config), httpAdapter(config), {
    logger: new JsonLogger(name, config.LOG_LEVEL),
    bodyParser: false,
    abortOnError: false,
  });
  const drain = app.get(Drain);
  const health = app.get(Health);
  const metrics = app.get(Metrics);
  let forgetSignals = (): void => undefined;
  const connections = new Connections(app.getHttpServer());
  const close = once(async () => {
    await drained(app, drain, metrics, connections, config);
    forgetSignals();
  });
  try {
    const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
    observeRequests(server, metrics, app.get(Tracing));
    registerBodyParsers(server, config.BODY_TIMEOUT_MS);
    const reflector = app.get(Reflector);
    if (!options.public) app.useGlobalGuards(new HopGuard(app.get(HopTokens), reflector));
    app.useGlobalPipes(validationPipe());
    app.useGlobalFilters(new ProblemFilter());
    const { dataSource, transport } = app.get(BootParts);
    app.useGlobalInterceptors(new EtagInterceptor(), new IdempotencyInterceptor(reflector, dataSource));
    if (transport) {
      connectBus(app, transport);
      drain.add('consumers', 'consumers', () => transport.close());
    }
    await options.configure?.(app);
    await app.init();
    if (transport) await app.startAllMicroservices();
    const metricsPort = await metrics.listen(config.HOST, config.METRICS_PORT);
    await app.listen(config.PORT, config.HOST);
    health.started();
    const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
    log.log({ msg: 'started', url });
    forgetSignals = endOnSignals(close, config.DRAIN_TIMEOUT_MS, log);
    return { app, url, metricsUrl: `http://${config.HOST}:${metricsPort}`, close };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

async function drained(
  app: NestFastifyApplication,
  drain: Drain,
  metrics: Metrics,
  connections: Connections,
  config: PlatformConfig,
): Promise<void> {
  drain.begin();
  if (config.DRAIN_DELAY_MS > 0) await new Promise((resolve) => setTimeout(resolve, config.DRAIN_DELAY_MS));
  // Takes no new connection, and resolves when the last request in hand is answered.
  const closed = app.getHttpAdapter().close();
  connections.end();
  await closed;
  await drain.run();
  await metrics.close();
  await app.close();
}

/** @returns what takes the listeners off again */
function endOnSignals(close: () => Promise<void>, timeoutMs: number, log: Logger): () => void {
  const end = (signal: NodeJS.Signals) => {
    log.log({ msg: 'draining', signal });
    setTimeout(() => {
      log.error('the drain took too long and was given up');
      process.exit(1);
    }, timeoutMs).unref();
    close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  return () => void process.off('SIGTERM', end).off('SIGINT', end);
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= work());
}
