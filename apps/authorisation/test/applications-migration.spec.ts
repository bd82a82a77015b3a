import { testDatabase } from '@qiongtong/testing';
import { DataSource } from 'typeorm';
import { SharingApplicationRow } from '../src/applications/sharing-application.entity';
import { Authorisation1795305600000 } from '../src/migrations/1795305600000-authorisation';
import { SharingApplications1795410000000 } from '../src/migrations/1795410000000-sharing-applications';

describe('applications of the version before', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let source: DataSource;

  beforeAll(async () => {
    database = await testDatabase('migrations');
    source = await new DataSource({
      type: 'postgres',
      url: database.url,
      entities: [SharingApplicationRow],
    }).initialize();
  });
  afterAll(async () => {
    await source?.destroy();
    await database?.drop();
  });

  const clock = { workingDays: 10, dueAt: '2026-03-16T15:59:59.999Z', provisional: false };
  const insert = (id: string, status: string, decision: object | null, pack: string) =>
    source.query(
      `INSERT INTO sharing_application (id, resource_id, applicant_id, provider_id, status, asked, submitted_by, received_at, clock, decision, rule_pack, revision)
       VALUES ($1, 'r1', 'ybj', 'mzt', $2, '{"items": ["aidNo"]}', 'wang', '2026-03-02T01:00:00Z', $3, $4, $5, 1)`,
      [id, status, JSON.stringify(clock), decision && JSON.stringify(decision), pack],
    );

  it('[R23.1] keep receipt, due date and rules, and their decision its scope', async () => {
    const runner = source.createQueryRunner();
    await new Authorisation1795305600000().up(runner);
    for (const id of ['ybj', 'mzt'])
      await source.query(
        `INSERT INTO organisation VALUES ($1, $1, 'ADMINISTRATIVE', 'PROVINCE', '460000', NULL, 'DEPARTMENT', 'ACTIVE', NULL, '[]', '[]', true, 'ACTIVE', '2026-1', 1, now(), now())`,
        [id],
      );
    await source.query(
      `INSERT INTO sharing_grant VALUES ('g1', NULL, 'g1', 0, 'r1', 'mzt', 'ybj', NULL, 'ACTIVE', '["aidNo"]', NULL, '{}', '["query"]', '["p.q"]', 'required', '{"units": []}', '[]', '{"from": "a", "until": "b"}', '{}', '{}', NULL, 'HN-2014-176@1', 1, now(), 'chen')`,
    );
    const decision = {
      by: 'chen',
      at: '2026-03-03T01:00:00.000Z',
      grantId: 'g1',
      narrowed: ['items'],
      statutoryBasis: '个保法第六条',
    };
    await insert('open', 'SUBMITTED', null, 'HN-2014-176@1+CN-2025-809@1');
    await insert('decided', 'CONSENTED', decision, 'HN-2014-176@1');
    await insert('withdrawn', 'WITHDRAWN', null, 'HN-2014-176@1');

    const migration = new SharingApplications1795410000000();
    await migration.up(runner);
    const rows = await source.manager.find(SharingApplicationRow, { order: { id: 'DESC' } });
    expect(rows).toMatchObject([
      { id: 'withdrawn', status: 'WITHDRAWN', nextStepAt: null, clock: { ...clock, endedAt: clock.dueAt } },
      {
        id: 'open',
        receivedAt: '2026-03-02T01:00:00.000Z',
        clock: { ...clock, extendedBy: 0, pause: null, reminders: [], endedAt: null },
        nextStepAt: clock.dueAt,
        rules: {
          replyWorkingDays: 10,
          supplementPauses: true,
          replyExtensionWorkingDays: 10,
          provideWithinWorkingDays: 20,
        },
        groundsNotConsented: [],
        decision: null,
      },
      {
        id: 'decided',
        nextStepAt: null,
        clock: { endedAt: decision.at },
        rules: { replyExtensionWorkingDays: 0, provideWithinWorkingDays: null },
        decision: {
          grantId: 'g1',
          statutoryBasis: [{ law: '个保法第六条' }],
          scope: { holderId: 'ybj', items: ['aidNo'], matterNumber: 'required' },
        },
      },
    ]);
    await migration.down(runner);
    await runner.release();
  });
});
