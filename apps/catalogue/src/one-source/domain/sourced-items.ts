import { regionPrefix, withinRegion, type Item } from '@qiongtong/contracts';
import type { Assignment } from './assignment';
import type { Collection } from './collection';
import { EVERYBODY, type Standard } from './data-element';

/** An item that refers to a standard data element. `at` is its place among the items of its entry. */
export type SourcedItem = Collection &
  Readonly<{ at: number; item: Item; how: 'COLLECTED' | 'REUSED'; fromId: string | null }>;
export type Held = Pick<Assignment, 'id' | 'departmentId' | 'elementId' | 'population' | 'regionCode'>;
export type Fault = Readonly<{ pointer: string; message: string }>;

/** @param regionCode of the providing department, where an item names no other */
export const sourcedItems = (items: readonly Item[], regionCode: string): SourcedItem[] =>
  items.flatMap((item, at) => {
    if (!item.source) return [];
    const { elementId, how, population = EVERYBODY.code, fromId = null } = item.source;
    return [{ at, item, elementId, how, population, regionCode: item.source.regionCode ?? regionCode, fromId }];
  });

/**
 * The departments, other than this one, that are assigned to collect it. The nearest assignment counts: one for a region
 * takes that region out of what is assigned above it. Who has none at or above its region collects a second time
 * wherever in it others are assigned. [R6.3, R8.1]
 *
 * @param held assignments in force for this element and population
 */
export function collectorsElsewhere(
  { elementId, population, regionCode }: Collection,
  departmentId: string,
  held: readonly Held[],
): Held[] {
  const ofIt = held.filter((one) => one.elementId === elementId && one.population === population);
  const [nearest] = ofIt
    .filter((one) => withinRegion(regionCode, one.regionCode))
    .sort((a, b) => regionPrefix(b.regionCode).length - regionPrefix(a.regionCode).length);
  if (nearest) return nearest.departmentId === departmentId ? [] : [nearest];
  return ofIt.filter((one) => one.departmentId !== departmentId && withinRegion(one.regionCode, regionCode));
}

/** Items whose element is not in force, or has no such population. */
export const unknownFaults = (items: readonly SourcedItem[], standards: ReadonlyMap<string, Standard>): Fault[] =>
  items.flatMap(({ at, elementId, population }) => {
    const standard = standards.get(elementId);
    if (!standard) return [{ pointer: `/items/${at}/source/elementId`, message: 'no data element in force' }];
    if (standard.populations.some(({ code }) => code === population)) return [];
    const codes = standard.populations.map(({ code }) => code).join(', ');
    return [{ pointer: `/items/${at}/source/population`, message: `one of ${codes}` }];
  });

/** Items that are not as their elements say: of another type, longer, or with values outside the code list. [R6.2] */
export const standardFaults = (items: readonly SourcedItem[], standards: ReadonlyMap<string, Standard>): Fault[] =>
  items.flatMap(({ at, item, elementId }) => {
    const standard = standards.get(elementId);
    if (!standard) return [];
    const fault = (field: string, message: string) => [{ pointer: `/items/${at}/${field}`, message }];
    if (item.type !== standard.type) return fault('type', `${elementId} is of type ${standard.type}`);
    if (longer(item.length, standard.length)) return fault('length', `${elementId} has at most ${standard.length}`);
    if (standard.codeList === null) return [];
    const values = new Set(standard.codeList);
    const beyond = (item.codeList ?? []).filter((value) => !values.has(value));
    if (item.codeList === undefined) return fault('codeList', `${elementId} takes values of its code list only`);
    return beyond.length > 0 ? fault('codeList', `not in the code list of ${elementId}: ${beyond.slice(0, 10).join(', ')}`) : []; // prettier-ignore
  });

/** Lengths are characters, or `precision.scale`: each part has its own bound. */
function longer(length: string | undefined, most: string | null): boolean {
  if (length === undefined || most === null) return false;
  const [own, bound] = [length.split('.').map(Number), most.split('.').map(Number)];
  return own.some((part, i) => part > (bound[i] ?? 0));
}

/** Where a department says it collects, beyond its own region. [R4.1] */
export const regionFaults = (items: readonly SourcedItem[], regionCode: string): Fault[] =>
  items.flatMap(({ at, regionCode: named }) =>
    withinRegion(named, regionCode)
      ? []
      : [{ pointer: `/items/${at}/source/regionCode`, message: `within the department’s own region, ${regionCode}` }],
  );

/**
 * What is reused comes from a resource that holds the element, and that the entry says it derives from: or what was
 * obtained there would be passed on without a word. [R8.1, R13.6]
 *
 * @param holding `resource id/element id` of what published resources hold
 */
export const reuseFaults = (
  items: readonly SourcedItem[],
  derivedFrom: readonly string[],
  holding: ReadonlySet<string>,
): Fault[] =>
  items.flatMap(({ at, how, fromId, elementId }) => {
    if (how !== 'REUSED' || fromId === null) return [];
    const fault = (message: string) => [{ pointer: `/items/${at}/source/fromId`, message }];
    if (!derivedFrom.includes(fromId)) return fault(`${fromId} is not among derivedFrom`);
    return holding.has(`${fromId}/${elementId}`) ? [] : fault(`${fromId} does not hold ${elementId}`);
  });
