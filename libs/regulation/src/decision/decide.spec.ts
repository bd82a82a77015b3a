import type { GrantState, OfficerState, ResourceState, Use } from '@qiongtong/contracts';
import {
  aGrant,
  anAppointment,
  anItem,
  anOfficer,
  anOrganisation,
  aResource,
  aStop,
  aSystem,
  aUse,
  aVendor,
} from '@qiongtong/testing';
import { answer, ask, now, policyOf, worldOf, type World } from '../../test/world';
import { decide } from './decide';

type Question = readonly [what: string, world: Partial<World>, use: Partial<Use>, expected: string | readonly string[]];
/** A row of the design's table as questions, held from both sides: something is permitted and something refused. */
const table = (questions: readonly Question[]) => {
  it('is held from both sides', () => {
    const permitted = questions.map(([, , , expected]) => typeof expected === 'string');
    expect([...new Set(permitted)].sort()).toEqual([false, true]);
  });
  it.each(questions)('%s', (_what, world, use, expected) => {
    expect(answer(ask(world, use))).toEqual(expected);
  });
};

const PAST = '2026-03-01T00:00:00+08:00';
const FUTURE = '2026-04-01T00:00:00+08:00';
const grants = (...given: readonly Partial<GrantState>[]) =>
  given.map((over, i) => aGrant({ id: `g${i + 1}`, ...over }));
const granted = { grants: grants({}) };
const free = { resourceId: 'free' };
const own: Partial<Use> = { departmentId: 'mzt', systemId: 'mzt-system', purpose: null };
const push: Partial<Use> = { ...own, action: 'push', items: null };
const byOfficer: Partial<Use> = { systemId: null, officerId: 'li' };
const byVendor: Partial<Use> = { systemId: 'vendor-system' };

describe('[R11.3] the using department is admitted', () => {
  const mzj = (over: Parameters<typeof anOrganisation>[0]) => ({ organisations: [anOrganisation(over)] });
  table([
    ['is permitted when everything is in order', {}, free, 'unconditional'],
    ['is refused when it was never admitted', mzj({ admission: 'NONE' }), free, ['not_admitted']],
    ['is refused when its admission is suspended', mzj({ admission: 'SUSPENDED' }), free, ['admission_suspended']],
    ['is refused when its admission is revoked', mzj({ admission: 'REVOKED' }), free, ['admission_revoked']],
    ['is refused without a pledge', mzj({ pledgeVersion: null }), free, ['pledge_missing']],
    [
      '[R11.2] is admitted by a pledge on a former text within the grace',
      mzj({ pledgeValidUntil: FUTURE }),
      free,
      'unconditional',
    ],
    ['[R11.2] is refused when that has ended', mzj({ pledgeValidUntil: PAST }), free, ['pledge_outdated']],
    [
      '[R11.2] is refused from the very instant of its end',
      mzj({ pledgeValidUntil: now.toISOString() }),
      free,
      ['pledge_outdated'],
    ],
    [
      '[R11.2] is admitted until the very last moment',
      mzj({ pledgeValidUntil: new Date(now.getTime() + 1).toISOString() }),
      free,
      'unconditional',
    ],
    ['[R11.2] is refused when the end cannot be read', mzj({ pledgeValidUntil: 'soon' }), free, ['pledge_outdated']],
    [
      '[R11.2] is refused once for a pledge that never was, whatever its end',
      mzj({ pledgeVersion: null, pledgeValidUntil: PAST }),
      free,
      ['pledge_missing'],
    ],
    [
      '[R11.2] is asked of a conditional use as well',
      { ...mzj({ pledgeValidUntil: PAST }), ...granted },
      {},
      ['pledge_outdated'],
    ],
    [
      '[R15.1] is refused without a responsible unit',
      mzj({ hasResponsibleUnit: false }),
      free,
      ['no_responsible_unit'],
    ],
    ['is refused when the body is suspended', mzj({ status: 'SUSPENDED' }), free, ['organisation_inactive']],
    ['is refused when the body was abolished', mzj({ status: 'ABOLISHED' }), free, ['organisation_inactive']],
    [
      'collects every reason, in a fixed order',
      mzj({ admission: 'NONE', pledgeVersion: null, hasResponsibleUnit: false }),
      { ...free, purpose: 'x.y' },
      ['not_admitted', 'pledge_missing', 'no_responsible_unit', 'purpose_not_registered'],
    ],
    ['is asked of a conditional use as well', { ...mzj({ admission: 'NONE' }), ...granted }, {}, ['not_admitted']],
    [
      '[R13.2] is refused to a body that is no department',
      { organisations: [anOrganisation({ kind: 'VENDOR' })] },
      free,
      ['not_a_department'],
    ],
    [
      'is said of a resource that nobody knows as well',
      mzj({ admission: 'NONE' }),
      { resourceId: 'none' },
      ['not_admitted', 'resource_unknown'],
    ],
    [
      'is refused when nobody knows the department',
      {},
      { ...free, ...byOfficer, departmentId: 'nobody' },
      ['caller_unknown', 'appointment_ended', 'purpose_not_registered'],
    ],
  ]);
});

describe('[R11.5] a department that may not use still provides', () => {
  const suspended = {
    organisations: [
      anOrganisation({
        id: 'mzt',
        admission: 'NONE',
        pledgeVersion: null,
        hasResponsibleUnit: false,
        status: 'SUSPENDED',
      }),
    ],
  };
  const barred = {
    organisations: [anOrganisation({ id: 'mzt', admission: 'SUSPENDED', pledgeValidUntil: PAST })],
  };
  table([
    ['pushes', suspended, push, 'push'],
    ['pushes while its admission is suspended and its pledge outdated', barred, push, 'push'],
    ['is read by others meanwhile', { ...barred, ...granted }, {}, 'grant'],
    [
      'uses nothing of others meanwhile',
      { ...barred, resources: [aResource({ id: 'free', sharingType: 'UNCONDITIONAL', providerId: 'zgt' })] },
      { ...own, ...free, purpose: 'social-aid.review' },
      ['admission_suspended', 'pledge_outdated'],
    ],
    ['reads its own', suspended, own, 'own'],
    ['is read by others', { ...suspended, ...granted }, {}, 'grant'],
    [
      'uses nothing of others',
      { ...suspended, resources: [aResource({ id: 'free', sharingType: 'UNCONDITIONAL', providerId: 'zgt' })] },
      { ...own, ...free, purpose: 'a.b' },
      ['organisation_inactive', 'not_admitted', 'pledge_missing', 'no_responsible_unit', 'purpose_not_registered'],
    ],
  ]);
});

describe('[R14.7] nothing stopped acts', () => {
  const stop = (over: Parameters<typeof aStop>[0]) => ({ ...granted, stops: [aStop(over)] });
  const bySession = { systemId: null, officerId: 'li', clientId: 'console', sessionId: 's1' };
  table([
    ['not a token', stop({ target: 'token', targetId: 'jti-1' }), {}, ['stopped']],
    ['not a session', stop({ target: 'session', targetId: 's1' }), bySession, ['stopped']],
    ['not a client', stop({ target: 'client' }), {}, ['stopped']],
    ['not people who came by a client', stop({ target: 'client', targetId: 'console' }), bySession, ['stopped']],
    ['but another session', stop({ target: 'session', targetId: 's2' }), bySession, 'grant'],
    ['but people who came by another client', stop({ target: 'client', targetId: 'portal' }), bySession, 'grant'],
    [
      'not a token of the department',
      stop({ target: 'token', targetId: 'jti-1', departmentId: 'mzj' }),
      {},
      ['stopped'],
    ],
    [
      'but a token of another than was meant',
      stop({ target: 'token', targetId: 'jti-1', departmentId: 'wjw' }),
      {},
      'grant',
    ],
    ['not a system', stop({}), {}, ['stopped']],
    ['not an officer', stop({ target: 'officer', targetId: 'li' }), { officerId: 'li' }, ['stopped']],
    ['not an organisation', stop({ target: 'organisation', targetId: 'mzj' }), {}, ['stopped']],
    ['not a grant', stop({ target: 'grant', targetId: 'g1' }), {}, ['stopped']],
    ['not a resource', stop({ target: 'resource', targetId: '203000-000001' }), {}, ['stopped']],
    ['not a pushing system', stop({ targetId: 'mzt-system' }), push, ['stopped']],
    ['until its end', stop({ until: FUTURE }), {}, ['stopped']],
    ['but again after its end', stop({ until: PAST }), {}, 'grant'],
    ['but again at the very instant of its end', stop({ until: '2026-03-02T10:00:00+08:00' }), {}, 'grant'],
    ['but again when it was lifted', stop({ status: 'LIFTED' }), {}, 'grant'],
    ['an end that cannot be read ends nothing', stop({ until: 'soon' }), {}, ['stopped']],
    ['and another is not hit', stop({ targetId: 'other-system' }), {}, 'grant'],
    ['nor an officer who is not named', stop({ target: 'officer', targetId: 'li' }), {}, 'grant'],
    ['nor a system by the stop of an officer', stop({ target: 'officer', targetId: 'mzj-system' }), {}, 'grant'],
    ['a provider under a stop is still read', stop({ target: 'organisation', targetId: 'mzt' }), {}, 'grant'],
  ]);

  it('says what is stopped', () => {
    expect(ask(stop({ target: 'token', targetId: 'jti-1' }))).toMatchObject({ reasons: [{ about: ['token:jti-1'] }] });
  });
});

describe('[R14.7] the system is itself, and acts for one department', () => {
  const system = (over: Parameters<typeof aSystem>[0]) => ({ ...granted, systems: [aSystem(over)] });
  table([
    ['is refused when nobody registered it', granted, { systemId: 'stranger' }, ['caller_unknown']],
    ['is refused when it acts for another department', system({ departmentId: 'mzt' }), {}, ['caller_unknown']],
    ['is refused when it is suspended', system({ status: 'SUSPENDED' }), {}, ['system_inactive']],
    ['is refused when it is retired', system({ status: 'RETIRED' }), {}, ['system_inactive']],
    ['is refused while its owner is not attested', system({ ownerAttested: false }), {}, ['owner_not_attested']],
    ['comes from its address', system({ addresses: ['10.1.0.0/16', '2001:db8::/32'] }), {}, 'grant'],
    ['comes from its IPv6 address', system({ addresses: ['2001:db8::/32'] }), { address: '2001:db8:0:1::7' }, 'grant'],
    ['comes from a mapped address', system({ addresses: ['10.1.2.3'] }), { address: '::ffff:10.1.2.3' }, 'grant'],
    ['is refused from elsewhere', system({ addresses: ['10.2.0.0/16'] }), {}, ['address_not_registered']],
    ['is refused from nowhere', system({ addresses: ['10.1.0.0/16'] }), { address: null }, ['address_not_registered']],
    ['is refused where the range is unreadable', system({ addresses: ['10.1/16'] }), {}, ['address_not_registered']],
    ['shows its certificate', system({ certificates: ['a', 'b'] }), { certificate: 'b' }, 'grant'],
    ['is refused with another', system({ certificates: ['a'] }), { certificate: 'c' }, ['address_not_registered']],
    ['is refused without', system({ certificates: ['a'] }), {}, ['address_not_registered']],
  ]);
});

describe('[R13.4] the officer is in office', () => {
  const li = (over: Parameters<typeof anAppointment>[0]) => ({
    ...granted,
    officers: [anOfficer({ appointments: [anAppointment(over)] })],
  });
  const deputy = (absent: Partial<OfficerState>) => ({
    ...li({ deputyFor: 'absent', until: FUTURE }),
    officers: [
      anOfficer({ appointments: [anAppointment({ deputyFor: 'absent', until: FUTURE })] }),
      anOfficer({ id: 'absent', ...absent }),
    ],
  });
  table([
    ['calls in person', granted, byOfficer, 'grant'],
    ['is named by the system', granted, { officerId: 'li', officerAsserted: true }, 'grant'],
    ['is refused when nobody is named at all', granted, { systemId: null }, ['caller_unknown']],
    ['is refused when unknown', granted, { systemId: null, officerId: 'wang' }, ['appointment_ended']],
    ['is refused when the system names a stranger', granted, { officerId: 'wang' }, ['officer_unknown']],
    ['is refused when the appointment has ended', li({ until: PAST }), byOfficer, ['appointment_ended']],
    ['is refused before the appointment begins', li({ from: FUTURE }), byOfficer, ['appointment_ended']],
    ['is refused for another department', li({ organisationId: 'mzt' }), byOfficer, ['appointment_ended']],
    ['[R15.1] is permitted to a deputy while the holder is in office', deputy({}), byOfficer, 'grant'],
    [
      '[R15.1] is refused to a deputy whose holder has left',
      deputy({ status: 'DEPARTED' }),
      byOfficer,
      ['appointment_ended'],
    ],
    ['[R15.1] is refused to the deputy of nobody', li({ deputyFor: 'nobody' }), byOfficer, ['appointment_ended']],
    [
      'is refused when departed',
      { ...granted, officers: [anOfficer({ status: 'DEPARTED' })] },
      byOfficer,
      ['appointment_ended'],
    ],
    ['begins at midnight in Hainan', li({ from: '2026-03-02' }), byOfficer, 'grant'],
    [
      'has another appointment in force beside the one that has ended',
      { ...granted, officers: [anOfficer({ appointments: [anAppointment({ until: PAST }), anAppointment()] })] },
      byOfficer,
      'grant',
    ],
  ]);
});

describe('[R3.2][R22.2] the resource is there to be used', () => {
  const resource = (over: Partial<ResourceState>) => ({ ...granted, resources: [aResource(over)] });
  table([
    ['is refused when nobody knows it', granted, { resourceId: 'none' }, ['resource_unknown']],
    ['is refused when withdrawn', resource({ status: 'WITHDRAWN' }), {}, ['resource_not_published']],
    ['is refused when suspended', resource({ status: 'SUSPENDED' }), {}, ['resource_suspended']],
    ['is refused when not shared', resource({ sharingType: 'NOT_SHARED' }), {}, ['not_shared']],
    [
      'is refused under a special regime',
      resource({ specialRegime: 'GEOGRAPHIC_INFORMATION', deliveryMode: 'REFERENCE_ONLY' }),
      {},
      ['special_regime'],
    ],
    ['is refused when nothing is delivered', resource({ deliveryMode: 'NONE' }), {}, ['delivery_elsewhere']],
    [
      'is refused when it is only referred to',
      resource({ deliveryMode: 'REFERENCE_ONLY' }),
      {},
      ['delivery_elsewhere'],
    ],
    [
      'is refused without a word about grants when it is not there',
      { resources: [aResource({ status: 'WITHDRAWN' })] },
      { items: ['salary'] },
      ['resource_not_published'],
    ],
    [
      'is refused for each thing that is wrong with it',
      resource({ status: 'SUSPENDED', sharingType: 'NOT_SHARED', specialRegime: 'PUBLIC_SECURITY_VIDEO' }),
      {},
      ['resource_suspended', 'not_shared', 'special_regime'],
    ],
    ['may come through the channel', resource({ deliveryMode: 'EXCHANGE_CHANNEL' }), {}, 'grant'],
    [
      'is refused to its provider as well',
      { resources: [aResource({ status: 'WITHDRAWN' })] },
      own,
      ['resource_not_published'],
    ],
  ]);
});

describe("the provider's own resource", () => {
  table([
    ['is read by its own system, without purpose or grant', {}, own, 'own'],
    ['is read without a duty where it is unconditional', {}, { ...own, ...free }, 'own'],
    [
      'is read without matter number and origin where others need both',
      { resources: [aResource({ matterNumberPerSubject: true, derivedFrom: ['none'] })] },
      own,
      'own',
    ],
    ['is refused for items that do not exist', {}, { ...own, items: ['salary'] }, ['items_unknown']],
    [
      'is no other resource, whatever a vendor-run system provides',
      { ...granted, systems: [aSystem({ id: 'vendor-system', ownerId: 'vendor', provides: ['203000-000001'] })] },
      byVendor,
      ['onward_transfer_needed'],
    ],
    ['is read by its officers', {}, { ...own, systemId: null, officerId: 'chen' }, 'own'],
    ['is refused to an officer out of office', {}, { ...own, systemId: null, officerId: 'li' }, ['appointment_ended']],
    [
      'is read by the vendor-run system that provides it',
      { systems: [aSystem({ id: 'mzt-system', ownerId: 'vendor', departmentId: 'mzt', provides: ['203000-000001'] })] },
      own,
      'own',
    ],
    [
      '[R13.2] is refused to another vendor-run system',
      { systems: [aSystem({ id: 'mzt-system', ownerId: 'vendor', departmentId: 'mzt' })] },
      own,
      ['onward_transfer_needed'],
    ],
    [
      '[R13.2] is read by that system under a transfer',
      {
        systems: [aSystem({ id: 'mzt-system', ownerId: 'vendor', departmentId: 'mzt' })],
        grants: grants({ holderId: 'mzt', recipientOwnerId: 'vendor' }),
      },
      { ...own, purpose: 'social-aid.eligibility' },
      'grant',
    ],
  ]);
});

it('[R14.7] a read of its own rests on the requirement that it is recorded like any other', () => {
  expect(ask({}, own)).toMatchObject({ basis: 'own', grantId: null, requirement: 'R14.7' });
});

describe('[R9.2] push', () => {
  table([
    ["is permitted to the provider's registered system", {}, push, 'push'],
    ['is permitted for some of the items', {}, { ...push, items: ['certNo'] }, 'push'],
    ['is refused for items that do not exist', {}, { ...push, items: ['salary'] }, ['items_unknown']],
    [
      'is refused to a system of another department that is registered for it',
      { systems: [aSystem({ provides: ['203000-000001'] })] },
      { ...push, departmentId: 'mzj', systemId: 'mzj-system' },
      ['not_provider'],
    ],
    [
      'is refused without a word about delivery where the resource is not there',
      { resources: [aResource({ status: 'WITHDRAWN', deliveryMode: 'EXCHANGE_CHANNEL' })] },
      push,
      ['resource_not_published'],
    ],
    [
      'is refused to a system not registered for it',
      { systems: [aSystem({ id: 'mzt-system', ownerId: 'mzt', departmentId: 'mzt' })] },
      push,
      ['not_provider'],
    ],
    ['is refused to an officer', {}, { ...push, systemId: null, officerId: 'chen' }, ['not_provider']],
    [
      'is refused to another department, even under a grant',
      { grants: grants({ actions: ['push'] }) },
      { ...push, departmentId: 'mzj', systemId: 'mzj-system' },
      ['not_provider'],
    ],
    [
      'is refused when the owner is not attested',
      {
        systems: [
          aSystem({
            id: 'mzt-system',
            ownerId: 'vendor',
            departmentId: 'mzt',
            provides: ['203000-000001'],
            ownerAttested: false,
          }),
        ],
      },
      push,
      ['owner_not_attested'],
    ],
    [
      'is refused where the platform hosts nothing',
      { resources: [aResource({ deliveryMode: 'EXCHANGE_CHANNEL' })] },
      push,
      ['delivery_elsewhere'],
    ],
    [
      'is refused on a withdrawn resource',
      { resources: [aResource({ status: 'WITHDRAWN' })] },
      push,
      ['resource_not_published'],
    ],
  ]);
});

describe('[R11.4] unconditional use', () => {
  table([
    ['is permitted at once for a registered duty', {}, free, 'unconditional'],
    ['[R12.2] is refused without purpose', {}, { ...free, purpose: null }, ['purpose_missing']],
    [
      '[R10.1] is refused for a purpose not registered',
      {},
      { ...free, purpose: 'tax.audit' },
      ['purpose_not_registered'],
    ],
    ['is refused for items that do not exist', {}, { ...free, items: ['certNo', 'salary'] }, ['items_unknown']],
    ['is refused for a filter on what does not exist', {}, { ...free, touchedItems: ['salary'] }, ['items_unknown']],
    [
      'needs a matter number where it is bound to one subject',
      { resources: [aResource({ id: 'free', sharingType: 'UNCONDITIONAL', matterNumberPerSubject: true })] },
      free,
      ['matter_number_missing'],
    ],
    [
      'is permitted with one there',
      { resources: [aResource({ id: 'free', sharingType: 'UNCONDITIONAL', matterNumberPerSubject: true })] },
      { ...free, matterNumber: '办2026-1' },
      'unconditional',
    ],
    ['is permitted for any registered purpose', {}, { ...free, purpose: 'social-aid.review' }, 'unconditional'],
    ['is permitted to filter on any item', {}, { ...free, touchedItems: ['regionCode'] }, 'unconditional'],
  ]);

  it('gives every item in the order of the entry when whatever is granted is asked for', () => {
    expect(ask({}, { ...free, items: null })).toEqual({
      effect: 'permit',
      basis: 'unconditional',
      requirement: 'R11.4',
      grantId: null,
      obligations: {
        items: ['certNo', 'idNumber', 'personName', 'registeredOn', 'regionCode'],
        rowFilter: null,
        mask: {},
        limits: {},
      },
    });
  });
});

describe('[R12.7] conditional use', () => {
  const scope = (over: Partial<GrantState['scopeOfKnowledge']>) => ({
    grants: grants({ scopeOfKnowledge: { units: [], posts: [], officers: [], ...over } }),
  });
  const grant = (over: Partial<GrantState>) => ({ grants: grants(over) });
  table([
    ['is refused without a grant', {}, {}, ['no_grant']],
    ['is permitted under one', granted, {}, 'grant'],
    ['is refused under the grant of another department', grant({ holderId: 'zgt' }), {}, ['no_grant']],
    ['is refused under a grant for another resource', grant({ resourceId: 'free' }), {}, ['no_grant']],
    ['is refused when it is revoked', grant({ status: 'REVOKED' }), { purpose: null }, ['grant_not_active']],
    ['is refused when it is suspended', grant({ status: 'SUSPENDED' }), {}, ['grant_not_active']],
    ['is refused when it has expired', grant({ status: 'EXPIRED' }), {}, ['grant_not_active']],
    [
      'is refused before its period',
      grant({ period: { from: FUTURE, until: '2027-01-01' } }),
      {},
      ['grant_outside_period'],
    ],
    [
      'is refused at the end of its period',
      grant({ period: { from: PAST, until: '2026-03-02T10:00:00+08:00' } }),
      {},
      ['grant_outside_period'],
    ],
    [
      'is permitted from the first instant of it',
      grant({ period: { from: '2026-03-02T02:00:00Z', until: FUTURE } }),
      {},
      'grant',
    ],
    [
      'is permitted in the last instant of it',
      grant({ period: { from: PAST, until: '2026-03-02T10:00:00.001+08:00' } }),
      {},
      'grant',
    ],
    ['is refused for another action', grant({ actions: ['verify'] }), {}, ['action_beyond_grant']],
    ['is permitted for each of its actions', grant({ actions: ['query', 'verify'] }), { action: 'verify' }, 'grant'],
    ['[R12.2] is refused without purpose', granted, { purpose: null }, ['purpose_missing']],
    ['is refused for another purpose', granted, { purpose: 'social-aid.review' }, ['purpose_beyond_grant']],
    ['[R13.1] is refused to a system not named', grant({ systems: ['other'] }), {}, ['system_beyond_grant']],
    ['[R13.1] is permitted to a named system', grant({ systems: ['mzj-system'] }), {}, 'grant'],
    ['[R13.1] is permitted to one of several', grant({ systems: ['other', 'mzj-system'] }), {}, 'grant'],
    [
      '[R13.1] is refused to an officer where systems are named',
      grant({ systems: ['mzj-system'] }),
      byOfficer,
      ['system_beyond_grant'],
    ],
    [
      '[R13.4] is refused without the matter number',
      grant({ matterNumber: 'required' }),
      {},
      ['matter_number_missing'],
    ],
    [
      '[R13.4] is refused with an empty one',
      grant({ matterNumber: 'required' }),
      { matterNumber: '  ' },
      ['matter_number_missing'],
    ],
    ['[R13.4] is permitted with one', grant({ matterNumber: 'required' }), { matterNumber: '办2026-1' }, 'grant'],
    ['[R12.2] is refused where somebody must be named', scope({ units: ['社会救助科'] }), {}, ['officer_missing']],
    [
      '[R12.2] is permitted inside the scope',
      scope({ units: ['社会救助科'], posts: ['科员'], officers: ['li'] }),
      { officerId: 'li' },
      'grant',
    ],
    ['[R12.2] is permitted to the unit', scope({ units: ['社会救助科'] }), { officerId: 'li' }, 'grant'],
    ['[R12.2] is permitted to the post', scope({ posts: ['科员'] }), { officerId: 'li' }, 'grant'],
    ['[R12.2] is permitted to the person', scope({ officers: ['li'] }), { officerId: 'li' }, 'grant'],
    [
      '[R12.2] is refused to a person nobody knows',
      scope({ officers: ['wang'] }),
      { officerId: 'wang' },
      ['officer_unknown', 'officer_beyond_scope'],
    ],
    [
      '[R12.2] is refused to another unit',
      scope({ units: ['婚姻登记处'] }),
      { officerId: 'li' },
      ['officer_beyond_scope'],
    ],
    ['[R12.2] is refused to another post', scope({ posts: ['科长'] }), { officerId: 'li' }, ['officer_beyond_scope']],
    [
      '[R12.2] is refused to another person',
      scope({ officers: ['wang'] }),
      { officerId: 'li' },
      ['officer_beyond_scope'],
    ],
    ['is refused for items beyond it', granted, { items: ['certNo', 'personName'] }, ['items_beyond_grant']],
    ['is refused for a filter beyond it', granted, { touchedItems: ['regionCode'] }, ['items_beyond_grant']],
    ['is permitted for a filter inside it', granted, { touchedItems: ['idNumber'] }, 'grant'],
    ['is refused for a filter on what does not exist', granted, { touchedItems: ['salary'] }, ['items_unknown']],
    ['is permitted where no item is asked for', grant({ items: ['gone'] }), { items: [] }, 'grant'],
    [
      'is refused for a filter on a masked item',
      grant({ mask: { idNumber: 'idNumber' } }),
      { touchedItems: ['idNumber'] },
      ['items_beyond_grant'],
    ],
    ['returns a masked item', grant({ mask: { idNumber: 'idNumber' } }), { items: ['idNumber'] }, 'grant'],
    [
      'tells unknown items from items beyond it',
      granted,
      { items: ['salary', 'personName'] },
      ['items_unknown', 'items_beyond_grant'],
    ],
    [
      'is refused when nothing of it is left in the entry',
      grant({ items: ['gone'] }),
      { items: null },
      ['items_beyond_grant'],
    ],
  ]);

  it('is not in two appointments at once: unit of the one and post of the other are not enough', () => {
    const officers = [
      anOfficer({ appointments: [anAppointment({ post: '科长' }), anAppointment({ unit: '婚姻登记处' })] }),
    ];
    const world = { ...scope({ units: ['婚姻登记处'], posts: ['科长'] }), officers };
    expect(answer(ask(world, { officerId: 'li' }))).toEqual(['officer_beyond_scope']);
  });

  it.each([
    ['has ended', anAppointment({ unit: '婚姻登记处', until: PAST })],
    ['is in another department', anAppointment({ unit: '婚姻登记处', organisationId: 'mzt' })],
  ])('is not in the scope by an appointment that %s', (_what, other) => {
    const world = {
      ...scope({ units: ['婚姻登记处'] }),
      officers: [anOfficer({ appointments: [anAppointment(), other] })],
    };
    expect(answer(ask(world, { officerId: 'li' }))).toEqual(['officer_beyond_scope']);
  });

  it('is in the scope by one appointment of several', () => {
    const officers = [anOfficer({ appointments: [anAppointment(), anAppointment({ unit: '婚姻登记处' })] })];
    expect(answer(ask({ ...scope({ units: ['婚姻登记处'] }), officers }, { officerId: 'li' }))).toBe('grant');
  });

  it('names the items that are beyond', () => {
    expect(ask(granted, { items: ['personName', 'certNo'], touchedItems: ['regionCode', 'personName'] })).toMatchObject(
      {
        reasons: [{ code: 'access.items_beyond_grant', requirement: 'R12.7', about: ['personName', 'regionCode'] }],
      },
    );
  });

  it('passes on what must be enforced', () => {
    const rowFilter = { item: 'regionCode', op: 'eq', value: '460100' } as const;
    const world = grant({ rowFilter, mask: { idNumber: 'idNumber' }, limits: { rowsPerRequest: 50 } });
    expect(ask(world, { items: ['registeredOn', 'certNo', 'certNo'] })).toEqual({
      effect: 'permit',
      basis: 'grant',
      grantId: 'g1',
      requirement: 'R12.7',
      obligations: {
        items: ['certNo', 'registeredOn'],
        rowFilter,
        mask: { idNumber: 'idNumber' },
        limits: { rowsPerRequest: 50 },
      },
    });
  });

  it('gives whatever is granted when that is asked for', () => {
    expect(ask(granted, { items: null })).toMatchObject({
      obligations: { items: ['certNo', 'idNumber', 'registeredOn'] },
    });
  });

  it.each([
    ['most items', [{ items: ['certNo'] }, {}], null, 'g2'],
    ['fewest masks', [{ mask: { certNo: 'full' } }, {}], null, 'g2'],
    ['every row', [{ rowFilter: { item: 'certNo', op: 'isNull', value: false } }, {}], null, 'g2'],
    ['the lower id, all else being equal', [{}, {}], null, 'g1'],
    [
      'the lower id, both having a row filter',
      [{ rowFilter: { item: 'certNo', op: 'isNull' } }, { rowFilter: { item: 'certNo', op: 'isNull', value: false } }],
      null,
      'g1',
    ],
    [
      'one item more, though it is masked',
      [{ items: ['certNo', 'idNumber'] }, { mask: { certNo: 'full' } }],
      null,
      'g2',
    ],
    ['one mask less', [{ mask: { certNo: 'full', idNumber: 'full' } }, { mask: { certNo: 'full' } }], null, 'g2'],
    ['what is asked', [{}, { items: ['certNo', 'personName'] }], ['personName'], 'g2'],
  ] as const)('rests on the grant that gives %s', (_what, given, items, grantId) => {
    for (const order of [grants(...given), grants(...given).reverse()])
      expect(ask({ grants: order }, { items })).toMatchObject({ effect: 'permit', grantId });
  });

  it('gives the items asked for in the order of the entry', () => {
    expect(ask(granted, { items: ['registeredOn', 'certNo'] })).toMatchObject({
      obligations: { items: ['certNo', 'registeredOn'] },
    });
  });

  const revoked: Partial<GrantState> = { status: 'REVOKED' };
  const lacksTwo: Partial<GrantState> = { purposes: ['a.b'], systems: ['x'] };
  const lacksOne: Partial<GrantState> = { systems: ['x'] };
  it.each<[string, readonly Partial<GrantState>[], readonly string[]]>([
    ['the one that lacks least', [revoked, lacksTwo, lacksOne], ['system_beyond_grant']],
    ['the one that lacks least, wherever it comes', [lacksOne, lacksTwo, revoked], ['system_beyond_grant']],
    ['one that stands before one that has ended', [lacksTwo, revoked], ['purpose_beyond_grant', 'system_beyond_grant']],
    ['one that stands after one that has ended', [revoked, lacksTwo], ['purpose_beyond_grant', 'system_beyond_grant']],
    ['the lower id, all else being equal', [lacksOne, { purposes: ['a.b'] }], ['system_beyond_grant']],
    ['one for the action, though it has ended', [revoked, { actions: ['verify'] }], ['grant_not_active']],
    ["never a third party's", [{ recipientOwnerId: 'vendor', actions: ['verify'] }], ['no_grant']],
  ])('gives the reasons of one grant alone: %s', (_what, given, expected) => {
    expect(answer(ask({ grants: grants(...given) }))).toEqual(expected);
  });
});

describe('[R13.2] onward transfer', () => {
  const transfer = (over: Partial<GrantState> = {}) =>
    aGrant({ id: 't1', parentId: 'g1', recipientOwnerId: 'vendor', ...over });
  const chain = (parent: Partial<GrantState>, child: Partial<GrantState> = {}) => ({
    grants: [aGrant(parent), transfer(child)],
  });
  table([
    ["is needed by a vendor's system, grant or not", granted, byVendor, ['onward_transfer_needed']],
    ['is needed for an unconditional resource too', {}, { ...byVendor, ...free }, ['onward_transfer_needed']],
    ['permits the vendor', chain({}), byVendor, 'grant'],
    [
      'permits the vendor an unconditional resource',
      { grants: [transfer({ parentId: null, resourceId: 'free' })] },
      { ...byVendor, ...free },
      'grant',
    ],
    ['permits another vendor nothing', chain({}, { recipientOwnerId: 'rival' }), byVendor, ['onward_transfer_needed']],
    [
      "does not lend the vendor's rights to the department",
      chain({ status: 'REVOKED' }, { items: ['certNo'] }),
      {},
      ['grant_not_active'],
    ],
    ['falls with the grant it comes from', chain({ status: 'REVOKED' }), byVendor, ['transfer_chain_broken']],
    ['rests while that is suspended', chain({ status: 'SUSPENDED' }), byVendor, ['transfer_chain_broken']],
    [
      'ends with its period',
      chain({ period: { from: '2026-01-01', until: PAST } }),
      byVendor,
      ['transfer_chain_broken'],
    ],
    ['falls when that is gone', { grants: [transfer()] }, byVendor, ['transfer_chain_broken']],
    [
      'falls when that is stopped',
      { ...chain({}), stops: [aStop({ target: 'grant', targetId: 'g1' })] },
      byVendor,
      ['transfer_chain_broken'],
    ],
    ['falls when that is narrowed', chain({ items: ['certNo'] }), byVendor, ['transfer_wider_than_parent']],
    [
      'gives no more than that gave',
      chain({}, { items: ['personName'] }),
      byVendor,
      ['transfer_wider_than_parent', 'items_beyond_grant'],
    ],
    ['is revoked by itself', chain({}, { status: 'REVOKED' }), byVendor, ['grant_not_active']],
    [
      "ends when the vendor's owner is stopped",
      { ...chain({}), stops: [aStop({ target: 'organisation', targetId: 'vendor' })] },
      byVendor,
      ['stopped'],
    ],
    [
      'ends when the vendor is no longer active',
      { ...chain({}), organisations: [aVendor({ status: 'SUSPENDED' })] },
      byVendor,
      ['organisation_inactive'],
    ],
    [
      'does nothing for a vendor the authority has not attested',
      { ...chain({}), systems: [aSystem({ id: 'vendor-system', ownerId: 'vendor', ownerAttested: false })] },
      byVendor,
      ['owner_not_attested'],
    ],
    [
      'needs the department to be admitted',
      { ...chain({}), organisations: [anOrganisation({ admission: 'NONE' })] },
      byVendor,
      ['not_admitted'],
    ],
    [
      "does not replace a department's grant",
      { grants: [transfer({ parentId: null })] },
      byVendor,
      ['transfer_chain_broken'],
    ],
    [
      'is passed on no further by a third party',
      {
        grants: [aGrant(), transfer(), transfer({ id: 't2', parentId: 't1', recipientOwnerId: 'rival' })],
        systems: [aSystem({ id: 'vendor-system', ownerId: 'rival' })],
        organisations: [aVendor({ id: 'rival' })],
      },
      byVendor,
      ['transfer_wider_than_parent'],
    ],
    [
      'that goes in a circle is none',
      {
        grants: [
          transfer({ parentId: 't2', recipientOwnerId: null }),
          transfer({ id: 't2', parentId: 't1', recipientOwnerId: null }),
        ],
      },
      {},
      ['transfer_chain_broken'],
    ],
    [
      'from another department is used like a grant',
      {
        grants: [aGrant({ holderId: 'zgt' }), transfer({ recipientOwnerId: null })],
        organisations: [anOrganisation({ id: 'zgt' })],
      },
      {},
      'grant',
    ],
    [
      '[R11.2] stands while that department is within the grace of a new text',
      {
        grants: [aGrant({ holderId: 'zgt' }), transfer({ recipientOwnerId: null })],
        organisations: [anOrganisation({ id: 'zgt', pledgeValidUntil: FUTURE })],
      },
      {},
      'grant',
    ],
    [
      'from a department that may not use is none',
      {
        grants: [aGrant({ holderId: 'zgt' }), transfer({ recipientOwnerId: null })],
        organisations: [anOrganisation({ id: 'zgt', admission: 'SUSPENDED' })],
      },
      {},
      ['transfer_chain_broken'],
    ],
    [
      '[R11.2] falls when the pledge of that department is outdated',
      {
        grants: [aGrant({ holderId: 'zgt' }), transfer({ recipientOwnerId: null })],
        organisations: [anOrganisation({ id: 'zgt', pledgeValidUntil: PAST })],
      },
      {},
      ['transfer_chain_broken'],
    ],
  ]);

  it.each<[string, Parameters<typeof anOrganisation>[0], string | readonly string[]]>([
    ['may use', {}, 'grant'],
    ['is suspended', { status: 'SUSPENDED' }, ['transfer_chain_broken']],
    ['was never admitted', { admission: 'NONE' }, ['transfer_chain_broken']],
    ['has no pledge', { pledgeVersion: null }, ['transfer_chain_broken']],
    ['has no responsible unit', { hasResponsibleUnit: false }, ['transfer_chain_broken']],
  ])('from a department that %s', (_what, over, expected) => {
    const organisations = [anOrganisation({ id: 'zgt', ...over })];
    expect(answer(ask({ ...chain({ holderId: 'zgt' }, { recipientOwnerId: null }), organisations }))).toEqual(expected);
  });

  it('from a department under a stop, or that nobody knows, is none', () => {
    const world = chain({ holderId: 'zgt' }, { recipientOwnerId: null });
    expect(answer(ask(world))).toEqual(['transfer_chain_broken']);
    const organisations = [anOrganisation({ id: 'zgt' })];
    const stops = [aStop({ target: 'organisation', targetId: 'zgt' })];
    expect(answer(ask({ ...world, organisations, stops }))).toEqual(['transfer_chain_broken']);
  });

  it('is followed up to eight grants above it, and no further', () => {
    const under = (above: number) => ({
      organisations: [anOrganisation({ id: 'zgt' })],
      grants: Array.from({ length: above + 1 }, (_, i) =>
        aGrant({ id: `g${i}`, parentId: i === 0 ? null : `g${i - 1}`, holderId: i === above ? 'mzj' : 'zgt' }),
      ),
    });
    expect(answer(ask(under(8)))).toBe('grant');
    expect(answer(ask(under(9)))).toEqual(['transfer_chain_broken']);
  });

  it('is the ground of a use, with the requirement of transfers', () => {
    expect(ask(chain({}), byVendor)).toMatchObject({ grantId: 't1', requirement: 'R13.2' });
    expect(ask({ grants: [transfer({ parentId: null, resourceId: 'free' })] }, { ...byVendor, ...free })).toMatchObject(
      {
        requirement: 'R13.2',
      },
    );
    const between = {
      ...chain({ holderId: 'zgt' }, { recipientOwnerId: null }),
      organisations: [anOrganisation({ id: 'zgt' })],
    };
    expect(ask(between)).toMatchObject({ grantId: 't1', requirement: 'R13.2' });
  });

  it('says where the transfer is too wide', () => {
    expect(ask(chain({ items: ['certNo', 'idNumber'], purposes: [] }), byVendor)).toMatchObject({
      reasons: [{ code: 'access.transfer_wider_than_parent', about: ['items', 'purposes'] }],
    });
  });
});

describe('[R13.6] what was derived keeps its strings', () => {
  const derived = aResource({ id: 'derived', providerId: 'zgt', derivedFrom: ['203000-000001'] });
  const world = (...given: readonly Partial<GrantState>[]) => ({
    resources: [derived],
    grants: [aGrant({ id: 'd1', resourceId: 'derived', providerId: 'zgt' }), ...grants(...given)],
  });
  const use = { resourceId: 'derived' };
  table([
    ['is refused to whom the origin was not given', world(), use, ['onward_transfer_needed']],
    ['is permitted to whom it was', world({}), use, 'grant'],
    ['is refused when that has ended', world({ status: 'REVOKED' }), use, ['onward_transfer_needed']],
    ['is refused for items the origin did not give', world({ items: ['certNo'] }), use, ['onward_transfer_needed']],
    ['is refused when the origin is masked', world({ mask: { idNumber: 'full' } }), use, ['onward_transfer_needed']],
    [
      'is refused when only some rows were given',
      world({ rowFilter: { item: 'certNo', op: 'isNull' } }),
      use,
      ['onward_transfer_needed'],
    ],
    [
      'is refused when the origin is unknown',
      { ...world({}), resources: [aResource({ ...derived, derivedFrom: ['none'] })] },
      use,
      ['onward_transfer_needed'],
    ],
    [
      'is permitted to the provider of the origin',
      { resources: [derived], grants: [aGrant({ id: 'd1', holderId: 'mzt', resourceId: 'derived' })] },
      { ...use, departmentId: 'mzt', systemId: 'mzt-system' },
      'grant',
    ],
    [
      'goes back to the first origin',
      {
        ...world({}),
        resources: [
          aResource({ ...derived, derivedFrom: ['between'] }),
          aResource({ id: 'between', derivedFrom: ['203000-000001'] }),
        ],
      },
      use,
      ['onward_transfer_needed'],
    ],
    [
      'goes in no circle',
      { ...world({}), resources: [derived, aResource({ derivedFrom: ['derived'] })] },
      use,
      'grant',
    ],
  ]);
});

describe('[R13.6] what was derived from several origins', () => {
  const derived = aResource({ id: 'derived', providerId: 'zgt', derivedFrom: ['a', 'b'] });
  const use = { resourceId: 'derived' };
  const under = (...ids: readonly string[]) =>
    ids.map((resourceId) => aGrant({ id: `g-${resourceId}`, resourceId, providerId: 'mzt' }));
  const origin = (id: string, over: Partial<ResourceState> = {}) => aResource({ id, ...over });
  const needed = (world: Partial<World>, asked: Partial<Use> = {}) => {
    const decision = ask(world, { ...use, ...asked });
    return decision.effect === 'deny' ? decision.reasons[0]?.about : decision.effect;
  };

  it('names each that was not given, once and in order', () => {
    const resources = [derived, origin('a', { derivedFrom: ['c'] }), origin('b', { derivedFrom: ['c'] }), origin('c')];
    expect(needed({ resources, grants: under('derived') })).toEqual(['a', 'b', 'c']);
    expect(needed({ resources, grants: under('derived', 'b') })).toEqual(['a', 'c']);
    expect(needed({ resources, grants: under('derived', 'a', 'b') })).toEqual(['c']);
    expect(needed({ resources, grants: under('derived', 'a', 'b', 'c') })).toBe('permit');
  });

  it('does not turn back to itself', () => {
    const resources = [derived, origin('a', { derivedFrom: ['derived'] }), origin('b')];
    const filtered = under('derived').map((grant) => ({ ...grant, mask: { certNo: 'full' } as const }));
    expect(needed({ resources, grants: [...filtered, ...under('a', 'b')] })).toBe('permit');
  });

  it('ends where its origins go in a circle', () => {
    const resources = [derived, origin('a', { derivedFrom: ['b'] }), origin('b', { derivedFrom: ['a'] })];
    expect(needed({ resources, grants: under('derived', 'a', 'b') })).toBe('permit');
  });

  it('is refused when an origin is no longer there, though it was given', () => {
    const world = (over: Partial<ResourceState>) => ({
      resources: [derived, origin('a', over), origin('b')],
      grants: under('derived', 'a', 'b'),
    });
    expect(needed(world({}))).toBe('permit');
    expect(needed(world({ status: 'WITHDRAWN' }))).toEqual(['a']);
  });

  it('is refused for whatever is granted when the origin gave less of it', () => {
    const world = (items: readonly string[]) => ({
      resources: [derived, origin('a'), origin('b')],
      grants: [...under('derived', 'b'), aGrant({ id: 'g-a', resourceId: 'a', items })],
    });
    const every = derived.items.map(({ code }) => code);
    const both = (items: readonly string[]) => ({
      ...world(items),
      grants: world(every).grants.map((grant) => ({ ...grant, items: grant.resourceId === 'a' ? items : every })),
    });
    expect(needed(both(every), { items: null })).toBe('permit');
    expect(needed(both(['certNo']), { items: null })).toEqual(['a']);
  });

  it("is given to the provider of an origin, but not to a third party's system that acts for it", () => {
    const resources = [derived, origin('a'), origin('b')];
    const held = (recipientOwnerId: string | null) => [
      aGrant({ id: 'd1', resourceId: 'derived', holderId: 'mzt', recipientOwnerId: null }),
      aGrant({ id: 'd2', resourceId: 'derived', holderId: 'mzt', parentId: 'd1', recipientOwnerId }),
    ];
    const systems = (ownerId: string) => [aSystem({ id: 'mzt-system', ownerId, departmentId: 'mzt' })];
    const asked = { departmentId: 'mzt', systemId: 'mzt-system' };
    expect(needed({ resources, grants: held(null), systems: systems('mzt') }, asked)).toBe('permit');
    expect(needed({ resources, grants: held('vendor'), systems: systems('vendor') }, asked)).toEqual(['a', 'b']);
  });

  it('is not decided on beyond 63 origins, whoever was given them', () => {
    const world = (count: number) => {
      const ids = Array.from({ length: count }, (_, i) => `o${i}`);
      return {
        resources: [aResource({ ...derived, derivedFrom: ids }), ...ids.map((id) => origin(id))],
        grants: under('derived', ...ids),
      };
    };
    expect(needed(world(63))).toBe('permit');
    expect(answer(ask(world(64), use))).toEqual(['onward_transfer_needed']);
  });
});

describe('a reason', () => {
  const why = (world: Partial<World>, use: Partial<Use> = {}) => {
    const decision = ask(world, use);
    return decision.effect === 'deny' ? decision.reasons : decision.effect;
  };
  const unadmitted = {
    admission: 'NONE',
    pledgeVersion: null,
    hasResponsibleUnit: false,
    status: 'SUSPENDED',
  } as const;
  const resource = (over: Partial<ResourceState>) => ({ resources: [aResource(over)] });
  const withGrant = (over: Partial<GrantState>) => ({ grants: grants(over) });
  const R = '203000-000001';

  it.each<[string, Partial<World>, Partial<Use>, readonly (readonly string[])[]]>([
    [
      'the department nobody knows',
      {},
      { departmentId: 'x', ...byOfficer },
      [
        ['caller_unknown', 'x'],
        ['appointment_ended', 'li'],
        ['no_grant', R],
      ],
    ],
    ['the system nobody knows', granted, { systemId: 'x' }, [['caller_unknown', 'x']]],
    ['nobody, where nobody calls', granted, { systemId: null }, [['caller_unknown']]],
    [
      'what the body lacks',
      { organisations: [anOrganisation(unadmitted)] },
      free,
      [
        ['organisation_inactive', 'mzj'],
        ['not_admitted', 'mzj'],
        ['pledge_missing', 'mzj'],
        ['no_responsible_unit', 'mzj'],
      ],
    ],
    [
      'whose admission is suspended',
      { organisations: [anOrganisation({ admission: 'SUSPENDED' })] },
      free,
      [['admission_suspended', 'mzj']],
    ],
    [
      'the body that is gone',
      { organisations: [anOrganisation({ status: 'ABOLISHED' })] },
      free,
      [['organisation_inactive', 'mzj']],
    ],
    [
      'the body that is no department',
      { organisations: [anOrganisation({ kind: 'VENDOR' })] },
      free,
      [['not_a_department', 'mzj']],
    ],
    [
      'the system and its owner',
      { ...granted, systems: [aSystem({ status: 'SUSPENDED', ownerAttested: false })] },
      {},
      [
        ['system_inactive', 'mzj-system'],
        ['owner_not_attested', 'mzj'],
      ],
    ],
    [
      'the third party that is not active',
      { organisations: [aVendor({ status: 'SUSPENDED' })] },
      { ...byVendor, ...free },
      [
        ['organisation_inactive', 'vendor'],
        ['onward_transfer_needed', 'free'],
      ],
    ],
    [
      'address and certificate',
      { ...granted, systems: [aSystem({ addresses: ['10.9.0.0/16'], certificates: ['a'] })] },
      {},
      [['address_not_registered', 'address', 'certificate']],
    ],
    ['the officer', granted, { officerId: 'wang' }, [['officer_unknown', 'wang']]],
    [
      'every stop',
      { ...granted, stops: [aStop({}), aStop({ id: 's2', target: 'resource', targetId: R })] },
      {},
      [
        ['stopped', 'system:mzj-system'],
        ['stopped', `resource:${R}`],
      ],
    ],
    [
      'the stopped grant',
      { ...granted, stops: [aStop({ target: 'grant', targetId: 'g1' })] },
      {},
      [['stopped', 'grant:g1']],
    ],
    ['the resource nobody knows', {}, { resourceId: 'x' }, [['resource_unknown', 'x']]],
    ['the suspended resource', resource({ status: 'SUSPENDED' }), {}, [['resource_suspended', R]]],
    ['the withdrawn resource', resource({ status: 'WITHDRAWN' }), {}, [['resource_not_published', R]]],
    ['the resource not shared', resource({ sharingType: 'NOT_SHARED' }), {}, [['not_shared', R]]],
    ['the special regime', resource({ specialRegime: 'PUBLIC_SECURITY_VIDEO' }), {}, [['special_regime', R]]],
    ['what is delivered elsewhere', resource({ deliveryMode: 'NONE' }), {}, [['delivery_elsewhere', R]]],
    ['what is pushed elsewhere', resource({ deliveryMode: 'EXCHANGE_CHANNEL' }), push, [['delivery_elsewhere', R]]],
    ['what it does not provide', {}, { action: 'push' }, [['not_provider', R]]],
    [
      'the items nobody knows, each once',
      granted,
      { items: ['x', 'certNo', 'y'], touchedItems: ['x'] },
      [['items_unknown', 'x', 'y']],
    ],
    ['the purpose not registered', {}, { ...free, purpose: 'a.b' }, [['purpose_not_registered', 'a.b']]],
    ['no purpose', granted, { purpose: null }, [['purpose_missing']]],
    ['the resource without grant', {}, {}, [['no_grant', R]]],
    ['the resource without transfer', granted, byVendor, [['onward_transfer_needed', R]]],
    ['the grant that has ended', withGrant({ status: 'EXPIRED' }), {}, [['grant_not_active', 'g1']]],
    [
      'the grant outside its period',
      withGrant({ period: { from: FUTURE, until: '2027-01-01' } }),
      {},
      [['grant_outside_period', 'g1']],
    ],
    [
      'action and purpose',
      withGrant({ actions: ['batch'], purposes: ['a.b'] }),
      {},
      [
        ['action_beyond_grant', 'query'],
        ['purpose_beyond_grant', 'social-aid.eligibility'],
      ],
    ],
    ['the system beyond', withGrant({ systems: ['x'] }), {}, [['system_beyond_grant', 'mzj-system']]],
    ['no system', withGrant({ systems: ['x'] }), byOfficer, [['system_beyond_grant']]],
    [
      'the officer beyond',
      withGrant({ scopeOfKnowledge: { units: ['x'], posts: [], officers: [] } }),
      { officerId: 'li' },
      [['officer_beyond_scope', 'li']],
    ],
    [
      'nobody named',
      withGrant({ scopeOfKnowledge: { units: ['x'], posts: [], officers: [] } }),
      {},
      [['officer_missing']],
    ],
    [
      'every item, where nothing is left',
      withGrant({ items: ['gone'] }),
      { items: null },
      [['items_beyond_grant', 'certNo', 'idNumber', 'personName', 'registeredOn', 'regionCode']],
    ],
    ['the parent that is gone', withGrant({ parentId: 'x' }), {}, [['transfer_chain_broken', 'x']]],
    [
      'the transfer without parent',
      withGrant({ recipientOwnerId: 'vendor' }),
      byVendor,
      [['transfer_chain_broken', 'g1']],
    ],
  ])('names %s', (_what, world, use, expected) => {
    const reasons = expected.map(([code, ...about]) => ({
      code: `access.${code}`,
      requirement: expect.stringMatching(/^R\d+\.\d+$/) as unknown,
      ...(about.length > 0 ? { about } : {}),
    }));
    expect(why(world, use)).toStrictEqual(reasons);
  });
});

describe('a decision', () => {
  it.each(['stale', 'future'] as const)('is none on a projection that is %s', (freshness) => {
    expect(ask(granted, {}, freshness)).toEqual({
      effect: 'indeterminate',
      reasons: [{ code: 'access.policy_stale', requirement: 'R14.7', about: [freshness] }],
    });
  });

  it('is none on a state that cannot be read', () => {
    const broken = { ...aGrant(), scopeOfKnowledge: undefined } as unknown as GrantState;
    expect(ask({ grants: [broken] })).toMatchObject({
      effect: 'indeterminate',
      reasons: [{ code: 'access.policy_unreadable' }],
    });
  });

  it('is a denial at a time that is none', () => {
    expect(decide(policyOf(worldOf(granted)), aUse(), new Date(NaN))).toMatchObject({ effect: 'deny' });
  });

  it('does not take what every object has for an item, a mask or a grant', () => {
    const items = [anItem({ code: 'constructor' }), anItem({ code: 'toString' })];
    const world = { resources: [aResource({ items })], grants: grants({ items: ['constructor'] }) };
    expect(ask(world, { items: ['constructor'], touchedItems: ['constructor'] })).toMatchObject({ effect: 'permit' });
    expect(answer(ask(world, { items: ['toString'] }))).toEqual(['items_beyond_grant']);
    expect(answer(ask(world, { items: ['__proto__'] }))).toEqual(['items_unknown']);
    expect(answer(ask(world, { resourceId: '__proto__' }))).toEqual(['resource_unknown']);
  });

  it('says each reason once', () => {
    const world = {
      resources: [aResource({ matterNumberPerSubject: true })],
      grants: grants({ matterNumber: 'required' }),
    };
    expect(answer(ask(world))).toEqual(['matter_number_missing']);
  });
});
