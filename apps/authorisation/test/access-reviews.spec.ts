import type { Principal } from '@qiongtong/contracts';
import { AccessReviewClock } from '../src/access-reviews/access-review-clock.service';
import type { AccessReview, Item } from '../src/access-reviews/domain/access-review';
import { startAuthorisation, type RunningAuthorisation } from './authorisation';
import { admin, admit, aDepartment, anOrganisation, officer, responsible, submitter } from './world';

const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);

describe('the yearly access review', () => {
  let service: RunningAuthorisation;
  const auditor = officer('sjt', 'sun', 'AUDITOR');

  beforeAll(async () => {
    service = await startAuthorisation({ replicas: 2 });
    for (const id of ['mzt', 'ybj', 'wjw', 'jyt']) await aDepartment(service, id);
    await service.done('POST', '/v1/organisations', admin, {
      body: anOrganisation('yunfan', { type: 'OTHER', kind: 'VENDOR' }),
    });
    await admit(service, 'ybj');
    for (const [id, roles] of [
      ['wang', ['SUBMITTER']],
      ['chen', ['REVIEWER']],
      ['ybj-responsible', ['RESPONSIBLE_OFFICER']],
    ] as const)
      await service.done('POST', '/v1/officers', admin, {
        body: {
          id,
          name: `人员${id}`,
          appointments: [
            { organisationId: 'ybj', unit: '待遇处', post: '干部', roles, from: '2026-01-01' },
            ...(id === 'wang'
              ? [{ organisationId: 'ybj', unit: '基金处', post: '干部', roles: ['REVIEWER'], from: '2026-02-01' }]
              : []),
          ],
        },
      });
    for (const id of ['ybj-system', 'ybj-old'])
      await service.done('POST', '/v1/systems', responsible('ybj'), { body: { id, name: id, ownerId: 'ybj' } });
  });
  afterAll(() => service?.close());

  const runDue = (at: Date) => service.app.get(AccessReviewClock, { strict: false }).runDue(at);
  /** As if it had been registered so many months ago. */
  const registered = (id: string, months: number) =>
    service.query(`UPDATE organisation SET registered_at = now() - make_interval(months => $2) WHERE id = $1`, [
      id,
      months,
    ]);
  const reviewsOf = (id: string, by: Principal = responsible(id)) =>
    service.everyPage(`/v1/access-reviews?limit=1&organisationId=${id}`, by) as never as Promise<AccessReview[]>;
  const conclude = (review: AccessReview, item: Pick<Item, 'no'>, what: string, by: Principal, body: object) =>
    service.call('POST', `/v1/access-reviews/${review.id}/items/${item.no}/${what}`, by, { body });
  const factsOf = async (review: AccessReview) =>
    (await service.factsOf(review.id, review.revision)).map(({ type }) =>
      type.replace(/^authorisation\.access-review-|\.v1$/g, ''),
    );
  const itemOf = (review: AccessReview, subjectId: string, unit?: string): Item =>
    review.items.find((one) => one.subjectId === subjectId && (unit === undefined || one.shown['unit'] === unit))!;
  const revisionOf = async (path: string, by = responsible('ybj')) =>
    Number((await service.done('GET', `/v1/${path}`, by))['revision']);

  it('[R8.5] is opened for a department after a year, once, and for nobody else', async () => {
    await runDue(new Date());
    expect(await reviewsOf('ybj')).toEqual([]);
    await registered('ybj', 11);
    await runDue(new Date());
    expect(await reviewsOf('ybj')).toEqual([]);
    for (const id of ['ybj', 'yunfan']) await registered(id, 13);
    await Promise.all([runDue(new Date()), runDue(new Date())]);
    const [review, ...more] = await reviewsOf('ybj');
    expect(more).toEqual([]);
    expect(review!.items.map(({ kind, subjectId, shown }) => [kind, subjectId, shown['unit'] ?? null])).toEqual([
      ['APPOINTMENT', 'chen', '待遇处'],
      ['APPOINTMENT', 'wang', '待遇处'],
      ['APPOINTMENT', 'wang', '基金处'],
      ['APPOINTMENT', 'ybj-responsible', '待遇处'],
      ['SYSTEM', 'ybj-old', null],
      ['SYSTEM', 'ybj-system', null],
      ['ADMISSION', 'ybj', null],
    ]);
    expect(await factsOf(review!)).toEqual(['opened']);
    const all = await service.everyPage('/v1/access-reviews?limit=9', auditor);
    expect(all.map((one) => one['organisationId'])).toEqual(['ybj']);
  });

  it('[R14.7] is known to its department and who oversees it', async () => {
    const [review] = await reviewsOf('ybj');
    for (const id of [review!.id, 'nobody']) {
      const theirs = await service.call('GET', `/v1/access-reviews/${id}`, responsible('wjw'));
      expect([theirs.status, theirs.body['code']]).toEqual([404, 'request.not_found']);
    }
    expect(await service.everyPage('/v1/access-reviews?limit=9', responsible('wjw'))).toEqual([]);
    expect((await service.call('GET', `/v1/access-reviews/${review!.id}`, auditor)).status).toBe(200);
    const [wang] = review!.items.filter(({ subjectId }) => subjectId === 'wang');
    const stranger = await conclude(review!, wang!, 'confirmation', responsible('wjw'), { revision: 1 });
    expect(stranger.body['code']).toBe('request.not_found');
  });

  it('[R8.5] has items confirmed as they were read, and nothing else', async () => {
    const [review] = await reviewsOf('ybj');
    const system = itemOf(review!, 'ybj-system');
    const confirm = (body: object, by = responsible('ybj'), item = system) =>
      conclude(review!, item, 'confirmation', by, body);
    expect((await confirm({ revision: 1 }, submitter('ybj'))).body['code']).toBe('access.role_required');
    expect((await confirm({ revision: 1 }, admin)).body['code']).toBe('review.departments_own');
    expect((await confirm({ revision: 1 }, auditor)).body['code']).toBe('access.role_required');
    expect((await confirm({})).body['code']).toBe('request.invalid');
    expect((await confirm({ revision: 1, fee: 1 })).body['code']).toBe('request.invalid');
    expect((await confirm({ revision: 1 }, responsible('ybj'), { ...system, no: 99 })).body['code']).toBe(
      'request.not_found',
    );
    await service.done('PATCH', '/v1/systems/ybj-system', responsible('ybj'), { body: { name: '新系统' }, ifMatch: 1 });
    expect((await confirm({ revision: 1 })).body).toMatchObject({ code: 'review.subject_changed', about: ['2'] });
    const race = await Promise.all([confirm({ revision: 2, note: '地址、密钥已核对' }), confirm({ revision: 2 })]);
    expect(race.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await confirm({ revision: 2 })).body['code']).toBe('review.item_concluded');
    const [after] = await reviewsOf('ybj');
    expect(itemOf(after!, 'ybj-system').outcome).toMatchObject({
      conclusion: 'CONFIRMED',
      subjectRevision: 2,
      by: 'ybj-responsible',
    });
  });

  it('[R8.5] ends an appointment, a system and nothing besides, by their own use cases', async () => {
    const [review] = await reviewsOf('ybj');
    const fund = itemOf(review!, 'wang', '基金处');
    const end = (item: Item, revision: number, by = responsible('ybj')) =>
      conclude(review!, item, 'end', by, { revision, reason: '岗位调整' });
    expect((await conclude(review!, fund, 'end', responsible('ybj'), { revision: 1 })).body['code']).toBe(
      'request.invalid',
    );
    expect((await end(fund, 9)).body['code']).toBe('review.subject_changed');
    expect((await end(fund, 1)).status).toBe(200);
    expect((await service.states('policy.officers', 'wang', 2)).at(-1)).toMatchObject({
      version: 2,
      appointments: [
        { unit: '待遇处', until: null },
        { unit: '基金处', until: expect.any(String) as string },
      ],
    });
    const old = itemOf(review!, 'ybj-old');
    expect((await end(old, 1)).status).toBe(200);
    expect((await service.states('policy.systems', 'ybj-old', 2)).at(-1)).toMatchObject({ status: 'RETIRED' });
    const [after] = await reviewsOf('ybj');
    expect([itemOf(after!, 'wang', '基金处'), itemOf(after!, 'ybj-old')].map(({ outcome }) => outcome)).toMatchObject([
      { conclusion: 'ENDED', subjectRevision: 2, note: '岗位调整' },
      { conclusion: 'ENDED', subjectRevision: 2 },
    ]);
    expect(after).toMatchObject({ status: 'OPEN' });
  });

  it('[R14.10] leaves nobody to confirm their own appointment: the authority does', async () => {
    const [review] = await reviewsOf('ybj');
    const own = itemOf(review!, 'ybj-responsible');
    expect((await conclude(review!, own, 'confirmation', responsible('ybj'), { revision: 1 })).body['code']).toBe(
      'review.own_appointment',
    );
    expect(
      (await conclude(review!, own, 'confirmation', officer('ldxz', 'zhao', 'LEADING_GROUP'), { revision: 1 })).body[
        'code'
      ],
    ).toBe('access.role_required');
    expect((await conclude(review!, own, 'confirmation', admin, { revision: 1 })).status).toBe(200);
  });

  it('[R8.5] reminds, tells that it is overdue, and ends nothing by itself', async () => {
    for (const days of [16.5, 23.5, 29.5]) await runDue(inDays(days));
    await Promise.all([runDue(inDays(31)), runDue(inDays(31)), runDue(inDays(60))]);
    const [review] = await reviewsOf('ybj');
    const facts = await factsOf(review!);
    expect(facts.filter((fact) => fact !== 'item-concluded')).toEqual([
      'opened',
      'reminded',
      'reminded',
      'reminded',
      'overdue',
    ]);
    const overdue = (await service.factsOf(review!.id, review!.revision)).find(({ type }) => type.includes('overdue'))!;
    expect(overdue.data).toMatchObject({
      organisationId: 'ybj',
      open: 3,
      authorityId: 'gxt',
      responsibleUnitId: expect.any(String) as string,
    });
    expect(review).toMatchObject({ status: 'OPEN', overdueAt: expect.any(String) as string });
    const listed = await service.everyPage('/v1/access-reviews?limit=9&overdue=true', admin);
    expect(listed.map((one) => one['id'])).toEqual([review!.id]);
    expect(await service.everyPage('/v1/access-reviews?limit=9&overdue=false', admin)).toEqual([]);
    expect(await service.done('GET', '/v1/admissions/ybj', admin)).toMatchObject({ status: 'ACTIVE' });
    expect(await service.done('GET', '/v1/officers/chen', admin)).toMatchObject({ appointments: [{ until: null }] });
  });

  it('[R8.5] does not ask about what has ended otherwise, and is done with its last item', async () => {
    const [review] = await reviewsOf('ybj');
    await service.done('PATCH', '/v1/officers/chen', responsible('ybj'), { body: { status: 'DEPARTED' }, ifMatch: 1 });
    const wang = itemOf(review!, 'wang', '待遇处');
    expect(
      (
        await conclude(review!, wang, 'confirmation', responsible('ybj'), {
          revision: await revisionOf('officers/wang'),
        })
      ).status,
    ).toBe(200);
    const [swept] = await reviewsOf('ybj');
    expect(itemOf(swept!, 'chen').outcome).toMatchObject({ conclusion: 'GONE', by: 'platform' });
    // A suspended admission is not given up: the item waits, and nothing has happened.
    const admission = itemOf(review!, 'ybj');
    const until = inDays(3).toISOString();
    await service.done('POST', '/v1/admissions/ybj/suspension', admin, {
      body: { ground: 'MISUSE', reason: 'x', until },
    });
    const revision = await revisionOf('organisations/ybj');
    const refused = await conclude(review!, admission, 'end', responsible('ybj'), { revision, reason: '不再使用' });
    expect(refused.body['code']).toBe('admission.suspended');
    await service.done('POST', '/v1/admissions/ybj/resumption', admin, { body: {} });
    const done = await conclude(review!, admission, 'end', responsible('ybj'), {
      revision: revision + 1,
      reason: '不再使用',
    });
    expect(done.body).toMatchObject({ status: 'COMPLETED', completedAt: expect.any(String) as string });
    expect(await service.done('GET', '/v1/admissions/ybj', admin)).toMatchObject({
      status: 'NONE',
      ending: { how: 'RELINQUISHED' },
    });
    expect((await factsOf((await reviewsOf('ybj'))[0]!)).slice(-2)).toEqual(['item-concluded', 'completed']);
  });

  it('[R8.5] of a department with nothing to look at is done as it begins', async () => {
    await registered('jyt', 13);
    await runDue(new Date());
    const [review] = await reviewsOf('jyt');
    expect(review).toMatchObject({ status: 'COMPLETED', items: [] });
    expect(await factsOf(review!)).toEqual(['opened', 'completed']);
  });

  it('[R8.5] closes what is gone by itself, without anybody acting', async () => {
    await service.done('POST', '/v1/systems', responsible('mzt'), {
      body: { id: 'mzt-system', name: 'x', ownerId: 'mzt' },
    });
    await registered('mzt', 13);
    await runDue(new Date());
    await service.done('PATCH', '/v1/systems/mzt-system', responsible('mzt'), {
      body: { status: 'RETIRED' },
      ifMatch: 1,
    });
    await runDue(inDays(1.1));
    expect((await reviewsOf('mzt'))[0]).toMatchObject({
      status: 'COMPLETED',
      items: [{ outcome: { conclusion: 'GONE' } }],
    });
  });

  it('[R8.5] comes again after another year, and not before', async () => {
    await runDue(inDays(300));
    expect((await reviewsOf('ybj')).length).toBe(1);
    await runDue(inDays(370));
    expect((await reviewsOf('ybj')).map(({ status }) => status)).toEqual(['OPEN', 'COMPLETED']);
  });
});
