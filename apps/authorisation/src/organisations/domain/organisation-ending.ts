import {
  Refusal,
  withinRegion,
  type DutiesRegistered,
  type OrganisationAmended,
  type OrganisationEnded,
} from '@qiongtong/contracts';
import {
  checkForm,
  checkParent,
  create,
  fact,
  namesUntil,
  next,
  registered,
  renaming,
  type Above,
  type NewOrganisation,
  type Organisation,
  type Outcome,
} from './organisation';
import type { ResponsibleUnit } from './responsible-unit';
import type { Succession } from '@qiongtong/regulation';

/** What a decision on organisations does to the bodies themselves. Who may decide it is asked when it is decided. */

/** A body that comes into being by the decision. It is neither admitted nor has it a unit yet. */
export function found(given: NewOrganisation, above: Above | null, by: string, now: Date): Outcome {
  const state = create(given, now);
  checkForm(state);
  checkParent(state, above);
  return { state, events: registered(state, by) };
}

/** The id stays, and with it everything that is known by it. @param until end of the former name */
export function rename(
  organisation: Organisation,
  { name, until, changeId, by }: Readonly<{ name: string; until: string; changeId: string; by: string }>,
  now: Date,
): Outcome {
  const state = next(organisation, { name, formerNames: namesUntil(organisation, until) }, now);
  return { state, events: [renaming(organisation, state, changeId, by)] };
}

export function giveDuties(organisation: Organisation, duties: Organisation['duties'], by: string, now: Date): Outcome {
  const state = next(organisation, { duties }, now);
  const told = duties.map(({ code, purposes }) => ({ code, purposes }));
  return { state, events: [fact<DutiesRegistered>('duties-registered', state, by, { duties: told })] };
}

/** It exists no longer: no system and no officer acts for it, and it neither uses nor provides. */
export function endBody(organisation: Organisation, s: Succession, now: Date): Outcome {
  const { decidedBy: by, changeId, heirs: successorIds } = s;
  const nothing = {
    hasResponsibleUnit: false,
    admission: 'NONE',
    pledgeValidUntil: null,
    suspendedUntil: null,
  } as const;
  const ended = { status: 'ABOLISHED', successorIds, endedAt: now.toISOString() } as const;
  const state = next(organisation, { ...nothing, ...ended }, now);
  return { state, events: [fact<OrganisationEnded>('organisation-ended', state, by, { changeId, successorIds })] };
}

export const endUnit = (unit: ResponsibleUnit, now: Date): ResponsibleUnit => {
  const at = now.toISOString();
  return { ...unit, until: unit.from > at ? unit.from : at };
};

/** A body below one that ends comes under the first of these that its region lies in and that is not below itself. */
export function moveUnder(child: Organisation, candidates: readonly (Above | null)[], by: string, now: Date): Outcome {
  const above = candidates.find(
    (one) =>
      one !== null &&
      one.parent.status !== 'ABOLISHED' &&
      withinRegion(child.regionCode, one.parent.regionCode) &&
      ![one.parent.id, ...one.ancestors].includes(child.id),
  );
  const state = next(child, { parentId: above?.parent.id ?? null }, now);
  return { state, events: [fact<OrganisationAmended>('organisation-amended', state, by, { changed: ['parentId'] })] };
}

/** What is taken over must be somewhere in the tree of regions, above or below what takes it. [R4.1] */
export function checkOneRegion(body: Organisation, heir: Pick<Organisation, 'id' | 'regionCode'>): void {
  const [one, other] = [body.regionCode, heir.regionCode];
  if (!withinRegion(one, other) && !withinRegion(other, one))
    throw new Refusal('succession.region_foreign', { about: [body.id, heir.id] });
}
