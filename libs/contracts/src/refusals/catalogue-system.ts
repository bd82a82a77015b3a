import { refusals } from './entry';

const R6 = { requirement: 'R6.1', article: 6 } as const;

/** Refusals of the catalogue system: classes, template, code rule, and their editions. */
export const CATALOGUE_SYSTEM_REFUSALS = refusals({
  'catalogue.class_not_in_force': {
    ...{ kind: 'unprocessable', ...R6 },
    zh: '所选分类不在现行目录体系中',
    en: 'The classification is not one of the edition in force',
    nextZh: '请从现行分类中选择;原分类已撤销的,请改选新的分类',
    nextEn: 'Choose a class of the edition in force, also where the former one was ended',
  },
  'catalogue.outside_template': {
    ...{ kind: 'unprocessable', ...R6 },
    zh: '所填内容不符合现行元数据模板',
    en: 'What is said does not agree with the metadata template in force',
    nextZh: '请按 errors 中逐项改正',
    nextEn: 'Correct each field listed under errors',
  },
  'catalogue.edition_to_come': {
    ...{ kind: 'conflict', ...R6 },
    zh: '目录体系的下一版次已在编制或已公告',
    en: 'The next edition of the catalogue system is being prepared or has been announced already',
    nextZh: '请修改该版次,或先将其撤回',
    nextEn: 'Go on with that edition, or withdraw it first',
  },
  'catalogue.edition_wrong_state': {
    ...{ kind: 'conflict', ...R6 },
    zh: '该版次的当前状态不允许此操作',
    en: 'The edition is not in a state that allows this',
    nextZh: '已公告的版次须先撤回;已生效的版次只能由新版次取代',
    nextEn: 'What is announced is withdrawn first; what is in force is replaced by a new edition',
  },
  'catalogue.edition_inconsistent': {
    ...{ kind: 'unprocessable', ...R6 },
    zh: '分类或模板的修改前后不一致',
    en: 'Classes or template would not agree with themselves',
    nextZh: '请按 errors 中逐项改正',
    nextEn: 'Correct what is listed under errors',
  },
  'catalogue.edition_notice_too_short': {
    ...{ kind: 'unprocessable', ...R6 },
    zh: '生效日期距公告之日过近或过远',
    en: 'The edition would take effect too soon after it is announced, or too late',
    nextZh: '请选择公告后十日至两年内的日期',
    nextEn: 'Choose a day from ten days to two years after today',
  },
  'catalogue.code_not_by_rule': {
    ...{ kind: 'unprocessable', ...R6 },
    zh: '资源代码不符合现行代码规则',
    en: 'The resource code is not written as the code rule has it',
    nextZh: '请按 errors 中的写法填写,或不填由平台编定',
    nextEn: 'Write it as errors says, or leave it out: the platform gives the next one',
  },
});
