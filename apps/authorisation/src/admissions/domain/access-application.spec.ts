import { createHash } from 'node:crypto';
import type { Principal } from '@qiongtong/contracts';
import { aPrincipal } from '@qiongtong/testing';
import { approve, isKnownTo, reject, submit, type AccessApplication, type Applicant } from './access-application';
import { CURRENT_PLEDGE } from './pledge-text';

const now = new Date('2026-03-02T01:00:00Z');
const by = (over: Partial<Principal> = {}): Principal =>
  aPrincipal({ officerId: 'wang', departmentId: 'ybj', roles: ['SUBMITTER'], ...over });
const authority = by({ officerId: 'admin', departmentId: 'gxt', roles: ['PROVINCIAL_AUTHORITY'] });
const anApplicant = (over: Partial<Applicant> = {}): Applicant => ({
  id: 'ybj',
  kind: 'DEPARTMENT',
  regionCode: '460000',
  admission: 'NONE',
  pledgeVersion: null,
  isProvincialAuthority: false,
  ...over,
});
const signed = {
  id: 'a1',
  textVersion: CURRENT_PLEDGE.version,
  signerName: '李',
  signerPost: '局长',
  rulePack: 'HN-2014-176@1',
};
const anApplication = (over: Partial<AccessApplication> = {}): AccessApplication => ({
  ...submit(signed, anApplicant(), CURRENT_PLEDGE, by(), now).state,
  ...over,
});

describe('the pledge text', () => {
  it('[R11.2] has two parts in two languages and the digest of exactly these', () => {
    const { zh, en } = CURRENT_PLEDGE.text;
    const whole = [zh.sharingRules, zh.confidentiality, en.sharingRules, en.confidentiality].join('\n\n');
    expect(CURRENT_PLEDGE.digest).toBe(createHash('sha256').update(whole).digest('hex'));
  });
});

describe('applying for first access', () => {
  it.each([
    ['[R2.1] a vendor applies', {}, anApplicant({ kind: 'VENDOR' }), by(), 'admission.not_department'],
    [
      '[R11.2] the pledge is on a former text',
      { textVersion: '2014-1' },
      anApplicant(),
      by(),
      'admission.pledge_outdated',
    ],
    [
      '[R11.1] the department is admitted',
      {},
      anApplicant({ admission: 'ACTIVE', pledgeVersion: CURRENT_PLEDGE.version }),
      by(),
      'admission.already_active',
    ],
    ['[R11.1] the admission is suspended', {}, anApplicant({ admission: 'SUSPENDED' }), by(), 'admission.suspended'],
    [
      '[R14.8] a system applies',
      {},
      anApplicant(),
      by({ officerId: null, systemId: 's', roles: ['SYSTEM'] }),
      'access.role_required',
    ],
  ])('is refused when %s', (_when, over, applicant, who, code) => {
    expect(() => submit({ ...signed, ...over }, applicant, CURRENT_PLEDGE, who, now)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it('[R11.2] keeps the text’s digest and tells no name', () => {
    const { state, event } = submit(signed, anApplicant(), CURRENT_PLEDGE, by(), now);
    expect(state.pledge).toMatchObject({ digest: CURRENT_PLEDGE.digest, signerName: '李' });
    expect(JSON.stringify(event)).not.toContain('李');
  });

  it('[R11.2] is how an admitted department pledges anew on a new text', () => {
    const applicant = anApplicant({ admission: 'ACTIVE', pledgeVersion: '2014-1' });
    expect(submit(signed, applicant, CURRENT_PLEDGE, by(), now).state.status).toBe('SUBMITTED');
  });
});

describe('deciding on first access', () => {
  const group = by({ officerId: 'zhao', departmentId: 'ldxz', roles: ['LEADING_GROUP'] });

  it.each([
    [
      'a local authority decides',
      anApplication(),
      anApplicant(),
      by({ departmentId: 'x', roles: ['LOCAL_AUTHORITY'] }),
      'access.role_required',
    ],
    [
      'it is the authority’s own and the authority decides',
      anApplication({ organisationId: 'gxt' }),
      anApplicant({ id: 'gxt', isProvincialAuthority: true }),
      authority,
      'admission.own_case',
    ],
    [
      'it is the authority’s own and another authority decides',
      anApplication(),
      anApplicant({ isProvincialAuthority: true }),
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
      'it was decided before',
      anApplication({ status: 'REJECTED' }),
      anApplicant(),
      authority,
      'admission.already_decided',
    ],
    [
      'the text has changed since',
      anApplication({ pledge: { ...anApplication().pledge, textVersion: '2014-1' } }),
      anApplicant(),
      authority,
      'admission.pledge_outdated',
    ],
    ['a stranger asks', anApplication(), anApplicant(), by({ departmentId: 'wjw' }), 'request.not_found'],
  ])('[R14.10] is refused when %s', (_when, application, applicant, who, code) => {
    expect(() => approve(application, applicant, CURRENT_PLEDGE, who, now)).toThrow(expect.objectContaining({ code }));
  });

  it('[R11.1] is the provincial authority’s', () => {
    expect(approve(anApplication(), anApplicant(), CURRENT_PLEDGE, authority, now).state).toMatchObject({
      status: 'APPROVED',
      decision: { by: 'admin', organisationId: 'gxt' },
      revision: 2,
    });
    expect(reject(anApplication(), anApplicant(), '材料不全', authority, now).state).toMatchObject({
      status: 'REJECTED',
      decision: { reason: '材料不全' },
    });
  });

  it('[R14.10] is the leading group’s for the authority itself', () => {
    const applicant = anApplicant({ isProvincialAuthority: true });
    expect(approve(anApplication(), applicant, CURRENT_PLEDGE, group, now).event.data.authorityId).toBe('ldxz');
  });

  it.each([
    ['the applicant', by(), true],
    ['the auditor', by({ departmentId: 'sjt', roles: ['AUDITOR'] }), true],
    ['the auditor of another region', by({ departmentId: 'x', regionCode: '460100', roles: ['AUDITOR'] }), false],
    ['another department', by({ departmentId: 'wjw' }), false],
  ])('[R14.7] is known to %s: %#', (_who, who, known) => {
    expect(isKnownTo(anApplicant(), who)).toBe(known);
  });
});
