import { FixedClock, Scheduler } from '@qiongtong/platform';
import { ClocksService } from '../src/applications/clocks.service';
import { ConsentClocks } from '../src/consents/consent-clocks';
import { startAuthorisation, type RunningAuthorisation } from './authorisation';
import {
  admin,
  admit,
  aDepartment,
  aGrant,
  anOrganisation,
  aPledge,
  aResource,
  aSharingAsk,
  aUnit,
  officer,
  responsible,
  reviewer,
  submitter,
} from './world';

const REASONS = {
  statutoryBasis: [{ law: '中华人民共和国个人信息保护法', article: '第六条', quotation: '处理个人信息应当具有明确、合理的目的' }],
  narrative: '超出最小必要范围',
}; // prettier-ignore
const MOVES = '2026-03-10T00:00:00+08:00';

/** Monday 2 March 2026: everything is open before one authority; on the 10th its role goes to another body. */
describe('when the role of the authority moves to another body', () => {
  let service: RunningAuthorisation;
  const clock = new FixedClock(new Date('2026-03-02T09:00:00+08:00'));
  const group = officer('ldxz', 'zhao', 'LEADING_GROUP');
  const former = officer('gxt', 'gxt-li', 'PROVINCIAL_AUTHORITY');
  const next = officer('sjj', 'qian', 'PROVINCIAL_AUTHORITY');
  const operator = officer('zx', 'ops', 'PLATFORM_OPERATOR');
  const nextOperator = officer('yw', 'yang', 'PLATFORM_OPERATOR');
  const open: Record<string, string> = {};

  const act = (target: string, by: typeof admin, body: object = { reason: '经审查' }) =>
    service.call('POST', target, by, { body });
  const made = async (target: string, by: typeof admin, body: object) =>
    String((await service.done('POST', target, by, { body }))['id']);
  const caseOf = async (subject: string) =>
    (await service.query<{ id: string }>(`SELECT id FROM consent_case WHERE subject ->> 'id' = $1`, [subject]))[0]!.id;

  beforeAll(async () => {
    service = await startAuthorisation({ clock });
    // Everything that is scheduled is called by the test, at a moment of its own.
    await service.app.get(Scheduler, { strict: false }).stop();
    for (const id of ['mzt', 'ybj', 'wjw', 'sjj', 'zx', 'yw']) await aDepartment(service, id);
    await service.done('POST', '/v1/organisations', admin, {
      body: anOrganisation('ldxz', { type: 'OTHER', roles: [{ role: 'LEADING_GROUP', from: '2026-01-01' }] }),
    });
    await service.resources(aResource(), aResource({ id: '203000-000002' }));
    await admit(service, 'ybj');

    const applied = () => made('/v1/sharing-applications', submitter('ybj'), aSharingAsk());
    open['refused'] = await applied();
    await service.done('POST', `/v1/sharing-applications/${open['refused']}/refusal`, reviewer('mzt'), {
      body: REASONS,
    });
    open['late'] = await applied();
    open['grant'] = await aGrant(service);
    const suspension = { ground: 'STATUTORY', ...REASONS, until: '2026-03-20', emergency: true };
    await service.done('POST', `/v1/grants/${open['grant']}/suspension`, reviewer('mzt'), { body: suspension });
    open['admission'] = await made('/v1/access-applications', submitter('wjw'), { pledge: aPledge });
    const published = {
      grantId: await aGrant(service),
      title: '低保',
      purpose: '公开',
      forms: ['JSON'],
      items: ['aidNo'],
    };
    open['publication'] = await made('/v1/publication-requests', submitter('ybj'), {
      ...published,
      period: { from: '2026-04-01', until: '2026-06-01' },
    });
    const stop = { reason: '异常', until: '2026-03-31' };
    open['stop'] = await made('/v1/stops', former, { ...stop, target: 'organisation', targetId: 'wjw' });
    open['emergency'] = await made('/v1/stops', reviewer('mzt'), {
      ...{ target: 'resource', targetId: '203000-000002', reason: '疑似泄露', until: '2026-03-04' },
    });
    open['operator'] = await made('/v1/stops', operator, {
      ...stop,
      until: '2026-03-20',
      target: 'token',
      targetId: 't1',
    });
    open['alert'] = 'alert-1';
    await service.query(
      `INSERT INTO misuse_alert (id, rule, key, caller_kind, caller_id, department_id, resource_id, provider_id,
         window_from, window_until, figures, status, raised_at, revision)
       VALUES ('alert-1', 'BEYOND_SCOPE', 'k', 'system', 's1', 'ybj', '203000-000001', 'mzt', $1, $1, '{}', 'OPEN', $1, 1)`,
      [clock.now()],
    );
    clock.set(new Date('2026-03-03T09:00:00+08:00'));
    for (const [id, roles] of [
      ['gxt', [{ role: 'PROVINCIAL_AUTHORITY', from: '2026-01-01', until: MOVES }]],
      ['sjj', [{ role: 'PROVINCIAL_AUTHORITY', from: MOVES }]],
    ] as const) {
      const { revision } = await service.done('GET', `/v1/organisations/${id}`, admin);
      const by = id === 'gxt' ? group : former;
      await service.done('PATCH', `/v1/organisations/${id}`, by, { body: { roles }, ifMatch: Number(revision) });
    }
  });
  afterAll(() => service?.close());

  it('[R4.5] nothing moves before the day', async () => {
    await service.app.get(ConsentClocks).runDue(clock.now());
    const caseId = await caseOf(open['refused']!);
    expect(await service.done('GET', `/v1/consent-cases/${caseId}`, former)).toMatchObject({ authorityId: 'gxt' });
    expect((await act(`/v1/consent-cases/${caseId}/consent`, next)).body['code']).toBe('consent.not_competent');
  });

  it('[R4.5] [R10.4] an emergency is confirmed by the body that is competent at that moment', async () => {
    const stop = `/v1/stops/${open['emergency']}`;
    expect((await act(`${stop}/confirmation`, former)).status).toBe(200);
    clock.set(new Date(MOVES));
    // What the former body let stand is the next one's to lift, with the role and not with the body.
    expect((await act(`${stop}/lift`, officer('gxt', 'gxt-li'))).body['code']).toBe('access.role_required');
    expect((await act(`${stop}/lift`, next)).body).toMatchObject({ status: 'LIFTED', ended: { by: 'qian' } });
  });

  it('[R4.5] [R10.4] an emergency suspension waits for the next body, and lapses at its own hour', async () => {
    const caseId = await caseOf(open['grant']!);
    const lapsed = await service.done('GET', `/v1/consent-cases/${caseId}`, next);
    expect(lapsed).toMatchObject({ emergency: true, dueAt: '2026-03-05T01:00:00.000Z' });
    // The service's own clock may have looked already; by its hour it is over either way.
    expect(['PROPOSED', 'LAPSED']).toContain(lapsed['status']);
    expect((await act(`/v1/consent-cases/${caseId}/consent`, next)).body['code']).toBe('consent.already_decided');
    await service.app.get(ConsentClocks).runDue(clock.now());
    expect((await service.done('GET', `/v1/grants/${open['grant']}`, reviewer('mzt')))['status']).toBe('ACTIVE');
  });

  it('[R4.5] a refusal and its clocks are before the next body, and the former decides no more', async () => {
    const caseId = await caseOf(open['refused']!);
    const before = await service.done('GET', `/v1/consent-cases/${caseId}`, next);
    const application = await service.done('GET', `/v1/sharing-applications/${open['refused']}`, next);
    await service.app.get(ConsentClocks).runDue(clock.now());
    expect(await service.done('GET', `/v1/consent-cases/${caseId}`, next)).toMatchObject({
      authorityId: 'sjj',
      formerAuthorities: [{ authorityId: 'gxt' }],
      proposedAt: before['proposedAt'],
      dueAt: before['dueAt'],
    });
    expect((await act(`/v1/consent-cases/${caseId}/consent`, former)).body['code']).toBe('consent.not_competent');
    expect((await act(`/v1/consent-cases/${caseId}/consent`, next)).status).toBe(200);
    expect(await service.done('GET', `/v1/sharing-applications/${open['refused']}`, submitter('ybj'))).toMatchObject({
      status: 'REFUSED',
      receivedAt: application['receivedAt'],
      refusal: { authorityId: 'sjj' },
    });
  });

  it('[R4.5] [R12.4] a missing answer is told to the next body, and the clock ran from receipt', async () => {
    const { receivedAt } = await service.done('GET', `/v1/sharing-applications/${open['late']}`, next);
    await service.app.get(ClocksService).runDue(new Date('2026-03-17T09:00:00+08:00'));
    const facts = await service.factsOf(open['late']!, 5);
    expect(facts.at(-1)).toMatchObject({
      type: 'authorisation.sharing-application-overdue.v1',
      data: { authorityId: 'sjj', dueAt: '2026-03-16T15:59:59.999Z' },
    });
    expect(receivedAt).toBe('2026-03-02T01:00:00.000Z');
  });

  it.each([
    ['an admission', () => `/v1/access-applications/${open['admission']}/approval`, {}, { status: 'APPROVED' }],
    ['a misuse alert', () => `/v1/misuse-alerts/${open['alert']}/acknowledgement`, { reason: '查' }, { status: 'ACKNOWLEDGED' }],
    ['a stop of the former body', () => `/v1/stops/${open['stop']}/lift`, { reason: '查明' }, { status: 'LIFTED' }],
  ])('[R4.5] %s is decided by the next body', async (_what, target, body, outcome) => {
    expect((await act(target(), officer('gxt', 'gxt-li'), body)).status).toBeGreaterThanOrEqual(403);
    expect(await act(target(), next, body)).toMatchObject({ status: 200, body: outcome });
  }); // prettier-ignore

  it('[R4.5] [R14.3] a stop of the operator is lifted by the body that operates now', async () => {
    const target = `/v1/stops/${open['operator']}/lift`;
    expect((await act(target, officer('zx', 'ops'))).body['code']).toBe('access.role_required');
    expect((await act(target, nextOperator)).body).toMatchObject({ status: 'LIFTED', ended: { by: 'yang' } });
  });

  it('[R4.5] what was asked to be published is seen by the next body, and still the provider’s to decide', async () => {
    const target = `/v1/publication-requests/${open['publication']}`;
    expect((await service.call('GET', target, officer('gxt', 'gxt-li'))).status).toBe(404);
    expect((await service.call('GET', target, next)).status).toBe(200);
    expect(
      (await act(`${target}/consent`, { ...next, roles: ['PROVINCIAL_AUTHORITY', 'REVIEWER'] })).body['code'],
    ).toBe('publication.not_asked');
    expect((await act(`${target}/consent`, reviewer('mzt'))).body).toMatchObject({ status: 'PERMITTED' });
  });

  it('[R15.3] a unit hands over with the clocks of its department running, and is told in the next one’s place', async () => {
    clock.set(new Date('2026-03-11T09:00:00+08:00'));
    const id = await made('/v1/sharing-applications', submitter('ybj'), aSharingAsk());
    const seen = () => service.done('GET', `/v1/sharing-applications/${id}`, reviewer('mzt'));
    const before = await seen();
    clock.set(new Date('2026-03-13T09:00:00+08:00'));
    const unit = await made(
      '/v1/organisations/mzt/responsible-units',
      responsible('mzt'),
      aUnit({ from: '2026-03-12' }),
    );
    expect(await seen()).toMatchObject({
      receivedAt: before['receivedAt'],
      revision: before['revision'],
      clock: { dueAt: (before['clock'] as { dueAt: string }).dueAt, workingDaysElapsed: 2, remaining: 8 },
    });
    await service.app.get(ClocksService).runDue(new Date('2026-03-26T09:00:00+08:00'));
    const facts = await service.factsOf(id, 5);
    expect(facts.at(-1)).toMatchObject({
      type: 'authorisation.sharing-application-overdue.v1',
      data: { responsibleUnitId: unit },
    });
    const units = await service.query<{ until: Date | null }>(
      `SELECT until FROM responsible_unit WHERE organisation_id = 'mzt' ORDER BY "from"`,
    );
    expect(units.map(({ until }) => until?.toISOString() ?? null)).toEqual(['2026-03-11T16:00:00.000Z', null]);
  });
});
