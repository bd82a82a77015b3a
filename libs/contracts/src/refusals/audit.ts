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
  'audit.tile_unknown': {
    kind: 'notFound',
    zh: '日志中没有该路径的分块',
    en: 'The log has no tile under this path',
    nextZh: '请按 C2SP tlog-tiles 由检查点的长度算出路径',
    nextEn: "Work the path out from the checkpoint's size, as C2SP tlog-tiles says",
  },
  'audit.message_unknown': {
    kind: 'notFound',
    zh: '该条目没有单独保存的原文',
    en: 'No message is kept beside this entry',
    nextZh: '原文在条目自身的 data 中;只有带 omitted 的条目另存原文',
    nextEn: 'What was said is in the entry itself; only one with `omitted` has its message beside it',
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
  'audit.search_too_wide': {
    kind: 'unprocessable',
    zh: '符合每项条件的条目都过多,无法逐条比对',
    en: 'Each of the filters is met by too many entries to compare them',
    nextZh: '请缩短期间(from、until),或增加一项更具体的条件,例如 about 或 matter',
    nextEn: 'Narrow the period with from and until, or add a filter that says more, such as about or matter',
  },
  'audit.evidence_unknown': {
    kind: 'notFound',
    zh: '日志中没有与该编号有关的条目,或您无权知悉',
    en: 'The log has no entry about this id, or it is not yours to know of',
    nextZh: '请检查编号;刚发生的事项请稍候再试',
    nextEn: 'Check the id; try again in a moment if it has just happened',
  },
  'audit.evidence_too_large': {
    kind: 'unprocessable',
    zh: '与该编号有关的条目过多,不能放入一个证据包',
    en: 'There are too many entries about this id for one package',
    nextZh: '请改用更具体的编号,例如一次申请或一次使用;审计人员可导出全部日志',
    nextEn: 'Name something narrower, such as one application or one use; an auditor may export the whole log',
  },
});
