import { testDatabase } from '@qiongtong/testing';
import { DataSource } from 'typeorm';
import { Authorisation1795305600000 } from '../src/migrations/1795305600000-authorisation';
import { LifeOfGrants1795400000001 } from '../src/migrations/1795400000001-life-of-grants';
import { OrganisationChanges1795700000000 } from '../src/migrations/1795700000000-organisation-changes';
import { StandingOfDepartments1795430000000 } from '../src/migrations/1795430000000-standing-of-departments';
import { OrganisationRow } from '../src/organisations/organisation.entity';

describe('organisations of the version before', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let source: DataSource;
  beforeAll(async () => {
    database = await testDatabase('migrations');
    source = await new DataSource({ type: 'postgres', url: database.url, entities: [OrganisationRow] }).initialize();
  });
  afterAll(async () => {
    await source?.destroy();
    await database?.drop();
  });

  it('[R4.1] have one name and no end, and go back to what they were', async () => {
    const runner = source.createQueryRunner();
    await new Authorisation1795305600000().up(runner);
    await new LifeOfGrants1795400000001().up(runner);
    await new StandingOfDepartments1795430000000().up(runner);
    await source.query(
      `INSERT INTO organisation (id, name, type, level, region_code, kind, status, roles, duties, has_responsible_unit, admission, revision, registered_at, updated_at)
       VALUES ('mzt', '民政厅', 'ADMINISTRATIVE', 'PROVINCE', '460000', 'DEPARTMENT', 'ACTIVE', '[]', '[]', true, 'ACTIVE', 4, now(), now())`,
    );
    const migration = new OrganisationChanges1795700000000();
    await migration.up(runner);
    expect(await source.manager.find(OrganisationRow)).toMatchObject([
      { id: 'mzt', name: '民政厅', revision: 4, formerNames: [], successorIds: [], endedAt: null },
    ]);
    const party = (change: string) =>
      source.query('INSERT INTO organisation_change_party VALUES ($1, $2, true)', [change, 'mzt']);
    const change = (id: string) =>
      source.query(
        `INSERT INTO organisation_change SELECT $1, 'RENAME', '["mzt"]', '[]', '[]', 'x', '{}', '2026-03-02', NULL,
           '[]', '[]', '[]', '[]', '[]', '[]', '[]', 'DECIDED', now(), 'li', 'mzt', now(), NULL, NULL, NULL, NULL, 1`,
        [id],
      );
    await change('c1');
    await change('c2');
    await party('c1');
    await expect(party('c2')).rejects.toThrow('organisation_change_party_open');
    await migration.down(runner);
    expect(await source.query('SELECT id, name, revision FROM organisation')).toEqual([
      { id: 'mzt', name: '民政厅', revision: 4 },
    ]);
    await runner.release();
  });
});
