import { randomUUID } from 'node:crypto';
import { withClient } from '@qiongtong/testing';
import { ADMINISTRATOR, DEPARTMENTS, officerOf, ORGANS, responsibleOf, reviewerOf, submitterOf, systemOf, type DepartmentId } from '../province/bodies'; // prettier-ignore
import type { Province } from '../province/province';
import { admit, publish, push, register, registerSystem } from '../province/registers';
import { MARRIAGES } from '../province/resources';

/** Something in the world that has ids, and whose it is. */
export type Thing = Readonly<{ ids: readonly string[]; unknown: readonly string[]; parties: readonly DepartmentId[] }>;
export type ThingName = keyof Awaited<ReturnType<typeof makeThings>>;

/** Of the right form, and nobody's. */
const NOBODYS = '01900000-0000-7000-8000-000000000000';
const RESOURCE = MARRIAGES.id;
const CHANNEL = '203000-000008';
const PERIOD = { from: '2026-01-01', until: '2028-01-01' };
const PURPOSES = ['medical-aid.eligibility'];
const aThing = (
  ids: string | readonly string[],
  parties: readonly DepartmentId[],
  unknown: string | readonly string[] = NOBODYS,
): Thing => ({ ids: [ids].flat(), unknown: [unknown].flat(), parties });

export const anAsk = (over: object = {}) => ({
  resourceId: RESOURCE,
  items: ['certNo', 'status'],
  actions: ['query'],
  purposes: PURPOSES,
  dutyBasis: '社会救助暂行办法第二十七条',
  scopeOfKnowledge: { units: ['业务处'] },
  securityMeasures: '专网访问、专人负责',
  method: 'API',
  frequency: 'ON_DEMAND',
  period: PERIOD,
  ...over,
});
export const BASIS = [{ law: '中华人民共和国个人信息保护法', article: '第六条', quotation: '处理个人信息应当具有明确、合理的目的' }]; // prettier-ignore

/** Decided today, and of no effect while the test runs. */
export const aRename = (organisationId: string) => ({
  kind: 'RENAME',
  organisationIds: [organisationId],
  name: '新名称',
  document: { number: '琼编〔2026〕3号', date: '2026-03-01' },
  effectiveOn: '2027-12-01',
});

/** `ybj` uses what `mzt` provides. Everything between the two, one of each. */
export async function makeThings(province: Province) {
  const make = async (by: string, path: string, body: object): Promise<Record<string, unknown>> =>
    province.done(by, 'POST', path, body);
  const idOf = async (by: string, path: string, body: object) => String((await make(by, path, body))['id']);
  const bodies = [...ORGANS, ...(['mzt', 'ybj', 'wjw', 'tyt'] as const).map((id) => DEPARTMENTS[id])];
  await Promise.all(bodies.map((body) => register(province, body)));
  await Promise.all([
    admit(province, DEPARTMENTS.ybj),
    admit(province, DEPARTMENTS.wjw),
    registerSystem(province, 'mzt', { provides: [RESOURCE] }),
    registerSystem(province, 'ybj'),
    registerSystem(province, 'wjw'),
    publish(province, MARRIAGES),
    publish(province, { ...MARRIAGES, id: CHANNEL, name: '婚姻登记档案' }, { deliveryMode: 'EXCHANGE_CHANNEL' }),
  ]);
  const [mzt, ybj] = [reviewerOf('mzt'), submitterOf('ybj')];
  // As if it had been registered a year ago: its accesses are to be looked at, and that is noticed by the minute.
  await withClient(province.platform.databaseUrl('authorisation'), (client) =>
    client.query(`UPDATE organisation SET registered_at = registered_at - interval '13 months' WHERE id = 'ybj'`),
  );

  const apply = () => idOf(ybj, '/v1/sharing-applications', anAsk());
  const consentTo = async (id: string, agreement: string) => {
    const terms = { matterNumber: 'optional', agreement };
    return make(mzt, `/v1/sharing-applications/${id}/consent`, terms);
  };
  const application = await apply();
  const { decision } = await consentTo(await apply(), 'NONE');
  const { grantId } = decision as { grantId: string };
  const toDownload = await idOf(ybj, '/v1/sharing-applications', anAsk({ actions: ['download'] }));
  await consentTo(toDownload, 'NONE');
  const toAskForLater = await idOf(ybj, '/v1/sharing-applications', anAsk({ resourceId: CHANNEL, actions: ['batch'] }));
  await consentTo(toAskForLater, 'NONE');
  const toSubscribe = await idOf(ybj, '/v1/sharing-applications', anAsk({ actions: ['subscribe'] }));
  await consentTo(toSubscribe, 'NONE');
  const agreed = await apply();
  await consentTo(agreed, 'REQUIRED');
  const { items: agreements } = await province.done(mzt, 'GET', `/v1/agreements?applicationId=${agreed}`);
  const { resourceId, items, ...common } = anAsk();
  const many = { ...common, resources: [{ resourceId, items }] };
  const measure = { ground: 'STATUTORY', statutoryBasis: BASIS, narrative: '法律修订', until: '2027-12-01' };
  const suspended = await make(mzt, `/v1/grants/${grantId}/suspension`, measure);
  const [{ caseId }] = suspended['proposals'] as [{ caseId: string }];
  const publication = { grantId, title: '婚姻登记统计', purpose: '社会公开', forms: ['JSON'], items: ['status'], period: PERIOD }; // prettier-ignore
  const permitted = await idOf(ybj, '/v1/publication-requests', publication);
  const { permitId } = await make(mzt, `/v1/publication-requests/${permitted}/consent`, {});
  const tomorrow = new Date(province.today.getTime() + 86_400_000).toISOString();

  await push(province, MARRIAGES);
  const { items: batches } = await province.done(mzt, 'GET', `/v1/resources/${RESOURCE}/batches`);
  const uses = { purpose: PURPOSES[0]!, officer: 'nobody-known' };
  const read = await province.reads(systemOf('ybj'), `/v1/resources/${RESOURCE}/records?fields=granted`, uses, 'access.officer_unknown'); // prettier-ignore
  const decisionId = String(read.body['decisionId']);
  const alert = await province.eventually('an alert', async () => {
    const { items: alerts } = await province.done(mzt, 'GET', '/v1/misuse-alerts?limit=1');
    return (alerts as { id: string }[])[0]?.id;
  });
  const logWatch = await idOf(officerOf('sjt'), '/v1/audit/watches', { name: '关注', filter: {} });
  const sealed = await province.eventually('the access in the log', async () => {
    const { status, body } = await province.asked(mzt, 'GET', `/v1/audit/accesses/${decisionId}`);
    return status === 200 && (body['entries'] as { index: number }[])[0];
  });
  // What has to be updated until when is looked at by the minute.
  province.setClock(new Date(province.today.getTime() + 120_000));
  await province.eventually('the resource that stays with its provider', async () => {
    const { items: endpoints } = await province.done(mzt, 'GET', '/v1/channel-endpoints');
    return (endpoints as unknown[]).length > 0;
  });
  await province.eventually('the duty to update', async () => {
    const { items: duties } = await province.done(mzt, 'GET', '/v1/update-duties');
    return (duties as unknown[]).length > 0;
  });
  const review = await province.eventually('the access review', async () => {
    const { items: reviews } = await province.done(responsibleOf('ybj'), 'GET', '/v1/access-reviews?limit=1');
    return (reviews as { id: string }[])[0]?.id;
  });
  const { items: applications } = await province.done(ybj, 'GET', '/v1/access-applications?limit=1');
  const purpose = { headers: { purpose: PURPOSES[0]! } };
  const asked = { format: 'CSV', fields: ['certNo', 'status'] };
  const { id: exportId } = await province.done(ybj, 'POST', `/v1/resources/${RESOURCE}/exports`, asked, purpose);
  const { id: queryId } = await province.done(ybj, 'POST', `/v1/resources/${CHANNEL}/queries`, { fields: ['status'] }, purpose); // prettier-ignore
  const fed = { url: 'https://node.gov.example/', fields: ['certNo', 'status'] };
  const subscribe = () =>
    province.eventually('the subscription', async () => {
      const headers = { purpose: PURPOSES[0]!, officer: ybj };
      const options = { body: fed, headers, key: randomUUID() };
      const token = await province.system(systemOf('ybj'));
      const answer = await province.call(token, 'POST', `/v1/resources/${RESOURCE}/subscriptions`, options);
      return answer.status === 201 && String(answer.body['id']);
    });
  const subscription = await subscribe();
  // One is ended on the way; its node is still in use.
  await subscribe();
  const way = { body: { contentType: 'text/csv' }, key: randomUUID() };
  const upload = await province.call(await province.system(systemOf('mzt')), 'POST', `/v1/resources/${RESOURCE}/uploads`, way); // prettier-ignore
  const uploadId = String(upload.body['id']);
  // Of an earlier withdrawal: the resource is published again.
  const disposalId = randomUUID();
  await withClient(province.platform.databaseUrl('exchange'), (client) =>
    client.query(
      `INSERT INTO disposal (id, resource_id, provider_id, region_code, status, scheduled_at, due_at, ground, basis,
         hash_key, chain)
       VALUES ($1, $2, 'mzt', '460000', 'CANCELLED', now(), now(), 'RETENTION_ENDED', '-', '', '')`,
      [disposalId, RESOURCE],
    ),
  );

  return {
    organisation: aThing('ybj', ['ybj'], 'nobody'),
    organisationChange: aThing(await idOf(ADMINISTRATOR, '/v1/organisation-changes', aRename('ybj')), ['ybj']),
    officer: aThing(submitterOf('ybj'), ['ybj'], 'nobody-known'),
    system: aThing(systemOf('ybj'), ['ybj'], 'nobody-system'),
    accessApplication: aThing((applications as [{ id: string }])[0].id, ['ybj']),
    accessReview: aThing(review, ['ybj']),
    reviewItem: aThing([review, '1'], ['ybj'], [NOBODYS, '1']),
    rulePack: aThing('HN-2014-176@1', ['ybj'], 'HN-2999-1@1'),
    calendar: aThing('2026', ['ybj'], '2999'),
    calendarVersion: aThing(['2026', '1'], ['ybj'], ['2999', '1']),
    pledgeText: aThing('2026-1', ['ybj'], '1999-1'),
    application: aThing(application, ['ybj', 'mzt']),
    batchOfApplications: aThing(await idOf(ybj, '/v1/sharing-application-batches', many), ['ybj']),
    standingConsent: aThing(
      await idOf(submitterOf('mzt'), '/v1/standing-consents', {
        resourceId: RESOURCE,
        ...{ items: ['certNo'], actions: ['verify'], purposes: PURPOSES, matterNumber: 'required', period: PERIOD },
        ...{ applicants: { ids: ['tyt'] }, conditions: '仅限资格核验' },
      }),
      ['mzt'],
    ),
    delegation: aThing(
      await idOf(mzt, '/v1/review-delegations', {
        ...{ resourceIds: [RESOURCE], delegateId: 'tyt', period: PERIOD, reason: '委托下属单位初审' },
      }),
      ['mzt', 'tyt'],
    ),
    grant: aThing(grantId, ['ybj', 'mzt']),
    consentCase: aThing(caseId, ['mzt', 'ybj']),
    proposal: aThing([grantId, caseId], ['mzt', 'ybj'], [NOBODYS, NOBODYS]),
    agreement: aThing((agreements as [{ id: string }])[0].id, ['ybj', 'mzt']),
    transfer: aThing(
      await idOf(ybj, '/v1/onward-transfers', {
        ...{ grantId, recipientId: 'tyt', why: '核验', basis: '协议', items: ['certNo'], actions: ['query'] },
        ...{ purposes: PURPOSES, period: PERIOD },
      }),
      ['ybj', 'mzt'],
    ),
    publicationRequest: aThing(await idOf(ybj, '/v1/publication-requests', publication), ['ybj', 'mzt']),
    permit: aThing(String(permitId), ['ybj', 'mzt']),
    stop: aThing(
      await idOf(responsibleOf('ybj'), '/v1/stops', {
        ...{ target: 'officer', targetId: reviewerOf('ybj'), reason: '岗位交接', until: tomorrow },
      }),
      ['ybj'],
    ),
    alert: aThing(alert, ['mzt']),
    entry: aThing(RESOURCE, ['mzt'], '999999-000009'),
    // Whoever knows a published entry is told whose it is, not whether its next version is being compiled.
    revised: aThing(await revisedEntry(province), ['mzt'], '999999-000009'),
    version: aThing([RESOURCE, '1'], ['mzt'], ['999999-000009', '1']),
    draft: aThing(await draftedEntry(province), ['mzt'], '999999-000009'),
    dataElement: aThing(await aDataElement(province), ['mzt'], 'nobodys-element'),
    elementProposal: aThing(
      await idOf(submitterOf('mzt'), '/v1/catalogue/data-element-proposals', {
        ...{ elementId: 'marriage-place', name: '登记地点', definition: '办理登记的地点', type: 'C', length: '60' },
        reason: '多部门使用',
      }),
      ['mzt'],
    ),
    proposedAssignment: aThing(
      await idOf(submitterOf('mzt'), '/v1/catalogue/collection-assignments/proposals', {
        ...{ elementId: 'insured-number', regionCode: '460000', duties: '采集并更新', reason: '职责所在' },
      }),
      ['mzt'],
    ),
    collectionWaiver: aThing(await askedWaiver(province), ['mzt']),
    catalogueImport: aThing(await checkedImport(province), ['mzt']),
    channelResource: aThing(CHANNEL, ['mzt'], '999999-000009'),
    resource: aThing(RESOURCE, ['mzt'], '999999-000009'),
    disposal: aThing([RESOURCE, disposalId], ['mzt'], ['999999-000009', NOBODYS]),
    batch: aThing([RESOURCE, (batches as [{ id?: string; batchId?: string }])[0].id ?? ''], ['mzt'], ['999999-000009', NOBODYS]), // prettier-ignore
    upload: aThing([RESOURCE, uploadId], ['mzt'], ['999999-000009', NOBODYS]),
    part: aThing([RESOURCE, uploadId, '1'], ['mzt'], ['999999-000009', NOBODYS, '1']),
    record: aThing([RESOURCE, 'J460000-0001'], ['mzt'], ['999999-000009', 'J460000-0001']),
    exports: aThing(RESOURCE, ['ybj'], '999999-000009'),
    export: aThing([RESOURCE, String(exportId)], ['ybj'], ['999999-000009', NOBODYS]),
    edition: aThing('1', ['mzt'], '999999'),
    task: aThing(`EXPORT.${String(exportId)}`, ['ybj', 'mzt'], `EXPORT.${NOBODYS}`),
    node: aThing('node.gov.example', ['ybj']),
    query: aThing(String(queryId), ['ybj']),
    answer: aThing([CHANNEL, String(queryId)], ['ybj'], ['999999-000009', NOBODYS]),
    subscription: aThing(subscription, ['ybj']),
    access: aThing(decisionId, ['mzt', 'ybj']),
    tile: aThing('0/000.p/1', ['mzt']),
    bundle: aThing('000.p/1', ['mzt']),
    logWatch: aThing(logWatch, ['mzt']),
    logEntry: aThing(String(sealed.index), ['mzt', 'ybj'], '999999999'),
  } as const;
}

async function revisedEntry(province: Province): Promise<string> {
  await province.done(submitterOf('mzt'), 'POST', `/v1/catalogue/entries/${RESOURCE}/revision`, {});
  return RESOURCE;
}

async function aDataElement(province: Province): Promise<string> {
  const kept = await province.done(ADMINISTRATOR, 'POST', '/v1/catalogue/data-elements', {
    ...{ id: 'insured-number', name: '参保编号', definition: '参保人的编号', type: 'C', length: '20' },
  });
  return String(kept['id']);
}

/** Of collecting what the authority assigned to another. */
async function askedWaiver(province: Province): Promise<string> {
  const elementId = 'pension-number';
  await province.done(ADMINISTRATOR, 'POST', '/v1/catalogue/data-elements', {
    ...{ id: elementId, name: '养老金编号', definition: '领取养老金的编号', type: 'C', length: '20' },
  });
  await province.done(ADMINISTRATOR, 'POST', '/v1/catalogue/collection-assignments', {
    ...{ elementId, regionCode: '460000', duties: '采集并更新', departmentId: 'tyt' },
    ...{ documentNumber: '琼工信〔2026〕1号', reason: '职责所在' },
  });
  const asked = { entryId: '203000-000009', elementId, reason: '字段不足', until: '2026-12-31' };
  const { id } = await province.done(submitterOf('mzt'), 'POST', '/v1/catalogue/collection-waivers', asked);
  return String(id);
}

async function draftedEntry(province: Province): Promise<string> {
  const drafted = await province.done(submitterOf('mzt'), 'POST', '/v1/catalogue/entries', {
    ...{ resourceCode: '203000/000009', classification: '2-03', name: '未发布的条目' },
  });
  return String(drafted['id']);
}

/** One that only checks. */
async function checkedImport(province: Province): Promise<string> {
  const response = await fetch(`${province.platform.gatewayUrl}/v1/catalogue-imports?dryRun=true`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await province.officer(submitterOf('mzt'))}`,
      'content-type': 'text/csv',
      'idempotency-key': randomUUID(),
    },
    body: '信息资源代码,信息资源名称,信息资源分类\r\n203000/000019,导入的条目,2-03\r\n',
  });
  return String(((await response.json()) as { id: unknown }).id);
}
