import { join } from 'node:path';
import { HOP_HEADER, type Principal } from '@qiongtong/contracts';
import { HopTokens, openDatabase, sql, SystemClock } from '@qiongtong/platform';
import { anOrganisation, PolicyPublisher, startPlatform, type Platform } from '@qiongtong/testing';
import { cpuBetween, cpuTimes } from './cpu';
import { getRequest, load, type Measured } from './load';
import { peakMb } from './memory';
import { compare, median, type Round } from './report';
import { run, secondsSince } from './run';
import { askPeer, FILL_PEER, PEER_TABLE, PEERS } from './search/peers';
import { GROUPS, type Question } from './search/questions';
import { departmentId, DEPARTMENTS, entryOf } from './search/rows';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);
const SIZES = (process.env['BENCH_ENTRIES'] ?? '10000,500000').split(',').map(Number);
const CALLERS = 20;
const SECONDS = 2;
const SUBJECT = 'search';
const AT_ONCE = 2_000;
const RESULTS = join(__dirname, '..', 'results');
const MOST_REQUESTS = 10_000;
/** A bucket that the metrics of a process have. */
const LONG_SECONDS = 0.01;

type World = Readonly<{ platform: Platform; hops: HopTokens; query: (text: string, values?: unknown[]) => Promise<Record<string, string>[]> }>; // prettier-ignore

/** Entries as they lie in the table when they are published. What was written through the service costs the same to find. */
async function fill({ query }: World, from: number, to: number): Promise<void> {
  await query('ALTER TABLE entry DISABLE TRIGGER USER');
  for (let at = from; at < to; at += AT_ONCE) {
    const entries = Array.from({ length: Math.min(AT_ONCE, to - at) }, (_, i) => entryOf(at + i));
    await query(
      `INSERT INTO entry (id, resource_code, provider_id, status, sharing_type, metadata_visibility, revision, content,
         workflow, search_text, search_grams, published_on, updated_at)
       SELECT id, replace(id, '-', '/'), "providerId", 'PUBLISHED', content ->> 'sharingType',
         content ->> 'metadataVisibility', 1, content, '{}', '', '{}', "publishedOn", now()
       FROM jsonb_to_recordset($1::jsonb) AS given (id text, "providerId" text, "publishedOn" date, content jsonb)`,
      [JSON.stringify(entries)],
    );
    await query(FILL_PEER, [entries.map(({ id }) => id)]);
  }
  await query('ALTER TABLE entry ENABLE TRIGGER USER');
  await query('CREATE INDEX IF NOT EXISTS bench_entry_by_trigrams ON bench_entry USING gin (body gin_trgm_ops)');
  await query('VACUUM ANALYZE entry');
  await query('VACUUM ANALYZE bench_entry');
}

const officerOf = (department: string): Principal => ({
  ...{ kind: 'officer', officerId: 'officer', systemId: null, departmentId: department, regionCode: '460000' },
  ...{ roles: ['SUBMITTER'], tokenId: 'bench' },
});

function requestOf({ hops }: World, { word, sharingType, departmentId }: Question): Buffer {
  const filter = sharingType ? `&sharingType=${sharingType}` : '';
  const target = `/v1/catalogue/search?limit=20&q=${encodeURIComponent(word)}${filter}`;
  return getRequest(target, { [HOP_HEADER]: hops.issue('catalogue', 'GET', target, officerOf(departmentId)) });
}

async function ask(world: World, questions: readonly Question[]): Promise<Measured> {
  // A token is taken once, within ten seconds.
  const requests = Array.from({ length: MOST_REQUESTS }, (_, i) => requestOf(world, questions[i % questions.length]!));
  const measured = await load({
    url: world.platform.urls.catalogue,
    connections: CALLERS,
    seconds: SECONDS,
    requests,
    once: true,
  });
  if (Object.keys(measured.statuses).join() !== '200') throw new Error(JSON.stringify(measured.statuses));
  return measured;
}

/** @returns seconds from the start of the process until all can be searched */
async function restarted(world: World, size: number): Promise<number> {
  const { platform, hops } = world;
  await platform.kill('catalogue');
  const from = performance.now();
  await platform.restart('catalogue');
  for (;;) {
    const target = '/v1/catalogue/search?limit=1';
    const headers = { [HOP_HEADER]: hops.issue('catalogue', 'GET', target, { ...officerOf('gxt'), roles: ['PROVINCIAL_AUTHORITY'] }) };
    const answer = await fetch(platform.urls.catalogue + target, { headers });
    const { total } = (await answer.json()) as { total?: number };
    if (total === size) return secondsSince(from);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
} // prettier-ignore

/** How many collections of garbage there were since the service started, how many of them long, and seconds of all. */
async function collectionsOf({ platform }: World): Promise<readonly number[]> {
  const lines = (await (await fetch(`${platform.metricsUrls.catalogue}/metrics`)).text()).split('\n');
  const sum = (name: string): number =>
    lines
      .filter((line) => line.startsWith(`nodejs_gc_duration_seconds_${name}`))
      .reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
  return [sum('count'), sum('count') - sum(`bucket{le="${LONG_SECONDS}"`), sum('sum')];
}

const scansOf = async ({ query }: World): Promise<number> => {
  await query('SELECT pg_stat_force_next_flush()');
  const [row] = await query(`SELECT seq_scan AS n FROM pg_stat_user_tables WHERE relname = 'entry'`);
  return Number(row!['n']);
};

async function measure(world: World): Promise<void> {
  const { platform } = world;
  const rounds: Round[] = [];
  const facts: Record<string, string | number> = { callers: CALLERS };
  let there = 0;
  for (const size of SIZES) {
    console.log(`  ${size} entries are written …`);
    await fill(world, there, size);
    there = size;
    const of = `${size.toLocaleString('en')} entries`;
    facts[`s until searched, ${of}`] = await restarted(world, size);
    const pid = platform.supervisor.pid('catalogue')!;
    const scans = await scansOf(world);
    for (const { questions } of GROUPS) await ask(world, questions);
    const micros: number[] = [];
    const collections = await collectionsOf(world);
    for (let round = 0; round < ROUNDS; round++)
      for (const { name, questions } of GROUPS) {
        const who = [SUBJECT, ...PEERS] as const;
        for (const one of round % 2 === 0 ? who : who.toReversed()) {
          const before = cpuTimes({ catalogue: pid });
          const url = platform.databaseUrl('catalogue');
          const { value, answers, p50, p99 } =
            one === SUBJECT ? await ask(world, questions) : await askPeer(url, one, questions, SECONDS);
          if (one === SUBJECT) micros.push(cpuBetween(before, cpuTimes({ catalogue: pid }), answers)['catalogue']!);
          rounds.push({ group: `${of}, ${name}`, who: one, round, value, p50, p99 });
          console.log(`  ${of}, ${name}, round ${round + 1}, ${one}: ${value.toFixed(1)}/s, p99 ${p99.toFixed(1)} ms`);
        }
      }
    facts[`µs of the service an answer, ${of}`] = median(micros);
    const [count, long, seconds] = (await collectionsOf(world)).map((after, i) => after - collections[i]!);
    facts[`collections, of them over ${LONG_SECONDS * 1000} ms, ms a collection, ${of}`] =
      `${count}, ${long}, ${((seconds! / count!) * 1000).toFixed(1)}`;
    facts[`MB at most, ${of}`] = peakMb(pid);
    facts[`sequential scans of entry, ${of}`] = (await scansOf(world)) - scans;
  }
  compare({
    name: 'search',
    title: `A page of 20, the count and all facets, by HTTP at ${CALLERS} callers, beside the same by one statement of PostgreSQL at 4`,
    unit: 'answers/s',
    subject: SUBJECT,
    peer: 'pg_trgm',
    headline: `${SIZES.at(-1)!.toLocaleString('en')} entries, common, two characters`,
    higherIsBetter: true,
    rounds,
    facts,
  });
}

async function main(): Promise<void> {
  let publisher: PolicyPublisher | undefined;
  console.log('starting a catalogue on an instance of its own …');
  const platform = await startPlatform({
    name: `bench-search-${process.pid}`,
    processes: ['catalogue'],
    beforeProcesses: async ({ kafkaBrokers, topicPrefix }) => {
      publisher = await PolicyPublisher.start(kafkaBrokers, topicPrefix);
      const organisations = Array.from({ length: DEPARTMENTS }, (_, n) => anOrganisation({ id: departmentId(n), name: `第${n}局` }));
      await publisher.publish('policy.organisations', ...organisations);
    },
    // `-- search --profile` leaves a CPU profile of the catalogue beside the results.
    env: {
      catalogue: process.argv.includes('--profile') ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${RESULTS}` } : {},
      all: { OIDC_ISSUER: 'http://127.0.0.1:9', OIDC_AUDIENCE: 'qiongtong', LOG_LEVEL: 'warn' },
    },
  });
  const database = await openDatabase({ url: platform.databaseUrl('catalogue'), applicationName: 'bench' });
  try {
    const query = (text: string, values: unknown[] = []) => sql<Record<string, string>>(database, text, values);
    await query('CREATE EXTENSION IF NOT EXISTS pg_trgm');
    await query(PEER_TABLE);
    await measure({ platform, hops: new HopTokens(platform.hopKeysDir, 'gateway', new SystemClock()), query });
  } finally {
    await database.destroy();
    await publisher?.stop();
    await platform.remove();
  }
} // prettier-ignore

run(main);
