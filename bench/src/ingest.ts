import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { Agent, request } from 'undici';
import { cpuBetween, cpuTimes } from './cpu';
import { readFrom, writeRowFiles, type RowFiles } from './ingest/rows';
import { emptied, RESOURCE, SOURCE, withIngest, type Ingest } from './ingest/world';
import { peakMb, resetPeak } from './memory';
import { compare, median, type Round } from './report';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const SIZES = (process.env['BENCH_ROWS'] ?? '10000,200000,1000000').split(',').map(Number);
const SUBJECT = 'REST batch';
const PEER = 'bare COPY';
const PARTS = ['gateway', 'exchange'] as const;
const patient = new Agent({ headersTimeout: 0, bodyTimeout: 0 });

/** One batch of NDJSON through the gateway, until its report is there. @returns seconds */
async function push(ingest: Ingest, files: RowFiles): Promise<number> {
  const { platform, issuer } = ingest;
  const token = await issuer.system(SOURCE, { expiresIn: 3600 });
  const from = performance.now();
  const { statusCode, body } = await request(`${platform.gatewayUrl}/v1/resources/${RESOURCE}/batches`, {
    method: 'POST',
    dispatcher: patient,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/x-ndjson',
      'content-length': String(files.bytes),
      'idempotency-key': randomUUID(),
    },
    body: readFrom(files.lines),
  });
  const text = await body.text();
  const seconds = (performance.now() - from) / 1000;
  if (statusCode !== 201) throw new Error(`not taken: ${statusCode} ${text}`);
  return seconds;
}

/** The same rows by one COPY into a table with the same key. @returns seconds */
async function copy({ platform, query }: Ingest, files: RowFiles): Promise<number> {
  const client = new Client({ connectionString: platform.databaseUrl('exchange') });
  await client.connect();
  try {
    await query(`ALTER TABLE bare ALTER COLUMN resource_id SET DEFAULT '${RESOURCE}'`);
    const from = performance.now();
    await pipeline(readFrom(files.copy), client.query(copyFrom('COPY bare (record_key, payload) FROM STDIN')));
    return (performance.now() - from) / 1000;
  } finally {
    await client.end();
  }
}

async function counted({ query }: Ingest, table: string, rows: number): Promise<void> {
  const [found] = await query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`);
  if (Number(found?.n) !== rows) throw new Error(`${found?.n} of ${rows} rows in ${table}`);
}

async function measure(ingest: Ingest, folder: string): Promise<void> {
  const { platform } = ingest;
  const pids = Object.fromEntries(PARTS.map((part) => [part, platform.supervisor.pid(part)!]));
  const parts = { ...pids, postgres: platform.instance.read().postgres?.process?.pid };
  const rounds: Round[] = [];
  const facts: Record<string, string | number> = {};
  for (const size of SIZES) {
    const files = await writeRowFiles(folder, size);
    const group = `${size.toLocaleString('en')} rows of ${Math.round(files.bytes / size)} bytes`;
    const peaks: Record<string, number[]> = {};
    const costs: Record<string, number[]> = {};
    // Not counted: what runs for the first time.
    await push(ingest, files);
    for (let round = 0; round < ROUNDS; round++) {
      const both = [
        async () => {
          for (const pid of Object.values(pids)) resetPeak(pid);
          const before = cpuTimes(parts);
          const seconds = await push(ingest, files);
          const each = cpuBetween(before, cpuTimes(parts), size);
          for (const [part, cost] of Object.entries(each)) (costs[part] ??= []).push(cost);
          for (const part of PARTS) (peaks[part] ??= []).push(peakMb(pids[part]!));
          await counted(ingest, 'record', size);
          return { who: SUBJECT, seconds };
        },
        async () => {
          const seconds = await copy(ingest, files);
          await counted(ingest, 'bare', size);
          return { who: PEER, seconds };
        },
      ];
      for (const one of round % 2 === 0 ? both : both.toReversed()) {
        await emptied(ingest);
        const { who, seconds } = await one();
        rounds.push({ group, who, round, value: size / seconds });
        console.log(`  ${group}, round ${round + 1}, ${who}: ${seconds.toFixed(2)} s`);
      }
    }
    for (const [part, cost] of Object.entries(costs)) facts[`µs a row, ${size} rows, ${part}`] = median(cost);
    for (const [part, peak] of Object.entries(peaks)) facts[`MB at most, ${size} rows, ${part}`] = Math.max(...peak);
    await Promise.all([rm(files.lines), rm(files.copy)]);
  }
  compare({
    name: 'ingest',
    title:
      'A batch of NDJSON through the gateway, checked, compared, stored and kept as changes, beside COPY into a table',
    unit: 'rows/s',
    subject: SUBJECT,
    peer: PEER,
    headline: rounds.at(-1)!.group,
    higherIsBetter: true,
    rounds,
    facts,
  });
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-ingest-'));
  try {
    await withIngest('ingest', (ingest) => measure(ingest, folder));
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
