import { newEnforcer, newModelFromString } from 'casbin';
import type { Use } from '@qiongtong/contracts';
import { byId, NOW, type Contender } from './contenders';
import { grantsOf, type PolicyWorld } from './policy-world';

/**
 * A row for each grant and for each unconditional resource; one expression over the question and the row. What concerns
 * the caller and the resource alone is a function that the expression calls, as casbin has it for whatever is no row.
 */
const MODEL = `
[request_definition]
r = use

[policy_definition]
p = holder, resource, actions, items, purposes, systems, from, until, status

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = p.resource == r.use.resourceId && (p.holder == "*" || p.holder == r.use.departmentId) && p.status == "ACTIVE" \
&& inForce(p.from, p.until) && standing(r.use) && named(p.actions, r.use.action) && (p.holder == "*" \
|| (named(p.purposes, r.use.purpose) && named(p.systems, r.use.systemId) && r.use.matterNumber != "")) \
&& within(r.use.items, p.items) && within(r.use.touchedItems, p.items)
`;
const list = (texts: readonly string[]) => `|${texts.join('|')}|`;
const EVERY_ACTION = list(['query', 'verify', 'batch', 'subscribe', 'download']);

export async function casbin(world: PolicyWorld): Promise<Contender> {
  const enforcer = await newEnforcer(newModelFromString(MODEL));
  const known = byId(world);
  const holding = (texts: string, text: string | null) => text !== null && texts.includes(`|${text}|`);
  const within = (asked: readonly string[] | null, given: string) =>
    (asked ?? []).every((item) => holding(given, item));
  const inForce = (from: string, until: string) =>
    Date.parse(from) <= NOW.getTime() && NOW.getTime() < Date.parse(until);
  await enforcer.addFunction('named', holding);
  await enforcer.addFunction('within', within);
  await enforcer.addFunction('inForce', inForce);
  await enforcer.addFunction('standing', standing);

  function standing(use: Use): boolean {
    const department = known.organisations.get(use.departmentId);
    const system = known.systems.get(use.systemId ?? '');
    const resource = known.resources.get(use.resourceId);
    if (!department || !system || !resource) return false;
    return (
      department.kind === 'DEPARTMENT' &&
      department.status === 'ACTIVE' &&
      department.admission === 'ACTIVE' &&
      department.pledgeVersion !== null &&
      department.hasResponsibleUnit &&
      system.departmentId === use.departmentId &&
      system.ownerId === use.departmentId &&
      system.status === 'ACTIVE' &&
      system.ownerAttested &&
      system.certificates.includes(use.certificate ?? '') &&
      (use.address ?? '').startsWith('10.') &&
      resource.status === 'PUBLISHED' &&
      resource.specialRegime === null &&
      (resource.sharingType !== 'UNCONDITIONAL' ||
        department.duties.some((duty) => duty.purposes.includes(use.purpose ?? '')))
    );
  }

  const rows: string[][] = world.resources
    .filter(({ sharingType }) => sharingType === 'UNCONDITIONAL')
    .map(({ id, items }) => [
      ...['*', id, EVERY_ACTION, list(items.map(({ code }) => code)), '', ''],
      ...['2000-01-01', '2100-01-01', 'ACTIVE'],
    ]);
  for (const grant of grantsOf(world))
    rows.push([
      ...[grant.holderId, grant.resourceId, list(grant.actions), list(grant.items), list(grant.purposes)],
      ...[list(grant.systems), grant.period.from, grant.period.until, grant.status],
    ]);
  await enforcer.addPolicies(rows);
  return (use) => enforcer.enforceSync(use);
}
