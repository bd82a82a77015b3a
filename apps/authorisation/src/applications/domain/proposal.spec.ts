import {
  aBasis,
  aCase,
  anApplication,
  by,
  calendars,
  code,
  now,
  on,
  reasons,
  reviewing,
  submitted,
  theReviewer,
} from '../../../test/applications';
import { consent, consentInPart } from './consent';
import { askForExtension, extend, extensionNotConsented } from './extension';
import { proposalNotConsented, proposePartialConsent, proposeRefusal, refuse, takeBackProposal } from './proposal';
import { seenBy } from './seen-by';
import type { SharingApplication } from './sharing-application';
import { withdraw } from './submission';

const inReview = (over: Partial<SharingApplication> = {}) => anApplication({ status: 'PROVIDER_REVIEW', ...over });
const proposed = (application = inReview()) => proposeRefusal(application, reasons, aCase, reviewing, now).state;
const less = { matterNumber: 'required', agreement: 'NONE', items: ['aidNo'] } as const;
const proposedInPart = () => proposePartialConsent(inReview(), { terms: less, reasons }, aCase, reviewing, now).state;
const given = { grantId: 'g1', calendars };
const delegate = { by: by({ departmentId: 'dj', officerId: 'zhang', roles: ['REVIEWER'] }), delegated: true };

describe('a refusal', () => {
  it.each([
    ['[R10.2] nothing is cited', [], 'consent.statutory_basis_missing'],
    ['[R10.2] what is cited does not exist', [aBasis({ article: '第九十九条' })], 'application.article_unknown'],
  ])('is not sent when %s', (_when, statutoryBasis, refused) => {
    const made = { ...reasons, statutoryBasis };
    expect(() => proposeRefusal(inReview(), made, aCase, reviewing, now)).toThrow(code(refused));
  });

  it('[R12.1] is the provider’s own, to whomever it delegated the review', () => {
    expect(() => proposeRefusal(inReview(), reasons, aCase, delegate, now)).toThrow(code('application.not_provider'));
  });

  it('[R12.5] waits for the authority and decides nothing', () => {
    const { state, event } = proposeRefusal(inReview(), reasons, aCase, reviewing, now);
    expect(state).toMatchObject({
      status: 'REFUSAL_PROPOSED',
      decision: null,
      refusal: null,
      clock: { endedAt: null },
    });
    expect(event.data).toMatchObject({ caseId: 'c1', statutoryBasis: [{ law: aBasis().law, article: '第六条' }] });
    expect(JSON.stringify(event)).not.toContain(reasons.narrative);
    expect(() => consent(state, less, reviewing, given, now)).toThrow(code('application.not_now'));
  });

  it('[R12.5] reaches the applicant with the authority’s consent, in writing', () => {
    const { state, event } = refuse(proposed(), { by: 'zhao', authorityId: 'gxt' }, on('2026-03-06'));
    expect(state).toMatchObject({
      status: 'REFUSED',
      proposal: null,
      refusal: { ...reasons, by: 'chen', authorityId: 'gxt', consentedBy: 'zhao' },
      clock: { endedAt: on('2026-03-06').toISOString() },
    });
    expect(seenBy(state, by(), calendars, now).refusal).toMatchObject(reasons);
    expect(event).toMatchObject({ type: 'authorisation.sharing-application-refused.v1', data: { authorityId: 'gxt' } });
  });

  it('[R12.1] without consent leaves the provider to provide: not again on that ground, however it is spelled', () => {
    const { state, event } = proposalNotConsented(proposed(), 'NOT_CONSENTED', 'zhao', now);
    expect(state).toMatchObject({
      status: 'PROVIDER_REVIEW',
      proposal: null,
      groundsNotConsented: ['个人信息保护法#6'],
    });
    expect(event.data).toMatchObject({ outcome: 'NOT_CONSENTED', mustProvide: true });
    const again = {
      ...reasons,
      statutoryBasis: [aBasis({ law: '《个人信息保护法》', article: '6' }), aBasis({ article: '28' })],
    };
    for (const act of [
      () => proposeRefusal(state, again, aCase, reviewing, now),
      () => proposePartialConsent(state, { terms: less, reasons: again }, aCase, reviewing, now),
    ])
      expect(act).toThrow(
        expect.objectContaining({
          code: 'application.ground_not_consented',
          details: { about: ['个人信息保护法#6'] },
        }),
      );
    const another = { ...reasons, statutoryBasis: [aBasis({ article: '第二十八条' })] };
    expect(proposeRefusal(state, another, aCase, reviewing, now).state.status).toBe('REFUSAL_PROPOSED');
  });

  it('[R12.1] is taken back by the provider, and then as if it had not been', () => {
    const { state } = takeBackProposal(proposed(), reviewing, now);
    expect(state).toMatchObject({ status: 'PROVIDER_REVIEW', proposal: null, groundsNotConsented: [] });
    expect(() => takeBackProposal(state, reviewing, now)).toThrow(code('application.not_now'));
    expect(() => takeBackProposal(proposed(), delegate, now)).toThrow(code('application.not_provider'));
  });

  it('[R12.1] is overtaken when the applicant withdraws', () => {
    const { state } = withdraw(proposed(), by(), now);
    expect(state).toMatchObject({ status: 'WITHDRAWN', proposal: null });
    expect(() => refuse(state, { by: 'zhao', authorityId: 'gxt' }, now)).toThrow(code('application.already_decided'));
  });
});

describe('a consent in part', () => {
  it('[R10.4] takes effect with the authority’s consent and not before', () => {
    expect(proposedInPart()).toMatchObject({ status: 'PARTIAL_CONSENT_PROPOSED', decision: null });
    const { state, event } = consentInPart(proposedInPart(), 'c1', 'zhao', given, now);
    expect(state).toMatchObject({
      status: 'CONSENTED',
      decision: {
        by: 'chen',
        caseId: 'c1',
        narrowed: ['items'],
        statutoryBasis: reasons.statutoryBasis,
        grantId: 'g1',
      },
    });
    expect(state.decision?.scope.items).toEqual(['aidNo']);
    expect(event.data).toMatchObject({ narrowed: ['items'], accepted: false, caseId: 'c1', by: 'zhao' });
  });

  it('[R10.4] needs a ground like a refusal', () => {
    const none = { ...reasons, statutoryBasis: [] };
    expect(() => proposePartialConsent(inReview(), { terms: less, reasons: none }, aCase, reviewing, now)).toThrow(
      code('consent.statutory_basis_missing'),
    );
    const all = { matterNumber: 'required', agreement: 'NONE' } as const;
    expect(() => proposePartialConsent(inReview(), { terms: all, reasons }, aCase, reviewing, now)).toThrow(
      code('application.nothing_narrowed'),
    );
  });

  it('[R12.6] may come with an agreement', () => {
    const terms = { ...less, agreement: 'REQUIRED' } as const;
    const waiting = proposePartialConsent(inReview(), { terms, reasons }, aCase, reviewing, now).state;
    expect(consentInPart(waiting, 'c1', 'zhao', given, now).state.status).toBe('AGREEMENT_PENDING');
  });
});

describe('more time to answer', () => {
  const asked = (application = inReview(), at = now, workingDays = 10) =>
    askForExtension(application, { workingDays, reason: '情况复杂' }, aCase, reviewing, at);

  it('[R12.3] is known to Order 809 alone: refused where the provider is not bound by it', () => {
    const rules = { ...submitted().state.rules!, replyExtensionWorkingDays: 0 };
    expect(() => asked(inReview({ rules }))).toThrow(code('application.extension_not_provided_for'));
  });

  it.each([
    ['it is longer than the rules allow', () => asked(inReview(), now, 11), 'application.extension_too_long'],
    ['the time is over', () => asked(inReview(), on('2026-03-17')), 'application.answer_overdue'],
    ['it was asked for before', () => asked(asked().state), 'application.extension_asked_before'],
    [
      'it is asked for by delegation',
      () => askForExtension(inReview(), { workingDays: 1, reason: '' }, aCase, delegate, now),
      'application.not_provider',
    ],
    ['the refusal is already with the authority', () => asked(proposed()), 'application.not_now'],
  ])('[R12.3] is refused when %s', (_when, act, refused) => {
    expect(act).toThrow(code(refused));
  });

  it('[R12.3] moves nothing before the authority consents, and then the due date and not the receipt', () => {
    const { state } = asked();
    expect([state.status, state.clock?.dueAt]).toEqual(['PROVIDER_REVIEW', '2026-03-16T15:59:59.999Z']);
    const extended = extend(state, 'zhao', calendars, on('2026-03-10'));
    expect(extended.state).toMatchObject({
      receivedAt: now.toISOString(),
      clock: { workingDays: 10, extendedBy: 10, dueAt: '2026-03-30T15:59:59.999Z' },
      extension: { outcome: 'CONSENTED' },
    });
    expect(extended.event).toMatchObject({ data: { workingDays: 10, dueAt: '2026-03-30T15:59:59.999Z', by: 'zhao' } });
    expect(() => asked(extended.state)).toThrow(code('application.extension_asked_before'));
  });

  it('[R12.3] changes nothing when the authority does not consent, and is not asked for again', () => {
    const { state } = extensionNotConsented(asked().state, 'NOT_CONSENTED', 'zhao', now);
    expect([state.clock?.dueAt, state.extension?.outcome]).toEqual(['2026-03-16T15:59:59.999Z', 'NOT_CONSENTED']);
    expect(() => asked(state)).toThrow(code('application.extension_asked_before'));
  });
});

describe('what the applicant sees of a proposed refusal', () => {
  const authority = by({ departmentId: 'gxt' });
  const seen = (application: SharingApplication, who = by(), at = on('2026-03-16')) =>
    seenBy(application, who, calendars, at);

  it.each([
    ['refusal', proposed, 'REFUSAL'],
    ['consent in part', proposedInPart, 'PARTIAL_CONSENT'],
  ] as const)('[R12.5] before T+10 is over, a %s is a review', (_what, made, kind) => {
    const shown = seen(made());
    expect(shown).toMatchObject({
      status: 'PROVIDER_REVIEW',
      proposal: null,
      awaitedConsent: null,
      mustProvide: false,
    });
    expect(JSON.stringify(shown)).not.toContain(reasons.narrative);
    for (const who of [theReviewer, authority])
      expect(seen(made(), who)).toMatchObject({ proposal: reasons, awaitedConsent: { kind } });
  });

  it('[R12.8] after it, that a refusal waits, with both clocks and without its reason', () => {
    const shown = seen(proposed(), by(), on('2026-03-17'));
    expect(shown).toMatchObject({
      status: 'REFUSAL_PROPOSED',
      proposal: null,
      awaitedConsent: { kind: 'REFUSAL', since: now.toISOString(), dueAt: aCase.dueAt },
      clock: { dueAt: '2026-03-16T15:59:59.999Z', workingDaysElapsed: 11, pausedDays: 0, remaining: -1 },
      overdue: false,
    });
    expect(JSON.stringify(shown)).not.toContain(reasons.narrative);
  });

  it('[R12.5] is nothing when the authority has not consented', () => {
    const { state } = proposalNotConsented(proposed(), 'NOT_CONSENTED', 'zhao', now);
    expect(seen(state)).toMatchObject({ status: 'PROVIDER_REVIEW', mustProvide: false });
    expect(seen(state, theReviewer).mustProvide).toBe(true);
    expect(JSON.stringify(seen(state))).not.toContain('个人信息保护法');
  });
});
