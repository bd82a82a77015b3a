import type { Principal } from '@qiongtong/contracts';
import { AmendmentsService } from '../src/applications/amendments.service';
import { startAuthorisation, type Answer, type RunningAuthorisation } from './authorisation';
import { admin, admit, aDepartment, aResource, aSharingAsk, officer, responsible, reviewer, submitter, system } from './world'; // prettier-ignore

type Version = Readonly<{ id: string; digest: string; status: string; version: number; applicationId: string }>;
const WIDER = { items: ['aidNo', 'persons', 'status', 'headIdNo'] };

describe('an agreement that is amended with its grant', () => {
  let service: RunningAuthorisation;

  beforeAll(async () => {
    service = await startAuthorisation({ replicas: 2 });
    for (const id of ['mzt', 'ybj', 'wjw', 'hk-mzj']) await aDepartment(service, id);
    for (const id of ['ybj', 'wjw']) await admit(service, id);
    await service.resources(aResource());
  });
  afterAll(() => service?.close());

  const post = (path: string, by: Principal, body: object = {}, key?: string): Promise<Answer> =>
    service.call('POST', `/v1/${path}`, by, { body, key });
  const versions = (applicationId: string, by = submitter('ybj')) =>
    service.everyPage(`/v1/agreements?limit=2&applicationId=${applicationId}`, by) as never as Promise<Version[]>;
  const accept = ({ id, digest }: Version, by: Principal) => post(`agreements/${id}/acceptance`, by, { digest });
  const propose = ({ id }: Version, change: object, by = submitter('ybj'), key?: string) =>
    post(`agreements/${id}/amendment`, by, { change, reason: '业务调整' }, key);
  const grant = (id: string, by = submitter('ybj')) => service.done('GET', `/v1/grants/${id}`, by);
  /** What the gateway knows of it as it is now. */
  const state = async (id: string, by = submitter('ybj')) =>
    (await service.states('policy.grants', id, Number((await grant(id, by))['revision']))).at(-1)!;

  /** A grant under an agreement that both sides have accepted. */
  async function agreed(over: object = {}): Promise<{ grantId: string; inForce: Version }> {
    const { id } = await service.done('POST', '/v1/sharing-applications', submitter('ybj'), {
      body: aSharingAsk(over),
    });
    await service.done('POST', `/v1/sharing-applications/${String(id)}/consent`, reviewer('mzt'), {
      body: { matterNumber: 'required', agreement: 'REQUIRED' },
    });
    const [first] = await versions(String(id));
    for (const by of [reviewer('mzt'), reviewer('ybj')]) await accept(first!, by);
    const { decision } = await service.done('GET', `/v1/sharing-applications/${String(id)}`, submitter('ybj'));
    return { grantId: (decision as { grantId: string }).grantId, inForce: { ...first!, status: 'ACCEPTED' } };
  }
  const proposed = async (inForce: Version, change: object, by = submitter('ybj')): Promise<Version> => {
    const { status, body } = await propose(inForce, change, by);
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body as never as Version;
  };

  it('[R12.6] [R12.7] gives more when the provider’s reviewer and the user’s have accepted, and not before', async () => {
    const { grantId, inForce } = await agreed();
    const next = await proposed(inForce, { ...WIDER, rowFilter: null, limits: { rowsPerDay: 5000 } });
    expect(next).toMatchObject({
      version: 2,
      supersedes: inForce.id,
      status: 'PENDING',
      amendment: { grantId, widened: ['items', 'rowFilter'], narrowed: ['limits'], organisationId: 'ybj' },
    });
    expect((next as never as { text: { zh: string } }).text.zh).toContain('headIdNo');
    await accept(next, reviewer('ybj'));
    expect(await grant(grantId)).toMatchObject({ revision: 1, items: ['aidNo', 'persons', 'status'] });
    expect((await accept(next, responsible('mzt'))).body['code']).toBe('access.role_required');
    expect((await accept(next, reviewer('mzt'))).body).toMatchObject({ status: 'ACCEPTED' });
    expect(await grant(grantId)).toMatchObject({
      ...WIDER,
      rowFilter: null,
      limits: { rowsPerDay: 5000 },
      status: 'ACTIVE',
      revision: 2,
      amendment: { ground: 'AGREED', agreementId: next.id, by: 'mzt-reviewer' },
    });
    expect(await state(grantId)).toMatchObject({ ...WIDER, rowFilter: null, version: 2, status: 'ACTIVE' });
    expect((await service.factsOf(grantId, 2)).at(-1)).toMatchObject({
      type: 'authorisation.grant-amended-by-agreement.v1',
      data: { agreementId: next.id, agreementVersion: 2, digest: next.digest, widened: ['items', 'rowFilter'] },
    });
    const all = await versions(next.applicationId);
    expect(all.map(({ status }) => status)).toEqual(['ACCEPTED', 'SUPERSEDED']);
    // The next one amends what is in force now.
    expect((await propose(inForce, { items: ['aidNo'] })).body['code']).toBe('agreement.not_in_force');
    const third = await proposed(all[0]!, { items: ['aidNo'] }, reviewer('mzt'));
    for (const by of [reviewer('mzt'), reviewer('ybj')]) await accept(third, by);
    expect(await state(grantId)).toMatchObject({ items: ['aidNo'], version: 3 });
  });

  it('[R10.4] [R13.2] gives less when the user’s reviewer has accepted it, and what was passed on follows', async () => {
    const { grantId, inForce } = await agreed();
    const transfer = {
      grantId,
      recipientId: 'hk-mzj',
      why: '联合救助',
      basis: '社会救助暂行办法',
      items: ['aidNo', 'persons'],
      actions: ['query'],
      purposes: ['medical-aid.eligibility'],
      period: { from: '2026-06-01', until: '2027-06-01' },
    };
    const { id } = await service.done('POST', '/v1/onward-transfers', submitter('ybj'), { body: transfer });
    await service.done('POST', `/v1/onward-transfers/${String(id)}/authorisation`, reviewer('mzt'), { body: {} });
    const [derived] = await service.query<{ id: string }>('SELECT id FROM sharing_grant WHERE parent_id = $1', [
      grantId,
    ]);
    const next = await proposed(inForce, { items: ['aidNo'] }, reviewer('mzt'));
    await accept(next, reviewer('mzt'));
    expect((await accept(next, responsible('ybj'))).body['code']).toBe('access.role_required');
    expect(await grant(grantId)).toMatchObject({ items: ['aidNo', 'persons', 'status'] });
    await accept(next, reviewer('ybj'));
    expect(await state(grantId)).toMatchObject({ items: ['aidNo'], ground: 'AGREED' });
    expect(await grant(derived!.id, reviewer('mzt'))).toMatchObject({
      items: ['aidNo'],
      status: 'ACTIVE',
      amendment: { ground: 'AGREED', becauseOf: grantId },
    });
    expect(await state(derived!.id, reviewer('mzt'))).toMatchObject({ items: ['aidNo'], parentId: grantId });
  });

  it.each([
    ['by the user’s reviewer', {}, reviewer('ybj'), 'access.role_required'],
    ['by the provider’s submitter', {}, submitter('mzt'), 'access.role_required'],
    ['by another department', {}, submitter('wjw'), 'request.not_found'],
    ['by the authority', {}, admin, 'agreement.not_party'],
    ['by a system', {}, system('ybj', 'ybj-system'), 'access.role_required'],
    [
      'with items that the resource has not',
      { items: ['aidNo', 'salary'] },
      submitter('ybj'),
      'application.items_unknown',
    ],
    [
      'with a purpose of nobody’s duty',
      { purposes: ['health.register'] },
      submitter('ybj'),
      'application.purpose_not_registered',
    ],
    ['with nobody who may know', { scopeOfKnowledge: {} }, submitter('ybj'), 'application.scope_missing'],
    [
      'with officers of somebody else',
      { scopeOfKnowledge: { units: ['待遇处'], officers: ['stranger'] } },
      submitter('ybj'),
      'application.scope_invalid',
    ],
    ['with a system of nobody', { systems: ['no-system'] }, submitter('ybj'), 'application.system_invalid'],
    [
      'with a filter on what is no item',
      { rowFilter: { item: 'x', op: 'eq', value: '1' } },
      submitter('ybj'),
      'application.row_filter_invalid',
    ],
    [
      'for longer than five years',
      { period: { from: '2026-01-01', until: '2040-01-01' } },
      submitter('ybj'),
      'application.period_invalid',
    ],
    [
      'with a period reversed',
      { period: { from: '2027-01-01', until: '2026-12-31' } },
      submitter('ybj'),
      'grant.nothing_left',
    ],
    ['without any change', {}, submitter('ybj'), 'agreement.nothing_amended'],
    ['with a fee', { fee: 1 }, submitter('ybj'), 'request.invalid'],
    ['by pushing', { actions: ['push'] }, submitter('ybj'), 'request.invalid'],
  ])('[R12.6] is not proposed %s', async (_when, change, by, code) => {
    const { inForce } = one;
    const given = Object.keys(change).length === 0 && code !== 'agreement.nothing_amended' ? WIDER : change;
    expect((await propose(inForce, given, by)).body['code']).toBe(code);
    expect((await versions(inForce.applicationId)).length).toBe(1);
  });
  let one: Awaited<ReturnType<typeof agreed>>;
  beforeAll(async () => {
    one = await agreed();
  });

  it('[R11.3] gives no more to a department whose admission is suspended, and may give it less', async () => {
    const { inForce, grantId } = await agreed();
    const until = new Date(Date.now() + 86_400_000).toISOString();
    await service.done('POST', '/v1/admissions/ybj/suspension', admin, {
      body: { ground: 'MISUSE', reason: 'x', until },
    });
    expect((await propose(inForce, WIDER, reviewer('mzt'))).body['code']).toBe('access.admission_suspended');
    const next = await proposed(inForce, { items: ['aidNo'] }, reviewer('mzt'));
    for (const by of [reviewer('mzt'), reviewer('ybj')]) expect((await accept(next, by)).status).toBe(200);
    expect(await grant(grantId)).toMatchObject({ items: ['aidNo'] });
    await service.done('POST', '/v1/admissions/ybj/resumption', admin, { body: {} });
  });

  it('[R12.6] that nobody has accepted gives way to another proposal and is taken back by its side alone', async () => {
    const { inForce, grantId } = await agreed();
    const [asked] = [await proposed(inForce, WIDER)];
    const counter = await proposed(inForce, { items: ['aidNo', 'persons', 'headIdNo'] }, reviewer('mzt'));
    expect((await accept(asked, reviewer('mzt'))).body['code']).toBe('agreement.not_pending');
    expect((await post(`agreements/${counter.id}/withdrawal`, submitter('ybj'))).body['code']).toBe(
      'agreement.not_proposer',
    );
    expect((await post(`agreements/${counter.id}/withdrawal`, reviewer('wjw'))).body['code']).toBe('request.not_found');
    expect((await post(`agreements/${inForce.id}/withdrawal`, reviewer('mzt'))).body['code']).toBe(
      'agreement.not_amendment',
    );
    expect((await post(`agreements/${counter.id}/withdrawal`, reviewer('mzt'))).body).toMatchObject({
      status: 'VOIDED',
    });
    expect((await accept(counter, reviewer('ybj'))).body['code']).toBe('agreement.not_pending');
    expect(await grant(grantId)).toMatchObject({ revision: 1 });
    // The one in force is in force all the while, and versions are counted on.
    const last = await proposed(inForce, WIDER);
    expect(last).toMatchObject({ version: 4, supersedes: inForce.id });
    expect((await versions(inForce.applicationId)).map(({ status }) => status)).toEqual([
      'PENDING',
      'VOIDED',
      'SUPERSEDED',
      'ACCEPTED',
    ]);
    const again = [
      await propose(inForce, { items: ['aidNo'] }, reviewer('mzt'), 'k-2'),
      await propose(inForce, { items: ['aidNo'] }, reviewer('mzt'), 'k-2'),
    ];
    expect(again.map(({ status, replayed }) => [status, replayed])).toEqual([
      [201, false],
      [201, true],
    ]);
  });

  it('[R10.4] does not give back what was taken away while it waited', async () => {
    const { grantId, inForce } = await agreed();
    const next = await proposed(inForce, WIDER);
    await accept(next, reviewer('ybj'));
    const narrowing = { ground: 'MISUSE', narrative: '超范围', change: { actions: ['verify'] } };
    const narrowed = await service.call('POST', `/v1/grants/${grantId}/amendment`, reviewer('mzt'), {
      body: narrowing,
      ifMatch: 1,
    });
    expect(narrowed.status).toBe(200);
    expect((await accept(next, reviewer('mzt'))).body['code']).toBe('agreement.grant_changed');
    expect(await grant(grantId)).toMatchObject({
      revision: 2,
      actions: ['verify'],
      items: ['aidNo', 'persons', 'status'],
    });
    // Not accepted by half: the version waits as before, and a new proposal starts from what the grant is now.
    expect((await versions(next.applicationId))[0]).toMatchObject({ status: 'PENDING', revision: 2 });
    const anew = await proposed(inForce, WIDER);
    for (const by of [reviewer('ybj'), reviewer('mzt')]) await accept(anew, by);
    expect(await grant(grantId)).toMatchObject({ ...WIDER, actions: ['verify'] });
  });

  it('[R12.6] ends nowhere but in a refusal when the grant has ended', async () => {
    const { grantId, inForce } = await agreed();
    const next = await proposed(inForce, WIDER);
    await accept(next, reviewer('ybj'));
    await service.done('POST', `/v1/grants/${grantId}/revocation`, reviewer('mzt'), {
      body: { ground: 'MISUSE', narrative: '泄露' },
    });
    expect((await accept(next, reviewer('mzt'))).body['code']).toBe('grant.already_ended');
    expect((await propose(inForce, WIDER)).body['code']).toBe('grant.already_ended');
    expect((await post(`agreements/${next.id}/withdrawal`, submitter('ybj'))).status).toBe(200);
    expect(await state(grantId)).toMatchObject({ status: 'REVOKED', items: ['aidNo', 'persons', 'status'] });
  });

  it('[R12.6] waits for nobody once its grant has ended; others go on waiting', async () => {
    const [gone, kept] = [await agreed(), await agreed()];
    const waiting = [await proposed(gone.inForce, WIDER), await proposed(kept.inForce, WIDER)] as const;
    await service.done('POST', `/v1/grants/${gone.grantId}/revocation`, reviewer('mzt'), {
      body: { ground: 'MISUSE', narrative: '泄露' },
    });
    const due = () => service.app.get(AmendmentsService, { strict: false }).voidDue(new Date());
    await Promise.all([due(), due()]);
    const facts = await service.factsOf(waiting[0].id, 2);
    expect(facts).toMatchObject([
      { type: 'authorisation.agreement-drafted.v1' },
      { type: 'authorisation.agreement-ended.v1', data: { status: 'VOIDED', by: 'platform' } },
    ]);
    const found = await Promise.all(waiting.map(async (one) => (await versions(one.applicationId))[0]));
    expect(found).toMatchObject([{ status: 'VOIDED' }, { status: 'PENDING' }]);
    expect((await accept(waiting[0], reviewer('ybj'))).body['code']).toBe('agreement.not_pending');
  });

  it('[R14.10] is not accepted for both sides by one person', async () => {
    const { inForce } = await agreed();
    const next = await proposed(inForce, WIDER);
    expect((await accept(next, officer('mzt', 'ybj-submitter', 'REVIEWER'))).body['code']).toBe(
      'agreement.same_person',
    );
    await accept(next, reviewer('mzt'));
    expect((await accept(next, officer('ybj', 'mzt-reviewer', 'REVIEWER'))).body['code']).toBe('agreement.same_person');
  });

  describe('in one moment', () => {
    it('[R12.6] accepted by both is amended once', async () => {
      const { grantId, inForce } = await agreed();
      const next = await proposed(inForce, WIDER);
      const race = await Promise.all([
        accept(next, reviewer('mzt')),
        accept(next, reviewer('ybj')),
        accept(next, officer('mzt', 'mzt-second', 'REVIEWER')),
      ]);
      expect(race.map(({ status }) => status).sort()).toEqual([200, 200, 409]);
      expect(await grant(grantId)).toMatchObject({ ...WIDER, revision: 2 });
      expect((await service.factsOf(grantId, 2)).length).toBe(2);
    });

    it.each([0, 1, 2, 3])('[R12.6] taken back and accepted is one of the two: %s', async (round) => {
      const { grantId, inForce } = await agreed();
      const next = await proposed(inForce, WIDER);
      await accept(next, reviewer('ybj'));
      const tries = [
        () => accept(next, reviewer('mzt')),
        () => post(`agreements/${next.id}/withdrawal`, submitter('ybj')),
      ];
      const race = await Promise.all((round % 2 ? tries.reverse() : tries).map((act) => act()));
      expect(race.map(({ status }) => status).sort()).toEqual([200, 409]);
      const { items } = (await grant(grantId)) as { items: string[] };
      expect([
        ['ACCEPTED', 4],
        ['VOIDED', 3],
      ]).toContainEqual([(await versions(next.applicationId))[0]!.status, items.length]);
    });

    it('[R12.6] proposed by both leaves one that waits', async () => {
      const { inForce } = await agreed();
      const race = await Promise.all([
        propose(inForce, WIDER),
        propose(inForce, { items: ['aidNo'] }, reviewer('mzt')),
      ]);
      expect(race.map(({ status }) => status)).toEqual([201, 201]);
      expect((await versions(inForce.applicationId)).map(({ status }) => status)).toEqual([
        'PENDING',
        'SUPERSEDED',
        'ACCEPTED',
      ]);
    });

    it.each([0, 1, 2, 3])('[R10.4] accepted and taken away from is never more than was left: %s', async (round) => {
      const { grantId, inForce } = await agreed();
      const next = await proposed(inForce, WIDER);
      await accept(next, reviewer('ybj'));
      const narrowing = { ground: 'MISUSE', narrative: '超范围', change: { actions: ['verify'] } };
      const tries = [
        () => accept(next, reviewer('mzt')),
        () => service.call('POST', `/v1/grants/${grantId}/amendment`, reviewer('mzt'), { body: narrowing, ifMatch: 1 }),
      ];
      const race = await Promise.all((round % 2 ? tries.reverse() : tries).map((act) => act()));
      const statuses = race.map(({ status }) => status).sort();
      // The narrowing named the revision it saw; the acceptance, the scope it was drafted on.
      expect(statuses[0]).toBe(200);
      expect([409, 412]).toContain(statuses[1]);
      const { items, actions } = (await grant(grantId)) as { items: string[]; actions: string[] };
      expect([
        [3, ['verify']],
        [4, ['query', 'verify']],
      ]).toContainEqual([items.length, actions]);
    });
  });
});
