import {
  officerWith,
  Refusal,
  type DataElementKept,
  type DataElementRetired,
  type ItemType,
  type Principal,
} from '@qiongtong/contracts';
import { localDayOf } from '@qiongtong/regulation';

/** Those about whom an element is collected. Populations of one element have nobody in common. */
export type Population = Readonly<{ code: string; name: string }>;

/** What a standard data element (数据元) says. [R6.2] */
export type Standard = Readonly<{
  name: string;
  nameEn: string | null;
  definition: string;
  type: ItemType;
  /** As an item states it: characters, or `precision.scale`; null where the type has none. */
  length: string | null;
  /** Values it may take; null where any. */
  codeList: readonly string[] | null;
  format: string | null;
  /** The national or local standard it is taken from. */
  reference: string | null;
  synonyms: readonly string[];
  populations: readonly Population[];
}>;
export type StandardChange = Partial<Standard>;

export type DataElement = Readonly<{
  id: string;
  /** Number of its newest version; the first is 1. */
  revision: number;
  status: 'IN_FORCE' | 'RETIRED';
  /** Local day. */
  retiredOn: string | null;
  standard: Standard;
  /** The day from which the newest version is in force; until then the one before it is. */
  effectiveFrom: string;
  keptBy: string;
  keptAt: string;
}>;
export type ElementVersion = Omit<DataElement, 'id' | 'status' | 'retiredOn'>;

/** Everybody: for whom an element is not told apart. */
export const EVERYBODY: Population = { code: 'all', name: '全体' };

export function keepElement(
  id: string,
  standard: Standard,
  effectiveFrom: string | null,
  by: Principal,
  now: Date,
): Readonly<{ state: DataElement; event: DataElementKept }> {
  const officer = officerWith(['PROVINCIAL_AUTHORITY'], by);
  const from = dayOf(effectiveFrom, now);
  const state: DataElement = {
    ...{ id, revision: 1, status: 'IN_FORCE', retiredOn: null, standard },
    ...{ effectiveFrom: from, keptBy: officer, keptAt: now.toISOString() },
  };
  return { state, event: { type: 'catalogue.data-element-kept.v1', ...told(state, by) } };
}

/** The next version. A population goes only when nobody collects of it any more (see `populationsGone`). */
export function changeElement(
  element: DataElement,
  change: StandardChange,
  effectiveFrom: string | null,
  by: Principal,
  now: Date,
): Readonly<{ state: DataElement; event: DataElementKept }> {
  const officer = officerWith(['PROVINCIAL_AUTHORITY'], by);
  if (element.status === 'RETIRED') throw new Refusal('catalogue.element_retired', { about: [element.id] });
  const from = dayOf(effectiveFrom, now);
  // Versions come into force in their order: or the newest would not be the last word.
  if (from < element.effectiveFrom)
    throw new Refusal('request.invalid', {
      errors: [{ pointer: '/effectiveFrom', message: `not before ${element.effectiveFrom}` }],
    });
  const standard = { ...element.standard, ...change };
  const kept = { keptBy: officer, keptAt: now.toISOString() };
  const state: DataElement = { ...element, ...kept, standard, effectiveFrom: from, revision: element.revision + 1 };
  return { state, event: { type: 'catalogue.data-element-kept.v1', ...told(state, by) } };
}

/** No new entry refers to it; those that do keep what they say. */
export function retireElement(
  element: DataElement,
  by: Principal,
  now: Date,
): Readonly<{ state: DataElement; event: DataElementRetired }> {
  const officer = officerWith(['PROVINCIAL_AUTHORITY'], by);
  if (element.status === 'RETIRED') throw new Refusal('catalogue.element_retired', { about: [element.id] });
  const kept = { keptBy: officer, keptAt: now.toISOString(), revision: element.revision + 1 };
  const state: DataElement = { ...element, ...kept, status: 'RETIRED', retiredOn: localDayOf(now) };
  return { state, event: { type: 'catalogue.data-element-retired.v1', ...told(state, by) } };
}

export const populationsGone = (before: Standard, after: Standard): string[] =>
  before.populations.map(({ code }) => code).filter((code) => !after.populations.some((p) => p.code === code));

export function checkPopulation({ populations }: Standard, population: string): void {
  if (!populations.some(({ code }) => code === population))
    throw new Refusal('catalogue.population_unknown', { about: populations.map(({ code }) => code) });
}

/** Today, or a day to come: nobody could have followed a standard of which they had not been told. */
function dayOf(effectiveFrom: string | null, now: Date): string {
  const today = localDayOf(now);
  if (effectiveFrom !== null && effectiveFrom < today)
    throw new Refusal('request.invalid', { errors: [{ pointer: '/effectiveFrom', message: `not before ${today}` }] });
  return effectiveFrom ?? today;
}

const told = ({ id, revision, keptAt, keptBy }: DataElement, by: Principal) => ({
  key: id,
  at: keptAt,
  data: { elementId: id, revision, organisationId: by.departmentId, by: keptBy },
});
