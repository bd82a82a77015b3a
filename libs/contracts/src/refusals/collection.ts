import { refusals } from './entry';

const R6_2 = { requirement: 'R6.2', article: 6 } as const;
const R8_1 = { requirement: 'R8.1', article: 8 } as const;
const R6_3 = { requirement: 'R6.3', article: 6 } as const;

/** Refusals of data elements and of who collects them. */
export const COLLECTION_REFUSALS = refusals({
  'catalogue.element_taken': {
    ...{ kind: 'conflict', ...R6_2 },
    zh: '该数据元标识已被使用',
    en: 'There is a data element with this id already',
    nextZh: '请使用新的标识,或修改已有的数据元',
    nextEn: 'Choose another id, or change the element there is',
  },
  'catalogue.element_unknown': {
    ...{ kind: 'unprocessable', ...R6_2 },
    zh: '引用的数据元不存在、尚未生效或已停用',
    en: 'The data element named is not known, not yet in force or retired',
    nextZh: '请在数据元目录中查找现行的数据元',
    nextEn: 'Look for the element in force at /v1/catalogue/data-elements',
  },
  'catalogue.element_retired': {
    ...{ kind: 'conflict', ...R6_2 },
    zh: '该数据元已停用',
    en: 'This data element is retired',
    nextZh: '请使用现行的数据元',
    nextEn: 'Use one that is in force',
  },
  'catalogue.element_collected': {
    ...{ kind: 'conflict', ...R6_3 },
    zh: '该数据元或其对象群体仍有采集分工',
    en: 'Somebody is still assigned to collect the element, or of that population',
    nextZh: '请先终止 about 中所列的采集分工',
    nextEn: 'End the assignments listed under about first',
  },
  'catalogue.population_unknown': {
    ...{ kind: 'unprocessable', ...R6_3 },
    zh: '该数据元没有此对象群体',
    en: 'The data element has no such population',
    nextZh: '请使用数据元所列的对象群体',
    nextEn: 'Use one of the populations that the element lists',
  },
  'catalogue.collector_unfit': {
    ...{ kind: 'unprocessable', ...R6_3 },
    zh: '采集部门须为在册的政务部门,且采集地域在其管辖范围内',
    en: 'Only an active department collects, within its own region',
    nextZh: '请核对采集部门和采集地域',
    nextEn: 'Check the department and the region',
  },
  'catalogue.collection_assigned': {
    ...{ kind: 'conflict', ...R6_3 },
    zh: '该数据元在此地域、此对象群体已有唯一的采集部门',
    en: 'Exactly one department collects this element of this population in this region, and one is assigned',
    nextZh: '请变更 about 中所列的采集分工,或复用其采集的数据',
    nextEn: 'Change the assignment listed under about, or reuse what it collects',
  },
  'catalogue.collection_settled': {
    ...{ kind: 'conflict', ...R6_3 },
    zh: '该采集分工当前状态下不能办理此事',
    en: 'This cannot be done with the assignment as it stands',
    nextZh: '请刷新后查看当前情况',
    nextEn: 'Read it again to see where it stands',
  },
  'catalogue.item_not_standard': {
    ...{ kind: 'unprocessable', ...R6_2 },
    zh: '信息项与所引用的标准数据元不一致',
    en: 'Some items differ from the standard data elements they refer to',
    nextZh: '请按 errors 中所列,使类型、长度和代码取值与数据元一致',
    nextEn: 'Give the items listed under errors the type, length and values of their elements',
  },
  'catalogue.collected_elsewhere': {
    ...{ kind: 'conflict', ...R6_3 },
    zh: '所列信息项已由其他部门负责采集,不得重复采集',
    en: 'Another department is assigned to collect these items; nobody collects them a second time',
    nextZh: '请复用 about 中所列资源(详见本条目的 sources),或申请豁免',
    nextEn: 'Reuse the resources listed under about (the entry’s /sources says more), or ask for a waiver',
  },
  'catalogue.reuse_unfounded': {
    ...{ kind: 'unprocessable', ...R8_1 },
    zh: '复用的信息项未写明来源资源,或来源资源中没有该数据元',
    en: 'What is reused does not come from a resource of the catalogue that holds the element',
    nextZh: '请将来源资源列入 derivedFrom,并核对其信息项',
    nextEn: 'List the resource under derivedFrom, and make sure that it holds the element',
  },
  'catalogue.waiver_not_needed': {
    ...{ kind: 'conflict', ...R8_1 },
    zh: '没有其他部门负责采集,无需豁免',
    en: 'Nobody else is assigned to collect it: no waiver is needed',
    nextZh: '请直接报送该条目',
    nextEn: 'Submit the entry',
  },
  'catalogue.waiver_asked': {
    ...{ kind: 'conflict', ...R8_1 },
    zh: '该豁免申请正等待主管部门答复',
    en: 'This waiver has been asked for and awaits the authority',
    nextZh: '请等待答复',
    nextEn: 'Wait for the answer',
  },
  'catalogue.waiver_settled': {
    ...{ kind: 'conflict', ...R8_1 },
    zh: '该豁免申请已经答复',
    en: 'This waiver has been decided',
    nextZh: '如仍需要,请重新申请',
    nextEn: 'Ask again if it is still needed',
  },
  'catalogue.waiver_period': {
    ...{ kind: 'unprocessable', requirement: 'R8.5', article: 8 },
    zh: '豁免期限须在今日之后,最长一年,到期复核',
    en: 'A waiver ends after today and within a year, when it is looked at again',
    nextZh: '请缩短期限',
    nextEn: 'Name an earlier day',
  },
  'catalogue.derivation_cycle': {
    ...{ kind: 'unprocessable', requirement: 'R13.6', article: 13 },
    zh: '来源资源形成循环:该条目经 about 中所列资源又派生自自身',
    en: 'The entry would derive from itself, by the resources listed under about',
    nextZh: '请从 derivedFrom 中去掉形成循环的资源',
    nextEn: 'Take the resource that leads back out of derivedFrom',
  },
  'catalogue.derivation_too_deep': {
    ...{ kind: 'unprocessable', requirement: 'R13.6', article: 13 },
    zh: '来源资源的层级或数量超过上限',
    en: 'What the entry derives from goes deeper, or is more, than is followed',
    nextZh: '请直接引用更接近原始采集的资源',
    nextEn: 'Derive from a resource nearer to where the data is collected',
  },
  'catalogue.outside_jurisdiction': {
    kind: 'forbidden',
    requirement: 'R4.1',
    article: 4,
    zh: '超出本主管部门的管辖地域',
    en: 'This lies outside the region of the authority',
    nextZh: '请由有管辖权的主管部门办理',
    nextEn: 'The authority of that region decides',
  },
});
