import { aPrincipal } from '@qiongtong/testing';
import fc from 'fast-check';
import { changesBetween, publish, recounted, type CalendarVersion, type NewCalendar } from './calendar-version';

const now = new Date('2026-11-06T01:00:00Z');
const province = aPrincipal({ officerId: 'li', departmentId: 'gxt', roles: ['PROVINCIAL_AUTHORITY'] });
const aYear = (over: Partial<NewCalendar> = {}): NewCalendar => ({
  year: 2027,
  holidays: ['2027-02-08', '2027-01-01'],
  makeUpDays: ['2027-02-14'],
  source: '通知',
  reason: '首次发布',
  ...over,
});
const published = (over: Partial<NewCalendar> = {}, current: CalendarVersion | null = null) =>
  publish(aYear(over), current, 3, province, now);
const code = (c: string) => expect.objectContaining({ code: c });

describe('publishing a year’s calendar', () => {
  it('[R12.3] makes a version that follows the last one, with the days in order', () => {
    const first = published();
    expect(first).toMatchObject({
      state: { id: '2027-1', version: 1, edition: 4, holidays: ['2027-01-01', '2027-02-08'], publishedBy: 'li' },
      event: { key: '2027', data: { year: 2027, revision: 1, by: 'li' } },
    });
    const second = published({ holidays: ['2027-01-01'] }, first.state);
    expect(second).toMatchObject({
      state: { id: '2027-2', version: 2, moved: {}, recountedAt: null },
      event: { data: { changes: { holidays: { added: [], removed: ['2027-02-08'] }, nowWorked: ['2027-02-08'] } } },
    });
    // The reason may name people.
    expect(JSON.stringify(first.event)).not.toContain('首次发布');
  });

  it('[R12.3] corrects the notice it cites without any day', () => {
    const { state } = published();
    expect(() => published({}, state)).toThrow(code('calendar.nothing_changed'));
    expect(published({ source: '通知(更正)' }, state).event.data.changes).toMatchObject({ nowOff: [], nowWorked: [] });
  });

  it('is finished when every running clock has been counted by it', () => {
    const version = { ...published().state, moved: { replies: 3 } };
    expect(recounted(version, now)).toMatchObject({
      state: { recountedAt: now.toISOString() },
      event: { data: { year: 2027, moved: { replies: 3 }, by: 'platform' } },
    });
  });

  it.each([
    ['an officer of a city', { regionCode: '460100' }],
    ['a local authority', { roles: ['LOCAL_AUTHORITY'] as const }],
    ['a system', { officerId: null, systemId: 's' }],
  ])('[R4.1] is not for %s', (_who, over) => {
    const by = aPrincipal({ ...province, ...over });
    expect(() => publish(aYear(), null, 0, by, now)).toThrow(code('access.role_required'));
  });

  it.each([
    ['2026-12-31', 'calendar.day_not_in_year'],
    ['2027-02-30', 'calendar.day_not_in_year'],
    ['20270-01-01', 'calendar.day_not_in_year'],
    ['2027-02-14', 'calendar.day_both'],
  ])('[R12.3] refuses %s as a holiday', (day, refused) => {
    expect(() => published({ holidays: [day] })).toThrow(code(refused));
  });

  it.each([2013, 2028])('[R12.3] is refused for %i', (year) => {
    const given = { year, holidays: [`${year}-01-01`], makeUpDays: [] };
    expect(() => published(given)).toThrow(code('calendar.year_out_of_range'));
  });
});

describe('what changed between two calendars', () => {
  const days = fc.uniqueArray(
    fc.integer({ min: 0, max: 40 }).map((n) => new Date(Date.UTC(2027, 0, 1 + n)).toISOString().slice(0, 10)),
  );
  const aCalendar = fc.tuple(days, days).map(([holidays, worked]) => ({
    holidays,
    makeUpDays: worked.filter((day) => !holidays.includes(day)),
  }));

  it('[R12.3] leads from one to the other, and back when read the other way round', () => {
    fc.assert(
      fc.property(aCalendar, aCalendar, (one, other) => {
        const { holidays, nowOff, nowWorked } = changesBetween(one, other);
        const back = changesBetween(other, one);
        const reached = [...one.holidays.filter((day) => !holidays.removed.includes(day)), ...holidays.added];
        expect([...reached].sort()).toEqual([...other.holidays].sort());
        expect([back.nowOff, back.nowWorked]).toEqual([nowWorked, nowOff]);
        expect(changesBetween(one, one)).toMatchObject({ nowOff: [], nowWorked: [] });
      }),
    );
  });

  it('[R12.3] names no Saturday as newly off, and no Monday as newly worked', () => {
    const changes = changesBetween(null, { holidays: ['2027-01-02', '2027-01-04'], makeUpDays: [] });
    expect(changes).toMatchObject({ holidays: { added: ['2027-01-02', '2027-01-04'] }, nowOff: ['2027-01-04'] });
  });
});
