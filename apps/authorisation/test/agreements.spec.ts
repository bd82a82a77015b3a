import { createHash } from 'node:crypto';
import { UnitOfWork } from '@qiongtong/platform';
import { AgreementsService } from '../src/agreements/agreements.service';
import type { Agreement } from '../src/agreements/domain/agreement';
import { startAuthorisation, type RunningAuthorisation } from './authorisation';
import { admin, admit, aDepartment, aResource, aSharingAsk, officer, responsible, reviewer, submitter } from './world';

describe('the agreement on an application', () => {
  let service: RunningAuthorisation;
  let agreements: AgreementsService;
  const concluded: string[] = [];

  beforeAll(async () => {
    service = await startAuthorisation();
    for (const id of ['mzt', 'ybj', 'wjw']) await aDepartment(service, id);
    await service.resources(aResource());
    await admit(service, 'ybj');
    agreements = service.app.get(AgreementsService);
    agreements.register({
      accepted: async (_tx, { id }) => {
        if (failing) throw new Error('the grant could not be made');
        concluded.push(id);
      },
    });
  });
  afterAll(() => service?.close());
  let failing = false;

  const anApplication = async () => {
    const answer = await service.done('POST', '/v1/sharing-applications', submitter('ybj'), { body: aSharingAsk() });
    return answer as unknown as Parameters<AgreementsService['draft']>[1] & { id: string };
  };
  /** What an application asks is what is agreed on. */
  const drafted = async (application: Awaited<ReturnType<typeof anApplication>>, over: object = {}) => {
    const {
      dutyBasis: _d,
      securityMeasures: _s,
      method: _m,
      frequency: _f,
      ...asked
    } = application.asked as never as Agreement['scope'] & Record<string, unknown>;
    const scope = {
      ...asked,
      resourceId: '203000-000001',
      providerId: 'mzt',
      holderId: 'ybj',
      recipientOwnerId: null,
      matterNumber: 'required',
      ...over,
    } as Agreement['scope'];
    return service.app.get(UnitOfWork).run((tx) => agreements.draft(tx, application, scope, new Date()));
  };
  const accept = (agreement: Agreement, by = reviewer('mzt'), digest = agreement.digest, key?: string) =>
    service.call('POST', `/v1/agreements/${agreement.id}/acceptance`, by, { body: { digest }, key });

  it('[R12.6] [R3.3] says all facts of application and scope in both languages, free of charge and not to be passed on', async () => {
    const agreement = await drafted(await anApplication());
    const shown = (await service.done(
      'GET',
      `/v1/agreements/${agreement.id}`,
      submitter('ybj'),
    )) as unknown as Agreement;
    for (const text of [shown.text.zh, shown.text.en]) {
      expect(text).not.toMatch(/\{\{|undefined/);
      for (const fact of [
        agreement.id,
        '机构mzt',
        '机构ybj',
        'aidNo',
        'persons',
        'status',
        '待遇处',
        '专网访问、专人负责',
        '社会救助暂行办法第二十七条',
        'medical-aid.eligibility',
        '2027-12-31T16:00:00.000Z',
        'ON_DEMAND',
        'required',
      ])
        expect(text).toContain(fact);
    }
    expect(shown.text.zh).toMatch(/无偿/);
    expect(shown.text.zh).toMatch(/不得将所取得的信息转给任何第三方/);
    expect(shown.text.en).toMatch(/free of charge/);
    expect(shown.text.en).toMatch(/passes nothing on/);
    expect(shown).toMatchObject({ status: 'PENDING', version: 1, printedForm: null, acceptances: [] });
    expect(shown.digest).toBe(createHash('sha256').update(`${shown.text.zh}\n\n${shown.text.en}\n`).digest('hex'));
    const [fact] = await service.factsOf(agreement.id, 1);
    expect(fact).toMatchObject({
      type: 'authorisation.agreement-drafted.v1',
      data: { digest: shown.digest, version: 1 },
    });
    expect(JSON.stringify(fact)).not.toContain('专网访问');
  });

  it('[R12.6] is agreed when a named officer of each side has accepted, never the same person', async () => {
    const agreement = await drafted(await anApplication());
    expect((await accept(agreement, submitter('ybj'))).body['code']).toBe('access.role_required');
    expect((await accept(agreement, reviewer('wjw'))).body['code']).toBe('request.not_found');
    expect((await accept(agreement, admin)).body['code']).toBe('agreement.not_party');
    expect((await accept(agreement, reviewer('mzt'), 'f'.repeat(64))).body['code']).toBe('agreement.other_text');
    expect((await accept(agreement, reviewer('mzt'), 'yes')).body['code']).toBe('request.invalid');
    const first = await accept(agreement, reviewer('mzt'), agreement.digest, 'a-1');
    expect(first.body).toMatchObject({ status: 'PENDING', acceptances: [{ by: 'mzt-reviewer', signature: null }] });
    expect((await accept(agreement, reviewer('mzt'), agreement.digest, 'a-1')).replayed).toBe(true);
    expect((await accept(agreement, responsible('mzt'))).body['code']).toBe('agreement.already_accepted');
    expect((await accept(agreement, officer('ybj', 'mzt-reviewer', 'REVIEWER'))).body['code']).toBe(
      'agreement.same_person',
    );
    expect(concluded).not.toContain(agreement.id);
    expect((await accept(agreement, responsible('ybj'))).body).toMatchObject({ status: 'ACCEPTED', revision: 3 });
    expect(concluded).toContain(agreement.id);
    const facts = await service.factsOf(agreement.id, 3);
    expect(facts.map(({ data }) => (data as { complete?: boolean }).complete)).toEqual([undefined, false, true]);
    expect((await accept(agreement, reviewer('ybj'))).body['code']).toBe('agreement.not_pending');
  });

  it('[R12.6] is not agreed when what waits for it cannot be done', async () => {
    const agreement = await drafted(await anApplication());
    await accept(agreement);
    failing = true;
    expect((await accept(agreement, responsible('ybj'))).status).toBe(503);
    failing = false;
    expect(await service.done('GET', `/v1/agreements/${agreement.id}`, reviewer('mzt'))).toMatchObject({
      status: 'PENDING',
      revision: 2,
    });
    expect((await accept(agreement, responsible('ybj'))).body).toMatchObject({ status: 'ACCEPTED' });
  });

  it('[R12.6] both sides may accept in the same moment', async () => {
    const agreement = await drafted(await anApplication());
    const race = await Promise.all([accept(agreement), accept(agreement, responsible('ybj'))]);
    expect(race.map(({ status }) => status)).toEqual([200, 200]);
    expect(concluded.filter((id) => id === agreement.id)).toEqual([agreement.id]);
  });

  it('[R12.6] is amended by a new version alone, and the old one is in force until that is accepted', async () => {
    const application = await anApplication();
    const first = await drafted(application);
    await accept(first);
    const second = await drafted(application, { items: ['aidNo'] });
    expect(second).toMatchObject({ version: 2, supersedes: first.id, status: 'PENDING', acceptances: [] });
    expect(second.digest).not.toBe(first.digest);
    expect((await accept(first, responsible('ybj'))).body['code']).toBe('agreement.not_pending');
    await accept(second);
    expect((await accept(second, responsible('ybj'))).body['status']).toBe('ACCEPTED');
    const third = await drafted(application);
    const status = async (id: string) => (await service.done('GET', `/v1/agreements/${id}`, reviewer('mzt')))['status'];
    expect([await status(first.id), await status(second.id)]).toEqual(['SUPERSEDED', 'ACCEPTED']);
    await accept(third);
    await accept(third, responsible('ybj'));
    expect([await status(second.id), await status(third.id)]).toEqual(['SUPERSEDED', 'ACCEPTED']);
    const listed = await service.everyPage(`/v1/agreements?limit=1&applicationId=${application.id}`, submitter('ybj'));
    expect(listed.map(({ version }) => version)).toEqual([3, 2, 1]);
    expect(await service.everyPage('/v1/agreements?limit=10', reviewer('wjw'))).toEqual([]);
  });

  it('[R12.6] is void when what it is about has ended before', async () => {
    const application = await anApplication();
    const agreement = await drafted(application);
    await accept(agreement);
    const work = service.app.get(UnitOfWork);
    await work.run((tx) => agreements.voidPending(tx, application.id, 'ybj-submitter', new Date()));
    expect((await accept(agreement, responsible('ybj'))).body['code']).toBe('agreement.not_pending');
    await work.run((tx) => agreements.voidPending(tx, application.id, 'ybj-submitter', new Date()));
    expect((await service.factsOf(agreement.id, 3)).at(-1)).toMatchObject({ data: { status: 'VOIDED' } });
  });
});
