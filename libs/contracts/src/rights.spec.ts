import { officerWith, withinRegion, type Principal } from '.';

const by = (over: Partial<Principal>): Principal => ({
  kind: 'officer',
  officerId: 'chen',
  systemId: null,
  departmentId: 'mzt',
  regionCode: '460000',
  roles: ['SUBMITTER'],
  tokenId: 't1',
  ...over,
});

describe('a right', () => {
  it.each([
    ['nobody holds the role', {}],
    ['a system acts', { kind: 'system', officerId: null, systemId: 'mzt-system', roles: ['REVIEWER'] }],
  ] as const)('[R14.7] is missing when %s', (_when, over) => {
    expect(() => officerWith(['REVIEWER'], by(over))).toThrow(
      expect.objectContaining({ code: 'access.role_required' }),
    );
  });

  it('belongs to an officer who holds one of the roles', () => {
    expect(officerWith(['REVIEWER', 'SUBMITTER'], by({}))).toBe('chen');
  });

  it.each([
    ['460100', '460000', true],
    ['460105', '460100', true],
    ['469030', '460000', true],
    ['460000', '460000', true],
    ['460000', '460100', false],
    ['460200', '460100', false],
    ['440100', '460000', false],
    ['469030', '469000', true],
  ])('[R4.1] %s inside %s: %s', (region, subtree, inside) => {
    expect(withinRegion(region, subtree)).toBe(inside);
  });
});
