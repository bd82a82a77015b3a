import { refusals } from './entry';

/** Rules of use that are no part of the decision: limits, yes-or-no questions, matter numbers bound to a subject. */
export const USE_RULE_REFUSALS = refusals({
  'access.verify_key_incomplete': {
    kind: 'unprocessable',
    requirement: 'R14.7',
    article: 14,
    zh: '核验必须给出完整的主键',
    en: 'A verification needs every key item, and only those, in its key',
    nextZh: '请在 key 中给出 about 所列的全部主键信息项',
    nextEn: 'Give all key items under about in `key`',
  },
  'access.verify_too_often': {
    kind: 'tooMany',
    requirement: 'R14.7',
    article: 14,
    zh: '对同一对象的核验过于频繁',
    en: 'This subject has been verified too often by your department',
    nextZh: '请按 Retry-After 等待后重试',
    nextEn: 'Wait as Retry-After says and try again',
  },
  'access.grant_rate_exceeded': {
    kind: 'tooMany',
    requirement: 'R12.7',
    article: 12,
    zh: '超过授权约定的每分钟请求次数',
    en: 'The grant allows fewer requests a minute',
    nextZh: '请按 Retry-After 等待后重试,或申请变更',
    nextEn: 'Wait as Retry-After says, or apply for an amendment',
  },
  'access.throttled': {
    kind: 'tooMany',
    requirement: 'R13.5',
    article: 13,
    zh: '因使用异常告警,请求已被限速',
    en: 'Requests are slowed because of a misuse alert',
    nextZh: '请按 Retry-After 等待后重试,并请本部门责任单位说明情况',
    nextEn: 'Wait as Retry-After says, and have your responsible unit explain the use',
  },
  'access.limits_unavailable': {
    kind: 'unavailable',
    requirement: 'R12.7',
    article: 12,
    zh: '使用次数暂时无法核计,因此未放出数据',
    en: 'The limits of this use cannot be counted at the moment, so no data was released',
    nextZh: '请按 Retry-After 稍后重试',
    nextEn: 'Try again as Retry-After says',
  },
  'access.matter_number_of_another_subject': {
    kind: 'forbidden',
    requirement: 'R13.4',
    article: 13,
    zh: '该办件编号已用于另一对象',
    en: 'This matter number is bound to another subject',
    nextZh: '请使用该对象自己的办件编号',
    nextEn: 'Use the matter number of this very subject',
  },
});
