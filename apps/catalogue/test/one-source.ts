import { anOfficer, authority } from './builders';
import type { Answer, RunningCatalogue } from './catalogue';

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
