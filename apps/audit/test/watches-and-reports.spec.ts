import { setTimeout as sleep } from 'node:timers/promises';
import { aFact } from './facts';
import { anOfficer, auditor, RunningAudit, type Answer } from './running-audit';

const anAccess = (n: number, departmentId: string, refused = false) =>
  aFact({
    ...{ n, topic: 'facts.access', producer: 'gateway', key: `d-${n}` },
    type: refused ? 'access.refused.v1' : 'access.released.v1',
    content: {
      effect: refused ? 'deny' : 'permit',
      reasons: refused ? [{ code: 'access.no_grant', requirement: 'R12.3', article: 12 }] : [],
      rows: refused ? null : 3,
      use: { departmentId, resourceId: '203000-000001', purpose: '=social-aid' },
    },
  });
const SAVED = { name: '谁读取了婚姻登记', filter: { about: '203000-000001', matter: 'm-1' } };
type Notices = Readonly<{ items: { n: number; matches: number; entries: number[] }[]; next: number }>;
type Saved = Readonly<{ id: string; state: string; notices: number }>;
const codeOf = ({ json }: Answer): string => json<{ code: string }>().code;

let audit: RunningAudit;
beforeAll(async () => {
  audit = await RunningAudit.create();
});
afterAll(() => audit.close(), 30_000);

const counted = (size: number) =>
  audit.until(`SELECT 1 FROM log_follower WHERE name = 'reports' AND next_index >= ${size}`, 1);
const facts = (type: string) =>
  audit.until<{ entry: string }>(`SELECT entry FROM log_entry WHERE type = '${type}' ORDER BY index`, 1);

describe('an auditor [R14.9] [R21.1]', () => {
  it('saves a watch once however often it is sent, is told while waiting, and each of it is in the log', async () => {
    const saved = await audit.post('/v1/audit/watches', auditor, { name: '读取', filter: { about: '203000-000001' } }, 'k1');
    expect(saved.status).toBe(201);
    const again = await audit.post('/v1/audit/watches', auditor, { name: '读取', filter: { about: '203000-000001' } }, 'k1');
    const { id } = saved.json<Saved>();
    expect(again.json<Saved>().id).toBe(id);
    const waiting = audit.get(`/v1/audit/watches/${id}/notices?wait=20`, auditor);
    await audit.produce([1, 2, 3, 4].map((n) => anAccess(n, n % 2 ? 'hk-mzj' : 'hk-gaj', n === 4)));
    const told = (await waiting).json<Notices>();
    expect(told.items[0]).toMatchObject({ n: 1 });
    expect(told.next).toBe(1);
    expect((await audit.get(`/v1/audit/watches/${id}/notices`, auditor)).json<Notices>().items[0]).toEqual(told.items[0]);
    expect((await audit.get(`/v1/audit/watches/${id}/notices?after=1`, auditor)).json<Notices>()).toEqual({ items: [], next: 1 });
    expect(JSON.parse((await facts('audit.watch-saved.v1'))[0]!.entry)).toMatchObject({
      key: id,
      data: { by: 'sjt-officer', asked: { about: '203000-000001' } },
    });
    const reads = await audit.until<{ entry: string }>(
      `SELECT entry FROM log_entry WHERE type = 'audit.log-read.v1' AND entry LIKE '%"what":"watch"%'`,
      2,
    );
    expect(JSON.parse(reads[0]!.entry)).toMatchObject({ data: { asked: { watchId: id }, shown: 1 } });
  }); // prettier-ignore

  it('lists, pauses, resumes and ends what is theirs alone, and what it is about is said without the matter', async () => {
    const { id } = (await audit.post('/v1/audit/watches', auditor, SAVED)).json<Saved>();
    const act = (name: string, by = auditor) => audit.post(`/v1/audit/watches/${id}/${name}`, by, {});
    expect((await act('pause')).json<Saved>().state).toBe('PAUSED');
    expect(codeOf(await act('pause'))).toBe('audit.watch_state');
    expect((await act('resumption')).json<Saved>().state).toBe('ACTIVE');
    const other = { ...auditor, officerId: 'sjt-other' };
    for (const name of ['pause', 'end']) expect(codeOf(await act(name, other))).toBe('audit.watch_unknown');
    for (const target of [`/v1/audit/watches/${id}`, `/v1/audit/watches/${id}/notices`])
      expect(codeOf(await audit.get(target, other))).toBe('audit.watch_unknown');
    expect((await act('end')).json<Saved>().state).toBe('ENDED');
    expect(codeOf(await act('resumption'))).toBe('audit.watch_state');
    const list = await audit.get('/v1/audit/watches?limit=1', auditor);
    const { items, next } = list.json<{ items: Saved[]; next: string }>();
    const second = await audit.get(`/v1/audit/watches?limit=1&cursor=${next}`, auditor);
    expect([items[0]?.state, second.json<{ items: Saved[] }>().items[0]]).toMatchObject(['ACTIVE', { id, state: 'ENDED' }]);
    expect((await audit.get('/v1/audit/watches', other)).json<{ items: Saved[] }>().items).toEqual([]);
    const said = await audit.until<{ entry: string }>(
      `SELECT entry FROM log_entry WHERE type LIKE 'audit.watch-%' AND key = '${id}' ORDER BY index`,
      4,
    );
    expect(said.map(({ entry }) => (JSON.parse(entry) as { data: { state?: string } }).data.state)).toEqual([undefined, 'PAUSED', 'ACTIVE', 'ENDED']);
    expect(said[0]?.entry).toContain('"matter":"given"');
    expect(said[0]?.entry).not.toContain('m-1');
  }); // prettier-ignore

  it('has a bounded number of watches, and others have none', async () => {
    const one = { ...auditor, officerId: 'sjt-many' };
    const saved: number[] = [];
    for (let n = 0; n < 51; n += 1) saved.push((await audit.post('/v1/audit/watches', one, SAVED)).status);
    expect(saved).toEqual([...Array.from({ length: 50 }, () => 201), 422]);
    const reviewer = anOfficer('hk-mzj', 'REVIEWER');
    expect(codeOf(await audit.post('/v1/audit/watches', reviewer, SAVED))).toBe('access.role_required');
    for (const body of [{ name: 'x', filter: { nothing: 1 } }, { name: 'x' }, { ...SAVED, everySeconds: 1 }])
      expect((await audit.post('/v1/audit/watches', auditor, body)).status).toBe(400);
  });
});

describe('a report on uses [R14.9] [R21.1]', () => {
  const PERIOD = 'from=2026-11-01&until=2026-12-01';
  const report = (query: string, by = auditor, language = 'en') =>
    audit.get(`/v1/audit/reports/uses?${query}`, by, { 'accept-language': language });
  beforeAll(() => counted(4));

  it('counts by what it is asked to, in the language asked for, and is in the log', async () => {
    const answer = (await report(`${PERIOD}&by=department,effect,article`)).json<object>();
    expect(answer).toMatchObject({
      title: 'Report on uses',
      items: [
        { department: 'hk-mzj', effect: 'permit', article: '', uses: 2, rows: 6 },
        { department: 'hk-gaj', effect: 'deny', article: '12', uses: 1, rows: 0 },
        { department: 'hk-gaj', effect: 'permit', article: '', uses: 1, rows: 3 },
      ],
      uses: 4,
      rows: 9,
    });
    const none = (await report('from=2025-11-01&until=2025-12-01&by=')).json<object>();
    expect(none).toMatchObject({ items: [], uses: 0 });
    const [read] = await audit.until<{ entry: string }>(
      `SELECT entry FROM log_entry WHERE type = 'audit.log-read.v1' AND entry LIKE '%"what":"report"%'`,
      1,
    );
    expect(JSON.parse(read!.entry)).toMatchObject({ data: { asked: { from: '2026-11-01' }, shown: 3 } });
  });

  it('leaves as a sheet in which no cell is a formula', async () => {
    const sheet = await report(`${PERIOD}&by=effect,purpose&format=csv`, auditor, 'zh-CN');
    expect(sheet.text).toBe(`决定,用途,次数,行数\r\n准予,'=social-aid,3,9\r\n拒绝,'=social-aid,1,0\r\n`);
  });

  it('tells a department of its own uses alone', async () => {
    const own = (await report(`${PERIOD}&department=hk-gaj`, anOfficer('hk-mzj', 'REVIEWER'))).json<{ uses: number }>();
    expect(own.uses).toBe(2);
    expect(codeOf(await report(PERIOD, anOfficer('hk-mzj', 'SUBMITTER')))).toBe('access.role_required');
  });

  it('is refused without a period, or for one that no report covers, with what to do', async () => {
    expect((await report('')).status).toBe(400);
    expect((await report('from=2026-02-30&until=2026-12-01')).status).toBe(400);
    for (const period of ['from=2020-01-01&until=2026-12-01', 'from=2026-12-01&until=2026-12-01']) {
      const refused = await report(period);
      expect([refused.status, codeOf(refused)]).toEqual([422, 'audit.report_period']);
      expect(refused.json<{ next: string }>().next).toMatch(/shorter/);
    }
  });
});

describe('a hold [R14.9]', () => {
  const authority = anOfficer('gxt', 'PROVINCIAL_AUTHORITY');
  const other = { ...authority, officerId: 'gxt-second' };
  const HOLD = { objectId: 'g-1', ground: 'COURT', document: '琼01刑初〔2026〕1号' };

  it('is placed once, seen by those who read the whole log, and lifted by another officer', async () => {
    const placed = await audit.post('/v1/audit/holds', authority, HOLD, 'h1');
    expect(placed.status).toBe(201);
    const { id } = placed.json<Saved>();
    expect((await audit.post('/v1/audit/holds', authority, HOLD, 'h1')).json<Saved>().id).toBe(id);
    expect((await audit.get('/v1/audit/holds', auditor)).json<{ items: object[] }>().items).toMatchObject([{ id, ...HOLD, liftedAt: null }]);
    const lift = (by: typeof authority) => audit.post(`/v1/audit/holds/${id}/lift`, by, {});
    expect(codeOf(await lift(authority))).toBe('audit.second_officer_required');
    expect(codeOf(await lift(auditor))).toBe('access.role_required');
    expect((await lift(other)).json<object>()).toMatchObject({ liftedBy: 'gxt-second' });
    expect(codeOf(await lift(other))).toBe('audit.hold_lifted');
    const said = await audit.until<{ type: string }>(`SELECT type FROM log_entry WHERE key = '${id}' ORDER BY index`, 2);
    expect(said.map(({ type }) => type)).toEqual(['audit.hold-placed.v1', 'audit.hold-lifted.v1']);
  }); // prettier-ignore

  it('is not placed by an auditor, nor on nothing', async () => {
    expect(codeOf(await audit.post('/v1/audit/holds', auditor, HOLD))).toBe('access.role_required');
    for (const body of [{ ...HOLD, ground: 'WISH' }, { ...HOLD, objectId: '' }, {}])
      expect((await audit.post('/v1/audit/holds', authority, body)).status).toBe(400);
    expect((await audit.get('/v1/audit/archives', auditor)).json<object>()).toEqual({ items: [], next: null });
    expect(codeOf(await audit.get('/v1/audit/archives', anOfficer('hk-mzj', 'REVIEWER')))).toBe('access.role_required');
  });
});

it('a watch waits no longer than it is asked to [R14.9]', async () => {
  const { id } = (await audit.post('/v1/audit/watches', auditor, { name: 'x', filter: { about: 'no' } })).json<Saved>();
  const [first] = await Promise.all([audit.get(`/v1/audit/watches/${id}/notices?wait=1`, auditor), sleep(0)]);
  expect(first.json<Notices>()).toEqual({ items: [], next: 0 });
});
