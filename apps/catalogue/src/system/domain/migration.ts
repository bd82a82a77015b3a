import type { NotMigrated } from '@qiongtong/contracts';
import type { CatalogueClass } from './edition';
import { faultsOf, type Described, type Template } from './template';

/** What an edition that took effect makes of the entries there are. */
export type Migrating = Readonly<{
  template: Template;
  live: ReadonlySet<string>;
  successors: ReadonlyMap<string, string>;
}>;

export const migratingBy = (template: Template, classes: readonly CatalogueClass[]): Migrating => ({
  template,
  live: new Set(classes.flatMap(({ code, ended }) => (ended ? [] : [code]))),
  successors: new Map(classes.flatMap(({ code, replacedBy }) => (replacedBy === null ? [] : [[code, replacedBy]]))),
});

/** The class that an entry goes to; null where it stays. */
export const successorOf = ({ successors }: Migrating, classification: string): string | null =>
  successors.get(classification) ?? null;

/**
 * What could not be brought along: a class that ended without a successor, and, of what was handed in, fields that do
 * not agree with the template. Of what is withdrawn there is nothing to bring along.
 *
 * @param classification after the move
 */
export function notMigrated(
  { live, template }: Migrating,
  content: Described,
  classification: string,
  stage: 'compiled' | 'handed in' | 'withdrawn',
): NotMigrated[] {
  if (stage === 'withdrawn') return [];
  const ended: NotMigrated[] = live.has(classification) ? [] : [{ reason: 'CLASS_ENDED', field: 'classification' }];
  return stage === 'compiled' ? ended : [...ended, ...faultsOf(template, content)];
}
