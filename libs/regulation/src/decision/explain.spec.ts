import { readdirSync, readFileSync } from 'node:fs';
import type { Use } from '@qiongtong/contracts';
import { aGrant, anAppointment, anOfficer, anOrganisation, aResource, aStop, aSystem, aUse } from '@qiongtong/testing';
import { now, policyOf, worldOf, type World } from '../../test/world';
import { decide } from './decide';
import { explain, EXPLAINED_CODES } from './explain';

const asked = (over: Partial<World>, use: Partial<Use> = {}) => explain(policyOf(worldOf(over)), aUse(use), now);
const granted = aGrant();

describe('an explanation', () => {
  it('[R12.7] gives the decision itself, with every reason of it and nothing of its own', () => {
    const worlds: [Partial<World>, Partial<Use>][] = [
      [{}, {}],
      [{ grants: [granted] }, {}],
      [{ grants: [granted] }, { purpose: null, items: ['personName'], action: 'batch' }],
      [{ organisations: [anOrganisation({ admission: 'NONE', pledgeVersion: null, hasResponsibleUnit: false })] }, {}],
    ];
    for (const [world, use] of worlds) {
      const policy = policyOf(worldOf(world));
      const { decision, reasons } = explain(policy, aUse(use), now);
      expect(decision).toEqual(decide(policy, aUse(use), now));
      expect(reasons.map(({ code }) => code)).toEqual(
        decision.effect === 'permit' ? [] : decision.reasons.map(({ code }) => code),
      );
    }
  });

  it('[R1.1] names requirement, article and text in both languages for each', () => {
    const { reasons } = asked({});
    expect(reasons[0]).toMatchObject({ code: 'access.no_grant', requirement: 'R12.7', article: 12 });
    expect([reasons[0]!.zh, reasons[0]!.en].every((text) => text.length > 5)).toBe(true);
  });

  // The rows of "What decides a use", each from its side of refusal.
  const rows: [string, Partial<World>, Partial<Use>, string, object][] = [
    [
      'not admitted',
      { organisations: [anOrganisation({ admission: 'NONE' })] },
      {},
      'access.not_admitted',
      { kind: 'APPLY_FOR_ACCESS', by: 'department' },
    ],
    [
      'no pledge',
      { organisations: [anOrganisation({ pledgeVersion: null })] },
      {},
      'access.pledge_missing',
      { kind: 'SIGN_PLEDGE', by: 'department' },
    ],
    [
      'no responsible unit',
      { organisations: [anOrganisation({ hasResponsibleUnit: false })] },
      {},
      'access.no_responsible_unit',
      { kind: 'REGISTER_RESPONSIBLE_UNIT' },
    ],
    [
      'suspended',
      { organisations: [anOrganisation({ status: 'SUSPENDED' })] },
      {},
      'access.organisation_inactive',
      { kind: 'ASK_AUTHORITY', by: 'authority' },
    ],
    ['under a stop', { stops: [aStop()] }, {}, 'access.stopped', { kind: 'HAVE_STOP_LIFTED' }],
    [
      'an owner not attested',
      { systems: [aSystem({ ownerAttested: false })] },
      {},
      'access.owner_not_attested',
      { kind: 'HAVE_OWNER_ATTESTED', by: 'authority' },
    ],
    [
      'an address not its own',
      { systems: [aSystem({ addresses: ['10.9.0.0/16'] })] },
      {},
      'access.address_not_registered',
      { kind: 'REGISTER_ADDRESS', with: ['10.1.2.3'] },
    ],
    [
      'a resource withdrawn',
      { resources: [aResource({ status: 'WITHDRAWN' })] },
      {},
      'access.resource_not_published',
      { kind: 'ASK_PROVIDER', with: ['mzt'] },
    ],
    [
      'a resource not shared',
      { resources: [aResource({ sharingType: 'NOT_SHARED' })] },
      {},
      'access.not_shared',
      { kind: 'NOTHING', by: 'nobody' },
    ],
    [
      'a special regime',
      { resources: [aResource({ specialRegime: 'GEOGRAPHIC_INFORMATION' })] },
      {},
      'access.special_regime',
      { kind: 'FOLLOW_SPECIAL_RULE' },
    ],
    ['a push of another', {}, { action: 'push' }, 'access.not_provider', { kind: 'REGISTER_AS_SOURCE' }],
    [
      'unconditional without purpose',
      {},
      { resourceId: 'free', purpose: null },
      'access.purpose_missing',
      { kind: 'NAME_PURPOSE', with: ['social-aid.eligibility', 'social-aid.review'] },
    ],
    [
      'unconditional for another duty',
      {},
      { resourceId: 'free', purpose: 'tax.audit' },
      'access.purpose_not_registered',
      { kind: 'NAME_PURPOSE' },
    ],
    ['conditional without grant', {}, {}, 'access.no_grant', { kind: 'APPLY_FOR_RESOURCE', with: ['mzt'] }],
    [
      'a grant revoked',
      { grants: [aGrant({ status: 'REVOKED' })] },
      {},
      'access.grant_not_active',
      { kind: 'APPLY_FOR_RESOURCE' },
    ],
    [
      'a grant that has ended',
      { grants: [aGrant({ period: { from: '2025-01-01', until: '2026-01-01' } })] },
      {},
      'access.grant_outside_period',
      { kind: 'RENEW_GRANT' },
    ],
    [
      'another action',
      { grants: [granted] },
      { action: 'batch' },
      'access.action_beyond_grant',
      { kind: 'USE_GRANTED_ACTION', with: ['query'] },
    ],
    [
      'another purpose',
      { grants: [granted] },
      { purpose: 'social-aid.review' },
      'access.purpose_beyond_grant',
      { kind: 'NAME_PURPOSE', with: ['social-aid.eligibility'] },
    ],
    [
      'another system',
      { grants: [aGrant({ systems: ['other-system'] })] },
      {},
      'access.system_beyond_grant',
      { kind: 'USE_GRANTED_SYSTEM', with: ['other-system'] },
    ],
    [
      'nobody named',
      { grants: [aGrant({ scopeOfKnowledge: { units: ['社会救助科'], posts: [], officers: [] } })] },
      {},
      'access.officer_missing',
      { kind: 'NAME_OFFICER' },
    ],
    [
      'somebody outside the scope of knowledge',
      { grants: [aGrant({ scopeOfKnowledge: { units: ['办公室'], posts: [], officers: [] } })] },
      { officerId: 'li', officerAsserted: true },
      'access.officer_beyond_scope',
      { kind: 'NAME_OFFICER' },
    ],
    [
      'no matter number',
      { grants: [aGrant({ matterNumber: 'required' })] },
      {},
      'access.matter_number_missing',
      { kind: 'NAME_MATTER_NUMBER', by: 'caller' },
    ],
    [
      'items beyond the grant',
      { grants: [granted] },
      { touchedItems: ['personName'] },
      'access.items_beyond_grant',
      { kind: 'NAME_ITEMS', with: ['certNo', 'idNumber', 'registeredOn'] },
    ],
    ['items nobody has', { grants: [granted] }, { items: ['colour'] }, 'access.items_unknown', { kind: 'NAME_ITEMS' }],
    [
      'a third party’s system',
      { grants: [granted] },
      { systemId: 'vendor-system' },
      'access.onward_transfer_needed',
      { kind: 'REQUEST_TRANSFER', with: ['mzt'] },
    ],
    [
      'a chain that is broken',
      { grants: [aGrant({ parentId: 'gone' })] },
      {},
      'access.transfer_chain_broken',
      { kind: 'ASK_PROVIDER', by: 'provider' },
    ],
    [
      'a system nobody knows',
      {},
      { systemId: 'x' },
      'access.caller_unknown',
      { kind: 'REGISTER_CALLER', by: 'department' },
    ],
    [
      'a body that is no department',
      { organisations: [anOrganisation({ kind: 'VENDOR' })] },
      {},
      'access.not_a_department',
      { kind: 'ACT_FOR_A_DEPARTMENT', by: 'department' },
    ],
    [
      'an admission suspended',
      { organisations: [anOrganisation({ admission: 'SUSPENDED' })] },
      {},
      'access.admission_suspended',
      { kind: 'ASK_AUTHORITY', by: 'authority' },
    ],
    [
      'an admission revoked',
      { organisations: [anOrganisation({ admission: 'REVOKED' })] },
      {},
      'access.admission_revoked',
      { kind: 'APPLY_FOR_ACCESS', by: 'department' },
    ],
    [
      'a pledge on a former text',
      { organisations: [anOrganisation({ pledgeValidUntil: '2026-03-01' })] },
      {},
      'access.pledge_outdated',
      { kind: 'SIGN_PLEDGE', by: 'department' },
    ],
    [
      'a system that is suspended',
      { systems: [aSystem({ status: 'SUSPENDED' })] },
      {},
      'access.system_inactive',
      { kind: 'REACTIVATE_SYSTEM', by: 'department' },
    ],
    ['an invented officer', {}, { officerId: 'x' }, 'access.officer_unknown', { kind: 'NAME_OFFICER', by: 'caller' }],
    [
      'a resource nobody knows',
      {},
      { resourceId: 'x' },
      'access.resource_unknown',
      { kind: 'LOOK_UP_CATALOGUE', by: 'caller' },
    ],
    [
      'a resource suspended',
      { resources: [aResource({ status: 'SUSPENDED' })] },
      {},
      'access.resource_suspended',
      { kind: 'ASK_PROVIDER', by: 'provider' },
    ],
    [
      'a resource delivered elsewhere',
      { resources: [aResource({ deliveryMode: 'NONE' })] },
      {},
      'access.delivery_elsewhere',
      { kind: 'ASK_PROVIDER', by: 'provider' },
    ],
    [
      'a transfer wider than its parent',
      {
        organisations: [anOrganisation({ id: 'zgt' })],
        grants: [aGrant({ holderId: 'zgt', items: ['certNo'] }), aGrant({ id: 'g2', parentId: 'g1' })],
      },
      {},
      'access.transfer_wider_than_parent',
      { kind: 'ASK_PROVIDER', by: 'provider' },
    ],
    [
      'a state that cannot be read',
      { grants: [{ ...granted, scopeOfKnowledge: undefined } as never] },
      {},
      'access.policy_unreadable',
      { kind: 'ASK_OPERATOR', by: 'operator' },
    ],
    [
      'items nobody has, of an unconditional resource',
      {},
      { resourceId: 'free', items: ['colour'] },
      'access.items_unknown',
      { with: ['certNo', 'idNumber', 'personName', 'registeredOn', 'regionCode'] },
    ],
    [
      'items nobody has, of one’s own',
      {},
      { departmentId: 'mzt', systemId: 'mzt-system', items: ['colour'] },
      'access.items_unknown',
      { with: ['certNo', 'idNumber', 'personName', 'registeredOn', 'regionCode'] },
    ],
    [
      'a filter on a masked item',
      { grants: [aGrant({ mask: { idNumber: 'full' } })] },
      { touchedItems: ['idNumber'] },
      'access.items_beyond_grant',
      { with: ['certNo', 'registeredOn'] },
    ],
    [
      'another purpose than those of grants in force, in order',
      { grants: [aGrant({ purposes: ['c.d', 'a.b'] }), aGrant({ id: 'g2', status: 'REVOKED', purposes: ['x.y'] })] },
      {},
      'access.purpose_beyond_grant',
      { with: ['a.b', 'c.d'] },
    ],
    [
      'somebody who left',
      { officers: [anOfficer({ status: 'DEPARTED' })] },
      { systemId: null, officerId: 'li' },
      'access.appointment_ended',
      { kind: 'RENEW_APPOINTMENT' },
    ],
  ];
  it.each(rows)('[R12.7] tells what would change a refusal: %s', (_row, world, use, code, change) => {
    const found = asked(world, use).reasons.find((reason) => reason.code === code);
    expect(found?.change).toMatchObject(change);
  });

  it.each<[string, Partial<World>, Partial<Use>, string]>([
    ['nothing would', { resources: [aResource({ sharingType: 'NOT_SHARED' })] }, {}, 'NOTHING'],
    [
      'no address was seen',
      { systems: [aSystem({ addresses: ['10.9.0.0/16'] })] },
      { address: null },
      'REGISTER_ADDRESS',
    ],
    ['nobody knows the department', {}, { departmentId: 'x', resourceId: 'free' }, 'NAME_PURPOSE'],
  ])('names no value that would do where %s', (_what, world, use, kind) => {
    const change = asked(world, use)
      .reasons.map((reason) => reason.change)
      .find((found) => found.kind === kind);
    expect(change).toBeDefined();
    expect(change).not.toHaveProperty('with');
  });

  it.each<[string, Partial<Use>]>([
    ['of a push, which rests on none', { action: 'push' }],
    ['for a resource nobody knows', { resourceId: 'x' }],
  ])('shows no grant %s', (_what, use) => {
    const grants = [granted, aGrant({ id: 'g2', resourceId: 'x' })];
    expect(asked({ grants }, use).grants).toEqual([]);
  });

  it('[R12.7] is believed: after the change it names the reason is gone', () => {
    const over = {
      grants: [
        aGrant({ matterNumber: 'required', scopeOfKnowledge: { units: ['社会救助科'], posts: [], officers: [] } }),
      ],
    };
    const use: Partial<Use> = { purpose: 'social-aid.review', items: ['personName'], action: 'batch' };
    const withOf = (code: string) => asked(over, use).reasons.find((reason) => reason.code === code)!.change.with!;
    const changed: Partial<Use> = {
      purpose: withOf('access.purpose_beyond_grant')[0]!,
      items: withOf('access.items_beyond_grant'),
      action: withOf('access.action_beyond_grant')[0] as Use['action'],
      matterNumber: '琼-1',
      officerId: 'li',
      officerAsserted: true,
    };
    expect(asked(over, use).decision.effect).toBe('deny');
    expect(asked(over, changed)).toMatchObject({ decision: { effect: 'permit' }, reasons: [] });
  });

  it('[R12.7] shows which grant fits, and in which dimensions each other one does not', () => {
    const far = aGrant({ id: 'g-far', purposes: ['social-aid.review'], items: ['certNo'] });
    const ended = aGrant({ id: 'g-ended', status: 'EXPIRED' });
    const { grants, decision } = asked({ grants: [ended, far, granted] });
    expect(decision).toMatchObject({ effect: 'permit', grantId: 'g1' });
    expect(
      grants.map(({ grantId, fits, failed }) => [grantId, fits, failed.map(({ dimension }) => dimension)]),
    ).toEqual([
      ['g1', true, []],
      ['g-far', false, ['purpose', 'items']],
      ['g-ended', false, ['status']],
    ]);
  });

  it('[R14.7] shows no grant of another department, nor of the department’s third party', () => {
    const others = [aGrant({ id: 'g-other', holderId: 'mzt' }), aGrant({ id: 'g-vendor', recipientOwnerId: 'vendor' })];
    expect(asked({ grants: others }).grants).toEqual([]);
  });

  it('explains what cannot be decided', () => {
    const stale = explain(policyOf(worldOf()), aUse(), now, 'stale');
    expect(stale.reasons.map(({ code, change }) => [code, change.kind])).toEqual([
      ['access.policy_stale', 'TRY_LATER'],
    ]);
    expect(stale.grants).toEqual([]);
  });

  it('knows a change for every code that a decision can give', () => {
    const sources = readdirSync(__dirname)
      .filter((name) => name.endsWith('.ts') && !/spec|explain|release/.test(name))
      .map((name) => readFileSync(`${__dirname}/${name}`, 'utf8'));
    const given = new Set(
      sources.flatMap((text) => [...text.matchAll(/'(access\.[a-z_]+)'/g)].map(([, code]) => code!)),
    );
    expect(given.size).toBeGreaterThan(30);
    expect([...given].filter((code) => !(EXPLAINED_CODES as string[]).includes(code))).toEqual([]);
  });

  it('[R14.6] tells an officer who acts in two bodies about the one that is asked for', () => {
    const both = anOfficer({ appointments: [anAppointment(), anAppointment({ organisationId: 'mzt' })] });
    const use = { systemId: null, officerId: 'li', departmentId: 'mzt' };
    expect(asked({ officers: [both] }, use).decision).toMatchObject({ effect: 'permit', basis: 'own' });
  });
});
