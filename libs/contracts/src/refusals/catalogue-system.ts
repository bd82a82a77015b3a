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
  'catalogue.code_not_by_rule': {
    ...{ kind: 'unprocessable', ...R6 },
    zh: '资源代码不符合现行代码规则',
    en: 'The resource code is not written as the code rule has it',
    nextZh: '请按 errors 中的写法填写,或不填由平台编定',
    nextEn: 'Write it as errors says, or leave it out: the platform gives the next one',
  },
});
