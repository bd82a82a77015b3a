import { aCalendar, calendars, now, on, rules, rulesOf2014 } from '../../../test/applications';
import { clockRules, countsOf, extendClock, recount, startClock } from './answer-clock';

const received = now.toISOString();
const kept = clockRules(rules.pack);
const started = startClock(kept, received, calendars);

describe('the provider’s clock', () => {
  it('[R12.4] has reminders at the beginning of T+5, T+8 and T+9 in Hainan', () => {
    expect(started.reminders).toEqual([
      { workingDay: 5, at: '2026-03-08T16:00:00.000Z' },
      { workingDay: 8, at: '2026-03-11T16:00:00.000Z' },
      { workingDay: 9, at: '2026-03-12T16:00:00.000Z' },
    ]);
  });

  it('[R12.8] pauses while the applicant has it, and shows both counts', () => {
    const paused = { ...started, pause: { from: on('2026-03-05').toISOString(), until: null }, dueAt: null };
    // Three days were the provider's (3, 4 and 5 March), the other five the applicant's.
    expect(countsOf(paused, received, calendars, on('2026-03-12'))).toEqual({
      workingDaysElapsed: 8,
      pausedDays: 5,
      remaining: 7,
    });
    expect(recount(paused, received, calendars)).toMatchObject({ dueAt: null, provisional: false });
    const resumed = { ...paused, pause: { ...paused.pause, until: on('2026-03-12').toISOString() } };
    const clock = recount(resumed, received, calendars);
    expect(clock.dueAt).toBe('2026-03-23T15:59:59.999Z');
    expect(clock.reminders[0]).toEqual({ workingDay: 5, at: '2026-03-15T16:00:00.000Z' });
    expect(countsOf(clock, received, calendars, on('2026-03-24'))).toEqual({
      workingDaysElapsed: 16,
      pausedDays: 5,
      remaining: -1,
    });
  });

  it('[R12.3] stands still once it has ended', () => {
    const ended = { ...started, endedAt: on('2026-03-04').toISOString() };
    expect(countsOf(ended, received, calendars, on('2026-06-01'))).toMatchObject({
      workingDaysElapsed: 2,
      remaining: 8,
    });
  });

  it('[R12.3] counts again by a calendar that was published later', () => {
    const provisional = startClock(kept, received, []);
    expect([provisional.dueAt, provisional.provisional]).toEqual(['2026-03-16T15:59:59.999Z', true]);
    const holidays = ['2026-03-10'];
    const moved = recount(provisional, received, [aCalendar({ holidays })]);
    expect(moved).toMatchObject({ dueAt: '2026-03-17T15:59:59.999Z', provisional: false, calendarEdition: 1 });
    // A Saturday that is worked makes up for it.
    const worked = aCalendar({ version: 2, holidays, makeUpDays: ['2026-03-14'] });
    expect(recount(provisional, received, [worked])).toMatchObject({
      dueAt: '2026-03-16T15:59:59.999Z',
      calendarEdition: 2,
    });
  });

  it('[R12.4] reminds before the extended date as it would have before the former one, and of nothing that is past', () => {
    const at = on('2026-03-13');
    const longer = extendClock(started, 3, { rules: kept, receivedAt: received, calendars }, at);
    expect(longer).toMatchObject({ workingDays: 10, extendedBy: 3, dueAt: '2026-03-19T15:59:59.999Z' });
    expect(longer.reminders.map(({ workingDay }) => workingDay)).toEqual([11, 12]);
  });

  it('[R23.1] keeps the rules under which the application was received', () => {
    expect([kept.replyExtensionWorkingDays, kept.provideWithinWorkingDays]).toEqual([10, 20]);
    const of2014 = clockRules(rulesOf2014.pack);
    expect([of2014.replyExtensionWorkingDays, of2014.provideWithinWorkingDays]).toEqual([0, null]);
  });
});
