import type { Principal } from '@qiongtong/contracts';
import { aContent, aSecrecyReview, authority, responsible, submitter } from './builders';
import type { Answer, RunningCatalogue } from './catalogue';

export const BODY = (({ updateMode: _derived, ...content }) => content)(aContent());
const withdrawal = { ground: 'DUTY_ENDED', narrative: '职能已划转' };

/** Acts on entries of one catalogue, each by whoever may do it unless somebody else is named. */
export function livesIn(catalogue: () => RunningCatalogue) {
  let sequence = 0;
  const pathOf = (id: string, act = '') => `/v1/catalogue/entries/${id}${act && `/${act}`}`;
  const post = (id: string, act: string, by: Principal, body: object = {}) =>
    catalogue().call('POST', pathOf(id, act), by, { body });
  const get = (id: string, by: Principal, what = '') => catalogue().call('GET', pathOf(id, what), by);
  const patch = async (id: string, body: object, by: Principal = submitter, what = 'revision') =>
    catalogue().call('PATCH', pathOf(id), by, { body, ifMatch: Number((await get(id, by, what)).body.revision) });
  const declare = async (id: string, what: string, over: object = {}) =>
    catalogue().call('PUT', pathOf(id, 'secrecy-review'), responsible, {
      body: { ...aSecrecyReview, ...over },
      ifMatch: Number((await get(id, responsible, what)).body.revision),
    });

  /** From the draft on; what an act says more is given by its name. */
  const steps = (what: string, said: Readonly<Record<string, object>>) =>
    [
      ['DRAFT', (id: string) => declare(id, what)],
      ['INTERNAL_REVIEW', (id: string) => post(id, 'internal-review', responsible)],
      ['SUBMITTED', (id: string) => post(id, 'submission', submitter, said['submission'])],
      ['UNDER_REVIEW', (id: string) => post(id, 'review', authority)],
      ['APPROVED', (id: string) => post(id, 'approval', authority, said['approval'])],
      ['PUBLISHED', (id: string) => post(id, 'publication', submitter, said['publication'])],
      ['WITHDRAWN', (id: string) => post(id, 'withdrawal', responsible, withdrawal)],
    ] as const;
  type Stage = ReturnType<typeof steps>[number][0];

  async function bring(
    id: string,
    to: Stage,
    what: string,
    said: Readonly<Record<string, object>>,
    from: Stage = 'DRAFT',
  ): Promise<Answer> {
    const all = steps(what, said);
    for (const [status, act] of all.slice(all.findIndex(([stage]) => stage === from))) {
      const answer = await act(id);
      expect(answer).toMatchObject({ status: 200, body: { status } });
      if (status === to) return answer;
    }
    throw new Error(`no way to ${to}`);
  }

  return {
    post,
    get,
    patch,
    declare,
    async anEntryIn(stage: Stage, over: object = {}, said: Readonly<Record<string, object>> = {}): Promise<string> {
      const resourceCode = `203000/${String(++sequence).padStart(6, '0')}`;
      const body = { ...BODY, resourceCode, ...over };
      const drafted = await catalogue().call('POST', '/v1/catalogue/entries', submitter, { body });
      expect(drafted).toMatchObject({ status: 201, body: { status: 'DRAFT', version: 1 } });
      const id = String(drafted.body.id);
      await bring(id, stage, '', said);
      return id;
    },
    /** The next version of a published entry, changed and brought to a stage. */
    async revised(id: string, change: object, stage: Stage, said: Readonly<Record<string, object>> = {}) {
      expect(await post(id, 'revision', submitter)).toMatchObject({ status: 201, body: { status: 'DRAFT' } });
      expect(await patch(id, change)).toMatchObject({ status: 200 });
      return bring(id, stage, 'revision', said);
    },
    /** Goes on from where a changed version stands. */
    bring: (id: string, stage: Stage, said: Readonly<Record<string, object>> = {}, from: Stage = 'DRAFT') =>
      bring(id, stage, 'revision', said, from),
  };
}
