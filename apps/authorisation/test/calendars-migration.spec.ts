import { openDatabase } from '@qiongtong/platform';
import { testDatabase } from '@qiongtong/testing';
import type { MigrationInterface } from 'typeorm';
import { SharingApplicationRow } from '../src/applications/sharing-application.entity';
import { CalendarVersionRow } from '../src/calendar/calendar-version.entity';
import { ConsentCaseRow } from '../src/consents/consent-case.entity';
import { Authorisation1795305600000 } from '../src/migrations/1795305600000-authorisation';
import { Consents1795400000000 } from '../src/migrations/1795400000000-consents';
import { LifeOfGrants1795400000001 } from '../src/migrations/1795400000001-life-of-grants';
import { SharingApplications1795410000000 } from '../src/migrations/1795410000000-sharing-applications';
import { CalendarVersions1795500000000 } from '../src/migrations/1795500000000-calendar-versions';

const BEFORE = [
  Authorisation1795305600000,
  Consents1795400000000,
  LifeOfGrants1795400000001,
  SharingApplications1795410000000,
];

describe('calendars and clocks of the version before', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  const open = (migrations: (new () => MigrationInterface)[]) =>
    openDatabase({
      url: database.url,
      applicationName: 'test',
      entities: [SharingApplicationRow, ConsentCaseRow, CalendarVersionRow],
      migrations,
    });

  beforeAll(async () => {
    database = await testDatabase('migrations');
    const before = await open(BEFORE);
    await before.query(`
      INSERT INTO organisation SELECT id, id, 'ADMINISTRATIVE', 'PROVINCE', '460000', NULL, 'DEPARTMENT', 'ACTIVE', NULL,
        '[]', '[]', true, 'ACTIVE', '2026-1', 1, now(), now() FROM (VALUES ('mzt'), ('ybj'), ('gxt')) AS named (id);
      INSERT INTO working_day_calendar VALUES (2025, '["2025-10-01"]', '[]', 's');
      INSERT INTO sharing_application (id, resource_id, applicant_id, provider_id, status, asked, submitted_by, received_at,
          clock, decision, rules, rule_pack, revision)
        SELECT id, 'r1', 'ybj', 'mzt', status, '{}', 'wang', '2026-03-02T01:00:00Z', clock::jsonb, decision::jsonb, '{}', 'p', 3
        FROM (VALUES
          ('draft', 'DRAFT', NULL, NULL),
          ('runs', 'SUBMITTED', '{"workingDays": 10, "dueAt": "2026-03-13T15:59:59.999Z", "endedAt": null}', NULL),
          ('ended', 'CONSENTED', '{"workingDays": 10, "dueAt": "2026-03-13T15:59:59.999Z", "endedAt": "2026-03-03T01:00:00.000Z"}',
            '{"provide": {"workingDays": 20, "dueAt": "2026-03-31T15:59:59.999Z", "provisional": false}}'),
          ('of2014', 'CONSENTED', '{"workingDays": 10, "dueAt": "2026-03-13T15:59:59.999Z", "endedAt": "2026-03-03T01:00:00.000Z"}',
            '{"provide": null}')) AS known (id, status, clock, decision);
      INSERT INTO consent_case SELECT id, 'REFUSAL', ('{"kind": "grant", "id": "' || id || '"}')::jsonb, 'mzt', 'ybj', 'gxt', '[]', '[]', '',
          emergency, 'PROPOSED', 'chen', proposed_at::timestamptz, due_at::timestamptz, false, NULL, NULL, NULL, 'p', 1
        FROM (VALUES
          -- Three working days: 27 and, worked for a holiday, 28 February; 2 March.
          ('c1', false, '2026-02-26T01:00:00Z', '2026-03-02T15:59:59.999Z'),
          ('c2', true, '2026-02-26T01:00:00Z', '2026-03-01T01:00:00Z')) AS known (id, emergency, proposed_at, due_at)`);
    await before.destroy();
  });
  afterAll(() => database.drop());

  it('[R12.3] become versions; what runs is counted once more, and what has ended never again', async () => {
    const after = await open([...BEFORE, CalendarVersions1795500000000]);
    try {
      const versions = await after.manager.find(CalendarVersionRow, { order: { edition: 'ASC' } });
      expect(versions).toMatchObject([
        { id: '2025-1', year: 2025, version: 1, edition: 1, holidays: ['2025-10-01'], publishedBy: 'platform' },
        { id: '2026-1', year: 2026, version: 1, edition: 2, moved: {}, recountedAt: expect.any(String) as string },
      ]);
      const byId = new Map((await after.manager.find(SharingApplicationRow)).map((one) => [one.id, one]));
      expect(byId.get('draft')!.clock).toBeNull();
      expect(byId.get('runs')!.clock).toMatchObject({ calendarEdition: 0, moves: [], workingDays: 10 });
      expect(byId.get('ended')!.clock).toMatchObject({ calendarEdition: 2, moves: [] });
      expect(byId.get('ended')!.decision!.provide).toEqual({
        workingDays: 20,
        dueAt: '2026-03-31T15:59:59.999Z',
        provisional: false,
        calendarEdition: 0,
        moves: [],
      });
      expect(byId.get('of2014')!.decision!.provide).toBeNull();
      const cases = await after.manager.find(ConsentCaseRow, { order: { id: 'ASC' } });
      expect(cases.map(({ workingDays, moves }) => [workingDays, moves])).toEqual([
        [3, []],
        [null, []],
      ]);
    } finally {
      const runner = after.createQueryRunner();
      await new CalendarVersions1795500000000().down(runner);
      expect(await runner.query('SELECT year FROM working_day_calendar ORDER BY year')).toEqual([
        { year: 2025 },
        { year: 2026 },
      ]);
      await runner.release();
      await after.destroy();
    }
  });
});
