import { remindersBefore } from './reminders';

describe('reminders of an end', () => {
  const end = '2026-04-01T00:00:00.000Z';

  it('come so many days before it, the first first, each once', () => {
    expect(remindersBefore(end, [1, 14, 7, 7], new Date('2026-03-01T00:00:00Z'))).toEqual([
      '2026-03-18T00:00:00.000Z',
      '2026-03-25T00:00:00.000Z',
      '2026-03-31T00:00:00.000Z',
    ]);
  });

  it('are not made up for when their time has passed', () => {
    expect(remindersBefore(end, [14, 7, 1], new Date('2026-03-25T00:00:00Z'))).toEqual(['2026-03-31T00:00:00.000Z']);
    expect(remindersBefore(end, [14, 7, 1], new Date(end))).toEqual([]);
  });
});
