import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { Agent, request } from 'undici';
import { Costs } from './costs';
import { rowOf } from './ingest/rows';
import { RESOURCE, SOURCE, withIngest, type Ingest } from './ingest/world';
import { run, secondsSince } from './run';

const BYTES = Number(process.env['BENCH_BYTES'] ?? 2 * 2 ** 30);
/** Rows after the one that is wrong. */
const AFTER = 100;
const AT_ONCE = 500;
const patient = new Agent({ headersTimeout: 0, bodyTimeout: 0 });

/** Lines of JSON, made as they are sent; the one near the end has a text where a date should be. */
function* lines(rows: number): Generator<string> {
  for (let from = 0; from < rows; from += AT_ONCE)
    yield Array.from({ length: Math.min(AT_ONCE, rows - from) }, (_, i) => {
      const n = from + i;
      return `${n === rows - AFTER ? rowOf(n).replace(/"approvedOn":"[^"]*"/, '"approvedOn":"yesterday"') : rowOf(n)}\n`;
    }).join('');
}

/** A batch of 2 GB of which one row near the end is wrong: what is said of it, what is kept, and what it took. */
async function measure(ingest: Ingest): Promise<void> {
  const rows = Math.ceil(BYTES / Buffer.byteLength(`${rowOf(1_000_000)}\n`));
  const costs = new Costs(ingest.platform, ['gateway', 'exchange']);
  const from = performance.now();
  const answer = await costs.of('one bad row', rows, () => push(ingest, rows));
  console.log(`${rows.toLocaleString('en')} rows in ${secondsSince(from).toFixed(0)} s: ${answer}`);
  const [kept] = await ingest.query<{ n: string }>('SELECT count(*) AS n FROM record');
  console.log({ kept: Number(kept?.n), ...costs.facts() });
}

async function push({ platform, issuer }: Ingest, rows: number): Promise<string> {
  const token = await issuer.system(SOURCE, { expiresIn: 3600 });
  const { statusCode, body } = await request(`${platform.gatewayUrl}/v1/resources/${RESOURCE}/batches`, {
    method: 'POST',
    dispatcher: patient,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/x-ndjson',
      'idempotency-key': randomUUID(),
    },
    body: Readable.from(lines(rows)),
  });
  return `${statusCode} ${(await body.text()).slice(0, 2_000)}`;
}

run(() => withIngest('large-batch', measure));
