import { calendarsOf, countDue, editionOf, moveOf, type PublishedCalendar } from './published-calendars';

const aCalendar = (year: number, version: number, ...holidays: string[]): PublishedCalendar => ({
  year,
  version,
  holidays,
  makeUpDays: [],
  source: 'test',
});
const history = [
  aCalendar(2026, 1, '2026-12-25'),
  aCalendar(2027, 1, '2027-01-01'),
  aCalendar(2026, 2),
  aCalendar(2027, 2, '2027-01-01', '2027-01-04'),
];
const received = '2026-12-24T17:00:00.000Z';

describe('[R12.3] published calendars', () => {
  it('are as many editions as versions, and each edition is the newest of every year until then', () => {
    const versionsAt = (edition?: number) => calendarsOf(history, edition).map(({ year, version }) => [year, version]);
    expect([0, 1, 2, 3, 4].map(versionsAt)).toEqual([
      [],
      [[2026, 1]],
      [
        [2026, 1],
        [2027, 1],
      ],
      [
        [2026, 2],
        [2027, 1],
      ],
      [
        [2026, 2],
        [2027, 2],
      ],
    ]);
    expect(versionsAt()).toEqual(versionsAt(4));
    for (const edition of [0, 1, 2, 3, 4]) expect(editionOf(calendarsOf(history, edition))).toBe(edition);
  });

  it('count a due date and say by which edition', () => {
    // Received on Friday 25 December in Hainan.
    expect([1, 2, 4].map((edition) => countDue(new Date(received), 6, calendarsOf(history, edition)))).toEqual([
      { dueAt: '2027-01-04T15:59:59.999Z', provisional: true, calendarEdition: 1 },
      { dueAt: '2027-01-05T15:59:59.999Z', provisional: false, calendarEdition: 2 },
      { dueAt: '2027-01-06T15:59:59.999Z', provisional: false, calendarEdition: 4 },
    ]);
  });

  it('say what moved, from what to what, by which versions of the years on the way', () => {
    const [before, after] = [1, 4].map((edition) => countDue(new Date(received), 6, calendarsOf(history, edition)));
    const now = new Date('2027-01-03T00:00:00Z');
    const more = [...calendarsOf(history), aCalendar(2028, 1)];
    expect(moveOf(before!, after!, received, more, now)).toEqual({
      at: now.toISOString(),
      formerDueAt: before!.dueAt,
      dueAt: after!.dueAt,
      provisional: false,
      calendars: [
        { year: 2026, version: 2 },
        { year: 2027, version: 2 },
      ],
    });
    expect(moveOf(after!, { ...after!, calendarEdition: 9 }, received, more, now)).toBeNull();
    expect(moveOf({ ...after!, provisional: true }, after!, received, more, now)).toMatchObject({ provisional: false });
  });
});
