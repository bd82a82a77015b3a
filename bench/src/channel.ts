import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { aResource } from '@qiongtong/testing';
import { request } from 'undici';
import { Costs } from './costs';
import { intoFile, publishReader, Reader, type Taken } from './export/ways';
import { ITEMS, rowOf } from './ingest/rows';
import { withFolder, withIngest, type Ingest } from './ingest/world';
import { compare, type Round } from './report';
import { run, secondsSince } from './run';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const BYTES = Number(process.env['BENCH_MB'] ?? 1_000) * 1_000_000;
const KEPT = '102000-000009';
const SUBJECT = 'channel';
const PEER = 'the provider alone';

/** Lines of a few thousand rows, said again and again with other keys by nobody: the provider must cost little. */
const LINES = Buffer.from(Array.from({ length: 2_000 }, (_, n) => `${rowOf(n)}\n`).join(''));
const TIMES = Math.ceil(BYTES / LINES.length);
const ROWS = TIMES * 2_000;

/** A provider that answers every question with the same rows, as fast as they are taken. */
async function startProvider(): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = createServer((asked, answer) => {
    asked.resume();
    answer.writeHead(200, { 'content-type': 'application/x-ndjson' });
    void (async () => {
      for (let n = 0; n < TIMES; n++) if (!answer.write(LINES)) await once(answer, 'drain');
      answer.end();
    })().catch(() => answer.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  return { url: `http://localhost:${(server.address() as AddressInfo).port}`, stop };
}

async function measure(ingest: Ingest, folder: string): Promise<void> {
  const provider = await startProvider();
  await ingest.query(`INSERT INTO channel_endpoint VALUES ('${KEPT}', 'mzt', $1, 'ACTIVE', 1, 'bench', now())`, [
    provider.url,
  ]);
  const reader = await Reader.of(ingest);
  const here = join(folder, 'taken');
  const costs = new Costs(ingest.platform, ['gateway', 'exchange']);
  const bare = async (): Promise<Taken> => {
    const from = performance.now();
    const { body } = await request(`${provider.url}/v1/records:query`, { method: 'POST', body: '{}' });
    return { bytes: await intoFile(body, here), seconds: secondsSince(from) };
  };
  const rounds: Round[] = [];
  let group = '';
  // The round before the first is not counted: what runs for the first time.
  for (let round = -1; round < ROUNDS; round++)
    for (const who of round % 2 === 0 ? [PEER, SUBJECT] : [SUBJECT, PEER]) {
      const work = who === PEER ? bare : () => reader.stream(here, KEPT);
      const { bytes, seconds } = await (who === PEER || round < 0 ? work() : costs.of(SUBJECT, ROWS, work));
      if (round < 0) continue;
      if (group === '') group = `${Math.round(bytes / 1e6)} MB in rows of ${Math.round(bytes / ROWS)} bytes`;
      rounds.push({ group, who, round, value: bytes / 1e6 / seconds });
      console.log(`  round ${round + 1}, ${who}: ${seconds.toFixed(2)} s, ${Math.round(bytes / 1e6)} MB`);
    }
  await provider.stop();
  compare({
    name: 'channel',
    title:
      'An answer of a provider through the channel: each row checked, hashed and passed on, beside the provider alone',
    unit: 'MB/s',
    subject: SUBJECT,
    peer: PEER,
    headline: group,
    higherIsBetter: true,
    rounds,
    facts: costs.facts(),
  });
}

run(() =>
  withFolder('channel', (folder) =>
    withIngest('channel', (ingest) => measure(ingest, folder), {
      publish: async (publisher) => {
        const kept = { id: KEPT, providerId: 'mzt', items: ITEMS, deliveryMode: 'EXCHANGE_CHANNEL' } as const;
        await publisher.publish('policy.resources', aResource(kept));
        await publishReader(publisher, KEPT);
      },
      exchange: { CHANNEL_NODES: 'localhost=127.0.0.0/8|::1/128' },
    }),
  ),
);
