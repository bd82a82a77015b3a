import {
  answerExtension,
  askExtension,
  lookAt,
  recounted,
  rested,
  resumed,
  reviewClock,
  stateOf,
  updateClock,
  yearlyClock,
} from './entry-clock';

const refusal = (code: string) => expect.objectContaining({ code });
const calendar = (version: number, ...holidays: string[]) => [
  { year: 2026, version, holidays, makeUpDays: [], source: 'test' },
];
const PLAIN = calendar(1);
const now = new Date('2026-11-20T02:00:00Z'); // a Friday
const noticed = { by: 'mzt-submitter', at: now.toISOString(), noticedOn: '2026-11-20', what: '字段已调整' };
const update = updateClock('e', noticed, 10, PLAIN, now);
const asked = { by: 'mzt-responsible', at: now.toISOString(), workingDays: 5, reason: '系统改造' };
const answer = { by: 'gxt-officer', at: now.toISOString(), organisationId: 'gxt', consented: true, reason: '同意' };

describe('the time to update an entry', () => {
  it('[R7.1] is ten working days from the day of the change, of which that day is none', () => {
    expect(update).toMatchObject({ dueAt: '2026-12-04T15:59:59.999Z', provisional: false, state: 'ON_TIME' });
    const earlier = updateClock('e', { ...noticed, noticedOn: '2026-11-18' }, 10, PLAIN, now);
    expect(earlier.dueAt).toBe('2026-12-02T15:59:59.999Z');
    // The 21st in the province, still the 20th in UTC.
    const late = new Date('2026-11-20T17:00:00Z');
    expect(() => updateClock('e', { ...noticed, noticedOn: '2026-11-21' }, 10, PLAIN, late)).not.toThrow();
  });

  it.each(['2026-11-21', '2025-11-18'])('[R7.1] does not begin on %s: to come, or long ago', (noticedOn) => {
    expect(() => updateClock('e', { ...noticed, noticedOn }, 10, PLAIN, now)).toThrow(refusal('request.invalid'));
  });

  it('[R7.1] has no end where the rules that bind the provider name none, and asks for no look', () => {
    const clock = updateClock('e', noticed, null, PLAIN, now);
    expect(clock).toMatchObject({ dueAt: null, provisional: false });
    expect([stateOf(clock, new Date('2028-01-01')), lookAt(clock)]).toEqual(['ON_TIME', null]);
    expect(reviewClock('e', now, null, PLAIN)).toBeNull();
  });

  it('[R7.1] rests while it was handed in, and goes on when it came back', () => {
    const handedIn = rested(update, '2026-12-03T02:00:00.000Z');
    expect([stateOf(handedIn, new Date('2027-01-01')), lookAt(handedIn)]).toEqual(['ON_TIME', null]);
    expect(stateOf(resumed(handedIn), new Date('2027-01-01'))).toBe('OVERDUE');
    // What was noticed after that is not in what was handed in.
    expect(rested(update, '2026-11-20T01:00:00.000Z')).toBe(update);
  });
});

describe('a clock', () => {
  it('[R7.1] is due soon in its last fifth, overdue after its last moment, and is looked at then', () => {
    const clock = reviewClock('e', now, 2, PLAIN)!;
    expect(clock.dueAt).toBe('2026-11-24T15:59:59.999Z');
    const soon = lookAt(clock)!;
    expect(stateOf(clock, new Date(Date.parse(soon) - 1))).toBe('ON_TIME');
    expect(stateOf(clock, new Date(soon))).toBe('DUE_SOON');
    const over = lookAt({ ...clock, state: 'DUE_SOON' })!;
    expect(stateOf(clock, new Date(clock.dueAt!))).toBe('DUE_SOON');
    expect(stateOf(clock, new Date(over))).toBe('OVERDUE');
    expect(lookAt({ ...clock, state: 'OVERDUE' })).toBeNull();
  });

  it('[R12.3] is counted again by newer calendars only, and never by older ones', () => {
    const clock = reviewClock('e', now, 2, [])!;
    expect(clock.provisional).toBe(true);
    const counted = recounted(clock, calendar(1, '2026-11-23'))!;
    expect(counted).toMatchObject({ dueAt: '2026-11-25T15:59:59.999Z', provisional: false, calendarEdition: 1 });
    expect(recounted(counted, calendar(1))).toBeNull();
    expect(recounted(yearlyClock('e', now, 12), calendar(1))).toBeNull();
  });

  it('[R8.5] asks every year whether an entry is still right', () => {
    expect(yearlyClock('e', now, 12).dueAt).toBe('2027-11-20T02:00:00.000Z');
  });
});

describe('an extension', () => {
  const waiting = askExtension(update, asked, 5, now);

  it('[R7.1] counts from the same day, with the authority’s consent only', () => {
    expect(waiting.dueAt).toBe(update.dueAt);
    expect(answerExtension(waiting, answer, PLAIN, now)).toMatchObject({ dueAt: '2026-12-11T15:59:59.999Z', workingDays: 15 }); // prettier-ignore
    const withheld = answerExtension(waiting, { ...answer, consented: false }, PLAIN, now);
    expect(withheld).toMatchObject({
      dueAt: update.dueAt,
      workingDays: 10,
      extension: { answer: { consented: false } },
    });
    expect(() => answerExtension(withheld, answer, PLAIN, now)).toThrow(refusal('catalogue.no_extension_asked'));
    expect(askExtension(withheld, asked, 5, now).extension).toMatchObject({ answer: null });
  });

  it.each([
    ['without a clock', () => askExtension(null, asked, 5, now), 'catalogue.no_update_due'],
    ['of a time that has no end', () => askExtension({ ...update, dueAt: null }, asked, 5, now), 'catalogue.no_update_due'],
    ['of what was handed in', () => askExtension(rested(update, '2027'), asked, 5, now), 'catalogue.no_update_due'],
    ['twice', () => askExtension(waiting, asked, 5, now), 'catalogue.extension_once'],
    ['after it was given', () => askExtension(answerExtension(waiting, answer, PLAIN, now), asked, 5, now), 'catalogue.extension_once'],
    ['of six days', () => askExtension(update, { ...asked, workingDays: 6 }, 5, now), 'catalogue.extension_too_long'],
    ['where the rules know of none', () => askExtension(update, asked, 0, now), 'catalogue.extension_too_long'],
    ['after the time', () => askExtension(update, asked, 5, new Date('2026-12-05')), 'catalogue.extension_too_late'],
    ['answered where none was asked', () => answerExtension(update, answer, PLAIN, now), 'catalogue.no_extension_asked'],
  ])('[R7.1] is refused %s', (_what, act, code) => {
    expect(act).toThrow(refusal(code));
  }); // prettier-ignore
});
