import { anAsk, anApplication, by, code, now, on, theResource, theReviewer } from '../../../test/applications';
import { wholeScope } from '../../applications/domain/sharing-application';
import { covers, decide, register, withdraw, type NamedUses, type StandingConsent } from './standing-consent';

const chen = by({ officerId: 'chen', departmentId: 'mzt' });
const liu = { ...theReviewer, officerId: 'liu' };
const uses = (over: Partial<NamedUses> = {}): NamedUses => ({
  items: ['aidNo', 'persons', 'status'],
  rowFilter: { item: 'status', op: 'eq', value: '01' },
  mask: { aidNo: 'idNumber' },
  actions: ['query', 'verify'],
  purposes: ['medical-aid.eligibility'],
  matterNumber: 'required',
  applicants: { ids: ['ybj'], types: ['JUDICIAL'] },
  conditions: '仅限资格核验',
  period: { from: '2026-01-01T00:00:00.000Z', until: '2028-01-01T00:00:00.000Z' },
  ...over,
});
const registered = (over: Partial<NamedUses> = {}) => register('sc1', uses(over), theResource, chen, now).state;
const active = (over: Partial<NamedUses> = {}) =>
  decide(registered(over), { to: 'ACTIVE', reason: null }, liu, now).state;

describe('registering a standing consent', () => {
  it.each([
    ['the resource is another department’s', { providerId: 'gat' }, uses(), 'standing.resource_invalid'],
    ['the resource is unconditional', { sharingType: 'UNCONDITIONAL' }, uses(), 'standing.resource_invalid'],
    ['it is for nobody', {}, uses({ applicants: { ids: [], types: [] } }), 'standing.applicants_missing'],
  ] as const)('[R12.1] is refused when %s', (_when, of, given, refused) => {
    expect(() => register('sc1', given, { ...theResource, ...of }, chen, now)).toThrow(code(refused));
  });

  it('[R12.1] decides nothing yet', () => {
    expect(covers(registered(), inside(), applicant, now)).toBe(false);
    expect(() => register('sc1', uses(), theResource, theReviewer, now)).toThrow(code('access.role_required'));
  });
});

describe('deciding it', () => {
  const answer = { to: 'ACTIVE', reason: null } as const;
  it.each([
    ['[R14.10] who registered it', { ...theReviewer, officerId: 'chen' }, 'standing.own_submission'],
    ['another department', { ...liu, departmentId: 'ybj' }, 'application.not_provider'],
    ['a submitter', { ...liu, roles: ['SUBMITTER'] as const }, 'access.role_required'],
  ])('is refused to %s', (_who, who, refused) => {
    expect(() => decide(registered(), answer, who, now)).toThrow(code(refused));
  });

  it('is done once', () => {
    expect(() => decide(active(), answer, liu, now)).toThrow(code('standing.already_decided'));
    const rejected = decide(registered(), { to: 'REJECTED', reason: '否' }, liu, now).state;
    expect(() => withdraw(rejected, '', liu, now)).toThrow(code('standing.already_decided'));
    expect(withdraw(active(), '调整', liu, now).state).toMatchObject({
      status: 'WITHDRAWN',
      withdrawal: { by: 'liu' },
    });
  });
});

const applicant = { id: 'ybj', type: 'ADMINISTRATIVE', submittedBy: 'wang' } as const;
const inside = (over: Parameters<typeof anAsk>[0] = {}) =>
  wholeScope(
    anApplication({
      asked: anAsk({
        rowFilter: {
          all: [
            { item: 'status', op: 'eq', value: '01' },
            { item: 'persons', op: 'ge', value: 2 },
          ],
        },
        mask: { aidNo: 'full' },
        ...over,
      }),
    }),
    'optional',
  );

describe('what it covers', () => {
  it('[R12.1] is an application inside it in every dimension, by a department or a type it names', () => {
    expect(covers(active(), inside(), applicant, now)).toBe(true);
    expect(covers(active(), inside(), { ...applicant, id: 'gy', type: 'JUDICIAL' }, now)).toBe(true);
  });

  it.each<[string, boolean]>([
    ['more items', covers(active({ items: ['aidNo', 'persons'] }), inside(), applicant, now)],
    ['more rows', covers(active(), inside({ rowFilter: null }), applicant, now)],
    ['a weaker mask', covers(active(), inside({ mask: {} }), applicant, now)],
    ['another action', covers(active(), inside({ actions: ['download'] }), applicant, now)],
    ['another purpose', covers(active(), inside({ purposes: ['medical-aid.audit'] }), applicant, now)],
    [
      'a longer period',
      covers(
        active(),
        inside({ period: { from: '2026-03-01T00:00:00.000Z', until: '2029-01-01T00:00:00.000Z' } }),
        applicant,
        now,
      ),
    ],
    ['another department', covers(active(), inside(), { ...applicant, id: 'wjw' }, now)],
    ['a submission by who decided it', covers(active(), inside(), { ...applicant, submittedBy: 'liu' }, now)],
    ['an application after its withdrawal', covers(withdraw(active(), '', liu, now).state, inside(), applicant, now)],
    ['an application after its period', covers(active(), inside(), applicant, on('2028-01-02'))],
    ['an application before its period', covers(active(), inside(), applicant, on('2025-12-30'))],
  ])('[R12.7] is not %s', (_what, covered) => {
    expect(covered).toBe(false);
  });

  it('[R12.7] is not the use of another resource', () => {
    const other: StandingConsent = { ...active(), resourceId: '203000-000009' };
    expect(covers(other, inside(), applicant, now)).toBe(false);
  });
});
