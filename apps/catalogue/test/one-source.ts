import type { Principal } from '@qiongtong/contracts';
import { aKeyItem, anOfficer, aSecrecyReview, authority } from './builders';
import type { Answer, RunningCatalogue } from './catalogue';
import { BODY } from './lives';

export const ELEMENTS = '/v1/catalogue/data-elements';
export const ASSIGNMENTS = '/v1/catalogue/collection-assignments';

export const aStandard = (over: object = {}) => ({
  id: 'household-no',
  name: '户编号',
  nameEn: 'Household number',
  definition: '低保家庭的唯一编号',
  type: 'C',
  length: '20',
  synonyms: ['家庭编号'],
  populations: [
    { code: 'all', name: '全体' },
    { code: 'children', name: '儿童' },
  ],
  ...over,
});
export const aDecision = (over: object = {}) => ({ documentNumber: '琼工信〔2026〕1号', reason: '职责所在', ...over });
export const anAssignment = (over: object = {}) => ({
  ...{ elementId: 'household-no', population: 'all', regionCode: '460000', departmentId: 'mzt', duties: '采集并更新' },
  ...aDecision(),
  ...over,
});
export const leading = anOfficer({ officerId: 'ldxz-officer', departmentId: 'ldxz', roles: ['LEADING_GROUP'] });
export const haikou = anOfficer({
  ...{ officerId: 'hk-gxj-officer', departmentId: 'hk-gxj', regionCode: '460100', roles: ['LOCAL_AUTHORITY'] },
});
export const haikouSubmitter = anOfficer({
  officerId: 'hk-mzj-submitter',
  departmentId: 'hk-mzj',
  regionCode: '460100',
});

/** The bodies of a small province, as the catalogue knows them. */
export const settle = (catalogue: RunningCatalogue): Promise<void> =>
  catalogue.organisations(
    { id: 'gxt', name: '工业和信息化厅', roles: [{ role: 'PROVINCIAL_AUTHORITY', from: '2014-12-19', until: null }] },
    { id: 'ldxz', name: '领导小组', roles: [{ role: 'LEADING_GROUP', from: '2014-12-19', until: null }] },
    { id: 'mzt', name: '民政厅' },
    { id: 'zgt', name: '自然资源和规划厅' },
    { id: 'softco', name: '某公司', kind: 'VENDOR' },
    { id: 'hk-mzj', name: '海口市民政局', level: 'CITY', regionCode: '460100' },
    { id: 'hk-ybj', name: '海口市医疗保障局', level: 'CITY', regionCode: '460100' },
    {
      ...{ id: 'hk-gxj', name: '海口市工业和信息化局', level: 'CITY', regionCode: '460100' },
      roles: [{ role: 'LOCAL_AUTHORITY', from: '2014-12-19', until: null }],
    },
  );

export const keepingIn = (catalogue: () => RunningCatalogue) => ({
  element: (over: object = {}, by = authority): Promise<Answer> =>
    catalogue().call('POST', ELEMENTS, by, { body: aStandard(over) }),
  assign: (over: object = {}, by = authority): Promise<Answer> =>
    catalogue().call('POST', ASSIGNMENTS, by, { body: anAssignment(over) }),
});

const ENTRIES = '/v1/catalogue/entries';
let sequence = 500_000;

/** Entries of any department, each act by its own officers, and what they are answered. */
export const entriesIn = (catalogue: () => RunningCatalogue) => {
  const officer = (departmentId: string, role: 'SUBMITTER' | 'RESPONSIBLE_OFFICER', regionCode: string) =>
    anOfficer({ officerId: `${departmentId}-${role}`, departmentId, roles: [role], regionCode });
  return (departmentId: string, regionCode = '460000') => {
    const by = officer(departmentId, 'SUBMITTER', regionCode);
    const head = officer(departmentId, 'RESPONSIBLE_OFFICER', regionCode);
    const post = (id: string, act: string, who: Principal = by, body: object = {}) =>
      catalogue().call('POST', `${ENTRIES}/${id}/${act}`, who, { body });
    const get = (id: string, what = '', who: Principal = by) => catalogue().call('GET', `${ENTRIES}/${id}${what}`, who);
    const revisionOf = async (id: string, what: string) => Number((await get(id, what)).body.revision);
    const done = async (answer: Promise<Answer>) => expect(await answer).toMatchObject({ status: 200 });
    const self = {
      by,
      head,
      get,
      post,
      async drafted(over: object = {}): Promise<string> {
        const resourceCode = `203000/${String(++sequence)}`;
        const answer = await catalogue().call('POST', ENTRIES, by, { body: { ...BODY, resourceCode, ...over } });
        expect(answer).toMatchObject({ status: 201 });
        return String(answer.body.id);
      },
      revise: async (id: string, body: object, what = '') =>
        catalogue().call('PATCH', `${ENTRIES}/${id}`, by, { body, ifMatch: await revisionOf(id, what) }),
      /** Up to where it is handed in, which is answered as it is. */
      async submitted(id: string, what = ''): Promise<Answer> {
        const ifMatch = await revisionOf(id, what);
        await done(catalogue().call('PUT', `${ENTRIES}/${id}/secrecy-review`, head, { body: aSecrecyReview, ifMatch }));
        await done(post(id, 'internal-review', head));
        return post(id, 'submission');
      },
      async approved(id: string): Promise<Answer> {
        await done(post(id, 'review', authority));
        return post(id, 'approval', authority);
      },
      async published(over: object = {}): Promise<string> {
        const id = await self.drafted(over);
        await done(self.submitted(id));
        await done(self.approved(id));
        await done(post(id, 'publication'));
        return id;
      },
    };
    return self;
  };
};

/** An item that holds the element. */
export const holding = (elementId: string, source: object = {}, over: object = {}) =>
  aKeyItem({ source: { elementId, how: 'COLLECTED', ...source }, ...over });
export const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
