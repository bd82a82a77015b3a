import { openDatabase } from '@qiongtong/platform';
import { testDatabase } from '@qiongtong/testing';
import { fallDue } from '../src/grants/domain/keeping';
import { GrantRow } from '../src/grants/grant.entity';
import { Authorisation1795305600000 } from '../src/migrations/1795305600000-authorisation';
import { LifeOfGrants1795400000001 } from '../src/migrations/1795400000001-life-of-grants';

describe('grants of the version before', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  beforeAll(async () => {
    database = await testDatabase('migrations');
    const before = await openDatabase({
      url: database.url,
      applicationName: 'test',
      migrations: [Authorisation1795305600000],
    });
    await before.query(`
      INSERT INTO organisation SELECT id, id, 'ADMINISTRATIVE', 'PROVINCE', '460000', NULL, 'DEPARTMENT', 'ACTIVE', NULL,
        '[]', '[]', true, 'ACTIVE', '2026-1', 1, now(), now() FROM (VALUES ('mzt'), ('ybj')) AS named (id);
      INSERT INTO sharing_grant SELECT id, NULL, id, 0, 'r1', 'mzt', 'ybj', NULL, status, '["aidNo"]', NULL, '{}', '["query"]', '["a.b"]',
        'optional', '{"units": [], "posts": [], "officers": []}', '[]',
        '{"from": "2026-03-01T00:00:00.000Z", "until": "2026-09-01T00:00:00.000Z"}', '{}', '{"kind": "sharing-application", "id": "s1"}',
        revocation::jsonb, 'HN-2014-176@1', 2, '2026-03-01T01:00:00.123Z', 'chen'
      FROM (VALUES ('active', 'ACTIVE', NULL),
        ('misused', 'REVOKED', '{"ground": "MISUSE", "statutoryBasis": null, "narrative": "…", "by": "chen", "at": "2026-04-01T00:00:00.000Z", "becauseOf": null}'),
        ('lawful', 'REVOKED', '{"ground": "STATUTORY", "statutoryBasis": "某法第六条", "narrative": "…", "by": "chen", "at": "2026-04-01T00:00:00.000Z", "becauseOf": null}')
      ) AS known (id, status, revocation)`);
    await before.destroy();
  });
  afterAll(() => database.drop());

  it('[R8.5] [R10.4] keep their grounds and get the clocks that grants have now', async () => {
    const after = await openDatabase({
      url: database.url,
      applicationName: 'test',
      entities: [GrantRow],
      migrations: [Authorisation1795305600000, LifeOfGrants1795400000001],
    });
    try {
      const byId = new Map((await after.manager.find(GrantRow)).map((grant) => [grant.id, grant]));
      expect(byId.get('active')).toMatchObject({
        review: { dueAt: '2027-03-01T01:00:00.123Z', overdueAt: null, last: null },
        proposals: [],
        disposal: null,
      });
      expect(byId.get('misused')).toMatchObject({
        revocation: { ground: 'MISUSE', statutoryBasis: [] },
        disposal: { dueAt: '2026-05-01T00:00:00.000Z', overdueAt: null, report: null },
      });
      expect(byId.get('lawful')!.revocation!.statutoryBasis).toEqual([
        { law: '某法第六条', article: '', quotation: '' },
      ]);
      const due = await after.query('SELECT id, next_due_at FROM sharing_grant ORDER BY id');
      expect(due.map((row: { id: string; next_due_at: Date }) => [row.id, row.next_due_at.toISOString()])).toEqual([
        ['active', '2026-09-01T00:00:00.000Z'],
        ['lawful', '2026-05-01T00:00:00.000Z'],
        ['misused', '2026-05-01T00:00:00.000Z'],
      ]);
      expect(fallDue(byId.get('active')!, new Date('2026-09-01T00:00:00Z'))!.state.status).toBe('EXPIRED');
    } finally {
      await after.destroy();
    }
  });
});
