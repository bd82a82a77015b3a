#!/usr/bin/env node
// Tries a provider's endpoint against the contract that the exchange publishes at /v1/channel-contract. Needs no service
// and no dependency: Node 20 or newer and this file. It signs with a key of its own, which it serves while it runs.
import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const USAGE = `Tries a provider's endpoint against the contract.

  conform.mjs URL --resource ID --provider ORGANISATION --items ITEMS.json [--port PORT]

URL is the base address of the endpoint, ITEMS.json the entry's items [{code, type, key, required, length}, ...].
While it runs, this command serves its own key set at http://127.0.0.1:PORT/v1/channel-keys (9180 by default): have the
endpoint under test trust that, and no other. It needs at least two records. Exit code 0: conforms; 1: it does not; 2: usage.`;

const DEADLINE_MS = 10_000;
const TYPES = {
  C: (v) => typeof v === 'string',
  M: (v) => typeof v === 'string',
  N: (v) => typeof v === 'string' && /^-?\d+(\.\d+)?$/.test(v),
  Y: (v) => typeof v === 'string' && /^-?\d+(\.\d+)?$/.test(v),
  D: (v) => typeof v === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(v),
  T: (v) => typeof v === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(v) && !Number.isNaN(Date.parse(v)),
  L: (v) => typeof v === 'boolean',
  B: Number.isSafeInteger,
  I: Number.isSafeInteger,
  F: (v) => typeof v === 'number',
  G: (v) => v === null,
};

function argumentsOf(argv) {
  const options = { port: '9180' };
  let url;
  for (let i = 0; i < argv.length; i++) {
    const name = /^--(resource|provider|items|port)$/.exec(argv[i])?.[1];
    if (name) options[name] = argv[++i];
    else if (url === undefined && /^https?:\/\//.test(argv[i])) url = argv[i].replace(/\/+$/, '');
    else return null;
  }
  const whole = url && options.resource && options.provider && options.items && /^\d+$/.test(options.port);
  return whole ? { ...options, url } : null;
}

class Wrong extends Error {}
const expect = (holds, what) => {
  if (!holds) throw new Wrong(what);
};
const encoded = (part) => Buffer.from(JSON.stringify(part)).toString('base64url');
const sha256 = (text, form) => createHash('sha256').update(text).digest(form);

const given = argumentsOf(process.argv.slice(2));
if (!given) {
  console.error(USAGE);
  process.exit(2);
}
const items = JSON.parse(readFileSync(given.items, 'utf8'));
const codes = items.map(({ code }) => code);
const keyCodes = items.filter(({ key }) => key).map(({ code }) => code);

// --- our key, and tokens by it
const kid = randomUUID();
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const jwks = JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg: 'EdDSA', use: 'sig' }] });
const stranger = generateKeyPairSync('ed25519').privateKey;

function tokenFor(body, over = {}, key = privateKey) {
  const iat = Math.floor(Date.now() / 1000);
  const claims = {
    ...{ iss: 'qiongtong-exchange', aud: given.provider, sub: given.resource, iat, exp: iat + 60, jti: randomUUID() },
    ...{ bodyDigest: sha256(body, 'base64url'), decisionId: randomUUID(), grantId: null, departmentId: 'conformance' },
    ...{ action: 'query', purpose: null, matterNumber: null, ...over },
  };
  const signed = `${encoded({ alg: 'EdDSA', typ: 'JWT', kid })}.${encoded(claims)}`;
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`;
}

const query = (over = {}) =>
  JSON.stringify({
    resourceId: given.resource,
    fields: codes,
    filter: null,
    sort: [],
    limit: 2,
    cursor: null,
    ...over,
  });

async function send(body, { token = tokenFor(body), accept = 'application/json', more = {}, at = null } = {}) {
  const answer = await fetch(at ?? `${given.url}/v1/records:query`, {
    method: body === null ? 'GET' : 'POST',
    redirect: 'manual',
    signal: AbortSignal.timeout(DEADLINE_MS),
    headers: {
      ...(body === null ? {} : { 'content-type': 'application/json' }),
      ...more,
      ...{ accept, 'accept-encoding': 'identity' },
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body,
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

async function answered(body, accept = 'application/json') {
  return checkedText(await send(body, { accept }), accept);
}

/** A query that may be answered later: at once, or at a location below the endpoint, which is looked at a few times. */
async function patient() {
  const order = query({ limit: null });
  const common = { prefer: 'respond-async', 'idempotency-key': randomUUID() };
  let answer = await send(order, { accept: 'application/x-ndjson', more: common });
  let at = null;
  for (let looks = 0; answer.status === 202 && looks < 10; looks++) {
    const location = answer.headers.get('location');
    if (location) at = new URL(location, `${given.url}/v1/records:query`);
    expect(at?.href.startsWith(`${given.url}/`), 'Location is not below the endpoint');
    const seconds = Math.min(Math.max(Number(answer.headers.get('retry-after') ?? 5), 1), 5);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    answer = await send(null, { accept: 'application/x-ndjson', token: tokenFor(''), at });
  }
  return linesOf(checkedText(answer, 'application/x-ndjson'));
}

function checkedText({ status, headers, text }, accept) {
  expect(status === 200, `answered ${status}, expected 200`);
  const type = (headers.get('content-type') ?? '').split(';')[0].trim();
  expect(type === accept, `content-type is ${type}, expected ${accept}`);
  expect((headers.get('content-encoding') ?? 'identity') === 'identity', 'the answer is compressed');
  const framed = headers.has('content-length') || headers.has('transfer-encoding');
  expect(framed, 'the answer has neither a length nor chunks');
  const stated = headers.get('content-digest');
  const digest = `sha-256=:${sha256(text, 'base64')}:`;
  if (stated) expect(stated.includes(digest), 'Content-Digest is not the SHA-256 of the body');
  return text;
}

function checkRows(rows, fields, most) {
  expect(most === null || rows.length <= most, `${rows.length} rows, ${most} were asked for`);
  for (const [n, row] of rows.entries()) {
    expect(typeof row === 'object' && row !== null && !Array.isArray(row), `row ${n + 1} is no object`);
    for (const code of Object.keys(row)) expect(fields.includes(code), `row ${n + 1} has ${code}, not asked for`);
    for (const item of items.filter(({ code }) => fields.includes(code))) {
      const value = row[item.code] ?? null;
      if (item.key || item.required) expect(value !== null, `row ${n + 1} lacks ${item.code}`);
      if (value !== null) expect(TYPES[item.type]?.(value), `row ${n + 1}: ${item.code} is not of type ${item.type}`);
    }
  }
  return rows;
}

async function page(over = {}) {
  const fields = over.fields ?? codes;
  const found = JSON.parse(await answered(query(over)));
  expect(Object.keys(found).sort().join() === 'items,next', 'a page has items and next, and nothing else');
  expect(Array.isArray(found.items), 'items is no list');
  expect(found.next === null || (typeof found.next === 'string' && found.next.length <= 2048), 'next is no position');
  return { rows: checkRows(found.items, fields, over.limit ?? 2), next: found.next };
}
async function stream(over = {}) {
  const text = await answered(query({ limit: null, ...over }), 'application/x-ndjson');
  return linesOf(text, over.fields, over.limit);
}
function linesOf(text, fields = codes, limit = null) {
  expect(text === '' || text.endsWith('\n'), 'the last line has no line feed');
  const rows = text.split('\n').slice(0, -1).map((line) => JSON.parse(line)); // prettier-ignore
  return checkRows(rows, fields, limit);
}

const keyOf = (row) => JSON.stringify(keyCodes.map((code) => row[code]));
const keyFilter = (row) => ({ all: keyCodes.map((item) => ({ item, op: 'eq', value: row[item] })) });
const refused = async (options, body = query()) => {
  const { status } = await send(body, options);
  expect(status === 401, `answered ${status}, expected 401`);
};
const first = async () => {
  const { rows } = await page({ limit: 1 });
  expect(rows.length === 1, 'there is no record to try with');
  return rows[0];
};

const body = query();
const past = Math.floor(Date.now() / 1000) - 600;
const CHECKS = [
  ['no token is refused', () => refused({ token: null })],
  ['a token by another key is refused', () => refused({ token: tokenFor(body, {}, stranger) }, body)],
  ['a token for another provider is refused', () => refused({ token: tokenFor(body, { aud: 'somebody-else' }) }, body)],
  ['a token for another resource is refused', () => refused({ token: tokenFor(body, { sub: 'another' }) }, body)],
  ['a token by another issuer is refused', () => refused({ token: tokenFor(body, { iss: 'another' }) }, body)],
  ['a token that has ended is refused', () => refused({ token: tokenFor(body, { iat: past, exp: past + 60 }) }, body)],
  ['a token for another body is refused', () => refused({ token: tokenFor(query({ limit: 1 })) }, body)],
  [
    'a token that was seen is refused',
    async () => {
      const token = tokenFor(body);
      expect((await send(body, { token })).status === 200, 'its first use was not answered');
      await refused({ token }, body);
    },
  ],
  ['a page has the items and types of the entry', () => page()],
  ['a page has only the items that were asked for', async () => void (await page({ fields: keyCodes }))],
  [
    'next leads to other records, and to an end',
    async () => {
      const seen = new Set();
      let cursor = null;
      for (let pages = 0; pages < 3; pages++) {
        const { rows, next } = await page({ limit: 1, cursor });
        for (const row of rows) {
          expect(!seen.has(keyOf(row)), 'a record came twice');
          seen.add(keyOf(row));
        }
        if (next === null) break;
        cursor = next;
      }
      expect(seen.size >= 2, 'fewer than two records, so that paging cannot be tried');
    },
  ],
  [
    'a filter on the key gives that record alone',
    async () => {
      const row = await first();
      const { rows } = await page({ filter: keyFilter(row) });
      expect(rows.length === 1 && keyOf(rows[0]) === keyOf(row), `gave ${rows.length} records`);
    },
  ],
  [
    'conditions of all hold together, and of any one is enough',
    async () => {
      const row = await first();
      const never = { item: keyCodes[0], op: 'isNull', value: true };
      expect((await page({ filter: { all: [keyFilter(row), never] } })).rows.length === 0, 'all is not all');
      expect((await page({ filter: { any: [never, keyFilter(row)] } })).rows.length === 1, 'any is not any');
    },
  ],
  ['a stream has every record as a line', async () => expect((await stream()).length >= 2, 'fewer than two records')],
  ['a stream keeps to its limit', async () => expect((await stream({ limit: 1 })).length === 1, 'not one record')],
  [
    'a query that may be answered later is answered',
    async () => expect((await patient()).length >= 2, 'fewer than two records'),
  ],
  [
    'a query on an item that is none is refused',
    async () => {
      const { status } = await send(query({ filter: { item: 'no-such-item', op: 'eq', value: 'x' } }));
      expect(status === 400, `answered ${status}, expected 400`);
    },
  ],
];

const server = createServer((request, response) => {
  const known = request.url === '/v1/channel-keys';
  response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' }).end(known ? jwks : '{}');
});
await new Promise((resolve, reject) => server.once('error', reject).listen(Number(given.port), '127.0.0.1', resolve));
let failed = 0;
for (const [what, check] of CHECKS) {
  try {
    await check();
    console.log(`ok      ${what}`);
  } catch (error) {
    failed++;
    console.log(`WRONG   ${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
server.close();
server.closeAllConnections();
console.log(failed === 0 ? `Conforms: ${CHECKS.length} checks.` : `Does not conform: ${failed} of ${CHECKS.length}.`);
process.exitCode = failed === 0 ? 0 : 1;
