import { ALWAYS_REQUIRED, Refusal } from '@qiongtong/contracts';
import { levelOf, parentOf } from './class-code';
import type { CatalogueClass } from './edition';
import { FIELDS } from './fields';
import type { Template, TemplateField } from './template';

/** Classes an edition may have. */
export const MOST_CLASSES = 10_000;

export type ClassChange = Readonly<{
  /** New ones, and those that are called otherwise. */
  classes?: readonly Pick<CatalogueClass, 'code' | 'zh' | 'en'>[];
  /** With the class that takes their entries, or null where none does. */
  ended?: readonly Readonly<{ code: string; replacedBy: string | null }>[];
}>;
export type FieldChange = Pick<TemplateField, 'field'> &
  Partial<Pick<TemplateField, 'required' | 'longest' | 'values'>>;
type Fault = Readonly<{ pointer: string; message: string }>;

/**
 * The classes of a proposed edition after a change. Refused where they would not agree: a class is below one that is
 * there, and what takes the entries of another takes entries.
 *
 * @param inForce codes of the edition in force: such a class ends, any other is gone
 */
export function changedClasses(
  classes: readonly CatalogueClass[],
  { classes: given = [], ended = [] }: ClassChange,
  inForce: ReadonlySet<string>,
): CatalogueClass[] {
  const known = new Map(classes.map((one) => [one.code, one]));
  const faults: Fault[] = [];
  for (const { code, zh, en } of given) known.set(code, { code, zh, en, ended: false, replacedBy: null });
  ended.forEach(({ code, replacedBy }, i) => {
    const one = known.get(code);
    if (!one) faults.push({ pointer: `/ended/${i}/code`, message: `${code} is no class of this edition` });
    else if (levelOf(code) === 1)
      faults.push({ pointer: `/ended/${i}/code`, message: `${code} is given by the guide` });
    else if (inForce.has(code)) known.set(code, { ...one, ended: true, replacedBy });
    else known.delete(code);
  });
  const after = [...known.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
  faults.push(...faultsOfTree(after));
  if (faults.length > 0) throw new Refusal('catalogue.edition_inconsistent', { errors: faults.slice(0, 100) });
  return after;
}

function faultsOfTree(classes: readonly CatalogueClass[]): Fault[] {
  const live = new Set(classes.flatMap(({ code, ended }) => (ended ? [] : [code])));
  const faults = classes.flatMap(({ code, ended, replacedBy }): Fault[] => {
    const parent = parentOf(code);
    const pointer = `/classes/${code}`;
    if (!ended && parent !== null && !live.has(parent))
      return [{ pointer, message: `${parent} is no class of this edition` }];
    if (replacedBy !== null && !live.has(replacedBy)) return [{ pointer, message: `${replacedBy} takes no entries` }];
    return [];
  });
  if (live.size > MOST_CLASSES) faults.push({ pointer: '/classes', message: `at most ${MOST_CLASSES} classes` });
  return faults;
}

/** A template after a change; refused where it asks for what the platform cannot hold, or lets go of what the measures ask. */
export function changedTemplate(template: Template, changes: readonly FieldChange[]): Template {
  const faults: Fault[] = [];
  const known = new Map(template.map((one) => [one.field, one]));
  changes.forEach((change, i) => {
    const before = known.get(change.field);
    const message = before && !before.told ? faultOf({ ...before, ...change }) : 'no field that a department fills in';
    if (message !== null) faults.push({ pointer: `/template/${i}`, message });
    else if (before) known.set(change.field, { ...before, ...change });
  });
  if (faults.length > 0) throw new Refusal('catalogue.edition_inconsistent', { errors: faults });
  return template.map(({ field }) => known.get(field)!);
}

function faultOf({ field, required, longest, values }: TemplateField): string | null {
  const bound = FIELDS[field];
  if (!bound) return 'no field that a department fills in';
  if (!required && (ALWAYS_REQUIRED as readonly string[]).includes(field)) return 'is always required';
  if (longest !== null && (bound.longest === undefined || longest < 1 || longest > bound.longest))
    return bound.longest === undefined ? 'has no length' : `1 to ${bound.longest} characters`;
  if (values !== null && (values.length === 0 || !values.every((value) => bound.values?.includes(value))))
    return bound.values === undefined ? 'has no values to choose from' : `some of ${bound.values.join(', ')}`;
  return null;
}
