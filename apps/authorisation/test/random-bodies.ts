import type { Action, ResourceState } from '@qiongtong/contracts';
import { aResource, anItem } from '@qiongtong/testing';
import type { Agreement } from '../src/agreements/domain/agreement';
import type { SharingApplication } from '../src/applications/domain/sharing-application';
import type { ConsentCase } from '../src/consents/domain/consent-case';
import { issue, type Grant } from '../src/grants/domain/grant';
import type { MisuseAlert } from '../src/misuse/domain/misuse-alert';
import type { Officer } from '../src/officers/domain/officer';
import type { Organisation } from '../src/organisations/domain/organisation';
import type { Succession } from '@qiongtong/regulation';
import type { World } from '../src/organisation-changes/outcomes';
import type { Permit } from '../src/publications/domain/permit';
import type { PublicationRequest } from '../src/publications/domain/publication-request';
import type { Stop } from '../src/stops/domain/stop';
import type { System } from '../src/systems/domain/system';
import type { OnwardTransfer } from '../src/transfers/domain/onward-transfer';
import { anApplication, anAsk, now } from './applications';
import { aBody, aDuty, aSuccession, bodies } from './successions';

/** Whole numbers below `n` that follow from a seed. */
function chance(seed: number) {
  let state = seed >>> 0;
  const below = (n: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
  const one = <T>(of: readonly T[]): T => of[below(of.length)]!;
  const some = <T>(of: readonly T[], least = 0): T[] => {
    const chosen = of.filter(() => below(2) === 0);
    return chosen.length >= least ? chosen : [...of].slice(0, least);
  };
  return { below, one, some, maybe: (of = 2) => below(of) === 0 };
}
type Chance = ReturnType<typeof chance>;

const DEPARTMENTS = ['a', 'b', 'c', 'x', 'y'] as const;
const ITEMS = ['no', 'name', 'region'] as const;
const DUTIES = ['d1', 'd2', 'd3'] as const;
const purposesOf = (code: string) => [`${code}.p`, `${code}.q`];
const PERIOD = { from: '2026-01-01T00:00:00.000Z', until: '2027-01-01T00:00:00.000Z' };
const at = now.toISOString();
const ANYBODY = { units: [], posts: [], officers: [] };

export type RandomWorld = Readonly<{ world: World; resources: readonly ResourceState[]; succession: Succession }>;

/** Five departments and a firm with whatever hangs on them, and a decision that changes some of them. */
export function randomWorld(seed: number): RandomWorld {
  const dice = chance(seed);
  const all = DEPARTMENTS.map((id) => body(dice, id));
  const resources = ['r1', 'r2', 'r3', 'r4', 'r5'].map((id) =>
    aResource({
      id,
      providerId: dice.one(DEPARTMENTS),
      sharingType: dice.maybe(4) ? 'UNCONDITIONAL' : 'CONDITIONAL',
      items: ITEMS.map((code) => anItem({ code, key: code === 'no' })),
    }),
  );
  const systems = DEPARTMENTS.flatMap((id) => systemsFor(dice, id, resources));
  const grants = resources.flatMap((resource) => grantsOn(dice, resource, all, systems));
  const applications = resources.flatMap((resource) => applicationsFor(dice, resource, all, systems));
  const world: World = {
    bodies: bodies(...all),
    providers: new Map(resources.map(({ id, providerId }) => [id, providerId])),
    systems,
    officers: DEPARTMENTS.flatMap((id) => officersOf(dice, id)),
    stops: DEPARTMENTS.flatMap((id) => stopsOn(dice, id)),
    alerts: grants.filter(() => dice.maybe(3)).map((grant) => alert(grant, systems)),
    grants,
    applications,
    cases: applications.flatMap((one) => (one.proposal ? [caseOf(one)] : [])),
    transfers: grants.filter(() => dice.maybe(3)).map((grant) => transfer(dice, grant)),
    requests: grants.filter(() => dice.maybe(4)).map((grant) => publication(grant)),
    permits: grants.filter(({ recipientOwnerId }) => recipientOwnerId === null && dice.maybe(4)).map((grant) => permit(grant)),
    agreements: grants.filter(({ origin }) => origin.id.startsWith('agreed')).map((grant) => agreement(grant)),
    standing: [],
    delegations: [],
    admissions: [],
  };
  return { world, resources, succession: decision(dice, world, resources) };
} // prettier-ignore

function body(dice: Chance, id: string): Organisation {
  return aBody({
    id,
    duties: dice.some(DUTIES).map((code) => aDuty(code, 'p', ...(dice.maybe() ? ['q'] : []))),
    admission: dice.maybe(5) ? dice.one(['NONE', 'SUSPENDED'] as const) : 'ACTIVE',
    hasResponsibleUnit: !dice.maybe(8),
  });
}

function systemsFor(dice: Chance, departmentId: string, resources: readonly ResourceState[]): System[] {
  const own = resources.filter(({ providerId }) => providerId === departmentId).map(({ id }) => id);
  return ['1', '2', 'v'].filter(() => !dice.maybe(3)).map((n): System => ({
    id: `${departmentId}-${n}`,
    name: n,
    ownerId: n === 'v' ? 'vendor' : dice.maybe(6) ? dice.one(DEPARTMENTS) : departmentId,
    departmentId,
    zone: 'GOV_EXTRANET',
    addresses: [],
    certificates: [],
    keys: [],
    provides: n === '1' ? own : [],
    kafka: false,
    status: dice.maybe(8) ? 'RETIRED' : 'ACTIVE',
    attestation: { by: 'li', organisationId: 'gxt', at, evidence: '核查' },
    registeredBy: 'wang',
    revision: 1,
    updatedAt: at,
  }));
} // prettier-ignore

const officersOf = (dice: Chance, organisationId: string): Officer[] =>
  ['1', '2'].map((n) => ({
    id: `${organisationId}-o${n}`,
    name: n,
    status: 'ACTIVE',
    appointments: [
      { organisationId, unit: 'u', post: 'p', roles: dice.some(['SUBMITTER', 'REVIEWER'] as const), from: '2026-01-01T00:00:00.000Z', until: dice.maybe(4) ? '2026-06-01T00:00:00.000Z' : null },
      ...(dice.maybe(4) ? [{ organisationId: dice.one(DEPARTMENTS), unit: 'u', post: 'p', roles: ['SUBMITTER' as const], from: '2026-01-01T00:00:00.000Z', until: null }] : []),
    ],
    registeredBy: 'li',
    revision: 1,
    updatedAt: at,
  })); // prettier-ignore

function grantsOn(dice: Chance, resource: ResourceState, all: readonly Organisation[], systems: readonly System[]): Grant[] {
  const holders = all.filter(({ id }) => id !== resource.providerId && dice.maybe());
  return holders.flatMap((holder) => {
    const root = grant(dice, `g-${resource.id}-${holder.id}`, null, resource, holder, null, systems);
    if (!root) return [];
    const others = all.filter(({ id }) => id !== holder.id && id !== resource.providerId);
    const child = dice.maybe() ? grant(dice, `${root.id}-t`, root, resource, dice.one(others), null, systems) : null;
    const vendors = dice.maybe() ? grant(dice, `${root.id}-v`, root, resource, holder, 'vendor', systems) : null;
    const below = child && dice.maybe() ? grant(dice, `${child.id}-v`, child, resource, all.find(({ id }) => id === child.holderId)!, 'vendor', systems) : null;
    return [root, child, vendors, below].flatMap((one) => one ?? []);
  });
} // prettier-ignore

function grant(
  dice: Chance,
  id: string,
  parent: Grant | null,
  resource: ResourceState,
  holder: Organisation,
  recipientOwnerId: string | null,
  systems: readonly System[],
): Grant | null {
  const purposes = dice.some(parent?.purposes ?? DUTIES.flatMap(purposesOf), 1);
  const named = systems.filter(
    (one) => one.departmentId === holder.id && (recipientOwnerId ? one.ownerId === recipientOwnerId : one.ownerId === holder.id),
  );
  const mustName = recipientOwnerId !== null || (parent?.systems.length ?? 0) > 0;
  const chosen = mustName || dice.maybe() ? named.map((one) => one.id) : [];
  if (purposes.length === 0 || (mustName && chosen.length === 0)) return null;
  const scope = {
    resourceId: resource.id,
    providerId: resource.providerId,
    holderId: holder.id,
    recipientOwnerId,
    items: dice.some(parent?.items ?? ITEMS, 1),
    rowFilter: parent?.rowFilter ?? (dice.maybe(3) ? ({ item: 'region', op: 'eq', value: 'a' } as const) : null),
    mask: parent?.mask ?? {},
    actions: dice.some<Action>(parent?.actions ?? ['query', 'batch'], 1),
    purposes,
    matterNumber: 'optional' as const,
    scopeOfKnowledge: ANYBODY,
    systems: chosen,
    period: PERIOD,
    limits: parent?.limits ?? {},
  };
  const origin = { kind: parent ? 'onward-transfer' : 'sharing-application', id: dice.maybe() ? `agreed-${id}` : id } as const;
  const made = issue(scope, { id, parent, origin, rulePack: 'HN-2014-176@1', by: 'chen' }, now).state;
  if (dice.maybe(6)) return { ...made, status: 'SUSPENDED', suspension: { ground: 'MISUSE', statutoryBasis: [], narrative: '', by: 'chen', at, until: '2026-04-01T00:00:00.000Z', caseId: null } };
  return dice.maybe(6) && !parent ? { ...made, status: 'EXPIRED', disposal: { dueAt: at, overdueAt: null, report: null } } : made;
} // prettier-ignore

const STATUSES = ['DRAFT', 'SUBMITTED', 'PROVIDER_REVIEW', 'RETURNED_FOR_SUPPLEMENT', 'OFFERED', 'REFUSAL_PROPOSED', 'AGREEMENT_PENDING', 'CONSENTED', 'REFUSED'] as const; // prettier-ignore

function applicationsFor(dice: Chance, resource: ResourceState, all: readonly Organisation[], systems: readonly System[]) {
  return all.flatMap(({ id: applicantId }): SharingApplication[] => {
    if (applicantId === resource.providerId || dice.maybe()) return [];
    const status = dice.one(STATUSES);
    const id = `s-${resource.id}-${applicantId}`;
    const own = systems.filter((one) => one.departmentId === applicantId && one.ownerId === applicantId).map((one) => one.id);
    const asked = anAsk({ items: ['no'], purposes: dice.some(DUTIES.flatMap(purposesOf), 1), systems: dice.maybe(3) ? own : [] });
    const parties = { id, resourceId: resource.id, applicantId, providerId: resource.providerId, asked, status };
    const { dutyBasis: _b, securityMeasures: _s, method: _m, frequency: _f, ...scope } = asked;
    const whole = { ...scope, resourceId: resource.id, providerId: resource.providerId, holderId: applicantId, recipientOwnerId: null, matterNumber: 'optional' as const };
    const agreed = { scope: whole, narrowed: [], agreement: 'REQUIRED' as const };
    const ended = ['AGREEMENT_PENDING', 'CONSENTED', 'REFUSED'].includes(status);
    const base = anApplication(parties);
    return [{
      ...base,
      ...(status === 'DRAFT' && { receivedAt: null, clock: null, rules: null, rulePack: null, nextStepAt: null }),
      ...(ended && { clock: { ...base.clock!, endedAt: at }, nextStepAt: null }),
      overdueAt: status === 'SUBMITTED' && dice.maybe() ? at : null,
      offer: status === 'OFFERED' ? { by: 'chen', at, reason: '', ...agreed } : null,
      proposal: status === 'REFUSAL_PROPOSED' ? { by: 'chen', at, caseId: `case-${id}`, statutoryBasis: [], narrative: '', authorityDueAt: at, agreed: null, toldAt: null } : null,
      decision: status === 'AGREEMENT_PENDING' || status === 'CONSENTED' ? { by: 'chen', at, narrowed: [], statutoryBasis: [], acceptedBy: null, caseId: null, standingConsentId: null, scope: whole, grantId: status === 'CONSENTED' ? 'g' : null, provide: null } : null,
    }];
  });
} // prettier-ignore

const caseOf = ({ id, providerId, applicantId }: SharingApplication): ConsentCase => ({
  id: `case-${id}`,
  kind: 'REFUSAL',
  subject: { kind: 'sharing-application', id },
  providerId,
  otherPartyId: applicantId,
  authorityId: 'gxt',
  formerAuthorities: [],
  statutoryBasis: [],
  narrative: '',
  emergency: false,
  status: 'PROPOSED',
  proposedBy: 'chen',
  proposedAt: at,
  dueAt: '2026-03-09T15:59:59.999Z',
  provisional: false,
  workingDays: 5,
  calendarEdition: 1,
  moves: [],
  overdueAt: null,
  escalatedTo: null,
  decision: null,
  rulePack: 'p',
  revision: 1,
});

const stopsOn = (dice: Chance, departmentId: string): Stop[] =>
  (['token', 'officer'] as const)
    .filter(() => dice.maybe(3))
    .map((target) => ({
      id: `stop-${departmentId}-${target}`,
      target,
      targetId: target === 'token' ? 't' : `${departmentId}-o1`,
      departmentId,
      status: 'ACTIVE',
      reason: '',
      until: null,
      concerned: [departmentId],
      standsBy: { as: 'DEPARTMENT', organisationId: departmentId, regionCode: '460000' },
      placedAs: 'DEPARTMENT',
      placedBy: 'wang',
      placedByOrganisation: departmentId,
      placedAt: at,
      confirmation: null,
      ended: null,
      revision: 1,
    }));

const alert = (grant: Grant, systems: readonly System[]): MisuseAlert => ({
  id: `alert-${grant.id}`,
  rule: 'BEYOND_SCOPE',
  key: 'k',
  callerKind: 'system',
  callerId: systems.find((one) => one.departmentId === grant.holderId)?.id ?? 'gone',
  departmentId: grant.holderId,
  resourceId: grant.resourceId,
  providerId: grant.providerId,
  windowFrom: at,
  windowUntil: at,
  figures: {},
  status: 'OPEN',
  raisedAt: at,
  acknowledged: null,
  conclusion: null,
  throttle: null,
  revision: 1,
});

function transfer(dice: Chance, parent: Grant): OnwardTransfer {
  const recipient = dice.maybe() ? { id: 'vendor', kind: 'VENDOR' as const } : { id: dice.one(DEPARTMENTS), kind: 'DEPARTMENT' as const };
  const { resourceId, providerId, holderId, items, rowFilter, mask, actions, purposes, matterNumber, scopeOfKnowledge, period, limits } = parent;
  const scope = { resourceId, providerId, holderId: recipient.kind === 'VENDOR' ? holderId : recipient.id, recipientOwnerId: recipient.kind === 'VENDOR' ? 'vendor' : null, items, rowFilter, mask, actions, purposes, matterNumber, scopeOfKnowledge, systems: [], period, limits };
  return { id: `t-${parent.id}`, parentGrantId: parent.id, resourceId, providerId, holderId, recipient, why: '', basis: '', scope, status: 'REQUESTED', requestedBy: 'li', requestedAt: at, decision: null, rulePack: 'p', revision: 1 };
} // prettier-ignore

const published = (grant: Grant) => ({
  resourceId: grant.resourceId,
  providerId: grant.providerId,
  grantId: grant.id,
  origins: [],
  deciders: [grant.providerId],
});
const shown = ({ items, rowFilter, mask }: Grant) =>
  ({ title: 't', purpose: 'p', forms: ['JSON'], items, rowFilter, mask, period: PERIOD }) as const;

const publication = (grant: Grant): PublicationRequest => ({
  ...published(grant),
  id: `pub-${grant.id}`,
  requesterId: grant.holderId,
  asked: shown(grant),
  consents: [],
  status: 'REQUESTED',
  requestedBy: 'li',
  requestedAt: at,
  rejection: null,
  permitId: null,
  rulePack: 'p',
  revision: 1,
});
const permit = (grant: Grant): Permit => ({
  ...published(grant),
  ...shown(grant),
  id: `permit-${grant.id}`,
  requestId: `pub-${grant.id}`,
  publisherId: grant.holderId,
  status: 'ACTIVE',
  withdrawal: null,
  rulePack: 'p',
  revision: 1,
  issuedAt: at,
  issuedBy: 'chen',
});
const agreement = ({ id, origin, providerId, holderId, resourceId }: Grant): Agreement =>
  ({
    id: `agreement-${id}`,
    applicationId: origin.id,
    version: 1,
    supersedes: null,
    providerId,
    applicantId: holderId,
    resourceId,
    status: 'ACCEPTED',
    digest: 'd',
    text: { zh: '', en: '' },
    acceptances: [],
    revision: 1,
  }) as unknown as Agreement;

/** A decision that says of everything where it goes. */
function decision(dice: Chance, world: World, resources: readonly ResourceState[]): Succession {
  const kind = dice.one(['MERGER', 'MERGER', 'SPLIT', 'ABOLITION'] as const);
  if (kind === 'MERGER') {
    const from = dice.maybe() ? ['a'] : ['a', 'b'];
    const ended = <T extends { id: string }>(things: readonly T[]) =>
      Object.fromEntries(things.filter(() => dice.maybe(4)).map(({ id }) => [id, null]));
    const theirs = world.systems.filter(({ departmentId, ownerId }) => from.includes(departmentId) || from.includes(ownerId));
    const listed = { resources: {}, systems: ended(theirs), officers: {}, duties: (dice.maybe(3) ? { d1: null } : {}) as Record<string, null>, grants: {}, applications: {} };
    return aSuccession({ kind, from, heirs: ['c'], listed });
  }
  if (kind === 'ABOLITION') {
    const heirs = dice.maybe() ? ['c'] : [];
    const own = resources.filter(({ providerId }) => providerId === 'a' && (heirs.length === 0 || dice.maybe(4)));
    return aSuccession({ kind, from: ['a'], heirs, withdrawals: Object.fromEntries(own.map(({ id }) => [id, []])) });
  }
  const heirs = dice.maybe() ? ['a', 'b'] : ['b', 'c'];
  const to = (ids: readonly string[], ends = false) =>
    Object.fromEntries(ids.map((id) => [id, ends && dice.maybe(5) ? null : dice.one(heirs)]));
  const ids = (things: readonly { id: string }[]) => things.map(({ id }) => id);
  const listed = {
    resources: to(ids(resources.filter(({ providerId }) => providerId === 'a'))),
    duties: to([...DUTIES], true),
    systems: to(ids(world.systems.filter(({ departmentId, ownerId }) => departmentId === 'a' || ownerId === 'a')), true),
    officers: to(ids(world.officers), true),
    grants: dice.maybe() ? to(ids(world.grants.filter(({ holderId }) => holderId === 'a')), true) : {},
    applications: {},
  };
  return aSuccession({ kind, from: ['a'], heirs, remainderTo: heirs[0]!, listed });
} // prettier-ignore
