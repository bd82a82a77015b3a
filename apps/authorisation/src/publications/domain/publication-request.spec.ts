import { Refusal, type Principal, type RefusalCode } from '@qiongtong/contracts';
import { aGrant, anOrganisation, aResource } from '@qiongtong/testing';
import { expire, issue, permitState, withdraw as withdrawPermit } from './permit';
import { consent, reject, request, withdraw, type Asked, type Held } from './publication-request';

const now = new Date('2026-03-02T02:00:00.000Z');
const by = (departmentId: string, officerId: string, ...roles: Principal['roles']): Principal => ({
  kind: 'officer',
  officerId,
  systemId: null,
  departmentId,
  regionCode: '460000',
  roles,
  tokenId: 't',
});
const asks = by('mzj', 'li', 'SUBMITTER');
const decides = by('mzt', 'chen', 'REVIEWER');

const asked: Asked = {
  title: '登记情况',
  purpose: '社会监督',
  forms: ['CSV'],
  items: ['certNo'],
  rowFilter: null,
  mask: {},
  period: { from: '2026-01-01T00:00:00.000Z', until: '2026-06-01T00:00:00.000Z' },
};
const held = (over: Partial<Held> = {}): Held => ({
  resource: aResource(),
  requester: anOrganisation(),
  grant: aGrant(),
  ancestors: [],
  origins: [],
  ...over,
});
const requested = (over: Partial<Held> = {}) =>
  request({ id: 'r1', asked, rulePack: 'HN-2014-176@1' }, held(over), asks, now).state;
const given = { permitId: 'p1', reason: '可以公开' };
const refused = (act: () => unknown): RefusalCode | null => {
  try {
    act();
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
};

describe('a request to publish', () => {
  it.each<[string, Partial<Held>, RefusalCode]>([
    ['a vendor', { requester: anOrganisation({ kind: 'VENDOR' }) }, 'publication.holder_only'],
    ['a suspended body', { requester: anOrganisation({ status: 'SUSPENDED' }) }, 'publication.holder_only'],
    [
      'one whose admission is suspended',
      { requester: anOrganisation({ admission: 'SUSPENDED' }) },
      'access.admission_suspended',
    ],
    ['one without a pledge', { requester: anOrganisation({ pledgeVersion: null }) }, 'access.pledge_missing'],
    [
      'one without a responsible unit',
      { requester: anOrganisation({ hasResponsibleUnit: false }) },
      'access.no_responsible_unit',
    ],
    ['one whose grant is suspended', { grant: aGrant({ status: 'SUSPENDED' }) }, 'publication.grant_not_active'],
    [
      'one whose grant has lost its parent',
      { ancestors: [aGrant({ id: 'g0', status: 'REVOKED' })] },
      'publication.grant_not_active',
    ],
    [
      'one who holds it for a third party',
      { grant: aGrant({ recipientOwnerId: 'vendor' }) },
      'publication.holder_only',
    ],
    ['one with a masked item', { grant: aGrant({ mask: { certNo: 'full' } }) }, 'publication.wider_than_grant'],
  ])('[R13.3] does not come from %s', (_who, over, code) => {
    expect(refused(() => requested(over))).toBe(code);
  });

  it('[R13.3] comes from the department itself, by a submitter', () => {
    const ask = (who: Principal) => () => request({ id: 'r1', asked, rulePack: 'x' }, held(), who, now);
    expect(refused(ask(by('zgt', 'wu', 'SUBMITTER')))).toBe('publication.holder_only');
    expect(refused(ask(by('mzj', 'li', 'REVIEWER')))).toBe('access.role_required');
    expect(refused(ask({ ...asks, kind: 'system', officerId: null, systemId: 's' }))).toBe('access.role_required');
  });

  it('[R13.3] tells no title, purpose or value of a row filter in its fact', () => {
    const { event } = request({ id: 'r1', asked, rulePack: 'x' }, held(), asks, now);
    expect(JSON.stringify(event)).not.toMatch(/登记情况|社会监督|rowFilter/);
  });

  it('[R13.3] is no until everybody has said yes, and ends with one no', () => {
    const two = held({ origins: [{ id: 'o', providerId: 'zgt' }] });
    const first = consent(requested(), two, given, decides, now).state;
    expect(first).toMatchObject({ status: 'REQUESTED', permitId: null, deciders: ['mzt', 'zgt'] });
    expect(consent(first, two, given, by('zgt', 'wu', 'REVIEWER'), now).state).toMatchObject({
      status: 'PERMITTED',
      permitId: 'p1',
      origins: ['o'],
    });
    expect(reject(first, '不宜', by('zgt', 'wu', 'REVIEWER'), now).state).toMatchObject({ status: 'REJECTED' });
  });

  it('[R13.3] has one end', () => {
    const ends = {
      permitted: consent(requested(), held(), given, decides, now).state,
      rejected: reject(requested(), '不宜', decides, now).state,
      withdrawn: withdraw(requested(), asks, now).state,
    };
    for (const state of Object.values(ends)) {
      expect(refused(() => consent(state, held(), given, decides, now))).toBe('publication.already_decided');
      expect(refused(() => reject(state, '不宜', decides, now))).toBe('publication.already_decided');
      expect(refused(() => withdraw(state, asks, now))).toBe('publication.already_decided');
    }
  });
});

describe('a permit', () => {
  const permit = issue(consent(requested(), held(), given, decides, now).state, 'p1', 'chen', now).state;

  it('[R13.3] carries what was asked and consented to, and nothing about who asked', () => {
    expect(permitState(permit)).toMatchObject({
      id: 'p1',
      version: 1,
      status: 'ACTIVE',
      items: ['certNo'],
      grantId: 'g1',
    });
    expect(JSON.stringify(permitState(permit))).not.toMatch(/"(li|chen)"/);
  });

  it('[R13.3] expires with its period, not before, and not when it was withdrawn', () => {
    expect(expire(permit, new Date('2026-05-31T23:59:59.999Z'))).toBeNull();
    expect(expire(permit, new Date('2026-06-01T00:00:00.000Z'))?.state).toMatchObject({
      status: 'EXPIRED',
      revision: 2,
    });
    const withdrawn = withdrawPermit(permit, '有误', decides, now).state;
    expect(expire(withdrawn, new Date('2026-06-01T00:00:00.000Z'))).toBeNull();
    expect(refused(() => withdrawPermit(withdrawn, '有误', decides, now))).toBe('publication.already_ended');
  });
});
