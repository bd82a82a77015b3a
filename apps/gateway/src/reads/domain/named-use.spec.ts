import { recordQueryOfUrl, type Principal, type ResourceState } from '@qiongtong/contracts';
import { nameUse, type UseHeaders } from './named-use';

const system: Principal = {
  kind: 'system',
  officerId: null,
  systemId: 'ybj-system',
  departmentId: 'ybj',
  regionCode: '460000',
  roles: ['SYSTEM'],
  tokenId: 't1',
  clientId: 'ybj-system',
};
const officer: Principal = {
  ...system,
  kind: 'officer',
  officerId: 'ybj-reviewer',
  systemId: null,
  roles: ['REVIEWER'],
};
const resource = { items: [{ code: 'aidNo', key: true }, { code: 'status' }] } as unknown as ResourceState;
const named = (query: string, headers: UseHeaders = {}, principal = system) =>
  nameUse(principal, '203000-000001', 'query', recordQueryOfUrl(new URLSearchParams(query)), resource, headers, {
    address: '10.1.2.3',
    certificate: null,
  });

describe('naming a use', () => {
  it('[R13.4] takes who, what and for what', () => {
    expect(
      named('fields=aidNo&filter[status]=01', {
        purpose: 'medical-aid.eligibility',
        officer: 'wang',
        matterNumber: '%E6%B5%B7-1',
      }),
    ).toEqual({
      systemId: 'ybj-system',
      departmentId: 'ybj',
      officerId: 'wang',
      officerAsserted: true,
      resourceId: '203000-000001',
      action: 'query',
      items: ['aidNo'],
      touchedItems: ['status'],
      purpose: 'medical-aid.eligibility',
      matterNumber: '海-1',
      address: '10.1.2.3',
      certificate: null,
      tokenId: 't1',
      clientId: 'ybj-system',
      sessionId: null,
    });
  });

  it('[R12.7] asks for every item when none is named, never silently for fewer', () => {
    expect(named('').items).toEqual(['aidNo', 'status']);
    expect(named('fields=granted').items).toBeNull();
  });

  it('[R13.4] names the moment that is read, one spelling for each, and none for the present', () => {
    expect(named('asOf=2026-01-01T08:00:00%2B08:00').asOf).toBe('2026-01-01T00:00:00.000Z');
    expect(named('')).not.toHaveProperty('asOf');
  });

  it('[R12.7] takes a read by key for a filter on the key items', () => {
    const query = recordQueryOfUrl(new URLSearchParams('fields=status'));
    const use = nameUse(
      system,
      '203000-000001',
      'query',
      query,
      resource,
      {},
      { address: null, certificate: null },
      true,
    );
    expect(use.touchedItems).toEqual(['aidNo']);
  });

  it('believes the officer bound in the token, not the header', () => {
    expect(named('', { officer: 'somebody' }, officer)).toMatchObject({
      officerId: 'ybj-reviewer',
      officerAsserted: false,
    });
  });

  it.each<[string, UseHeaders]>([
    ['a purpose that is no code', { purpose: 'because I want to' }],
    ['an officer that is no id', { officer: '../admin' }],
    ['a matter number that is not percent-encoded UTF-8', { matterNumber: '%E6%B5' }],
    ['an empty matter number', { matterNumber: '%20' }],
    ['a matter number with a line break', { matterNumber: 'a%0Ab' }],
    ['a matter number without end', { matterNumber: 'x'.repeat(200) }],
  ])('refuses %s', (_what, headers) => {
    expect(() => named('', headers)).toThrow(expect.objectContaining({ code: 'access.header_invalid' }));
  });
});
