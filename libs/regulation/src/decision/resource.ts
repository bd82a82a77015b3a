import type { OrganisationState, Reason, ResourceState } from '@qiongtong/contracts';
import { memo } from '../policy/memo';
import { isStopped } from '../policy/stops';
import { entryItemsOf, reason, type EntryItems, type Question } from './question';

/** Is it there to be used at all, by anybody? [R3.2, R7.1, R22.2] */
export function resourceReasons({ policy, now }: Question, resource: ResourceState, reasons: Reason[]): void {
  if (isStopped(policy, 'resource', resource.id, now))
    reasons.push(reason('access.stopped', [`resource:${resource.id}`]));
  if (resource.status === 'SUSPENDED') reasons.push(reason('access.resource_suspended', [resource.id]));
  else if (resource.status !== 'PUBLISHED') reasons.push(reason('access.resource_not_published', [resource.id]));
  if (resource.sharingType === 'NOT_SHARED') reasons.push(reason('access.not_shared', [resource.id]));
  if (resource.specialRegime !== null) reasons.push(reason('access.special_regime', [resource.id]));
  else if (resource.deliveryMode === 'REFERENCE_ONLY' || resource.deliveryMode === 'NONE')
    reasons.push(reason('access.delivery_elsewhere', [resource.id]));
}

export const itemsOfEntry: (resource: ResourceState) => EntryItems = memo(entryItemsOf);

/** Names that the entry does not have, in what is returned, filtered or sorted on. */
export function unknownItemReasons({ use }: Question, entry: EntryItems, reasons: Reason[]): void {
  let unknown: string[] | null = null;
  for (const item of use.items ?? []) if (!entry.positions.has(item)) (unknown ??= []).push(item);
  for (const item of use.touchedItems) if (!entry.positions.has(item)) (unknown ??= []).push(item);
  if (unknown) reasons.push(reason('access.items_unknown', [...new Set(unknown)]));
}

const purposesOf = memo(
  (organisation: OrganisationState) => new Set(organisation.duties.flatMap((duty) => [...duty.purposes])),
);

/** Unconditional use is for the department's own registered duty, and for nothing else. [R10.1, R11.4] */
export function dutyReasons({ use, department }: Question, reasons: Reason[]): void {
  if (!use.purpose) reasons.push(reason('access.purpose_missing'));
  else if (!department || !purposesOf(department).has(use.purpose))
    reasons.push(reason('access.purpose_not_registered', [use.purpose]));
}

/** A matter number that is bound to one subject must be there to be bound. */
export function matterReasons({ use }: Question, resource: ResourceState, reasons: Reason[]): void {
  if (resource.matterNumberPerSubject && !named(use.matterNumber)) reasons.push(reason('access.matter_number_missing'));
}

export const named = (text: string | null): boolean => text !== null && text.trim() !== '';
