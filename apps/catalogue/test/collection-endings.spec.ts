import { randomUUID } from 'node:crypto';
import { authority, submitter } from './builders';
import { startCatalogue, type Answer, type RunningCatalogue } from './catalogue';
import { aDecision, ASSIGNMENTS, entriesIn, holding, inDays, keepingIn, settle } from './one-source';

const DAY_MS = 86_400_000;
const WAIVERS = '/v1/catalogue/collection-waivers';
const started = Date.now();
let catalogue: RunningCatalogue;
let day = 0;
beforeAll(async () => {
  catalogue = await startCatalogue(new Date(started).toISOString());
  await settle(catalogue);
});
afterAll(() => catalogue?.close());
const { element, assign } = keepingIn(() => catalogue);
const of = entriesIn(() => catalogue);
const zgt = of('zgt');
const idOf = ({ body }: Answer) => String(body.id);
const daysOn = (days: number) => catalogue.setClock(new Date(started + (day = days) * DAY_MS).toISOString());
const assigned = async (over: object = {}): Promise<{ id: string; elementId: string }> => {
  const elementId = `e-${randomUUID()}`;
  expect(await element({ id: elementId })).toMatchObject({ status: 201 });
  const answer = await assign({ elementId, ...over });
  expect(answer).toMatchObject({ status: 201 });
  return { id: idOf(answer), elementId };
};
const seen = async (id: string, by = submitter) => (await catalogue.call('GET', `${ASSIGNMENTS}/${id}`, by)).body;
async function until<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  for (const giveUpAt = Date.now() + 20_000; ;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > giveUpAt) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('an assignment whose body is no more', () => {
  const tell = (organisationIds: string[], successorIds: string[], rest: object[] = []) =>
    catalogue.sendRaw(
      'facts.authorisation',
      randomUUID(),
      JSON.stringify({
        ...{ changeId: 'c1', kind: 'MERGER', documentNumber: '琼编〔2026〕3号', organisationIds, successorIds },
        ...{ decidedBy: 'gxt-li', authorityId: 'gxt', entries: { listed: [], rest, withdrawals: [] }, counts: {} },
      }),
      'authorisation.organisation-change-carried-out.v1',
    );

  it('[R6.3] goes to the body that the decision names, and is vacant where that may not collect there', async () => {
    await catalogue.organisations({ id: 'old', name: '旧厅' }, { id: 'older', name: '更旧厅' });
    const [kept, vacant, untouched] = [
      await assigned({ departmentId: 'old' }),
      await assigned({ departmentId: 'older' }),
      await assigned(),
    ];
    await tell(['old', 'mzt'], ['mzt'], [{ fromId: 'old', toId: 'mzt' }]);
    // A city’s bureau collects in its city, not in the province.
    await tell(['older'], ['hk-mzj']);
    await catalogue.organisations(
      { id: 'old', name: '旧厅', version: 2, status: 'ABOLISHED' },
      { id: 'older', name: '更旧厅', version: 2, status: 'ABOLISHED' },
    );
    daysOn(1);
    const former = await until('passed on', async () => {
      const now = await seen(kept.id);
      return now.status === 'IN_FORCE' ? null : now;
    });
    expect(former).toMatchObject({ status: 'SUPERSEDED', ending: { by: 'gxt-li', organisationId: 'gxt', reason: '琼编〔2026〕3号' } });
    const { body } = await catalogue.call('GET', `${ASSIGNMENTS}?elementId=${kept.elementId}&status=IN_FORCE`, submitter);
    expect(body.items).toMatchObject([{ departmentId: 'mzt', formerId: kept.id, documentNumber: '琼编〔2026〕3号' }]);

    expect(await until('vacant', async () => ((await seen(vacant.id)).status === 'VACANT' ? true : null))).toBe(true);
    const facts = await catalogue.factsOf(vacant.id, 2);
    expect(facts[1]).toMatchObject({
      type: 'catalogue.collection-vacated.v1',
      data: { assignmentId: vacant.id, departmentId: 'older', organisationId: 'gxt', changeId: 'c1' },
    });
    const listed = await catalogue.call('GET', `${ASSIGNMENTS}?status=VACANT`, authority);
    expect(listed.body.items).toMatchObject([{ id: vacant.id }]);
    expect((await seen(untouched.id)).status).toBe('IN_FORCE');

    // Assigned anew, it is no longer on the list.
    expect(await assign({ elementId: vacant.elementId, departmentId: 'zgt' })).toMatchObject({ status: 201 });
    expect(await seen(vacant.id)).toMatchObject({ status: 'ENDED' });
  }); // prettier-ignore
});

describe('a waiver that comes to its end', () => {
  const ask = (entryId: string, elementId: string, last: string) =>
    catalogue.call('POST', WAIVERS, zgt.by, { body: { entryId, elementId, reason: '字段不足', until: last } });
  const granted = async (last: string) => {
    const { elementId } = await assigned();
    const entry = await zgt.drafted({ items: [holding(elementId)] });
    const id = idOf(await ask(entry, elementId, last));
    const answer = await catalogue.call('POST', `${WAIVERS}/${id}/grant`, authority, { body: aDecision() });
    expect(answer).toMatchObject({ status: 200, body: { endState: 'ON_TIME' } });
    return { elementId, entry, id };
  };
  const stateOf = async (id: string) => (await catalogue.call('GET', `${WAIVERS}/${id}`, zgt.by)).body.endState;
  const becomes = (id: string, state: string) =>
    until(`${id} ${state}`, async () => ((await stateOf(id)) === state ? true : null));

  it('[R6.3] [R8.1] tells its holder and the authority a month before and when it has ended; the entry stays and is found', async () => {
    const one = await granted(inDays(day + 60));
    const renewed = await granted(inDays(day + 60));
    await zgt.submitted(one.entry);
    await zgt.approved(one.entry);
    expect(await zgt.post(one.entry, 'publication')).toMatchObject({ status: 200 });
    daysOn(35);
    await becomes(one.id, 'ENDING');
    // Whoever asks for another one in time is told nothing more.
    const again = idOf(await ask(renewed.entry, renewed.elementId, inDays(200)));
    await catalogue.call('POST', `${WAIVERS}/${again}/grant`, authority, { body: aDecision() });
    daysOn(63);
    await becomes(one.id, 'ENDED');
    await becomes(renewed.id, 'RENEWED');
    expect(await stateOf(again)).toBe('ON_TIME');

    const due = (await catalogue.factsOf(one.id, 4)).slice(2);
    expect(due.map(({ type, data }) => [type, (data as { state: string }).state])).toEqual([
      ['catalogue.collection-waiver-due.v1', 'ENDING'],
      ['catalogue.collection-waiver-due.v1', 'ENDED'],
    ]);
    expect(due[1]!.data).toMatchObject({
      ...{ entryId: one.entry, departmentId: 'zgt', authorityId: 'gxt', collectorIds: ['mzt'], until: inDays(61) },
    });
    const listed = await catalogue.call('GET', `${WAIVERS}?endState=ENDED`, authority);
    expect(listed.body.items).toMatchObject([{ id: one.id, entryId: one.entry }]);
    expect(await zgt.get(one.entry)).toMatchObject({ body: { status: 'PUBLISHED' } });
    expect(await zgt.get(one.entry, '/sources')).toMatchObject({
      body: { items: [{ collectedElsewhere: true, waiver: { id: one.id, endState: 'ENDED' } }] },
    });
    // What follows: its next version reuses what others collect, or has another waiver.
    await zgt.post(one.entry, 'revision');
    await zgt.revise(one.entry, { abstract: '另一种写法' }, '/revision');
    expect(await zgt.submitted(one.entry, '/revision')).toMatchObject({ status: 409, body: { code: 'catalogue.collected_elsewhere' } }); // prettier-ignore
  });
});
