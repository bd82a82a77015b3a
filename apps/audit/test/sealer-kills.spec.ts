import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KafkaDriver } from '@qiongtong/platform';
import { testInfrastructure, WORKSPACE } from '@qiongtong/testing';
import { aFact } from './facts';
import { expectOneHistory } from './one-history';
import { RunningAudit } from './running-audit';

// SEALER_KILLS=100 SEED=… NODE_OPTIONS=--experimental-vm-modules npx jest apps/audit/test/sealer-kills --selectProjects integration
const PLACES = [
  'sealer.begun',
  'sealer.confirmed',
  'sealer.offsets',
  'sealer.numbers',
  'sealer.entries',
  'sealer.tiles',
  'sealer.before-commit',
  'sealer.committed',
  'relay.numbered',
  'relay.produced',
  'at random',
];
const KILLS = Number(process.env['SEALER_KILLS'] ?? PLACES.length);
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const SOURCES = [
  ['facts.catalogue', 0],
  ['facts.catalogue', 3],
  ['facts.authorisation', 1],
  ['facts.exchange', 2],
  ['facts.access', 0],
] as const;
const MAIN = join(WORKSPACE, 'apps/audit/dist/main.js');

jest.setTimeout(60_000 + KILLS * 30_000);

/** Numbers from 0 up to 1, the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The built service as a process of its own. */
class Replica {
  readonly ended: Promise<NodeJS.Signals | null>;
  private readonly child: ChildProcess;
  private readonly logFile: string;

  constructor(
    audit: RunningAudit,
    readonly place: string | null,
    name: string,
  ) {
    this.logFile = join(audit.folder, `${name}.log`);
    const out = openSync(this.logFile, 'a');
    const crash: Record<string, string> = place === null || place === 'at random' ? {} : { CRASH_AT: place };
    this.child = spawn(process.execPath, [MAIN], {
      env: {
        ...audit.environment(crash),
        PATH: process.env['PATH'],
        NODE_COMPILE_CACHE: join(WORKSPACE, '.qiongtong', 'compile-cache'),
      },
      stdio: ['ignore', out, out],
    });
    this.ended = once(this.child, 'exit').then(([, signal]) => signal as NodeJS.Signals | null);
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async died(withinMs: number): Promise<NodeJS.Signals | null> {
    const late = sleep(withinMs, 'late' as const, { ref: false });
    const how = await Promise.race([this.ended, late]);
    if (how === 'late') throw new Error(`no death at ${this.place}:\n${readFileSync(this.logFile, 'utf8')}`);
    return how;
  }
}

/** Facts from several producers at once; now and then one sends again what it does not know to have arrived. */
class Producers {
  readonly sent = new Map<string, number>();
  private readonly producer;
  private stopping = false;
  private running: Promise<void> = Promise.resolve();

  constructor(
    driver: KafkaDriver,
    private readonly random: () => number,
  ) {
    this.producer = driver.idempotentProducer();
  }

  async start(): Promise<void> {
    await this.producer.connect();
    this.running = this.run();
  }

  async stop(): Promise<number> {
    this.stopping = true;
    await this.running;
    await this.producer.disconnect();
    return [...this.sent.values()].reduce((sum, n) => sum + n, 0);
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      const [topic, partition] = SOURCES[Math.floor(this.random() * SOURCES.length)]!;
      const last = this.sent.get(`${topic}/${partition}`) ?? 0;
      const again = this.random() < 0.2 ? Math.min(last, Math.floor(this.random() * 5)) : 0;
      const count = 1 + Math.floor(this.random() * 30);
      const batch = Array.from({ length: again + count }, (_, i) =>
        aFact({ n: last - again + i + 1, topic, partition }),
      );
      await this.producer.send(batch.map(({ key, value, headers }) => ({ topic, partition, key, value, headers })));
      this.sent.set(`${topic}/${partition}`, last + count);
      await sleep(20 + this.random() * 60);
    }
  }
}

describe('[R14.9] a sealer that is killed where it hurts', () => {
  let audit: RunningAudit;
  let driver: KafkaDriver;
  beforeAll(async () => {
    audit = await RunningAudit.create(0);
    const settings = { KAFKA_BROKERS: testInfrastructure().kafkaBrokers, TOPIC_PREFIX: audit.prefix };
    driver = new KafkaDriver({ settings, clientId: 'kills' });
  });
  afterAll(() => audit.close(), 30_000);

  const epoch = async (): Promise<number> => {
    const rows = await audit.query<{ epoch: string }>(`SELECT epoch FROM lease WHERE name = 'sealer'`).catch(() => []);
    return Number(rows[0]?.epoch ?? 0);
  };
  /** Kills, one after the other, who seals; the next one is there already, so that nobody waits for a boot or a lease. */
  async function killAll(plan: readonly string[], random: () => number): Promise<string[]> {
    const deaths: string[] = [];
    const start = (i: number): Replica => new Replica(audit, plan[i] ?? null, `replica-${i}`);
    let leader = start(0);
    for (let i = 0; i < plan.length; i += 1) {
      const before = await epoch();
      const next = start(i + 1);
      if (leader.place === 'at random') {
        while ((await epoch()) <= before && i > 0) await sleep(20);
        await sleep(random() * 1500);
        leader.kill('SIGKILL');
      }
      deaths.push(`${leader.place} ${await leader.died(90_000)}`);
      await audit.query(`UPDATE lease SET expires_at = clock_timestamp()`);
      leader = next;
    }
    const total = await producers.stop();
    await audit.until(`SELECT 1 FROM log_entry WHERE topic <> 'facts.audit'`, total, 60_000);
    leader.kill('SIGTERM');
    await leader.ended;
    return deaths;
  }
  let producers: Producers;

  it(`forks, loses and doubles nothing in ${KILLS} deaths`, async () => {
    process.stderr.write(`sealer killed ${KILLS} times: SEED=${SEED}\n`);
    const random = randomOf(SEED);
    const plan = Array.from({ length: KILLS }, (_, i) => PLACES[(i + SEED) % PLACES.length]!).map((place) =>
      place === 'at random' || place === 'sealer.begun' ? place : `${place}:${1 + Math.floor(random() * 3)}`,
    );
    producers = new Producers(driver, randomOf(SEED + 1));
    await producers.start();
    expect(await killAll(plan, random)).toEqual(plan.map((place) => `${place} SIGKILL`));

    await expectOneHistory(audit, driver, producers.sent);
  });
});
