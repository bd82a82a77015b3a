import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOP_HEADER, type Principal } from '@qiongtong/contracts';
import { HopTokens, SystemClock } from '@qiongtong/platform';
import { startPlatform, testIssuer, withClient, type Platform } from '@qiongtong/testing';
import { from as copyFrom } from 'pg-copy-streams';
import { Costs } from './costs';
import { withFolder } from './ingest/world';
import { compare, type Round } from './report';
import { run, secondsSince } from './run';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);
const ROWS = Number(process.env['BENCH_ROWS'] ?? 100_000);
const PEER = 'bare COPY FROM';
const GOOD_ROWS = 'import, good rows of 5% bad';
const ALL = 'import, all or nothing';
const EXPORT = 'export as CSV';
const BY: Principal = {
  ...{ kind: 'officer', officerId: 'mzt-submitter', systemId: null, departmentId: 'mzt', regionCode: '460000' },
  ...{ roles: ['SUBMITTER'], tokenId: 'bench' },
};

type Call = (method: string, target: string, init?: RequestInit) => Promise<Response>;

/** As the gateway would: the gateway passes bodies through, and what is measured here is the catalogue. */
function callOf({ hopKeysDir, urls }: Platform): Call {
  const hops = new HopTokens(hopKeysDir, 'gateway', new SystemClock());
  return (method, target, init = {}) =>
    fetch(urls.catalogue + target, {
      ...init,
      method,
      headers: { ...init.headers, [HOP_HEADER]: hops.issue('catalogue', method, target, BY) },
    });
}

/** Entries of one item, some of them with a cycle that there is not. Every file has codes of its own. */
async function written(path: string, first: number, rows: number, bad: boolean): Promise<void> {
  const lines = ['信息资源分类,信息资源名称,信息资源代码,信息资源摘要,共享类型,更新周期,信息项名称,信息项代码,数据类型,数据长度,职责依据'];
  for (let n = 0; n < rows; n++) {
    const code = String(first + n).padStart(6, '0');
    const cycle = bad && n % 20 === 0 ? '偶尔' : '每月';
    lines.push(`2-03,第${code}项社会救助信息,203000/${code},享受最低生活保障的家庭及成员,无条件共享,${cycle},证书编号,certNo,C,20,社会救助暂行办法`);
  }
  await writeFile(path, lines.join('\r\n'));
} // prettier-ignore

async function imported(call: Call, path: string, mode: string): Promise<{ seconds: number; created: number }> {
  const from = performance.now();
  const body = createReadStream(path);
  const headers = { 'content-type': 'text/csv', 'idempotency-key': randomUUID() };
  const taken = await call('POST', `/v1/catalogue-imports?mode=${mode}`, { headers, body, duplex: 'half' } as RequestInit);
  const job = (await taken.json()) as { id: string };
  if (taken.status !== 202) throw new Error(`the import was answered ${taken.status}: ${JSON.stringify(job)}`);
  for (;;) {
    const now = (await (await call('GET', `/v1/catalogue-imports/${job.id}`)).json()) as { status: string; created: number };
    if (now.status === 'IMPORTED' || now.status === 'PARTLY_IMPORTED') return { seconds: secondsSince(from), created: now.created };
    if (now.status !== 'RECEIVED') throw new Error(`the import ended ${now.status}`);
    await sleep(20);
  }
} // prettier-ignore

/** The same rows into a table of texts with a key, by one COPY: what a database alone needs for the file. */
const copied = (platform: Platform, path: string): Promise<number> =>
  withClient(platform.databaseUrl('catalogue'), async (client) => {
    await client.query(
      `CREATE TABLE bare (class text, name text, code text PRIMARY KEY, abstract text, sharing text, cycle text,
         item text, item_code text, type text, length text, basis text)`,
    );
    const from = performance.now();
    await pipeline(createReadStream(path), client.query(copyFrom('COPY bare FROM STDIN (FORMAT csv, HEADER)')));
    const seconds = secondsSince(from);
    await client.query('DROP TABLE bare');
    return seconds;
  });

async function exported(call: Call): Promise<{ seconds: number; rows: number }> {
  const from = performance.now();
  const answer = await call('GET', '/v1/catalogue-export?format=csv');
  let rows = -2;
  const count = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      for (const byte of chunk) if (byte === 0x0a) rows++;
      done();
    },
  });
  await pipeline(answer.body! as unknown as NodeJS.ReadableStream, count);
  return { seconds: secondsSince(from), rows };
}

async function measure(platform: Platform, folder: string): Promise<void> {
  const call = callOf(platform);
  const costs = new Costs(platform, ['catalogue']);
  const path = join(folder, 'sheet.csv');
  const rounds: Round[] = [];
  let code = 0;
  let bytes = 0;
  const noted = (who: string, round: number, value: number) => {
    console.log(`  round ${round + 1}, ${who}: ${Math.round(value).toLocaleString('en')} rows/s`);
    if (round >= 0) rounds.push({ group: `${ROWS.toLocaleString('en')} rows of ${Math.round(bytes / ROWS)} bytes`, who, round, value }); // prettier-ignore
  };
  // The round before the first is smaller and not counted: what runs for the first time.
  for (let round = -1; round < ROUNDS; round++) {
    const rows = round < 0 ? Math.min(ROWS, 5_000) : ROWS;
    for (const [who, mode, bad] of [[GOOD_ROWS, 'good-rows', true], [ALL, 'all-or-nothing', false]] as const) {
      await written(path, code, rows, bad);
      code += rows;
      bytes = (await stat(path)).size;
      if (!bad) noted(PEER, round, rows / (await copied(platform, path)));
      const work = () => imported(call, path, mode);
      const { seconds } = await (round < 0 ? work() : costs.of(who, rows, work));
      noted(who, round, rows / seconds);
    } // prettier-ignore
    const entries = await withClient(platform.databaseUrl('catalogue'), async (client) => {
      await client.query('VACUUM ANALYZE entry');
      return Number((await client.query<{ n: string }>('SELECT count(*) AS n FROM entry')).rows[0]!.n);
    });
    const taken = () => exported(call);
    const given = await (round < 0 ? taken() : costs.of(EXPORT, entries, taken));
    if (given.rows !== entries) throw new Error(`the export has ${given.rows} of ${entries} entries`);
    noted(EXPORT, round, entries / given.seconds);
    await rm(path);
  }
  compare({
    name: 'interchange',
    title: 'Entries of the catalogue from a sheet: staged, checked cell by cell, drafted with their facts; beside COPY FROM of the same file',
    unit: 'rows/s',
    subject: GOOD_ROWS,
    peer: PEER,
    headline: rounds.at(-1)!.group,
    higherIsBetter: true,
    rounds,
    facts: costs.facts(),
  }); // prettier-ignore
}

run(async () => {
  const issuer = await testIssuer();
  const platform = await startPlatform({
    name: `bench-interchange-${process.pid}`,
    processes: ['catalogue'],
    env: { all: { OIDC_ISSUER: issuer.issuer, OIDC_AUDIENCE: issuer.audience, LOG_LEVEL: 'warn' } },
  });
  try {
    await withFolder('interchange', (folder) => measure(platform, folder));
  } finally {
    await platform.remove();
    await issuer.close();
  }
});
