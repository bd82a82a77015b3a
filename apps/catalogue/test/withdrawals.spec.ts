import type { ResourceState } from '@qiongtong/contracts';
import { BODIES, authority, responsible, stranger, submitter } from './builders';
import { startCatalogue, type RunningCatalogue } from './catalogue';
import { livesIn } from './lives';

const START = '2026-11-20T02:00:00.000Z';
const DAY_MS = 86_400_000;
let catalogue: RunningCatalogue;
let now = Date.parse(START);
beforeAll(async () => {
  catalogue = await startCatalogue(START);
  await catalogue.organisations(...BODIES);
});
afterAll(() => catalogue?.close());
const { anEntryIn, revised, post, get } = livesIn(() => catalogue);
const refused = (status: number, code: string) => ({ status, body: { code } });
const inDays = (days: number) => new Date(now + days * DAY_MS).toISOString();
const daysLater = (days: number) => {
  now += days * DAY_MS;
  catalogue.setClock(new Date(now).toISOString());
};
const ended = (effectiveAt: string | undefined) => ({ ground: 'DUTY_ENDED', narrative: '职能已划转', effectiveAt });
const basis = { law: '某法', article: '第三条', documentNumber: '1号' };
const withdraw = (id: string, body: object, by = responsible) => post(id, 'withdrawal', by, body);
/** What was told after the publication. */
const told = async (id: string, atLeast: number) =>
  (await catalogue.factsOf(id, atLeast)).slice(7).map(({ type, data }) => {
    const { cause, holderId, effectiveAt } = data as Record<string, unknown>;
    return cause === undefined ? type : [holderId, cause, effectiveAt];
  });
const publishedWithGrants = async () => {
  const id = await anEntryIn('PUBLISHED');
  await catalogue.grants({ id: `${id}-g1`, resourceId: id }, { id: `${id}-g2`, resourceId: id, holderId: 'ybj' });
  return id;
};
const becomes = async (id: string, status: string) => {
  for (const giveUpAt = Date.now() + 15_000; ;) {
    const { body } = await get(id, submitter);
    if (body.status === status) return body;
    if (Date.now() > giveUpAt) throw new Error(`${id} is ${String(body.status)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

describe('a withdrawal that is set for later', () => {
  it('[R10.4] is told to each holder at once, stands on the entry, and takes effect on its day', async () => {
    const id = await publishedWithGrants();
    const effectiveAt = inDays(31);
    expect(await withdraw(id, ended(effectiveAt))).toMatchObject({ status: 200, body: { status: 'PUBLISHED' } });
    expect(await told(id, 10)).toEqual([
      'catalogue.withdrawal-scheduled.v1',
      ['zgt', 'WITHDRAWAL_SCHEDULED', effectiveAt],
      ['ybj', 'WITHDRAWAL_SCHEDULED', effectiveAt],
    ]);
    expect((await get(id, responsible)).body).toMatchObject({ scheduledWithdrawal: { narrative: '职能已划转' } });
    const { body } = await get(id, stranger);
    expect(body).toMatchObject({ status: 'PUBLISHED', endsAt: effectiveAt });
    expect(JSON.stringify(body)).not.toContain('职能已划转');

    // What is published meanwhile does not change that.
    await revised(id, { abstract: '仍可修订' }, 'PUBLISHED');
    expect((await get(id, stranger)).body).toMatchObject({ endsAt: effectiveAt, version: 2 });
    daysLater(30);
    const early = await anEntryIn('PUBLISHED');
    await withdraw(early, ended(inDays(31)));
    expect((await get(id, stranger)).body).toMatchObject({ status: 'PUBLISHED' });
    daysLater(1);
    expect(await becomes(id, 'WITHDRAWN')).toMatchObject({
      withdrawal: { ground: 'DUTY_ENDED', effectiveAt, by: 'mzt-responsible' },
      scheduledWithdrawal: null,
      endsAt: null,
    });
    expect((await get(early, stranger)).body).toMatchObject({ status: 'PUBLISHED' });
    expect((await told(id, 21)).slice(-3)).toEqual([
      'catalogue.entry-withdrawn.v1',
      ['zgt', 'WITHDRAWN', effectiveAt],
      ['ybj', 'WITHDRAWN', effectiveAt],
    ]);
    const states = (await catalogue.states('policy.resources', id, 4)) as ResourceState[];
    expect(states.at(-1)).toMatchObject({ status: 'WITHDRAWN' });
    expect(new Set(states.map(({ version }) => version)).size).toBe(states.length);
  });

  it('[R10.4] is called back before, which is told as well, and then nothing happens on its day', async () => {
    const id = await publishedWithGrants();
    await withdraw(id, ended(inDays(31)));
    expect(await post(id, 'withdrawal/retraction', submitter)).toMatchObject(refused(403, 'access.role_required'));
    expect(await post(id, 'withdrawal/retraction', responsible)).toMatchObject({ status: 200, body: { status: 'PUBLISHED' } }); // prettier-ignore
    expect((await get(id, stranger)).body).toMatchObject({ endsAt: null });
    expect((await told(id, 13)).slice(3)).toEqual([
      'catalogue.withdrawal-called-back.v1',
      ['zgt', 'WITHDRAWAL_CALLED_BACK', inDays(0)],
      ['ybj', 'WITHDRAWAL_CALLED_BACK', inDays(0)],
    ]);
    const other = await anEntryIn('PUBLISHED');
    await withdraw(other, ended(inDays(30)));
    daysLater(32);
    await becomes(other, 'WITHDRAWN');
    expect((await get(id, stranger)).body).toMatchObject({ status: 'PUBLISHED' });
    expect(await post(id, 'withdrawal/retraction', responsible)).toMatchObject(refused(409, 'catalogue.no_withdrawal_proposed')); // prettier-ignore
  });

  it('[R10.4] on a statutory cause is told with the consent only, and the notice is given whole from then', async () => {
    const id = await publishedWithGrants();
    const given = { ground: 'STATUTORY', narrative: '依法不再提供', basis, effectiveAt: inDays(35) };
    await withdraw(id, given);
    expect(await told(id, 8)).toEqual(['catalogue.withdrawal-proposed.v1']);
    expect((await get(id, stranger)).body).toMatchObject({ endsAt: null });
    daysLater(20);
    expect(await post(id, 'withdrawal/consent', authority, { reason: '同意' })).toMatchObject({ body: { status: 'PUBLISHED' } }); // prettier-ignore
    expect((await get(id, stranger)).body).toMatchObject({ endsAt: inDays(30) });
    expect((await told(id, 11)).slice(1)).toEqual([
      'catalogue.withdrawal-scheduled.v1',
      ['zgt', 'WITHDRAWAL_SCHEDULED', inDays(30)],
      ['ybj', 'WITHDRAWAL_SCHEDULED', inDays(30)],
    ]);
    daysLater(30);
    expect(await becomes(id, 'WITHDRAWN')).toMatchObject({ withdrawal: { consent: { organisationId: 'gxt' } } });
  });

  it('[R10.4] is one at a time; at once remains possible, and ends it', async () => {
    const id = await publishedWithGrants();
    await withdraw(id, ended(inDays(31)));
    const statutory = { ground: 'STATUTORY', narrative: '依法', basis };
    for (const body of [ended(inDays(60)), statutory])
      expect(await withdraw(id, body)).toMatchObject(refused(409, 'catalogue.withdrawal_scheduled'));
    expect(await withdraw(id, ended(undefined))).toMatchObject({ status: 200, body: { status: 'WITHDRAWN' } });
    expect(await catalogue.query('SELECT 1 FROM entry WHERE id = $1 AND withdrawal_due_at IS NOT NULL', [id])).toEqual([]); // prettier-ignore
  });

  it.each([
    ['before its users have had their notice', () => inDays(29.9), 422, 'catalogue.withdrawal_notice_too_short'],
    ['in the past', () => inDays(-1), 422, 'catalogue.withdrawal_notice_too_short'],
    ['in years', () => inDays(400), 400, 'request.invalid'],
    ['without an offset', () => '2027-06-01T00:00:00', 400, 'request.invalid'],
    ['on a day that is none', () => '2027-02-30T00:00:00Z', 400, 'request.invalid'],
    ['a day alone', () => '2027-06-01', 400, 'request.invalid'],
  ])('[R10.4] %s is refused', async (_what, effectiveAt, status, code) => {
    const id = await anEntryIn('PUBLISHED');
    expect(await withdraw(id, ended(effectiveAt()))).toMatchObject(refused(status, code));
    expect((await get(id, stranger)).body).toMatchObject({ endsAt: null, status: 'PUBLISHED' });
  });

  it('[R14.7] is its provider’s responsible officer’s alone', async () => {
    const id = await anEntryIn('PUBLISHED');
    expect(await withdraw(id, ended(inDays(31)), submitter)).toMatchObject(refused(403, 'access.role_required'));
    const elsewhere = { ...responsible, departmentId: 'zgt' };
    expect(await withdraw(id, ended(inDays(31)), elsewhere)).toMatchObject(refused(403, 'catalogue.not_provider'));
  });
});
