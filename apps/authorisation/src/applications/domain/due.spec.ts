import {
  aCase,
  anApplication,
  anAsk,
  by,
  calendars,
  corrected,
  now,
  on,
  reasons,
  reviewing,
  rules,
  rulesOf2014,
  submitted,
  theReviewer,
} from '../../../test/applications';
import { consent } from './consent';
import { countAgain, dueSteps, moveAuthorityDate } from './due';
import { countProvisionAgain } from './provision';
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

  it('[R12.8] calls the provider late as well where the consent must fall inside its time', () => {
    const within = { ...inReview().rules!, consentWithinReplyTime: true };
    const proposed = proposeRefusal(inReview({ rules: within }), reasons, aCase, reviewing, on('2026-03-10')).state;
    expect(said(proposed, on('2026-03-16'))).toEqual([]);
    expect(seenBy(proposed, theReviewer, calendars, on('2026-03-16')).overdue).toBe(false);
    expect(said(proposed, on('2026-03-17'))).toEqual(['consent-awaited', 'overdue']);
    const late = after(proposed, on('2026-03-17'));
    expect(said(late, on('2026-03-18'))).toEqual([]);
    expect(late.status).toBe('REFUSAL_PROPOSED');
    for (const who of [theReviewer, by()]) expect(seenBy(late, who, calendars, on('2026-03-18')).overdue).toBe(true);
    const outside = after(
      proposeRefusal(inReview(), reasons, aCase, reviewing, on('2026-03-10')).state,
      on('2026-03-17'),
    );
    expect(seenBy(outside, theReviewer, calendars, on('2026-03-18')).overdue).toBe(false);
  });

  it('[R12.1] says nothing of what is decided or withdrawn', () => {
    for (const status of ['CONSENTED', 'REFUSED', 'WITHDRAWN', 'AGREEMENT_PENDING', 'DRAFT'] as const)
      expect(
        countAgain(
          anApplication({ status, clock: { ...anApplication().clock!, endedAt: now.toISOString() } }),
          corrected({ holidays: ['2026-03-16'] }),
          now,
        ),
      ).toBeNull();
  });
});

describe('a calendar that changes', () => {
  const longer = corrected({ holidays: ['2026-03-16'] });

  it('[R12.3] [R12.8] moves the due date and the reminders, tells both sides, and leaves receipt where it was', () => {
    const outcome = countAgain(inReview(), corrected({ holidays: ['2026-03-04'] }), on('2026-03-03'));
    const [formerDueAt, dueAt] = ['2026-03-16T15:59:59.999Z', '2026-03-17T15:59:59.999Z'];
    const used = [{ year: 2026, version: 2 }];
    expect(outcome).toMatchObject({
      state: {
        receivedAt: now.toISOString(),
        clock: { dueAt, moves: [{ at: on('2026-03-03').toISOString(), formerDueAt, dueAt, calendars: used }] },
      },
      event: {
        data: {
          applicantId: 'ybj',
          providerId: 'mzt',
          ...{ formerDueAt, dueAt, provisional: false, overdue: false, calendars: used },
        },
      },
    });
    expect(outcome?.state.nextStepAt).toBe('2026-03-09T16:00:00.000Z');
    expect(seenBy(outcome!.state, by(), longer, now).clock!.moves).toHaveLength(1);
  });

  it('[R12.3] tells nothing where nothing moves, and counts by one edition once', () => {
    expect(countAgain(inReview(), calendars, now)).toBeNull();
    expect(countAgain(inReview({ clock: { ...inReview().clock!, dueAt: null } }), longer, now)).toBeNull();
    const counted = countAgain(inReview(), corrected({ holidays: ['2026-04-06'] }), now)!;
    expect(counted).toMatchObject({ event: null, state: { revision: inReview().revision } });
    expect(countAgain(counted.state, corrected({ holidays: ['2026-04-06'] }), now)).toBeNull();
  });

  it('[R12.3] never goes back to calendars that are older than those it was counted by', () => {
    const moved = countAgain(inReview(), longer, now)!.state;
    expect(countAgain(moved, calendars, now)).toBeNull();
  });

  it('[R12.4] reminds on other days though the end is the same', () => {
    // A day off at the beginning, made up for at the end.
    const shifted = corrected({ holidays: ['2026-03-04'], makeUpDays: ['2026-03-14'] });
    const counted = countAgain(inReview(), shifted, now)!;
    expect(counted.event).toBeNull();
    expect(counted.state.clock!.reminders[0]).toEqual({ workingDay: 5, at: '2026-03-09T16:00:00.000Z' });
    expect(counted.state.nextStepAt).toBe('2026-03-09T16:00:00.000Z');
    expect(said(counted.state, on('2026-03-09'))).toEqual([]);
    expect(said(counted.state, on('2026-03-10'))).toEqual(['reminded']);
  });

  it('[R12.4] reminds nobody twice where it is longer, and of all that has become due where it is shorter', () => {
    const reminded = after(inReview(), on('2026-03-09'));
    const moved = countAgain(reminded, corrected({ holidays: ['2026-03-10', '2026-03-11'] }), on('2026-03-09'))!.state;
    expect(steps(moved, on('2026-03-30')).map(({ event }) => event.data)).toMatchObject([
      { workingDay: 8 },
      { workingDay: 9 },
      { dueAt: '2026-03-18T15:59:59.999Z' },
    ]);
    const shorter = corrected({ makeUpDays: ['2026-03-07', '2026-03-08'] });
    const early = countAgain(inReview(), shorter, on('2026-03-09'))!.state;
    expect(early.clock!.dueAt).toBe('2026-03-12T15:59:59.999Z');
    expect(said(early, on('2026-03-10'))).toEqual(['reminded', 'reminded']);
  });

  it('[R12.4] makes overdue what a corrected calendar has ended, by the clock and not by the recount', () => {
    const reminded = after(inReview(), on('2026-03-14'));
    const shorter = corrected({ makeUpDays: ['2026-03-07', '2026-03-08'] });
    const moved = countAgain(reminded, shorter, on('2026-03-14'))!;
    expect(moved.event!.data).toMatchObject({ overdue: false, dueAt: '2026-03-12T15:59:59.999Z' });
    expect(said(moved.state, on('2026-03-14'))).toEqual(['overdue']);
  });

  it('[R12.4] takes back a flag that only the former calendar had raised', () => {
    const overdue = after(inReview(), on('2026-03-17'));
    expect(overdue.overdueAt).not.toBeNull();
    const moved = countAgain(overdue, longer, on('2026-03-17'))!;
    expect(moved).toMatchObject({
      state: { overdueAt: null, status: 'PROVIDER_REVIEW' },
      event: { data: { overdue: false, formerlyOverdue: true } },
    });
    expect(said(moved.state, on('2026-03-18'))).toEqual(['overdue']);
    const stillLate = countAgain(overdue, longer, on('2026-03-19'))!;
    expect(stillLate.event!.data).toMatchObject({ overdue: true, formerlyOverdue: true });
    expect(said(stillLate.state, on('2026-03-19'))).toEqual([]);
  });

  it('[R12.3] takes the provisional mark away when the year is published, though no day moves', () => {
    const provisional = submitted(anAsk(), { rules: { ...rules, calendars: [] } }).state;
    expect(provisional.clock).toMatchObject({ dueAt: '2026-03-16T15:59:59.999Z', provisional: true });
    expect(countAgain(provisional, calendars, now)).toMatchObject({
      state: { clock: { dueAt: '2026-03-16T15:59:59.999Z', provisional: false } },
      event: { data: { provisional: false, formerlyProvisional: true } },
    });
  });

  it('[R12.8] moves the end of the authority’s time in the application, and says so', () => {
    const proposed = proposeRefusal(inReview(), reasons, aCase, reviewing, on('2026-03-10')).state;
    const dueAt = '2026-03-23T15:59:59.999Z';
    expect(moveAuthorityDate(proposed, { id: 'another', dueAt }, now)).toBeNull();
    expect(moveAuthorityDate(proposed, aCase, now)).toBeNull();
    expect(moveAuthorityDate(inReview(), { ...aCase, dueAt }, now)).toBeNull();
    expect(moveAuthorityDate(proposed, { ...aCase, dueAt }, now)).toMatchObject({
      state: { status: 'REFUSAL_PROPOSED', proposal: { authorityDueAt: dueAt, narrative: reasons.narrative } },
      event: { data: { caseId: 'c1', formerDueAt: aCase.dueAt, dueAt } },
    });
  });
});

describe('the date by which something is provided', () => {
  const given = { grantId: 'g', calendars };
  const consented = (over: object = {}) =>
    consent(inReview(over), { matterNumber: 'optional', agreement: 'NONE' }, reviewing, given, now).state;
  const later = corrected({ holidays: ['2026-03-04'] });

  it('[R12.3] moves while it lies ahead, and the decided clock of the answer does not', () => {
    const before = consented();
    const outcome = countProvisionAgain(before, later, on('2026-03-10'))!;
    expect(before.decision!.provide!.dueAt).toBe('2026-03-30T15:59:59.999Z');
    expect(outcome).toMatchObject({
      state: { status: 'CONSENTED', clock: before.clock, decision: { provide: { dueAt: '2026-03-31T15:59:59.999Z' } } },
      event: {
        type: 'authorisation.sharing-application-provision-date-moved.v1',
        data: { formerDueAt: '2026-03-30T15:59:59.999Z', dueAt: '2026-03-31T15:59:59.999Z' },
      },
    });
    expect(outcome.state.decision!.provide!.moves).toHaveLength(1);
    expect(countProvisionAgain(outcome.state, later, on('2026-03-10'))).toBeNull();
    expect(countAgain(before, later, on('2026-03-10'))).toBeNull();
  });

  it('[R12.3] moves on the day after it as well, when by the new count it is not over', () => {
    expect(countProvisionAgain(consented(), later, on('2026-03-31'))!.event).not.toBeNull();
    expect(countProvisionAgain(consented(), later, on('2026-04-01'))).toMatchObject({ event: null });
  });

  it('[R12.3] that was provisional becomes certain, also when it is over', () => {
    const rulesBefore = { ...rules, calendars: [] };
    const application = submitted(anAsk(), { rules: rulesBefore }).state;
    const provisional = consent(
      application,
      { matterNumber: 'optional', agreement: 'NONE' },
      reviewing,
      { grantId: 'g', calendars: [] },
      now,
    ).state;
    expect(provisional.decision!.provide).toMatchObject({ provisional: true });
    expect(countProvisionAgain(provisional, calendars, on('2026-06-01'))).toMatchObject({
      state: { decision: { provide: { provisional: false } } },
      event: { data: { provisional: false } },
    });
  });

  it('[R23.1] is none where the rules at receipt name none', () => {
    const of2014 = submitted(anAsk(), { rules: rulesOf2014 }).state;
    const terms = { matterNumber: 'optional', agreement: 'NONE' } as const;
    const state = consent(of2014, terms, reviewing, given, now).state;
    expect([state.decision!.provide, countProvisionAgain(state, later, now)]).toEqual([null, null]);
    expect(countProvisionAgain(inReview(), later, now)).toBeNull();
    // Given up while its agreement waited: the answer stays on record, and nothing is provided any more.
    expect(countProvisionAgain({ ...consented(), status: 'WITHDRAWN' }, later, now)).toBeNull();
  });
});
