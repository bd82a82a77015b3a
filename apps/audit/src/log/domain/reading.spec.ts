import { Refusal, type Principal, type Role } from '@qiongtong/contracts';
import { readingOf, readingOfAll } from './reading';

const anOfficer = (...roles: readonly Role[]): Principal => ({
  kind: 'officer',
  officerId: 'hk-mzj-1',
  systemId: null,
  departmentId: 'hk-mzj',
  regionCode: '460100',
  roles,
  tokenId: 't',
});
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'permitted';
  } catch (error) {
    return error instanceof Refusal ? error.code : String(error);
  }
};

describe('who may read the log [R14.7]', () => {
  const cases: readonly [Role, string, string][] = [
    ['AUDITOR', 'all', 'permitted'],
    ['PROVINCIAL_AUTHORITY', 'all', 'permitted'],
    ['REVIEWER', 'own', 'access.role_required'],
    ['RESPONSIBLE_OFFICER', 'own', 'access.role_required'],
    ['SUBMITTER', 'access.role_required', 'access.role_required'],
    ['LOCAL_AUTHORITY', 'access.role_required', 'access.role_required'],
    ['LEADING_GROUP', 'access.role_required', 'access.role_required'],
    ['PLATFORM_OPERATOR', 'access.role_required', 'access.role_required'],
    ['SYSTEM', 'access.role_required', 'access.role_required'],
  ];

  it.each(cases)('%s reads %s of the entries, the whole log: %s', (role, entries, whole) => {
    const refused = codeOf(() => readingOf(anOfficer(role)));
    expect(refused === 'permitted' ? readingOf(anOfficer(role)).scope : refused).toBe(entries);
    expect(codeOf(() => readingOfAll(anOfficer(role)))).toBe(whole);
  });

  it('is never a system, whatever roles it carries', () => {
    const system: Principal = { ...anOfficer('AUDITOR'), kind: 'system', officerId: null, systemId: 'hk-mzj-system' };
    expect(codeOf(() => readingOf(system))).toBe('access.role_required');
  });
});
