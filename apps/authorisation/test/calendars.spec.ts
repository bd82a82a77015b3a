import type { Principal } from '@qiongtong/contracts';
import { FixedClock } from '@qiongtong/platform';
import { withClient } from '@qiongtong/testing';
import { ClocksService } from '../src/applications/clocks.service';
import { ConsentClocks } from '../src/consents/consent-clocks';
import { eventually, startAuthorisation, type RunningAuthorisation } from './authorisation';
import {
  admin,
  admit,
  aDepartment,
  aResource,
  aSharingAsk,
  officer,
  publishCalendar,
  recountAll,
  reviewer,
  submitter,
  system,
} from './world';

const REASONS = {
  statutoryBasis: [
    {
      law: '中华人民共和国个人信息保护法',
      article: '第六条',
      quotation: '处理个人信息应当具有明确、合理的目的',
    },
  ],
  narrative: '超出最小必要范围',
};
type Shown = Readonly<{
  dueAt: string | null;
  provisional: boolean;
  moves: readonly Record<string, unknown>[];
  workingDaysElapsed: number;
  remaining: number;
}>;

const day = (year: number, after: number): string =>
  new Date(Date.UTC(year, 0, 1) + after * 86_400_000).toISOString().slice(0, 10);

describe('the working-day calendar', () => {
  const clock = new FixedClock('2026-03-02T01:00:00Z');
  let service: RunningAuthorisation;

  beforeAll(async () => {
    service = await startAuthorisation({ clock });
    for (const id of ['mzt', 'ybj', 'dj']) await aDepartment(service, id);
    await service.resources(aResource());
    await admit(service, 'ybj');
  });
  afterAll(() => service?.close());

  const local: Principal = { ...officer('hk-kgx', 'zhou', 'LOCAL_AUTHORITY'), regionCode: '460100' };
  const aCalendar = (over: object = {}) => ({
    holidays: ['2027-01-01'],
    makeUpDays: [],
    source: '国务院办公厅关于2027年部分节假日安排的通知',
    reason: '首次发布',
    ...over,
  });
  const publish = (year: number | string, ifMatch: number | undefined, body: object, by = admin, key?: string) =>
    service.call('POST', `/v1/calendars/${year}/versions`, by, { body, ifMatch, key });
  const current = (year: number) => service.done('GET', `/v1/calendars/${year}`, reviewer('dj'));
  const on = (day: string): Date => new Date(`${day}T09:00:00+08:00`);
  const applying = async (day: string): Promise<string> => {
    clock.set(on(day));
    const answer = await service.done('POST', '/v1/sharing-applications', submitter('ybj'), { body: aSharingAsk() });
    return String(answer['id']);
  };
  const act = (id: string, what: string, by: Principal, body: object = {}) =>
    service.done('POST', `/v1/sharing-applications/${id}/${what}`, by, { body });
  const seen = (id: string, by = submitter('ybj')) => service.done('GET', `/v1/sharing-applications/${id}`, by);
  const clockOf = async (id: string, by = submitter('ybj')) => (await seen(id, by))['clock'] as Shown;
  const factsOf = async (id: string, atLeast: number) =>
    (await service.factsOf(id, atLeast)).map(({ type }) =>
      type.replace(/^authorisation\.(sharing-application-)?|\.v1$/g, ''),
    );
  const say = () => service.app.get(ClocksService).runDue(clock.now());

  it('[R12.3] that came with the platform is known to everybody, on Kafka as well', async () => {
    expect(await current(2026)).toMatchObject({ version: 1, revision: 1, publishedBy: 'platform' });
    const [told] = await service.states('reference.calendar', '2026', 1);
    expect(told).toMatchObject({
      id: '2026',
      version: 1,
      makeUpDays: expect.arrayContaining(['2026-02-28']) as string[],
    });
  });

  describe('is published', () => {
    it.each([
      ['a local authority', local],
      ['the province’s role in a city', { ...admin, regionCode: '460100' }],
      ['a reviewer', reviewer('mzt')],
      ['the operator', officer('zx', 'ops', 'PLATFORM_OPERATOR')],
      ['a system', system('ybj', 'ybj-system')],
    ])('[R4.1] by the province alone, not by %s', async (_who, by) => {
      expect((await publish(2027, 0, aCalendar(), by)).body['code']).toBe('access.role_required');
    });

    it.each([
      ['a day of another year', { holidays: ['2026-12-31'] }, 422, 'calendar.day_not_in_year'],
      ['a day that does not exist', { holidays: ['2027-02-29'] }, 422, 'calendar.day_not_in_year'],
      ['a day that is off and worked', { makeUpDays: ['2027-01-01'] }, 422, 'calendar.day_both'],
      ['a Monday to be worked', { makeUpDays: ['2027-01-04'] }, 422, 'calendar.make_up_on_weekday'],
      ['a day twice', { holidays: ['2027-01-01', '2027-01-01'] }, 400, 'request.invalid'],
      ['no day off', { holidays: [] }, 400, 'request.invalid'],
      ['too many days', { holidays: Array.from({ length: 61 }, (_, i) => day(2027, i)) }, 400, 'request.invalid'],
      ['what is no day', { holidays: ['1 January'] }, 400, 'request.invalid'],
      ['no notice', { source: ' ' }, 400, 'request.invalid'],
      ['no reason', { reason: undefined }, 400, 'request.invalid'],
      ['a field of its own', { version: 7 }, 400, 'request.invalid'],
    ])('[R12.3] not with %s', async (_what, over, status, code) => {
      const { status: answered, body } = await publish(2027, 0, aCalendar(over));
      expect([answered, body['code']]).toEqual([status, code]);
    });

    it.each([
      [2013, 422, 'calendar.year_out_of_range'],
      [2028, 422, 'calendar.year_out_of_range'],
      ['next', 404, 'request.not_found'],
      ['-1', 404, 'request.not_found'],
    ])('[R12.3] not for the year %s', async (year, status, code) => {
      clock.set(on('2026-03-02'));
      const answer = await publish(year, 0, aCalendar());
      expect([answer.status, answer.body['code']]).toEqual([status, code]);
    });

    it('[R12.3] under the version it follows, once for one key, and only when something changes', async () => {
      const { holidays, makeUpDays, source } = await current(2026);
      const body = { holidays: holidays as string[], makeUpDays, source, reason: '核对' };
      expect((await publish(2026, undefined, body)).status).toBe(428);
      expect((await publish(2026, 0, body)).status).toBe(412);
      expect((await publish(2026, 1, body)).body['code']).toBe('calendar.nothing_changed');
      const more = { ...body, holidays: [...body.holidays, '2026-12-25'] };
      const first = await publish(2026, 1, more, admin, 'key-1');
      const again = await publish(2026, 1, more, admin, 'key-1');
      expect([first.status, again.replayed, again.body]).toEqual([201, true, first.body]);
      expect((await publish(2026, 1, body, admin, 'key-1')).body['code']).toBe('request.idempotency_key_reused');
      expect(await current(2026)).toMatchObject({ version: 2, revision: 2, publishedBy: 'gxt-admin', reason: '核对' });
      expect((await service.states('reference.calendar', '2026', 2)).at(-1)).toMatchObject({ version: 2 });
      const [fact] = await service.factsOf('2026', 1);
      expect(fact).toMatchObject({
        type: 'authorisation.calendar-published.v1',
        data: { year: 2026, revision: 2, by: 'gxt-admin', changes: { nowOff: ['2026-12-25'], nowWorked: [] } },
      });
    });

    it('[R12.3] by one of two who publish at once; for two years by both', async () => {
      const before = await current(2026);
      const holidays = before['holidays'] as string[];
      const racing = ['2026-12-24', '2026-12-23'].map((more) =>
        publish(2026, 2, { ...aCalendar({ makeUpDays: before['makeUpDays'] }), holidays: [...holidays, more] }),
      );
      expect((await Promise.all(racing)).map(({ status }) => status).sort()).toEqual([201, 412]);
      const of2025 = aCalendar({ holidays: ['2025-10-01'] });
      const of2024 = aCalendar({ holidays: ['2024-10-01'] });
      const both = await Promise.all([publish(2025, 0, of2025), publish(2024, 0, of2024)]);
      expect(both.map(({ status }) => status)).toEqual([201, 201]);
      const editions = await service.query<{ edition: number }>(
        'SELECT edition FROM calendar_version ORDER BY edition',
      );
      expect(editions.map(({ edition }) => edition)).toEqual([1, 2, 3, 4, 5]);
    });
  });

  it('[R12.3] shows its years, its versions and what changed between them, to everybody', async () => {
    for (const by of [submitter('ybj'), local, system('ybj', 'ybj-system')]) {
      const years = await service.everyPage('/v1/calendars?limit=2', by);
      expect(years.map(({ year, version }) => [year, version])).toEqual([
        [2026, 3],
        [2025, 1],
        [2024, 1],
      ]);
      const versions = await service.everyPage('/v1/calendars/2026/versions?limit=1', by);
      expect(versions.map(({ version }) => version)).toEqual([3, 2, 1]);
    }
    const read = (path: string) => service.call('GET', `/v1/calendars/${path}`, submitter('ybj'));
    const { body: between } = await read('2026/versions/3/changes?since=1');
    expect(between['nowOff']).toHaveLength(2);
    expect((await read('2026/versions/2/changes')).body).toMatchObject({
      holidays: { added: ['2026-12-25'], removed: [] },
      makeUpDays: { added: [], removed: [] },
    });
    const { body: first } = await read('2026/versions/1/changes');
    expect(first).toMatchObject({
      // A Saturday in a holiday was off before.
      nowOff: expect.not.arrayContaining(['2026-01-03']) as string[],
      nowWorked: expect.arrayContaining(['2026-01-04']) as string[],
    });
    expect((await read('2026/versions/2/changes?since=2')).body['code']).toBe('calendar.versions_reversed');
    for (const unknown of [
      '2023',
      '2026/versions/9',
      '2026/versions/0',
      '2023/versions',
      '2026/versions/2/changes?since=x',
    ])
      expect([unknown, (await read(unknown)).status]).toEqual([unknown, unknown.endsWith('x') ? 400 : 404]);
  });

  describe('moves the clocks that run', () => {
    it('[R12.3] [R12.8] when a year gets its calendar: a provisional date becomes certain, and receipt stays', async () => {
      const id = await applying('2026-12-21');
      const { receivedAt } = await seen(id);
      expect(await clockOf(id)).toMatchObject({ dueAt: '2027-01-06T15:59:59.999Z', provisional: true, moves: [] });
      const [submitted] = await service.factsOf(id, 1);
      expect(submitted!.data).toMatchObject({ provisional: true });

      await publishCalendar(service, 2027, {
        holidays: ['2027-01-01', '2027-01-04'],
        makeUpDays: ['2027-01-02', '2027-01-03'],
      });
      await Promise.all([1, 2].map(() => recountAll(service, clock.now())));
      const certain = { dueAt: '2027-01-06T15:59:59.999Z', provisional: false };
      const told = { formerDueAt: certain.dueAt, ...certain };
      const of = [
        { year: 2026, version: 3 },
        { year: 2027, version: 1 },
      ];
      for (const by of [submitter('ybj'), reviewer('mzt')])
        expect(await clockOf(id, by)).toMatchObject({ ...certain, moves: [{ ...told, calendars: of }] });
      expect((await seen(id))['receivedAt']).toBe(receivedAt);
      expect(await factsOf(id, 2)).toEqual(['submitted', 'due-date-moved']);
      expect((await service.factsOf(id, 2))[1]!.data).toMatchObject({
        ...{ applicantId: 'ybj', providerId: 'mzt', ...told, formerlyProvisional: true, calendars: of },
      });
      const version = await service.done('GET', '/v1/calendars/2027/versions/1', admin);
      expect(version).toMatchObject({ moved: { replies: 1 }, recountedAt: expect.any(String) as string });
      expect(await factsOf('2027', 2)).toEqual(['calendar-published', 'calendar-recounted']);
    });

    it('[R12.4] longer: reminded once, no longer overdue, and overdue again in its time', async () => {
      const id = await applying('2027-03-01');
      clock.set(on('2027-03-16'));
      await say();
      expect(await seen(id)).toMatchObject({ overdue: true });
      await publishCalendar(service, 2027, { holidays: ['2027-01-01', '2027-01-04', '2027-03-12'] });
      await recountAll(service, clock.now());
      expect(await seen(id)).toMatchObject({ overdue: false, overdueAt: null, status: 'SUBMITTED' });
      await say();
      clock.set(on('2027-03-17'));
      await say();
      await say();
      expect(await factsOf(id, 7)).toEqual([
        ...['submitted', 'reminded', 'reminded', 'reminded', 'overdue', 'due-date-moved', 'overdue'],
      ]);
      expect((await service.factsOf(id, 7))[5]!.data).toMatchObject({ formerlyOverdue: true, overdue: false });
    });

    it('[R12.4] shorter: what has become due is said, and nothing is decided by it', async () => {
      const id = await applying('2027-04-01');
      clock.set(on('2027-04-15'));
      await say();
      expect(await factsOf(id, 4)).toEqual(['submitted', 'reminded', 'reminded', 'reminded']);
      await publishCalendar(service, 2027, { makeUpDays: ['2027-01-02', '2027-04-03', '2027-04-04'] });
      // The clock itself does not wait for the recount.
      await say();
      await recountAll(service, clock.now());
      await say();
      expect(await factsOf(id, 6)).toEqual([
        ...['submitted', 'reminded', 'reminded', 'reminded', 'due-date-moved', 'overdue'],
      ]);
      expect(await seen(id)).toMatchObject({ overdue: true, status: 'SUBMITTED', decision: null });
    });

    it('[R12.3] not those that are decided, nor what was counted of them; what is to be provided counts on', async () => {
      const id = await applying('2027-05-06');
      clock.set(on('2027-05-10'));
      await publishCalendar(service, 2027, { makeUpDays: ['2027-01-02', '2027-05-08'] });
      // Decided at once: by the calendar that was just published, whether or not the recount has been there.
      const consented = await act(id, 'consent', reviewer('mzt'), { matterNumber: 'required' });
      const before = consented['clock'] as Shown;
      expect(before).toMatchObject({ dueAt: '2027-05-19T15:59:59.999Z', workingDaysElapsed: 3 });
      await recountAll(service, clock.now());
      await publishCalendar(service, 2027, { makeUpDays: ['2027-01-02'], holidays: ['2027-05-07', '2027-06-07'] });
      await recountAll(service, clock.now());
      expect(await clockOf(id)).toEqual(before);
      const { provide } = (await seen(id))['decision'] as { provide: Shown };
      expect(provide).toMatchObject({
        dueAt: '2027-06-08T15:59:59.999Z',
        moves: [{ dueAt: '2027-06-08T15:59:59.999Z' }],
      });
      expect(await factsOf(id, 4)).toEqual(['submitted', 'due-date-moved', 'consented', 'provision-date-moved']);
    });

    it('[R12.8] of the authority as well, and the application that waits for it tells the new end', async () => {
      const id = await applying('2027-07-01');
      await act(id, 'refusal', reviewer('mzt'), REASONS);
      const { caseId } = (await seen(id, reviewer('mzt')))['proposal'] as { caseId: string };
      const caseSeen = () => service.done('GET', `/v1/consent-cases/${caseId}`, admin);
      expect(await caseSeen()).toMatchObject({ dueAt: '2027-07-08T15:59:59.999Z', workingDays: 5 });
      clock.set(on('2027-07-09'));
      await service.app.get(ConsentClocks).runDue(clock.now());
      expect((await caseSeen())['overdueAt']).toEqual(expect.any(String));
      await publishCalendar(service, 2027, { holidays: ['2027-01-01', '2027-07-02'] });
      await Promise.all([1, 2].map(() => recountAll(service, clock.now())));
      const dueAt = '2027-07-09T15:59:59.999Z';
      expect(await caseSeen()).toMatchObject({ dueAt, overdueAt: null, moves: [{ dueAt }] });
      expect((await seen(id, reviewer('mzt')))['proposal']).toMatchObject({ authorityDueAt: dueAt });
      expect(await factsOf(caseId, 3)).toEqual(['consent-proposed', 'consent-overdue', 'consent-clock-recounted']);
      expect((await factsOf(id, 4)).sort()).toEqual(
        ['submitted', 'refusal-proposed', 'due-date-moved', 'authority-date-moved'].sort(),
      );
      // Both clocks are shown when the provider's time is over. [R12.8]
      clock.set(on('2027-07-20'));
      expect(await seen(id)).toMatchObject({ awaitedConsent: { dueAt }, clock: { dueAt: '2027-07-16T15:59:59.999Z' } });
      await service.done('POST', `/v1/consent-cases/${caseId}/consent`, admin, { body: {} });
    });
  });

  it('[R12.3] is counted by in portions: a crash between them loses nothing and says nothing twice', async () => {
    const first = await applying('2027-09-01');
    const before = (await current(2027))['holidays'] as string[];
    const ids = await service.query<{ id: string }>(
      `INSERT INTO sharing_application (id, resource_id, applicant_id, provider_id, status, asked, submitted_by, received_at,
         clock, rules, rule_pack, grounds_not_consented, next_step_at, revision)
       SELECT id || '-' || lpad(n::text, 4, '0'), resource_id, applicant_id, provider_id, status, asked, submitted_by,
         received_at, clock, rules, rule_pack, grounds_not_consented, next_step_at, revision
       FROM sharing_application, generate_series(1, 450) AS n WHERE id = $1 RETURNING id`,
      [first],
    );
    const lagging = async () => {
      const [row] = await service.query<{ count: number }>(
        `SELECT count(*)::integer FROM sharing_application WHERE id LIKE $1 || '%' AND clock ->> 'dueAt' <> $2`,
        [first, '2027-09-16T15:59:59.999Z'],
      );
      return row!.count;
    };
    const pending = async () => (await service.done('GET', '/v1/calendars/2027/versions', admin))['items'] as object[];
    const { moved, recountedAt } = { moved: { replies: 451 }, recountedAt: expect.any(String) as string };
    await withClient(service.databaseUrl, async (somebody) => {
      await somebody.query('BEGIN');
      await somebody.query('SELECT FROM sharing_application WHERE id = $1 FOR UPDATE', [ids[300]!.id]);
      await publishCalendar(service, 2027, { holidays: [...before, '2027-09-15'] });
      let over = false;
      const crashed = Promise.allSettled([recountAll(service, clock.now())]).finally(() => (over = true));
      // The scheduler counts as well and may wait first: whoever waits is cut off, until this one was.
      let cutOff = 0;
      await eventually('the second portion waits', async () => {
        const rows = await service.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%FOR UPDATE%'`,
        );
        cutOff += rows.length;
        return cutOff > 0 && over ? true : null;
      });
      expect(await crashed).toHaveLength(1);
      await eventually('the first portion is kept', async () => ((await lagging()) < 451 ? true : null));
      expect(await lagging()).toBeGreaterThanOrEqual(251);
      expect((await pending())[0]).toMatchObject({ recountedAt: null });
      await somebody.query('ROLLBACK');
    });
    await recountAll(service, clock.now());
    expect(await lagging()).toBe(0);
    await recountAll(service, clock.now());
    expect((await pending())[0]).toMatchObject({ moved, recountedAt });
    const facts = await service.query<{ count: number }>(
      `SELECT count(*)::integer FROM outbox WHERE headers ->> 'ce_type' LIKE '%due-date-moved%' AND key LIKE $1 || '%' GROUP BY key`,
      [first],
    );
    expect(facts.map(({ count }) => count)).toEqual(Array.from({ length: 451 }, () => 1));
  });

  it('[R12.3] finds what an act that was under way has left behind', async () => {
    const id = await applying('2027-10-11');
    await service.query(
      `UPDATE sharing_application SET clock = clock || '{"calendarEdition": 1, "dueAt": "2027-10-22T15:59:59.999Z"}' WHERE id = $1`,
      [id],
    );
    await recountAll(service, clock.now());
    expect(await clockOf(id)).toMatchObject({ dueAt: '2027-10-25T15:59:59.999Z' });
  });
});
