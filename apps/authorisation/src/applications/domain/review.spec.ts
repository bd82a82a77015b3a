import {
  anApplication,
  anAsk,
  by,
  calendars,
  code,
  now,
  on,
  reviewing,
  submitted,
  theReviewer,
} from '../../../test/applications';
import { acceptOffer, concludeAgreement, consent, consentAsDecidedBefore } from './consent';
import { agreedFor, askForSupplement, declineOffer, offer, startReview, supplement, type Terms } from './review';
import type { SharingApplication } from './sharing-application';

const inReview = (over: Partial<SharingApplication> = {}) => anApplication({ status: 'PROVIDER_REVIEW', ...over });
const given = { grantId: 'g1', calendars };
const full = { matterNumber: 'required', agreement: 'NONE' } as const;
const terms = (over: Partial<Terms> = {}): Terms => ({ ...full, ...over });
const missing = [{ field: 'dutyBasis', what: '未附依据文件' }];

describe('who answers for the provider', () => {
  it.each([
    ['[R14.10] the applicant', by({ roles: ['REVIEWER'] }), false, 'application.own_case'],
    ['[R14.10] the applicant, by delegation', by({ roles: ['REVIEWER'] }), true, 'application.own_case'],
    [
      '[R14.10] the officer who submitted it, in another post',
      by({ departmentId: 'mzt', roles: ['REVIEWER'] }),
      false,
      'application.own_submission',
    ],
    [
      '[R12.1] the authority in its place',
      by({ departmentId: 'gxt', officerId: 'li', roles: ['PROVINCIAL_AUTHORITY', 'REVIEWER'] }),
      false,
      'application.not_provider',
    ],
    [
      'another department',
      by({ departmentId: 'wjw', officerId: 'li', roles: ['REVIEWER'] }),
      false,
      'application.not_provider',
    ],
    ['a submitter of the provider', { ...theReviewer, roles: ['SUBMITTER'] as const }, false, 'access.role_required'],
    [
      'a system of the provider',
      { ...theReviewer, officerId: null, systemId: 'mzt-system' },
      false,
      'access.role_required',
    ],
  ])('is not %s', (_who, who, delegated, refused) => {
    const reviews = { by: who, delegated };
    for (const act of [
      () => startReview(anApplication(), reviews, now),
      () => askForSupplement(inReview(), missing, reviews, now),
      () => offer(inReview(), { terms: terms({ items: ['aidNo'] }), reason: '' }, reviews, now),
      () => consent(inReview(), full, reviews, given, now),
    ])
      expect(act).toThrow(code(refused));
  });

  it('may be a reviewer to whom the provider delegated it; the provider stays the provider', () => {
    const delegate = { by: by({ departmentId: 'dj', officerId: 'zhang', roles: ['REVIEWER'] }), delegated: true };
    const { state } = consent(inReview(), full, delegate, given, now);
    expect(state).toMatchObject({ status: 'CONSENTED', providerId: 'mzt', decision: { by: 'zhang' } });
  });
});

describe('a supplement', () => {
  const returned = (at = on('2026-03-05')) => askForSupplement(inReview(), missing, reviewing, at).state;

  it('[R12.8] pauses the clock, and receipt stays', () => {
    expect(returned()).toMatchObject({
      status: 'RETURNED_FOR_SUPPLEMENT',
      receivedAt: now.toISOString(),
      clock: { pause: { until: null }, dueAt: null },
      nextStepAt: null,
      supplement: { missing },
    });
  });

  it('[R12.8] pauses nothing where the rules say so', () => {
    const rules = { ...submitted().state.rules!, supplementPauses: false };
    const { state } = askForSupplement(inReview({ rules }), missing, reviewing, on('2026-03-05'));
    expect([state.clock?.dueAt, state.clock?.pause]).toEqual(['2026-03-16T15:59:59.999Z', null]);
    expect(state.nextStepAt).not.toBeNull();
  });

  it('[R12.8] lets the clock go on where it stood', () => {
    const { state, event } = supplement(
      returned(),
      { asked: anAsk(), note: '已补' },
      by(),
      calendars,
      on('2026-03-12'),
    );
    expect(state).toMatchObject({
      status: 'PROVIDER_REVIEW',
      receivedAt: now.toISOString(),
      clock: { dueAt: '2026-03-23T15:59:59.999Z' },
      supplement: { missing, answer: { by: 'wang', note: '已补' } },
    });
    expect(event.data).toMatchObject({ pausedWorkingDays: 5, dueAt: '2026-03-23T15:59:59.999Z' });
  });

  it('[R12.1] is asked for once', () => {
    const { state } = supplement(returned(), { asked: anAsk(), note: '已补' }, by(), calendars, on('2026-03-12'));
    expect(() => askForSupplement(state, missing, reviewing, on('2026-03-13'))).toThrow(
      code('application.supplement_asked_before'),
    );
  });

  it('[R12.4] is not asked for once the time to answer is over', () => {
    expect(() => askForSupplement(inReview(), missing, reviewing, on('2026-03-17'))).toThrow(
      code('application.answer_overdue'),
    );
    expect(() => askForSupplement(inReview(), missing, reviewing, on('2026-03-16'))).not.toThrow();
  });

  it('[R12.8] completes what was asked and does not widen it', () => {
    const wider = { asked: anAsk({ items: [...anAsk().items, 'headIdNo'] }), note: '' };
    expect(() => supplement(returned(), wider, by(), calendars, now)).toThrow(code('application.supplement_widens'));
    const narrower = { asked: anAsk({ items: ['aidNo'], securityMeasures: '另附' }), note: '' };
    expect(supplement(returned(), narrower, by(), calendars, now).state.asked).toEqual(narrower.asked);
  });

  it('[R14.10] makes who completed it a submitter of it', () => {
    const chen = by({ officerId: 'chen' });
    const { state } = supplement(returned(), { asked: anAsk(), note: '' }, chen, calendars, on('2026-03-12'));
    expect(() => consent(state, full, reviewing, given, on('2026-03-12'))).toThrow(code('application.own_submission'));
  });

  it.each([
    ['the provider gives it', { ...theReviewer, roles: ['SUBMITTER'] as const }, 'application.not_applicant'],
    ['a reviewer of the applicant gives it', by({ roles: ['REVIEWER'] }), 'access.role_required'],
  ])('is refused when %s', (_when, who, refused) => {
    expect(() => supplement(returned(), { asked: anAsk(), note: '' }, who, calendars, now)).toThrow(code(refused));
  });
});

describe('consenting', () => {
  it.each(['CONSENTED', 'REFUSED', 'WITHDRAWN', 'AGREEMENT_PENDING'] as const)(
    '[R12.1] is refused when it is %s',
    (status) => {
      expect(() => consent(anApplication({ status }), full, reviewing, given, now)).toThrow(
        code('application.already_decided'),
      );
    },
  );

  it('[R12.2] is refused when the period asked for is over', () => {
    const asked = anAsk({ period: { from: '2025-01-01T00:00:00.000Z', until: now.toISOString() } });
    expect(() => consent(anApplication({ asked }), full, reviewing, given, now)).toThrow(
      code('application.period_invalid'),
    );
  });

  it('[R12.7] to all of it makes a scope of exactly what was asked, with the provider’s matter-number rule', () => {
    const { state, event } = consent(anApplication(), full, reviewing, given, now);
    const { dutyBasis: _d, securityMeasures: _s, method: _m, frequency: _f, ...asked } = anAsk();
    expect(state.decision).toMatchObject({
      by: 'chen',
      grantId: 'g1',
      narrowed: [],
      acceptedBy: null,
      scope: {
        ...asked,
        resourceId: '203000-000001',
        providerId: 'mzt',
        holderId: 'ybj',
        recipientOwnerId: null,
        matterNumber: 'required',
      },
    });
    expect(state).toMatchObject({ status: 'CONSENTED', revision: 2, nextStepAt: null });
    expect(state.clock?.endedAt).toBe(now.toISOString());
    expect(event).toMatchObject({ type: 'authorisation.sharing-application-consented.v1', data: { grantId: 'g1' } });
  });

  it('[R12.3] keeps the working days within which Order 809 has it provided', () => {
    expect(consent(anApplication(), full, reviewing, given, now).state.decision?.provide).toEqual({
      workingDays: 20,
      dueAt: '2026-03-30T15:59:59.999Z',
      provisional: false,
      calendarEdition: 2,
      moves: [],
    });
    const rules = { ...submitted().state.rules!, provideWithinWorkingDays: null };
    expect(consent(anApplication({ rules }), full, reviewing, given, now).state.decision?.provide).toBeNull();
  });

  it('[R12.6] makes no grant before the agreement is concluded where one is required', () => {
    const { state, event } = consent(anApplication(), { ...full, agreement: 'REQUIRED' }, reviewing, given, now);
    expect(state).toMatchObject({ status: 'AGREEMENT_PENDING', decision: { grantId: null } });
    expect(event.type).toBe('authorisation.sharing-application-agreement-awaited.v1');
    const concluded = concludeAgreement(state, 'g1', on('2026-03-04'));
    expect(concluded.state).toMatchObject({ status: 'CONSENTED', decision: { grantId: 'g1' } });
    // The time to provide runs from the consent: an agreement that is not accepted is no way around it. [R10.4]
    expect(concluded.state.decision?.provide?.dueAt).toBe('2026-03-30T15:59:59.999Z');
    expect(() => concludeAgreement(concluded.state, 'g1', now)).toThrow(code('application.already_decided'));
  });

  it('refers to the standing consent that decided it, and to who decided that', () => {
    const standing = { id: 'sc1', decidedBy: 'chen', matterNumber: 'optional' } as const;
    const { state, event } = consentAsDecidedBefore(submitted().state, standing, given, now);
    expect(state.decision).toMatchObject({ by: 'chen', standingConsentId: 'sc1', scope: { matterNumber: 'optional' } });
    expect(event.data).toMatchObject({ standingConsentId: 'sc1', by: 'platform' });
  });
});

describe('less than was asked', () => {
  it.each([
    ['items', { items: ['aidNo', 'monthlyAmount'] }],
    ['actions', { actions: ['download'] }],
    ['purposes', { purposes: ['medical-aid.audit'] }],
    ['scopeOfKnowledge', { scopeOfKnowledge: { units: [], posts: ['科员'], officers: [] } }],
    ['period', { period: { from: '2026-03-01T00:00:00.000Z', until: '2028-03-01T00:00:00.000Z' } }],
  ] as const)('[R12.7] is never more: %s', (dimension, over) => {
    expect(() => agreedFor(anApplication(), terms(over), now)).toThrow(
      expect.objectContaining({ code: 'application.wider_than_asked', details: { about: [dimension] } }),
    );
  });

  it.each([
    ['items', { items: ['aidNo'] }],
    ['rowFilter', { rowFilter: { item: 'status', op: 'eq', value: '01' } }],
    ['mask', { mask: { aidNo: 'full' } }],
    ['actions', { actions: ['verify'] }],
    ['systems', { systems: ['ybj-system'] }],
    ['period', { period: { from: '2026-03-01T00:00:00.000Z', until: '2026-04-01T00:00:00.000Z' } }],
    ['limits', { limits: { rowsPerDay: 1 } }],
  ] as const)('[R10.4] takes effect only when the applicant accepts it: %s', (dimension, over) => {
    const offered = offer(inReview(), { terms: terms(over), reason: '最小必要' }, reviewing, now).state;
    expect(offered).toMatchObject({ status: 'OFFERED', decision: null, offer: { narrowed: [dimension] } });
    const { state, event } = acceptOffer(offered, by(), given, now);
    expect(state).toMatchObject({
      status: 'CONSENTED',
      offer: null,
      decision: { by: 'chen', acceptedBy: 'wang', scope: over },
    });
    expect(event.data).toMatchObject({ narrowed: [dimension], accepted: true, statutoryBasis: [] });
  });

  const offered = () => offer(inReview(), { terms: terms({ items: ['aidNo'] }), reason: '' }, reviewing, now).state;

  it('[R10.4] is no offer when it is all that was asked', () => {
    expect(() => offer(inReview(), { terms: terms(), reason: '' }, reviewing, now)).toThrow(
      code('application.nothing_narrowed'),
    );
  });

  it('[R12.4] leaves the clock running while it is offered, and the provider free to give all', () => {
    expect(offered().nextStepAt).not.toBeNull();
    expect(consent(offered(), full, reviewing, given, now).state).toMatchObject({
      offer: null,
      decision: { narrowed: [] },
    });
  });

  it('[R10.4] goes back to the provider when the applicant declines it', () => {
    expect(declineOffer(offered(), by(), now).state).toMatchObject({ status: 'PROVIDER_REVIEW', offer: null });
    expect(() => declineOffer(inReview(), by(), now)).toThrow(code('application.not_now'));
    expect(() => declineOffer(offered(), theReviewer, now)).toThrow(code('application.not_applicant'));
  });

  it.each([
    [
      '[R14.10] the provider accepts its own offer',
      { ...theReviewer, roles: ['SUBMITTER'] as const },
      'application.not_applicant',
    ],
    ['[R14.10] who offered it accepts it in another post', by({ officerId: 'chen' }), 'application.own_submission'],
    ['a reviewer of the applicant accepts it', by({ roles: ['REVIEWER'] }), 'access.role_required'],
  ])('is refused when %s', (_when, who, refused) => {
    expect(() => acceptOffer(offered(), who, given, now)).toThrow(code(refused));
  });
});
