import type { CollectionAssigned, CollectionVacated, OrganisationChangeCarriedOut } from '@qiongtong/contracts';
import { localDayOf } from '@qiongtong/regulation';
import { aNew, inForce, isFit, next, told, type Assignment, type Collector } from './assignment';

/** Who takes the place of a body that a decision on organisations ended, as far as that decision says. */
export type BodySuccession = Readonly<{
  bodyId: string;
  successorId: string | null;
  changeId: string;
  documentNumber: string;
  decidedBy: string;
  authorityId: string;
}>;
type Told = OrganisationChangeCarriedOut['data'];
type Passed = Readonly<{
  former: Assignment;
  state: Assignment | null;
  event: CollectionAssigned | CollectionVacated;
}>;

/** A body's duty to collect goes where what it provided goes; with no word of that, to the only successor there is. */
export function successionsOf({ changeId, documentNumber, decidedBy, authorityId, ...told }: Told): BodySuccession[] {
  const [only, ...others] = told.successorIds;
  return told.organisationIds.map((bodyId) => {
    const rest = told.entries.rest.find(({ fromId }) => fromId === bodyId);
    const successorId = rest ? rest.toId : others.length === 0 && only !== bodyId ? (only ?? null) : null;
    return { bodyId, successorId, changeId, documentNumber, decidedBy, authorityId };
  });
}

/**
 * An assignment of a body that is no more goes to the body that the decision names in its place; where it names none, or
 * one that may not collect there, it is vacant and the authority assigns it anew: nobody is given a duty to collect that
 * nobody decided on. [R6.3]
 *
 * @param id of the successor's assignment
 */
export function succeedTo(
  id: string,
  former: Assignment,
  succession: BodySuccession,
  successor: Collector | null,
  now: Date,
): Passed {
  const { decidedBy: by, authorityId: organisationId, documentNumber, changeId } = succession;
  const ending = { by, organisationId, at: now.toISOString(), reason: documentNumber };
  const ended = { ending, inForceUntil: localDayOf(now) };
  if (!successor || !isFit(successor, former.regionCode)) {
    const vacant = next(former, { ...ended, status: 'VACANT' }, now);
    const { data, ...rest } = told(vacant, ending);
    return { former: vacant, state: null, event: { type: 'catalogue.collection-vacated.v1', ...rest, data: { ...data, changeId } } }; // prettier-ignore
  }
  const fresh = { ...aNew(id, former, successor.id, now), formerId: former.id };
  return {
    former: next(former, { ...ended, status: 'SUPERSEDED' }, now),
    ...inForce(fresh, ending, { documentNumber, reason: documentNumber }, now),
  };
}
