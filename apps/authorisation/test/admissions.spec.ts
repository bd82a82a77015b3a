import { createHash } from 'node:crypto';
import type { Principal } from '@qiongtong/contracts';
import { AdmissionClock } from '../src/admissions/admission-clock.service';
import type { PledgeText } from '../src/admissions/domain/pledge-text';
import { startAuthorisation, type RunningAuthorisation } from './authorisation';
import { admin, admit, aDepartment, anOrganisation, aPledge, aResource, aSharingAsk, officer, responsible, reviewer, submitter } from './world'; // prettier-ignore

const DAY_MS = 86_400_000;
const fromNow = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();

describe('first access and what becomes of it', () => {
  let service: RunningAuthorisation;
  const group = officer('ldxz', 'zhao', 'LEADING_GROUP');
  const auditor = officer('sjt', 'sun', 'AUDITOR');
  const local = officer('hk-mzj', 'liu', 'LOCAL_AUTHORITY');

  beforeAll(async () => {
    service = await startAuthorisation();
    for (const id of ['mzt', 'ybj', 'wjw', 'jyt', 'zx', 'rst', 'swt']) await aDepartment(service, id);
    await service.resources(aResource());
  });
  afterAll(() => service?.close());

  const post = (path: string, by: Principal, body: object = {}, key?: string) =>
    service.call('POST', `/v1/${path}`, by, { body, key });
  const get = (path: string, by: Principal) => service.call('GET', `/v1/${path}`, by);
  const codeOf = async (answer: ReturnType<typeof post>) => (await answer).body['code'];
  const revisionOf = async (id: string) => {
    const [row] = await service.query<{ revision: number }>('SELECT revision FROM organisation WHERE id = $1', [id]);
    return row!.revision;
  };
  /** What the gateway has been told of the organisation as it is now; every revision has its state and its fact. */
  const state = async (id: string) => (await service.states('policy.organisations', id, await revisionOf(id))).at(-1)!;
  const factsOf = async (id: string, about: string) =>
    (await service.factsOf(id, await revisionOf(id))).filter(({ type }) => type.includes(about));
  const runDue = (days: number) =>
    service.app.get(AdmissionClock, { strict: false }).runDue(new Date(Date.now() + days * DAY_MS));

  describe('an application', () => {
    it('[R11.1] is drafted, submitted, returned with remarks, corrected, and approved', async () => {
      const drafted = await post('access-applications', submitter('jyt'), { draft: true, statement: '学生资助' });
      expect(drafted).toMatchObject({ status: 201, body: { status: 'DRAFT', pledge: null, revision: 1 } });
      const path = `access-applications/${String(drafted.body['id'])}`;
      // Nobody but the applicant knows of a draft.
      expect(await codeOf(get(path, admin))).toBe('request.not_found');
      expect(await codeOf(post(`${path}/approval`, admin))).toBe('request.not_found');
      const listed = await service.everyPage('/v1/access-applications?limit=50&status=DRAFT', auditor);
      expect(listed).toEqual([]);
      expect(await codeOf(post('access-applications', submitter('jyt'), { pledge: aPledge }))).toBe(
        'admission.already_pending',
      );

      const amend = (statement: string, ifMatch: number, by = submitter('jyt')) =>
        service.call('PATCH', `/v1/${path}`, by, { body: { statement }, ifMatch });
      expect((await amend('学生资助资格核对', 1)).body).toMatchObject({ statement: '学生资助资格核对', revision: 2 });
      expect(await amend('x', 1)).toMatchObject({ status: 412, body: { code: 'request.stale_revision' } });
      expect(await codeOf(amend('x', 2, submitter('wjw')))).toBe('request.not_found');
      const submitted = await post(`${path}/submission`, submitter('jyt'), { pledge: aPledge });
      expect(submitted.body).toMatchObject({
        status: 'SUBMITTED',
        pledge: { textVersion: '2026-1', signedBy: 'jyt-submitter', signerName: '李某', signature: null },
      });
      expect(await codeOf(amend('x', 3))).toBe('admission.not_now');

      expect(await codeOf(post(`${path}/review`, submitter('jyt')))).toBe('admission.own_case');
      expect(await codeOf(post(`${path}/review`, group))).toBe('access.role_required');
      expect((await post(`${path}/review`, admin)).body).toMatchObject({ status: 'UNDER_REVIEW' });
      expect((await post(`${path}/return`, admin, { remarks: [] })).status).toBe(400);
      expect((await post(`${path}/return`, admin, { remarks: [{ field: 'fee', what: 'x' }] })).status).toBe(400);
      const remarks = [{ field: 'pledge', what: '签署人不是主要负责人' }];
      expect((await post(`${path}/return`, admin, { remarks })).body).toMatchObject({
        status: 'RETURNED',
        returned: { by: 'gxt-admin', organisationId: 'gxt', remarks },
      });
      expect(await codeOf(post(`${path}/approval`, admin))).toBe('admission.not_now');
      const corrected = { pledge: { ...aPledge, signerName: '王某' } };
      expect((await post(`${path}/submission`, submitter('jyt'), corrected)).body).toMatchObject({
        status: 'SUBMITTED',
        pledge: { signerName: '王某' },
      });
      expect((await post(`${path}/approval`, admin)).body).toMatchObject({ status: 'APPROVED' });
      expect(await state('jyt')).toMatchObject({
        admission: 'ACTIVE',
        pledgeVersion: '2026-1',
        pledgeValidUntil: null,
      });

      const facts = await service.factsOf(String(drafted.body['id']), 7);
      expect(facts.map(({ type }) => type.split('.')[1])).toEqual([
        'access-application-drafted',
        'access-application-amended',
        'access-application-submitted',
        'access-application-review-started',
        'access-application-returned',
        'access-application-submitted',
        'access-application-approved',
      ]);
      expect(facts.map(({ data }) => (data as { revision: number }).revision)).toEqual([1, 2, 3, 4, 5, 6, 7]);
      expect(JSON.stringify(facts)).not.toMatch(/学生资助|李某|王某|负责人/);
      const pledges = await service.everyPage('/v1/pledges?limit=1&organisationId=jyt', submitter('jyt'));
      expect(pledges).toMatchObject([{ textVersion: '2026-1', signerName: '王某', applicationId: drafted.body['id'] }]);
    });

    it('[R11.2] is not drafted with a pledge nor submitted without one', async () => {
      for (const body of [{ draft: true, pledge: aPledge }, {}, { pledge: null }, { pledge: aPledge, fee: 1 }])
        expect(await post('access-applications', submitter('rst'), body)).toMatchObject({
          status: 400,
          body: { code: 'request.invalid' },
        });
    });

    it('[R11.1] is rejected for a reason or taken back, and another may follow', async () => {
      const apply = async () =>
        String((await post('access-applications', submitter('rst'), { pledge: aPledge })).body['id']);
      const rejected = await apply();
      expect((await post(`access-applications/${rejected}/rejection`, admin, {})).status).toBe(400);
      expect(
        (await post(`access-applications/${rejected}/rejection`, admin, { reason: '职责依据不明' })).body,
      ).toMatchObject({
        status: 'REJECTED',
        decision: { reason: '职责依据不明', by: 'gxt-admin' },
      });
      const withdrawn = await apply();
      expect(await codeOf(post(`access-applications/${withdrawn}/withdrawal`, submitter('wjw')))).toBe(
        'request.not_found',
      );
      expect(await codeOf(post(`access-applications/${withdrawn}/withdrawal`, responsible('rst')))).toBe(
        'access.role_required',
      );
      expect((await post(`access-applications/${withdrawn}/withdrawal`, submitter('rst'))).body).toMatchObject({
        status: 'WITHDRAWN',
        withdrawnBy: 'rst-submitter',
      });
      expect(await codeOf(post(`access-applications/${withdrawn}/approval`, admin))).toBe('admission.already_decided');
      expect(await state('rst')).toMatchObject({ admission: 'NONE' });
      await post(`access-applications/${await apply()}/withdrawal`, submitter('rst'));
    });

    it('[R11.1] is approved or taken back, never both, and counted once when sent twice', async () => {
      const { id } = (await post('access-applications', submitter('rst'), { pledge: aPledge })).body;
      const race = await Promise.all([
        post(`access-applications/${String(id)}/approval`, admin),
        post(`access-applications/${String(id)}/withdrawal`, submitter('rst')),
      ]);
      expect(race.map(({ status }) => status).sort()).toEqual([200, 409]);
      const approved = race[0].status === 200;
      expect((await get(`admissions/rst`, admin)).body).toMatchObject({ status: approved ? 'ACTIVE' : 'NONE' });
      const [one, two] = await Promise.all(
        [1, 2].map(() => post('access-applications', submitter('swt'), { pledge: aPledge })),
      );
      expect([one!.status, two!.status].sort()).toEqual([201, 409]);
      const first = String((one!.status === 201 ? one! : two!).body['id']);
      const again = [
        await post(`access-applications/${first}/approval`, admin, {}, 'k-1'),
        await post(`access-applications/${first}/approval`, admin, {}, 'k-1'),
      ];
      expect(again.map(({ status, replayed }) => [status, replayed])).toEqual([
        [200, false],
        [200, true],
      ]);
    });
  });

  describe('an admission', () => {
    const cause = { ground: 'MISUSE', reason: '超范围使用共享信息' };
    const apply = () => post('sharing-applications', submitter('ybj'), aSharingAsk());
    beforeAll(() => admit(service, 'ybj'));

    it('[R11.5] is known to the department and who oversees it, with all reasons', async () => {
      expect((await get('admissions/ybj', submitter('ybj'))).body).toMatchObject({
        organisationId: 'ybj',
        status: 'ACTIVE',
        lacks: null,
        suspension: null,
      });
      for (const id of ['ybj', 'nobody'])
        expect(await codeOf(get(`admissions/${id}`, submitter('wjw')))).toBe('request.not_found');
      expect(await codeOf(get('admissions/ybj', local))).toBe('request.not_found');
      expect(await codeOf(get('pledges?organisationId=ybj', submitter('wjw')))).toBe('request.not_found');
      expect(
        (await service.everyPage('/v1/admissions?limit=2', submitter('wjw'))).map((one) => one['organisationId']),
      ).toEqual(['wjw']);
      const all = await service.everyPage('/v1/admissions?limit=2', auditor);
      expect(all.map((one) => one['organisationId'])).toEqual(['gxt', 'jyt', 'mzt', 'rst', 'swt', 'wjw', 'ybj', 'zx']);
      expect(await service.everyPage('/v1/admissions?limit=2&status=REVOKED', auditor)).toEqual([]);
    });

    it.each([
      ['without a ground', { reason: 'r', until: fromNow(3) }, admin, 'request.invalid'],
      ['on a made-up ground', { ...cause, ground: 'DISLIKE', until: fromNow(3) }, admin, 'request.invalid'],
      ['without a reason', { ground: 'MISUSE', reason: ' ', until: fromNow(3) }, admin, 'request.invalid'],
      ['without an end', cause, admin, 'request.invalid'],
      ['until a time that has passed', { ...cause, until: fromNow(-1) }, admin, 'admission.suspension_period_invalid'],
      ['by the department itself', { ...cause, until: fromNow(3) }, responsible('ybj'), 'admission.own_case'],
      ['by another department', { ...cause, until: fromNow(3) }, reviewer('wjw'), 'request.not_found'],
      ['by the leading group', { ...cause, until: fromNow(3) }, group, 'access.role_required'],
      ['by the authority of another region', { ...cause, until: fromNow(3) }, local, 'request.not_found'],
    ])('[R11.5] [R14.10] is not suspended %s', async (_when, body, by, code) => {
      expect(await codeOf(post('admissions/ybj/suspension', by, body))).toBe(code);
    });

    it('[R11.5] suspended gates use at once, and gives it back by its end or an act', async () => {
      const until = fromNow(5);
      const suspended = await post('admissions/ybj/suspension', admin, { ...cause, until });
      expect(suspended.body).toMatchObject({
        status: 'SUSPENDED',
        lacks: 'access.admission_suspended',
        suspension: { ...cause, until, by: 'gxt-admin', organisationId: 'gxt' },
      });
      const told = await state('ybj');
      expect(told).toMatchObject({ admission: 'SUSPENDED' });
      expect(await apply()).toMatchObject({ status: 403, body: { code: 'access.admission_suspended' } });
      expect(await codeOf(post('access-applications', submitter('ybj'), { pledge: aPledge }))).toBe(
        'admission.suspended',
      );
      expect(await codeOf(post('admissions/ybj/relinquishment', responsible('ybj'), { reason: 'x' }))).toBe(
        'admission.suspended',
      );
      // The schedule that comes too early changes nothing, one that comes twice does it once.
      await runDue(4);
      expect((await get('admissions/ybj', admin)).body).toMatchObject({ status: 'SUSPENDED' });
      await Promise.all([runDue(6), runDue(6)]);
      expect(await state('ybj')).toMatchObject({ admission: 'ACTIVE', version: Number(told['version']) + 1 });
      expect((await apply()).status).toBe(201);

      await post('admissions/ybj/suspension', admin, { ...cause, until });
      expect(await codeOf(post('admissions/ybj/resumption', responsible('ybj')))).toBe('admission.own_case');
      expect((await post('admissions/ybj/resumption', admin)).body).toMatchObject({
        status: 'ACTIVE',
        suspension: null,
      });
      expect(await codeOf(post('admissions/ybj/resumption', admin))).toBe('admission.not_suspended');
      const facts = await factsOf('ybj', 'admission-');
      expect(facts.map(({ type, data }) => [type.split('.')[1], (data as { because?: string }).because])).toEqual([
        ['admission-suspended', undefined],
        ['admission-resumed', 'PERIOD_OVER'],
        ['admission-suspended', undefined],
        ['admission-resumed', 'AUTHORITY'],
      ]);
      expect(JSON.stringify(facts)).not.toContain(cause.reason);
    });

    it('[R11.5] [R14.10] suspended and resumed in one moment ends as one of the two says', async () => {
      const body = { ...cause, until: fromNow(2) };
      await post('admissions/ybj/suspension', admin, body);
      const race = await Promise.all([
        post('admissions/ybj/resumption', admin),
        post('admissions/ybj/revocation', admin, cause),
        post('admissions/ybj/resumption', { ...admin, officerId: 'gxt-second' }),
      ]);
      const codes = race.map(({ status, body: answer }) => answer['code'] ?? status);
      const { status } = (await get('admissions/ybj', admin)).body;
      // Whoever resumes first, the revocation comes after it or before both.
      expect(status).toBe('REVOKED');
      expect(codes[1]).toBe(200);
      expect([codes[0], codes[2]].filter((code) => code === 200).length).toBeLessThanOrEqual(1);
    });

    it('[R11.1] revoked is given again by a new application alone, and providing was never touched', async () => {
      expect((await get('admissions/ybj', submitter('ybj'))).body).toMatchObject({
        status: 'REVOKED',
        lacks: 'access.admission_revoked',
        ending: { how: 'REVOKED', ...cause, by: 'gxt-admin' },
      });
      expect(await state('ybj')).toMatchObject({ admission: 'REVOKED', status: 'ACTIVE' });
      expect(await apply()).toMatchObject({ status: 403, body: { code: 'access.admission_revoked' } });
      expect(await codeOf(post('admissions/ybj/suspension', admin, { ...cause, until: fromNow(2) }))).toBe(
        'admission.not_admitted',
      );
      expect(await codeOf(post('pledges', responsible('ybj'), { pledge: aPledge }))).toBe('admission.not_admitted');
      await admit(service, 'ybj');
      expect((await get('admissions/ybj', submitter('ybj'))).body).toMatchObject({
        status: 'ACTIVE',
        ending: null,
        lacks: null,
      });
      expect((await apply()).status).toBe(201);
    });

    it('[R8.5] is given up by the department when it needs it no more', async () => {
      await admit(service, 'zx');
      expect(await codeOf(post('admissions/zx/relinquishment', responsible('wjw'), { reason: 'x' }))).toBe(
        'request.not_found',
      );
      expect(await codeOf(post('admissions/zx/relinquishment', admin, { reason: 'x' }))).toBe('request.not_found');
      expect(
        (await post('admissions/zx/relinquishment', responsible('zx'), { reason: '不再使用' })).body,
      ).toMatchObject({
        status: 'NONE',
        lacks: 'access.not_admitted',
        ending: { how: 'RELINQUISHED', by: 'zx-responsible' },
      });
    });

    it('[R14.10] of the authority itself is the leading group’s to suspend', async () => {
      await service.done('POST', '/v1/organisations/gxt/responsible-units', admin, {
        body: {
          name: '信息中心',
          head: '陈某',
          contacts: [{ name: '陈某', phone: '0898' }],
          dutyText: 'x',
          from: '2026-01-01',
          appointmentDocument: 'x',
        },
      });
      const { id } = (await post('access-applications', submitter('gxt'), { pledge: aPledge })).body;
      await service.done('POST', `/v1/access-applications/${String(id)}/approval`, group, { body: {} });
      const body = { ...cause, until: fromNow(2) };
      expect(await codeOf(post('admissions/gxt/suspension', admin, body))).toBe('admission.own_case');
      expect(await codeOf(post('admissions/gxt/suspension', { ...admin, departmentId: 'other' }, body))).toBe(
        'access.role_required',
      );
      expect((await post('admissions/gxt/suspension', group, body)).body).toMatchObject({ status: 'SUSPENDED' });
      expect(await codeOf(post('admissions/gxt/resumption', admin))).toBe('admission.own_case');
      expect((await post('admissions/gxt/resumption', group)).body).toMatchObject({ status: 'ACTIVE' });
    });
  });

  describe('a text of the pledge', () => {
    const wording = {
      zh: { sharingRules: '新的共享规定。', confidentiality: '新的保密规定。' },
      en: { sharingRules: 'New rules of sharing.', confidentiality: 'New rules of confidentiality.' },
    };
    const text = (over: object = {}) => ({
      version: '2027-1',
      text: wording,
      effectiveFrom: fromNow(1),
      graceDays: 20,
      ...over,
    });
    const newPledge = { pledge: { ...aPledge, textVersion: '2027-1' } };
    const move = (version: string, days: number) =>
      service.query('UPDATE pledge_text SET effective_from = $2 WHERE version = $1', [version, fromNow(days)]);

    it('[R11.2] that is in force is shown with its digest, and was the first', async () => {
      const current = (await get('pledge-texts/current', submitter('wjw'))).body as unknown as PledgeText;
      const { zh, en } = current.text;
      const whole = [zh.sharingRules, zh.confidentiality, en.sharingRules, en.confidentiality].join('\n\n');
      expect(current).toMatchObject({ version: '2026-1', graceDays: 30, publishedBy: 'platform' });
      expect(current.digest).toBe(createHash('sha256').update(whole).digest('hex'));
      expect(await codeOf(get('pledge-texts/2014-1', submitter('wjw')))).toBe('request.not_found');
    });

    it.each([
      ['by a department', {}, responsible('ybj'), 'access.role_required'],
      ['by a local authority', {}, local, 'access.role_required'],
      ['with one part only', { text: { zh: wording.zh, en: { sharingRules: 'x' } } }, admin, 'request.invalid'],
      ['in one language only', { text: { zh: wording.zh } }, admin, 'request.invalid'],
      ['without grace', { graceDays: 0 }, admin, 'request.invalid'],
      ['for the past', { effectiveFrom: fromNow(-1) }, admin, 'pledge.effect_invalid'],
      ['under a version that is taken', { version: '2026-1' }, admin, 'pledge.version_taken'],
      ['with a field too many', { fee: 3 }, admin, 'request.invalid'],
    ])('[R11.2] is not published %s', async (_when, over, by, code) => {
      expect(await codeOf(post('pledge-texts', by, text(over)))).toBe(code);
    });

    it('[R11.2] is published once, one after the other, and in force from its day on', async () => {
      const given = text();
      const race = await Promise.all([
        post('pledge-texts', admin, given),
        post('pledge-texts', admin, { ...given, version: '2027-b' }),
      ]);
      expect(race.map(({ status }) => status).sort()).toEqual([201, 422]);
      if (race[0].status !== 201) {
        await service.query(`DELETE FROM pledge_text WHERE version = '2027-b'`);
        await service.done('POST', '/v1/pledge-texts', admin, { body: text() });
      }
      expect((await get('pledge-texts/current', admin)).body).toMatchObject({ version: '2026-1' });
      const listed = await service.everyPage('/v1/pledge-texts?limit=1', submitter('wjw'));
      expect(listed.map((one) => one['version'])).toEqual(['2027-1', '2026-1']);
      expect((await get('pledge-texts/2027-1', submitter('wjw'))).body).toMatchObject({
        text: wording,
        publishedBy: 'gxt-admin',
      });
      expect((await service.factsOf('2027-1', 1))[0]).toMatchObject({
        type: 'authorisation.pledge-text-published.v1',
        data: { version: '2027-1', graceDays: 20, authorityId: 'gxt' },
      });
      // Before its day nobody pledges on it, and nobody is asked to.
      expect(await codeOf(post('pledges', responsible('ybj'), newPledge))).toBe('admission.pledge_outdated');
      await runDue(0);
      expect(await state('ybj')).toMatchObject({ pledgeValidUntil: null });
    });

    it('[R11.2] in force gives grace, reminds, and then use is refused until the department pledges anew', async () => {
      await move('2027-1', -1);
      await Promise.all([runDue(0), runDue(0)]);
      const asked = await get('admissions/ybj', submitter('ybj'));
      const validUntil = (asked.body as { pledgeValidUntil: string }).pledgeValidUntil;
      expect(Math.round((Date.parse(validUntil) - Date.now()) / DAY_MS)).toBe(19);
      expect(asked.body).toMatchObject({
        status: 'ACTIVE',
        lacks: null,
        renewal: { newVersion: '2027-1', validUntil, lapsedAt: null },
      });
      expect(await state('ybj')).toMatchObject({
        admission: 'ACTIVE',
        pledgeVersion: '2026-1',
        pledgeValidUntil: validUntil,
      });
      expect((await post('sharing-applications', submitter('ybj'), aSharingAsk())).status).toBe(201);
      for (const day of [6, 13, 18.5, 20]) await runDue(day);
      const facts = await factsOf('ybj', '.pledge-');
      expect(facts.map(({ type }) => type.split('.')[1])).toEqual([
        'pledge-renewal-asked',
        'pledge-renewal-reminded',
        'pledge-renewal-reminded',
        'pledge-renewal-reminded',
        'pledge-lapsed',
      ]);
      // Its time is over: by the clock alone, whatever the schedule has said.
      await service.query(`UPDATE organisation SET pledge_valid_until = now() WHERE id = 'ybj'`);
      expect((await get('admissions/ybj', submitter('ybj'))).body).toMatchObject({
        status: 'ACTIVE',
        lacks: 'access.pledge_outdated',
      });
      expect(await post('sharing-applications', submitter('ybj'), aSharingAsk())).toMatchObject({
        status: 403,
        body: { code: 'access.pledge_outdated', requirement: 'R11.2' },
      });

      expect(await codeOf(post('pledges', responsible('ybj'), { pledge: aPledge }))).toBe('admission.pledge_outdated');
      expect(await codeOf(post('pledges', submitter('ybj'), newPledge))).toBe('access.role_required');
      expect(
        (await post('pledges', responsible('ybj'), { pledge: { ...newPledge.pledge, acceptsConfidentiality: false } }))
          .status,
      ).toBe(400);
      const race = await Promise.all([1, 2].map(() => post('pledges', responsible('ybj'), newPledge)));
      expect(race.map(({ status }) => status).sort()).toEqual([201, 409]);
      expect(race.find(({ status }) => status === 201)!.body).toMatchObject({
        textVersion: '2027-1',
        signedBy: 'ybj-responsible',
        signature: null,
        applicationId: null,
      });
      expect(await state('ybj')).toMatchObject({ pledgeVersion: '2027-1', pledgeValidUntil: null });
      expect((await post('sharing-applications', submitter('ybj'), aSharingAsk())).status).toBe(201);
      const pledges = await service.everyPage('/v1/pledges?limit=1&organisationId=ybj', auditor);
      expect(pledges.map(({ textVersion }) => textVersion)).toEqual(['2027-1', '2026-1', '2026-1']);
    });

    it('[R11.2] has changed: an application on the former one is returned, signed anew and approved', async () => {
      const application = await post('access-applications', submitter('wjw'), newPledge);
      const path = `access-applications/${String(application.body['id'])}`;
      await service.done('POST', '/v1/pledge-texts', admin, { body: text({ version: '2028-1' }) });
      await move('2028-1', -0.5);
      expect(await codeOf(post(`${path}/approval`, admin))).toBe('admission.pledge_outdated');
      await service.done('POST', `/v1/${path}/return`, admin, {
        body: { remarks: [{ field: 'pledge', what: '文本已更新' }] },
      });
      expect(await codeOf(post(`${path}/submission`, submitter('wjw'), newPledge))).toBe('admission.pledge_outdated');
      const signed = { pledge: { ...aPledge, textVersion: '2028-1' } };
      expect((await post(`${path}/submission`, submitter('wjw'), signed)).status).toBe(200);
      expect((await post(`${path}/approval`, admin)).status).toBe(200);
      await runDue(0);
      expect((await get('admissions/wjw', admin)).body).toMatchObject({
        status: 'ACTIVE',
        renewal: null,
        pledgeVersion: '2028-1',
      });
    });

    it('[R11.5] asks nothing of whom nobody admitted', async () => {
      await service.done('POST', '/v1/organisations', admin, { body: anOrganisation('tjj') });
      await runDue(400);
      for (const id of ['tjj', 'zx', 'mzt'])
        expect((await get(`admissions/${id}`, admin)).body).toMatchObject({ status: 'NONE', renewal: null });
    });
  });
});
