import type { CedarValueJson, EntityJson, StatefulAuthorizationCall, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type {
  GrantState,
  OfficerState,
  OrganisationState,
  ResourceState,
  StopState,
  StopTarget,
  SystemState,
  Use,
} from '@qiongtong/contracts';

export type CedarWorld = Readonly<{
  organisations: readonly OrganisationState[];
  officers: readonly OfficerState[];
  systems: readonly SystemState[];
  resources: readonly ResourceState[];
  grants: readonly GrantState[];
  stops: readonly StopState[];
}>;

const uid = (type: string, id: string): TypeAndId => ({ type, id });
const ref = (type: string, id: string): CedarValueJson => ({ __entity: uid(type, id) });
/** Plain dates begin at midnight in Hainan. */
const instant = (text: string): CedarValueJson => ({
  __extn: { fn: 'datetime', arg: new Date(text.length === 10 ? `${text}T00:00:00+08:00` : text).toISOString() },
});
const ip = (text: string): CedarValueJson => ({ __extn: { fn: 'ip', arg: text } });
const list = (texts: readonly string[]): CedarValueJson => [...texts];
const given = (attrs: Record<string, CedarValueJson | undefined>): Record<string, CedarValueJson> =>
  Object.fromEntries(
    Object.entries(attrs).filter((entry): entry is [string, CedarValueJson] => entry[1] !== undefined),
  );
const entity = (type: string, id: string, attrs: Record<string, CedarValueJson | undefined>): EntityJson => ({
  uid: uid(type, id),
  attrs: given(attrs),
  parents: [],
});

/** What a stop names by a text and not by an entity. */
const PLAIN: readonly StopTarget[] = ['token', 'client', 'session'];
const TYPE_OF: Partial<Record<StopTarget, string>> = {
  system: 'System',
  officer: 'Officer',
  organisation: 'Organisation',
  resource: 'Resource',
  grant: 'Grant',
};

export const cedarEntities = (world: CedarWorld): EntityJson[] => [
  ...world.organisations.map((o) =>
    entity('Organisation', o.id, {
      kind: o.kind,
      status: o.status,
      admission: o.admission,
      pledged: o.pledgeVersion !== null,
      pledgeUntil: o.pledgeValidUntil === null ? undefined : instant(o.pledgeValidUntil),
      responsibleUnit: o.hasResponsibleUnit,
      purposes: o.duties.flatMap((duty) => [...duty.purposes]),
    }),
  ),
  ...world.systems.map((s) =>
    entity('System', s.id, {
      owner: ref('Organisation', s.ownerId),
      department: ref('Organisation', s.departmentId),
      status: s.status,
      attested: s.ownerAttested,
      certificates: list(s.certificates),
      range: s.addresses[0] === undefined ? undefined : ip(s.addresses[0]),
      provides: s.provides.map((id) => ref('Resource', id)),
    }),
  ),
  ...world.officers.flatMap(({ id, status, appointments: [held] }) =>
    held === undefined
      ? []
      : entity('Officer', id, {
          status,
          organisation: ref('Organisation', held.organisationId),
          unit: held.unit,
          post: held.post,
          from: instant(held.from),
          until: held.until === null ? undefined : instant(held.until),
        }),
  ),
  ...world.resources.map((r) =>
    entity('Resource', r.id, {
      provider: ref('Organisation', r.providerId),
      sharingType: r.sharingType,
      deliveryMode: r.deliveryMode,
      status: r.status,
      regime: r.specialRegime ?? undefined,
      matterPerSubject: r.matterNumberPerSubject,
      items: r.items.map(({ code }) => code),
    }),
  ),
  ...world.grants.map((g) =>
    entity('Grant', g.id, {
      holder: ref('Organisation', g.holderId),
      resource: ref('Resource', g.resourceId),
      actions: g.actions.map((action) => ref('Action', action)),
      status: g.status,
      recipient: g.recipientOwnerId === null ? undefined : ref('Organisation', g.recipientOwnerId),
      items: list(g.items),
      masked: Object.keys(g.mask),
      purposes: list(g.purposes),
      matterRequired: g.matterNumber === 'required',
      units: list(g.scopeOfKnowledge.units),
      posts: list(g.scopeOfKnowledge.posts),
      officers: g.scopeOfKnowledge.officers.map((id) => ref('Officer', id)),
      systems: g.systems.map((id) => ref('System', id)),
      from: instant(g.period.from),
      until: instant(g.period.until),
    }),
  ),
  ...world.stops.map((s) =>
    entity('Stop', s.id, {
      status: s.status,
      until: s.until === null ? undefined : instant(s.until),
      department: s.departmentId === null ? undefined : ref('Organisation', s.departmentId),
      ...(PLAIN.includes(s.target) ? { [s.target]: s.targetId } : { [s.target]: ref(TYPE_OF[s.target]!, s.targetId) }),
      // A system's id is its client id, also where no token names one.
      ...(s.target === 'client' ? { system: ref('System', s.targetId) } : {}),
    }),
  ),
];

export type CedarQuestion = Pick<StatefulAuthorizationCall, 'principal' | 'action' | 'resource' | 'context'>;

export const cedarQuestion = (use: Use, now: Date): CedarQuestion => ({
  principal: uid('Organisation', use.departmentId),
  action: uid('Action', use.action),
  resource: uid('Resource', use.resourceId),
  context: given({
    now: instant(now.toISOString()),
    system: use.systemId === null ? undefined : ref('System', use.systemId),
    officer: use.officerId === null ? undefined : ref('Officer', use.officerId),
    items: use.items === null ? undefined : list(use.items),
    touched: list(use.touchedItems),
    purpose: use.purpose ?? undefined,
    matter: use.matterNumber ?? undefined,
    address: use.address === null ? undefined : ip(use.address),
    certificate: use.certificate ?? undefined,
    token: use.tokenId ?? undefined,
    client: use.clientId ?? undefined,
    session: use.sessionId ?? undefined,
  }),
});
