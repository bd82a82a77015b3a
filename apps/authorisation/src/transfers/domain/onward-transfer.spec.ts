import type { Principal, ResourceState } from '@qiongtong/contracts';
import type { GrantScope } from '@qiongtong/regulation';
import { aPrincipal } from '@qiongtong/testing';
import {
  authorise,
  isKnownTo,
  reject,
  request,
  withdraw,
  type Held,
  type NewTransfer,
  type OnwardTransfer,
  type ParentGrant,
  type Recipient,
} from './onward-transfer';

const now = new Date('2026-03-02T01:00:00Z');
const by = (over: Partial<Principal> = {}): Principal =>
  aPrincipal({ officerId: 'wang', departmentId: 'ybj', roles: ['SUBMITTER'], ...over });
const reviewer = by({ officerId: 'chen', departmentId: 'mzt', roles: ['REVIEWER'] });
const resource = { id: '203000-000001', providerId: 'mzt', sharingType: 'CONDITIONAL' } as ResourceState;
const filter = { item: 'status', op: 'eq', value: '01' } as const;
const scope: NewTransfer['scope'] = {
  items: ['aidNo'],
  rowFilter: filter,
  mask: { aidNo: 'full' },
  actions: ['query'],
  purposes: ['medical-aid.eligibility'],
  matterNumber: 'required',
  scopeOfKnowledge: { units: ['待遇处'], posts: [], officers: [] },
  systems: ['yunfan-aid'],
  period: { from: '2026-03-01T00:00:00.000Z', until: '2027-03-01T00:00:00.000Z' },
  limits: { rowsPerDay: 100 },
};
const aParent = (over: Partial<ParentGrant> = {}): ParentGrant => ({
  ...scope,
  systems: [],
  resourceId: resource.id,
  providerId: 'mzt',
  holderId: 'ybj',
  recipientOwnerId: null,
  id: 'g1',
  depth: 0,
  status: 'ACTIVE',
  ...over,
});
const held = (over: Partial<Held> = {}): Held => ({
  resource,
  holderId: 'ybj',
  grant: aParent(),
  ancestors: [],
  missingOrigins: [],
  depthLimit: 3,
  ...over,
});
const vendor: Recipient = { id: 'yunfan', kind: 'VENDOR', status: 'ACTIVE' };
const department: Recipient = { id: 'hk-mzj', kind: 'DEPARTMENT', status: 'ACTIVE' };
const aNew = (over: Partial<GrantScope> = {}): NewTransfer => ({
  id: 't1',
  why: '受托审核',
  basis: '委托合同',
  rulePack: 'HN-2014-176@1',
  scope: { ...scope, ...over },
});
const aTransfer = (over: Partial<OnwardTransfer> = {}): OnwardTransfer => ({
  ...request(aNew(), held(), vendor, by(), now).state,
  ...over,
});
const code = (c: string) => expect.objectContaining({ code: c });

describe('requesting an onward transfer', () => {
  it.each([
    ['the provider asks', held(), vendor, by({ departmentId: 'mzt' }), 'transfer.not_holder'],
    [
      'it would come from a third party',
      held({ grant: aParent({ recipientOwnerId: 'yunfan' }) }),
      department,
      by(),
      'transfer.vendor_passes_nothing_on',
    ],
    ['the grant has ended', held({ grant: aParent({ status: 'REVOKED' }) }), vendor, by(), 'transfer.grant_not_active'],
    [
      'a grant further up has ended',
      held({ grant: aParent({ depth: 1 }), ancestors: [aParent({ status: 'SUSPENDED' })] }),
      vendor,
      by(),
      'transfer.grant_not_active',
    ],
    ['the chain is as long as it may be', held({ grant: aParent({ depth: 3 }) }), vendor, by(), 'transfer.too_deep'],
    ['no transfer may follow', held({ depthLimit: 0 }), vendor, by(), 'transfer.too_deep'],
    [
      '[R13.6] the recipient lacks an origin of derived data',
      held({ missingOrigins: ['102000-000001'] }),
      vendor,
      by(),
      'transfer.origin_not_given',
    ],
    ['the recipient is unknown', held(), null, by(), 'transfer.recipient_invalid'],
    ['the recipient is the provider', held(), { ...department, id: 'mzt' }, by(), 'transfer.recipient_invalid'],
    ['the recipient is the holder itself', held(), { ...department, id: 'ybj' }, by(), 'transfer.recipient_invalid'],
    [
      'a conditional resource is passed on without a grant',
      held({ grant: null }),
      vendor,
      by(),
      'transfer.grant_needed',
    ],
    [
      'a department is to get by transfer what it may use anyway',
      held({ grant: null, resource: { ...resource, sharingType: 'UNCONDITIONAL' } }),
      department,
      by(),
      'transfer.grant_needed',
    ],
  ] as const)('[R13.2] is refused when %s', (_when, has, to, who, refused) => {
    expect(() => request(aNew(), has, to, who, now)).toThrow(code(refused));
  });

  it('[R13.2] is refused when a vendor’s systems are not named', () => {
    expect(() => request(aNew({ systems: [] }), held(), vendor, by(), now)).toThrow(
      code('transfer.vendor_systems_missing'),
    );
  });

  it.each([
    ['items', { items: ['aidNo', 'monthlyAmount'], mask: { aidNo: 'full', monthlyAmount: 'full' } }],
    ['rowFilter', { rowFilter: null }],
    ['rowFilter', { rowFilter: { any: [filter, { item: 'status', op: 'eq', value: '02' }] } }],
    ['mask', { mask: {} }],
    ['mask', { mask: { aidNo: 'name' } }],
    ['actions', { actions: ['query', 'download'] }],
    ['purposes', { purposes: ['medical-aid.audit'] }],
    ['matterNumber', { matterNumber: 'optional' }],
    ['scopeOfKnowledge', { scopeOfKnowledge: { units: [], posts: ['科员'], officers: [] } }],
    ['period', { period: { from: '2026-03-01T00:00:00.000Z', until: '2027-03-01T00:00:00.001Z' } }],
    ['limits', { limits: {} }],
  ] as const)('[R13.2] stays inside its parent: %s (%#)', (dimension, over) => {
    expect(() => request(aNew(over), held(), vendor, by(), now)).toThrow(
      expect.objectContaining({ code: 'transfer.wider_than_parent', details: { about: [dimension] } }),
    );
  });

  it('[R13.2] for a third party keeps the holder as the one whose grant it is', () => {
    const { state, event } = request(aNew(), held(), vendor, by(), now);
    expect(state.scope).toMatchObject({ holderId: 'ybj', recipientOwnerId: 'yunfan', providerId: 'mzt' });
    expect(event.data).toMatchObject({ parentGrantId: 'g1', recipientId: 'yunfan' });
  });

  it('[R13.2] for a department makes it the holder', () => {
    expect(request(aNew(), held(), department, by(), now).state.scope).toMatchObject({
      holderId: 'hk-mzj',
      recipientOwnerId: null,
    });
  });

  it('[R13.2] from a grant that was itself transferred goes to the next recipient', () => {
    const grant = aParent({ id: 'g2', depth: 1, holderId: 'hk-mzj' });
    const from = held({ grant, holderId: 'hk-mzj', ancestors: [aParent()] });
    const { scope: made } = request(aNew(), from, vendor, by({ departmentId: 'hk-mzj' }), now).state;
    expect(made).toMatchObject({ holderId: 'hk-mzj', recipientOwnerId: 'yunfan' });
  });

  it.each([
    ['an unconditional resource', held({ grant: null, resource: { ...resource, sharingType: 'UNCONDITIONAL' } }), by()],
    ['its own resource', held({ grant: null, holderId: 'mzt' }), by({ departmentId: 'mzt' })],
  ])('[R13.2] lets a department’s third party act on %s without a grant above', (_what, has, who) => {
    const own = has.holderId === 'mzt';
    // The provider is no recipient, but it may be the holder of its own.
    expect(request(aNew(), has, vendor, who, now).state).toMatchObject({
      parentGrantId: null,
      holderId: own ? 'mzt' : 'ybj',
    });
  });
});

describe('deciding on an onward transfer', () => {
  const given = { grantId: 'g2', reason: '' };

  it.each([
    ['the holder decides', aTransfer(), held(), by({ roles: ['REVIEWER'] }), 'transfer.not_provider'],
    [
      'a submitter of the provider decides',
      aTransfer(),
      held(),
      { ...reviewer, roles: ['SUBMITTER'] as const },
      'access.role_required',
    ],
    [
      '[R14.10] the officer requested it in another post',
      aTransfer({ requestedBy: 'chen' }),
      held(),
      reviewer,
      'transfer.own_submission',
    ],
    ['it was decided before', aTransfer({ status: 'REJECTED' }), held(), reviewer, 'transfer.already_decided'],
    [
      'the grant has ended meanwhile',
      aTransfer(),
      held({ grant: aParent({ status: 'REVOKED' }) }),
      reviewer,
      'transfer.grant_not_active',
    ],
    [
      'the grant was narrowed meanwhile',
      aTransfer(),
      held({ grant: aParent({ items: [] }) }),
      reviewer,
      'transfer.wider_than_parent',
    ],
  ])('[R13.2] is refused when %s', (_when, transfer, has, who, refused) => {
    expect(() => authorise(transfer, has, vendor, given, who, now)).toThrow(code(refused));
  });

  it.each([
    ['is no longer active', { ...vendor, status: 'SUSPENDED' }],
    ['is no longer there', null],
    ['has become the one who decides', { ...vendor, id: 'mzt' }],
  ])('[R13.2] [R14.10] is refused when the recipient %s', (_when, recipient) => {
    expect(() => authorise(aTransfer(), held(), recipient, given, reviewer, now)).toThrow(
      code('transfer.recipient_invalid'),
    );
  });

  it('[R13.2] is refused when its period is over, or the chain may no longer be so long', () => {
    const late = new Date('2027-03-01T00:00:00.000Z');
    expect(() => authorise(aTransfer(), held(), vendor, given, reviewer, late)).toThrow(
      code('application.period_invalid'),
    );
    expect(() => authorise(aTransfer(), held({ depthLimit: 0 }), vendor, given, reviewer, now)).toThrow(
      code('transfer.too_deep'),
    );
  });

  it('[R13.2] is withdrawn by the holder alone, before it is decided', () => {
    expect(withdraw(aTransfer(), by(), now)).toMatchObject({
      state: { status: 'WITHDRAWN', decision: null, revision: 2 },
      event: { type: 'authorisation.onward-transfer-withdrawn.v1' },
    });
    expect(() => withdraw(aTransfer(), reviewer, now)).toThrow(code('transfer.not_holder'));
    expect(() => withdraw(aTransfer(), by({ roles: ['REVIEWER'] }), now)).toThrow(code('access.role_required'));
    const taken = withdraw(aTransfer(), by(), now).state;
    expect(() => authorise(taken, held(), vendor, given, reviewer, now)).toThrow(code('transfer.already_decided'));
    expect(() => withdraw(taken, by(), now)).toThrow(code('transfer.already_decided'));
  });

  it('[R13.2] is the original provider’s', () => {
    expect(authorise(aTransfer(), held(), vendor, given, reviewer, now).state).toMatchObject({
      status: 'AUTHORISED',
      decision: { by: 'chen', grantId: 'g2' },
      revision: 2,
    });
    expect(reject(aTransfer(), '无必要', reviewer, now).state).toMatchObject({
      status: 'REJECTED',
      decision: { grantId: null },
    });
  });

  it.each([
    ['the holder', by(), true],
    ['the provider', reviewer, true],
    ['another department', by({ departmentId: 'wjw' }), false],
  ])('[R14.7] is known to %s: %#', (_who, who, known) => {
    expect(isKnownTo(aTransfer(), ['460000'], who)).toBe(known);
  });
});
