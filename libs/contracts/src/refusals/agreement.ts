import { refusals } from './entry';

/** Refusals on sharing agreements. */
export const AGREEMENT_REFUSALS = refusals({
  'agreement.not_party': {
    kind: 'forbidden',
    requirement: 'R12.6',
    article: 12,
    zh: '只有协议双方可以接受协议',
    en: 'Only the two sides accept an agreement',
    nextZh: '请由提供部门和使用部门的指定人员接受',
    nextEn: 'Have a named officer of the provider and of the user accept it',
  },
  'agreement.not_pending': {
    kind: 'conflict',
    requirement: 'R12.6',
    article: 12,
    zh: '该版本的协议不在待接受状态',
    en: 'This version of the agreement does not await acceptance',
    nextZh: '请查阅最新版本',
    nextEn: 'Look at the newest version',
  },
  'agreement.already_accepted': {
    kind: 'conflict',
    requirement: 'R12.6',
    article: 12,
    zh: '贵部门已接受该协议',
    en: 'Your department has accepted this agreement already',
    nextZh: '请等待对方接受',
    nextEn: 'Wait for the other side',
  },
  'agreement.same_person': {
    kind: 'forbidden',
    requirement: 'R14.10',
    article: 14,
    zh: '同一人不得代表双方接受协议',
    en: 'One person does not accept for both sides',
    nextZh: '请由对方的其他人员接受',
    nextEn: 'Have another officer of the other side accept it',
  },
  'agreement.other_text': {
    kind: 'conflict',
    requirement: 'R12.6',
    article: 12,
    zh: '所接受的文本摘要与协议不符',
    en: 'The digest is not that of the text of this agreement',
    nextZh: '请重新阅读文本后以其摘要接受',
    nextEn: 'Read the text again and accept it by its digest',
  },
});
