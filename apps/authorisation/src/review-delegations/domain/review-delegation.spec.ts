import { by, code, now, theReviewer } from '../../../test/applications';
import { delegate, end, type Delegate, type NewDelegation } from './review-delegation';

const given: NewDelegation = {
  id: 'd1',
  resourceIds: ['203000-000001'],
  delegateId: 'dj',
  officerId: null,
  period: { from: '2026-01-01T00:00:00.000Z', until: '2027-01-01T00:00:00.000Z' },
  reason: '由局属单位审查',
};
const body = (over: object = {}): Delegate => ({ kind: 'DEPARTMENT', status: 'ACTIVE', officerServes: true, ...over });
const delegated = () => delegate(given, { delegate: body(), notOwn: [] }, theReviewer, now).state;

describe('delegating review', () => {
  it.each<[string, Partial<NewDelegation>, Delegate, string[], string]>([
    ['to nobody known', {}, null, [], 'delegation.delegate_invalid'],
    ['[R13.2] to a vendor', {}, body({ kind: 'VENDOR' }), [], 'delegation.delegate_invalid'],
    ['to a department that is no more', {}, body({ status: 'ABOLISHED' }), [], 'delegation.delegate_invalid'],
    ['to itself', { delegateId: 'mzt' }, body(), [], 'delegation.delegate_invalid'],
    [
      'to an officer who serves elsewhere',
      { officerId: 'li' },
      body({ officerServes: false }),
      [],
      'delegation.delegate_invalid',
    ],
    ['of another department’s resource', {}, body(), ['301000-000001'], 'delegation.resources_invalid'],
  ])('[R12.1] is refused %s', (_what, over, known, notOwn, refused) => {
    expect(() => delegate({ ...given, ...over }, { delegate: known, notOwn }, theReviewer, now)).toThrow(code(refused));
  });

  it('is refused to a submitter', () => {
    const submitter = { ...theReviewer, roles: ['SUBMITTER'] as const };
    expect(() => delegate(given, { delegate: body(), notOwn: [] }, submitter, now)).toThrow(
      code('access.role_required'),
    );
  });

  it('[R12.1] is in the provider’s name and ended by it alone, once', () => {
    expect(delegated()).toMatchObject({ providerId: 'mzt', delegateId: 'dj', delegatedBy: 'chen', end: null });
    const theirs = by({ departmentId: 'dj', roles: ['REVIEWER'] });
    expect(() => end(delegated(), theirs, now)).toThrow(code('application.not_provider'));
    const { state } = end(delegated(), theReviewer, now);
    expect(state).toMatchObject({ end: { by: 'chen' }, revision: 2 });
    expect(() => end(state, theReviewer, now)).toThrow(code('delegation.already_ended'));
  });
});
