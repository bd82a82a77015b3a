import { anOrganisation } from '@qiongtong/testing';
import { lacksForUse } from './standing';

describe('what a department lacks to use anything', () => {
  const now = new Date('2026-03-02T01:00:00Z');

  it.each([
    ['nothing when admitted, pledged and with a responsible unit', {}, null],
    ['[R11.5] an admission that is suspended', { admission: 'SUSPENDED' }, 'access.admission_suspended'],
    ['[R11.5] an admission that is revoked', { admission: 'REVOKED' }, 'access.admission_revoked'],
    ['[R11.3] an admission', { admission: 'NONE' }, 'access.not_admitted'],
    ['[R11.2] a pledge', { pledgeVersion: null }, 'access.pledge_missing'],
    ['[R11.2] a pledge past its grace', { pledgeValidUntil: '2026-03-02T01:00:00Z' }, 'access.pledge_outdated'],
    ['nothing while its grace period runs', { pledgeValidUntil: '2026-03-02T01:00:00.001Z' }, null],
    ['[R15.1] a responsible unit', { hasResponsibleUnit: false }, 'access.no_responsible_unit'],
  ] as const)('%s', (_what, over, expected) => {
    expect(lacksForUse(anOrganisation(over), now)).toBe(expected);
  });
});
