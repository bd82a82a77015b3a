import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withClient } from '@qiongtong/testing';
import { Costs } from './costs';
import { copied, publishReader, Reader, type Taken } from './export/ways';
import { writeRowFiles } from './ingest/rows';
import { copyRows, withFolder, withIngest, type Ingest } from './ingest/world';
import { compare, type Round } from './report';
import { run } from './run';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const SIZES = (process.env['BENCH_ROWS'] ?? '10000,1000000').split(',').map(Number);
const PEER = 'bare COPY TO';
const FILE = 'export to a file';
const DOWNLOAD = 'export and download';
const STREAM = 'streamed read';

/** Puts the rows where exchange keeps them; how they come there is the `ingest` bench's matter. */
async function fill(ingest: Ingest, folder: string, size: number): Promise<void> {
  const files = await writeRowFiles(folder, size);
  await ingest.query('TRUNCATE bare, record');
  await copyRows(ingest, files.copy);
  await withClient(ingest.platform.databaseUrl('exchange'), async (client) => {
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
  const reader = await Reader.of(ingest);
  const here = join(folder, 'taken');
  const costs = new Costs(ingest.platform, ['gateway', 'exchange']);
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
  for (const size of SIZES) {
    await fill(ingest, folder, size);
    let group = '';
    // The round before the first is not counted: what runs for the first time.
    for (let round = -1; round < ROUNDS; round++) {
      const order = Object.keys(ways);
      for (const who of round % 2 === 0 ? order : order.toReversed()) {
        // The peer's server process is gone when it is counted, and its time with it.
        const counted = round >= 0 && who !== PEER;
        const { seconds, bytes } = await (counted ? costs.of(`${size} rows, ${who}`, size, ways[who]!) : ways[who]!());
        if (round < 0) continue;
        if (group === '') group = `${size.toLocaleString('en')} rows of ${Math.round(bytes / size)} bytes`;
        rounds.push({ group, who, round, value: size / seconds });
        console.log(`  ${group}, round ${round + 1}, ${who}: ${seconds.toFixed(2)} s, ${Math.round(bytes / 1e6)} MB`);
      }
    }
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
    facts: costs.facts(),
  });
}

run(() =>
  withFolder('export', (folder) =>
    withIngest('export', (ingest) => measure(ingest, folder), { publish: publishReader }),
  ),
);
