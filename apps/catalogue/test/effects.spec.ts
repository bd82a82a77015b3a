import type { GrantAffected } from '@qiongtong/contracts';
import { BODIES, aKeyItem, anItem, authority, responsible, stranger, submitter } from './builders';
import { startCatalogue, type RunningCatalogue } from './catalogue';
import { livesIn } from './lives';

let catalogue: RunningCatalogue;
beforeAll(async () => {
  catalogue = await startCatalogue();
  await catalogue.organisations(...BODIES);
});
afterAll(() => catalogue?.close());
const { anEntryIn, revised, bring, post, get, patch } = livesIn(() => catalogue);
const refused = (status: number, code: string) => ({ status, body: { code } });
const ITEMS = [aKeyItem(), anItem(), anItem({ code: 'phone', name: '电话' })];
const basis = { law: '某法', article: '第三条', documentNumber: '1号' };
const stricterClass = { narrative: '依法转为不予共享', basis };
const notShared = { sharingType: 'NOT_SHARED', deliveryMode: 'NONE', sharingCondition: null, legalBasis: basis };
const effectsOf = (id: string, page = '') => get(id, submitter, `revision/effects${page}`);
const affectedIn = async (id: string, atLeast: number) =>
  (await catalogue.factsOf(id, atLeast)).filter(
    (fact): fact is GrantAffected => fact.type === 'catalogue.grant-affected.v1',
  );

describe('a version that gives less', () => {
  it('[R10.4] lists the grants it takes something from, in pages, and tells their holders when it is published', async () => {
    const id = await anEntryIn('PUBLISHED', { items: ITEMS });
    await catalogue.grants(
      { id: `${id}-g1`, resourceId: id, items: ['certNo', 'phone'] },
      { id: `${id}-g2`, resourceId: id, items: ['phone', 'name', 'certNo'], status: 'SUSPENDED', holderId: 'ybj' },
      { id: `${id}-g3`, resourceId: id, items: ['certNo'] },
      { id: `${id}-g4`, resourceId: id, items: ['phone'], status: 'REVOKED' },
      { id: `${id}-g5`, resourceId: id, items: ['phone'], period: { from: '2020-01-01T00:00:00Z', until: '2021-01-01T00:00:00Z' } },
      { id: `${id}-g6`, resourceId: 'another', items: ['phone'] },
    ); // prettier-ignore
    const narrower = { items: [aKeyItem(), anItem({ queryable: false })] };
    await revised(id, narrower, 'INTERNAL_REVIEW');

    const { body } = await effectsOf(id);
    expect(body).toMatchObject({
      version: 2,
      count: 2,
      narrowing: {
        stricterClass: null,
        items: [{ item: 'name', how: ['NOT_QUERYABLE'] }, { item: 'phone', how: ['REMOVED'] }],
      },
      items: [
        { grantId: `${id}-g1`, holderId: 'zgt', status: 'ACTIVE', items: ['phone'] },
        { grantId: `${id}-g2`, holderId: 'ybj', status: 'SUSPENDED', items: ['name', 'phone'] },
      ],
      next: null,
    }); // prettier-ignore
    const first = (await effectsOf(id, '?limit=1')).body;
    const second = (await effectsOf(id, `?limit=1&cursor=${encodeURIComponent(String(first.next))}`)).body;
    expect([first.digest, second.digest]).toEqual([body.digest, body.digest]);
    expect(second).toMatchObject({ items: [{ grantId: `${id}-g2` }], next: null });
    expect(await get(id, stranger, 'revision/effects')).toMatchObject(refused(404, 'request.not_found'));

    expect(await post(id, 'submission', submitter)).toMatchObject(refused(422, 'catalogue.effects_not_confirmed'));
    const confirmed = { effectsDigest: String(body.digest) };
    await bring(id, 'APPROVED', { submission: confirmed }, 'SUBMITTED');
    expect((await get(id, submitter, 'revision')).body).toMatchObject({
      submission: { confirmedEffects: { digest: body.digest, grants: 2 } },
    });
    // Granted after that: it loses the item as well, and is told as well.
    await catalogue.grants({ id: `${id}-g7`, resourceId: id, items: ['phone'] });
    await post(id, 'publication', submitter);
    const told = await affectedIn(id, 18);
    expect(told.map(({ data }) => [data.grantId, data.holderId, data.items, data.cause, data.version])).toEqual([
      [`${id}-g1`, 'zgt', ['phone'], 'NARROWED', 2],
      [`${id}-g2`, 'ybj', ['name', 'phone'], 'NARROWED', 2],
      [`${id}-g7`, 'zgt', ['phone'], 'NARROWED', 2],
    ]);
  });

  it('[R10.4] is not submitted on a list that is no longer the list', async () => {
    const id = await anEntryIn('PUBLISHED', { items: ITEMS });
    await catalogue.grants({ id: `${id}-g1`, resourceId: id, items: ['phone'] });
    await revised(id, { items: ITEMS.slice(0, 2) }, 'INTERNAL_REVIEW');
    const { digest } = (await effectsOf(id)).body;
    await catalogue.grants({ id: `${id}-g2`, resourceId: id, items: ['phone'] });
    const submit = (effectsDigest: unknown) => post(id, 'submission', submitter, { effectsDigest });
    expect(await submit(digest)).toMatchObject(refused(409, 'catalogue.effects_changed'));
    expect(await submit('x')).toMatchObject(refused(400, 'request.invalid'));
    expect((await get(id, submitter, 'revision')).body).toMatchObject({ status: 'INTERNAL_REVIEW' });
    // A later state of a grant that touches nothing of it leaves the list as it is.
    const { digest: now } = (await effectsOf(id)).body;
    await catalogue.grants({ id: `${id}-g2`, resourceId: id, items: ['name', 'phone'], version: 2 });
    expect(await submit(now)).toMatchObject({ status: 200 });
  });

  it('[R10.4] needs no word where nobody holds what it takes, or it takes nothing', async () => {
    const id = await anEntryIn('PUBLISHED', { items: ITEMS });
    await catalogue.grants({ id: `${id}-g1`, resourceId: id, items: ['certNo'] });
    await revised(id, { items: ITEMS.slice(0, 2) }, 'PUBLISHED');
    await revised(id, { abstract: '只改摘要' }, 'INTERNAL_REVIEW');
    expect((await effectsOf(id)).body).toMatchObject({ count: 0, items: [], narrowing: { stricterClass: null, items: [] } });
    await bring(id, 'PUBLISHED', {}, 'SUBMITTED');
    expect(await affectedIn(id, 22)).toEqual([]);
    expect(await effectsOf(id)).toMatchObject(refused(404, 'request.not_found'));
  }); // prettier-ignore
});

describe('a stricter class later', () => {
  it('[R10.4] needs the law and the authority’s consent with a reason, and concerns every grant whole', async () => {
    const id = await anEntryIn('PUBLISHED', { items: ITEMS });
    await catalogue.grants({ id: `${id}-g1`, resourceId: id, items: ['name', 'certNo'] });
    await revised(id, notShared, 'INTERNAL_REVIEW');
    const { body } = await effectsOf(id);
    expect(body).toMatchObject({
      count: 1,
      items: [{ items: ['certNo', 'name'] }],
      narrowing: { stricterClass: { from: { sharingType: 'CONDITIONAL' }, to: { sharingType: 'NOT_SHARED' } } },
    });
    const effectsDigest = body.digest;
    expect(await post(id, 'submission', submitter, { effectsDigest })).toMatchObject(refused(422, 'catalogue.stricter_basis_missing')); // prettier-ignore
    expect(await post(id, 'submission', submitter, { effectsDigest, stricterClass: { narrative: '无依据' } })).toMatchObject(refused(400, 'request.invalid')); // prettier-ignore
    expect(await post(id, 'submission', submitter, { stricterClass })).toMatchObject(refused(422, 'catalogue.effects_not_confirmed')); // prettier-ignore
    await bring(id, 'UNDER_REVIEW', { submission: { effectsDigest, stricterClass } }, 'SUBMITTED');

    for (const said of [{}, { stricterClassConsented: true }, { remarks: '依法' }])
      expect(await post(id, 'approval', authority, { basisExamined: true, ...said })).toMatchObject(refused(422, 'catalogue.stricter_class_not_consented')); // prettier-ignore
    const consent = { basisExamined: true, stricterClassConsented: true, remarks: '依法同意' };
    expect(await post(id, 'approval', { ...authority, officerId: submitter.officerId }, consent)).toMatchObject(refused(403, 'catalogue.own_submission')); // prettier-ignore
    await bring(id, 'PUBLISHED', { approval: consent }, 'APPROVED');
    const facts = await catalogue.factsOf(id, 17);
    expect(facts.slice(-3)).toMatchObject([
      { type: 'catalogue.entry-published.v1' },
      {
        type: 'catalogue.class-made-stricter.v1',
        data: { statutoryBasis: [{ law: '某法', article: '第三条' }], consentedBy: 'gxt' },
      },
      { type: 'catalogue.grant-affected.v1', data: { cause: 'NARROWED', items: ['certNo', 'name'] } },
    ]);
    expect((await get(id, authority)).body).toMatchObject({ decision: { stricterClassConsented: true } });
  });

  it('[R10.4] what is changed after a return is confirmed anew', async () => {
    const id = await anEntryIn('PUBLISHED', { items: ITEMS });
    await revised(id, notShared, 'UNDER_REVIEW', { submission: { stricterClass } });
    await post(id, 'return', authority, { remarks: '依据不足' });
    await patch(id, { ...notShared, abstract: '再次修改' });
    await bring(id, 'INTERNAL_REVIEW');
    expect(await post(id, 'submission', submitter)).toMatchObject(refused(422, 'catalogue.stricter_basis_missing'));
  });

  it('[R2.3] a ground with a secrecy marking is refused, and kept nowhere', async () => {
    const id = await anEntryIn('PUBLISHED', { items: ITEMS });
    await revised(id, notShared, 'INTERNAL_REVIEW');
    const said = { stricterClass: { narrative: '机密★ 不可留存', basis } };
    expect(await post(id, 'submission', submitter, said)).toMatchObject(refused(422, 'catalogue.secret_mark'));
    expect(await catalogue.tablesContaining('不可留存')).toEqual([]);
  });

  it('[R10.4] a laxer one needs neither', async () => {
    const id = await anEntryIn('PUBLISHED', { ...notShared, items: ITEMS }, { approval: { basisExamined: true } });
    const laxer = { sharingType: 'CONDITIONAL', deliveryMode: 'HOSTED', sharingCondition: '用于救助', legalBasis: null };
    expect(await revised(id, laxer, 'PUBLISHED')).toMatchObject({ body: { version: 2 } });
  }); // prettier-ignore
});

describe('the projection of grants', () => {
  const version = async (id: string) =>
    (await catalogue.query<{ version: string }>('SELECT version FROM sharing_grant WHERE id = $1', [id]))[0]?.version;

  it('takes a newer state only, forgets what ended, and parks what is no grant', async () => {
    await catalogue.grants({ id: 'p1', resourceId: 'r', version: 3 });
    await catalogue.grants({ id: 'p1', resourceId: 'r', version: 2 });
    await catalogue.sendRaw('policy.grants', 'broken', JSON.stringify({ id: 'broken' }));
    await catalogue.grants({ id: 'p2', resourceId: 'r' });
    expect(await version('p1')).toBe('3');
    expect(await catalogue.query('SELECT key FROM parked_message')).toEqual([{ key: 'broken' }]);
    await catalogue.sendRaw('policy.grants', 'p1', null);
    await catalogue.grants({ id: 'p3', resourceId: 'r' });
    expect(await version('p1')).toBeUndefined();
  });

  it('finds the grants of a resource by its index', async () => {
    await catalogue.query(
      `INSERT INTO sharing_grant SELECT 'many-' || i, 1, 'many-' || i % 500, 'zgt', 'ACTIVE', '{certNo}', 'infinity'
       FROM generate_series(1, 20000) AS i`,
    );
    await catalogue.query('ANALYZE sharing_grant');
    const plan = await catalogue.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT id FROM sharing_grant
       WHERE resource_id = 'many-7' AND status IN ('ACTIVE', 'SUSPENDED') AND until > now() AND id > '' ORDER BY id LIMIT 10`,
    );
    expect(JSON.stringify(plan)).toContain('sharing_grant_in_force');
  });
});

describe('what is shared without condition, of which nobody holds a grant', () => {
  const used = (id: string, departmentId: string, month: string) =>
    catalogue.sendRaw('facts.authorisation', id, JSON.stringify({ resourceId: id, departmentId, providerId: 'mzt', month }), 'authorisation.resource-used.v1'); // prettier-ignore
  const known = async (id: string, count: number) => {
    for (const giveUp = Date.now() + 20_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
      const [row] = await catalogue.query<{ n: number }>('SELECT count(*)::int AS n FROM resource_user WHERE resource_id = $1', [id]); // prettier-ignore
      if (row!.n === count) return;
      if (Date.now() > giveUp) throw new Error(`${row!.n} users are known`);
    }
  };
  const usersTold = async (id: string, count: number) => {
    for (const giveUp = Date.now() + 20_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
      const told = (await catalogue.factsOf(id, 1)).flatMap(({ type, data }) => {
        const { departmentId, cause, items } = data as Record<string, unknown>;
        return type === 'catalogue.user-affected.v1' ? [[departmentId, cause, items]] : [];
      });
      if (told.length >= count || Date.now() > giveUp) return told;
    }
  };

  it('[R10.4] tells those who have used it within a year of a narrower version, a stricter class and its withdrawal', async () => {
    const open = { sharingType: 'UNCONDITIONAL', sharingCondition: null, sensitivityReason: null };
    const id = await anEntryIn('PUBLISHED', { ...open, items: ITEMS });
    const month = `${new Date().toISOString().slice(0, 7)}-01`;
    await used(id, 'jyt', month);
    await used(id, 'zgt', month);
    await used(id, 'wjw', '2020-01-01');
    await known(id, 3);
    // Told by its grant, not twice.
    await catalogue.grants({ id: `${id}-g`, resourceId: id, items: ['certNo'], holderId: 'zgt' });

    await revised(id, { items: [aKeyItem(), anItem()] }, 'INTERNAL_REVIEW');
    expect((await effectsOf(id)).body).toMatchObject({ count: 0, users: 2 });
    await bring(id, 'PUBLISHED', {}, 'SUBMITTED');
    expect(await usersTold(id, 1)).toEqual([['jyt', 'NARROWED', ['phone']]]);

    const ended = { ground: 'DUTY_ENDED', narrative: '职能已划转' };
    expect(await post(id, 'withdrawal', responsible, ended)).toMatchObject({ status: 200 }); // prettier-ignore
    expect(await usersTold(id, 2)).toEqual([
      ['jyt', 'NARROWED', ['phone']],
      ['jyt', 'WITHDRAWN', ['certNo', 'name']],
    ]);
  });
});
