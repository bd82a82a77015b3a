import { refusals } from './entry';

/** Refusals on an entry's way through review, its next versions and its withdrawal. */
export const CATALOGUE_WORKFLOW_REFUSALS = refusals({
  'catalogue.remark_field_unknown': {
    kind: 'unprocessable',
    requirement: 'R7.1',
    article: 7,
    zh: '审核意见所指的字段在该条目中不存在',
    en: 'A remark is about a field that this entry does not have',
    nextZh: '请按 errors 中逐项改正字段名称',
    nextEn: 'Correct each field listed under errors',
  },
  'catalogue.basis_not_examined': {
    kind: 'unprocessable',
    requirement: 'R3.2',
    article: 3,
    zh: '不予共享的条目须声明已审查其法律依据',
    en: 'What is not shared is approved only when its legal basis was examined',
    nextZh: '请审查法律依据后以 basisExamined 声明,或退回',
    nextEn: 'Examine the basis and say so in basisExamined, or return the entry',
  },
  'catalogue.regime_not_confirmed': {
    kind: 'unprocessable',
    requirement: 'R22.2',
    article: 22,
    zh: '适用专门规定的条目须确认该规定',
    en: 'A special regime is approved only when the rule that governs it is confirmed',
    nextZh: '请核实该规定及其共享方式后以 regimeConfirmed 确认,或退回',
    nextEn: 'Check the rule and its way of sharing and say so in regimeConfirmed, or return the entry',
  },
});
