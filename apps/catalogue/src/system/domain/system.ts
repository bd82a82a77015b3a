import { Refusal } from '@qiongtong/contracts';
import { fits, partsOf, prefixOf, type CodeParts, type CodeRule } from './class-code';
import { checkFilled, checkSaid, type Described, type Template } from './template';

/** The catalogue system as an edition has it: classes, template and code rule. [R6.1] */
export type CatalogueSystem = Readonly<{
  edition: number;
  codeRule: CodeRule;
  template: Template;
  classes: ReadonlySet<string>;
}>;
type Content = Described & Readonly<{ classification: string }>;

/** Refuses a class that the edition in force does not have, and what the template does not allow. */
export function checkDescribed(system: CatalogueSystem, content: Content): void {
  const { classification } = content;
  if (!system.classes.has(classification)) {
    const message = `${classification} is no class of edition ${system.edition}`;
    throw new Refusal('catalogue.class_not_in_force', { errors: [{ pointer: '/classification', message }] });
  }
  checkSaid(system.template, content);
}

/** Refuses what may not be reviewed: beside the above, what lacks something that the template needs. */
export function checkReviewable(system: CatalogueSystem, content: Content): void {
  checkDescribed(system, content);
  checkFilled(system.template, content);
}

/** The parts of a code that somebody gives. Refused where the rule would not have written it so. */
export function partsOfGiven(system: CatalogueSystem, resourceCode: string, classification: string): CodeParts {
  const parts = partsOf(resourceCode, system.codeRule);
  if (!parts) {
    const message = `${prefixOf(classification)}/ and ${system.codeRule.sequenceDigits} digits that are not all 0`;
    throw new Refusal('catalogue.code_not_by_rule', { errors: [{ pointer: '/resourceCode', message }] });
  }
  if (!fits(parts.prefix, classification))
    throw new Refusal('catalogue.code_outside_classification', { about: [classification] });
  return parts;
}
