import { REFUSALS, type Principal, type ResourceState } from '@qiongtong/contracts';
import {
  aContent,
  aKeyItem,
  anItem,
  anOfficer,
  aSecrecyReview,
  aSystem,
  authority,
  leadingGroup,
  responsible,
  stranger,
  submitter,
} from './builders';
import { startCatalogue, type Answer, type RunningCatalogue } from './catalogue';

const BODY = (({ updateMode: _derived, ...content }) => content)(aContent());
const withdrawal = { ground: 'DUTY_ENDED', narrative: '职能已划转' };
const auditor = anOfficer({ officerId: 'a1', departmentId: 'sjt', roles: ['AUDITOR'] });

let catalogue: RunningCatalogue;
let sequence = 0;
beforeAll(async () => {
  catalogue = await startCatalogue();
  await catalogue.organisations(
    { id: 'gxt', name: '工业和信息化厅', roles: [{ role: 'PROVINCIAL_AUTHORITY', from: '2014-12-19', until: null }] },
    { id: 'ldxz', name: '领导小组', roles: [{ role: 'LEADING_GROUP', from: '2014-12-19', until: null }] },
    { id: 'mzt', name: '民政厅' },
    { id: 'zgt', name: '自然资源和规划厅' },
    { id: 'softco', name: '某公司', kind: 'VENDOR' },
  );
});
afterAll(() => catalogue?.close());

const nextCode = () => `203000/${String(++sequence).padStart(6, '0')}`;
const pathOf = (code: string, act = '') => `/v1/catalogue/entries/${code.replace('/', '-')}${act && `/${act}`}`;
const post = (code: string, act: string, by: Principal, body: object = {}) =>
  catalogue.call('POST', pathOf(code, act), by, { body });
const draft = (over: object = {}, by: Principal = submitter) =>
  catalogue.call('POST', '/v1/catalogue/entries', by, { body: { ...BODY, resourceCode: nextCode(), ...over } });
const see = (code: string, by: Principal) => catalogue.call('GET', pathOf(code), by);
const declare = async (code: string, over: object = {}, by: Principal = responsible) =>
  catalogue.call('PUT', pathOf(code, 'secrecy-review'), by, {
    body: { ...aSecrecyReview, ...over },
    ifMatch: (await see(code, by)).body.revision as number,
  });

/** Brings a new entry through its life up to a state, each act by whoever may do it. */
const LIFE = [
  ['DRAFT', (code: string) => declare(code)],
  ['INTERNAL_REVIEW', (code: string) => post(code, 'internal-review', responsible)],
  ['SUBMITTED', (code: string) => post(code, 'submission', submitter)],
  ['UNDER_REVIEW', (code: string) => post(code, 'review', authority)],
  ['APPROVED', (code: string) => post(code, 'approval', authority, { remarks: '同意', basisExamined: true })],
  ['PUBLISHED', (code: string) => post(code, 'publication', submitter)],
  ['WITHDRAWN', (code: string) => post(code, 'withdrawal', responsible, withdrawal)],
] as const;
type Stage = (typeof LIFE)[number][0];

async function anEntryIn(stage: Stage, over: object = {}): Promise<string> {
  const drafted = await draft(over);
  expect(drafted).toMatchObject({ status: 201, body: { status: 'DRAFT' } });
  const code = drafted.body.resourceCode as string;
  for (const [status, act] of LIFE) {
    expect(await act(code)).toMatchObject({ status: 200, body: { status } });
    if (status === stage) break;
  }
  return code;
}

const expectRefusal = (answer: Answer, status: number, code: keyof typeof REFUSALS) => {
  expect(answer).toMatchObject({ status, body: { code } });
  const { requirement } = REFUSALS[code] as { requirement?: string };
  if (requirement) expect(answer.body).toMatchObject({ requirement });
};

describe('the life of an entry', () => {
  it('[R7.1] goes from the draft to its publication and withdrawal, each act a fact in order', async () => {
    const code = await anEntryIn('WITHDRAWN');
    const id = code.replace('/', '-');
    const facts = await catalogue.factsOf(id, 8);
    expect(facts.map((f) => f.type)).toEqual([
      'catalogue.entry-drafted.v1',
      'catalogue.secrecy-review-declared.v1',
      'catalogue.entry-internally-reviewed.v1',
      'catalogue.entry-submitted.v1',
      'catalogue.entry-review-started.v1',
      'catalogue.entry-approved.v1',
      'catalogue.entry-published.v1',
      'catalogue.entry-withdrawn.v1',
    ]);
    expect(facts[3]).toMatchObject({ data: { rulePack: expect.stringContaining('HN-2014-176@1') } });
  });

  it('[R7.1] its publication and its withdrawal reach policy.resources with a growing version', async () => {
    const code = await anEntryIn('WITHDRAWN', { name: '发布测试' });
    const id = code.replace('/', '-');
    const [published, withdrawn] = (await catalogue.states('policy.resources', id, 2)) as ResourceState[];
    expect(published).toMatchObject({
      id,
      name: '发布测试',
      providerId: 'mzt',
      status: 'PUBLISHED',
      sharingType: 'CONDITIONAL',
      deliveryMode: 'HOSTED',
      specialRegime: null,
      matterNumberPerSubject: true,
      derivedFrom: [],
    });
    expect(published!.items).toEqual(BODY.items);
    expect(withdrawn).toMatchObject({ id, status: 'WITHDRAWN' });
    expect(withdrawn!.version).toBeGreaterThan(published!.version);
  });

  const ACTS: [string, Stage, Principal, object][] = [
    ['internal-review', 'DRAFT', responsible, {}],
    ['submission', 'INTERNAL_REVIEW', submitter, {}],
    ['review', 'SUBMITTED', authority, {}],
    ['approval', 'UNDER_REVIEW', authority, {}],
    ['return', 'UNDER_REVIEW', authority, { remarks: '请补充摘要' }],
    ['publication', 'APPROVED', responsible, {}],
    ['withdrawal', 'PUBLISHED', responsible, withdrawal],
  ];

  it.each(ACTS)('[R7.1] %s is refused in every state but %s', async (act, right, by, body) => {
    for (const stage of ['DRAFT', 'SUBMITTED', 'APPROVED', 'PUBLISHED'] as const) {
      if (stage === right) continue;
      const code = await anEntryIn(stage);
      const answer = await post(code, act, by, body);
      // The authority does not even know of a draft.
      if (stage === 'DRAFT' && by === authority) expectRefusal(answer, 404, 'request.not_found');
      else expectRefusal(answer, 409, 'catalogue.wrong_state');
    }
  });

  it.each(ACTS)('[R14.7] %s is refused without the role, and to another department', async (act, stage, by, body) => {
    const code = await anEntryIn(stage);
    expectRefusal(await post(code, act, { ...by, roles: ['AUDITOR'] }, body), by === authority ? 404 : 403,
      by === authority ? 'request.not_found' : 'access.role_required'); // prettier-ignore
    const other = await post(code, act, { ...stranger, roles: by.roles }, body);
    if (by === authority)
      expect(other.status).toBe(200); // whoever holds the role is the authority
    else if (stage === 'PUBLISHED') expectRefusal(other, 403, 'catalogue.not_provider');
    else expectRefusal(other, 404, 'request.not_found');
  });

  it('[R7.1] is mended after it was returned, and reviewed anew from the start', async () => {
    const code = await anEntryIn('UNDER_REVIEW');
    expectRefusal(await post(code, 'return', authority), 400, 'request.invalid');
    expect(await post(code, 'return', authority, { remarks: '请补充摘要' })).toMatchObject({
      body: { status: 'RETURNED' },
    });
    const returned = await see(code, submitter);
    expect(returned.body).toMatchObject({
      decision: { outcome: 'RETURNED', remarks: '请补充摘要', by: 'gxt-officer' },
    });
    const revised = await catalogue.call('PATCH', pathOf(code), submitter, {
      body: { abstract: '补充后的摘要' },
      ifMatch: returned.body.revision as number,
    });
    expect(revised).toMatchObject({ status: 200, body: { status: 'DRAFT' } });
    expectRefusal(await post(code, 'internal-review', responsible), 422, 'catalogue.secrecy_review_missing');
    for (const [, act] of LIFE.slice(0, 6)) expect((await act(code)).status).toBe(200);
    expect((await see(code, stranger)).body).toMatchObject({ abstract: '补充后的摘要', status: 'PUBLISHED' });
  });

  it('[R10.4] a withdrawal needs its ground, and a statutory one the law', async () => {
    const code = await anEntryIn('PUBLISHED');
    expectRefusal(await post(code, 'withdrawal', responsible), 400, 'request.invalid');
    const statutory = { ground: 'STATUTORY', narrative: '依法不再提供' };
    expectRefusal(await post(code, 'withdrawal', responsible, statutory), 422, 'catalogue.withdrawal_basis_missing');
    const basis = { law: '某法', article: '第三条', documentNumber: '主席令第1号' };
    const given = { ...statutory, basis };
    expect(await post(code, 'withdrawal', responsible, given)).toMatchObject({
      status: 200,
      body: { status: 'PUBLISHED' },
    });
  });

  it('[R10.4] on a statutory cause an entry stays until the authority consents; who uses it learns nothing before', async () => {
    const code = await anEntryIn('PUBLISHED');
    const basis = { law: '某法', article: '第三条', documentNumber: '主席令第1号' };
    const given = { ground: 'STATUTORY', narrative: '依法不再提供', basis };
    await post(code, 'withdrawal', responsible, given);
    expectRefusal(await post(code, 'withdrawal', responsible, given), 409, 'catalogue.withdrawal_proposed');
    expect((await see(code, responsible)).body).toMatchObject({ proposedWithdrawal: { narrative: '依法不再提供' } });
    expect(JSON.stringify((await see(code, stranger)).body)).not.toContain('依法不再提供');
    const reason = { reason: '理由不足' };
    expectRefusal(await post(code, 'withdrawal/rejection', responsible, reason), 403, 'access.role_required');
    expect((await post(code, 'withdrawal/rejection', authority, reason)).body).toMatchObject({ status: 'PUBLISHED' });
    await post(code, 'withdrawal', responsible, given);
    expect((await post(code, 'withdrawal/retraction', responsible)).body).toMatchObject({ status: 'PUBLISHED' });
    await post(code, 'withdrawal', responsible, given);
    const both = await Promise.all([
      post(code, 'withdrawal/consent', authority, { reason: '同意撤销' }),
      post(code, 'withdrawal/rejection', authority, reason),
    ]);
    // Whichever came first is the answer.
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const { body } = await see(code, authority);
    expect(body.status).toBe(both[0].status === 200 ? 'WITHDRAWN' : 'PUBLISHED');
    const facts = await catalogue.factsOf(code.replace('/', '-'), 13);
    expect(facts.map(({ type }) => type).filter((type) => type.includes('withdraw'))).toEqual([
      'catalogue.withdrawal-proposed.v1',
      'catalogue.withdrawal-withheld.v1',
      'catalogue.withdrawal-proposed.v1',
      'catalogue.withdrawal-retracted.v1',
      'catalogue.withdrawal-proposed.v1',
      both[0].status === 200 ? 'catalogue.entry-withdrawn.v1' : 'catalogue.withdrawal-withheld.v1',
    ]);
  });
});

it('[R7.1] publishing again with the same key publishes once and answers the same', async () => {
  const code = await anEntryIn('APPROVED');
  const send = () => catalogue.call('POST', pathOf(code, 'publication'), submitter, { body: {}, key: `p-${code}` });
  const [first, again] = await Promise.all([send(), send()]);
  expect(first).toMatchObject({ status: 200, body: { status: 'PUBLISHED' } });
  expect(again.body).toEqual(first.body);
  expect((await see(code, stranger)).body.publishedOn).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  await post(code, 'withdrawal', responsible, withdrawal);
  const states = await catalogue.states('policy.resources', code.replace('/', '-'), 2);
  expect(states.map((s) => (s as ResourceState).status)).toEqual(['PUBLISHED', 'WITHDRAWN']);
});

it.each(['internal-review', 'submission', 'review', 'publication'])(
  '%s refuses words it does not know',
  async (act) => {
    expectRefusal(await post(await anEntryIn('DRAFT'), act, submitter, { colour: 'red' }), 400, 'request.invalid');
  },
);

it('[R14.7] is reached only with a hop token', async () => {
  const answer = await fetch(`${catalogue.url}/v1/catalogue/entries`);
  expect([answer.status, await answer.json()]).toEqual([401, expect.objectContaining({ code: 'hop.invalid' })]);
});

describe('separation of duties', () => {
  it('[R14.10] nobody passes, submits or reviews what they did themselves', async () => {
    const allRoles: Principal['roles'] = ['SUBMITTER', 'RESPONSIBLE_OFFICER'];
    const drafted = await anEntryIn('DRAFT');
    expectRefusal(
      await post(drafted, 'internal-review', { ...submitter, roles: allRoles }),
      403,
      'catalogue.own_submission',
    );
    const reviewed = await anEntryIn('INTERNAL_REVIEW');
    expectRefusal(
      await post(reviewed, 'submission', { ...responsible, roles: allRoles }),
      403,
      'catalogue.own_submission',
    );
    const submitted = await anEntryIn('SUBMITTED');
    const inBothPosts = { ...authority, officerId: submitter.officerId };
    expectRefusal(await post(submitted, 'review', inBothPosts), 403, 'catalogue.own_submission');
  });

  it('[R14.10] the leading group reviews the entries of the provincial authority, and no others', async () => {
    const own = { departmentId: 'gxt', roles: ['SUBMITTER', 'PROVINCIAL_AUTHORITY'] as const };
    const { body } = await draft({}, { ...submitter, ...own, officerId: 'gxt-submitter' });
    const code = body.resourceCode as string;
    const head = { ...responsible, departmentId: 'gxt', officerId: 'gxt-responsible' };
    await declare(code, {}, head);
    await post(code, 'internal-review', head);
    expect(await post(code, 'submission', { ...submitter, ...own, officerId: 'gxt-submitter' })).toMatchObject({
      status: 200,
    });
    expectRefusal(await post(code, 'review', authority), 403, 'catalogue.own_case');
    expect(await post(code, 'review', leadingGroup)).toMatchObject({ status: 200 });
    expectRefusal(await post(code, 'approval', authority), 403, 'catalogue.own_case');
    expect(await post(code, 'approval', leadingGroup)).toMatchObject({ status: 200, body: { status: 'APPROVED' } });

    const other = await anEntryIn('SUBMITTED');
    expectRefusal(await post(other, 'review', leadingGroup), 403, 'access.role_required');
  });

  it('[R4.5] a review goes on at the body to which the role of the authority moves', async () => {
    const code = await anEntryIn('UNDER_REVIEW');
    const next = { ...authority, departmentId: 'sjj', officerId: 'sjj-qian' };
    expectRefusal(await post(code, 'approval', { ...authority, roles: [] }), 404, 'request.not_found');
    expect(await post(code, 'approval', next, { remarks: '同意' })).toMatchObject({
      status: 200,
      body: { status: 'APPROVED' },
    });
    expect((await see(code, next)).body).toMatchObject({
      authorityReview: { organisationId: 'gxt' },
      decision: { organisationId: 'sjj', by: 'sjj-qian' },
    });
  });
});

describe('drafting and changing', () => {
  it('is refused to a system, and to a vendor, who provides nothing itself', async () => {
    expectRefusal(await draft({}, aSystem), 403, 'access.role_required');
    expectRefusal(await draft({}, { ...submitter, departmentId: 'softco' }), 403, 'catalogue.provider_not_department');
  });

  it('[R6.1] is refused for a code that is taken, by whomever', async () => {
    const code = await anEntryIn('DRAFT');
    expectRefusal(await draft({ resourceCode: code }, stranger), 409, 'catalogue.code_taken');
  });

  it.each([
    ['[R9.1] unconditional through the channel', { sharingType: 'UNCONDITIONAL', sharingCondition: null, sensitivityReason: null, deliveryMode: 'EXCHANGE_CHANNEL' }, 'catalogue.delivery_mode_not_allowed'],
    ['[R9.1] not shared but hosted', { sharingType: 'NOT_SHARED' }, 'catalogue.delivery_mode_not_allowed'],
    ['[R22.2] of a special regime but hosted', { specialRegime: 'GEOGRAPHIC_INFORMATION' }, 'catalogue.delivery_mode_not_allowed'],
    ['[R5.3] unconditional with a condition', { sharingType: 'UNCONDITIONAL' }, 'catalogue.condition_on_unconditional'],
    ['[R6.1] with a code of another class', { classification: '1-03' }, 'catalogue.code_outside_classification'],
    ['[R7.3] with items that are wrong', { items: [aKeyItem(), anItem({ length: undefined })] }, 'catalogue.item_invalid'],
    ['[R7.3] with a credit code that is wrong', { providerCode: '114600000000000000' }, 'catalogue.provider_code_invalid'],
    ['[R8.3] with a mode that is not its cycle', { updateMode: 'REALTIME' }, 'catalogue.update_mode_mismatch'],
  ] as const)('is refused: %s', async (_what, over, code) => {
    expectRefusal(await draft(over), 422, code);
  }); // prettier-ignore

  it.each([
    ['an unknown field', { colour: 'red' }, '/colour'],
    ['rows as samples, for which there is no field', { samples: [{ certNo: 'A1' }] }, '/samples'],
    ['a row as the sample of an item', { items: [{ ...aKeyItem(), sample: 'A1' }] }, '/items/0/sample'],
    ['no name', { name: undefined }, '/name'],
    ['a null that empties what cannot be empty', { items: null }, '/items'],
    ['an unknown field inside an item', { items: [{ ...aKeyItem(), colour: 'red' }] }, '/items/0/colour'],
    ['a wrong type', { matterNumberPerSubject: 'yes' }, '/matterNumberPerSubject'],
    ['501 items', { items: Array.from({ length: 501 }, (_, i) => anItem({ code: `c${i}` })) }, '/items'],
    ['a code that is none', { resourceCode: '203000-000001' }, '/resourceCode'],
  ])('is refused with %s', async (_what, over, pointer) => {
    const answer = await draft(over);
    expectRefusal(answer, 400, 'request.invalid');
    expect((answer.body.errors as { pointer: string }[]).map((e) => e.pointer)).toContain(pointer);
  });

  it.each([
    ['[R5.3] a reason for its condition', { sensitivityReason: null }, 'catalogue.condition_missing'],
    ['[R3.2] a law for not sharing', { sharingType: 'NOT_SHARED', deliveryMode: 'NONE' }, 'catalogue.legal_basis_missing'],
    ['[R22.2] the rule of its regime', { specialRegime: 'PUBLIC_SECURITY_VIDEO', deliveryMode: 'REFERENCE_ONLY' }, 'catalogue.governing_rule_missing'],
    ['[R8.3] a monthly confirmation', { updateCycle: 'YEARLY' }, 'catalogue.monthly_confirmation_missing'],
    ['[R9.2] a key', { items: [anItem()] }, 'catalogue.key_item_missing'],
    ['[R7.3] items', { items: [] }, 'catalogue.incomplete'],
    ['[R5.4] the duty it arises from', { dutyBasis: null }, 'catalogue.incomplete'],
  ])('may be a draft without %s, but goes no further', async (_what, over, refusal) => {
    const { body } = await draft(over);
    const code = body.resourceCode as string;
    await declare(code);
    expectRefusal(await post(code, 'internal-review', responsible), 422, refusal as keyof typeof REFUSALS);
  }); // prettier-ignore

  it('[R13.6] is not submitted when it derives from what was never published', async () => {
    const origin = await anEntryIn('PUBLISHED');
    const known = await anEntryIn('INTERNAL_REVIEW', { derivedFrom: [origin.replace('/', '-')] });
    expect(await post(known, 'submission', submitter)).toMatchObject({ status: 200 });
    const unknown = await anEntryIn('INTERNAL_REVIEW', { derivedFrom: ['203000-999999'] });
    expectRefusal(await post(unknown, 'submission', submitter), 422, 'catalogue.derived_from_unknown');
  });

  it('a change needs the revision it was made on, and a later one loses', async () => {
    const { body } = await draft();
    const path = pathOf(body.resourceCode as string);
    const change = (ifMatch?: number) =>
      catalogue.call('PATCH', path, submitter, { body: { abstract: '修改' }, ...(ifMatch && { ifMatch }) });
    expectRefusal(await change(), 428, 'request.if_match_required');
    expect(await change(1)).toMatchObject({ status: 200, body: { revision: 2 } });
    expectRefusal(await change(1), 412, 'request.stale_revision');
    expect((await catalogue.call('GET', path, submitter)).etag).toBe('"2"');
  });

  it('of two changes at once on one revision exactly one is taken', async () => {
    const { body } = await draft();
    const path = pathOf(body.resourceCode as string);
    const race = await Promise.all(
      ['甲', '乙'].map((abstract) => catalogue.call('PATCH', path, submitter, { body: { abstract }, ifMatch: 1 })),
    );
    expect(race.map((a) => a.status).sort()).toEqual([200, 412]);
  });

  it('the same key gives the same answer; with another body it is refused', async () => {
    const body = { ...BODY, resourceCode: nextCode() };
    const send = (over: object = {}) =>
      catalogue.call('POST', '/v1/catalogue/entries', submitter, {
        body: { ...body, ...over },
        key: `k-${body.resourceCode}`,
      });
    const first = await send();
    expect(first.status).toBe(201);
    expect(await send()).toMatchObject({ status: 201, body: first.body });
    expectRefusal(await send({ name: '另一个名称' }), 422, 'request.idempotency_key_reused');
    expectRefusal(
      await catalogue.call('POST', '/v1/catalogue/entries', submitter, { body, key: null }),
      400,
      'request.idempotency_key_required',
    );
  });
});

describe('secrecy', () => {
  it('[R2.2] an entry that is not cleared is wiped; who, when and which rule stay', async () => {
    const drafted = await draft({ name: '绝不可留存的名称', abstract: '绝不可留存的摘要' });
    const code = drafted.body.resourceCode as string;
    expectRefusal(await declare(code, { conclusion: 'STATE_SECRET' }), 422, 'catalogue.secrecy_not_cleared');
    expectRefusal(await see(code, submitter), 404, 'request.not_found');

    const id = code.replace('/', '-');
    const [, refused] = await catalogue.factsOf(id, 2);
    expect(refused).toMatchObject({
      type: 'catalogue.registration-refused.v1',
      data: { rule: 'R2.2', organisationId: 'mzt', by: 'mzt-responsible', entryId: id, wiped: true },
    });
    const kept = await catalogue.query('SELECT rule, organisation_id, refused_to, wiped FROM registration_refusal WHERE entry_id = $1', [id]); // prettier-ignore
    expect(kept).toEqual([{ rule: 'R2.2', organisation_id: 'mzt', refused_to: 'mzt-responsible', wiped: true }]);
    expect(await catalogue.tablesContaining('绝不可留存')).toEqual([]);
  });

  it.each([
    ['a name', { name: '机密★ 无处可留' }],
    ['an abstract', { abstract: '无处可留 秘密★10年' }],
    ['an item', { items: [aKeyItem({ name: '绝密★无处可留' })] }],
    [
      'a nested rule',
      { governingRule: { title: '机密★无处可留', documentNumber: '1', wayOfSharing: 'x', contact: 'y' } },
    ],
  ])(
    '[R2.3] marked text in %s of a new entry is refused each time, and nothing of it is kept',
    async (_where, over) => {
      const resourceCode = nextCode();
      const count = async () =>
      Number((await catalogue.query<{ n: string }>(`SELECT count(*) AS n FROM registration_refusal WHERE rule = 'R2.3'`))[0]!.n); // prettier-ignore
      const before = await count();
      const send = () =>
      catalogue.call('POST', '/v1/catalogue/entries', submitter, { body: { ...BODY, ...over, resourceCode }, key: `m-${resourceCode}` }); // prettier-ignore
      expectRefusal(await send(), 422, 'catalogue.secret_mark');
      expectRefusal(await send(), 422, 'catalogue.secret_mark');
      expect(await count()).toBe(before + 2);
      expectRefusal(await see(resourceCode, submitter), 404, 'request.not_found');
      expect(await catalogue.tablesContaining('无处可留')).toEqual([]);
    },
  );

  it('[R2.3] marked text in a change is refused, and what cleared the entry before no longer does', async () => {
    const code = await anEntryIn('INTERNAL_REVIEW');
    const { body } = await see(code, submitter);
    const answer = await catalogue.call('PATCH', pathOf(code), submitter, {
      body: { abstract: '机密★ 毫无痕迹' },
      ifMatch: body.revision as number,
    });
    expectRefusal(answer, 422, 'catalogue.secret_mark');
    expect((await see(code, submitter)).body).toMatchObject({
      status: 'DRAFT',
      secrecyReview: null,
      abstract: BODY.abstract,
    });
    expect(await catalogue.tablesContaining('毫无痕迹')).toEqual([]);
  });

  it('[R2.3] marked remarks are refused and change nothing', async () => {
    const code = await anEntryIn('UNDER_REVIEW');
    expectRefusal(await post(code, 'return', authority, { remarks: '机密★ 意见' }), 422, 'catalogue.secret_mark');
    expect((await see(code, submitter)).body).toMatchObject({ status: 'UNDER_REVIEW', decision: null });
  });

  it('[R2.2] a draft leaves no copy of what it says in answers kept for retries, or in messages', async () => {
    await draft({ name: '只在条目里的名称' });
    expect(await catalogue.tablesContaining('只在条目里的名称')).toEqual(['entry']);
  });
});

describe('who knows of an entry', () => {
  it('[R7.1] a draft of another department answers as one that does not exist', async () => {
    const code = await anEntryIn('DRAFT');
    const unknown = await see('203000/777777', stranger);
    for (const by of [stranger, aSystem, authority, auditor]) {
      const { traceId: _a, ...draftOfOthers } = (await see(code, by)).body;
      const { traceId: _b, ...nothing } = unknown.body;
      expect(draftOfOthers).toEqual(nothing);
    }
    const change = await catalogue.call('PATCH', pathOf(code), stranger, { body: { name: 'x' }, ifMatch: 1 });
    expectRefusal(change, 404, 'request.not_found');
  });

  it('what is listed is what may be seen, for everybody', async () => {
    const codes = [
      await anEntryIn('DRAFT'),
      await anEntryIn('SUBMITTED'),
      await anEntryIn('PUBLISHED'),
      await anEntryIn('PUBLISHED', { metadataVisibility: 'SUMMARY' }),
      await anEntryIn('PUBLISHED', {
        sharingType: 'NOT_SHARED',
        deliveryMode: 'NONE',
        legalBasis: { law: '某法', article: '第一条', documentNumber: '1号' },
        metadataVisibility: 'HIDDEN',
      }),
      await anEntryIn('WITHDRAWN'),
    ];
    for (const by of [submitter, stranger, aSystem, authority, leadingGroup, auditor]) {
      const listed = new Set(
        (await catalogue.everyPage('/v1/catalogue/entries?limit=50', by)).map((e) => e.resourceCode),
      );
      for (const code of codes) expect([code, listed.has(code)]).toEqual([code, (await see(code, by)).status === 200]);
    }
    const [, , open, summary] = codes;
    expect((await see(open!, stranger)).body).not.toHaveProperty('secrecyReview');
    expect((await see(summary!, stranger)).body).toMatchObject({ items: [] });
  });
});

describe('lists and search', () => {
  it('pages in one order, finds by words and filters, and shows who provides', async () => {
    const names = ['火化证明信息甲', '火化证明信息乙', '火化场馆名录'];
    for (const name of names) await anEntryIn('PUBLISHED', { name });
    const found = async (query: string) =>
      (await catalogue.everyPage(`/v1/catalogue/entries?limit=1&${query}`, stranger)).map((e) => e.name);
    expect(await found(`q=${encodeURIComponent('火化')}`)).toEqual(names);
    expect(await found(`q=${encodeURIComponent('火化 证明')}`)).toEqual(names.slice(0, 2));
    expect(await found(`q=${encodeURIComponent('化火')}`)).toEqual([]);
    expect(await found(`q=${encodeURIComponent('火化')}&providerId=zgt`)).toEqual([]);
    expect(await found(`q=${encodeURIComponent('火化')}&sharingType=CONDITIONAL&status=PUBLISHED`)).toEqual(names);
    const page = await catalogue.call('GET', `/v1/catalogue/entries?q=${encodeURIComponent('火化')}`, stranger);
    expect((page.body.items as object[])[0]).toMatchObject({ providerId: 'mzt', providerName: '民政厅' });
  });

  it.each([
    ['limit=0', 'request.invalid'],
    ['limit=201', 'request.invalid'],
    ['status=OLD', 'request.invalid'],
    ['colour=red', 'request.invalid'],
    ['cursor=nonsense', 'request.bad_cursor'],
  ] as const)('refuses %s', async (query, code) => {
    expectRefusal(await catalogue.call('GET', `/v1/catalogue/entries?${query}`, stranger), 400, code);
  });

  it('refuses a cursor of another question, and of another department', async () => {
    const { body } = await catalogue.call('GET', '/v1/catalogue/entries?limit=1', stranger);
    const cursor = encodeURIComponent(body.next as string);
    const other = [
      catalogue.call('GET', `/v1/catalogue/entries?limit=1&status=PUBLISHED&cursor=${cursor}`, stranger),
      catalogue.call('GET', `/v1/catalogue/entries?limit=1&cursor=${cursor}`, submitter),
    ];
    for (const answer of await Promise.all(other)) expectRefusal(answer, 400, 'request.bad_cursor');
  });
});

describe('the projection of organisations', () => {
  const names = () => catalogue.query<{ name: string }>(`SELECT name FROM organisation WHERE id = 'swj'`);

  it('takes a newer state, and not an older or a second one', async () => {
    await catalogue.organisations({ id: 'swj', name: '税务局', version: 2 });
    await catalogue.organisations({ id: 'swj', name: '旧名', version: 1 });
    await catalogue.organisations({ id: 'swj', name: '同版本', version: 2 });
    await catalogue.organisations({ id: 'barrier-1', name: '之后' });
    expect(await names()).toEqual([{ name: '税务局' }]);
  });

  it('parks what is no state, and goes on', async () => {
    await catalogue.sendRaw('policy.organisations', 'broken', 'not json');
    await catalogue.organisations({ id: 'barrier-2', name: '之后' });
    expect(await catalogue.query(`SELECT key FROM parked_message`)).toEqual([{ key: 'broken' }]);
  });

  it('forgets what ended', async () => {
    await catalogue.sendRaw('policy.organisations', 'swj', null);
    await catalogue.organisations({ id: 'barrier-3', name: '之后' });
    expect(await names()).toEqual([]);
  });
});
