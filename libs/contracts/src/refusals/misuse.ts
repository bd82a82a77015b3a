import { refusals } from './entry';

export const MISUSE_REFUSALS = refusals({
  'misuse.wrong_status': {
    kind: 'conflict',
    requirement: 'R13.5',
    article: 13,
    zh: '告警的当前状态不允许此操作',
    en: 'The alert is in another status',
    nextZh: '请先受理告警,再作出结论',
    nextEn: 'Acknowledge the alert first, then conclude it',
  },
  'misuse.own_case': {
    kind: 'forbidden',
    requirement: 'R14.10',
    article: 14,
    zh: '不得处理涉及本单位的告警',
    en: 'No organisation decides an alert about its own use',
    nextZh: '请由提供部门或信息化主管部门处理',
    nextEn: 'Have the provider or the competent authority decide it',
  },
});
