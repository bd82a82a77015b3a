import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { Agent, request } from 'undici';
import { Costs } from './costs';
import { readFrom, writeRowFiles, type RowFiles } from './ingest/rows';
import { copyRows, emptied, RESOURCE, SOURCE, withFolder, withIngest, type Ingest } from './ingest/world';
import { compare, type Round } from './report';
import { run, secondsSince } from './run';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const SIZES = (process.env['BENCH_ROWS'] ?? '10000,200000,1000000').split(',').map(Number);
const SUBJECT = 'REST batch';
const PEER = 'bare COPY';
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
  const seconds = secondsSince(from);
  if (statusCode !== 201) throw new Error(`not taken: ${statusCode} ${text}`);
  return seconds;
}

async function counted({ query }: Ingest, table: string, rows: number): Promise<void> {
  const [found] = await query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`);
  if (Number(found?.n) !== rows) throw new Error(`${found?.n} of ${rows} rows in ${table}`);
}

async function measure(ingest: Ingest, folder: string): Promise<void> {
  const costs = new Costs(ingest.platform, ['gateway', 'exchange']);
  const rounds: Round[] = [];
  for (const size of SIZES) {
    const files = await writeRowFiles(folder, size);
    const group = `${size.toLocaleString('en')} rows of ${Math.round(files.bytes / size)} bytes`;
    // Not counted: what runs for the first time.
    await push(ingest, files);
    for (let round = 0; round < ROUNDS; round++) {
      const both = [
        async () => {
          const seconds = await costs.of(`${size} rows`, size, () => push(ingest, files));
          await counted(ingest, 'record', size);
          return { who: SUBJECT, seconds };
        },
        async () => {
          const seconds = await copyRows(ingest, files.copy);
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
    facts: costs.facts(),
  });
}

run(() => withFolder('ingest', (folder) => withIngest('ingest', (ingest) => measure(ingest, folder))));
