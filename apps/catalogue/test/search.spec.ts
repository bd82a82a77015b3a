import { POLICY_TOPICS, type Principal } from '@qiongtong/contracts';
import { aGrant, anOfficer as anOfficerState } from '@qiongtong/testing';
import { anItem, anOfficer, aKeyItem, authority, responsible, stranger, submitter } from './builders';
import { startCatalogue, type Answer, type RunningCatalogue } from './catalogue';
import { livesIn } from './lives';

type Hit = { id: string; name: string; rank: string; providerName: string; highlights: Record<string, unknown>; mayRead: { answer: string; reasons: { code: string }[] } }; // prettier-ignore
type Found = { items: Hit[]; next: string | null; total: number; facets: Record<string, { value: string; count: number; name?: string }[]> | null }; // prettier-ignore

let catalogue: RunningCatalogue;
const lives = livesIn(() => catalogue);
const pledged = { admission: 'ACTIVE', pledgeVersion: '2026-1', duties: [{ code: 'aid', title: '救助', basis: '办法', purposes: ['aid.check'] }] } as const; // prettier-ignore
const elsewhere = anOfficer({ officerId: 'hk-1', departmentId: 'hk-mzj', regionCode: '460100' });

const NOT_SHARED = {
  ...{ sharingType: 'NOT_SHARED', deliveryMode: 'NONE', sharingCondition: null, sensitivityReason: null },
  ...{ sharingMethods: [], legalBasis: { law: '某法', article: '第一条', documentNumber: '1号' } },
};
const EXAMINED = { approval: { basisExamined: true } };

beforeAll(async () => {
  catalogue = await startCatalogue();
  await catalogue.organisations(
    { id: 'gxt', name: '工业和信息化厅', roles: [{ role: 'PROVINCIAL_AUTHORITY', from: '2014-12-19', until: null }] },
    { id: 'mzt', name: '民政厅', ...pledged },
    { id: 'zgt', name: '自然资源和规划厅', ...pledged },
    { id: 'hk-mzj', name: '海口市民政局', regionCode: '460100', level: 'CITY', admission: 'NONE' },
  );
});
afterAll(() => catalogue?.close());

const ask = (query: string, by: Principal = stranger) => catalogue.call('GET', `/v1/catalogue/search?${query}`, by);
const search = async (query: string, by: Principal = stranger): Promise<Found> => {
  const { status, body } = await ask(query, by);
  expect([status, status === 200 ? '' : body]).toEqual([200, '']);
  return body as unknown as Found;
};
const q = (text: string) => `q=${encodeURIComponent(text).replaceAll("'", '%27')}`;
const names = ({ items }: Found) => items.map(({ name }) => name);

async function eventually<T>(look: () => Promise<T>, is: (found: T) => boolean, patienceMs = 10_000): Promise<number> {
  const from = Date.now();
  for (;;) {
    const found = await look();
    if (is(found)) return Date.now() - from;
    if (Date.now() - from > patienceMs) throw new Error(`not in time: ${JSON.stringify(found)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
const shows = (text: string, total: number, by: Principal = stranger) =>
  eventually(
    () => search(q(text), by),
    (found) => found.total === total,
  );

describe('search of the catalogue', () => {
  it('[R5.4] [R7.1] finds an entry soon after its publication, by its new words after the next, not after its withdrawal', async () => {
    const id = await lives.anEntryIn('APPROVED', { name: '红树林监测站点' });
    expect((await search(q('红树林'))).total).toBe(0);
    await lives.post(id, 'publication', submitter);
    expect(await shows('红树林', 1)).toBeLessThan(3_000);
    await lives.revised(id, { name: '珊瑚礁监测站点' }, 'PUBLISHED');
    await shows('珊瑚礁', 1);
    expect((await search(q('红树林'))).total).toBe(0);
    await lives.post(id, 'withdrawal', responsible, { ground: 'DUTY_ENDED', narrative: '职能已划转' });
    await shows('珊瑚礁', 0);
  });

  it('[R5.4] shows what it found, where, and how well; nothing that is not compiled to its end', async () => {
    await lives.anEntryIn('PUBLISHED', {
      name: '渔船捕捞许可信息',
      nameEn: 'Fishing vessel licences',
      abstract: '<script>捕捞</script>许可',
      items: [aKeyItem(), anItem({ code: 'vesselName', name: '渔船名称' })],
    });
    await lives.anEntryIn('APPROVED', { name: '渔船捕捞配额' });
    await shows('捕捞', 1);
    const [hit] = (await search(q('捕捞'))).items;
    expect(hit).toMatchObject({
      name: '渔船捕捞许可信息',
      providerName: '民政厅',
      rank: 'name',
      sharingType: 'CONDITIONAL',
      highlights: { name: [[2, 4]], abstract: [[8, 10]], items: [] },
    });
    expect((await search(q('ycbl'))).items[0]).toMatchObject({ rank: 'initials', highlights: { name: [[0, 4]] } });
    expect((await search(q('渔船名称'))).items[0]).toMatchObject({ rank: 'items', highlights: { items: [{ code: 'vesselName', places: [[0, 4]] }] } }); // prettier-ignore
    expect((await search(q('Fishing LICEN'))).items[0]).toMatchObject({ highlights: { nameEn: [[0, 7], [15, 20]] } }); // prettier-ignore
    const { resourceCode } = (await lives.get(hit!.id, stranger)).body;
    expect((await search(q(String(resourceCode)))).items[0]).toMatchObject({ id: hit!.id, rank: 'exact' });
    expect((await search(q(String(resourceCode).slice(0, -2)))).items.map(({ id }) => id)).toContain(hit!.id);
  });

  it('[R2.2] keeps hidden entries, and items of summaries, from results, counts and facets of others', async () => {
    const items = [aKeyItem(), anItem({ code: 'depth', name: '潮汐深度' })];
    await lives.anEntryIn(
      'PUBLISHED',
      { name: '潮汐甲', ...NOT_SHARED, metadataVisibility: 'HIDDEN', items },
      EXAMINED,
    );
    await lives.anEntryIn('PUBLISHED', { name: '潮汐乙', metadataVisibility: 'SUMMARY', items });
    await lives.anEntryIn('PUBLISHED', { name: '潮汐丙', items });
    await shows('潮汐', 3, submitter);
    const seen = async (by: Principal) => {
      const [byName, byItem] = [await search(q('潮汐'), by), await search(q('潮汐深度'), by)];
      const count = (found: Found) => found.facets!['department']!.reduce((sum, { count }) => sum + count, 0);
      return [names(byName).length, byName.total, count(byName), names(byItem).length, byItem.total, count(byItem)];
    };
    expect(await seen(stranger)).toEqual([2, 2, 2, 1, 1, 1]);
    expect(await seen(submitter)).toEqual([3, 3, 3, 3, 3, 3]);
    expect(await seen(authority)).toEqual([3, 3, 3, 3, 3, 3]);
    const summary = (await search(q('潮汐'))).items.find(({ name }) => name === '潮汐乙');
    expect(summary!.highlights['items']).toEqual([]);
  });

  it('[R5.2] filters and counts by department, class, sharing type, region, cycle, format and freshness', async () => {
    await lives.anEntryIn('PUBLISHED', { name: '盐田产量', updateCycle: 'DAILY', formatCategory: 'SPREADSHEET' });
    const open = { sharingType: 'UNCONDITIONAL', sharingCondition: null, sensitivityReason: null };
    await lives.anEntryIn('PUBLISHED', { name: '盐田名单', ...open });
    await shows('盐田', 2);
    await eventually(
      () => search(q('盐田')),
      (found) => found.facets!['region']!.length > 0,
    );
    const all = await search(q('盐田'));
    expect(all.facets).toEqual({
      department: [{ value: 'mzt', count: 2, name: '民政厅' }],
      class: [{ value: '2-03', count: 2 }],
      sharingType: [{ value: 'CONDITIONAL', count: 1 }, { value: 'UNCONDITIONAL', count: 1 }],
      region: [{ value: '460000', count: 2 }],
      updateCycle: [{ value: 'DAILY', count: 1 }, { value: 'MONTHLY', count: 1 }],
      format: [{ value: 'DATABASE', count: 1 }, { value: 'SPREADSHEET', count: 1 }],
      freshness: [{ value: 'WEEK', count: 2 }],
    }); // prettier-ignore
    const one = await search(
      `${q('盐田')}&sharingType=UNCONDITIONAL&department=mzt&class=2&region=460000,460100&freshness=WEEK`,
    );
    expect(names(one)).toEqual(['盐田名单']);
    // Another value can be chosen instead; what else is counted is what was chosen.
    expect(one.facets!['sharingType']).toHaveLength(2);
    expect(one.facets!['updateCycle']).toEqual([{ value: 'MONTHLY', count: 1 }]);
    expect((await search(`${q('盐田')}&department=zgt`)).total).toBe(0);
  });

  it('[R5.4] goes page by page; a cursor is of one question of one department', async () => {
    for (const n of [1, 2, 3, 4, 5]) await lives.anEntryIn('PUBLISHED', { name: `灯塔${n}号` });
    await shows('灯塔', 5);
    const first = await search(`${q('灯塔')}&limit=2`);
    expect([first.items.length, first.total]).toEqual([2, 5]);
    const pages = await catalogue.everyPage(`/v1/catalogue/search?${q('灯塔')}&limit=2`, stranger);
    expect(pages.map(({ name }) => name)).toEqual(['灯塔1号', '灯塔2号', '灯塔3号', '灯塔4号', '灯塔5号']);
    const cursor = `cursor=${encodeURIComponent(first.next!)}`;
    expect((await search(`${q('灯塔')}&limit=2&${cursor}`)).facets).toBeNull();
    const bad = (answer: Answer) => expect(answer).toMatchObject({ status: 400, body: { code: 'request.bad_cursor' } });
    bad(await ask(`${q('灯')}&${cursor}`));
    bad(await ask(`${q('灯塔')}&sharingType=CONDITIONAL&${cursor}`));
    bad(await ask(`${q('灯塔')}&${cursor}`, elsewhere));
    bad(await ask(`${q('灯塔')}&cursor=AAAA`));
  });

  it.each([
    'limit=101', `q=${'a'.repeat(101)}`, 'sharingType=ALL', 'department=A', 'freshness=', 'region=46', 'colour=red',
    `department=${Array.from({ length: 51 }, (_, i) => `d${i}`).join(',')}`, 'class=2,2', 'q=a&q=b',
  ])('[R5.4] refuses %s', async (query) => {
    expect((await ask(query)).status).toBe(400);
  }); // prettier-ignore

  it.each(['!!!', '%', '', "'; DROP TABLE entry", '\u0000', '𠮷', 'a b c d e f g h i j k l m n o'])(
    '[R5.4] takes %j as words',
    async (text) => {
      expect((await ask(q(text))).status).toBe(200);
    },
  );

  it('[R5.4] [R2.2] shows an entry as it is now, and its provider, whatever it showed before and whoever wrote them', async () => {
    const id = await lives.anEntryIn('PUBLISHED', { name: '航标灯器' });
    await shows('航标', 1);
    const seen = async () => (await search(q('航标'))).items.map((hit) => [hit.name, hit.providerName, hit.highlights['name']]); // prettier-ignore
    expect(await seen()).toEqual([['航标灯器', '民政厅', [[0, 2]]]]);
    const write = (field: string, value: string) =>
      catalogue.query('UPDATE entry SET content = content || jsonb_build_object($2::text, $3::text) WHERE id = $1', [
        ...[id, field, value],
      ]);
    await write('name', '海上航标');
    await catalogue.query(`UPDATE organisation SET name = '海事局' WHERE id = 'mzt'`);
    expect(await seen()).toEqual([['海上航标', '海事局', [[2, 4]]]]);
    await catalogue.query(`UPDATE organisation SET name = '民政厅' WHERE id = 'mzt'`);
    await write('metadataVisibility', 'HIDDEN');
    expect(await seen()).toEqual([]);
    expect(names(await search(q('航标'), submitter))).toEqual(['海上航标']);
    await write('metadataVisibility', 'SUMMARY');
    await write('name', '航标灯塔');
    expect(await seen()).toEqual([['航标灯塔', '民政厅', [[0, 2]]]]);
  });

  it('[R5.4] does not show what is gone from the table, and then no longer counts it', async () => {
    const id = await lives.anEntryIn('PUBLISHED', { name: '浮标甲' });
    await shows('浮标', 1);
    await catalogue.query('DELETE FROM entry_version WHERE entry_id = $1', [id]);
    await catalogue.query('DELETE FROM entry WHERE id = $1', [id]);
    expect(names(await search(q('浮标')))).toEqual([]);
    await shows('浮标', 0);
  });
});

describe('may I read it', () => {
  const heartbeats = () =>
    Promise.all(
      POLICY_TOPICS.filter((topic) => topic !== 'policy.resources').map((topic) =>
        catalogue.sendRaw(topic, '_heartbeat', JSON.stringify({ at: new Date().toISOString() }), 'heartbeat'),
      ),
    );
  const answer = async (text: string, by: Principal) => {
    const [hit] = (await search(q(text), by)).items;
    return [hit?.mayRead.answer, ...(hit?.mayRead.reasons.map(({ code }) => code) ?? [])];
  };

  it('[R12.7] says unknown while it does not know the policy, and then what the decision says, at each change', async () => {
    const id = await lives.anEntryIn('PUBLISHED', { name: '候鸟迁徙记录' });
    await shows('候鸟', 1);
    expect(await answer('候鸟', stranger)).toEqual(['UNKNOWN', 'access.policy_stale']);
    const officers = [stranger.officerId!, elsewhere.officerId!].map((officerId, i) =>
      anOfficerState({
        id: officerId,
        appointments: [{ organisationId: ['zgt', 'hk-mzj'][i]!, unit: '科', post: '员', roles: ['SUBMITTER'], from: '2025-01-01', until: null }],
      }),
    ); // prettier-ignore
    for (const officer of officers) await catalogue.sendRaw('policy.officers', officer.id, JSON.stringify(officer));
    const beating = setInterval(() => void heartbeats(), 300);
    try {
      await eventually(
        () => answer('候鸟', stranger),
        ([first]) => first === 'MUST_APPLY',
      );
      expect(await answer('候鸟', stranger)).toEqual(['MUST_APPLY', 'access.no_grant']);
      expect((await answer('候鸟', elsewhere))[0]).toBe('MUST_APPLY');
      const grant = aGrant({ resourceId: id, holderId: 'zgt', items: ['certNo'], purposes: ['aid.check'], period: { from: '2020-01-01T00:00:00+08:00', until: '2099-01-01T00:00:00+08:00' } }); // prettier-ignore
      await catalogue.sendRaw('policy.grants', grant.id, JSON.stringify(grant));
      await eventually(
        () => answer('候鸟', stranger),
        ([first]) => first === 'READ_NOW',
      );
      // What one department was granted, no other reads.
      expect((await answer('候鸟', elsewhere))[0]).toBe('MUST_APPLY');
      await catalogue.sendRaw('policy.grants', grant.id, JSON.stringify({ ...grant, version: 2, status: 'REVOKED' }));
      await eventually(
        () => answer('候鸟', stranger),
        ([first]) => first === 'MUST_APPLY',
      );
    } finally {
      clearInterval(beating);
    }
  });
});
