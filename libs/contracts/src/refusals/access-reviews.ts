import { refusals } from './entry';

/** Refusals on the yearly review of a department's accesses. */
export const ACCESS_REVIEW_REFUSALS = refusals({
  'review.item_concluded': {
    kind: 'conflict',
    requirement: 'R8.5',
    article: 8,
    zh: '该项已有结论',
    en: 'The item is concluded already',
    nextZh: '请重新读取本次核查',
    nextEn: 'Read the review again',
  },
  'review.subject_changed': {
    kind: 'conflict',
    requirement: 'R8.5',
    article: 8,
    zh: '所核查的对象在您查阅之后已变更',
    en: 'What is reviewed has changed since it was read',
    nextZh: '请重新查阅后确认',
    nextEn: 'Read it again and confirm what it is now',
  },
  'review.own_appointment': {
    kind: 'forbidden',
    requirement: 'R14.10',
    article: 14,
    zh: '任何人不得确认本人的任职',
    en: 'Nobody confirms their own appointment',
    nextZh: '请由其他责任单位人员或主管部门确认',
    nextEn: 'Have another responsible officer or the authority confirm it',
  },
  'review.departments_own': {
    kind: 'forbidden',
    requirement: 'R8.5',
    article: 8,
    zh: '系统和接入由本部门自行核查',
    en: 'Systems and the admission are reviewed by the department itself',
    nextZh: '请由该部门责任单位办理',
    nextEn: 'Have the department’s responsible unit do it',
  },
});
