import {
  anApplicant,
  anApplication,
  authority,
  aText,
  by,
  group,
  now,
  signature,
  written,
} from '../../../test/admissions';
import {
  amend,
  approve,
  draft,
  isKnownTo,
  reject,
  sendBack,
  startReview,
  submit,
  withdraw,
  type AccessApplication,
} from './access-application';

const text = aText();
const remarks = [{ field: 'pledge', what: '签署人不是主要负责人' }] as const;
const refusal = (code: string) => expect.objectContaining({ code });

describe('applying for first access', () => {
  it.each([
    ['[R2.1] a vendor applies', anApplicant({ kind: 'VENDOR' }), by(), signature, 'admission.not_department'],
    [
      '[R11.2] the pledge is on another text',
      anApplicant(),
      by(),
      { ...signature, textVersion: '2014-1' },
      'admission.pledge_outdated',
    ],
    [
      '[R11.1] the department is admitted',
      anApplicant({ admission: 'ACTIVE' }),
      by(),
      signature,
      'admission.already_active',
    ],
    [
      '[R11.1] the admission is suspended',
      anApplicant({ admission: 'SUSPENDED' }),
      by(),
      signature,
      'admission.suspended',
    ],
    [
      '[R14.8] a system applies',
      anApplicant(),
      by({ officerId: null, systemId: 's', roles: ['SYSTEM'] }),
      signature,
      'access.role_required',
    ],
    ['[R14.7] it is for another department', anApplicant({ id: 'wjw' }), by(), signature, 'request.not_found'],
  ])('is refused when %s', (_when, applicant, who, signed, code) => {
    expect(() => submit(written(applicant, who), signed, applicant, text, who, now)).toThrow(refusal(code));
  });

  it('[R11.1] is refused from a draft as well, and by what has happened since', () => {
    const vendor = anApplicant({ kind: 'VENDOR' });
    expect(() => written(vendor)).toThrow(refusal('admission.not_department'));
    const { state } = draft(written(), anApplicant(), by(), now);
    const admitted = anApplicant({ admission: 'ACTIVE' });
    expect(() => submit(state, signature, admitted, text, by(), now)).toThrow(refusal('admission.already_active'));
  });

  it('[R11.2] keeps who signed which text, the place of a signature, and tells no name', () => {
    const { state, event } = submit(written(), signature, anApplicant(), text, by(), now);
    expect(state).toMatchObject({
      status: 'SUBMITTED',
      revision: 1,
      submittedBy: 'wang',
      submittedAt: now.toISOString(),
    });
    expect(state.pledge).toEqual({
      ...signature,
      digest: text.digest,
      signedBy: 'wang',
      signedAt: now.toISOString(),
      signature: null,
    });
    expect(event.data).toMatchObject({ pledgeVersion: text.version, pledgeDigest: text.digest, revision: 1 });
    expect(JSON.stringify(event)).not.toMatch(/李|医疗救助/);
  });

  it('[R11.1] may be anew when an admission was revoked: it is decided like the first', () => {
    const applicant = anApplicant({ admission: 'REVOKED' });
    expect(submit(written(applicant), signature, applicant, text, by(), now).state.status).toBe('SUBMITTED');
  });

  it('[R11.1] begins with a draft that is the applicant’s alone, and unsigned', () => {
    const { state } = draft(written(), anApplicant(), by(), now);
    expect(state).toMatchObject({ status: 'DRAFT', pledge: null, submittedAt: null, revision: 1 });
    expect([isKnownTo(state, anApplicant(), by()), isKnownTo(state, anApplicant(), authority)]).toEqual([true, false]);
    expect(() => approve(state, anApplicant(), text, authority, now)).toThrow(refusal('request.not_found'));
    const amended = amend(state, '说明', anApplicant(), by({ officerId: 'sun' }), now).state;
    expect(amended).toMatchObject({
      status: 'DRAFT',
      statement: '说明',
      submittedBy: 'sun',
      writtenBy: ['wang', 'sun'],
    });
  });

  it('[R11.1] goes on after it was returned, corrected and signed anew', () => {
    const { state: returned, event } = sendBack(anApplication(), remarks, anApplicant(), authority, now);
    expect(returned).toMatchObject({ status: 'RETURNED', returned: { by: 'admin', organisationId: 'gxt', remarks } });
    expect(event.data).toMatchObject({ fields: ['pledge'] });
    expect(JSON.stringify(event)).not.toContain('主要负责人');
    const corrected = amend(returned, '更正后的说明', anApplicant(), by(), now).state;
    const again = submit(
      corrected,
      { ...signature, signerName: '王' },
      anApplicant(),
      text,
      by({ officerId: 'sun' }),
      now,
    );
    expect(again.state).toMatchObject({
      status: 'SUBMITTED',
      pledge: { signerName: '王', signedBy: 'sun' },
      revision: 4,
    });
  });

  it.each(['DRAFT', 'SUBMITTED', 'UNDER_REVIEW', 'RETURNED'] as const)(
    '[R11.1] may be taken back while %s',
    (status) => {
      const { state } = withdraw(anApplication({ status }), anApplicant(), by({ officerId: 'sun' }), now);
      expect(state).toMatchObject({ status: 'WITHDRAWN', withdrawnBy: 'sun' });
    },
  );

  it.each(['APPROVED', 'REJECTED', 'WITHDRAWN'] as const)('[R11.1] is over when %s', (status) => {
    const application = anApplication({ status });
    expect(() => withdraw(application, anApplicant(), by(), now)).toThrow(refusal('admission.already_decided'));
    expect(() => submit(application, signature, anApplicant(), text, by(), now)).toThrow(
      refusal('admission.already_decided'),
    );
  });

  it('[R11.1] is not changed while the authority has it', () => {
    expect(() => amend(anApplication(), 'x', anApplicant(), by(), now)).toThrow(refusal('admission.not_now'));
    expect(() => submit(anApplication(), signature, anApplicant(), text, by(), now)).toThrow(
      refusal('admission.not_now'),
    );
  });
});

describe('deciding on first access', () => {
  type Who = ReturnType<typeof by>;
  const acts: readonly (readonly [
    string,
    (a: AccessApplication, d: ReturnType<typeof anApplicant>, who: Who) => unknown,
  ])[] = [
    ['taking it up', (a, d, who) => startReview(a, d, who, now)],
    ['returning it', (a, d, who) => sendBack(a, remarks, d, who, now)],
    ['approving it', (a, d, who) => approve(a, d, text, who, now)],
    ['rejecting it', (a, d, who) => reject(a, '理由', d, who, now)],
  ];
  const own = anApplicant({ id: 'gxt', isProvincialAuthority: true });
  const theirs = anApplicant({ isProvincialAuthority: true });

  describe.each(acts)('by %s', (_act, act) => {
    it.each([
      [
        'a local authority does',
        anApplication(),
        anApplicant(),
        by({ departmentId: 'x', roles: ['LOCAL_AUTHORITY'] }),
        'access.role_required',
      ],
      ['it is the authority’s own', anApplication({ organisationId: 'gxt' }), own, authority, 'admission.own_case'],
      [
        'it is the province’s own and another of its authorities does',
        anApplication(),
        theirs,
        authority,
        'access.role_required',
      ],
      ['the leading group takes the authority’s place', anApplication(), anApplicant(), group, 'access.role_required'],
      [
        'the officer submitted it in another post',
        anApplication(),
        anApplicant(),
        { ...authority, officerId: 'wang' },
        'admission.own_submission',
      ],
      [
        'the officer wrote what another submitted',
        anApplication({ writtenBy: ['admin', 'wang'] }),
        anApplicant(),
        authority,
        'admission.own_submission',
      ],
      [
        'it was decided before',
        anApplication({ status: 'REJECTED' }),
        anApplicant(),
        authority,
        'admission.already_decided',
      ],
      [
        'it is with the applicant',
        anApplication({ status: 'RETURNED' }),
        anApplicant(),
        authority,
        'admission.not_now',
      ],
      ['a stranger asks', anApplication(), anApplicant(), by({ departmentId: 'wjw' }), 'request.not_found'],
    ])('[R14.10] is refused when %s', (_when, application, applicant, who, code) => {
      expect(() => act(application, applicant, who)).toThrow(refusal(code));
    });
  });

  it('[R11.2] waits for a new pledge when the text has changed meanwhile', () => {
    const application = anApplication({ pledge: { ...anApplication().pledge!, textVersion: '2014-1' } });
    expect(() => approve(application, anApplicant(), text, authority, now)).toThrow(
      refusal('admission.pledge_outdated'),
    );
  });

  it('[R11.1] is the provincial authority’s, on what it has taken up or at once', () => {
    const { state: taken } = startReview(anApplication(), anApplicant(), authority, now);
    expect(taken.status).toBe('UNDER_REVIEW');
    for (const application of [anApplication(), taken]) {
      const approved = approve(application, anApplicant(), text, authority, now);
      expect(approved.state).toMatchObject({ status: 'APPROVED', decision: { by: 'admin', organisationId: 'gxt' } });
      expect(approved.event).toMatchObject({ type: 'authorisation.access-application-approved.v1', key: 'a1' });
      const rejected = reject(application, '材料不全', anApplicant(), authority, now);
      expect(rejected.state).toMatchObject({ status: 'REJECTED', decision: { reason: '材料不全' } });
      expect(rejected.event.type).toBe('authorisation.access-application-rejected.v1');
      expect(JSON.stringify(rejected.event)).not.toContain('材料不全');
    }
  });

  it('[R14.10] is the leading group’s for the authority itself', () => {
    expect(approve(anApplication(), theirs, text, group, now).event.data).toMatchObject({ authorityId: 'ldxz' });
  });

  it.each([
    ['the applicant', by(), true],
    ['the auditor', by({ departmentId: 'sjt', roles: ['AUDITOR'] }), true],
    ['the auditor of another region', by({ departmentId: 'x', regionCode: '460100', roles: ['AUDITOR'] }), false],
    ['another department', by({ departmentId: 'wjw' }), false],
  ])('[R14.7] is known to %s: %#', (_who, who, known) => {
    expect(isKnownTo(anApplication(), anApplicant(), who)).toBe(known);
  });
});
