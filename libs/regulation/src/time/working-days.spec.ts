import { addWorkingDays, localDayOf, WorkingDays, type WorkingDayCalendar } from './working-days';

/** An illustration with the usual shape: a long holiday and the weekend days worked for it. */
const of2026: WorkingDayCalendar = {
  year: 2026,
  holidays: ['2026-01-01', '2026-01-02', '2026-02-16', '2026-02-17', '2026-02-18', '2026-02-19', '2026-02-20'],
  makeUpDays: ['2026-01-04', '2026-02-14', '2026-02-28'],
  source: 'test',
};
const of2025: WorkingDayCalendar = { year: 2025, holidays: ['2025-10-01'], makeUpDays: [], source: 'test' };

describe('[R12.3] working days', () => {
  it.each([
    // Monday to Friday of two weeks.
    ['ten days from a Monday', '2026-03-02T09:00:00+08:00', 10, '2026-03-16'],
    ['the day of receipt is not counted, however early', '2026-03-02T00:00:00+08:00', 1, '2026-03-03'],
    ['nor however late', '2026-03-02T23:59:59+08:00', 1, '2026-03-03'],
    ['the day is that of Hainan, not of Greenwich', '2026-03-01T17:00:00Z', 1, '2026-03-03'],
    ['received on a Saturday', '2026-03-07T12:00:00+08:00', 1, '2026-03-09'],
    ['over a holiday, with the weekend days worked for it', '2026-02-13T12:00:00+08:00', 10, '2026-03-04'],
    ['a weekend day that is worked counts', '2026-02-13T12:00:00+08:00', 1, '2026-02-14'],
    ['received on a holiday', '2026-01-01T12:00:00+08:00', 1, '2026-01-04'],
    ['no days', '2026-03-02T09:00:00+08:00', 0, '2026-03-02'],
  ])('%s', (_what, from, days, day) => {
    const due = addWorkingDays(new Date(from), days, [of2026]);
    expect(due).toMatchObject({ day, provisional: false, assumedYears: [] });
    expect(due.date.toISOString()).toBe(`${day}T15:59:59.999Z`);
  });

  it('is provisional over a year whose calendar is not published, and says which', () => {
    expect(addWorkingDays(new Date('2026-12-28T09:00:00+08:00'), 10, [of2026])).toMatchObject({
      day: '2027-01-11',
      provisional: true,
      assumedYears: [2027],
    });
    expect(addWorkingDays(new Date('2025-12-31T09:00:00+08:00'), 2, [of2025])).toMatchObject({
      provisional: true,
      assumedYears: [2026],
    });
  });

  it('is certain again once the calendar is there', () => {
    expect(addWorkingDays(new Date('2025-12-31T09:00:00+08:00'), 2, [of2025, of2026])).toMatchObject({
      day: '2026-01-05',
      provisional: false,
    });
  });

  it('counts the working days gone by', () => {
    const days = new WorkingDays([of2026]);
    const received = new Date('2026-03-02T09:00:00+08:00');
    expect(days.elapsed(received, received)).toBe(0);
    expect(days.elapsed(received, new Date('2026-03-10T08:00:00+08:00'))).toBe(6);
    expect(days.elapsed(received, days.add(received, 10).date)).toBe(10);
  });

  it.each([-1, 1.5, NaN, 100_000])('refuses %p days', (days) => {
    expect(() => addWorkingDays(new Date('2026-03-02'), days, [])).toThrow(RangeError);
  });

  it('refuses a date that is none', () => {
    expect(() => addWorkingDays(new Date('x'), 1, [])).toThrow(RangeError);
  });

  it('knows what day it is in Hainan', () => {
    expect(localDayOf(new Date('2026-03-01T16:00:00Z'))).toBe('2026-03-02');
    expect(localDayOf(new Date('2026-03-01T15:59:59.999Z'))).toBe('2026-03-01');
  });
});
