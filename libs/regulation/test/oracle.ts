import { BlockList } from 'node:net';
import type { Appointment, GrantState, Obligations, Use } from '@qiongtong/contracts';
import type { World } from './world';

/**
 * The sharing decision a second time: slow, by search over what exists, one condition after the other as the table of
 * the design puts them. Nothing of the production code is used.
 */
export function oracle(
  world: World,
  use: Use,
  now: Date,
): { basis: string; grantId: string | null; obligations: Obligations } | null {
  const t = now.getTime();
  const at = (text: string) => Date.parse(text.length === 10 ? `${text}T00:00:00+08:00` : text);
  const organisation = (id: string) => world.organisations.find((o) => o.id === id);
  const stopped = (target: string, id: string | null) =>
    world.stops.some(
      (s) =>
        s.target === target &&
        s.targetId === id &&
        s.status === 'ACTIVE' &&
        (s.until === null || at(s.until) > t) &&
        (s.departmentId === null || s.departmentId === use.departmentId),
    );
  const mayUse = (id: string) => {
    const o = organisation(id);
    const pledged = !!o?.pledgeVersion && (o.pledgeValidUntil === null || at(o.pledgeValidUntil) > t);
    return !!o && o.status === 'ACTIVE' && o.admission === 'ACTIVE' && pledged && o.hasResponsibleUnit;
  };

  const department = organisation(use.departmentId);
  if (!department || department.kind !== 'DEPARTMENT' || department.status === 'ABOLISHED') return null;
  const system = world.systems.find((s) => s.id === use.systemId);
  const officer = world.officers.find((o) => o.id === use.officerId);
  const runs = (a: Appointment) => at(a.from) <= t && (a.until === null || t < at(a.until));
  const replaced = (a: Appointment) =>
    !a.deputyFor ||
    world.officers.some(
      (o) =>
        o.id === a.deputyFor &&
        o.status === 'ACTIVE' &&
        o.appointments.some(
          (b) =>
            runs(b) &&
            !b.deputyFor &&
            b.organisationId === a.organisationId &&
            a.roles.every((r) => b.roles.includes(r)),
        ),
    );
  const held = (officer?.appointments ?? []).filter(
    (a) => a.organisationId === use.departmentId && runs(a) && replaced(a),
  );

  if (use.systemId === null && use.officerId === null) return null;
  if (use.officerId !== null && (officer?.status !== 'ACTIVE' || held.length === 0)) return null;
  if (use.systemId !== null) {
    if (!system || system.departmentId !== use.departmentId || system.status !== 'ACTIVE' || !system.ownerAttested)
      return null;
    if (organisation(system.ownerId)?.status !== 'ACTIVE' && system.ownerId !== use.departmentId) return null;
    if (stopped('organisation', system.ownerId)) return null;
    if (system.certificates.length > 0 && !system.certificates.includes(use.certificate ?? '')) return null;
    if (system.addresses.length > 0 && !inRanges(system.addresses, use.address)) return null;
  }
  if (stopped('token', use.tokenId) || stopped('client', use.systemId) || stopped('system', use.systemId)) return null;
  if (stopped('session', use.sessionId) || stopped('client', use.clientId)) return null;
  if (stopped('officer', use.officerId) || stopped('organisation', use.departmentId)) return null;

  const resource = world.resources.find((r) => r.id === use.resourceId);
  if (!resource || resource.status !== 'PUBLISHED' || stopped('resource', resource.id)) return null;
  if (resource.sharingType === 'NOT_SHARED' || resource.specialRegime !== null) return null;
  if (resource.deliveryMode === 'NONE' || resource.deliveryMode === 'REFERENCE_ONLY') return null;
  const codes = resource.items.map((i) => i.code);
  const wanted = [...(use.items ?? []), ...use.touchedItems];
  if (wanted.some((item) => !codes.includes(item))) return null;
  const all = use.items === null ? codes : codes.filter((c) => use.items!.includes(c));

  const provides = !!system && system.provides.includes(resource.id);
  if (use.action === 'push') {
    if (use.departmentId !== resource.providerId || !provides || resource.deliveryMode !== 'HOSTED') return null;
    return permitted('push', null);
  }
  const own = use.departmentId === resource.providerId;
  const foreign = system !== undefined && system.ownerId !== use.departmentId;
  if (own && (!foreign || provides)) return permitted('own', null);
  if (!own) {
    if (!mayUse(use.departmentId)) return null;
    if (resource.matterNumberPerSubject && !use.matterNumber) return null;
    if (
      resource.sharingType === 'UNCONDITIONAL' &&
      !department.duties.some((d) => d.purposes.includes(use.purpose ?? ''))
    )
      return null;
    for (const originId of originsOf(resource.id).filter((id) => id !== resource.id)) {
      const origin = world.resources.find((r) => r.id === originId);
      if (origin?.providerId === use.departmentId && !foreign) continue;
      if (!origin || origin.status !== 'PUBLISHED' || stopped('resource', originId)) return null;
      if (origin.sharingType === 'NOT_SHARED' || origin.specialRegime !== null) return null;
      if (origin.deliveryMode === 'NONE' || origin.deliveryMode === 'REFERENCE_ONLY') return null;
      const shared = origin.items.map((i) => i.code).filter((c) => all.includes(c) || use.touchedItems.includes(c));
      const given = world.grants.filter((g) => covers(g, originId, shared, []));
      if (!given.some((g) => g.rowFilter === null && Object.keys(g.mask).length === 0)) return null;
    }
    if (resource.sharingType === 'UNCONDITIONAL' && !foreign) return permitted('unconditional', null);
  }
  const asked = use.items ?? [];
  const [best] = world.grants
    .filter((g) => covers(g, use.resourceId, asked, use.touchedItems))
    .filter((g) => use.items !== null || g.items.some((i) => codes.includes(i)))
    .sort(
      (a, b) =>
        b.items.length - a.items.length ||
        Object.keys(a.mask).length - Object.keys(b.mask).length ||
        Number(a.rowFilter !== null) - Number(b.rowFilter !== null) ||
        (a.id < b.id ? -1 : 1),
    );
  if (!best) return null;
  return permitted('grant', best);

  function permitted(basis: string, g: GrantState | null) {
    const items = all.filter((item) => g === null || g.items.includes(item));
    const obligations = { items, rowFilter: g?.rowFilter ?? null, mask: g?.mask ?? {}, limits: g?.limits ?? {} };
    return { basis, grantId: g?.id ?? null, obligations };
  }
  function originsOf(id: string, known: readonly string[] = []): readonly string[] {
    if (known.includes(id)) return known;
    const next = world.resources.find((r) => r.id === id)?.derivedFrom ?? [];
    return next.reduce<readonly string[]>((all, origin) => originsOf(origin, all), [...known, id]);
  }

  function covers(g: GrantState, resourceId: string, items: readonly string[], touched: readonly string[]): boolean {
    const { units, posts, officers } = g.scopeOfKnowledge;
    const restricted = units.length + posts.length + officers.length > 0;
    return (
      g.resourceId === resourceId &&
      g.holderId === use.departmentId &&
      g.recipientOwnerId === (foreign ? system!.ownerId : null) &&
      alive(g) &&
      chainHolds(g) &&
      g.actions.includes(use.action) &&
      use.purpose !== null &&
      g.purposes.includes(use.purpose) &&
      (g.systems.length === 0 || g.systems.includes(use.systemId ?? '')) &&
      (g.matterNumber === 'optional' || !!use.matterNumber) &&
      (!restricted ||
        held.some(
          (a) =>
            (units.length === 0 || units.includes(a.unit)) &&
            (posts.length === 0 || posts.includes(a.post)) &&
            (officers.length === 0 || officers.includes(use.officerId!)),
        )) &&
      [...items, ...touched].every((item) => g.items.includes(item)) &&
      touched.every((item) => !Object.keys(g.mask).includes(item))
    );
  }
  function alive(g: GrantState): boolean {
    return g.status === 'ACTIVE' && at(g.period.from) <= t && t < at(g.period.until) && !stopped('grant', g.id);
  }
  function chainHolds(g: GrantState): boolean {
    if (g.parentId === null) {
      const of = world.resources.find((r) => r.id === g.resourceId)!;
      return g.recipientOwnerId === null || of.sharingType === 'UNCONDITIONAL' || of.providerId === g.holderId;
    }
    const parent = world.grants.find((p) => p.id === g.parentId);
    return (
      !!parent &&
      parent.id < g.id && // the generator makes no circles
      alive(parent) &&
      (parent.holderId === use.departmentId ||
        (mayUse(parent.holderId) && !stopped('organisation', parent.holderId))) &&
      inside(g, parent) &&
      chainHolds(parent)
    );
  }
}

function inRanges(ranges: readonly string[], address: string | null): boolean {
  const list = new BlockList();
  for (const range of ranges) list.addSubnet(range.split('/')[0]!, Number(range.split('/')[1]), 'ipv4');
  return address !== null && list.check(address);
}

/** Is the scope of a transfer inside that of the grant it comes from, in every dimension? */
function inside(child: GrantState, parent: GrantState): boolean {
  const among = (asked: readonly string[], given: readonly string[]) => asked.every((value) => given.includes(value));
  const narrowed = (asked: readonly string[], given: readonly string[]) =>
    given.length === 0 || (asked.length > 0 && among(asked, given));
  const [asked, given] = [child.scopeOfKnowledge, parent.scopeOfKnowledge];
  const sameRecipient = child.holderId === parent.holderId && child.recipientOwnerId === parent.recipientOwnerId;
  return (
    child.resourceId === parent.resourceId &&
    child.providerId === parent.providerId &&
    parent.recipientOwnerId === null &&
    (child.recipientOwnerId === null || child.holderId === parent.holderId) &&
    among(child.items, parent.items) &&
    among(child.actions, parent.actions) &&
    among(child.purposes, parent.purposes) &&
    // The worlds know one row filter only.
    (parent.rowFilter === null || JSON.stringify(child.rowFilter) === JSON.stringify(parent.rowFilter)) &&
    child.items.every(
      (item) => !(item in parent.mask) || child.mask[item] === parent.mask[item] || child.mask[item] === 'full',
    ) &&
    (parent.matterNumber === 'optional' || child.matterNumber === 'required') &&
    narrowed(asked.units, given.units) &&
    narrowed(asked.posts, given.posts) &&
    narrowed(asked.officers, given.officers) &&
    (parent.systems.length === 0 ||
      (child.systems.length > 0 && (!sameRecipient || among(child.systems, parent.systems)))) &&
    child.period.from >= parent.period.from &&
    child.period.until <= parent.period.until
  );
}
