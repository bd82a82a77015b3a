import { refusals } from './entry';

/** Refusals on the working-day calendar. */
export const CALENDAR_REFUSALS = refusals({
  'calendar.year_out_of_range': {
    kind: 'unprocessable',
    requirement: 'R12.3',
    article: 12,
    zh: '该年度不能发布工作日历',
    en: 'No calendar is published for this year',
    nextZh: '请选择列出的首个年度至下一年度之间的年份',
    nextEn: 'Choose a year from the first named to the next one',
  },
  'calendar.day_not_in_year': {
    kind: 'unprocessable',
    requirement: 'R12.3',
    article: 12,
    zh: '所列日期不存在或不属于该年度',
    en: 'A day does not exist or lies outside the year',
    nextZh: '请改正或移至相应年度的日历',
    nextEn: 'Correct it, or list it in the calendar of its own year',
  },
  'calendar.day_both': {
    kind: 'unprocessable',
    requirement: 'R12.3',
    article: 12,
    zh: '同一日期不能既放假又上班',
    en: 'A day is off or worked, not both',
    nextZh: '请对照通知原文,只保留一处',
    nextEn: 'Look it up in the notice and list it once',
  },
  'calendar.make_up_on_weekday': {
    kind: 'unprocessable',
    requirement: 'R12.3',
    article: 12,
    zh: '调休上班日须为周六或周日',
    en: 'Only a Saturday or a Sunday is worked instead of another day',
    nextZh: '周一至周五本为工作日,请删去',
    nextEn: 'Leave it out: Monday to Friday is worked anyway',
  },
  'calendar.nothing_changed': {
    kind: 'unprocessable',
    requirement: 'R12.3',
    article: 12,
    zh: '与现行版本相同',
    en: 'It is the same as the version in force',
    nextZh: '无需发布',
    nextEn: 'Nothing needs to be published',
  },
  'calendar.versions_reversed': {
    kind: 'unprocessable',
    requirement: 'R12.3',
    article: 12,
    zh: '只能与更早的版本比较',
    en: 'A version is compared with an earlier one',
    nextZh: '请指定更小的版本号',
    nextEn: 'Name a smaller version in since',
  },
});
