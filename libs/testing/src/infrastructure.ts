import { EmbeddedKafka } from './embedded-kafka';
import type { Backup } from './backup';
import { EmbeddedPostgres } from './embedded-postgres';
import { Instance } from './instance';
import { identify, isAlive } from './processes';

export type InfrastructureOptions = Readonly<{
  name: string;
  /** Where instances live; `.qiongtong/instances` of the workspace by default. */
  home?: string;
  /** Off only where losing data in a power cut does not matter: in tests. */
  fsync?: boolean;
  /** Keeps PostgreSQL's write-ahead log for a restore; a segment is finished after so many seconds at most. */
  archiveSeconds?: number;
  /** PostgreSQL's data come from here instead of what the instance has. */
  restoreFrom?: Backup;
  /** Parts that something else provides are not started. */
  postgres?: boolean;
  kafka?: boolean;
  /** Other runs may join it. */
  shared?: boolean;
  /** Users of the broker with their passwords, who come in by `securedBrokers`. */
  kafkaUsers?: Readonly<Record<string, string>>;
  /** Only for this process: whoever finds it abandoned removes it. */
  temporary?: boolean;
}>;

/** PostgreSQL and Kafka of one instance. They outlive this process unless it stops them. */
export interface Infrastructure {
  readonly instance: Instance;
  postgresUrl(database?: string): string;
  kafkaBrokers(): string;
  /** Where `kafkaUsers` come in. */
  securedBrokers(): string;
  /** PEM of the authority that `securedBrokers` has its certificate from. */
  brokersCaFile(): string;
  /** Brings back, with data and port, what has crashed; what was stopped on purpose stays stopped. */
  watch(): void;
  stop(): Promise<void>;
  killPostgres(): Promise<void>;
  /** Of a killed one: its data directory goes, as in the loss of its disk. */
  destroyPostgres(): void;
  restartPostgres(): Promise<void>;
  killKafka(): Promise<void>;
  stopKafka(): Promise<void>;
  restartKafka(): Promise<void>;
}

/** Starts an instance or finds it running; whatever part of it had been killed comes back with its data and port. */
export async function startInfrastructure(options: InfrastructureOptions): Promise<Infrastructure> {
  const instance = new Instance(options.name, options.home);
  const postgres =
    (options.postgres ?? true)
      ? new EmbeddedPostgres(instance, {
          fsync: options.fsync ?? true,
          ...(options.archiveSeconds === undefined ? {} : { archiveSeconds: options.archiveSeconds }),
        })
      : undefined;
  const external = process.env['KAFKA_BROKERS'];
  const kafka =
    (options.kafka ?? external === undefined)
      ? new EmbeddedKafka(instance, { fsync: options.fsync ?? true, users: options.kafkaUsers })
      : undefined;
  await instance.locked(async () => {
    instance.write((s) => {
      s.name = options.name;
      if (options.shared !== undefined) s.shared = options.shared;
      if (options.temporary === true) s.owner = identify(process.pid);
    });
    const { restoreFrom } = options;
    const started = await Promise.allSettled([
      restoreFrom === undefined ? postgres?.start() : postgres?.restore(restoreFrom),
      kafka?.start(),
    ]);
    const failed = started.find((s) => s.status === 'rejected');
    if (failed !== undefined) {
      await Promise.all([postgres?.stop(), kafka?.stop()]);
      throw failed.reason;
    }
  });

  const held = new Set<'postgres' | 'kafka'>();
  let timer: NodeJS.Timeout | undefined;
  let reviving = false;
  const revive = async (): Promise<void> => {
    if (reviving) return;
    reviving = true;
    try {
      await instance.locked(async () => {
        if (timer === undefined) return;
        if (postgres !== undefined && !held.has('postgres') && !isAlive(postgres.process())) await postgres.start();
        if (kafka !== undefined && !held.has('kafka') && !isAlive(kafka.process())) await kafka.start();
      });
    } catch {
      // The next look tries again; the part's own log says why.
    } finally {
      reviving = false;
    }
  };
  const own = <T>(part: T | undefined, name: string): T => {
    if (part === undefined) throw new Error(`${name} is not part of this instance: it was given from outside`);
    return part;
  };

  return {
    instance,
    postgresUrl: (database) => own(postgres, 'PostgreSQL').url(database),
    kafkaBrokers: () => kafka?.brokers() ?? external ?? own<string>(undefined, 'Kafka'),
    securedBrokers: () => own(kafka, 'Kafka').securedBrokers(),
    brokersCaFile: () => own(kafka, 'Kafka').caFile(),
    watch() {
      timer ??= setInterval(() => void revive(), 500).unref();
    },
    async stop() {
      clearInterval(timer);
      timer = undefined;
      await instance.locked(async () => {
        await Promise.all([postgres?.stop(), kafka?.stop()]);
      });
    },
    async killPostgres() {
      held.add('postgres');
      await own(postgres, 'PostgreSQL').kill();
    },
    destroyPostgres: () => own(postgres, 'PostgreSQL').destroy(),
    async restartPostgres() {
      await own(postgres, 'PostgreSQL').stop();
      await own(postgres, 'PostgreSQL').start();
      held.delete('postgres');
    },
    async killKafka() {
      held.add('kafka');
      await own(kafka, 'Kafka').kill();
    },
    async stopKafka() {
      held.add('kafka');
      await own(kafka, 'Kafka').stop();
    },
    async restartKafka() {
      await own(kafka, 'Kafka').stop();
      await own(kafka, 'Kafka').start();
      held.delete('kafka');
    },
  };
}
