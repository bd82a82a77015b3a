import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Role } from '@qiongtong/contracts';
import { LogStore } from '../src/log/log.store';
import { aFact, facts } from './facts';
import { anOfficer, auditor, RunningAudit, type Answer } from './running-audit';

const VERIFY = join(__dirname, '../../../tools/verify/verify.mjs');
const PAST = 620;
const anAccess = (n: number, departmentId: string, outcome = 'released', decisionId = `d-${n}`) =>
  aFact({
    n,
    topic: 'facts.access',
    producer: 'gateway',
    type: `access.${outcome}.v1`,
    key: decisionId,
    content: {
      decisionId,
      outcome,
      use: { departmentId, officerId: `${departmentId}-1`, resourceId: '203000-000001' },
    },
  });

let audit: RunningAudit;
beforeAll(async () => {
  audit = await RunningAudit.create();
  await audit.produce([
    ...facts(1, 600),
    ...Array.from({ length: 18 }, (_, i) => anAccess(i + 1, i % 2 ? 'hk-mzj' : 'hk-gaj')),
    anAccess(19, 'hk-mzj', 'release-started', 'd-long'),
    anAccess(20, 'hk-mzj', 'aborted', 'd-long'),
  ]);
  await audit.until(`SELECT 1 FROM log_entry`, PAST);
});
afterAll(() => audit.close(), 30_000);

const reviewer = anOfficer('hk-mzj', 'REVIEWER');
const file = (name: string, content: string): string => {
  const path = join(audit.folder, name);
  writeFileSync(path, content);
  return path;
};
/** The offline command, with the public key as the service gives it. */
async function verify(command: string, content: string, ...options: string[]) {
  const key = file('key.txt', (await audit.get('/v1/audit/key', null, { accept: 'text/plain' })).text);
  const child = spawnSync(process.execPath, [VERIFY, command, file('input', content), '--key', key, ...options], {
    encoding: 'utf8',
  });
  return { status: child.status, text: child.stdout + child.stderr };
}
const codeOf = ({ json }: Answer): string => json<{ code: string }>().code;

describe('who may read the log [R14.7] [R14.9]', () => {
  const targets = [
    '/v1/audit/entries',
    '/v1/audit/entries/0',
    '/v1/audit/accesses/d-1',
    '/v1/audit/proofs/inclusion?index=0',
  ];

  it.each([...targets, '/v1/audit/gaps', '/v1/audit/log', '/v1/audit/proofs/consistency?from=0'])(
    'refuses %s without a hop token, to a system, and to roles without a right to it',
    async (target) => {
      expect(codeOf(await audit.get(target, null))).toBe('hop.invalid');
      const refused: Role[] = ['SUBMITTER', 'PLATFORM_OPERATOR', 'LOCAL_AUTHORITY', 'SYSTEM'];
      for (const role of refused) {
        const answer = await audit.get(target, anOfficer('hk-mzj', role));
        expect([answer.status, codeOf(answer)]).toEqual([403, 'access.role_required']);
      }
      const system = { ...auditor, kind: 'system' as const, officerId: null, systemId: 'sjt-system' };
      expect((await audit.get(target, system)).status).toBe(403);
    },
  );

  it.each(['/v1/audit/gaps', '/v1/audit/log'])('refuses %s to a department', async (target) => {
    const answer = await audit.get(target, reviewer);
    expect([answer.status, codeOf(answer)]).toEqual([403, 'access.role_required']);
  });

  it('shows a department what concerns it; the rest does not exist for it', async () => {
    expect((await audit.get('/v1/audit/accesses/d-2', reviewer)).status).toBe(200);
    const foreign = await audit.get('/v1/audit/accesses/d-1', reviewer);
    const unknown = await audit.get('/v1/audit/accesses/d-unknown', reviewer);
    expect([foreign.status, codeOf(foreign)]).toEqual([404, 'audit.access_unknown']);
    expect([unknown.status, codeOf(unknown)]).toEqual([404, 'audit.access_unknown']);

    const { items } = (await audit.get('/v1/audit/entries?topic=facts.access', reviewer)).json<{
      items: { entry: string }[];
    }>();
    expect(items).toHaveLength(11);
    expect(items.every(({ entry }) => entry.includes('"departmentId":"hk-mzj"'))).toBe(true);
    const first = (await audit.get('/v1/audit/entries?topic=facts.access&limit=1', auditor)).json<{
      items: { index: number }[];
    }>();
    expect((await audit.get(`/v1/audit/entries/${first.items[0]?.index}`, reviewer)).status).toBe(404);
  });

  it('records who read what', async () => {
    await audit.get('/v1/audit/accesses/d-4', anOfficer('hk-mzj', 'RESPONSIBLE_OFFICER'));
    const rows = await audit.until<{ entry: string }>(
      "SELECT entry FROM log_entry WHERE type = 'audit.log-read.v1' AND entry LIKE '%d-4%'",
      1,
    );
    expect(JSON.parse(rows[0]?.entry ?? '')).toMatchObject({
      topic: 'facts.audit',
      producer: 'audit',
      data: { by: 'hk-mzj-officer', departmentId: 'hk-mzj', what: 'access', asked: { decisionId: 'd-4' } },
    });
  });
});

describe('what can be asked of the log', () => {
  it('gives key and checkpoint to anyone, as JSON and as text [R14.9]', async () => {
    const key = (await audit.get('/v1/audit/key', null)).json<{ key: string; pem: string }>();
    expect(key.pem).toContain('BEGIN PUBLIC KEY');
    const text = await audit.get('/v1/audit/key', null, { accept: 'text/plain' });
    expect([text.type, text.text]).toEqual(['text/plain; charset=utf-8', `${key.key}\n`]);
    const note = await audit.get('/v1/audit/checkpoint', null, { accept: 'text/plain' });
    expect(note.text).toMatch(/^qiongtong\/audit\n\d+\n.{44}\n\n— qiongtong\/audit .+\n$/);
    expect((await audit.get('/v1/audit/checkpoint', null)).json<{ origin: string }>().origin).toBe('qiongtong/audit');
  });

  it.each([
    ['/v1/audit/entries/9999999', 404, 'audit.entry_unknown'],
    ['/v1/audit/entries/-1', 400, 'request.invalid'],
    ['/v1/audit/entries/x', 400, 'request.invalid'],
    ['/v1/audit/entries?limit=0', 400, 'request.invalid'],
    ['/v1/audit/entries?limit=201', 400, 'request.invalid'],
    ['/v1/audit/entries?unknown=1', 400, 'request.invalid'],
    ['/v1/audit/entries?cursor=nonsense', 400, 'request.bad_cursor'],
    ['/v1/audit/proofs/inclusion?index=0&size=7', 422, 'audit.size_unknown'],
    ['/v1/audit/proofs/inclusion?index=9999999', 422, 'audit.index_beyond_size'],
    ['/v1/audit/proofs/inclusion', 400, 'request.invalid'],
    ['/v1/audit/proofs/consistency?from=9999999', 422, 'audit.size_unknown'],
    ['/v1/audit/proofs/consistency?from=1.5', 400, 'request.invalid'],
    ['/v1/audit/accesses/d-unknown', 404, 'audit.access_unknown'],
  ])('answers %s with %d %s', async (target, status, code) => {
    const answer = await audit.get(target, auditor);
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
  });

  it('pages through the entries without a gap, and takes a cursor for its own query only', async () => {
    const seen: number[] = [];
    const target = '/v1/audit/entries?topic=facts.catalogue&limit=180';
    let next: string | null = null;
    let cursor = '';
    do {
      const page: Answer = await audit.get(next ? `${target}&cursor=${next}` : target, auditor);
      const body = page.json<{ items: { entry: string }[]; next: string | null }>();
      seen.push(...body.items.map(({ entry }) => (JSON.parse(entry) as { number: { n: number } }).number.n));
      next = body.next;
      cursor = next ?? cursor;
    } while (next);
    expect(seen).toEqual(Array.from({ length: 600 }, (_, i) => i + 1));
    expect(codeOf(await audit.get(`/v1/audit/entries?limit=180&cursor=${cursor}`, auditor))).toBe('request.bad_cursor');
    const other = await audit.get(`${target}&cursor=${cursor}`, reviewer);
    expect(codeOf(other)).toBe('request.bad_cursor');
  });

  it('filters by what a fact is about, who did it and whom it concerns', async () => {
    const count = async (query: string) =>
      (await audit.get(`/v1/audit/entries?limit=200&${query}`, auditor)).json<{ items: unknown[] }>().items.length;
    expect(await count('key=d-long')).toBe(2);
    expect(await count('type=access.aborted.v1')).toBe(1);
    expect(await count('actor=hk-gaj-1')).toBe(9);
    expect(await count('concerns=hk-gaj')).toBe(9);
    expect(await count('topic=facts.access&concerns=hk-mzj')).toBe(11);
    expect(await count('actor=nobody')).toBe(0);
  });

  it('reports numbers that never came and those with different content', async () => {
    const topic = 'facts.exchange';
    await audit.produce([1, 2, 5].map((n) => aFact({ n, topic })));
    await audit.produce([aFact({ n: 2, topic, content: { other: true } })]);
    await audit.until('SELECT 1 FROM number_conflict', 1);
    const { gaps, conflicts } = (await audit.get('/v1/audit/gaps', auditor)).json<{
      gaps: object[];
      conflicts: object[];
    }>();
    expect(gaps).toMatchObject([{ topic, partition: 0, producer: 'exchange', run: 'epoch:1', from: 3, to: 4 }]);
    expect(conflicts).toMatchObject([{ topic, partition: 0, n: 2 }]);
  });
});

describe('what anyone can verify without the service [R14.9]', () => {
  it('proves every record of one access, and no other content under that proof', async () => {
    const access = (await audit.get('/v1/audit/accesses/d-long', reviewer)).text;
    const accepted = await verify('proof', access);
    expect([accepted.status, accepted.text]).toEqual([
      0,
      expect.stringMatching(/^OK: entry \d+, entry \d+ in the log/),
    ]);
    const forged = access.replace('aborted', 'released');
    expect((await verify('proof', forged)).status).toBe(1);
  });

  it('proves one entry, also with the key as the service answers it', async () => {
    const answer = (await audit.get('/v1/audit/entries/5', auditor)).text;
    const key = file('key.json', (await audit.get('/v1/audit/key', null)).text);
    expect((await verify('proof', answer, '--key', key)).text).toContain('OK: entry 5');
  });

  it('proves that the log was only ever extended, from every checkpoint', async () => {
    const sizes = await audit.query<{ size: number }>('SELECT size::int AS size FROM checkpoint ORDER BY size');
    for (const { size } of sizes) {
      const answer = (await audit.get(`/v1/audit/proofs/consistency?from=${size}`, auditor)).text;
      expect((await verify('consistency', answer)).text).toContain(`extend ${size} without a change`);
    }
  });

  it('gives inclusion proofs against any signed size', async () => {
    const [older] = await audit.query<{ size: number }>(
      'SELECT size::int AS size FROM checkpoint WHERE size > 0 ORDER BY size',
    );
    const size = older?.size ?? 0;
    const answer = await audit.get(`/v1/audit/proofs/inclusion?index=${size - 1}&size=${size}`, auditor);
    expect(answer.json<object>()).toMatchObject({ index: size - 1, size });
  });

  describe('of an export', () => {
    let exported: string[];
    beforeAll(async () => {
      const answer = await audit.get('/v1/audit/log', auditor);
      expect(answer.type).toContain('application/x-ndjson');
      exported = answer.text.trimEnd().split('\n');
    });
    const check = (...lines: readonly string[]) => verify('log', `${lines.join('\n')}\n`);

    it('accepts it as it came, and an older checkpoint only with the entries of its time', async () => {
      const { status, text } = await check(...exported);
      expect([status, text]).toEqual([0, expect.stringContaining(`OK: ${exported.length - 1} entries`)]);
    });

    it.each([1, 300, 610])('names entry %d when one byte of it is changed', async (index) => {
      const line = exported[index + 1] ?? '';
      const at = line.indexOf('facts.');
      const { status, text } = await check(...exported.with(index + 1, `${line.slice(0, at)}g${line.slice(at + 1)}`));
      expect([status, text]).toEqual([1, expect.stringContaining(`entry ${index} (line ${index + 2})`)]);
    });

    it('names entries that are missing, exchanged or added', async () => {
      expect((await check(...exported.toSpliced(11, 1))).text).toContain('entry 10: missing');
      expect((await check(...exported.with(11, exported[12] ?? '').with(12, exported[11] ?? ''))).text).toContain(
        'entry 10',
      );
      expect((await check(...exported.toSpliced(11, 0, exported[11] ?? ''))).text).toContain(
        'entry 10 (line 13): added',
      );
      expect((await check(...exported.slice(0, -1))).text).toContain(`entry ${exported.length - 2}: missing`);
    });

    it('names the entry that somebody with the database changed', async () => {
      await audit.query(`ALTER TABLE log_entry DISABLE TRIGGER only_pruning;
        UPDATE log_entry SET entry = replace(entry, 'hk-gaj', 'hk-jyj') WHERE type = 'access.released.v1' AND key = 'd-1'`);
      const [row] = await audit.query<{ index: number }>("SELECT index::int AS index FROM log_entry WHERE key = 'd-1'");
      const { status, text } = await verify('log', (await audit.get('/v1/audit/log', auditor)).text);
      expect([status, text]).toEqual([1, expect.stringContaining(`entry ${row?.index} (`)]);
      await audit.query(`UPDATE log_entry SET entry = replace(entry, 'hk-jyj', 'hk-gaj') WHERE key = 'd-1';
        ALTER TABLE log_entry ENABLE TRIGGER only_pruning`);
    });
  });

  it('reads no further ahead of a slow reader than a few pages, whatever the length of the log', async () => {
    // Straight into the table: the export only reads it, whoever wrote it.
    const [{ size } = { size: 0 }] = await audit.query<{ size: number }>(
      'SELECT max(size)::int AS size FROM checkpoint',
    );
    const added = 8_000;
    await audit.query(`INSERT INTO log_entry (index, leaf_hash, entry, topic, partition, kafka_offset, producer, digest,
                                              type, key, at, concerns, sealed_at)
      SELECT i, '\\x00', repeat('x', 5000), 'facts.catalogue', 9, i, '', '', '', '', '', '{}', now()
      FROM generate_series(${size}, ${size + added - 1}) i;
      INSERT INTO checkpoint SELECT ${size + added}, root, note, now() FROM checkpoint WHERE size = ${size}`);
    const pages = jest.spyOn(LogStore.prototype, 'exportPage');
    const answer = await audit.open('/v1/audit/log', auditor);
    await sleep(1000);
    const ahead = pages.mock.calls.length;
    let bytes = 0;
    for await (const chunk of answer.body ?? []) bytes += (chunk as Uint8Array).length;
    expect(bytes).toBeGreaterThan(added * 5000);
    expect(pages.mock.calls.length).toBeGreaterThan(80);
    expect(ahead).toBeLessThan(40);
    pages.mockRestore();
  });
});
