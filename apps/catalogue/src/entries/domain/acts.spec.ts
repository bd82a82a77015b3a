import type { Principal } from '@qiongtong/contracts';
import {
  aContent,
  anEntry,
  anOfficer,
  aSecrecyReview,
  aSystem,
  authority,
  leadingGroup,
  now,
  responsible,
  stranger,
  submitter,
} from '../../../test/builders';
import { declareSecrecyReview, draft, passInternalReview, publish, revise, submit, voidReviews } from './acts';
import {
  competentRole,
  ENTRY_STATUSES,
  resourceState,
  TRANSITIONS,
  type Entry,
  type EntryAct,
  type Outcome,
} from './entry';

import { NO_NAMES } from './remarks';
import { approve, returnWithRemarks, startReview } from './review';
import { abandonRevision, startRevision } from './versions';
import { answerWithdrawal, retractWithdrawal, withdraw } from './withdrawal';

const withdrawal = { ground: 'DUTY_ENDED', narrative: '职能已划转', basis: null, effectiveAt: null } as const;
const NOTICE = 30;
const basis = { law: 'Law', article: '3', documentNumber: '1', attachmentDigest: null };
const ground = { ground: 'STATUTORY', narrative: '依法不再提供', basis } as const;
const statutory = { ...ground, effectiveAt: null } as const;
const proposed = { ...ground, by: 'mzt-chief', at: '2026-11-18T02:00:00.000Z' };
const withProposal = (entry: Entry): Entry => ({ ...entry, proposedWithdrawal: proposed });
const notConsented = { to: 'NOT_CONSENTED', reason: '理由不足' } as const;
const consented = { to: 'CONSENTED', reason: '同意' } as const;
const PACK = 'HN-2014-176@1';
const acts: Record<EntryAct, { as: Principal; run: (entry: Entry, by: Principal) => Outcome }> = {
  revise: { as: submitter, run: (e, by) => revise(e, { name: '新名称' }, by, now) },
  declareSecrecyReview: { as: responsible, run: (e, by) => declareSecrecyReview(e, aSecrecyReview, by, now) },
  passInternalReview: { as: responsible, run: (e, by) => passInternalReview(e, by, now) },
  submit: { as: submitter, run: (e, by) => submit(e, PACK, by, now) },
  startReview: { as: authority, run: (e, by) => startReview(e, 'PROVINCIAL_AUTHORITY', by, now) },
  approve: { as: authority, run: (e, by) => approve(e, 'PROVINCIAL_AUTHORITY', { remarks: '' }, by, now) },
  return: {
    as: authority,
    run: (e, by) =>
      returnWithRemarks(e, 'PROVINCIAL_AUTHORITY', { remarks: '请补充摘要', fieldRemarks: [] }, NO_NAMES, by, now),
  },
  publish: { as: responsible, run: (e, by) => publish(e, by, now) },
  startRevision: { as: submitter, run: (e, by) => startRevision(e, by, now) },
  abandonRevision: { as: submitter, run: (e, by) => abandonRevision({ ...e, status: 'PUBLISHED' }, e, by, now) },
  withdraw: { as: responsible, run: (e, by) => withdraw(e, withdrawal, NOTICE, by, now) },
  proposeWithdrawal: { as: responsible, run: (e, by) => withdraw(e, statutory, NOTICE, by, now) },
  answerWithdrawal: {
    as: authority,
    run: (e, by) => answerWithdrawal(withProposal(e), notConsented, 'PROVINCIAL_AUTHORITY', NOTICE, by, now),
  },
  scheduleWithdrawal: {
    as: responsible,
    run: (e, by) => withdraw(e, { ...withdrawal, effectiveAt: '2027-01-20T00:00:00Z' }, NOTICE, by, now),
  },
  callBackWithdrawal: {
    as: responsible,
    run: (e, by) => retractWithdrawal({ ...e, scheduledWithdrawal: { ...proposed, effectiveAt: '' } }, by, now),
  },
  retractWithdrawal: { as: responsible, run: (e, by) => retractWithdrawal(withProposal(e), by, now) },
};
const everyAct = Object.entries(acts) as [EntryAct, (typeof acts)[EntryAct]][];
const stateOf = (outcome: Outcome): Entry => {
  if ('refusedBy' in outcome) throw new Error(`refused by ${outcome.refusedBy}`);
  return outcome.state;
};
const refusal = (code: string) => expect.objectContaining({ code });

describe('the life of an entry', () => {
  const table = everyAct.flatMap(([act, a]) => ENTRY_STATUSES.map((status) => ({ act, status, ...a })));

  it.each(table)('[R7.1] $act from $status', ({ act, status, as, run }) => {
    const entry = anEntry({ status });
    const { from, to } = TRANSITIONS[act];
    if ((from as readonly string[]).includes(status))
      expect(stateOf(run(entry, as))).toMatchObject({ status: to, revision: entry.revision + 1 });
    else
      expect(() => run(entry, as)).toThrow(
        expect.objectContaining({ code: 'catalogue.wrong_state', details: { about: [status] } }),
      );
  });

  it.each(everyAct)('[R14.7] %s is refused to a system and to an officer without the role', (act, { as, run }) => {
    const entry = anEntry({ status: TRANSITIONS[act].from[0] });
    for (const by of [
      { ...aSystem, departmentId: as.departmentId },
      { ...as, roles: ['AUDITOR' as const] },
    ])
      expect(() => run(entry, by)).toThrow(refusal('access.role_required'));
  });

  it.each(everyAct.filter(([, { as }]) => as.departmentId === 'mzt'))(
    '[R14.7] %s is refused to another department',
    (act, { as, run }) => {
      const entry = anEntry({ status: TRANSITIONS[act].from[0] });
      expect(() => run(entry, { ...stranger, roles: as.roles })).toThrow(refusal('catalogue.not_provider'));
    },
  );

  it.each(everyAct)('%s says what happened by ids only, before publication', (act, { as, run }) => {
    const outcome = run(anEntry({ status: TRANSITIONS[act].from[0] }), as);
    if ('refusedBy' in outcome) throw new Error('refused');
    expect(outcome.event).toMatchObject({
      key: '203000-000001',
      at: now.toISOString(),
      data: { entryId: '203000-000001', providerId: 'mzt', revision: 4, by: as.officerId },
    });
    if (act !== 'publish') expect(JSON.stringify(outcome.event)).not.toMatch(/[\u4e00-\u9fff]/);
  });
});

describe('drafting', () => {
  it('[R14.7] is refused to an officer who is no submitter', () => {
    expect(() => draft('203000/000001', aContent(), responsible, now)).toThrow(refusal('access.role_required'));
  });

  it('belongs to the department of the officer', () => {
    const { state } = draft('203000/000001', aContent(), submitter, now) as { state: Entry };
    expect(state).toMatchObject({
      id: '203000-000001',
      providerId: 'mzt',
      status: 'DRAFT',
      revision: 1,
      secrecyReview: null,
    });
  });
});

describe('secrecy', () => {
  it.each([
    ['name', { name: '机密★ 名单' }],
    ['abstract', { abstract: '绝密★' }],
    ['an item', { items: [{ ...aContent().items[0]!, name: '秘密★5年' }] }],
    ['the governing rule', { governingRule: { title: '机密★', documentNumber: '1', wayOfSharing: 'x', contact: 'y' } }],
  ])('[R2.3] marked text in %s is refused by rule, on a new entry and on a change', (_where, change) => {
    const refused = { refusedBy: 'R2.3' };
    expect(draft('203000/000001', { ...aContent(), ...change }, submitter, now)).toEqual(refused);
    expect(revise(anEntry(), change, submitter, now)).toEqual(refused);
  });

  it('[R2.3] marked text voids the reviews of the entry it was meant for', () => {
    const entry = anEntry({ status: 'INTERNAL_REVIEW', internalReview: { by: 'mzt-responsible', at: '' } });
    expect(voidReviews(entry, submitter, now).state).toMatchObject({
      status: 'DRAFT',
      secrecyReview: null,
      internalReview: null,
      content: entry.content,
    });
  });

  it.each(['STATE_SECRET', 'WORK_SECRET', 'UNDETERMINED'] as const)(
    '[R2.2] a conclusion of %s refuses the entry',
    (conclusion) => {
      expect(declareSecrecyReview(anEntry(), { ...aSecrecyReview, conclusion }, responsible, now)).toEqual({
        refusedBy: 'R2.2',
      });
    },
  );

  it('[R2.2] a review dated tomorrow is refused; today is the day in the province', () => {
    const late = new Date('2026-11-20T17:00:00Z'); // the 21st there
    const dated = (date: string) => () =>
      declareSecrecyReview(anEntry(), { ...aSecrecyReview, date }, responsible, late);
    expect(dated('2026-11-22')).toThrow(refusal('request.invalid'));
    expect(dated('2026-11-21')).not.toThrow();
  });

  it.each(['passInternalReview', 'submit'] as const)('[R2.2] %s is refused without a review', (act) => {
    const entry = anEntry({ status: TRANSITIONS[act].from[0], secrecyReview: null });
    expect(() => acts[act].run(entry, acts[act].as)).toThrow(refusal('catalogue.secrecy_review_missing'));
  });

  it('[R2.2] a change voids every review of what was there before, and keeps the remarks in sight', () => {
    const decision = { by: 'gxt-officer', at: '', organisationId: 'gxt', outcome: 'RETURNED', remarks: 'r' } as const;
    const entry = anEntry({ status: 'RETURNED', internalReview: { by: 'mzt-responsible', at: '' }, decision });
    expect(stateOf(acts.revise.run(entry, submitter))).toMatchObject({
      status: 'DRAFT',
      secrecyReview: null,
      internalReview: null,
      decision,
    });
  });
});

describe('separation of duties', () => {
  const both = (officerId: string, roles: Principal['roles']) => anOfficer({ officerId, roles });

  it.each(['draftedBy', 'changedBy'] as const)('[R14.10] internal review is refused to the officer in %s', (who) => {
    const entry = anEntry({ [who]: 'li' });
    expect(() => passInternalReview(entry, both('li', ['SUBMITTER', 'RESPONSIBLE_OFFICER']), now)).toThrow(
      refusal('catalogue.own_submission'),
    );
  });

  it('[R14.10] who passed it internally may not submit it', () => {
    const entry = anEntry({ status: 'INTERNAL_REVIEW', internalReview: { by: 'li', at: '' } });
    expect(() => submit(entry, PACK, both('li', ['SUBMITTER']), now)).toThrow(refusal('catalogue.own_submission'));
  });

  it.each(['startReview', 'approve', 'return'] as const)(
    '[R14.10] %s is refused to whoever drafted, changed, reviewed or submitted it, in whatever post',
    (act) => {
      const status = TRANSITIONS[act].from[0];
      const me = { by: 'gxt-officer', at: '' };
      for (const over of [
        { draftedBy: 'gxt-officer' },
        { changedBy: 'gxt-officer' },
        { internalReview: me },
        { submission: { ...me, rulePack: PACK } },
      ])
        expect(() => acts[act].run(anEntry({ status, ...over }), authority)).toThrow(
          refusal('catalogue.own_submission'),
        );
    },
  );

  it('[R14.10] the authority may not review its own entry; the leading group does, and only that', () => {
    const own = anEntry({ status: 'SUBMITTED', providerId: 'gxt' });
    const competent = competentRole(['PROVINCIAL_AUTHORITY']);
    expect(() => startReview(own, competent, authority, now)).toThrow(refusal('catalogue.own_case'));
    expect(stateOf(startReview(own, competent, leadingGroup, now)).status).toBe('UNDER_REVIEW');
    expect(() => startReview(anEntry({ status: 'SUBMITTED' }), competentRole([]), leadingGroup, now)).toThrow(
      refusal('access.role_required'),
    );
  });
});

describe('what the authority confirms when it approves', () => {
  const legalBasis = { law: '某法', article: '第三条', documentNumber: '1号', attachmentDigest: null };
  const notShared = { sharingType: 'NOT_SHARED', deliveryMode: 'NONE', legalBasis } as const;
  const special = { specialRegime: 'GEOGRAPHIC_INFORMATION', deliveryMode: 'REFERENCE_ONLY' } as const;
  const approved = (over: object, said: object) =>
    approve(
      anEntry({ status: 'UNDER_REVIEW', content: aContent(over) }),
      'PROVINCIAL_AUTHORITY',
      { remarks: '', ...said },
      authority,
      now,
    );

  it.each([
    ['[R3.2] not sharing needs its legal basis examined', notShared, 'basisExamined', 'catalogue.basis_not_examined'],
    ['[R22.2] a special regime needs its rule confirmed', special, 'regimeConfirmed', 'catalogue.regime_not_confirmed'],
  ])('%s', (_title, over, flag, code) => {
    for (const said of [{}, { [flag]: false }]) expect(() => approved(over, said)).toThrow(refusal(code));
    expect(stateOf(approved(over, { [flag]: true })).decision).toMatchObject({ outcome: 'APPROVED', [flag]: true });
  });

  it('[R3.2] [R22.2] one does not stand for the other', () => {
    const both = { ...notShared, specialRegime: 'PUBLIC_SECURITY_VIDEO' } as const;
    expect(() => approved(both, { basisExamined: true })).toThrow(refusal('catalogue.regime_not_confirmed'));
    expect(() => approved(both, { regimeConfirmed: true })).toThrow(refusal('catalogue.basis_not_examined'));
  });

  it('[R3.2] what there was not to confirm is not recorded as confirmed', () => {
    const { decision } = stateOf(approved({}, { basisExamined: true, regimeConfirmed: true }));
    expect(decision).not.toHaveProperty('basisExamined');
    expect(decision).not.toHaveProperty('regimeConfirmed');
  });
});

describe('completeness', () => {
  it.each(['passInternalReview', 'submit'] as const)('[R7.3] %s is refused while metadata is missing', (act) => {
    const entry = anEntry({ status: TRANSITIONS[act].from[0], content: aContent({ items: [] }) });
    expect(() => acts[act].run(entry, acts[act].as)).toThrow(refusal('catalogue.incomplete'));
  });
});

describe('publication and withdrawal', () => {
  it('[R7.3] names the day in the province and the codes of the items', () => {
    const { state, event } = publish(anEntry({ status: 'APPROVED' }), submitter, new Date('2026-11-20T17:00:00Z'));
    expect(state).toMatchObject({ status: 'PUBLISHED', publishedOn: '2026-11-21' });
    expect(event.data).toMatchObject({ items: ['certNo', 'name'], deliveryMode: 'HOSTED', publishedOn: '2026-11-21' });
  });

  it('tells the gateway what it must know, with a version that only grows', () => {
    const published = stateOf(publish(anEntry({ status: 'APPROVED', revision: 7 }), submitter, now));
    const withdrawn = stateOf(withdraw(published, withdrawal, NOTICE, responsible, now));
    expect(resourceState(published)).toEqual({
      id: '203000-000001',
      version: 8,
      name: '最低生活保障对象信息',
      providerId: 'mzt',
      sharingType: 'CONDITIONAL',
      deliveryMode: 'HOSTED',
      status: 'PUBLISHED',
      specialRegime: null,
      items: aContent().items,
      matterNumberPerSubject: true,
      derivedFrom: [],
      updateCycle: 'MONTHLY',
    });
    expect(resourceState(withdrawn)).toMatchObject({ version: 9, status: 'WITHDRAWN' });
  });

  it('[R10.4] a withdrawal for a statutory cause is refused without the law', () => {
    const entry = anEntry({ status: 'PUBLISHED' });
    expect(() => withdraw(entry, { ...withdrawal, ground: 'STATUTORY' }, NOTICE, responsible, now)).toThrow(
      refusal('catalogue.withdrawal_basis_missing'),
    );
  });
});

describe('a withdrawal on a statutory cause', () => {
  const published = anEntry({ status: 'PUBLISHED' });
  const answer = (entry: Entry, given: typeof consented | typeof notConsented, by: Principal = authority) =>
    answerWithdrawal(entry, given, 'PROVINCIAL_AUTHORITY', NOTICE, by, now);

  it('[R10.4] leaves the entry published until the authority has consented, and names the law', () => {
    const waiting = stateOf(withdraw(published, statutory, NOTICE, responsible, now));
    expect(waiting).toMatchObject({ status: 'PUBLISHED', withdrawal: null, proposedWithdrawal: ground });
    expect(resourceState(waiting).status).toBe('PUBLISHED');
    const { state, event } = answer(waiting, consented) as Exclude<Outcome, { refusedBy: unknown }>;
    expect(state).toMatchObject({
      status: 'WITHDRAWN',
      proposedWithdrawal: null,
      withdrawal: { ...ground, by: responsible.officerId, consent: { by: authority.officerId, reason: '同意' } },
    });
    expect(event).toMatchObject({
      type: 'catalogue.entry-withdrawn.v1',
      data: { ground: 'STATUTORY', consentedBy: authority.departmentId },
    });
  });

  it('[R10.4] is over when consent is withheld: the entry stays, and the answer with it', () => {
    const state = stateOf(answer(withProposal(published), notConsented));
    expect(state).toMatchObject({
      status: 'PUBLISHED',
      proposedWithdrawal: null,
      withheldWithdrawal: { ground: 'STATUTORY', answer: { reason: '理由不足' } },
    });
    expect(() => answer(state, consented)).toThrow(refusal('catalogue.no_withdrawal_proposed'));
  });

  it('[R10.4] on misuse or ended duty needs no consent, also while another is awaited', () => {
    expect(stateOf(withdraw(withProposal(published), withdrawal, NOTICE, responsible, now))).toMatchObject({
      status: 'WITHDRAWN',
      proposedWithdrawal: null,
    });
  });

  it.each([
    [
      'without the law',
      () => withdraw(published, { ...statutory, basis: null }, NOTICE, responsible, now),
      'catalogue.withdrawal_basis_missing',
    ],
    [
      'a second time',
      () => withdraw(withProposal(published), statutory, NOTICE, responsible, now),
      'catalogue.withdrawal_proposed',
    ],
    [
      'taken back where there is none',
      () => retractWithdrawal(published, responsible, now),
      'catalogue.no_withdrawal_proposed',
    ],
    ['answered where there is none', () => answer(published, consented), 'catalogue.no_withdrawal_proposed'],
  ])('[R10.4] is refused %s', (_what, act, code) => {
    expect(act).toThrow(refusal(code));
  });

  it('[R14.10] is answered neither by the provider’s own body nor by whoever proposed it', () => {
    const own = anEntry({ status: 'PUBLISHED', providerId: authority.departmentId, proposedWithdrawal: proposed });
    expect(() => answer(own, consented)).toThrow(refusal('catalogue.own_case'));
    const elsewhere = { ...authority, officerId: proposed.by };
    expect(() => answer(withProposal(published), consented, elsewhere)).toThrow(refusal('catalogue.own_submission'));
  });

  it('[R2.3] with a secrecy marking is refused and nothing of it kept', () => {
    expect(withdraw(published, { ...statutory, narrative: '机密★' }, NOTICE, responsible, now)).toEqual({
      refusedBy: 'R2.3',
    });
    expect(answer(withProposal(published), { ...consented, reason: '秘密★' } as never)).toEqual({ refusedBy: 'R2.3' });
  });
});
