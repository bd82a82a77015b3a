import {
  Inject,
  Injectable,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type Provider,
} from '@nestjs/common';
import type { ServiceName } from '@qiongtong/contracts';
import { DataSource, type EntitySchema, type MigrationInterface } from 'typeorm';
import { AccessTokens } from './auth/access-tokens';
import { HopTokens } from './auth/hop-tokens';
import { Drain } from './boot/drain';
import { Health, HealthController } from './boot/health';
import { Clock, ClockOfFile, SystemClock } from './clock';
import { CrashPoints } from './crash-points';
import { ConfigurationError, type PlatformConfig } from './config';
import { openDatabase } from './database/data-source';
import { sql } from './database/sql';
import { UnitOfWork } from './database/unit-of-work';
import { Cursors } from './http/cursors';
import { SealedCursors } from './http/sealed-cursors';
import { KafkaDriver } from './messaging/kafka';
import { ParkedMessages } from './messaging/parked';
import { RecordProducer } from './messaging/record-producer';
import { Redrives } from './messaging/redrives';
import { Relay } from './messaging/relay';
import { KafkaTransport } from './messaging/transport';
import { Scheduler } from './scheduling/scheduler';
import { Metrics } from './telemetry/metrics';
import { Tracing } from './telemetry/tracing';

type Class<T = object> = new (...args: never[]) => T;

export type PlatformOptions = Readonly<{
  name: ServiceName;
  config: PlatformConfig;
  /** A service with entities or migrations has a database; what it publishes goes through its outbox. */
  entities?: readonly (Class | EntitySchema)[];
  migrations?: readonly Class<MigrationInterface>[];
  /** Topics read besides those that handlers name. */
  consumer?: Readonly<{ topics: readonly string[]; maxBatch?: number }>;
  /** Whether this process publishes the outbox, default true where there is a database. */
  relay?: boolean;
  /** Default the system's. */
  clock?: Clock;
}>;

export const PLATFORM_CONFIG = Symbol('platform configuration');
export const SERVICE_NAME = Symbol('name of this service');

/** What booting needs of the parts that not every service has. */
export class BootParts {
  constructor(
    readonly dataSource: DataSource | null,
    readonly transport: KafkaTransport | null,
  ) {}
}

/** What every service is made of. Nothing here knows of government data. */
@Module({})
export class PlatformModule {
  static forRoot(options: PlatformOptions): DynamicModule {
    const hasDatabase = options.entities !== undefined || options.migrations !== undefined;
    const providers: Provider[] = [
      { provide: PLATFORM_CONFIG, useValue: options.config },
      { provide: SERVICE_NAME, useValue: options.name },
      { provide: Clock, useValue: options.clock ?? clockOf(options.config) },
      { provide: CrashPoints, useFactory: () => new CrashPoints(options.config.CRASH_AT) },
      Drain,
      Health,
      Metrics,
      {
        provide: Tracing,
        inject: [Drain],
        useFactory: async (drain: Drain) => {
          const tracing = await Tracing.start(options.name, options.config);
          // With the last of all: what ends before it is told as well.
          drain.add('spans', 'database', () => tracing.close());
          return tracing;
        },
      },
      {
        provide: HopTokens,
        inject: [Clock],
        useFactory: (clock: Clock) => new HopTokens(options.config.HOP_KEYS_DIR, options.name, clock),
      },
      {
        provide: AccessTokens,
        inject: [Clock],
        useFactory: (clock: Clock) =>
          new AccessTokens({
            issuer: options.config.OIDC_ISSUER,
            discoveryUrl: options.config.OIDC_DISCOVERY_URL,
            audience: options.config.OIDC_AUDIENCE,
            clock,
          }),
      },
      { provide: Cursors, inject: [HopTokens], useFactory: (hops: HopTokens) => new Cursors(hops) },
      { provide: SealedCursors, inject: [HopTokens], useFactory: (hops: HopTokens) => new SealedCursors(hops) },
      { provide: KafkaDriver, useFactory: () => new KafkaDriver({ settings: options.config, clientId: options.name }) },
      {
        provide: RecordProducer,
        inject: [Drain],
        useFactory: (drain: Drain) => {
          const producer = new RecordProducer({ config: options.config, clientId: `${options.name}-records` });
          drain.add('records', 'relay', () => producer.stop());
          return producer;
        },
      },
      {
        provide: Scheduler,
        inject: [Clock, Metrics, Drain, { token: DataSource, optional: true }],
        useFactory: (clock: Clock, metrics: Metrics, drain: Drain, dataSource?: DataSource) =>
          new Scheduler(dataSource ?? null, clock, metrics, drain),
      },
      ...(hasDatabase ? databaseProviders(options) : []),
      ...(hasDatabase && options.consumer ? [transportProvider(options), redrivesProvider(options), RedrivesLife] : []),
    ];
    providers.push({
      provide: BootParts,
      inject: [
        { token: DataSource, optional: true },
        { token: KafkaTransport, optional: true },
      ],
      useFactory: (dataSource?: DataSource, transport?: KafkaTransport) =>
        new BootParts(dataSource ?? null, transport ?? null),
    });
    return {
      module: PlatformModule,
      global: true,
      providers,
      controllers: [HealthController],
      exports: providers.map((provider) => ('provide' in provider ? provider.provide : provider)),
    };
  }
}

const clockOf = ({ TEST_CLOCK_FILE }: PlatformConfig): Clock =>
  TEST_CLOCK_FILE === undefined ? new SystemClock() : new ClockOfFile(TEST_CLOCK_FILE);

function databaseProviders({ name, config, entities, migrations, relay }: PlatformOptions): Provider[] {
  return [
    {
      provide: DataSource,
      useFactory: () =>
        openDatabase({
          url: databaseUrl(config),
          applicationName: name,
          entities,
          migrations,
          migrate: config.MIGRATIONS !== 'job',
        }),
    },
    {
      provide: UnitOfWork,
      inject: [DataSource, Clock],
      useFactory: (dataSource: DataSource, clock: Clock) => new UnitOfWork(dataSource, name, clock),
    },
    {
      provide: ParkedMessages,
      inject: [DataSource, UnitOfWork],
      useFactory: (dataSource: DataSource, work: UnitOfWork) => new ParkedMessages(dataSource, work, name),
    },
    {
      provide: Relay,
      inject: [DataSource, KafkaDriver, CrashPoints],
      useFactory: (dataSource: DataSource, driver: KafkaDriver, crash: CrashPoints) =>
        relay === false
          ? null
          : new Relay({
              ...{ service: name, dataSource, databaseUrl: databaseUrl(config), driver },
              beforeProducing: async () => crash.pass('relay.numbered'),
              afterProducing: () => crash.pass('relay.produced'),
            }),
    },
    DatabaseLife,
  ];
}

const transportProvider = ({ name, consumer }: PlatformOptions): Provider => ({
  provide: KafkaTransport,
  inject: [KafkaDriver, UnitOfWork, ParkedMessages, Tracing],
  useFactory: (driver: KafkaDriver, work: UnitOfWork, parked: ParkedMessages, tracing: Tracing) =>
    new KafkaTransport({
      service: name,
      driver,
      work,
      parked,
      tracing,
      topics: consumer?.topics ?? [],
      maxBatch: consumer?.maxBatch,
    }),
});

const redrivesProvider = ({ name, config }: PlatformOptions): Provider => ({
  provide: Redrives,
  inject: [ParkedMessages, Drain],
  useFactory: (parked: ParkedMessages, drain: Drain) => {
    const redrives = new Redrives(databaseUrl(config), name, parked);
    drain.add('redrives', 'consumers', () => redrives.close());
    return redrives;
  },
});

function databaseUrl({ DATABASE_URL }: PlatformConfig): string {
  if (!DATABASE_URL) throw new ConfigurationError(['DATABASE_URL'], ['DATABASE_URL is missing']);
  return DATABASE_URL;
}

/** The database is ready when it answers; the relay ends after everything that writes, the database after everything. */
@Injectable()
class DatabaseLife implements OnApplicationBootstrap {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(Relay) private readonly relay: Relay | null,
    health: Health,
    drain: Drain,
  ) {
    health.register('database', async () => {
      await sql(dataSource, 'SELECT 1');
      return true;
    });
    drain.add('relay', 'relay', () => relay?.stop());
    drain.add('database', 'database', () => dataSource.destroy());
  }

  onApplicationBootstrap(): void {
    if (this.dataSource.isInitialized) this.relay?.start();
  }
}

/** An operator is heard once everything is there to handle what is driven again. */
@Injectable()
class RedrivesLife implements OnApplicationBootstrap {
  constructor(private readonly redrives: Redrives) {}

  onApplicationBootstrap(): void {
    this.redrives.start();
  }
}
