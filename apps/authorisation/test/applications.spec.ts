import type { Principal } from '@qiongtong/contracts';
import { ClocksService } from '../src/applications/clocks.service';
import { startAuthorisation, type Answer, type RunningAuthorisation } from './authorisation';
import { admin, admit, aDepartment, aResource, aSharingAsk, officer, reviewer, submitter } from './world';

const DAY = 24 * 3600 * 1000;
const inDays = (days: number) => new Date(Date.now() + days * DAY);
const BASIS = {
  law: '中华人民共和国个人信息保护法',
  article: '第六条',
  quotation: '处理个人信息应当具有明确、合理的目的',
};
const REASONS = { statutoryBasis: [BASIS], narrative: '超出最小必要范围' };
const TERMS = { matterNumber: 'required', items: ['aidNo'] };

describe('a sharing application', () => {
  let service: RunningAuthorisation;
  const authority = officer('gxt', 'gxt-li', 'PROVINCIAL_AUTHORITY');

  beforeAll(async () => {
    service = await startAuthorisation({ replicas: 2 });
    for (const id of ['mzt', 'ybj', 'wjw', 'dj']) await aDepartment(service, id);
    await aDepartment(service, 'gy', { type: 'JUDICIAL' });
    await admit(service, 'ybj');
    await admit(service, 'wjw');
    await service.resources(
      aResource(),
      aResource({ id: '203000-000002' }),
      aResource({ id: '203000-000003', sharingType: 'NOT_SHARED' }),
      aResource({ id: '301000-000001', providerId: 'gy' }),
      aResource({ id: '203000-000004' }),
    );
  });
  afterAll(() => service?.close());

  const applying = async (over: object = {}, by = submitter('ybj')): Promise<string> =>
    String((await service.done('POST', '/v1/sharing-applications', by, { body: aSharingAsk(over) }))['id']);
  const act = (id: string, what: string, by: Principal, body: object = {}, key?: string): Promise<Answer> =>
    service.call('POST', `/v1/sharing-applications/${id}/${what}`, by, { body, key });
  const review = (id: string, what: string, body: object = {}, by = reviewer('mzt')) => act(id, what, by, body);
  const apply = (id: string, what: string, body: object = {}) => act(id, what, submitter('ybj'), body);
  const seen = (id: string, by: Principal) => service.done('GET', `/v1/sharing-applications/${id}`, by);
  const listed = async (query: string, by: Principal) =>
    (await service.everyPage(`/v1/sharing-applications?limit=50&${query}`, by)).map((one) => one['id']);
  const caseOf = async (id: string): Promise<string> => {
    const rows = await service.query<{ id: string }>(
      "SELECT id FROM consent_case WHERE subject ->> 'id' = $1 ORDER BY id DESC LIMIT 1",
      [id],
    );
    return rows[0]!.id;
  };
  const answered = async (id: string, answer: 'consent' | 'non-consent', by = authority) =>
    service.call('POST', `/v1/consent-cases/${await caseOf(id)}/${answer}`, by, { body: { reason: '经审查' } });
  const factsOf = async (id: string, atLeast: number) =>
    (await service.factsOf(id, atLeast)).map(({ type }) =>
      type.replace(/^authorisation\.sharing-application-|\.v1$/g, ''),
    );
  const grantsOf = (id: string) =>
    service.query<{ id: string; items: string[] }>("SELECT id, items FROM sharing_grant WHERE origin ->> 'id' = $1", [
      id,
    ]);

  describe('as a draft', () => {
    it('[R12.1] is the applicant’s alone, amended under its revision, and starts no clock before it is submitted', async () => {
      const id = await applying({ draft: true });
      expect(await seen(id, submitter('ybj'))).toMatchObject({ status: 'DRAFT', receivedAt: null, clock: null });
      for (const by of [reviewer('mzt'), admin, submitter('wjw')]) {
        expect((await service.call('GET', `/v1/sharing-applications/${id}`, by)).status).toBe(404);
        expect(await listed('', by)).not.toContain(id);
      }
      const amend = (ifMatch: number) =>
        service.call('PATCH', `/v1/sharing-applications/${id}`, submitter('ybj'), {
          body: { items: ['aidNo'] },
          ifMatch,
        });
      expect((await amend(1)).body).toMatchObject({ revision: 2, asked: { items: ['aidNo'], method: 'API' } });
      expect((await amend(1)).body['code']).toBe('request.stale_revision');
      const { body } = await apply(id, 'submission');
      expect(body).toMatchObject({ id, status: 'SUBMITTED', asked: { items: ['aidNo'] } });
      expect(await listed('status=SUBMITTED', reviewer('mzt'))).toContain(id);
      expect(await factsOf(id, 3)).toEqual(['drafted', 'draft-amended', 'submitted']);
      expect((await amend(3)).body['code']).toBe('application.not_now');
    });

    it('[R12.2] is held against the resource when it is submitted', async () => {
      const id = await applying({ draft: true, items: ['salary'] });
      expect((await apply(id, 'submission')).body['code']).toBe('application.items_unknown');
    });
  });

  it('[R12.8] goes back for a supplement once; receipt stays, and both counts are shown', async () => {
    const id = await applying();
    expect((await review(id, 'review')).body['status']).toBe('PROVIDER_REVIEW');
    const missing = { missing: [{ field: 'dutyBasis', what: '未附依据文件' }] };
    expect((await review(id, 'supplement-request', { missing: [] })).body['code']).toBe('request.invalid');
    const { body: returned } = await review(id, 'supplement-request', missing);
    expect(returned).toMatchObject({ status: 'RETURNED_FOR_SUPPLEMENT', clock: { dueAt: null } });
    expect((await apply(id, 'supplement', { change: { actions: ['download'] }, note: '' })).body['code']).toBe(
      'request.invalid',
    );
    expect(
      (await apply(id, 'supplement', { change: { actions: ['query', 'download'] }, note: '已补' })).body['code'],
    ).toBe('application.supplement_widens');
    const { body } = await apply(id, 'supplement', { change: { securityMeasures: '另附等保证明' }, note: '已补' });
    expect(body).toMatchObject({
      status: 'PROVIDER_REVIEW',
      receivedAt: returned['receivedAt'],
      asked: { securityMeasures: '另附等保证明' },
      clock: { workingDaysElapsed: 0, pausedDays: 0, remaining: 10, dueAt: expect.any(String) as string },
    });
    expect((await review(id, 'supplement-request', missing)).body['code']).toBe('application.supplement_asked_before');
    expect(await factsOf(id, 4)).toEqual(['submitted', 'review-started', 'supplement-requested', 'supplemented']);
  });

  describe('that is to be refused', () => {
    it.each([
      ['[R10.2] cites nothing', { ...REASONS, statutoryBasis: [] }, 'consent.statutory_basis_missing'],
      [
        '[R10.2] cites an article the law does not have',
        { ...REASONS, statutoryBasis: [{ ...BASIS, article: '第九十条' }] },
        'application.article_unknown',
      ],
      [
        '[R10.2] quotes nothing',
        { ...REASONS, statutoryBasis: [{ ...BASIS, quotation: '……' }] },
        'consent.statutory_basis_invalid',
      ],
      ['[R10.2] narrates nothing', { ...REASONS, narrative: ' ' }, 'request.invalid'],
    ])('is not put before the authority when it %s', async (_when, body, code) => {
      const id = await applying();
      expect((await review(id, 'refusal', body)).body['code']).toBe(code);
      expect(await seen(id, reviewer('mzt'))).toMatchObject({ status: 'SUBMITTED', proposal: null });
    });

    it('[R12.5] does not reach the applicant before the authority consents, and then in writing', async () => {
      const id = await applying();
      const { body: proposed } = await review(id, 'refusal', REASONS);
      expect(proposed).toMatchObject({ status: 'REFUSAL_PROPOSED', proposal: { narrative: REASONS.narrative } });
      const shown = await seen(id, submitter('ybj'));
      expect(shown).toMatchObject({ status: 'PROVIDER_REVIEW', proposal: null, awaitedConsent: null, refusal: null });
      expect(JSON.stringify(shown)).not.toContain(REASONS.narrative);
      expect(await listed('status=REFUSAL_PROPOSED', submitter('ybj'))).not.toContain(id);
      expect(await listed('status=PROVIDER_REVIEW', submitter('ybj'))).toContain(id);
      expect(await listed('status=REFUSAL_PROPOSED', reviewer('mzt'))).toContain(id);
      const caseId = await caseOf(id);
      expect((await service.call('GET', `/v1/consent-cases/${caseId}`, submitter('ybj'))).status).toBe(404);
      // What is refused to an applicant does not tell it of the proposal either.
      const { body: refused } = await apply(id, 'supplement', { change: {}, note: '补' });
      expect([refused['code'], refused['about']]).toEqual(['application.not_now', undefined]);

      for (const by of [reviewer('mzt'), submitter('ybj'), officer('gxt', 'mzt-reviewer', 'PROVINCIAL_AUTHORITY')])
        expect((await answered(id, 'consent', by)).status).toBeGreaterThanOrEqual(403);
      expect((await answered(id, 'consent')).status).toBe(200);
      expect(await seen(id, submitter('ybj'))).toMatchObject({
        status: 'REFUSED',
        refusal: { ...REASONS, authorityId: 'gxt' },
      });
      expect(await factsOf(id, 3)).toEqual(['submitted', 'refusal-proposed', 'refused']);
      expect(await grantsOf(id)).toEqual([]);
    });

    it('[R12.1] must be provided when the authority does not consent, and is not refused again on that ground', async () => {
      const id = await applying();
      await review(id, 'refusal', REASONS);
      expect((await answered(id, 'non-consent')).status).toBe(200);
      expect(await seen(id, reviewer('mzt'))).toMatchObject({ status: 'PROVIDER_REVIEW', mustProvide: true });
      const again = { ...REASONS, statutoryBasis: [{ ...BASIS, law: '《个人信息保护法》', article: '6' }] };
      expect((await review(id, 'refusal', again)).body['code']).toBe('application.ground_not_consented');
      expect((await review(id, 'partial-consent', { ...again, terms: TERMS })).body['code']).toBe(
        'application.ground_not_consented',
      );
      expect((await review(id, 'consent', { matterNumber: 'required' })).body['status']).toBe('CONSENTED');
      expect(await grantsOf(id)).toHaveLength(1);
    });

    it('[R12.5] is answered by the authority once', async () => {
      const id = await applying();
      await review(id, 'refusal', REASONS);
      const race = await Promise.all([answered(id, 'consent'), answered(id, 'non-consent')]);
      expect(race.map(({ status }) => status).sort()).toEqual([200, 409]);
      const { status } = await seen(id, reviewer('mzt'));
      expect(status).toBe(race[0].status === 200 ? 'REFUSED' : 'PROVIDER_REVIEW');
    });

    it('[R12.1] may be withdrawn by the applicant, or taken back by the provider, and the case ends with it', async () => {
      for (const [what, side] of [
        ['withdrawal', apply],
        ['proposal/withdrawal', review],
      ] as const) {
        const id = await applying();
        await review(id, 'refusal', REASONS);
        expect((await side(id, what)).status).toBe(200);
        expect((await answered(id, 'consent')).body['code']).toBe('consent.already_decided');
        expect((await seen(id, submitter('ybj')))['refusal']).toBeNull();
      }
    });

    it('[R12.1] has one outcome when the authority consents and the applicant withdraws at once', async () => {
      const id = await applying();
      await review(id, 'refusal', REASONS);
      const race = await Promise.all([answered(id, 'consent'), apply(id, 'withdrawal')]);
      expect(race.map(({ status }) => status).sort()).toEqual([200, 409]);
      const { status, refusal } = await seen(id, submitter('ybj'));
      expect([status, refusal === null]).toEqual(race[0].status === 200 ? ['REFUSED', false] : ['WITHDRAWN', true]);
    });
  });

  describe('answered with less than asked', () => {
    it('[R10.4] is granted so far as the applicant accepts', async () => {
      const id = await applying();
      expect((await review(id, 'offer', { terms: { matterNumber: 'required' }, reason: '同' })).body['code']).toBe(
        'application.nothing_narrowed',
      );
      expect((await review(id, 'offer', { terms: { ...TERMS, items: ['headIdNo'] }, reason: '换' })).body['code']).toBe(
        'application.wider_than_asked',
      );
      const { body } = await review(id, 'offer', { terms: TERMS, reason: '最小必要' });
      expect(body).toMatchObject({ status: 'OFFERED', offer: { narrowed: ['items'] } });
      expect(await grantsOf(id)).toEqual([]);
      expect((await review(id, 'offer/acceptance')).body['code']).toBe('access.role_required');
      const race = await Promise.all([apply(id, 'offer/acceptance'), apply(id, 'offer/rejection')]);
      expect(race.map(({ status }) => status).sort()).toEqual([200, 409]);
      const accepted = race[0].status === 200;
      expect((await grantsOf(id)).map(({ items }) => items)).toEqual(accepted ? [['aidNo']] : []);
    });

    it('[R10.4] is granted with the authority’s consent, and not before', async () => {
      const id = await applying();
      expect((await review(id, 'partial-consent', { ...REASONS, statutoryBasis: [], terms: TERMS })).body['code']).toBe(
        'consent.statutory_basis_missing',
      );
      const { body } = await review(id, 'partial-consent', { ...REASONS, terms: TERMS });
      expect(body).toMatchObject({ status: 'PARTIAL_CONSENT_PROPOSED', proposal: { agreed: { narrowed: ['items'] } } });
      expect([await grantsOf(id), (await seen(id, submitter('ybj')))['status']]).toEqual([[], 'PROVIDER_REVIEW']);
      expect((await answered(id, 'consent')).status).toBe(200);
      expect((await grantsOf(id)).map(({ items }) => items)).toEqual([['aidNo']]);
      expect(await seen(id, submitter('ybj'))).toMatchObject({
        status: 'CONSENTED',
        decision: { narrowed: ['items'], statutoryBasis: [BASIS], caseId: await caseOf(id) },
      });
      expect(await factsOf(id, 3)).toEqual(['submitted', 'partial-consent-proposed', 'consented']);
    });
  });

  describe('consented to under an agreement', () => {
    const agreementOf = async (id: string) => {
      const [agreement] = await service.everyPage(`/v1/agreements?limit=5&applicationId=${id}`, submitter('ybj'));
      return agreement as { id: string; digest: string; status: string };
    };
    const accept = async (id: string, by: Principal) => {
      const { id: agreement, digest } = await agreementOf(id);
      return service.call('POST', `/v1/agreements/${agreement}/acceptance`, by, { body: { digest } });
    };

    it('[R12.6] is granted when both sides have accepted it, and not before', async () => {
      const id = await applying();
      const { body } = await review(id, 'consent', { matterNumber: 'required', agreement: 'REQUIRED' });
      expect(body).toMatchObject({ status: 'AGREEMENT_PENDING', decision: { grantId: null } });
      expect((await agreementOf(id)).status).toBe('PENDING');
      expect((await accept(id, reviewer('mzt'))).status).toBe(200);
      expect(await grantsOf(id)).toEqual([]);
      expect((await accept(id, reviewer('ybj'))).status).toBe(200);
      expect(await seen(id, submitter('ybj'))).toMatchObject({ status: 'CONSENTED' });
      expect((await grantsOf(id)).map(({ items }) => items)).toEqual([['aidNo', 'persons', 'status']]);
      expect(await factsOf(id, 3)).toEqual(['submitted', 'agreement-awaited', 'consented']);
    });

    it('[R12.6] covers an offer and a partial consent alike', async () => {
      const terms = { ...TERMS, agreement: 'REQUIRED' };
      const [offered, partial] = [await applying(), await applying()];
      await review(offered, 'offer', { terms, reason: '最小必要' });
      expect((await apply(offered, 'offer/acceptance')).body['status']).toBe('AGREEMENT_PENDING');
      await review(partial, 'partial-consent', { ...REASONS, terms });
      await answered(partial, 'consent');
      for (const id of [offered, partial]) {
        expect([await grantsOf(id), (await agreementOf(id)).status]).toEqual([[], 'PENDING']);
        for (const by of [reviewer('mzt'), reviewer('ybj')]) expect((await accept(id, by)).status).toBe(200);
        expect((await grantsOf(id)).map(({ items }) => items)).toEqual([['aidNo']]);
      }
    });

    const pending = async () => {
      const id = await applying();
      await review(id, 'consent', { matterNumber: 'required', agreement: 'REQUIRED' });
      return id;
    };

    it('[R12.1] [R12.6] may be withdrawn by the applicant until both have accepted, and nobody accepts after that', async () => {
      const id = await pending();
      await accept(id, reviewer('mzt'));
      expect((await act(id, 'withdrawal', submitter('mzt'))).body['code']).toBe('application.not_applicant');
      expect((await act(id, 'withdrawal', submitter('wjw'))).body['code']).toBe('request.not_found');
      expect((await act(id, 'withdrawal', reviewer('ybj'))).body['code']).toBe('access.role_required');
      const { endedAt } = (await seen(id, submitter('ybj')))['clock'] as { endedAt: string };
      // What the provider answered, and when, stays on record.
      expect((await apply(id, 'withdrawal')).body).toMatchObject({
        status: 'WITHDRAWN',
        withdrawnBy: 'ybj-submitter',
        decision: { grantId: null },
        clock: { endedAt },
      });
      expect((await agreementOf(id)).status).toBe('VOIDED');
      expect((await accept(id, reviewer('ybj'))).body['code']).toBe('agreement.not_pending');
      expect((await apply(id, 'withdrawal')).body['code']).toBe('application.already_decided');
      expect(await grantsOf(id)).toEqual([]);
      expect(await factsOf(id, 3)).toEqual(['submitted', 'agreement-awaited', 'withdrawn']);
      const { id: agreement } = await agreementOf(id);
      expect((await service.factsOf(agreement, 3)).at(-1)).toMatchObject({
        data: { status: 'VOIDED', by: 'ybj-submitter' },
      });
      const done = await pending();
      for (const by of [reviewer('mzt'), reviewer('ybj')]) await accept(done, by);
      expect((await apply(done, 'withdrawal')).body['code']).toBe('application.already_decided');
    });

    it('[R12.1] [R12.6] is granted or withdrawn, never both, when both are tried in one moment', async () => {
      for (let round = 0; round < 6; round++) {
        const id = await pending();
        await accept(id, reviewer('mzt'));
        const tries = [() => accept(id, reviewer('ybj')), () => apply(id, 'withdrawal')];
        // Whoever is asked first mostly wins: each side is, in turn.
        const race = await Promise.all((round % 2 === 0 ? tries : tries.reverse()).map((one) => one()));
        expect(race.map(({ status }) => status).sort()).toEqual([200, 409]);
        const { status } = await seen(id, submitter('ybj'));
        const agreement = (await agreementOf(id)).status;
        const granted = (await grantsOf(id)).length;
        expect([
          ['CONSENTED', 'ACCEPTED', 1],
          ['WITHDRAWN', 'VOIDED', 0],
        ]).toContainEqual([status, agreement, granted]);
      }
    });
  });

  describe('with more time to answer', () => {
    const more = { workingDays: 5, reason: '涉及多个业务系统' };

    it('[R12.3] is not possible where Order 809 does not bind the provider', async () => {
      const id = await applying({ resourceId: '301000-000001' });
      expect((await review(id, 'extension', more, reviewer('gy'))).body['code']).toBe(
        'application.extension_not_provided_for',
      );
    });

    it('[R12.3] is due later once the authority consents, asked for once, and the applicant is told', async () => {
      const id = await applying();
      expect((await review(id, 'extension', { ...more, workingDays: 11 })).body['code']).toBe(
        'application.extension_too_long',
      );
      const { body: asked } = await review(id, 'extension', more);
      const { dueAt: before } = asked['clock'] as { dueAt: string };
      expect((await answered(id, 'consent')).status).toBe(200);
      const { clock, receivedAt, extension } = await seen(id, submitter('ybj'));
      expect((clock as { dueAt: string }).dueAt > before).toBe(true);
      expect([receivedAt, clock, extension]).toMatchObject([
        asked['receivedAt'],
        { extendedBy: 5, remaining: 15 },
        { outcome: 'CONSENTED' },
      ]);
      expect((await review(id, 'extension', more)).body['code']).toBe('application.extension_asked_before');
      expect(await factsOf(id, 3)).toEqual(['submitted', 'extension-requested', 'extended']);
    });
  });

  describe('whose clock runs out', () => {
    const run = (at: Date) => service.app.get(ClocksService).runDue(at);

    it('[R12.4] reminds, flags and tells each once, on however many replicas; it consents to nothing', async () => {
      const ids = [await applying(), await applying()];
      for (let day = 1; day <= 20; day++) await Promise.all([run(inDays(day)), run(inDays(day))]);
      for (const id of ids) {
        expect(await factsOf(id, 5)).toEqual(['submitted', 'reminded', 'reminded', 'reminded', 'overdue']);
        const facts = await service.factsOf(id, 5);
        expect(facts.slice(1, 4).map(({ data }) => (data as { workingDay: number }).workingDay)).toEqual([5, 8, 9]);
        expect(facts[4]!.data).toMatchObject({
          authorityId: 'gxt',
          responsibleUnitId: expect.any(String) as string,
          by: 'platform',
        });
        expect(await seen(id, submitter('ybj'))).toMatchObject({ status: 'SUBMITTED', overdue: true, decision: null });
        expect(await listed('overdue=true', reviewer('mzt'))).toContain(id);
        expect(await listed('overdue=false', reviewer('mzt'))).not.toContain(id);
        expect(await grantsOf(id)).toEqual([]);
        expect((await review(id, 'supplement-request', { missing: [{ field: 'a', what: 'b' }] })).body['code']).toBe(
          'application.answer_overdue',
        );
        expect((await review(id, 'consent', { matterNumber: 'optional' })).status).toBe(200);
        expect(await listed('overdue=true', reviewer('mzt'))).not.toContain(id);
      }
    });

    it('[R12.8] tells the applicant that a refusal waits when T+10 has passed, with both clocks', async () => {
      const id = await applying();
      await review(id, 'refusal', REASONS);
      await run(inDays(20));
      expect(await factsOf(id, 3)).toEqual(['submitted', 'refusal-proposed', 'consent-awaited']);
      await service.query(
        `UPDATE sharing_application SET clock = clock || '{"dueAt": "2026-01-02T15:59:59.999Z"}' WHERE id = $1`,
        [id],
      );
      expect(await seen(id, submitter('ybj'))).toMatchObject({
        status: 'REFUSAL_PROPOSED',
        proposal: null,
        overdue: false,
        awaitedConsent: { kind: 'REFUSAL', dueAt: expect.any(String) as string },
        clock: { dueAt: '2026-01-02T15:59:59.999Z' },
      });
      expect(await listed('status=REFUSAL_PROPOSED', submitter('ybj'))).toContain(id);
      await answered(id, 'consent');
    });

    it('[R12.3] finds what is due before a day, and what one officer submitted', async () => {
      const id = await applying();
      const later = encodeURIComponent(inDays(40).toISOString());
      expect(await listed(`dueBefore=${later}`, reviewer('mzt'))).toContain(id);
      expect(await listed(`dueBefore=${encodeURIComponent(inDays(2).toISOString())}`, reviewer('mzt'))).not.toContain(
        id,
      );
      expect(await listed('mine=true', submitter('ybj'))).toContain(id);
      expect(await listed('mine=true', { ...submitter('ybj'), officerId: 'another' })).not.toContain(id);
      expect((await service.call('GET', '/v1/sharing-applications?overdue=perhaps', admin)).body['code']).toBe(
        'request.invalid',
      );
    });
  });

  describe('among many sent at once', () => {
    const many = (resources: object[], key?: string) => {
      const { resourceId: _r, items: _i, rowFilter: _f, ...common } = aSharingAsk();
      return service.call('POST', '/v1/sharing-application-batches', submitter('ybj'), {
        body: { ...common, resources },
        key,
      });
    };
    const one = (resourceId: string, items = ['aidNo']) => ({ resourceId, items });

    it('[R12.1] is its own; a bad row holds up no other, and a repeat changes nothing', async () => {
      const rows = [
        one('203000-000001'),
        one('203000-000003'),
        one('203000-000002', ['salary']),
        one('203000-000004'),
        one('nobody-knows'),
      ];
      const [first, again] = [await many(rows, 'batch-1'), await many(rows, 'batch-1')];
      expect([first.status, again.replayed, again.body]).toEqual([201, true, first.body]);
      expect(first.body).toMatchObject({
        rows: [
          { resourceId: '203000-000001', refusal: null },
          { applicationId: null, refusal: { code: 'access.not_shared', requirement: 'R3.2' } },
          { applicationId: null, refusal: { code: 'application.items_unknown', details: { about: ['salary'] } } },
          { resourceId: '203000-000004', refusal: null },
          { applicationId: null, refusal: { code: 'access.resource_unknown' } },
        ],
        progress: { SUBMITTED: 2, NOT_SUBMITTED: 3 },
      });
      const { id, rows: said } = first.body as { id: string; rows: { applicationId: string }[] };
      expect(await service.query('SELECT id FROM sharing_application WHERE batch_id = $1', [id])).toHaveLength(2);
      await review(said[0]!.applicationId, 'consent', { matterNumber: 'required' });
      const progress = await service.done('GET', `/v1/sharing-application-batches/${id}`, submitter('ybj'));
      expect(progress['progress']).toEqual({ SUBMITTED: 1, CONSENTED: 1, NOT_SUBMITTED: 3 });
      expect((await service.factsOf(id, 1))[0]!.data).toMatchObject({ refused: 3 });
      for (const by of [submitter('wjw'), reviewer('mzt')])
        expect((await service.call('GET', `/v1/sharing-application-batches/${id}`, by)).status).toBe(404);
    });

    it('names each resource once', async () => {
      const { body } = await many([one('203000-000001'), one('203000-000001', ['persons'])]);
      expect(body).toMatchObject({ code: 'application.resource_repeated', about: ['203000-000001'] });
      expect((await many([])).body['code']).toBe('request.invalid');
    });
  });

  describe('under a standing consent', () => {
    const uses = (over: object = {}) => ({
      resourceId: '203000-000002',
      items: ['aidNo', 'persons'],
      actions: ['query'],
      purposes: ['medical-aid.eligibility'],
      matterNumber: 'required',
      applicants: { types: ['ADMINISTRATIVE'] },
      conditions: '仅限救助资格核验',
      period: { from: '2026-01-01', until: '2029-01-01' },
      ...over,
    });
    const registering = (over: object = {}, by = submitter('mzt')) =>
      service.call('POST', '/v1/standing-consents', by, { body: uses(over) });
    const within = { resourceId: '203000-000002', items: ['aidNo'], actions: ['query'] };
    const decide = (id: unknown, what: string, body: object = {}, by = reviewer('mzt')) =>
      service.call('POST', `/v1/standing-consents/${String(id)}/${what}`, by, { body });

    it.each([
      ['it is for another department’s resource', { resourceId: '301000-000001' }, 'standing.resource_invalid'],
      ['it is for nobody', { applicants: {} }, 'standing.applicants_missing'],
      ['it names items that do not exist', { items: ['salary'] }, 'application.items_unknown'],
    ])('[R12.1] is not registered when %s', async (_when, over, code) => {
      expect((await registering(over)).body['code']).toBe(code);
    });

    it('[R12.1] [R14.10] is consented to at once where it fits wholly, by a decision of another officer of the provider', async () => {
      const { id } = (await registering()).body;
      expect((await service.done('GET', `/v1/standing-consents/${String(id)}`, reviewer('mzt')))['status']).toBe(
        'PROPOSED',
      );
      expect((await seen(await applying(within), submitter('ybj')))['status']).toBe('SUBMITTED');
      expect((await decide(id, 'approval', {}, officer('mzt', 'mzt-submitter', 'REVIEWER'))).body['code']).toBe(
        'standing.own_submission',
      );
      expect((await decide(id, 'approval', {}, reviewer('wjw'))).status).toBe(404);
      const race = await Promise.all([decide(id, 'approval'), decide(id, 'rejection', { reason: '否' })]);
      expect(race.map(({ status }) => status).sort()).toEqual([200, 409]);
      const standing = race[0].status === 200 ? id : (await registering()).body['id'];
      if (standing !== id) await decide(standing, 'approval');

      const granted = await applying(within);
      expect(await seen(granted, submitter('ybj'))).toMatchObject({
        status: 'CONSENTED',
        decision: { by: 'mzt-reviewer', standingConsentId: standing, scope: { matterNumber: 'required' } },
      });
      expect(await factsOf(granted, 2)).toEqual(['submitted', 'consented']);
      expect(await grantsOf(granted)).toHaveLength(1);
      for (const beyond of [
        { items: ['aidNo', 'status'] },
        { actions: ['query', 'download'] },
        { period: { from: '2026-01-01', until: '2030-01-01' } },
      ])
        expect((await seen(await applying({ ...within, ...beyond }), submitter('ybj')))['status']).toBe('SUBMITTED');
      const own = { ...officer('ybj', 'mzt-reviewer', 'SUBMITTER') };
      expect((await seen(await applying(within, own), submitter('ybj')))['status']).toBe('SUBMITTED');

      expect((await decide(standing, 'withdrawal', { reason: '调整' })).status).toBe(200);
      expect((await seen(await applying(within), submitter('ybj')))['status']).toBe('SUBMITTED');
      expect(
        (
          await service.query<{ status: string }>(
            'SELECT status FROM sharing_grant WHERE id = (SELECT decision ->> $2 FROM sharing_application WHERE id = $1)',
            [granted, 'grantId'],
          )
        )[0]!.status,
      ).toBe('ACTIVE');
      expect((await decide(standing, 'withdrawal', { reason: '调整' })).body['code']).toBe('standing.already_decided');
    });
  });

  describe('whose review is delegated', () => {
    const delegating = (over: object = {}, by = reviewer('mzt')) =>
      service.call('POST', '/v1/review-delegations', by, {
        body: {
          resourceIds: ['203000-000001'],
          delegateId: 'dj',
          period: { from: '2026-01-01', until: '2029-01-01' },
          reason: '由局属单位审查',
          ...over,
        },
      });

    it.each([
      ['to the provider itself', { delegateId: 'mzt' }, 'delegation.delegate_invalid'],
      ['to nobody', { delegateId: 'nobody' }, 'delegation.delegate_invalid'],
      ['to an officer who does not serve there', { officerId: 'gxt-admin' }, 'delegation.delegate_invalid'],
      [
        'for another department’s resource',
        { resourceIds: ['203000-000001', '301000-000001'] },
        'delegation.resources_invalid',
      ],
      [
        'for a period that is over',
        { period: { from: '2025-01-01', until: '2025-02-01' } },
        'application.period_invalid',
      ],
    ])('is not possible %s', async (_when, over, code) => {
      expect((await delegating(over)).body['code']).toBe(code);
    });

    it('[R12.1] is reviewed by the delegate, for the provider, until the delegation ends', async () => {
      const [first, second, third] = [await applying(), await applying(), await applying()];
      const delegate = reviewer('dj');
      expect((await review(first, 'review', {}, delegate)).status).toBe(404);
      const { id } = (await delegating()).body;
      expect(await listed('', delegate)).toEqual(expect.arrayContaining([first, second]));
      expect((await review(first, 'review', {}, delegate)).body['status']).toBe('PROVIDER_REVIEW');
      expect((await review(first, 'refusal', REASONS, delegate)).body['code']).toBe('application.not_provider');
      const { body } = await review(first, 'consent', { matterNumber: 'required' }, delegate);
      expect(body).toMatchObject({ status: 'CONSENTED', providerId: 'mzt', decision: { by: 'dj-reviewer' } });
      expect((await review(second, 'consent', { matterNumber: 'required' })).status).toBe(200);
      const end = (by: Principal) => service.call('POST', `/v1/review-delegations/${String(id)}/end`, by, { body: {} });
      expect((await end(delegate)).body['code']).toBe('application.not_provider');
      expect((await end(reviewer('mzt'))).status).toBe(200);
      expect((await end(reviewer('mzt'))).body['code']).toBe('delegation.already_ended');
      expect((await review(third, 'consent', { matterNumber: 'required' }, delegate)).status).toBe(404);
      expect((await service.factsOf(String(id), 2)).map(({ type }) => type)).toEqual([
        'authorisation.review-delegated.v1',
        'authorisation.review-delegation-ended.v1',
      ]);
    });

    it('[R14.10] never falls to the applicant', async () => {
      const theirs = await applying(
        { scopeOfKnowledge: { units: ['信息处'] }, purposes: ['health.register'] },
        submitter('wjw'),
      );
      expect((await delegating({ delegateId: 'wjw' })).status).toBe(201);
      expect((await review(theirs, 'consent', { matterNumber: 'optional' }, reviewer('wjw'))).body['code']).toBe(
        'application.own_case',
      );
      const other = await applying();
      expect((await review(other, 'consent', { matterNumber: 'optional' }, reviewer('wjw'))).status).toBe(200);
    });
  });
});
