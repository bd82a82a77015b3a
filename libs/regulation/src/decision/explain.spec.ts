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
