import { BODIES, authority, responsible, stranger, submitter } from './builders';
import { startCatalogue, type RunningCatalogue } from './catalogue';
import { livesIn } from './lives';

/** A Friday morning in the province. */
const START = '2026-11-20T02:00:00.000Z';
let catalogue: RunningCatalogue;
beforeAll(async () => {
  catalogue = await startCatalogue(START);
  await catalogue.organisations(...BODIES);
});
afterAll(() => catalogue?.close());
const { anEntryIn, revised, bring, declare, post, get } = livesIn(() => catalogue);
const refused = (status: number, code: string) => ({ status, body: { code } });
type Seen = Readonly<{ kind: string; dueAt: string | null; state: string } & Record<string, unknown>>;
const clocksOf = async (id: string) => (await get(id, submitter, 'clocks')).body.items as Seen[];
/** What is told by Kafka, and what a job does, comes a moment later. */
async function eventually<T>(look: () => Promise<T>, check: (found: T) => void): Promise<T> {
  for (const giveUpAt = Date.now() + 15_000; ;) {
    const found = await look();
    try {
      check(found);
      return found;
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
const clock = (id: string, kind: string, expected: object | null) =>
  eventually(
    async () => (await clocksOf(id)).find((one) => one.kind === kind),
    (found) => (expected ? expect(found).toMatchObject(expected) : expect(found).toBeUndefined()),
  );
const changes = async (id: string, atLeast: number) =>
  (await catalogue.factsOf(id, atLeast))
    .filter(({ type }) => type === 'catalogue.entry-clock-changed.v1')
    .map(({ data }) => {
      const { kind, state, dueAt } = data as Seen;
      return [kind, state, dueAt];
    });
const notice = (id: string, over: object = {}, by = submitter) =>
  post(id, 'noticed-changes', by, { noticedOn: '2026-11-24', what: '字段已调整', ...over });

describe('the time to review and publish', () => {
  it('[R7.1] [R12.3] is two working days, moves with the calendar, is told when it is due, and ends with the answer', async () => {
    const id = await anEntryIn('SUBMITTED');
    await clock(id, 'REVIEW', { dueAt: '2026-11-24T15:59:59.999Z', provisional: true, state: 'ON_TIME' });
    // The Monday turns out to be a day off.
    const year = { id: '2026', version: 1, year: 2026, holidays: ['2026-11-23'], makeUpDays: [], source: '国办发明电', publishedAt: START }; // prettier-ignore
    await catalogue.sendRaw('reference.calendar', '2026', JSON.stringify(year));
    await eventually(() => catalogue.query('SELECT 1 FROM calendar_year'), (rows) => expect(rows).toHaveLength(1)); // prettier-ignore
    catalogue.setClock('2026-11-20T03:00:00Z');
    const due = '2026-11-25T15:59:59.999Z';
    await clock(id, 'REVIEW', { dueAt: due, provisional: false });

    catalogue.setClock('2026-11-25T08:00:00+08:00');
    await clock(id, 'REVIEW', { state: 'DUE_SOON' });
    catalogue.setClock('2026-11-26T08:00:00+08:00');
    await clock(id, 'REVIEW', { state: 'OVERDUE' });
    expect(await changes(id, 7)).toEqual([
      ['REVIEW', 'ON_TIME', due],
      ['REVIEW', 'DUE_SOON', due],
      ['REVIEW', 'OVERDUE', due],
    ]);
    // It reminds and decides nothing.
    expect((await get(id, submitter)).body).toMatchObject({ status: 'SUBMITTED' });
    await post(id, 'review', authority);
    await post(id, 'return', authority, { remarks: '请补充' });
    await clock(id, 'REVIEW', null);
    await declare(id, '');
    await post(id, 'internal-review', responsible);
    await post(id, 'submission', submitter);
    await clock(id, 'REVIEW', { dueAt: '2026-11-30T15:59:59.999Z', state: 'ON_TIME' });
  });
});

describe('the time to update', () => {
  it('[R7.1] is ten working days after a change was noticed, rests while handed in, and ends with the publication', async () => {
    const id = await anEntryIn('PUBLISHED');
    expect(await notice(id)).toMatchObject({ status: 200, body: { id, status: 'PUBLISHED' } });
    const due = '2026-12-08T15:59:59.999Z';
    expect(await clocksOf(id)).toContainEqual(
      expect.objectContaining({ kind: 'UPDATE', dueAt: due, noticed: expect.objectContaining({ what: '字段已调整' }) }),
    );
    expect(await notice(id)).toMatchObject(refused(409, 'catalogue.change_already_noticed'));

    await revised(id, { abstract: '按变化更新' }, 'UNDER_REVIEW');
    await clock(id, 'UPDATE', { restingSince: '2026-11-26T00:00:00.000Z', dueAt: due });
    await post(id, 'return', authority, { remarks: '还不完整' });
    await clock(id, 'UPDATE', { restingSince: null, dueAt: due });
    await bring(id, 'PUBLISHED');
    await clock(id, 'UPDATE', null);
    await clock(id, 'REVIEW', null);
    await clock(id, 'YEARLY_REVIEW', { dueAt: '2027-11-26T00:00:00.000Z' });
    const noticed = (await catalogue.factsOf(id, 8)).find(({ type }) => type === 'catalogue.change-noticed.v1');
    expect(noticed!.data).toMatchObject({ by: 'mzt-submitter', noticedOn: '2026-11-24', dueAt: due });
    expect(JSON.stringify(noticed)).not.toContain('字段已调整');
  });

  it('[R7.1] is five working days longer with the authority’s consent, once', async () => {
    const id = await anEntryIn('PUBLISHED');
    const ask = (workingDays: number, by = responsible) => post(id, 'update-extension', by, { workingDays, reason: '系统改造' }); // prettier-ignore
    expect(await ask(5)).toMatchObject(refused(409, 'catalogue.no_update_due'));
    await notice(id);
    expect(await ask(6)).toMatchObject(refused(422, 'catalogue.extension_too_long'));
    expect(await ask(5, submitter)).toMatchObject(refused(403, 'access.role_required'));
    expect(await ask(5)).toMatchObject({ status: 200 });
    expect(await ask(5)).toMatchObject(refused(409, 'catalogue.extension_once'));
    const answer = (to: string, by = authority) => post(id, `update-extension/${to}`, by, { reason: '同意' });
    expect(await answer('consent', responsible)).toMatchObject(refused(403, 'access.role_required'));
    expect(await answer('consent', { ...authority, departmentId: 'mzt' })).toMatchObject(refused(403, 'catalogue.own_case')); // prettier-ignore
    expect(await answer('consent', { ...authority, officerId: 'mzt-responsible' })).toMatchObject(refused(403, 'catalogue.own_submission')); // prettier-ignore
    const both = await Promise.all([answer('consent'), answer('consent')]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    await clock(id, 'UPDATE', { dueAt: '2026-12-15T15:59:59.999Z', extension: { answer: { consented: true } } });
  });

  it.each([
    ['tomorrow', { noticedOn: '2026-11-27' }, 400, 'request.invalid'],
    ['two years ago', { noticedOn: '2024-11-20' }, 400, 'request.invalid'],
    ['on a day that is none', { noticedOn: '2026-02-30' }, 400, 'request.invalid'],
    ['without words', { what: ' ' }, 400, 'request.invalid'],
    ['with a secrecy marking [R2.3]', { what: '机密★ 无痕迹' }, 422, 'catalogue.secret_mark'],
  ])('[R7.1] a change noticed %s is refused, and nothing is kept', async (_what, over, status, code) => {
    const id = await anEntryIn('PUBLISHED');
    expect(await notice(id, over)).toMatchObject(refused(status, code));
    expect((await clocksOf(id)).filter(({ kind }) => kind === 'UPDATE')).toEqual([]);
    expect(await catalogue.tablesContaining('无痕迹')).toEqual([]);
  });

  it('[R14.7] is noticed by the provider, of what is published', async () => {
    const id = await anEntryIn('PUBLISHED');
    expect(await notice(id, {}, stranger)).toMatchObject(refused(403, 'catalogue.not_provider'));
    expect(await notice(await anEntryIn('DRAFT'))).toMatchObject(refused(409, 'catalogue.wrong_state'));
    expect(await get(id, stranger, 'clocks')).toMatchObject(refused(404, 'request.not_found'));
  });
});

describe('what is due', () => {
  it('[R12.4] is listed to its provider and to the authority, what is due first before the rest', async () => {
    const list = async (by: typeof submitter, query: string) =>
      (await catalogue.everyPage(`/v1/catalogue/entry-clocks?limit=2&${query}`, by)) as Seen[];
    const own = await list(submitter, '');
    expect(own.map(({ dueAt }) => dueAt)).toEqual(own.map(({ dueAt }) => dueAt).sort());
    expect(new Set(own.map(({ kind }) => kind))).toEqual(new Set(['UPDATE', 'REVIEW', 'YEARLY_REVIEW']));
    expect(await list(authority, '')).toEqual(own);
    expect(await list(stranger, '')).toEqual([]);
    const updates = await list(submitter, 'kind=UPDATE&state=ON_TIME');
    expect(new Set(updates.map(({ kind }) => kind))).toEqual(new Set(['UPDATE']));
    const answer = await catalogue.call('GET', '/v1/catalogue/entry-clocks?kind=OTHER', submitter);
    expect(answer).toMatchObject(refused(400, 'request.invalid'));
  });

  it('[R8.5] after a year, whether the published version is still right, which is confirmed of what was read', async () => {
    const id = await anEntryIn('PUBLISHED');
    await clock(id, 'YEARLY_REVIEW', { state: 'ON_TIME', dueAt: '2027-11-26T00:00:00.000Z' });
    catalogue.setClock('2027-11-27T08:00:00+08:00');
    await clock(id, 'YEARLY_REVIEW', { state: 'OVERDUE' });
    const confirm = (version: number, by = responsible) => post(id, 'confirmation', by, { version });
    expect(await confirm(2)).toMatchObject(refused(412, 'request.stale_revision'));
    expect(await confirm(1, submitter)).toMatchObject(refused(403, 'access.role_required'));
    expect(await confirm(1)).toMatchObject({ status: 200 });
    await clock(id, 'YEARLY_REVIEW', { state: 'ON_TIME', dueAt: '2028-11-27T00:00:00.000Z' });
    await post(id, 'withdrawal', responsible, { ground: 'DUTY_ENDED', narrative: '职能已划转' });
    await eventually(() => clocksOf(id), (found) => expect(found).toEqual([])); // prettier-ignore
  });

  it('[R7.1] nothing where the rules that bind the provider name no time: the change alone is on record', async () => {
    await catalogue.organisations({ id: 'mzt', name: '民政厅', type: 'PARTY', version: 2 });
    const id = await anEntryIn('PUBLISHED');
    await notice(id, { noticedOn: '2027-11-26' });
    await clock(id, 'UPDATE', { dueAt: null, provisional: false });
    await clock(id, 'YEARLY_REVIEW', {});
    await clock(id, 'REVIEW', null);
    expect(await post(id, 'update-extension', responsible, { workingDays: 1, reason: '延长' })).toMatchObject(refused(409, 'catalogue.no_update_due')); // prettier-ignore
  });
});
