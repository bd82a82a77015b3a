import type { GrantState } from '@qiongtong/contracts';
import { aGrant } from '@qiongtong/testing';
import fc from 'fast-check';
import { aPairOfGrants, aRandomUse } from '../../test/random-world';
import { now, policyOf, worldOf } from '../../test/world';
import { decide } from '../decision/decide';
import { scopeWithin } from './scope-within';

const parent = aGrant({
  rowFilter: { item: 'regionCode', op: 'prefix', value: '46' },
  mask: { idNumber: 'idNumber' },
  actions: ['query', 'verify'],
  purposes: ['a.b', 'a.c'],
  matterNumber: 'required',
  scopeOfKnowledge: { units: ['u1', 'u2'], posts: [], officers: [] },
  systems: ['s1', 's2'],
  limits: { rowsPerRequest: 100 },
});
const child = (over: Partial<GrantState>) => aGrant({ ...parent, id: 't1', parentId: 'g1', ...over });

describe('[R13.2] the scope of a transfer', () => {
  it.each<[string, Partial<GrantState>]>([
    ['the same', {}],
    ['fewer items', { items: ['certNo'] }],
    ['masked more', { mask: { idNumber: 'full', certNo: 'full' } }],
    ['fewer rows', { rowFilter: { item: 'regionCode', op: 'eq', value: '460100' } }],
    ['a shorter period', { period: { from: '2026-02-01', until: '2026-03-01' } }],
    ['a lower limit and a new one', { limits: { rowsPerRequest: 10, rowsPerDay: 5 } }],
    ['one unit and one post of it', { scopeOfKnowledge: { units: ['u1'], posts: ['p'], officers: [] } }],
    ['one system', { systems: ['s1'] }],
    ["a third party's own system", { recipientOwnerId: 'vendor', systems: ['vendor-system'] }],
  ])('is inside: %s', (_what, over) => {
    expect(scopeWithin(child(over), parent)).toEqual([]);
  });

  it.each<[string, Partial<GrantState>, string, string[]]>([
    ['another resource', { resourceId: 'x' }, 'resource', []],
    ['another provider', { providerId: 'x' }, 'resource', []],
    ['more items', { items: ['certNo', 'personName'] }, 'items', ['personName']],
    ['every row', { rowFilter: null }, 'rowFilter', []],
    ['unmasked', { mask: {} }, 'mask', ['idNumber']],
    ['masked otherwise', { mask: { idNumber: 'name' } }, 'mask', ['idNumber']],
    ['more actions', { actions: ['query', 'download'] }, 'actions', ['download']],
    ['more purposes', { purposes: ['a.b', 'x.y'] }, 'purposes', ['x.y']],
    ['no matter number', { matterNumber: 'optional' }, 'matterNumber', []],
    ['anybody', { scopeOfKnowledge: { units: [], posts: [], officers: ['li'] } }, 'scopeOfKnowledge', ['units']],
    [
      'another unit',
      { scopeOfKnowledge: { units: ['u1', 'u3'], posts: [], officers: [] } },
      'scopeOfKnowledge',
      ['u3'],
    ],
    ['another system', { systems: ['s1', 's9'] }, 'systems', ['s9']],
    ['any system', { systems: [] }, 'systems', []],
    ['any system of a third party', { recipientOwnerId: 'vendor', systems: [] }, 'systems', []],
    ['a third party for another department', { recipientOwnerId: 'vendor', holderId: 'zgt' }, 'recipient', ['vendor']],
    ['an earlier start', { period: { from: '2025-12-31', until: '2026-03-01' } }, 'period', []],
    ['a later end', { period: { from: '2026-02-01', until: '2027-01-02' } }, 'period', []],
    ['an end that cannot be read', { period: { from: '2026-02-01', until: 'never' } }, 'period', []],
    ['a higher limit', { limits: { rowsPerRequest: 101 } }, 'limits', ['rowsPerRequest']],
    ['no limit', { limits: {} }, 'limits', ['rowsPerRequest']],
  ])('is outside: %s', (_what, over, dimension, about) => {
    expect(scopeWithin(child(over), parent)).toEqual([{ dimension, about }]);
  });

  it('is passed on no further by a third party', () => {
    const held = { ...parent, recipientOwnerId: 'vendor' };
    expect(scopeWithin(child({ recipientOwnerId: 'rival', systems: ['s1'] }), held)).toEqual([
      { dimension: 'recipient', about: ['rival'] },
    ]);
  });

  it('permits nothing that its parent would not permit', () => {
    let compared = 0;
    fc.assert(
      fc.property(aPairOfGrants, aRandomUse, ([outer, inner], use) => {
        if (scopeWithin(inner, outer).length > 0) return;
        const under = (grant: GrantState) => {
          const held = { ...grant, resourceId: '203000-000001', holderId: 'mzj', recipientOwnerId: null };
          return decide(policyOf(worldOf({ grants: [held] })), { ...use, resourceId: held.resourceId }, now);
        };
        const [permitted, by] = [under(inner), under(outer)];
        if (permitted.effect !== 'permit' || permitted.basis !== 'grant') return;
        compared++;
        if (by.effect !== 'permit') throw new Error(JSON.stringify(by));
        expect(by.obligations.items).toEqual(expect.arrayContaining([...permitted.obligations.items]));
        for (const item of Object.keys(by.obligations.mask))
          if (permitted.obligations.items.includes(item))
            expect(Object.keys(permitted.obligations.mask)).toContain(item);
      }),
      { numRuns: 5_000 },
    );
    expect(compared).toBeGreaterThan(50);
  });
});
