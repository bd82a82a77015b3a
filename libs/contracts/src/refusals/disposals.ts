import { refusals } from './entry';

/** Refusals about the deletion of what withdrawn resources leave behind. */
export const DISPOSAL_REFUSALS = refusals({
  'disposal.not_open': {
    kind: 'conflict',
    requirement: 'R7.1',
    article: 7,
    zh: '该处置已经开始、完成或取消',
    en: 'The disposal has begun, is done or was cancelled',
    nextZh: '请查看处置状态',
    nextEn: 'Look at its status',
  },
  'disposal.held': {
    kind: 'conflict',
    requirement: 'R7.1',
    article: 7,
    zh: '该处置已被暂缓',
    en: 'The disposal is held',
    nextZh: '请先解除暂缓',
    nextEn: 'Release the hold first',
  },
  'disposal.held_by_authority': {
    kind: 'forbidden',
    requirement: 'R7.1',
    article: 7,
    zh: '主管部门决定的暂缓只能由主管部门解除',
    en: 'A hold of the authority is released by the authority alone',
    nextZh: '请与主管部门联系',
    nextEn: 'Ask the authority',
  },
  'disposal.not_held': {
    kind: 'conflict',
    requirement: 'R7.1',
    article: 7,
    zh: '该处置未被暂缓',
    en: 'The disposal is not held',
    nextZh: '无需解除',
    nextEn: 'There is nothing to release',
  },
});
