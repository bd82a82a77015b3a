import type { Principal, Role } from '@qiongtong/contracts';
import { aGrant } from '@qiongtong/testing';
import { chainFor, type Link } from './chain';
import type { OnwardTransfer } from './onward-transfer';

const link = (id: string, parentId: string | null, depth: number, holderId: string): Link => ({
  ...aGrant({ id, parentId, holderId }),
  depth,
  issuedAt: '2026-01-01T00:00:00.000Z',
});
const chain = [
  link('g0', null, 0, 'ybj'),
  link('g1', 'g0', 1, 'hk'),
  link('g2', 'g1', 2, 'wjw'),
  link('g1b', 'g0', 1, 'jyt'),
];
const transfer = {
  id: 't1',
  recipient: { id: 'hk', kind: 'DEPARTMENT' },
  why: '协同',
  basis: '条例',
  decision: { grantId: 'g1' },
} as OnwardTransfer;
const by = (departmentId: string, regionCode = '460000', ...roles: Role[]): Principal => ({
  kind: 'officer',
  officerId: 'li',
  systemId: null,
  departmentId,
  regionCode,
  roles,
  tokenId: 't',
});
const seen = (grantId: string, who: Principal) =>
  chainFor(grantId, chain, [transfer], '460100', who).map(({ id }) => id);

describe('the chain of transfers', () => {
  it('[R13.2] is the provider’s to see, all of it, from any link', () => {
    for (const id of ['g0', 'g2', 'g1b']) expect(seen(id, by('mzt'))).toEqual(['g0', 'g1', 'g2', 'g1b']);
    expect(chainFor('g0', chain, [transfer], '460100', by('mzt'))[1]).toMatchObject({
      holderId: 'hk',
      depth: 1,
      status: 'ACTIVE',
      transfer: { id: 't1', why: '协同', basis: '条例' },
    });
  });

  it('[R13.2] shows a holder its own and what was passed on from it, nothing above or beside', () => {
    expect(seen('g1', by('hk'))).toEqual(['g1', 'g2']);
    expect(seen('g2', by('hk'))).toEqual(['g1', 'g2']);
    expect(seen('g0', by('hk'))).toEqual([]);
    expect(seen('g1b', by('hk'))).toEqual([]);
    expect(seen('g2', by('wjw'))).toEqual(['g2']);
  });

  it('[R14.7] does not exist for others, except who oversees the provider’s region', () => {
    expect(seen('g0', by('zgt'))).toEqual([]);
    expect(seen('g0', by('gxt', '460000', 'PROVINCIAL_AUTHORITY'))).toHaveLength(4);
    expect(seen('g0', by('sanya', '460200', 'LOCAL_AUTHORITY'))).toEqual([]);
    expect(seen('none', by('mzt'))).toEqual([]);
  });
});
