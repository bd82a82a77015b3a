import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { aGrant, anOrganisation, aSystem, withClient, type ProcessName } from '@qiongtong/testing';
import { Agent, request } from 'undici';
import { ITEMS, keyOf, rowOf } from './ingest/rows';
import { RESOURCE, SOURCE, withIngest, type Ingest } from './ingest/world';
import { residentMb } from './memory';
import { growthOf, type Sample } from './growth';
import { run, secondsSince } from './run';

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 1_800);
const LOOK_EVERY_S = Math.max(1, Math.min(15, SECONDS / 40));
const READS_PER_SECOND = 100;
const ROWS_A_BATCH = 200;
const KEYS = 10_000;
const SERVICES = ['gateway', 'exchange', 'audit'] as const satisfies ProcessName[];
/** So many that none meets the limit of what a system may ask. */
const READERS = Array.from({ length: 32 }, (_, n) => `reader-${n}`);
const STORES = ['exchange', 'audit'] as const satisfies ProcessName[];
const MIB = 1024 * 1024;

/** Reads by key and batches that change what is read, at a pace that the machine bears, counted. */
class Load {
  readonly done = { reads: 0, batches: 0, again: 0 };
  private readonly agent = new Agent({ connections: 32 });
  private running = true;
  private readonly ended: Promise<unknown>;

  constructor(
    private readonly ingest: Ingest,
    private readonly tokens: readonly string[],
  ) {
    this.ended = Promise.all([this.push(), this.read()]);
  }

  async stop(): Promise<void> {
    this.running = false;
    await this.ended;
    await this.agent.close();
  }

  private async read(): Promise<void> {
    const from = performance.now();
    const open = new Set<Promise<void>>();
    for (let n = 0; this.running; await later(10)) {
      for (const due = secondsSince(from) * READS_PER_SECOND; n < due; n++) {
        const one = this.readOne(n).finally(() => open.delete(one));
        open.add(one);
      }
    }
    await Promise.all(open);
  }

  private async readOne(n: number): Promise<void> {
    const { gatewayUrl } = this.ingest.platform;
    const { statusCode, body } = await request(`${gatewayUrl}/v1/resources/${RESOURCE}/records/${keyOf(n % KEYS)}`, {
      dispatcher: this.agent,
      headers: { authorization: `Bearer ${this.tokens[n % READERS.length]!}`, purpose: 'social-aid.eligibility' },
    });
    await body.dump();
    if (statusCode === 429 || statusCode === 503) this.done.again++;
    else if (statusCode === 200) this.done.reads++;
    else throw new Error(`a read was answered ${statusCode}`);
  }

  private async push(): Promise<void> {
    for (let round = 0; this.running; round++) {
      await pushed(this.ingest, (round * ROWS_A_BATCH) % KEYS, ROWS_A_BATCH, round);
      this.done.batches++;
      await later(1_000);
    }
  }
}

async function pushed({ platform, issuer }: Ingest, from: number, rows: number, round: number): Promise<void> {
  const lines = Array.from({ length: rows }, (_, i) => `${rowOf(from + i).replace('商贸', `商贸${round % 100}`)}\n`);
  const { statusCode, body } = await request(`${platform.gatewayUrl}/v1/resources/${RESOURCE}/batches`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await issuer.system(SOURCE)}`,
      'content-type': 'application/x-ndjson',
      'idempotency-key': randomUUID(),
    },
    body: lines.join(''),
  });
  const text = await body.text();
  if (statusCode !== 201) throw new Error(`not taken: ${statusCode} ${text}`);
}

/** Everything that should not grow by time alone. */
async function look({ platform }: Ingest): Promise<Record<string, number>> {
  const seen: Record<string, number> = {};
  for (const name of SERVICES) {
    const pid = platform.supervisor.pid(name)!;
    seen[`${name}, resident MB`] = residentMb(pid);
    seen[`${name}, handles`] = readdirSync(`/proc/${pid}/fd`).length;
  }
  for (const service of STORES)
    await withClient(platform.databaseUrl(service), async (client) => {
      const { rows } = await client.query<{ name: string; bytes: string }>(
        `SELECT relname AS name, pg_total_relation_size(oid) AS bytes FROM pg_class
         WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
      );
      for (const { name, bytes } of rows) seen[`${service}.${name}, MB`] = Number(bytes) / MIB;
    });
  seen['topics, MB'] = bytesOf(platform.instance.path('kafka')) / MIB;
  return seen;
}

/** What lies in a folder; files that go meanwhile are nothing. */
function bytesOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).reduce((sum, entry) => {
    if (!entry.isFile()) return sum;
    return sum + (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.blocks ?? 0) * 512;
  }, 0);
}

async function measure(ingest: Ingest): Promise<void> {
  for (let from = 0; from < KEYS; from += 2_000) await pushed(ingest, from, 2_000, 0);
  const tokens = await Promise.all(READERS.map((id) => ingest.issuer.system(id, { expiresIn: SECONDS + 600 })));
  const load = new Load(ingest, tokens);
  const samples: Sample[] = [];
  for (const from = performance.now(); secondsSince(from) < SECONDS; await later(LOOK_EVERY_S * 1_000)) {
    samples.push({ seconds: secondsSince(from), seen: await look(ingest) });
    process.stdout.write(`\r  ${Math.round(secondsSince(from))} of ${SECONDS} s, ${JSON.stringify(load.done)}   `);
  }
  await load.stop();
  // Of the many small tables only those that hold or gain something are shown.
  const growth = Object.fromEntries(
    Object.entries(growthOf(samples)).filter(([, { last, 'an hour': slope }]) => last >= 1 || Math.abs(slope) >= 1),
  );
  console.log(`\n\n${SECONDS} s of ${READS_PER_SECOND} reads a second and a batch of ${ROWS_A_BATCH} changes after the other: ${JSON.stringify(load.done)}\n`); // prettier-ignore
  console.table(growth);
  const folder = join(__dirname, '..', 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'soak.json'), `${JSON.stringify({ seconds: SECONDS, done: load.done, growth, samples }, null, 2)}\n`); // prettier-ignore
}

run(() =>
  withIngest('soak', measure, {
    others: ['audit'],
    async publish(publisher) {
      await publisher.publish('policy.organisations', anOrganisation({ id: 'mzj' }));
      await publisher.publish('policy.systems', ...READERS.map((id) => aSystem({ id })));
      const items = ITEMS.map(({ code }) => code);
      const period = { from: '2020-01-01T00:00:00Z', until: '2099-01-01T00:00:00Z' };
      await publisher.publish('policy.grants', aGrant({ resourceId: RESOURCE, holderId: 'mzj', items, period, actions: ['query'] })); // prettier-ignore
    },
  }),
);
