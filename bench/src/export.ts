import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { withClient } from '@qiongtong/testing';
import { from as copyFrom } from 'pg-copy-streams';
import { cpuBetween, cpuTimes } from './cpu';
import { copied, publishReader, Reader, type Taken } from './export/ways';
import { readFrom, writeRowFiles } from './ingest/rows';
import { RESOURCE, withIngest, type Ingest } from './ingest/world';
import { peakMb, resetPeak } from './memory';
import { compare, median, type Round } from './report';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const SIZES = (process.env['BENCH_ROWS'] ?? '10000,1000000').split(',').map(Number);
const PEER = 'bare COPY TO';
const FILE = 'export to a file';
const DOWNLOAD = 'export and download';
const STREAM = 'streamed read';
const PARTS = ['gateway', 'exchange'] as const;

/** Puts the rows where exchange keeps them; how they come there is the `ingest` bench's matter. */
async function fill(ingest: Ingest, folder: string, size: number): Promise<void> {
  const files = await writeRowFiles(folder, size);
  await ingest.query('TRUNCATE bare, record');
  await withClient(ingest.platform.databaseUrl('exchange'), async (client) => {
    await client.query(`ALTER TABLE bare ALTER COLUMN resource_id SET DEFAULT '${RESOURCE}'`);
    await pipeline(readFrom(files.copy), client.query(copyFrom('COPY bare (record_key, payload) FROM STDIN')));
    await client.query(
      `INSERT INTO record (resource_id, record_key, payload, batch_no, changed_at)
       SELECT resource_id, record_key, payload, 1, now() FROM bare`,
    );
    await client.query('TRUNCATE bare');
    await client.query('VACUUM ANALYZE record');
  });
  await Promise.all([rm(files.lines), rm(files.copy)]);
}

async function measure(ingest: Ingest, folder: string): Promise<void> {
  const { platform } = ingest;
  const reader = await Reader.of(ingest);
  const here = join(folder, 'taken');
  const pids = Object.fromEntries(PARTS.map((part) => [part, platform.supervisor.pid(part)!]));
  const parts = { ...pids, postgres: platform.instance.read().postgres?.process?.pid };
  const ways: Readonly<Record<string, () => Promise<Taken>>> = {
    [PEER]: () => copied(ingest, here),
    [FILE]: async () => {
      const { job, ...taken } = await reader.file();
      await reader.cancel(job);
      return taken;
    },
    [DOWNLOAD]: async () => {
      const { job, seconds } = await reader.file();
      const taken = await reader.download(job, here);
      await reader.cancel(job);
      return { ...taken, seconds: seconds + taken.seconds };
    },
    [STREAM]: () => reader.stream(here),
  };
  const rounds: Round[] = [];
  const facts: Record<string, string | number> = {};
  for (const size of SIZES) {
    await fill(ingest, folder, size);
    const costs: Record<string, number[]> = {};
    const peaks: Record<string, number> = {};
    let group = '';
    // The round before the first is not counted: what runs for the first time.
    for (let round = -1; round < ROUNDS; round++) {
      const order = Object.keys(ways);
      for (const who of round % 2 === 0 ? order : order.toReversed()) {
        for (const pid of Object.values(pids)) resetPeak(pid);
        const before = cpuTimes(parts);
        const { seconds, bytes } = await ways[who]!();
        const each = cpuBetween(before, cpuTimes(parts), size);
        if (round < 0) continue;
        if (group === '') group = `${size.toLocaleString('en')} rows of ${Math.round(bytes / size)} bytes`;
        rounds.push({ group, who, round, value: size / seconds });
        console.log(`  ${group}, round ${round + 1}, ${who}: ${seconds.toFixed(2)} s, ${Math.round(bytes / 1e6)} MB`);
        // The peer's server process is gone by now, and its time with it.
        if (who === PEER) continue;
        for (const [part, cost] of Object.entries(each)) (costs[`${who}, ${part}`] ??= []).push(cost);
        for (const part of PARTS) {
          const of = `${who}, ${part}`;
          peaks[of] = Math.max(peaks[of] ?? 0, peakMb(pids[part]!));
        }
      }
    }
    for (const [of, cost] of Object.entries(costs)) facts[`µs a row, ${size} rows, ${of}`] = median(cost);
    for (const [of, peak] of Object.entries(peaks)) facts[`MB at most, ${size} rows, ${of}`] = peak;
  }
  compare({
    name: 'export',
    title: 'All rows of a resource: decided, read, hashed, recorded, written; beside COPY TO of the same rows',
    unit: 'rows/s',
    subject: FILE,
    peer: PEER,
    headline: rounds.at(-1)!.group,
    higherIsBetter: true,
    rounds,
    facts,
  });
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-export-'));
  try {
    await withIngest('export', (ingest) => measure(ingest, folder), publishReader);
  } finally {
    await rm(folder, { recursive: true });
  }
}

void main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
