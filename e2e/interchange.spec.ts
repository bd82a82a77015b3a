import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { csvLine } from '@qiongtong/platform';
import { foundByDcatAp, ofJsonLd, ofTurtle, withClient } from '@qiongtong/testing';
import { parse } from 'csv-parse/sync';
import { ADMINISTRATOR, AUTHORITY, DEPARTMENTS, ORGANS, submitterOf } from './province/bodies';
import { sealedFacts } from './province/log';
import { Province } from './province/province';
import { publish, register } from './province/registers';
import { MARRIAGES } from './province/resources';
import { SAMPLE, sampleRows } from './province/sample-sheet';

jest.setTimeout(240_000);

const IMPORTS = '/v1/catalogue-imports';
const FORMULA = '=HYPERLINK("http://evil.example","点此")';
const ENTRIES = 8_000;
/** Every twentieth. */
const isBad = (n: number) => n % 20 === 0;

type Job = Readonly<{ id: string; status: string } & Record<string, number>>;
type Row = readonly string[];

describe('the catalogue in sheets', () => {
  let province: Province;
  let headings: readonly Row[];
  const textOf = (rows: readonly Row[]) => rows.map(csvLine).join('');

  const get = async (by: string, path: string): Promise<string> => {
    const { status, text } = await province.asked(by, 'GET', path);
    expect(status).toBe(200);
    return text;
  };
  async function send(by: string, body: string | Uint8Array, query = '', key = randomUUID()): Promise<Job> {
    const answer = await fetch(`${province.platform.gatewayUrl}${IMPORTS}${query}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await province.officer(by)}`,
        'content-type': 'text/csv',
        'idempotency-key': key,
      },
      body: body as string,
    });
    const job = (await answer.json()) as Job;
    expect([answer.status, job]).toEqual([202, expect.anything()]);
    return job;
  }
  const seen = async (by: string, { id }: Job) => (await province.done(by, 'GET', `${IMPORTS}/${id}`)) as Job;
  const ended = (by: string, job: Job): Promise<Job> =>
    province.eventually('the import ended', async () => {
      const now = await seen(by, job).catch(() => null);
      return now !== null && now.status !== 'RECEIVED' && now;
    });
  const inCatalogue = <T>(sql: string, values: unknown[] = []): Promise<T[]> =>
    withClient(
      province.platform.databaseUrl('catalogue'),
      async (client) => (await client.query(sql, values)).rows as T[],
    );
  const providerOf = (key: string) =>
    key === 'GXT' ? AUTHORITY.name : SAMPLE.departments.find((department) => department.key === key)!.name;

  beforeAll(async () => {
    province = await Province.start({ name: 'journey-interchange' });
    const providing = new Set(SAMPLE.resources.map(({ providerKey }) => providerKey));
    const departments = SAMPLE.departments.filter(({ key }) => providing.has(key) && key !== 'GXT' && key !== 'MZT');
    await Promise.all(
      [...ORGANS, { ...DEPARTMENTS.mzt, name: providerOf('MZT') }].map((body) => register(province, body)),
    );
    for (const { key, name, level, regionCode } of departments)
      await province.done(ADMINISTRATOR, 'POST', '/v1/organisations', { id: key.toLowerCase(), name, type: 'OTHER', level, regionCode, roles: [] }); // prettier-ignore
    const last = providerOf(departments.at(-1)!.key);
    await province.eventually('all departments known', async () =>
      (await inCatalogue('SELECT 1 FROM organisation WHERE name = $1', [last])).length > 0); // prettier-ignore
    const template = await get(ADMINISTRATOR, '/v1/catalogue-template?format=csv');
    headings = parse(template, { bom: true }) as string[][];
  });
  afterAll(() => province?.stop());

  it('[R23.1] [R7.3] is filled in from what the former platform had, in GB18030, checked cell by cell, taken in, and given out again', async () => {
    const rows = sampleRows(headings[0]!, providerOf);
    const at = (heading: string) => headings[0]!.indexOf(heading);
    const put = (row: number, heading: string, cell: string) =>
      rows.map((cells, i) => (i === row ? cells.with(at(heading), cell) : cells));
    const gb18030 = (given: readonly Row[]) =>
      execFileSync('iconv', ['-f', 'UTF-8', '-t', 'GB18030'], { input: textOf([...headings, ...given]) });

    const bad = await ended(
      ADMINISTRATOR,
      await send(ADMINISTRATOR, gb18030(put(0, '更新周期', '偶尔')), '?forDepartments=true&dryRun=true'),
    );
    expect(bad).toMatchObject({ status: 'CHECKED', badEntries: 1, created: 0 });
    const report = parse(await get(ADMINISTRATOR, `${IMPORTS}/${bad.id}/report`), { bom: true }) as string[][];
    expect(report.slice(1).map((row) => row.slice(0, 4))).toEqual([
      ['3', expect.stringMatching(/^[A-Z]{1,2}$/) as string, '更新周期', 'import.value_not_listed'],
    ]);

    const filled = put(0, '信息资源名称', FORMULA);
    const job = await ended(ADMINISTRATOR, await send(ADMINISTRATOR, gb18030(filled), '?forDepartments=true'));
    expect(job).toMatchObject({ status: 'IMPORTED', created: SAMPLE.resources.length, badEntries: 0 });
    const one = SAMPLE.resources[5]!;
    const [entry] = await inCatalogue<{ provider: string; status: string; name: string }>(
      `SELECT organisation.name AS provider, entry.status, content ->> 'name' AS name
       FROM entry JOIN organisation ON organisation.id = provider_id WHERE resource_code = $1`,
      [one.resourceCode],
    );
    expect(entry).toEqual({ provider: providerOf(one.providerKey), status: 'DRAFT', name: one.name });

    // Each department is given its own drafts back; together they are what was sent.
    const own = parse(await get(submitterOf('mzt'), '/v1/catalogue-export?format=csv'), { bom: true }) as string[][];
    const sent = filled.filter((_, i) => ownerOf(filled, i, at('信息资源提供方')) === providerOf('MZT'));
    expect(own.slice(0, 2)).toEqual(headings);
    const items = (given: readonly Row[]) =>
      given.map((row) => ['信息项代码', '信息项名称', '数据长度'].map((heading) => row[at(heading)]).join(' ')).sort();
    expect(items(own.slice(2))).toEqual(items(sent));
    const again = await ended(submitterOf('mzt'), await send(submitterOf('mzt'), textOf(own)));
    expect(again).toMatchObject({ status: 'IMPORTED', created: 0, badEntries: 0 });
    expect(again['existing']).toBe(again['entries']);

    const [named] = await inCatalogue<{ id: string }>(`SELECT id FROM entry WHERE content ->> 'name' = $1`, [FORMULA]);
    await inCatalogue(`UPDATE entry SET status = 'PUBLISHED', published_on = '2026-01-01' WHERE id = $1`, [named!.id]);
    const harmless = parse(await get(submitterOf('mzt'), '/v1/catalogue-export?format=csv&status=PUBLISHED'), { bom: true }) as string[][]; // prettier-ignore
    expect(harmless[2]![at('信息资源名称')]).toBe(`'${FORMULA}`);
  });

  it('[R5.2] [R14.1] what is published is given in DCAT, as the shapes of DCAT-AP ask for', async () => {
    const resource = { ...MARRIAGES, id: '203000-000777' };
    await publish(province, resource);
    const { id, name } = resource;
    const as = async (accept: string, path = '') => {
      const { status, text } = await province.asked(ADMINISTRATOR, 'GET', `/v1/catalogue/dcat${path}`, { headers: { accept } }); // prettier-ignore
      expect(status).toBe(200);
      return accept === 'text/turtle' ? ofTurtle(text) : ofJsonLd(text);
    };
    const forms = [await as('text/turtle'), await as('application/ld+json'), await as('text/turtle', `/${id}`)];
    for (const quads of forms) {
      expect((await foundByDcatAp(quads)).violations).toEqual([]);
      const titles = quads.filter(({ subject, predicate }) =>
        subject.value.endsWith(`/${id}`) && predicate.value === 'http://purl.org/dc/terms/title'); // prettier-ignore
      expect(titles.map(({ object }) => object.value)).toEqual([name]);
      // The same export without what DCAT-AP needs is found at fault: the shapes do look at it.
      const untitled = quads.filter((quad) => !titles.includes(quad));
      expect((await foundByDcatAp(untitled)).violations).toEqual([expect.stringMatching(`^title of .*/${id}$`)]);
    }
  });

  it('[R7.3] loses no row and doubles none when the service is killed in the middle of an import', async () => {
    const by = submitterOf('mzt');
    const places = ['信息资源分类', '信息资源名称', '信息资源代码', '更新周期', '信息项名称', '信息项代码', '数据类型'];
    const rowOf = (prefix: string) => (n: number) => {
      const cells = ['2-03', `${prefix}第${n}项`, `203000/${prefix}${String(n).padStart(5, '0')}`, isBad(n) ? '偶尔' : '每月', '日期', 'day', 'D']; // prettier-ignore
      return headings[0]!.map((heading) => cells[places.indexOf(heading)] ?? '');
    };
    const sheet = (prefix: string, pick: (n: number) => boolean) =>
      textOf([
        ...headings,
        ...Array.from({ length: ENTRIES }, (_, n) => n)
          .filter(pick)
          .map(rowOf(prefix)),
      ]);
    /** Kills it as soon as the import stands so, and has its lease end as time would. */
    const killedWhen = async ({ id }: Job, stands: string) => {
      for (;;) {
        const [is] = await inCatalogue<{ so: boolean; status: string }>(
          `SELECT ${stands} AS so, status FROM catalogue_import WHERE id = $1`,
          [id],
        );
        if (is!.status !== 'RECEIVED') throw new Error(`the import ended before it stood so: ${stands}`);
        if (is!.so) break;
        await sleep(5);
      }
      await province.platform.kill('catalogue');
      await inCatalogue('UPDATE catalogue_import SET lease_until = now() WHERE id = $1', [id]);
      await province.platform.restart('catalogue');
    };
    const bad = Math.ceil(ENTRIES / 20);

    const some = await send(by, sheet('1', () => true), '?mode=good-rows'); // prettier-ignore
    await killedWhen(some, 'checked_row > 0');
    await killedWhen(some, 'written_row > 0');
    expect(await ended(by, some)).toMatchObject({
      ...{ status: 'PARTLY_IMPORTED', entries: ENTRIES, badEntries: bad, faults: bad, created: ENTRIES - bad },
      existing: 0,
    });
    const all = await send(
      by,
      sheet('2', (n) => !isBad(n)),
    );
    await killedWhen(all, 'settled');
    expect(await ended(by, all)).toMatchObject({ status: 'IMPORTED', created: ENTRIES - bad, badEntries: 0 });

    for (const prefix of ['1', '2']) {
      const there = await inCatalogue<{ code: string }>(
        `SELECT resource_code AS code FROM entry WHERE resource_code LIKE $1 AND content ->> 'name' LIKE $2 ORDER BY 1`,
        [`203000/${prefix}%`, `${prefix}第%`],
      );
      const expected = Array.from({ length: ENTRIES }, (_, n) => n).filter((n) => !isBad(n));
      expect(there.map(({ code }) => code)).toEqual(
        expected.map((n) => `203000/${prefix}${String(n).padStart(5, '0')}`),
      );
      const last = there.at(-1)!.code.replace('/', '-');
      expect(await sealedFacts(province, last, 'catalogue.entry-drafted.v1')).toHaveLength(1);
    }
  });
});

/** Whose row it is: below the first of an entry, the provider is left empty. */
function ownerOf(rows: readonly Row[], i: number, at: number): string {
  let first = i;
  while (rows[first]![at] === '') first--;
  return rows[first]![at]!;
}
