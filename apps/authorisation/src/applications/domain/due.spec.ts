import { aCase, anApplication, by, calendars, now, on, reasons, reviewing } from '../../../test/applications';
import { consent } from './consent';
import { dueSteps, moveDueDate } from './due';
import { proposalNotConsented, proposeRefusal } from './proposal';
import { askForSupplement } from './review';
import { seenBy } from './seen-by';
import type { SharingApplication } from './sharing-application';

const inReview = (over: Partial<SharingApplication> = {}) => anApplication({ status: 'PROVIDER_REVIEW', ...over });
const notified = { responsibleUnitId: 'u1', authorityId: 'gxt' };
const steps = (application: SharingApplication, at: Date) => dueSteps(application, notified, at);
const said = (application: SharingApplication, at: Date) =>
  steps(application, at).map(({ event }) => event.type.replace(/^authorisation\.sharing-application-|\.v1$/g, ''));
const after = (application: SharingApplication, at: Date) => steps(application, at).at(-1)?.state ?? application;

describe('what the clock says', () => {
  it('[R12.4] reminds at T+5, T+8 and T+9, each once', () => {
    let application = inReview();
    const heard: Record<string, unknown[]> = {};
    for (let day = 2; day <= 14; day++) {
      const date = `2026-03-${String(day).padStart(2, '0')}`;
      const found = steps(application, on(date));
      if (found.length > 0) heard[date] = found.map(({ event }) => event.data);
      application = after(application, on(date));
      expect(said(application, on(date))).toEqual([]);
    }
    expect(heard).toMatchObject({
      '2026-03-09': [{ workingDay: 5 }],
      '2026-03-12': [{ workingDay: 8 }],
      '2026-03-13': [{ workingDay: 9 }],
    });
    expect(Object.keys(heard)).toHaveLength(3);
  });

  it('[R12.4] flags it overdue at the end of T+10 in Hainan, tells the unit and the authority, and decides nothing', () => {
    const lastMoment = new Date('2026-03-16T15:59:59.999Z');
    const midnight = new Date('2026-03-16T16:00:00.000Z');
    expect(said(inReview(), lastMoment)).toEqual(['reminded', 'reminded', 'reminded']);
    const [overdue] = steps(after(inReview(), lastMoment), midnight);
    expect(overdue).toMatchObject({
      state: { status: 'PROVIDER_REVIEW', overdueAt: midnight.toISOString(), decision: null, nextStepAt: null },
      event: { data: { dueAt: lastMoment.toISOString(), ...notified, by: 'platform' } },
    });
    // [R12.4] Silence is no consent, however long it lasts.
    expect(said(overdue!.state, on('2027-03-02'))).toEqual([]);
    expect(
      consent(
        overdue!.state,
        { matterNumber: 'optional', agreement: 'NONE' },
        reviewing,
        { grantId: 'g', calendars },
        midnight,
      ).state,
    ).toMatchObject({ status: 'CONSENTED', overdueAt: midnight.toISOString() });
  });

  it('[R12.4] after an outage says all that is due, in its order', () => {
    expect(said(inReview(), on('2026-03-20'))).toEqual(['reminded', 'reminded', 'reminded', 'overdue']);
  });

  it('[R12.8] says nothing while it pauses', () => {
    const returned = askForSupplement(inReview(), [{ field: 'a', what: 'b' }], reviewing, on('2026-03-05')).state;
    expect(said(returned, on('2026-06-01'))).toEqual([]);
    expect(seenBy(returned, by(), calendars, on('2026-06-01')).overdue).toBe(false);
  });

  it('[R12.8] tells once that a refusal waits when T+10 has passed, and calls nobody late', () => {
    const proposed = proposeRefusal(inReview(), reasons, aCase, reviewing, on('2026-03-10')).state;
    expect(said(proposed, on('2026-03-16'))).toEqual([]);
    const [told] = steps(proposed, on('2026-03-17'));
    expect(told).toMatchObject({
      state: { overdueAt: null },
      event: { data: { kind: 'REFUSAL', authorityDueAt: aCase.dueAt } },
    });
    expect(said(told!.state, on('2026-03-18'))).toEqual([]);
    const back = proposalNotConsented(told!.state, 'NOT_CONSENTED', 'zhao', on('2026-03-18')).state;
    expect(said(back, on('2026-03-19'))).toContain('overdue');
  });

  it('[R12.1] says nothing of what is decided or withdrawn', () => {
    for (const status of ['CONSENTED', 'REFUSED', 'WITHDRAWN', 'AGREEMENT_PENDING', 'DRAFT'] as const)
      expect(
        moveDueDate(
          anApplication({ status, clock: { ...anApplication().clock!, endedAt: now.toISOString() } }),
          [],
          now,
        ),
      ).toBeNull();
  });
});

describe('a calendar that changes', () => {
  const holiday = [{ year: 2026, holidays: ['2026-03-16'], makeUpDays: [], source: 's' }];

  it('[R12.3] moves the due date and the reminders, and tells', () => {
    const outcome = moveDueDate(inReview(), [{ ...holiday[0]!, holidays: ['2026-03-04'] }], now);
    expect(outcome).toMatchObject({
      state: { receivedAt: now.toISOString(), clock: { dueAt: '2026-03-17T15:59:59.999Z' } },
      event: { data: { formerDueAt: '2026-03-16T15:59:59.999Z', dueAt: '2026-03-17T15:59:59.999Z', overdue: false } },
    });
    expect(outcome?.state.nextStepAt).toBe('2026-03-09T16:00:00.000Z');
  });

  it('[R12.3] tells nothing where nothing moves', () => {
    expect(moveDueDate(inReview(), calendars, now)).toBeNull();
    expect(moveDueDate(inReview({ clock: { ...inReview().clock!, dueAt: null } }), holiday, now)).toBeNull();
  });

  it('[R12.4] takes back a flag that only the former calendar had raised', () => {
    const overdue = after(inReview(), on('2026-03-17'));
    expect(overdue.overdueAt).not.toBeNull();
    const moved = moveDueDate(overdue, holiday, on('2026-03-17'))!.state;
    expect(moved.overdueAt).toBeNull();
    expect(said(moved, on('2026-03-18'))).toEqual(['overdue']);
  });
});
