import type { ResourceState } from '@qiongtong/contracts';
import {
  anApplicant,
  anApplication,
  anAsk,
  by,
  code,
  now,
  prepared,
  rules,
  submitted,
  theResource,
  theReviewer,
} from '../../../test/applications';
import { isKnownTo } from './sharing-application';
import { amendDraft, checkMayApply, draft, prepare, submit, withdraw } from './submission';
import { SHARING_APPLICATION_STATUSES, TRANSITIONS } from './transitions';

describe('whether there is anything to apply for', () => {
  it.each([
    ['[R11.3] the department was never admitted', {}, { admission: 'NONE' }, 'access.not_admitted'],
    ['[R11.3] its admission is suspended', {}, { admission: 'SUSPENDED' }, 'access.admission_suspended'],
    ['[R11.2] it has not pledged', {}, { pledgeVersion: null }, 'access.pledge_missing'],
    ['[R11.2] the grace of a new text is over', {}, { pledgeValidUntil: now.toISOString() }, 'access.pledge_outdated'],
    ['[R15.1] it has no responsible unit', {}, { hasResponsibleUnit: false }, 'access.no_responsible_unit'],
    ['[R11.4] the resource is unconditional', { sharingType: 'UNCONDITIONAL' }, {}, 'application.direct_use'],
    ['[R3.2] the resource is not shared', { sharingType: 'NOT_SHARED' }, {}, 'access.not_shared'],
    ['[R22.2] another regime governs it', { specialRegime: 'GEOGRAPHIC_INFORMATION' }, {}, 'access.special_regime'],
    ['[R10.1] it is the department’s own', { providerId: 'ybj' }, {}, 'application.own_resource'],
  ] as const)('is no when %s', (_when, of, who, refused) => {
    const resource = { ...theResource, ...of } as ResourceState;
    expect(() => checkMayApply(resource, anApplicant(who), now)).toThrow(code(refused));
  });

  it('[R12.1] is yes for an admitted department and a conditional resource', () => {
    expect(() => checkMayApply(theResource, anApplicant(), now)).not.toThrow();
  });
});

describe('a draft', () => {
  const kept = () => draft(prepared(), by(), now).state;

  it('[R12.1] is kept without receipt and without a clock', () => {
    const { state, event } = draft(prepared(), by(), now);
    expect(state).toMatchObject({ status: 'DRAFT', receivedAt: null, clock: null, nextStepAt: null, revision: 1 });
    expect(event.type).toBe('authorisation.sharing-application-drafted.v1');
  });

  it('[R12.1] is amended by its department alone, and no longer once it is submitted', () => {
    const asked = anAsk({ items: ['aidNo'] });
    expect(amendDraft(kept(), asked, by({ officerId: 'zhou' }), now).state).toMatchObject({
      asked,
      submittedBy: 'zhou',
    });
    expect(() => amendDraft(kept(), asked, by({ departmentId: 'mzt' }), now)).toThrow(
      code('application.not_applicant'),
    );
    expect(() => amendDraft(submitted().state, asked, by(), now)).toThrow(code('application.not_now'));
  });

  it('[R12.3] starts the clock when it is submitted, and not before', () => {
    const given = { resource: theResource, applicant: anApplicant(), rules };
    const { state } = submit(kept(), given, by(), now);
    expect(state).toMatchObject({ id: 's1', status: 'SUBMITTED', receivedAt: now.toISOString(), revision: 2 });
    expect(() => submit(state, given, by(), now)).toThrow(code('application.not_now'));
  });
});

describe('applying', () => {
  it.each([
    [
      '[R10.1] the purpose is not of a registered duty',
      anAsk({ purposes: ['tax.audit'] }),
      'application.purpose_not_registered',
    ],
    [
      '[R12.2] nobody is named who is to know',
      anAsk({ scopeOfKnowledge: { units: [], posts: [], officers: [] } }),
      'application.scope_missing',
    ],
  ])('is refused when %s', (_when, asked, refused) => {
    expect(() => submitted(asked)).toThrow(code(refused));
  });

  it('is refused to whoever is no submitter', () => {
    for (const who of [by({ roles: ['REVIEWER'] }), by({ officerId: null, systemId: 'ybj-system' })])
      expect(() => prepare({ id: 's1', asked: anAsk(), batchId: null }, theResource, who)).toThrow(
        code('access.role_required'),
      );
  });

  it('[R12.3] starts the provider’s clock: ten working days, the day of receipt not counted', () => {
    // Received on Monday 2 March; the tenth working day after it is Monday 16 March, until its end in Hainan.
    expect(submitted().state).toMatchObject({
      receivedAt: now.toISOString(),
      clock: { workingDays: 10, dueAt: '2026-03-16T15:59:59.999Z', provisional: false },
      rulePack: rules.pack.reference,
    });
  });

  it('[R12.3] says that the due date may move when the year has no calendar', () => {
    const { state, event } = submitted(anAsk(), { rules: { ...rules, calendars: [] } });
    expect([state.clock?.provisional, event.data]).toMatchObject([true, { provisional: true }]);
  });
});

describe('withdrawing', () => {
  it('[R12.1] is refused to the provider', () => {
    expect(() => withdraw(anApplication(), by({ departmentId: 'mzt' }), now)).toThrow(
      code('application.not_applicant'),
    );
  });

  it.each(SHARING_APPLICATION_STATUSES)(
    '[R12.1] from %s follows the table, and says no status to the applicant',
    (status) => {
      const from: readonly string[] = TRANSITIONS.WITHDRAW.from;
      const act = () => withdraw(anApplication({ status }), by(), now);
      if (from.includes(status)) expect(act().state).toMatchObject({ status: 'WITHDRAWN', nextStepAt: null });
      else expect(act).toThrow(expect.objectContaining({ code: 'application.already_decided', details: {} }));
    },
  );

  it('[R12.1] ends the provider’s clock and whatever waits for the authority', () => {
    const extension = { by: 'chen', at: '', caseId: 'c9', workingDays: 5, reason: '', outcome: 'PROPOSED' } as const;
    expect(withdraw(anApplication({ extension }), by(), now).state).toMatchObject({
      withdrawnBy: 'wang',
      clock: { endedAt: now.toISOString() },
      extension: { outcome: 'WITHDRAWN' },
    });
  });
});

describe('withdrawing while the agreement waits', () => {
  it('[R12.1] [R12.6] leaves the answer and the end of the clock as they were', () => {
    const application = anApplication({ status: 'AGREEMENT_PENDING' });
    const endedAt = '2026-03-03T01:00:00.000Z';
    const ended = { ...application, clock: { ...application.clock!, endedAt } };
    expect(withdraw(ended, by(), now).state).toMatchObject({ status: 'WITHDRAWN', clock: { endedAt } });
  });
});

describe('knowing of an application', () => {
  const regions = ['460000', '460000'];
  it.each([
    ['the applicant', by(), false, true],
    ['the provider', theReviewer, false, true],
    ['the authority of a party’s region', by({ departmentId: 'gxt', roles: ['PROVINCIAL_AUTHORITY'] }), false, true],
    ['whom the review is delegated to', by({ departmentId: 'dj', roles: ['REVIEWER'] }), true, true],
    ['the operator', by({ departmentId: 'dsj', roles: ['PLATFORM_OPERATOR'] }), false, false],
    ['another department', by({ departmentId: 'wjw' }), false, false],
  ])('[R14.7] %s: %#', (_who, who, delegated, known) => {
    expect(isKnownTo(anApplication(), { regions, delegated }, who)).toBe(known);
    const alone = who.departmentId === 'ybj';
    expect(isKnownTo(anApplication({ status: 'DRAFT' }), { regions, delegated }, who)).toBe(alone);
  });
});
