import { refusals } from './entry';

const R6_2 = { requirement: 'R6.2', article: 6 } as const;
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
