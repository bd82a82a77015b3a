import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aFact, facts } from './facts';
import { anOfficer, auditor, RunningAudit, type Answer } from './running-audit';

const VERIFY = join(__dirname, '../../../tools/verify/verify.mjs');
const IN_A_BROWSER = join(__dirname, '../../../tools/verify/browser/in-a-browser.mjs');
const PAST = 64;
/** What left with an access. */
const releasedBy = (n: number): string => `{"records":[${n}]}`;
const anAccess = (n: number, departmentId: string, refused = false) =>
  aFact({
    n,
    topic: 'facts.access',
    producer: 'gateway',
    type: refused ? 'access.refused.v1' : 'access.released.v1',
    key: `d-${n}`,
    content: {
      decisionId: `d-${n}`,
      effect: refused ? 'deny' : 'permit',
      grantId: refused ? null : 'g-1',
      digest: refused ? null : createHash('sha256').update(releasedBy(n)).digest('hex'),
      reasons: refused ? [{ code: 'access.no_grant', requirement: 'R12.3', article: 12 }] : [],
      use: {
        departmentId,
        officerId: `${departmentId}-1`,
        resourceId: '203000-000001',
        purpose: 'social-aid.eligibility',
        matterNumber: `=m-${n}`,
      },
    },
  });
const aProposal = aFact({
  n: 1,
  topic: 'facts.authorisation',
  type: 'authorisation.sharing-application-refusal-proposed.v1',
  key: 'app-1',
  content: { applicationId: 'app-1', applicantId: 'hk-mzj', providerId: 'hk-gaj' },
});
const aGrant = aFact({
  n: 2,
  topic: 'facts.authorisation',
  type: 'authorisation.grant-issued.v1',
  key: 'g-1',
  content: { grantId: 'g-1', applicationId: 'app-1', providerId: 'hk-gaj', recipientId: 'hk-mzj' },
});

type Page = Readonly<{ items: { index: number; entry: string }[]; next: string | null; searchedTo: number }>;
let audit: RunningAudit;
beforeAll(async () => {
  audit = await RunningAudit.create();
  await audit.produce([
    ...facts(1, 42),
    ...Array.from({ length: 20 }, (_, i) => anAccess(i + 1, i % 2 ? 'hk-mzj' : 'hk-gaj', i % 5 === 0)),
    aProposal,
    aGrant,
  ]);
  await audit.until(`SELECT 1 FROM log_follower WHERE name = 'terms' AND next_index >= ${PAST}`, 1);
});
afterAll(() => audit.close(), 30_000);

const reviewer = anOfficer('hk-mzj', 'REVIEWER');
const search = async (filter: string, by = auditor): Promise<Page> =>
  (await audit.get(`/v1/audit/search?${filter}`, by)).json<Page>();
const keys = (page: Page): string[] => page.items.map(({ entry }) => (JSON.parse(entry) as { key: string }).key).sort();
const codeOf = ({ json }: Answer): string => json<{ code: string }>().code;

describe('search of the log [R14.9] [R21.1]', () => {
  it.each([
    ['effect=deny&limit=200', 4],
    ['reason=access.no_grant', 4],
    ['article=12&organisation=hk-mzj', 2],
    ['purpose=social-aid.eligibility&effect=permit', 16],
    ['matter=%3Dm-7', 1],
    ['about=app-1', 2],
    ['about=g-1&type=authorisation.grant-issued.v1', 1],
    ['actor=hk-gaj-1&about=203000-000001', 10],
    ['about=g-1&effect=deny', 0],
    ['about=nobody', 0],
    ['about=g-1&until=2020-01-01T00:00:00Z', 0],
    ['about=g-1&from=2020-01-01T00:00:00Z', 17],
    ['about=g-1&from=2999-01-01T00:00:00Z', 0],
  ])('finds by %s', async (filter, count) => {
    expect((await search(filter)).items).toHaveLength(count);
  });

  it('goes on by cursor, each entry once, and takes no cursor of another search', async () => {
    const indexes: number[] = [];
    let next: string | null = '';
    let first = '';
    while (next !== null) {
      const page: Page = await search(`purpose=social-aid.eligibility&limit=3${next && `&cursor=${next}`}`);
      indexes.push(...page.items.map(({ index }) => index));
      next = page.next;
      first ||= next ?? '';
    }
    expect(indexes).toHaveLength(20);
    expect(indexes).toEqual([...new Set(indexes)].sort((a, b) => a - b));
    const foreign = await audit.get(`/v1/audit/search?effect=deny&limit=3&cursor=${first}`, auditor);
    expect(foreign.status).toBe(400);
  });

  it('shows a department what concerns it, and nothing that is kept from it [R12.5]', async () => {
    expect((await search('purpose=social-aid.eligibility', reviewer)).items).toHaveLength(10);
    expect(keys(await search('about=app-1', reviewer))).toEqual(['g-1']);
    expect(keys(await search('about=app-1', anOfficer('hk-gaj', 'REVIEWER')))).toEqual(['app-1', 'g-1']);
    expect((await search('about=g-1', anOfficer('hk-jyj', 'REVIEWER'))).items).toEqual([]);
  });

  it('refuses systems, roles without a right to it, and filters that are none', async () => {
    for (const target of ['/v1/audit/search', '/v1/audit/search/export', '/v1/audit/evidence?about=g-1']) {
      expect(codeOf(await audit.get(target, anOfficer('hk-mzj', 'SUBMITTER')))).toBe('access.role_required');
      const system = { ...auditor, kind: 'system' as const, officerId: null, systemId: 'sjt-system' };
      expect((await audit.get(target, system)).status).toBe(403);
    }
    for (const filter of ['effect=maybe', 'from=yesterday', 'article=x', 'nothing=1', 'limit=9999'])
      expect((await audit.get(`/v1/audit/search?${filter}`, auditor)).status).toBe(400);
  });

  it('is a fact of the log itself, without the matter that was asked for', async () => {
    await search('matter=%3Dm-11&effect=permit');
    const rows = await audit.until<{ entry: string }>(
      `SELECT entry FROM log_entry WHERE type = 'audit.log-read.v1' AND entry LIKE '%"matter":"given"%"permit"%'
         OR type = 'audit.log-read.v1' AND entry LIKE '%"permit"%"matter":"given"%'`,
      1,
    );
    expect(rows[0]?.entry).not.toContain('m-11');
    expect(JSON.parse(rows[0]?.entry ?? '')).toMatchObject({ data: { what: 'search', scope: 'all' } });
  });

  it('leaves as lines and as a sheet in which no cell is a formula', async () => {
    const lines = await audit.get('/v1/audit/search/export?about=g-1', auditor);
    expect(lines.text.trimEnd().split('\n')).toHaveLength(17);
    const sheet = await audit.get('/v1/audit/search/export?about=g-1&format=csv', auditor);
    expect(sheet.type).toContain('text/csv');
    const [head, ...rows] = sheet.text.trimEnd().split('\r\n');
    expect(head).toContain('index,sealedAt,at,type,key,leafHash,entry');
    expect(rows).toHaveLength(17);
    for (const row of rows) expect(row).not.toMatch(/(^|,)"?[=+@-]/);
  });
});

describe('an evidence package [R14.9] [R21.1]', () => {
  const zipped = async (query: string, by = auditor): Promise<Buffer> =>
    Buffer.from(await (await audit.open(`/v1/audit/evidence?${query}`, by)).arrayBuffer());
  /** In an empty folder, with nothing but the command. */
  async function verify(zip: Buffer, ...options: string[]): Promise<string> {
    const folder = mkdtempSync(join(audit.folder, 'court-'));
    copyFileSync(VERIFY, join(folder, 'verify.mjs'));
    writeFileSync(join(folder, 'evidence.zip'), zip);
    const key = (await audit.get('/v1/audit/key', null, { accept: 'text/plain' })).text.trim();
    const arguments_ = ['verify.mjs', 'package', 'evidence.zip', '--key', key, ...options];
    const { status, stdout, stderr } = spawnSync(process.execPath, arguments_, {
      cwd: folder,
      encoding: 'utf8',
      env: {},
    });
    return `${status} ${stdout}${stderr}`;
  }
  const sizes = async (): Promise<number[]> =>
    (await audit.query<{ size: string }>('SELECT size FROM checkpoint WHERE size > 0 ORDER BY size')).map(
      (r) => +r.size,
    );

  it('verifies with nothing but the command, against an earlier checkpoint too', async () => {
    const [from] = await sizes();
    const zip = await zipped(`about=g-1&from=${from}`);
    expect(await verify(zip)).toMatch(/^0 OK: 17 entries about g-1/);
    const older = await audit.query<{ note: string }>(`SELECT note FROM checkpoint WHERE size = ${from}`);
    expect(await verify(zip, '--checkpoint', older[0]?.note ?? '')).toMatch(/^0 OK/);
    expect(zip.toString()).toContain('# 证据包摘要:g-1');
    expect(await verify(await zipped('about=g-1'), '--checkpoint', older[0]?.note ?? '')).toMatch(/^1 .*consistency/s);
  });

  it('shows that a document belongs to it by the digest that an entry names', async () => {
    const zip = await zipped('about=g-1');
    const document = join(audit.folder, 'released.json');
    writeFileSync(document, releasedBy(12));
    expect(await verify(zip, '--document', document)).toMatch(
      /^0 OK: 17 entries[^]*\nthe document, SHA-256 [0-9a-f]{64}, is named by entry \d+\n$/,
    );
    writeFileSync(document, `${releasedBy(12)} `);
    expect(await verify(zip, '--document', document)).toMatch(/^1 WRONG: no entry of the package names the document/);
  });

  it('is verified by the script of the page as it is by the command, and so is a byte that was changed', async () => {
    const key = (await audit.get('/v1/audit/key', null)).text;
    const zip = await zipped('about=g-1');
    const changed = Buffer.from(zip);
    changed[changed.indexOf('hk-gaj')]! ^= 1;
    const asked = [zip, changed].map((bytes, i) => {
      const file = join(audit.folder, `chosen-${i}`);
      writeFileSync(file, bytes);
      return { file, key };
    });
    const { stdout, stderr } = spawnSync(process.execPath, ['--experimental-vm-modules', IN_A_BROWSER], {
      encoding: 'utf8',
      input: JSON.stringify(asked),
    });
    const said = (stdout === '' ? [] : JSON.parse(stdout)) as { status: number; text: string; chinese: string }[];
    expect([said.length, stderr]).toEqual([2, expect.not.stringContaining('Error')]);
    expect(said.map(({ status, text }) => `${status} ${text}\n`)).toEqual([await verify(zip), await verify(changed)]);
    expect(said[0]!.chinese).toMatch(/^验证通过:与 g-1 有关的 17 条事实/);
    expect(said[1]!.chinese).toMatch(/^验证不通过:证据包不成立:\n {2}entries\.ndjson:内容与清单不符/);
  });

  it('is the same bytes for the same entries under the same checkpoint', async () => {
    const size = (await sizes()).at(-1) ?? 0;
    const [one, other] = [await zipped(`about=g-1&size=${size}`), await zipped(`about=g-1&size=${size}`)];
    expect(one.equals(other)).toBe(true);
  });

  it('holds no longer when any byte of it is another, which is named', async () => {
    const zip = await zipped('about=app-1');
    for (let at = 0; at < zip.length; at += Math.ceil(zip.length / 60)) {
      const changed = Buffer.from(zip);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const said = await verify(changed);
      expect([at, said]).toEqual([at, expect.stringMatching(/^1 WRONG: .{10}/s)]);
    }
    expect(await verify(zip.subarray(0, -1))).toMatch(/^1 .*archive/s);
    expect(await verify(Buffer.concat([zip, Buffer.of(0)]))).toMatch(/^1 .*archive/s);
  }, 120_000);

  it('has for a department what concerns it, and does not exist for others', async () => {
    expect(await verify(await zipped('about=app-1', reviewer))).toMatch(/^0 OK: 1 entries/);
    for (const target of ['about=app-1', 'about=nobody']) {
      const answer = await audit.get(`/v1/audit/evidence?${target}`, anOfficer('hk-jyj', 'REVIEWER'));
      expect([answer.status, codeOf(answer)]).toEqual([404, 'audit.evidence_unknown']);
    }
    expect(codeOf(await audit.get('/v1/audit/evidence?about=g-1&size=999999', auditor))).toBe('audit.size_unknown');
    expect((await audit.get('/v1/audit/evidence', auditor)).status).toBe(400);
  });
});
