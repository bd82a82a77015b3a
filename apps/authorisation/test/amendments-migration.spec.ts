import { testDatabase } from '@qiongtong/testing';
import { DataSource } from 'typeorm';
import { AgreementRow } from '../src/agreements/agreement.entity';
import { accept } from '../src/agreements/domain/agreement';
import { Agreements1795420001000 } from '../src/migrations/1795420001000-agreements';
import { AmendedAgreements1795600001000 } from '../src/migrations/1795600001000-amended-agreements';
import { Authorisation1795305600000 } from '../src/migrations/1795305600000-authorisation';
import { responsible } from './world';

describe('agreements of the version before', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let source: DataSource;
  beforeAll(async () => {
    database = await testDatabase('migrations');
    source = await new DataSource({ type: 'postgres', url: database.url, entities: [AgreementRow] }).initialize();
  });
  afterAll(async () => {
    await source?.destroy();
    await database?.drop();
  });

  it('[R12.6] are first versions, accepted as they were before', async () => {
    const runner = source.createQueryRunner();
    for (const migration of [new Authorisation1795305600000(), new Agreements1795420001000()])
      await migration.up(runner);
    for (const id of ['ybj', 'mzt'])
      await source.query(
        `INSERT INTO organisation VALUES ($1, $1, 'ADMINISTRATIVE', 'PROVINCE', '460000', NULL, 'DEPARTMENT', 'ACTIVE', NULL, '[]', '[]', true, 'ACTIVE', '2026-1', 1, now(), now())`,
        [id],
      );
    await source.query(
      `INSERT INTO sharing_application (id, resource_id, applicant_id, provider_id, status, asked, submitted_by, received_at, clock, rule_pack, revision)
       VALUES ('s1', 'r1', 'ybj', 'mzt', 'SUBMITTED', '{}', 'wang', now(), '{}', 'p', 1)`,
    );
    await source.query(
      `INSERT INTO agreement (id, application_id, version, provider_id, applicant_id, resource_id, template_version, text, digest, scope, status, acceptances, drafted_at, rule_pack, revision)
       VALUES ('v1', 's1', 1, 'mzt', 'ybj', 'r1', '2026-1', '{"zh": "", "en": ""}', 'd', '{}', 'PENDING', '[]', now(), 'p', 1)`,
    );
    const migration = new AmendedAgreements1795600001000();
    await migration.up(runner);
    const [kept] = await source.manager.find(AgreementRow);
    expect(kept).toMatchObject({ id: 'v1', amendment: null, status: 'PENDING' });
    expect(accept(kept!, 'd', responsible('mzt'), new Date()).state.acceptances).toHaveLength(1);
    await migration.down(runner);
    await runner.release();
  });
});
