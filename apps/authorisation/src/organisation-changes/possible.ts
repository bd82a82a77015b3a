import { Refusal, type RefusalCode } from '@qiongtong/contracts';
import {
  competentAuthority,
  ALLOTTED,
  dutyHolders,
  instantOf,
  localDayOf,
  type Allotted,
  type RefusalAuthority,
  type Succession,
} from '@qiongtong/regulation';
import type { ConsentCase } from '../consents/domain/consent-case';
import { checkStatutoryBasis } from '../consents/domain/statutory-basis';
import { isLive } from '../grants/domain/grant';
import type { Organisation } from '../organisations/domain/organisation';
import { checkOneRegion } from '../organisations/domain/organisation-ending';
import { mayAct } from '../applications/domain/transitions';
import type { Terms } from './domain/organisation-change';
import type { Outcomes, World, Bodies } from './outcomes';

/** What must be known besides the world that hangs on the bodies. */
export type Surroundings = Readonly<{
  /** Resources the bodies provide. */
  resources: readonly Readonly<{ id: string; status: string }>[];
  /** Bodies of the change that are stopped. */
  stopped: readonly string[];
  /** Every body that may hold a role. */
  bodiesWithRoles: readonly Organisation[];
  refusalAuthority: RefusalAuthority;
}>;

/** Is it a decision at all? What it names exists, and its parts fit each other. */
export function checkTerms(terms: Terms, existing: Bodies, now: Date): void {
  const { kind, organisationIds, successorIds, founded, document, effectiveOn } = terms;
  const today = localDayOf(now);
  if (effectiveOn < today) throw new Refusal('succession.effective_in_past');
  if (document.date > today) throw new Refusal('succession.document_invalid');
  checkNumbers(terms);
  const isNew = founded.map(({ id }) => id);
  const unknown = [...organisationIds, ...successorIds].filter((id) => !existing.has(id) && !isNew.includes(id));
  if (unknown.length > 0) throw new Refusal('organisation.unknown', { about: unknown });
  const taken = isNew.filter((id) => existing.has(id));
  if (taken.length > 0) throw new Refusal('organisation.id_taken', { about: taken });
  const itself = organisationIds.filter((id) => successorIds.includes(id));
  if (isNew.some((id) => organisationIds.includes(id)) || (kind !== 'SPLIT' && itself.length > 0))
    throw new Refusal('succession.cycle', { about: itself });
  if (kind === 'RENAME' && terms.name === existing.get(organisationIds[0]!)?.name)
    throw new Refusal('succession.same_name');
  checkTargets(terms);
  for (const { statutoryBasis } of terms.withdrawals) checkStatutoryBasis(statutoryBasis);
}

function checkNumbers({ kind, organisationIds, successorIds, founded, name }: Terms): void {
  const fits = {
    RENAME: organisationIds.length === 1 && successorIds.length === 0 && name !== null,
    MERGER: organisationIds.length > 0 && successorIds.length === 1,
    SPLIT: organisationIds.length === 1 && successorIds.length > 1,
    ABOLITION: organisationIds.length === 1 && successorIds.length < 2,
  }[kind];
  const strangers = founded.some(({ id }) => !successorIds.includes(id));
  if (!fits || strangers || (kind !== 'RENAME' && name !== null)) throw new Refusal('succession.bodies_invalid');
}

/** Things go to successors; some may end, and some only somebody can have. */
function checkTargets(terms: Terms): void {
  const { kind, successorIds, remainderTo, withdrawals } = terms;
  const named = ALLOTTED.flatMap((what) => terms[what].map(({ id, to }) => ({ what, id, to })));
  const wrong = named.filter(({ what, to }) => (to === null ? what === 'resources' : !successorIds.includes(to)));
  // What an abolished body was for, nobody goes on with: that would be a merger.
  const ended = kind === 'ABOLITION' ? named.filter(({ what, to }) => to !== null && !PASSED_ON.includes(what)) : [];
  const about = [...wrong, ...ended].map(({ what, id }) => thing(what, id));
  if (withdrawals.length > 0 && kind !== 'ABOLITION')
    about.push(...withdrawals.map(({ id }) => thing('resources', id)));
  if (remainderTo !== null && (kind !== 'SPLIT' || !successorIds.includes(remainderTo))) about.push(remainderTo);
  const continues = terms.organisationIds.some((id) => successorIds.includes(id));
  if (kind === 'SPLIT' && !continues && remainderTo === null) about.push('remainderTo');
  if (kind === 'RENAME') about.push(...named.map(({ what, id }) => thing(what, id)));
  if (about.length > 0) throw new Refusal('succession.target_invalid', { about });
}
const PASSED_ON: readonly Allotted[] = ['resources', 'systems', 'officers'];

const SINGULAR: Readonly<Record<Allotted, string>> = {
  resources: 'resource',
  duties: 'duty',
  systems: 'system',
  officers: 'officer',
  grants: 'grant',
  applications: 'application',
};
const thing = (what: Allotted, id: string): string => `${SINGULAR[what]}:${id}`;

/** What stands in the way of it in this world, everything at once; nothing where it can be carried out. */
export function obstacles(
  terms: Terms,
  s: Succession | null,
  world: World,
  around: Surroundings,
  outcomes: Outcomes | null,
  now: Date,
): Refusal[] {
  const bodies = [...terms.organisationIds, ...terms.successorIds].flatMap((id) => world.bodies.get(id) ?? []);
  const inactive = bodies.filter(({ status }) => status !== 'ACTIVE').map(({ id }) => id);
  const found = [...refusal('succession.body_ended', inactive)];
  if (!s || !outcomes) return found;
  const vendors = bodies.filter(({ kind }) => kind !== 'DEPARTMENT').map(({ id }) => id);
  found.push(...refusal('succession.departments_only', vendors), ...foreignRegions(s, world.bodies));
  const at = new Date(Math.max(instantOf(terms.effectiveOn), now.getTime())).toISOString();
  const roles = s.ending.flatMap((id) => rolesAfter(world.bodies.get(id), at));
  found.push(...refusal('succession.role_to_move', roles), ...refusal('succession.body_stopped', around.stopped));
  found.push(...refusal('succession.listed_unknown', unknownIn(terms, s, world, around)));
  if (s.kind === 'SPLIT') found.push(...refusal('succession.unlisted', unlistedIn(s, world, around)));
  if (s.kind === 'ABOLITION' && s.heirs.length === 0) {
    const left = around.resources.filter(
      ({ id, status }) => status === 'PUBLISHED' && !Object.hasOwn(s.withdrawals, id),
    );
    found.push(...refusal('succession.successor_needed', left.map(({ id }) => thing('resources', id)))); // prettier-ignore
  }
  return [...found, ...refusal('succession.case_without_authority', undecidable(s, world, around, outcomes, now))];
}

const refusal = (code: RefusalCode, about: readonly string[]): Refusal[] =>
  about.length > 0 ? [new Refusal(code, { about })] : [];

function foreignRegions(s: Succession, bodies: Bodies): Refusal[] {
  const pairs = s.from.flatMap((id) => s.heirs.map((heir) => [bodies.get(id), bodies.get(heir)] as const));
  return pairs.flatMap(([body, heir]) => {
    try {
      if (body && heir) checkOneRegion(body, heir);
      return [];
    } catch (error) {
      return [error as Refusal];
    }
  });
}

/** Roles move by their own act, with their own date, and their open cases with them. [R4.5] */
const rolesAfter = (body: Organisation | undefined, at: string): string[] =>
  body?.roles.filter(({ until }) => until === null || until > at).map(({ role }) => `${body.id}:${role}`) ?? [];

/** Everything of the bodies that a decision may speak of. */
function allotted(
  s: Succession,
  world: World,
  { resources }: Surroundings,
): Readonly<Record<Allotted, readonly string[]>> {
  const of = (id: string) => s.from.includes(id);
  const ids = (things: readonly Readonly<{ id: string }>[]) => things.map(({ id }) => id);
  return {
    resources: ids(resources),
    duties: s.from.flatMap((id) => world.bodies.get(id)?.duties.map(({ code }) => code) ?? []),
    systems: ids(world.systems.filter((one) => one.status !== 'RETIRED' && (of(one.departmentId) || of(one.ownerId)))),
    officers: ids(world.officers),
    grants: ids(world.grants.filter((grant) => isLive(grant) && of(grant.holderId))),
    applications: ids(world.applications.filter((one) => mayAct('PASS', one.status) && of(one.applicantId))),
  };
}

function unknownIn(terms: Terms, s: Succession, world: World, around: Surroundings): string[] {
  const known = allotted(s, world, around);
  const strangers = ALLOTTED.flatMap((what) =>
    terms[what].filter(({ id }) => !known[what].includes(id)).map(({ id }) => thing(what, id)),
  );
  const withdrawn = terms.withdrawals.filter(({ id }) => !known.resources.includes(id));
  return [...strangers, ...withdrawn.map(({ id }) => thing('resources', id))];
}

/** Of a body that is split the decision says of each thing where it goes; a use follows its duty, unless that is divided. */
function unlistedIn(s: Succession, world: World, around: Surroundings): string[] {
  const known = allotted(s, world, around);
  const published = around.resources.filter(({ status }) => status === 'PUBLISHED').map(({ id }) => id);
  const uses = { grants: world.grants, applications: world.applications } as const;
  const divided = (what: 'grants' | 'applications', id: string): boolean => {
    const use = uses[what].find((one) => one.id === id)!;
    const [holderId, purposes] =
      'holderId' in use ? [use.holderId, use.purposes] : [use.applicantId, use.asked.purposes];
    return dutyHolders(s, holderId, purposes).length > 1;
  };
  return ALLOTTED.flatMap((what) => {
    const unlisted = (what === 'resources' ? published : known[what]).filter((id) => !(id in s.listed[what]));
    const asked = what === 'grants' || what === 'applications' ? unlisted.filter((id) => divided(what, id)) : unlisted;
    return asked.map((id) => thing(what, id));
  });
}

/** Open cases that somebody decides now and nobody could afterwards: whoever has to would be a party. [R14.10] */
function undecidable(s: Succession, world: World, around: Surroundings, outcomes: Outcomes, now: Date): string[] {
  const after = new Map<string, ConsentCase>(outcomes.cases.map(({ changed }) => [changed.state.id, changed.state]));
  const others = around.bodiesWithRoles.filter((body) => !s.ending.includes(body.id));
  const isDecidedBy = ({ providerId, otherPartyId }: ConsentCase, bodies: readonly Organisation[]): boolean => {
    const parties = [providerId, otherPartyId].flatMap((party) => world.bodies.get(party) ?? []);
    return parties.length < 2 || competentAuthority(parties, bodies, now, around.refusalAuthority) !== null;
  };
  const left = world.cases.filter((opened) => {
    const then = after.get(opened.id) ?? opened;
    return then.status === 'PROPOSED' && isDecidedBy(opened, around.bodiesWithRoles) && !isDecidedBy(then, others);
  });
  return left.map(({ id }) => `case:${id}`);
}
