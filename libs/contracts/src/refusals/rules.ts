import { refusals } from './entry';

/** Refusals on the rules in force. */
export const RULE_REFUSALS = refusals({
  'rules.none_in_force': {
    kind: 'unprocessable',
    requirement: 'R23.1',
    article: 23,
    zh: '该日期办法尚未施行',
    en: 'The measures were not in force at that date',
    nextZh: '请选择所列施行日期及以后的日期',
    nextEn: 'Ask for a date from the one named on',
  },
});
