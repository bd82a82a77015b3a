import { Refusal, type ResourceState } from '@qiongtong/contracts';
import { validateRowFilter, type GrantScope } from '@qiongtong/regulation';

/** What is asked for, agreed on or passed on: a scope without its parties and the provider's matter-number rule. */
export type AskedScope = Pick<
  GrantScope,
  'items' | 'rowFilter' | 'mask' | 'actions' | 'purposes' | 'scopeOfKnowledge' | 'systems' | 'period' | 'limits'
>;

/** What must be known of a system that a scope names. */
export type NamedSystem = Readonly<{ id: string; departmentId: string; ownerId: string; status: string }>;

/** Longer than this nobody consents at once; a grant is renewed by a new application. */
const LONGEST_PERIOD_YEARS = 5;

/**
 * Checks a scope against the items of the resource as they are now.
 *
 * @returns the scope with every value of its row filter in its item's own form
 */
export function checkedScope<S extends Pick<AskedScope, 'items' | 'mask' | 'rowFilter'>>(
  scope: S,
  resource: ResourceState,
): S {
  const codes = resource.items.map((item) => item.code);
  const unknown = scope.items.filter((item) => !codes.includes(item));
  if (unknown.length > 0) throw new Refusal('application.items_unknown', { about: unknown });
  const unasked = Object.keys(scope.mask).filter((item) => !scope.items.includes(item));
  if (unasked.length > 0) throw new Refusal('application.mask_invalid', { about: unasked });
  if (scope.rowFilter === null) return scope;
  const checked = validateRowFilter(scope.rowFilter, resource.items);
  if (checked.filter === undefined)
    throw new Refusal('application.row_filter_invalid', {
      errors: checked.errors.map(({ pointer, message }) => ({ pointer: `/rowFilter${pointer}`, message })),
    });
  return { ...scope, rowFilter: checked.filter };
}

/** Instants of one form (`toISOString`) compare as texts. */
export function checkPeriod({ from, until }: AskedScope['period'], now: Date): void {
  const longest = new Date(from);
  longest.setUTCFullYear(longest.getUTCFullYear() + LONGEST_PERIOD_YEARS);
  if (until <= from || until <= now.toISOString() || until > longest.toISOString())
    throw new Refusal('application.period_invalid');
}

/** A renewed period ends within the longest one from now. */
export function checkRenewedPeriod(until: string, now: Date): void {
  checkPeriod({ from: now.toISOString(), until }, now);
}

/** Every named system is registered for the department and run by whom it says. [R13.1] */
export function checkSystems(
  named: readonly string[],
  known: readonly NamedSystem[],
  { departmentId, ownerId }: Readonly<{ departmentId: string; ownerId: string }>,
): void {
  const fit = known.filter((s) => s.departmentId === departmentId && s.ownerId === ownerId && s.status === 'ACTIVE');
  const wrong = named.filter((id) => !fit.some((system) => system.id === id));
  if (wrong.length > 0) throw new Refusal('application.system_invalid', { about: wrong });
}
