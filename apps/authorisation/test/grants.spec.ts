import type { Principal } from '@qiongtong/contracts';
import { localDayOf } from '@qiongtong/regulation';
import { ConsentClocks } from '../src/consents/consent-clocks';
import { GrantsService } from '../src/grants/grants.service';
import { startAuthorisation, type Answer, type RunningAuthorisation } from './authorisation';
import {
  admin,
  admit,
  aDepartment,
  aGrant,
  anOrganisation,
  aResource,
  officer,
  publishCalendar,
  recountAll,
  responsible,
  reviewer,
  submitter,
} from './world';

const HOUR_MS = 3_600_000;
const inHours = (hours: number): Date => new Date(Date.now() + hours * HOUR_MS);
const basis = [{ law: '中华人民共和国个人信息保护法', article: '第六条', quotation: '应当限于实现处理目的的最小范围' }];
const group = officer('ldxz', 'zhao', 'LEADING_GROUP');
const auditor = officer('sjt', 'sun', 'AUDITOR');

describe('what takes away from a grant', () => {
  let service: RunningAuthorisation;
  const act = (id: string, what: string, by: Principal, body: object = {}, ifMatch?: number, key?: string) =>
    service.call('POST', `/v1/grants/${id}/${what}`, by, { body, ifMatch, key });
  const statutory = (over: object = {}) => ({
    ground: 'STATUTORY',
    statutoryBasis: basis,
    narrative: '法律修订',
    ...over,
  });
  const suspension = (over: object = {}) => statutory({ until: inHours(240).toISOString(), emergency: false, ...over });
  const answer = (
    caseId: string,
    by: Principal = admin,
    to = 'consent',
    body: object = { reason: '已核' },
    key?: string,
  ) => service.call('POST', `/v1/consent-cases/${caseId}/${to}`, by, { body, key });
  const grantOf = (id: string, by: Principal = reviewer('mzt')) => service.done('GET', `/v1/grants/${id}`, by);
  const caseOf = ({ body }: Answer): string => (body['proposals'] as { caseId: string }[]).at(-1)!.caseId;
  const types = async (key: string, atLeast: number) =>
    (await service.factsOf(key, atLeast)).map(({ type }) => type.replace(/^authorisation\.|\.v1$/g, ''));
  const consents = () => service.app.get(ConsentClocks);
  const grants = () => service.app.get(GrantsService);
  const derived = async (grantId: string, over: object = {}): Promise<string> => {
    const { id } = await service.done('POST', '/v1/onward-transfers', submitter('ybj'), {
      body: {
        grantId,
        recipientId: 'wjw',
        why: '联办',
        basis: '联办通知',
        items: ['aidNo', 'persons'],
        actions: ['query'],
        purposes: ['medical-aid.eligibility'],
        period: { from: '2026-06-01', until: '2027-12-01' },
        ...over,
      },
    });
    const path = `/v1/onward-transfers/${String(id)}/authorisation`;
    const { decision } = await service.done('POST', path, reviewer('mzt'), { body: {} });
    return (decision as { grantId: string }).grantId;
  };

  beforeAll(async () => {
    service = await startAuthorisation();
    for (const id of ['mzt', 'ybj', 'wjw', 'jyt', 'hk-mzj']) await aDepartment(service, id);
    for (const [id, role] of [
      ['ldxz', 'LEADING_GROUP'],
      ['sjt', 'AUDITOR'],
    ] as const)
      await service.done('POST', '/v1/organisations', admin, {
        body: anOrganisation(id, { type: 'OTHER', roles: [{ role, from: '2026-01-01' }] }),
      });
    await service.resources(aResource(), aResource({ id: '104000-000001', providerId: 'gxt' }));
    await admit(service, 'ybj');
  });
  afterAll(() => service?.close());

  describe('on a statutory ground', () => {
    it('[R10.4] [R12.5] revokes nothing before the authority has consented, and everything derived then', async () => {
      const id = await aGrant(service);
      const child = await derived(id);
      const proposed = await act(id, 'revocation', reviewer('mzt'), statutory());
      expect(proposed).toMatchObject({ status: 200, body: { status: 'ACTIVE', revision: 2 } });
      const caseId = caseOf(proposed);
      expect((await grantOf(child))['status']).toBe('ACTIVE');
      expect(await answer(caseId)).toMatchObject({ status: 200, body: { status: 'CONSENTED' } });
      expect(await grantOf(id)).toMatchObject({
        status: 'REVOKED',
        revocation: { ground: 'STATUTORY', statutoryBasis: basis, by: 'mzt-reviewer' },
        proposals: [],
      });
      expect(await grantOf(child)).toMatchObject({ status: 'REVOKED', revocation: { becauseOf: id } });
      expect(
        (await service.states('policy.grants', id, 3)).map((s) => [s['version'], s['status'], s['ground']]),
      ).toEqual([
        [1, 'ACTIVE', null],
        [2, 'ACTIVE', null],
        [3, 'REVOKED', 'STATUTORY'],
      ]);
      expect(await types(id, 2)).toEqual(['grant-issued', 'grant-revoked']);
      expect(await types(caseId, 2)).toEqual(['consent-proposed', 'consent-given']);
      expect(JSON.stringify(await service.factsOf(caseId, 2))).not.toMatch(/最小范围|法律修订|已核/);
    });

    it.each([
      ['nothing', []],
      ['an article without a number', [{ ...basis[0], article: '有关规定' }]],
      ['words that are none', [{ ...basis[0], quotation: '…' }]],
    ])('[R10.2] is not put before the authority with a basis of %s', async (_what, statutoryBasis) => {
      const id = await aGrant(service);
      for (const [what, body] of [
        ['revocation', statutory({ statutoryBasis })],
        ['suspension', suspension({ statutoryBasis, emergency: true })],
      ] as const) {
        const { status, body: refused } = await act(id, what, reviewer('mzt'), body);
        expect([status, refused['code']]).toEqual([422, expect.stringMatching(/^consent\.statutory_basis_/)]);
      }
      expect(await grantOf(id)).toMatchObject({ status: 'ACTIVE', revision: 1, proposals: [] });
    });

    it('[R12.5] changes nothing when the authority withholds its consent, which needs a reason', async () => {
      const id = await aGrant(service);
      const caseId = caseOf(await act(id, 'revocation', reviewer('mzt'), statutory()));
      expect((await answer(caseId, admin, 'non-consent', {})).body['code']).toBe('request.invalid');
      expect((await answer(caseId, admin, 'non-consent', { reason: '依据不足' })).status).toBe(200);
      expect(await grantOf(id)).toMatchObject({ status: 'ACTIVE', proposals: [] });
      expect((await answer(caseId)).body['code']).toBe('consent.already_decided');
      const again = await act(id, 'revocation', reviewer('mzt'), statutory());
      expect(again.status).toBe(200);
    });

    it('is proposed once at a time, answered once whoever races, and as before to a repeat', async () => {
      const id = await aGrant(service);
      const twice = await Promise.all([1, 2].map(() => act(id, 'revocation', reviewer('mzt'), statutory())));
      expect(twice.map(({ status }) => status).sort()).toEqual([200, 409]);
      const caseId = caseOf(twice.find(({ status }) => status === 200)!);
      const race = await Promise.all([
        answer(caseId, admin, 'consent', {}, `answer-${caseId}`),
        answer(caseId, officer('gxt', 'gxt-other', 'PROVINCIAL_AUTHORITY'), 'non-consent', { reason: '不符' }),
        act(id, `proposals/${caseId}/withdrawal`, reviewer('mzt')),
      ]);
      expect(race.map(({ status }) => status).sort()).toEqual([200, expect.any(Number), expect.any(Number)]);
      expect(race.filter(({ status }) => status === 200)).toHaveLength(1);
      for (const lost of race.filter(({ status }) => status !== 200)) expect([404, 409]).toContain(lost.status);
      const { status, replayed } = await answer(caseId, admin, 'consent', {}, `answer-${caseId}`);
      expect(status === 200 ? replayed : status).toBe(race[0]!.status === 200 ? true : 409);
      const known = await service.done('GET', `/v1/consent-cases/${caseId}`, reviewer('mzt'));
      expect((await grantOf(id))['status']).toBe(known['status'] === 'CONSENTED' ? 'REVOKED' : 'ACTIVE');
    });

    it.each([
      [
        '[R14.10] the provider, whatever role its officer holds',
        officer('mzt', 'x', 'PROVINCIAL_AUTHORITY'),
        403,
        'consent.own_case',
      ],
      [
        '[R12.5] the holder, to whom it does not exist yet',
        officer('ybj', 'x', 'PROVINCIAL_AUTHORITY'),
        404,
        'request.not_found',
      ],
      [
        '[R14.10] the proposer, now with the authority',
        officer('gxt', 'mzt-reviewer', 'PROVINCIAL_AUTHORITY'),
        403,
        'consent.own_submission',
      ],
      ['[R12.5] the leading group in its place', group, 403, 'consent.not_competent'],
      ['[R4.1] another department', officer('wjw', 'x', 'LOCAL_AUTHORITY'), 403, 'consent.not_competent'],
      ['[R14.7] a stranger without a role', reviewer('jyt'), 403, 'access.role_required'],
      ['[R14.7] a reviewer of the authority', reviewer('gxt'), 403, 'access.role_required'],
    ] as const)('is not answered by %s', async (_who, by, status, code) => {
      const caseId = caseOf(await act(await aGrant(service), 'revocation', reviewer('mzt'), statutory()));
      expect(await answer(caseId, by)).toMatchObject({ status, body: { code } });
    });

    it('[R12.5] is known to provider and authority, and to the holder once it is answered', async () => {
      const id = await aGrant(service);
      const caseId = caseOf(await act(id, 'revocation', reviewer('mzt'), statutory()));
      const knows = async (by: Principal) => {
        const { status } = await service.call('GET', `/v1/consent-cases/${caseId}`, by);
        const listed = await service.everyPage(`/v1/consent-cases?limit=2&subjectId=${id}`, by);
        expect(listed.map((one) => one['id'])).toEqual(status === 200 ? [caseId] : []);
        return status;
      };
      const all = [submitter('mzt'), admin, auditor, reviewer('ybj'), reviewer('wjw')];
      expect(await Promise.all(all.map(knows))).toEqual([200, 200, 200, 404, 404]);
      expect((await grantOf(id, reviewer('ybj')))['proposals']).toEqual([]);
      const [mine] = await service.everyPage('/v1/grants?limit=1', reviewer('ybj'));
      expect(mine!['proposals']).toEqual([]);
      expect((await answer(caseId, admin, 'non-consent', { reason: '依据不足' })).status).toBe(200);
      expect(await Promise.all(all.map(knows))).toEqual([200, 200, 200, 200, 404]);
    });

    it('is withdrawn with what it was about: the authority decides on nothing that has ended otherwise', async () => {
      const id = await aGrant(service);
      const caseId = caseOf(await act(id, 'revocation', reviewer('mzt'), statutory()));
      expect((await act(id, 'relinquishment', reviewer('mzt'), { narrative: '…' })).body['code']).toBe(
        'grant.not_holder',
      );
      expect((await act(id, 'relinquishment', reviewer('ybj'), { narrative: '不再需要' })).status).toBe(200);
      expect(await service.done('GET', `/v1/consent-cases/${caseId}`, admin)).toMatchObject({ status: 'WITHDRAWN' });
      expect((await answer(caseId)).body['code']).toBe('consent.already_decided');
      expect(await types(id, 2)).toEqual(['grant-issued', 'grant-relinquished']);
    });

    it('is taken back by the provider alone', async () => {
      const id = await aGrant(service);
      const caseId = caseOf(await act(id, 'suspension', reviewer('mzt'), suspension()));
      expect((await act(id, `proposals/${caseId}/withdrawal`, reviewer('ybj'))).body['code']).toBe(
        'grant.not_provider',
      );
      expect((await act(id, `proposals/${id}/withdrawal`, reviewer('mzt'))).status).toBe(404);
      expect((await act(id, `proposals/${caseId}/withdrawal`, reviewer('mzt'))).body['proposals']).toEqual([]);
      expect((await answer(caseId)).body['code']).toBe('consent.already_decided');
    });
  });

  describe('whoever is competent', () => {
    it('[R12.8] has a clock of its own; silence is told to the next level and decides nothing', async () => {
      const id = await aGrant(service);
      const caseId = caseOf(await act(id, 'revocation', reviewer('mzt'), statutory()));
      const opened = await service.done('GET', `/v1/consent-cases/${caseId}`, admin);
      expect(opened).toMatchObject({ overdueAt: null, emergency: false, authorityId: 'gxt' });
      await consents().runDue(new Date(String(opened['dueAt'])));
      await consents().runDue(new Date(Date.parse(String(opened['dueAt'])) + 1));
      await consents().runDue(inHours(24 * 60));
      const overdue = await service.done('GET', `/v1/consent-cases/${caseId}`, group);
      expect(overdue).toMatchObject({
        status: 'PROPOSED',
        escalatedTo: 'ldxz',
        overdueAt: expect.any(String) as string,
      });
      expect(await types(caseId, 2)).toEqual(['consent-proposed', 'consent-overdue']);
      expect((await grantOf(id))['status']).toBe('ACTIVE');
      expect((await answer(caseId, group)).body['code']).toBe('consent.not_competent');
      expect((await answer(caseId)).status).toBe(200);
    });

    it('[R12.3] counts again when a calendar changes, and says so where the day has moved', async () => {
      const id = await aGrant(service);
      const caseId = caseOf(await act(id, 'revocation', reviewer('mzt'), statutory()));
      const emergency = caseOf(await act(id, 'suspension', reviewer('mzt'), suspension({ emergency: true })));
      const dueAt = async (one: string) =>
        String((await service.done('GET', `/v1/consent-cases/${one}`, admin))['dueAt']);
      const [due, lapses] = [await dueAt(caseId), await dueAt(emergency)];
      const nextDay = localDayOf(inHours(24));
      const year = Number(nextDay.slice(0, 4));
      // From tomorrow on two weeks are off.
      const holidays = Array.from({ length: 14 }, (_, i) => localDayOf(inHours(24 * (i + 1))));
      for (const one of [year, year + 1])
        await publishCalendar(service, one, {
          holidays: [...new Set([`${one}-01-01`, ...holidays.filter((day) => day.startsWith(String(one)))])],
        });
      await recountAll(service, new Date());
      expect(Date.parse(await dueAt(caseId)) - Date.parse(due)).toBeGreaterThanOrEqual(7 * 24 * HOUR_MS);
      expect(await dueAt(emergency)).toBe(lapses);
      await recountAll(service, new Date());
      expect((await types(caseId, 2)).slice(0, 2)).toEqual(['consent-proposed', 'consent-clock-recounted']);
      expect((await answer(caseId, admin, 'non-consent', { reason: '依据不足' })).status).toBe(200);
    });

    it('[R4.5] is who holds the role now: open cases move with it and keep their trail', async () => {
      const { revision } = await service.done('GET', '/v1/organisations/gxt', admin);
      const id = await aGrant(service);
      const [waits, moves] = [
        caseOf(await act(id, 'revocation', reviewer('mzt'), statutory())),
        caseOf(await act(id, 'suspension', reviewer('mzt'), suspension())),
      ];
      await service.done('POST', '/v1/organisations', admin, {
        body: anOrganisation('sjj', { roles: [{ role: 'PROVINCIAL_AUTHORITY', from: '2026-01-01' }] }),
      });
      await service.done('PATCH', '/v1/organisations/gxt', group, { body: { roles: [] }, ifMatch: Number(revision) });
      const successor = officer('sjj', 'qian', 'PROVINCIAL_AUTHORITY');
      const desk = await service.everyPage(`/v1/consent-cases?limit=9&status=PROPOSED&subjectId=${id}`, successor);
      expect(desk.map((one) => one['id']).sort()).toEqual([waits, moves].sort());
      expect((await answer(waits)).body['code']).toBe('consent.not_competent');
      expect(await answer(moves, successor)).toMatchObject({
        status: 200,
        body: { authorityId: 'sjj', formerAuthorities: [{ authorityId: 'gxt' }], decision: { organisationId: 'sjj' } },
      });
      await consents().runDue(new Date());
      expect(await service.done('GET', `/v1/consent-cases/${waits}`, successor)).toMatchObject({ authorityId: 'sjj' });
      expect(await types(waits, 2)).toEqual(['consent-proposed', 'consent-moved']);
      await service.query(`UPDATE organisation SET roles = '[]' WHERE id = 'sjj'`);
      await service.query(
        `UPDATE organisation SET roles = '[{"role": "PROVINCIAL_AUTHORITY", "from": "2026-01-01T00:00:00.000Z", "until": null}]' WHERE id = 'gxt'`,
      );
    });

    it('[R14.10] is the leading group where the provincial authority is a party', async () => {
      const id = await aGrant(service);
      await service.query(`UPDATE sharing_grant SET provider_id = 'gxt' WHERE id = $1`, [id]);
      const caseId = caseOf(await act(id, 'revocation', reviewer('gxt'), statutory()));
      expect((await answer(caseId)).body['code']).toBe('consent.own_case');
      expect((await answer(caseId, group)).status).toBe(200);
      expect((await grantOf(id, reviewer('gxt')))['status']).toBe('REVOKED');
    });
  });

  describe('a suspension', () => {
    it('[R13.5] on misuse is at once, reasoned and with an end at which it resumes by itself', async () => {
      const id = await aGrant(service);
      const misuse = suspension({ ground: 'MISUSE', statutoryBasis: [] });
      expect((await act(id, 'suspension', reviewer('mzt'), { ...misuse, until: undefined })).body['code']).toBe(
        'request.invalid',
      );
      expect((await act(id, 'suspension', reviewer('wjw'), misuse)).status).toBe(404);
      const race = await Promise.all([1, 2].map(() => act(id, 'suspension', reviewer('mzt'), misuse)));
      expect(race.map(({ status }) => status).sort()).toEqual([200, 409]);
      await grants().runDue(inHours(239));
      expect((await grantOf(id))['status']).toBe('SUSPENDED');
      await grants().runDue(inHours(241));
      expect(await grantOf(id)).toMatchObject({ status: 'ACTIVE', suspension: null, revision: 3 });
      expect(await types(id, 3)).toEqual(['grant-issued', 'grant-suspended', 'grant-resumed']);
      expect(
        (await service.states('policy.grants', id, 3)).map((s) => [s['version'], s['status'], s['ground']]),
      ).toEqual([
        [1, 'ACTIVE', null],
        [2, 'SUSPENDED', 'MISUSE'],
        [3, 'ACTIVE', null],
      ]);
    });

    it('is ended before its time by the provider', async () => {
      const id = await aGrant(service);
      await act(id, 'suspension', reviewer('mzt'), suspension({ ground: 'DUTY_ENDED', statutoryBasis: [] }));
      expect((await act(id, 'resumption', reviewer('ybj'))).body['code']).toBe('grant.not_provider');
      expect((await act(id, 'resumption', reviewer('mzt'))).body['status']).toBe('ACTIVE');
      expect((await act(id, 'resumption', reviewer('mzt'))).body['code']).toBe('grant.not_suspended');
    });

    it('[R10.4] in an emergency is at once, and lapses unless it is confirmed in time', async () => {
      const id = await aGrant(service);
      const placed = await act(id, 'suspension', reviewer('mzt'), suspension({ emergency: true }));
      expect(placed.body['status']).toBe('SUSPENDED');
      const caseId = caseOf(placed);
      await consents().runDue(inHours(71));
      expect((await grantOf(id))['status']).toBe('SUSPENDED');
      await consents().runDue(inHours(73));
      expect(await grantOf(id)).toMatchObject({ status: 'ACTIVE', suspension: null, proposals: [] });
      expect(await service.done('GET', `/v1/consent-cases/${caseId}`, admin)).toMatchObject({ status: 'LAPSED' });
      expect(await types(id, 3)).toEqual(['grant-issued', 'grant-suspended', 'grant-resumed']);
      const again = await act(id, 'suspension', reviewer('mzt'), suspension({ emergency: true }));
      expect(again.body['code']).toBe('grant.emergency_repeated');
      expect((await act(id, 'suspension', reviewer('mzt'), suspension())).body['status']).toBe('ACTIVE');
    });

    it('[R10.4] in an emergency that is confirmed stays until its end, and falls when consent is withheld', async () => {
      const [stays, falls] = [await aGrant(service), await aGrant(service)];
      const place = async (id: string) =>
        caseOf(await act(id, 'suspension', reviewer('mzt'), suspension({ emergency: true })));
      expect((await answer(await place(stays))).status).toBe(200);
      expect((await answer(await place(falls), admin, 'non-consent', { reason: '不属紧急' })).status).toBe(200);
      await consents().runDue(inHours(73));
      expect([(await grantOf(stays))['status'], (await grantOf(falls))['status']]).toEqual(['SUSPENDED', 'ACTIVE']);
      await grants().runDue(inHours(241));
      expect((await grantOf(stays))['status']).toBe('ACTIVE');
    });
  });

  describe('an amendment', () => {
    const less = (over: object = {}) => ({
      ground: 'MISUSE',
      narrative: '超范围',
      change: { items: ['aidNo'] },
      ...over,
    });

    it('[R12.7] never gives more, and is decided on what was seen', async () => {
      const id = await aGrant(service);
      const amend = (body: object, ifMatch?: number, by = reviewer('mzt')) => act(id, 'amendment', by, body, ifMatch);
      expect((await amend(less())).status).toBe(428);
      expect((await amend(less(), 7)).status).toBe(412);
      expect((await amend(less({ change: { items: ['aidNo', 'headIdNo'] } }), 1)).body).toMatchObject({
        code: 'grant.wider_than_granted',
        about: ['items'],
      });
      expect((await amend(less({ change: {} }), 1)).body['code']).toBe('grant.nothing_narrowed');
      expect((await amend(less(), 1, reviewer('ybj'))).body['code']).toBe('grant.not_provider');
      expect((await amend(less({ ground: 'HOLDER_ASKED' }), 1)).body['code']).toBe('grant.not_holder');
      expect(
        (await amend(less({ change: { rowFilter: { item: 'persons', op: 'prefix', value: 'x' } } }), 1)).body['code'],
      ).toBe('application.row_filter_invalid');
      const race = await Promise.all([amend(less(), 1), amend(less({ ground: 'HOLDER_ASKED' }), 1, reviewer('ybj'))]);
      // The one that comes second finds another revision, or nothing left to narrow.
      expect(race.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(race.map(({ status }) => status).sort()[1]).toBeGreaterThanOrEqual(412);
    });

    it('[R10.4] [R13.2] on a statutory ground waits for consent, and narrows with it what was derived', async () => {
      const id = await aGrant(service);
      const [child, other] = [await derived(id), await derived(id, { items: ['persons'] })];
      const proposed = await act(
        id,
        'amendment',
        reviewer('mzt'),
        less(statutory({ change: { items: ['aidNo'] } })),
        1,
      );
      expect(proposed.body).toMatchObject({ items: ['aidNo', 'persons', 'status'], revision: 2 });
      expect((await answer(caseOf(proposed))).status).toBe(200);
      expect(await grantOf(id)).toMatchObject({
        items: ['aidNo'],
        amendment: { ground: 'STATUTORY', narrowed: ['items'] },
      });
      expect(await grantOf(child)).toMatchObject({ items: ['aidNo'], status: 'ACTIVE', amendment: { becauseOf: id } });
      expect(await grantOf(other)).toMatchObject({ status: 'REVOKED', revocation: { becauseOf: id } });
      expect((await service.states('policy.grants', child, 2)).at(-1)).toMatchObject({
        items: ['aidNo'],
        ground: 'STATUTORY',
      });
      expect(await types(id, 2)).toEqual(['grant-issued', 'grant-amended']);
    });
  });

  describe('renewal, review and the end', () => {
    it('[R12.7] is renewed when the holder asks and the provider decides on what it saw', async () => {
      const id = await aGrant(service);
      const until = '2029-01-01T00:00:00.000Z';
      const ask = (by: Principal, over: object = {}) =>
        act(id, 'renewal-request', by, { until, reason: '仍在办理', ...over });
      const renew = (ifMatch: number, by = reviewer('mzt')) => act(id, 'renewal', by, {}, ifMatch);
      expect((await renew(1)).body['code']).toBe('grant.renewal_not_requested');
      expect((await ask(reviewer('ybj'))).body['code']).toBe('access.role_required');
      expect((await ask(submitter('mzt'))).body['code']).toBe('grant.not_holder');
      expect((await ask(submitter('ybj'), { until: '2040-01-01' })).body['code']).toBe('application.period_invalid');
      expect((await ask(submitter('ybj'))).status).toBe(200);
      expect((await renew(2, reviewer('ybj'))).body['code']).toBe('grant.not_provider');
      expect((await renew(2, officer('mzt', 'ybj-submitter', 'REVIEWER'))).body['code']).toBe('grant.own_submission');
      expect((await renew(1)).status).toBe(412);
      expect((await renew(2)).body).toMatchObject({ period: { until }, renewal: null, revision: 3 });
      expect((await service.states('policy.grants', id, 3)).at(-1)).toMatchObject({ version: 3, period: { until } });
    });

    it('[R8.5] is reviewed every year, told when it is not', async () => {
      const id = await aGrant(service);
      await grants().runDue(inHours(24 * 366));
      expect((await grantOf(id))['review']).toMatchObject({ overdueAt: expect.any(String) as string, last: null });
      expect((await grantOf(id))['status']).toBe('ACTIVE');
      const made = { conclusion: 'PROPOSE_NARROWING', note: '状态项不再需要' };
      expect((await act(id, 'review', responsible('ybj'), made)).body['code']).toBe('grant.not_provider');
      expect((await act(id, 'review', responsible('mzt'), made)).body['review']).toMatchObject({
        overdueAt: null,
        last: { conclusion: 'PROPOSE_NARROWING', by: 'mzt-responsible' },
      });
      expect(await types(id, 3)).toEqual(['grant-issued', 'grant-review-due', 'grant-reviewed']);
    });

    it('[R12.7] expires with its period, and its holder says what became of the data', async () => {
      const id = await aGrant(service);
      const caseId = caseOf(await act(id, 'revocation', reviewer('mzt'), statutory()));
      const report = { method: 'DELETED', disposedAt: new Date().toISOString(), statement: '已删除' };
      expect((await act(id, 'disposal-report', reviewer('ybj'), report)).body['code']).toBe('grant.not_ended');
      const end = new Date('2027-12-31T16:00:00.000Z');
      await grants().runDue(end);
      expect(await grantOf(id)).toMatchObject({ status: 'EXPIRED', disposal: { overdueAt: null } });
      expect((await service.done('GET', `/v1/consent-cases/${caseId}`, admin))['status']).toBe('WITHDRAWN');
      await grants().runDue(new Date(end.getTime() + 31 * 24 * HOUR_MS));
      expect((await grantOf(id))['disposal']).toMatchObject({ overdueAt: expect.any(String) as string });
      expect((await act(id, 'disposal-report', reviewer('mzt'), report)).body['code']).toBe('grant.not_holder');
      const race = await Promise.all([1, 2].map(() => act(id, 'disposal-report', reviewer('ybj'), report)));
      expect(race.map(({ status }) => status).sort()).toEqual([200, 409]);
      const told = await types(id, 4);
      expect([told[0], ...told.slice(-2)]).toEqual([
        'grant-issued',
        'grant-disposal-overdue',
        'grant-disposal-reported',
      ]);
      expect(told).toContain('grant-expired');
    });

    it('[R14.7] does not exist for strangers, whatever they try', async () => {
      const id = await aGrant(service);
      const tries: [string, object, number?][] = [
        ['revocation', statutory()],
        ['suspension', suspension()],
        ['resumption', {}],
        ['amendment', { ground: 'MISUSE', narrative: '…', change: { items: ['aidNo'] } }, 1],
        ['relinquishment', { narrative: '…' }],
        ['renewal', {}, 1],
        ['review', { conclusion: 'KEEP', note: '…' }],
        ['disposal-report', { method: 'DELETED', disposedAt: '2026-06-01', statement: '…' }],
        [`proposals/${id}/withdrawal`, {}],
      ];
      for (const [what, body, ifMatch] of tries)
        expect([what, (await act(id, what, reviewer('jyt'), body, ifMatch)).status]).toEqual([what, 404]);
      const asked = { until: '2029-01-01', reason: '…' };
      expect((await act(id, 'renewal-request', submitter('jyt'), asked)).status).toBe(404);
    });
  });
});
