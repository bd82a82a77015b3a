import type { Principal, ResourceState } from '@qiongtong/contracts';
import type { GrantScope } from '@qiongtong/regulation';
import {
  authorise,
  isKnownTo,
  reject,
  request,
  type Held,
  type NewTransfer,
  type OnwardTransfer,
  type ParentGrant,
  type Recipient,
} from './onward-transfer';

const now = new Date('2026-03-02T01:00:00Z');
const by = (over: Partial<Principal> = {}): Principal => ({
  kind: 'officer',
  officerId: 'wang',
  systemId: null,
  departmentId: 'ybj',
  regionCode: '460000',
  roles: ['SUBMITTER'],
  tokenId: 't',
  ...over,
});
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
    expect(() => authorise(transfer, has, given, who, now)).toThrow(code(refused));
  });

  it('[R13.2] is the original provider’s', () => {
    expect(authorise(aTransfer(), held(), given, reviewer, now).state).toMatchObject({
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
