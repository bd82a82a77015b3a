import { preparsePolicySet, statefulIsAuthorized, type EntityJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { GrantState, Use } from '@qiongtong/contracts';
import { cedarEntities, cedarGrant, cedarQuestion, CEDAR_RULES, type CedarWorld } from '@qiongtong/testing';
import { NOW, type Contender } from './contenders';
import { grantsOf, type PolicyWorld } from './policy-world';

/** So many grants of one department for one resource can be asked about at once in the sliced form. */
const SLOTS = 8;
const NONE: CedarWorld = { organisations: [], officers: [], systems: [], resources: [], grants: [], stops: [] };

/** Every grant as a policy of the set, its scope in the head, as Cedar wants it; entities are those of the question. */
export function cedarWhole(world: PolicyWorld): Contender {
  const policies: Record<string, string> = { ...CEDAR_RULES };
  for (const { id, holderId, resourceId } of grantsOf(world))
    policies[`grant ${id}`] = cedarGrant(
      id,
      [],
      `principal == Organisation::"${holderId}", action, resource == Resource::"${resourceId}"`,
    );
  return asking(world, policies, (grants) => grants);
}

/**
 * Cedar beside an index of ours: the few grants of this department for this resource are found first and are asked about
 * by one policy each, which is the same for all. What is left to Cedar does not grow.
 */
export function cedarSliced(world: PolicyWorld): Contender {
  const policies: Record<string, string> = { ...CEDAR_RULES };
  for (let slot = 0; slot < SLOTS; slot++) policies[`grant ${slot}`] = cedarGrant(`slot-${slot}`);
  return asking(world, policies, (grants) =>
    grants.slice(0, SLOTS).map((entity, slot) => ({ ...entity, uid: { type: 'Grant', id: `slot-${slot}` } })),
  );
}

function asking(
  world: PolicyWorld,
  policies: Record<string, string>,
  named: (grants: readonly EntityJson[]) => readonly EntityJson[],
): Contender {
  const parsed = preparsePolicySet('policies', { staticPolicies: policies });
  if (parsed.type === 'failure') throw new Error(JSON.stringify(parsed.errors[0]));
  const entities = new Map(
    cedarEntities({ ...NONE, ...world, grants: [] }).map((entity) => [keyOf(entity), entity] as const),
  );
  const grants = new Map<string, EntityJson[]>();
  for (const grant of grantsOf(world)) {
    const found = grants.get(pairOf(grant));
    const [entity] = cedarEntities({ ...NONE, grants: [grant] });
    if (found) found.push(entity!);
    else grants.set(pairOf(grant), [entity!]);
  }
  const providers = new Map(world.resources.map(({ id, providerId }) => [id, providerId]));
  const slice = (use: Use): EntityJson[] => [
    ...[
      `Organisation ${use.departmentId}`,
      `Organisation ${providers.get(use.resourceId)}`,
      `System ${use.systemId}`,
      `Resource ${use.resourceId}`,
    ].flatMap((key) => entities.get(key) ?? []),
    ...named(grants.get(`${use.departmentId} ${use.resourceId}`) ?? []),
  ];
  return (use) => {
    const answer = statefulIsAuthorized({
      ...cedarQuestion(use, NOW),
      preparsedPolicySetId: 'policies',
      entities: slice(use),
    });
    if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors[0]));
    return answer.response.decision === 'allow';
  };
}

const keyOf = ({ uid }: EntityJson): string =>
  'type' in uid ? `${uid.type} ${uid.id}` : `${uid.__entity.type} ${uid.__entity.id}`;
const pairOf = (grant: GrantState): string => `${grant.holderId} ${grant.resourceId}`;
