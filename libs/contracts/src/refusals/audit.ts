import { refusals } from './entry';

/** Refusals of the audit service. */
export const AUDIT_REFUSALS = refusals({
  'audit.entry_unknown': {
    kind: 'notFound',
    zh: '日志中没有该条目,或您无权知悉',
    en: 'The log has no such entry, or it is not yours to know of',
    nextZh: '请检查序号;新条目约在一秒内封存',
    nextEn: 'Check the index; a new entry is sealed within about a second',
  },
  'audit.access_unknown': {
    kind: 'notFound',
    zh: '日志中没有该次访问,或您无权知悉',
    en: 'The log has no access of this decision, or it is not yours to know of',
    nextZh: '请检查 decisionId;刚发生的访问请稍候再查',
    nextEn: 'Check the decisionId; look again in a moment if it has just happened',
  },
  'audit.size_unknown': {
    kind: 'unprocessable',
    zh: '日志没有该长度的检查点',
    en: 'The log has no checkpoint of this size',
    nextZh: '请使用已签名检查点中的长度',
    nextEn: 'Use a size that stands in a signed checkpoint',
  },
  'audit.index_beyond_size': {
    kind: 'unprocessable',
    zh: '条目不在该长度的日志之内',
    en: 'The entry lies beyond a log of this size',
    nextZh: '请使用较大的长度',
    nextEn: 'Use a larger size, or leave it out for the newest',
  },
  'audit.trace_not_yours': {
    kind: 'forbidden',
    requirement: 'R14.9',
    article: 14,
    zh: '只有资源提供部门、主管部门和审计人员可以追溯该资源的去向',
    en: 'Only the provider of the resource, the competent authority and the auditor may trace where it went',
    nextZh: '请向提供部门或主管部门提出',
    nextEn: 'Ask the provider or the competent authority',
  },
  'audit.trace_key_incomplete': {
    kind: 'unprocessable',
    zh: '须给出全部主键数据项',
    en: 'Each key item of the record has to be given, and nothing else',
    nextZh: '请按所列数据项补全;资源已不在目录中的,请给出 recordKey',
    nextEn: 'Give the items named; for a resource that is no longer there, give recordKey',
  },
});
