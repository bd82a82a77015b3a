import { createHash } from 'node:crypto';
import { testDatabase } from '@qiongtong/testing';
import { DataSource } from 'typeorm';
import { AccessApplicationRow, AdmissionRow, PledgeRow, PledgeTextRow } from '../src/admissions/admission.entities';
import { digestOf } from '../src/admissions/domain/pledge-text';
import { Admissions1795600000000 } from '../src/migrations/1795600000000-admissions';
import { Authorisation1795305600000 } from '../src/migrations/1795305600000-authorisation';

describe('admissions of the version before', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let source: DataSource;

  beforeAll(async () => {
    database = await testDatabase('migrations');
    const entities = [AccessApplicationRow, AdmissionRow, PledgeRow, PledgeTextRow];
    source = await new DataSource({ type: 'postgres', url: database.url, entities }).initialize();
  });
  afterAll(async () => {
    await source?.destroy();
    await database?.drop();
  });

  const decision = { by: 'admin', organisationId: 'gxt', at: '2026-03-03T01:00:00.000Z', reason: '' };
  const pledge = {
    textVersion: '2026-1',
    digest: 'd',
    signerName: '李',
    signerPost: '局长',
    signedAt: '2026-03-02T01:00:00.000Z',
  };
  const insert = (id: string, organisationId: string, status: string, decided: object | null) =>
    source.query(
      `INSERT INTO access_application (id, organisation_id, status, pledge, submitted_by, submitted_at, decision, rule_pack, revision)
       VALUES ($1, $2, $3, $4, 'wang', '2026-03-02T01:00:00Z', $5, 'HN-2014-176@1', 2)`,
      [id, organisationId, status, JSON.stringify(pledge), decided && JSON.stringify(decided)],
    );

  it('[R11.1] [R11.2] keep their applications and pledges, and the text that was code is the first', async () => {
    const runner = source.createQueryRunner();
    await new Authorisation1795305600000().up(runner);
    for (const id of ['ybj', 'mzt', 'wjw'])
      await source.query(
        `INSERT INTO organisation VALUES ($1, $1, 'ADMINISTRATIVE', 'PROVINCE', '460000', NULL, 'DEPARTMENT', 'ACTIVE', NULL, '[]', '[]', true, 'ACTIVE', '2026-1', 1, now(), now())`,
        [id],
      );
    await insert('a1', 'ybj', 'REJECTED', decision);
    await insert('a2', 'ybj', 'APPROVED', decision);
    await insert('a3', 'wjw', 'SUBMITTED', null);

    const migration = new Admissions1795600000000();
    await migration.up(runner);

    const [text] = await source.manager.find(PledgeTextRow);
    expect(text).toMatchObject({ version: '2026-1', publishedBy: 'platform' });
    expect(text!.digest).toBe(digestOf(text!.text));
    const { zh, en } = text!.text;
    const whole = [zh.sharingRules, zh.confidentiality, en.sharingRules, en.confidentiality].join('\n\n');
    expect(text!.digest).toBe(createHash('sha256').update(whole).digest('hex'));

    const applications = await source.manager.find(AccessApplicationRow, { order: { id: 'ASC' } });
    expect(applications).toMatchObject([
      { id: 'a1', status: 'REJECTED', decision, statement: '', returned: null },
      { id: 'a2', status: 'APPROVED', pledge: { ...pledge, signedBy: 'wang', signature: null } },
      { id: 'a3', status: 'SUBMITTED', writtenBy: ['wang'], withdrawnBy: null, revision: 2 },
    ]);
    expect(await source.manager.find(PledgeRow)).toEqual([
      { ...pledge, id: 'a2', organisationId: 'ybj', applicationId: 'a2', signedBy: 'wang', signature: null },
    ]);
    expect(await source.manager.find(AdmissionRow)).toMatchObject([
      { organisationId: 'ybj', applicationId: 'a2', admittedAt: decision.at, suspension: null, nextDueAt: null },
    ]);
    // What was one application at a time still is.
    await expect(insert('a4', 'wjw', 'SUBMITTED', null)).rejects.toThrow();

    await migration.down(runner);
    expect(await source.query('SELECT count(*)::int AS n FROM access_application')).toEqual([{ n: 3 }]);
    await runner.release();
  });
});
