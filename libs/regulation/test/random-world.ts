import type { GrantState, ResourceState, Use } from '@qiongtong/contracts';
import {
  aGrant,
  anAppointment,
  anOfficer,
  anOrganisation,
  aResource,
  aStop,
  aSystem,
  aUse,
  aVendor,
} from '@qiongtong/testing';
import fc, { type Arbitrary } from 'fast-check';
import type { World } from './world';

/** Mostly the first, which is in order; now and then something else. */
const mostly = <T>(usual: T, ...rare: readonly T[]): Arbitrary<T> =>
  fc.oneof(
    { weight: 40, arbitrary: fc.constant(usual) },
    ...rare.map((value) => ({ weight: 1, arbitrary: fc.constant(value) })),
  );
const oneOf = <T>(...values: readonly T[]): Arbitrary<T> => fc.constantFrom(...values);

const ITEMS = ['certNo', 'idNumber', 'personName', 'registeredOn', 'regionCode'] as const;
const someItems = fc.oneof(
  { weight: 8, arbitrary: fc.constant(['certNo', 'idNumber', 'registeredOn']) },
  { weight: 1, arbitrary: fc.subarray([...ITEMS, 'gone'], { minLength: 1 }) },
);
const PAST = '2026-03-01';
const FUTURE = '2026-04-01';

const organisation = (id: string) =>
  fc
    .record({
      status: mostly<'ACTIVE' | 'SUSPENDED' | 'ABOLISHED'>('ACTIVE', 'SUSPENDED', 'ABOLISHED'),
      admission: mostly<'ACTIVE' | 'NONE' | 'SUSPENDED' | 'REVOKED'>('ACTIVE', 'NONE', 'SUSPENDED', 'REVOKED'),
      pledgeVersion: mostly<string | null>('2026-1', null),
      pledgeValidUntil: mostly<string | null>(null, FUTURE, PAST),
      hasResponsibleUnit: mostly(true, false),
    })
    .map((over) => anOrganisation({ id, ...over }));

const system = (id: string, ownerId: string, departmentId: string) =>
  fc
    .record({
      status: mostly<'ACTIVE' | 'SUSPENDED'>('ACTIVE', 'SUSPENDED'),
      ownerAttested: mostly(true, false),
      certificates: mostly<string[]>([], ['a'], ['b']),
      addresses: mostly<string[]>([], ['10.1.0.0/16'], ['10.9.0.0/16']),
      provides: oneOf<string[]>([], ['r1'], ['r1', 'r2']),
    })
    .map((over) => aSystem({ id, ownerId, departmentId, ...over }));

const resource = (
  id: string,
  sharingType: 'CONDITIONAL' | 'UNCONDITIONAL',
  derivedFrom: Arbitrary<readonly string[]>,
) =>
  fc
    .record({
      status: mostly<'PUBLISHED' | 'SUSPENDED' | 'WITHDRAWN'>('PUBLISHED', 'SUSPENDED', 'WITHDRAWN'),
      sharingType: mostly<'CONDITIONAL' | 'UNCONDITIONAL' | 'NOT_SHARED'>(sharingType, 'NOT_SHARED'),
      deliveryMode: mostly<ResourceState['deliveryMode']>('HOSTED', 'EXCHANGE_CHANNEL', 'REFERENCE_ONLY', 'NONE'),
      specialRegime: mostly<ResourceState['specialRegime']>(null, 'GEOGRAPHIC_INFORMATION'),
      matterNumberPerSubject: mostly(false, true),
      derivedFrom,
      providerId: oneOf('mzt', 'mzt', 'mzt', 'mzt', 'mzt', 'mzj'),
    })
    .map((over) => aResource({ id, ...over }));

const SCOPE = [
  'items',
  'rowFilter',
  'mask',
  'actions',
  'purposes',
  'matterNumber',
  'scopeOfKnowledge',
  'systems',
  'period',
] as const;

const grant = (id: string, parents: readonly string[]): Arbitrary<GrantState> =>
  fc
    .record({
      parentId: fc.oneof(
        { weight: parents.length > 0 ? 1 : 1000, arbitrary: fc.constant(null) },
        { weight: 2, arbitrary: oneOf(null, ...parents) },
      ),
      resourceId: oneOf('r1', 'r1', 'r1', 'r2', 'r3'),
      holderId: mostly('mzj', 'zgt', 'mzt'),
      recipientOwnerId: oneOf<string | null>(null, null, 'vendor'),
      status: mostly<GrantState['status']>('ACTIVE', 'REVOKED', 'SUSPENDED'),
      items: someItems,
      rowFilter: mostly<GrantState['rowFilter']>(null, { item: 'regionCode', op: 'eq', value: '460100' }),
      mask: mostly<GrantState['mask']>({}, { idNumber: 'idNumber' }, { certNo: 'full', idNumber: 'full' }),
      actions: mostly<GrantState['actions']>(['query'], ['query', 'verify'], ['verify']),
      purposes: mostly<string[]>(['social-aid.eligibility', 'social-aid.review'], ['social-aid.review'], []),
      matterNumber: mostly<'optional' | 'required'>('optional', 'required'),
      scopeOfKnowledge: mostly<GrantState['scopeOfKnowledge']>(
        { units: [], posts: [], officers: [] },
        { units: ['社会救助科'], posts: [], officers: [] },
        { units: [], posts: ['科长'], officers: [] },
        { units: [], posts: [], officers: ['li'] },
      ),
      systems: mostly<string[]>([], ['mzj-system'], ['vendor-system']),
      period: mostly(
        { from: '2026-01-01', until: '2027-01-01' },
        { from: FUTURE, until: '2027-01-01' },
        { from: '2026-01-01', until: PAST },
      ),
    })
    .map((over) => aGrant({ id, ...over }));

/** Most transfers are made as the form makes them: the scope of the parent, with something of their own. */
const transferred = (child: GrantState, all: readonly GrantState[], follows: boolean): GrantState => {
  const parent = all.find(({ id }) => id === child.parentId);
  if (!parent || !follows) return child;
  const { id, parentId, recipientOwnerId, status, items, purposes } = child;
  return { ...parent, id, parentId, recipientOwnerId, status, items, purposes };
};

/** Two grants of one holder for one resource that differ in some dimensions. */
export const aPairOfGrants: Arbitrary<readonly [GrantState, GrantState]> = fc
  .tuple(grant('g1', []), grant('g2', []), fc.subarray([...SCOPE], { maxLength: 4 }))
  .map(([parent, other, differs]) => {
    const scope = Object.fromEntries(differs.map((dimension) => [dimension, other[dimension]]));
    return [parent, { ...parent, ...scope, id: 'g2' }];
  });

const grants = fc
  .tuple(
    grant('g1', []),
    grant('g2', ['g1', 'g1', 'gone']),
    grant('g3', ['g1', 'g2']),
    grant('g4', ['g1', 'g3']),
    oneOf(true, true, false),
  )
  .map(([g1, g2, g3, g4, follows]) =>
    [g2, g3, g4].reduce<GrantState[]>((all, child) => [...all, transferred(child, all, follows)], [g1]),
  )
  .chain((all) => fc.oneof(fc.constant(all), fc.subarray(all)));

const stops = fc.array(
  fc
    .record({
      id: oneOf('s1', 's2'),
      target: oneOf('token', 'client', 'session', 'system', 'officer', 'organisation', 'grant', 'resource'),
      targetId: oneOf(
        'jti-1',
        's1',
        'console',
        'mzj-system',
        'vendor-system',
        'li',
        'mzj',
        'vendor',
        'zgt',
        'g1',
        'g2',
        'r1',
        'r2',
      ),
      departmentId: oneOf(null, null, 'mzj', 'mzt'),
      status: oneOf('ACTIVE', 'LIFTED'),
      until: oneOf(null, PAST, FUTURE),
    })
    .map((over) => aStop(over as Parameters<typeof aStop>[0]))
    // Only tokens, clients and sessions are stopped for one department's callers.
    .map((stop) => (['token', 'client', 'session'].includes(stop.target) ? stop : { ...stop, departmentId: null })),
  { maxLength: 1, size: 'small' },
);

const deputy = anAppointment({ deputyFor: 'absent', until: FUTURE });

export const aRandomWorld: Arbitrary<World> = fc.record({
  organisations: fc
    .tuple(organisation('mzj'), organisation('mzt'), organisation('zgt'))
    .map((known) => [...known, aVendor()]),
  officers: mostly(
    [anOfficer()],
    [anOfficer({ appointments: [anAppointment({ until: PAST }), anAppointment({ post: '科长' })] })],
    [anOfficer({ appointments: [anAppointment({ from: FUTURE })] })],
    [anOfficer({ appointments: [anAppointment({ organisationId: 'mzt' })] })],
    [anOfficer({ appointments: [deputy] }), anOfficer({ id: 'absent' })],
    [anOfficer({ appointments: [deputy] }), anOfficer({ id: 'absent', status: 'DEPARTED' })],
    [
      anOfficer({ appointments: [deputy] }),
      anOfficer({ id: 'absent', appointments: [anAppointment({ until: PAST })] }),
    ],
  ),
  systems: fc.tuple(
    system('mzj-system', 'mzj', 'mzj'),
    system('mzt-system', 'mzt', 'mzt'),
    system('vendor-system', 'vendor', 'mzj'),
  ),
  resources: fc
    .tuple(
      resource('r1', 'CONDITIONAL', mostly<readonly string[]>([], ['r2'], ['r3'], ['none'])),
      resource('r2', 'UNCONDITIONAL', mostly<readonly string[]>([], ['r1'])),
      resource('r3', 'CONDITIONAL', oneOf<readonly string[]>([], ['r1'], ['r2', 'r1'])),
    )
    .map((known) => [...known]),
  grants,
  stops,
});

export const aRandomUse: Arbitrary<Use> = fc
  .record({
    caller: fc.oneof(
      { weight: 4, arbitrary: fc.constant<Partial<Use>>({ systemId: 'mzj-system' }) },
      { weight: 4, arbitrary: fc.constant<Partial<Use>>({ systemId: 'vendor-system' }) },
      {
        weight: 2,
        arbitrary: fc.constant<Partial<Use>>({ systemId: null, officerId: 'li', clientId: 'console', sessionId: 's1' }),
      },
      {
        weight: 2,
        arbitrary: oneOf<Partial<Use>>({ officerId: 'li' }, { systemId: 'vendor-system', officerId: 'li' }),
      },
      { weight: 2, arbitrary: fc.constant<Partial<Use>>({ systemId: 'mzt-system', departmentId: 'mzt' }) },
      {
        weight: 1,
        arbitrary: oneOf<Partial<Use>>(
          { systemId: 'mzt-system' },
          { systemId: 'none' },
          { systemId: null },
          { departmentId: 'vendor' },
          { officerId: 'nobody' },
        ),
      },
    ),
    resourceId: oneOf('r1', 'r1', 'r1', 'r1', 'r2', 'r2', 'r3', 'r3', 'r3', 'none'),
    action: oneOf<Use['action']>('query', 'query', 'query', 'query', 'query', 'query', 'verify', 'push'),
    items: oneOf<readonly string[] | null>(
      null,
      null,
      ['certNo'],
      ['certNo', 'certNo'],
      ['registeredOn', 'certNo'],
      ['idNumber'],
      ['personName'],
      [],
    ),
    touchedItems: mostly<string[]>([], ['idNumber'], ['personName'], ['__proto__']),
    purpose: mostly<string | null>('social-aid.eligibility', null, 'social-aid.review', 'tax.audit'),
    matterNumber: oneOf(null, '办2026-1'),
    certificate: oneOf(null, 'a'),
    address: mostly<string | null>('10.1.2.3', '10.9.2.3', null),
  })
  .map(({ caller, ...over }) => aUse({ ...over, ...caller }));
